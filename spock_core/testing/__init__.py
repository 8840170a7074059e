"""The test kit for those who write plugins: `pip install 'spock-core[kit]'`.

One line in the tests of a market gives every contract that a market must keep:

    from spock_core.testing import market_contract

    TestMarket = market_contract("TW")

Every contract is a test of its own; one that is not kept says what is wrong and where to mend it.
The fixture `spock` (see `pytest_plugin`) runs the command, for tests of other plugins.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from spock_core.testing.command import Outcome, Spock
from spock_core.testing.example import listing

if TYPE_CHECKING:
    from spock_core.testing.contracts.market import MarketContract

__all__ = ["Outcome", "Spock", "listing", "market_contract"]


def market_contract(
    region: str, *, distribution: str | None = None, new_mics: Iterable[str] = ()
) -> type[MarketContract]:
    """A test class with every contract of the market that is installed for a region.

    `distribution` names the distribution that must bring it, where that is not the one of the
    `pyproject.toml` above the tests. `new_mics` are MICs younger than the list of the installed
    `iso10383`. Raises `UsageError` where the extra `kit` is not installed.
    """
    from spock_core.testing.contracts.market import make_contract

    return make_contract(region, distribution, frozenset(new_mics))
