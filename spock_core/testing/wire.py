"""What passes between query sources and the sandbox: counted, recorded, and replaced on request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from spock_core.sandbox.messages import Request, Response
from spock_core.sandbox.server import TABLES_PATH


@dataclass
class Wire:
    """Sees every response of a sandbox: `sandbox.spoil = Wire()`."""

    requests: int = 0
    """Requests so far, but for tables."""
    last: tuple[Request, Response] | None = None
    """The last request whose response was not replaced, with it."""
    instead: Callable[[Request, Response], Response] | None = None
    """Makes another response of each."""

    def __call__(self, request: Request, response: Response) -> Response:
        """Returns the response to be sent."""
        if request.path.startswith(TABLES_PATH):
            return response
        self.requests += 1
        if self.instead is not None:
            return self.instead(request, response)
        self.last = request, response
        return response
