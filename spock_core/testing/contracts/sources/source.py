"""All contracts of a source in one test class, by its kind."""

from __future__ import annotations

from spock_core.domain.errors import not_installed
from spock_core.domain.queries import GroupQuerySource, QuerySource
from spock_core.domain.source import TableSource

try:
    from spock_core.testing.contracts.sources.base import SourceContracts, installed
    from spock_core.testing.contracts.sources.claims import ClaimContracts
    from spock_core.testing.contracts.sources.downloads import DownloadContracts
    from spock_core.testing.contracts.sources.facts import SourceFactContracts, TableFactContracts
    from spock_core.testing.contracts.sources.observing import ObservingContracts
    from spock_core.testing.contracts.sources.queries.answers import AnswerContracts
    from spock_core.testing.contracts.sources.queries.facts import (
        GroupFactContracts,
        QueryFactContracts,
    )
    from spock_core.testing.contracts.sources.queries.hostile import HostileAnswerContracts
    from spock_core.testing.contracts.sources.queries.runs import (
        QueryRunContracts,
        StockRunContracts,
    )
    from spock_core.testing.contracts.sources.rows import RowContracts
    from spock_core.testing.contracts.sources.runs import SourceRunContracts
    from spock_core.testing.contracts.sources.stated import AuthorFacts
except ModuleNotFoundError as error:
    raise not_installed("the test kit", str(error.name), "kit") from error


class LocalSourceContract(
    SourceFactContracts, ObservingContracts, ClaimContracts, SourceRunContracts
):
    """Every contract of a source that makes no requests."""


class TableSourceContract(
    SourceFactContracts, TableFactContracts, RowContracts, ClaimContracts, DownloadContracts
):
    """Every contract of a source that downloads tables."""


class StockQuerySourceContract(
    SourceFactContracts,
    QueryFactContracts,
    AnswerContracts,
    HostileAnswerContracts,
    ClaimContracts,
    StockRunContracts,
):
    """Every contract of a source that is asked about stocks."""


class GroupQuerySourceContract(
    SourceFactContracts,
    GroupFactContracts,
    AnswerContracts,
    HostileAnswerContracts,
    ClaimContracts,
    QueryRunContracts,
):
    """Every contract of a source that is asked about groups."""


KINDS: tuple[tuple[type, type[SourceContracts]], ...] = (
    (TableSource, TableSourceContract),
    (GroupQuerySource, GroupQuerySourceContract),
    (QuerySource, StockQuerySourceContract),
)
"""The contracts of each kind of source, by the protocol that tells it from a local one."""


def make_contract(stated: AuthorFacts) -> type[SourceContracts]:
    """Returns the test class of one source; see `spock_core.testing.source_contract`.

    Of a source that is not installed it has the one contract that says so.
    """
    source = installed(stated.source)
    if source is None:
        contracts: type[SourceContracts] = SourceFactContracts
    else:
        kinds = (contracts for protocol, contracts in KINDS if isinstance(source, protocol))
        contracts = next(kinds, LocalSourceContract)
    return type(f"{contracts.__name__}Of{stated.source}", (contracts,), {"stated": stated})
