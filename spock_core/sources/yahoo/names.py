"""Yahoo's names in Spock, its hosts, and the sizes of its answers."""

PROVIDER = "yahoo"
SCREENER = "yahoo-screener"
PROFILE = "yahoo-profile"
QUOTE = "yahoo-quote"
"""The name under which requests for quotes are planned."""
COUNTS_AS = "yfinance"
"""The name under which reports and metrics count both sources."""
LISTED_BY = "yahoo"
"""The `Market.listed_by` of markets whose lists are Yahoo's."""
HOSTS = "https://*.yahoo.com"
"""Yahoo's addresses: data, cookies and consent have hosts of their own under one domain."""
PAGE_SIZE = 250
"""Stocks in a page of a screen; Yahoo refuses more."""
MOST_SYMBOLS = 200
"""Symbols in one request for quotes."""
