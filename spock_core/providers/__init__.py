"""Providers: HTTP and nothing else. What an answer means is the business of the sources."""
