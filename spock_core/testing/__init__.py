"""The test kit for authors of plugins: `pip install 'spock-core[kit]'`.

Two lines test a market, or a source, against every contract that one must keep:

    from spock_core.testing import market_contract, source_contract

    TestMarket = market_contract("TW")
    TestBourse = source_contract("bourse")

Each contract is a test. Its failure says what is wrong, and what to change in which file and line.
For tests of other plugins, the fixture `spock` of `pytest_plugin` runs the command.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from spock_core.testing.command import Outcome, Spock
from spock_core.testing.example import listing

if TYPE_CHECKING:
    from spock_core.testing.contracts.market import MarketContract
    from spock_core.testing.contracts.sources.base import SourceContracts

__all__ = ["Outcome", "Spock", "listing", "market_contract", "source_contract"]


def market_contract(
    region: str, *, distribution: str | None = None, new_mics: Iterable[str] = ()
) -> type[MarketContract]:
    """Returns a test class with every contract of the market that is installed for a region.

    `distribution` is the name of the distribution to which the market must belong; by default it is
    read from the nearest `pyproject.toml` above the tests. `new_mics` are MICs that are too new for
    the installed `iso10383`. Raises `UsageError` if the extra `kit` is not installed.
    """
    from spock_core.testing.contracts.market import make_contract

    return make_contract(region, distribution, frozenset(new_mics))


def source_contract(
    source: str,
    *,
    distribution: str | None = None,
    regions: Iterable[str] = (),
    settings: Mapping[str, str] = MappingProxyType({}),
    files: Mapping[str, str] = MappingProxyType({}),
) -> type[SourceContracts]:
    """Returns a test class with every contract of the installed source with this name.

    The source says by its methods of which kind it is, and each kind has its contracts.
    `distribution` is the name of the distribution to which the source must belong; by default it is
    read from the nearest `pyproject.toml` above the tests. `regions` are those with which it is
    tested: by default those that it states, or all installed ones of which it knows something.
    `settings` are values of the settings that it requires; `files` are the texts of files that it
    reads from the working folder, by their names. Raises `UsageError` if the extra `kit` is not
    installed.
    """
    from spock_core.testing.contracts.sources.source import make_contract
    from spock_core.testing.contracts.sources.stated import AuthorFacts

    return make_contract(
        AuthorFacts(source, distribution, tuple(regions), dict(settings), dict(files))
    )
