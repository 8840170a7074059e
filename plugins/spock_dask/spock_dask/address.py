"""The setting `dask_scheduler`: where the scheduler of the cluster is."""

from __future__ import annotations

from urllib.parse import urlsplit

from spock_core import Setting

LOCAL = "local"
"""In place of an address: a cluster in the process of the run."""
SCHEMES = ("tcp", "tls")


def place_of(address: str) -> tuple[str, int]:
    """Returns host and port of a scheduler. Raises `ValueError` for what is no such address."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:  # an IPv6 address without its end, a port that is none
        host = port = None
    if not host or not port or parts.scheme not in SCHEMES or parts.path:
        raise ValueError(f"must be an address such as tcp://10.0.0.5:8786, or {LOCAL}")
    return host, port


def check(value: str) -> None:
    """Raises `ValueError` for what is neither an address of a scheduler nor `local`."""
    if value != LOCAL:
        place_of(value)


SCHEDULER = Setting(
    "dask_scheduler",
    "Address of the Dask scheduler whose workers make the requests with --parallel, such as "
    f"tcp://10.0.0.5:8786; {LOCAL}: a cluster in the process of the run.",
    check=check,
)
