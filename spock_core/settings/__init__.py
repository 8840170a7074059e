"""One settings model, and its views: flags, environment, `.env`, TOML."""
