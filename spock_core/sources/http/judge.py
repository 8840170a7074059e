"""What a provider's responses mean: the gate asks it after the checks that hold for all."""

from __future__ import annotations

from spock_core.sources.http.answers import Answer


class Judge:
    """Takes every whole response with data for an answer. Providers have judges of their own."""

    def wants_data(self, url: str) -> bool:
        """Whether a URL returns data, so that a web page in its place is an outage."""
        return True

    def is_throttling(self, answer: Answer) -> bool:
        """Whether a response asks for fewer requests."""
        return answer.is_throttling

    def decode(self, url: str, answer: Answer) -> int | None:
        """Decodes a response with status 2xx or 304.

        Returns how many parts of it were unreadable and dropped, or None for a step on the way to
        an answer, which does not show that the provider answers questions. Raises `TransientError`
        or `Unreadable` if it is not what was asked for.
        """
        return 0

    def refusal(self, url: str, answer: Answer) -> str:
        """Returns what a response with another status says, for messages. Raises `UnknownSymbol` if
        it is the answer that there is no such symbol."""
        return f"the server answered HTTP {answer.status_code}"

    def page(self, answer: Answer) -> str:
        """Returns what kind of web page came instead of data, with its article."""
        return "a web page"
