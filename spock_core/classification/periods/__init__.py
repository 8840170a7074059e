"""Which keys of a list passed to another instrument, and which still stand for the same."""
