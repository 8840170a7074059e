"""What classifying a batch of stocks came to: what is written, and how the stocks are counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from sqlalchemy import Connection

from spock_core.domain import Observation
from spock_core.domain.stock import ClassificationUpdate
from spock_core.pipeline.progress import StockCounts
from spock_core.store import stocks
from spock_core.store.changes import Change, write_changes
from spock_core.store.fetching.pending import forget_unknowns
from spock_core.store.observations import write_observations
from spock_core.store.past_states import keep_classified


@dataclass
class BatchOutcome:
    """The outcome of a batch: stocks of one region that are classified together."""

    region: str
    answers: Sequence[Observation] = ()
    """What a provider answered about these stocks."""
    learned: Sequence[Observation] = ()
    """What other sources say of them that is new, or confirms what had grown old."""
    asked: Sequence[str] = ()
    """The names of the sources of the provider that answered."""
    updates: list[ClassificationUpdate] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    counts: StockCounts = field(default_factory=StockCounts)
    """Its stocks by what became of them, each counted once in a run."""
    faults: list[BaseException] = field(default_factory=list)
    """What rules of the market raised; the stocks count as failed."""

    @property
    def writes(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.answers or self.learned or self.updates)


def write_outcomes(
    connection: Connection, outcomes: Sequence[BatchOutcome], run_id: int, now: datetime
) -> None:
    """Writes the answers of outcomes, and what follows from them. Call it in one transaction.

    A provider's answer has stocks of several regions. Each table is written once for all of them:
    for a few stocks, what surrounds a statement costs more than its rows.
    """
    said = chain.from_iterable((*one.learned, *one.answers) for one in outcomes)
    write_observations(connection, list(said))
    answers: dict[tuple[str, ...], list[Observation]] = {}
    for one in outcomes:
        answers.setdefault(tuple(one.asked), []).extend(one.answers)
        changed = [change.after.ticker for change in one.changes]
        keep_classified(connection, one.region, changed, now)
    for asked, answered in answers.items():
        forget_unknowns(connection, answered, asked)
    updates = list(chain.from_iterable(one.updates for one in outcomes))
    stocks.write_updates(connection, updates, now)
    changes = list(chain.from_iterable(one.changes for one in outcomes))
    write_changes(connection, changes, run_id, now)
