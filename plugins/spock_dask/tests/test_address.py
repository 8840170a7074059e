"""The address of a scheduler."""

from __future__ import annotations

import pytest
from spock_dask.address import check, place_of


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("tcp://10.0.0.5:8786", ("10.0.0.5", 8786)),
        ("tls://dask.example:1", ("dask.example", 1)),
        ("tcp://[::1]:8786", ("::1", 8786)),
    ],
)
def test_host_and_port(address: str, place: tuple[str, int]):
    check(address)
    assert place_of(address) == place


def test_a_cluster_in_the_process_has_no_address():
    check("local")


@pytest.mark.parametrize(
    "address",
    ["10.0.0.5:8786", "tcp://10.0.0.5", "tcp://:8786", "http://10.0.0.5:8786", "tcp://a:8786/x",
     "tcp://a:0", "tcp://a:99999", "tcp://[::1", "", "Local"],
)  # fmt: skip
def test_what_is_no_address_is_refused(address: str):
    with pytest.raises(ValueError, match=r"such as tcp://10\.0\.0\.5:8786, or local"):
        check(address)
