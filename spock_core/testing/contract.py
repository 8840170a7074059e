"""All contracts of a market in one test class."""

from __future__ import annotations

from spock_core.errors import not_installed

try:
    from spock_core.testing.facts import FactContracts
    from spock_core.testing.hostile import HostileContracts
    from spock_core.testing.kinds import KindContracts
    from spock_core.testing.lists import ListContracts
    from spock_core.testing.recipes import RecipeContracts
    from spock_core.testing.runs import RunContracts
    from spock_core.testing.symbols import SymbolContracts
except ModuleNotFoundError as error:
    raise not_installed("the test kit", str(error.name), "kit") from error


class MarketContract(
    FactContracts,
    RecipeContracts,
    SymbolContracts,
    KindContracts,
    HostileContracts,
    ListContracts,
    RunContracts,
):
    """Every contract that a market must keep."""


def make_contract(
    region: str, distribution: str | None, new_mics: frozenset[str]
) -> type[MarketContract]:
    """The test class of one region; see `spock_core.testing.market_contract`."""
    facts = {"region": region, "distribution": distribution, "new_mics": new_mics}
    return type(f"MarketContract{region}", (MarketContract,), facts)
