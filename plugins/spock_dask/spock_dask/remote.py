"""Connects to the scheduler of a cluster, and tells before the work what keeps it from helping."""

from __future__ import annotations

import socket
import warnings
from contextlib import ExitStack
from typing import TYPE_CHECKING

from distributed import Client
from distributed.security import Security

from spock_core import UsageError
from spock_dask.address import place_of
from spock_dask.cluster import SILENT, Cluster
from spock_dask.executor import DaskExecutor
from spock_dask.packages import packages_of
from spock_dask.patience import CLOSE_S, within
from spock_dask.quiet import quiet_logs

if TYPE_CHECKING:
    from spock_core.plugins.registry import Plugins

CONNECT_S = 10.0
"""How long the scheduler may take to answer, and how long it may be gone during the run."""
SHOWN = 3
"""Workers that a message names."""


def open_cluster(address: str, workers: int, plugins: Plugins) -> DaskExecutor:
    """Returns an executor on the workers of a scheduler.

    Raises `UsageError` if it cannot be reached, or none of its workers can be used.
    """
    with ExitStack() as closing:
        closing.enter_context(quiet_logs())
        try:
            _check_certificates(address)
            client = _connect(address)
            closing.callback(client.close, CLOSE_S)
            cluster = Cluster(client, f"Dask scheduler {address}", packages_of(plugins))
            ready = cluster.wait_for_workers()
        except UsageError:
            raise
        except Exception as error:
            raise _unreachable(address, error) from error
        if not ready:
            raise UsageError(_nobody(cluster, address))
        return DaskExecutor(cluster, workers, closing.pop_all())


def _check_certificates(address: str) -> None:
    """Raises `UsageError` if an address needs certificates that Dask's settings do not have: Dask
    would fail, and then take its time to close the connection that it never had."""
    if not address.startswith("tls:"):
        return
    settings = "Dask's settings distributed.comm.tls.ca-file, .client.cert and .client.key"
    try:
        known = Security().get_connection_args("client")["ssl_context"]
    except OSError as error:
        raise UsageError(
            f"the certificates for the Dask scheduler {address} cannot be read "
            f"({error.strerror or error}): correct {settings}"
        ) from error
    if not known:
        raise UsageError(
            f"the Dask scheduler {address} needs certificates: name them in {settings}"
        )


def _connect(address: str) -> Client:
    socket.create_connection(place_of(address), CONNECT_S).close()  # Dask would try again and again
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of other versions: those of Spock are compared
        return within(
            2 * CONNECT_S,
            lambda: Client(address, timeout=CONNECT_S, set_as_default=False, name="spock"),
        )


def _unreachable(address: str, error: Exception) -> UsageError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "no answer"
    return UsageError(
        f"the Dask scheduler {address} cannot be reached ({reason}): start it, or correct "
        "--dask-scheduler"
    )


def _nobody(cluster: Cluster, address: str) -> str:
    """Why no worker can be used."""
    unfit = cluster.unfit
    if not unfit:
        return (
            f"no worker is connected to the Dask scheduler {address}: start one with "
            f"`dask worker {address}`"
        )
    faults = [f"{cluster.name_of(one)} {unfit[one]}" for one in sorted(unfit)]
    silent = set(unfit.values()) == {SILENT}
    advice = "look at its log" if silent else "install the packages of the run there"
    more = [f"{len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
    return (
        f"no worker of the Dask scheduler {address} can be used: "
        f"{'; '.join([*faults[:SHOWN], *more])}: {advice}"
    )
