"""The user's overrides: the file, and the source that reads its rows as claims."""
