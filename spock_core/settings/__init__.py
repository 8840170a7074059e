"""The settings model, and where its values come from: flags, environment, `.env`, TOML."""
