"""Yahoo: listings, screens, profiles."""
