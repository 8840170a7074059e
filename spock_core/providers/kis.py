"""The public master files of KIS: one zip archive a list, from the web or from a folder."""

from __future__ import annotations

from spock_core.context import Tell
from spock_core.domain import ListState
from spock_core.limits.retry import RetryPolicy
from spock_core.providers.download import Download, Downloads, within
from spock_core.stop import Stop

PROVIDER = "kis"

MAX_ARCHIVE_BYTES = 64 * 1024 * 1024
"""The largest real archive has 0.2 MB; a list of a million stocks has 40 MB."""


class MasterFiles:
    """Fetches master files. One object a run: it remembers that the provider is down."""

    def __init__(self, base: str, policy: RetryPolicy, stop: Stop) -> None:
        self._base = base
        self._downloads = Downloads(PROVIDER, "archive", MAX_ARCHIVE_BYTES, policy, stop)

    def fetch(self, kis_code: str, state: ListState, tell: Tell) -> Download | None:
        """The archive of a list, or None where the server says it is still as `state` names it.

        Raises what `Downloads.fetch` raises.
        """
        return self._downloads.fetch(within(self._base, archive_name(kis_code)), state, tell)


def archive_name(kis_code: str) -> str:
    """What KIS calls the archive of a list."""
    return f"{kis_code.lower()}mst.cod.zip"
