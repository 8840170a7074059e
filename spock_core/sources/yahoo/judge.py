"""What a response of Yahoo means, by its URL: an answer, a refusal, an unknown symbol, nonsense."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from spock_core.domain.errors import TransientError, UnknownSymbol, Unreadable
from spock_core.sources.http.answers import Answer
from spock_core.sources.http.judge import Judge
from spock_core.sources.yahoo.answers import (
    is_crumb,
    read_error,
    read_profile,
    read_quotes,
    read_screen_document,
)

_CRUMB = "/v1/test/getcrumb"
_SCREENER = "/v1/finance/screener"
_QUOTES = "/v7/finance/quote"
_SUMMARY = "/v10/finance/quoteSummary/"
_DATA = ("/v1/", "/v7/", "/v10/", "/ws/")
_NOT_FOUND = "Not Found"
"""The code of Yahoo's error for a symbol that it does not know."""


class YahooJudge(Judge):
    """Decodes every answer once, so that nothing else counts as one."""

    def wants_data(self, url: str) -> bool:
        """Whether a URL returns data rather than a web page. The crumb counts as data."""
        return urlsplit(url).path.startswith(_DATA)

    def decode(self, url: str, answer: Answer) -> int | None:
        """See `Judge.decode`."""
        path = urlsplit(url).path
        if path == _CRUMB:
            if not is_crumb(answer.text):
                raise TransientError("the server sent no crumb", outcome="crumb")
            return None
        document = answer.document
        if path == _SCREENER:
            return read_screen_document(document).dropped
        if path == _QUOTES:
            return read_quotes(document).dropped
        if path.startswith(_SUMMARY):
            read_profile(document, unquote(path.removeprefix(_SUMMARY)))
        return 0

    def refusal(self, url: str, answer: Answer) -> str:
        """See `Judge.refusal`: in Yahoo's words, such as `Invalid Crumb`."""
        try:
            code, description = read_error(answer.document)
        except Unreadable:
            code, description = "", ""
        is_symbol = urlsplit(url).path.startswith(_SUMMARY)
        if answer.status_code == 404 and is_symbol and code == _NOT_FOUND:
            raise UnknownSymbol("unknown symbol")
        said = f"HTTP {answer.status_code}"
        if description or code:
            said += f": {(description or code)[:80]}"
        asked = "crumb" if "crumb" in description.lower() else "request"
        return f"the {asked} was refused ({said})"

    def page(self, answer: Answer) -> str:
        """See `Judge.page`."""
        return "a consent page" if b"consent" in answer.content.lower() else "a web page"
