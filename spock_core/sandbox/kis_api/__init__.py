"""KIS's REST API: its tokens, and what it says of products."""
