"""Regions that need not be classified: nothing of them is new, and nothing has grown old.

A region is settled when a run has classified all of it. The register then keeps a digest of its
data and of the code; as long as both are the same, classifying it again would write nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Set
from functools import partial

from spock_core.domain.queries import QuerySource
from spock_core.domain.source import Source, TableSource
from spock_core.pipeline.batch_outcome import BatchOutcome
from spock_core.pipeline.observations import stale_before
from spock_core.plugins.code_identity import code_identity
from spock_core.plugins.context import RunContext
from spock_core.store import settled as store
from spock_core.store.connection.database import Database


class SettledRegions:
    """The settled regions of one run."""

    def __init__(self, sources: Mapping[str, Source], database: Database, run: RunContext) -> None:
        self.regions: Set[str] = frozenset()
        self._database = database
        self._run = run
        self._sources = sources
        code = run.shared("code identity", partial(code_identity, run.plugins))
        self._code = code if _all_known(sources) else None

    def find(self, regions: Collection[str]) -> None:
        """Finds which of these regions are settled: those that nothing waits for."""
        limit = stale_before(self._run)
        if self._code is None or limit is None:
            return
        with self._database.read() as connection:
            before = store.read_settled(connection)
            self.regions = {
                region
                for region in sorted(before.keys() & set(regions))
                if (before[region].oldest or limit) >= limit
                and store.digest_of(connection, region, self._identity) == before[region].digest
            }

    def outcomes(self) -> Iterator[BatchOutcome]:
        """Yields how the stocks of each settled region count, as if they had been classified."""
        for region in sorted(self.regions):
            outcome = BatchOutcome(region)
            with self._database.read() as connection:
                counted = store.count_by_type(connection, region)
            for security_type, has_sector, count in counted:
                if has_sector:
                    outcome.counts.skipped += count
                else:
                    outcome.counts.add_unknown(security_type, count)
            yield outcome

    def keep(self, region: str) -> None:
        """Remembers a region that this run has classified to its end."""
        if self._code is None or region in self.regions:
            return
        with self._database.write() as connection:
            digest = store.digest_of(connection, region, self._identity)
            oldest = store.oldest_moment(connection, region, self._local)
            store.write_settled(connection, region, store.Settled(digest, oldest))

    @property
    def _local(self) -> list[str]:
        """The names of the sources that observe listings without requests."""
        return [
            name
            for name, source in self._sources.items()
            if not isinstance(source, TableSource | QuerySource)
        ]

    @property
    def _identity(self) -> str:
        """What decides, besides the data, what is concluded from it."""
        return "|".join((str(self._code), *sorted(self._sources)))


def _all_known(sources: Mapping[str, Source]) -> bool:
    """Whether all that sources observe follows from the listings and the code."""
    return all(
        isinstance(source, TableSource | QuerySource)
        or getattr(source, "from_listings_alone", False)
        for source in sources.values()
    )
