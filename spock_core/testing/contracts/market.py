"""All contracts of a market in one test class."""

from __future__ import annotations

from spock_core.domain.errors import not_installed

try:
    from spock_core.testing.contracts.facts import FactContracts
    from spock_core.testing.contracts.hostile_text import HostileTextContracts
    from spock_core.testing.contracts.listings import ListingContracts
    from spock_core.testing.contracts.recipes import RecipeContracts
    from spock_core.testing.contracts.runs import RunContracts
    from spock_core.testing.contracts.security_types import SecurityTypeContracts
    from spock_core.testing.contracts.symbols import SymbolContracts
except ModuleNotFoundError as error:
    raise not_installed("the test kit", str(error.name), "kit") from error


class MarketContract(
    FactContracts,
    RecipeContracts,
    SymbolContracts,
    SecurityTypeContracts,
    HostileTextContracts,
    ListingContracts,
    RunContracts,
):
    """Every contract of a market."""


def make_contract(
    region: str, distribution: str | None, new_mics: frozenset[str]
) -> type[MarketContract]:
    """Returns the test class of one region; see `spock_core.testing.market_contract`."""
    attributes = {"region": region, "distribution": distribution, "new_mics": new_mics}
    return type(f"MarketContract{region}", (MarketContract,), attributes)
