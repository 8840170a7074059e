"""One run: list, plan, fetch, classify, store."""
