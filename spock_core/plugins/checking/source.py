"""Checks what a third party's source returns, and drops what is invalid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain, islice
from math import isfinite
from typing import TYPE_CHECKING, Any

from spock_core.classification.gics import INDUSTRIES, is_gics_code
from spock_core.domain import AssetType, Claim, Listing, Market, Observation, SecurityType
from spock_core.domain.errors import ListError
from spock_core.domain.interrupt import PLUGIN_FAULTS, pass_on
from spock_core.domain.tables import Table, TableFile, TableRow
from spock_core.domain.text import sanitize
from spock_core.plugins.faults import wrong_type

if TYPE_CHECKING:
    from spock_core.domain.source import Source, TableSource
    from spock_core.plugins.calling.calls import Within
    from spock_core.plugins.registry import Plugins

LONGEST_WORD = 1_000
"""Characters of a key or a value of an observation, and of a claim's reason."""
MOST_FILES = 100
"""Files of one table source for one region."""
MOST_WORDS = 20
"""Keys of one observation."""


class CheckedSource:
    """Wraps a source. What it raises or returns in error is reported, and never ends a run."""

    def __init__(self, source: Source, plugin: str, plugins: Plugins) -> None:
        self.name = source.name
        self.counts_as = source.counts_as
        self.from_listings_alone = getattr(source, "from_listings_alone", False) is True
        self._source = source
        self._plugin = plugin
        self._plugins = plugins

    def observe(
        self, market: Market, listings: Sequence[Listing], now: datetime
    ) -> Iterable[Observation]:
        """Returns the source's valid observations of these listings; none if it raises."""
        try:
            most = len(listings)
            with self._within("observe"):
                said = list(islice(self._source.observe(market, listings, now), most + 1))
            faults = [
                next(_faults_of_observation(one, self.name, market.region, now), None)
                for one in said
            ]
        except PLUGIN_FAULTS as error:
            pass_on(error)
            self._fault("observe", error)
            return []
        if len(said) > most:
            self._fault("observe", "it returned more observations than there were listings")
            return []
        for fault in faults:
            if fault is not None:
                self._fault("observe", fault)
        return [one for one, fault in zip(said, faults, strict=True) if fault is None]

    def claim(self, observation: Observation, market: Market) -> Claim | None:
        """Returns the source's claim; None if it is invalid or the source raises."""
        try:
            with self._within("claim"):
                claim = self._source.claim(observation, market)
            fault = None if claim is None else next(_faults_of_claim(claim, self.name), None)
        except PLUGIN_FAULTS as error:
            pass_on(error)
            self._fault("claim", error)
            return None
        if fault is not None:
            self._fault("claim", fault)
            return None
        return claim

    def _within(self, method: str) -> Within:
        return self._plugins.calls.within(self._plugin, f"{method} of source {self.name}")

    def _fault(self, method: str, fault: BaseException | str) -> None:
        self._plugins.report_fault(self._plugin, f"{method} of source {self.name}", fault)


class CheckedTableSource(CheckedSource):
    """Wraps a table source in the same way."""

    def __init__(self, source: TableSource, plugin: str, plugins: Plugins) -> None:
        super().__init__(source, plugin, plugins)
        self.about = source.about
        self._tables = source

    def files(self, market: Market) -> Sequence[TableFile]:
        """Returns the source's files. Raises `ListError` if it raises or returns something else."""
        try:
            with self._within("files"):
                files = tuple(islice(self._tables.files(market), MOST_FILES))
        except PLUGIN_FAULTS as error:
            pass_on(error)
            raise self._unusable("files", error) from error
        if not all(isinstance(one, TableFile) for one in files):
            raise self._unusable("files", "it returned something else than TableFile")
        return files

    def rows(
        self, market: Market, tables: Sequence[Table], listings: Mapping[str, Listing]
    ) -> Iterable[TableRow]:
        """Returns the source's rows, but for those whose texts are out of bounds.

        Raises `ListError` if it raises or returns something else than rows of text.
        """
        most = sum(len(table.rows) for table in tables) + len(listings)
        try:
            with self._within("rows"):
                rows = list(islice(self._tables.rows(market, tables, listings), most + 1))
        except PLUGIN_FAULTS as error:
            pass_on(error)
            raise self._unusable("rows", error) from error
        if len(rows) > most:
            raise self._unusable(
                "rows", "it returned more rows than its tables and the market have"
            )
        if not all(map(_is_row, rows)):
            raise self._unusable("rows", "it returned something else than a valid TableRow")
        bounded = [row for row in rows if _is_bounded(row)]
        if dropped := len(rows) - len(bounded):
            self._fault(
                "rows",
                f"{dropped:,} rows are left out: a row has up to {MOST_WORDS} words of one line of "
                f"up to {LONGEST_WORD:,} characters",
            )
        return bounded

    def _unusable(self, method: str, fault: BaseException | str) -> ListError:
        self._fault(method, fault)
        return ListError(f"its plugin {self._plugin} failed in {method}")


def _is_row(row: Any) -> bool:
    return (
        isinstance(row, TableRow)
        and isinstance(row.ticker, str)
        and isinstance(row.words, Mapping)
        and isinstance(row.identifiers, Mapping)
        and all(isinstance(text, str) for text in _texts(row))
    )


def _is_bounded(row: TableRow) -> bool:
    return len(row.words) <= MOST_WORDS and all(map(is_line, _texts(row)))


def _texts(row: TableRow) -> Iterable[Any]:
    return chain(*row.words.items(), *row.identifiers.items())


def _faults_of_observation(one: Any, source: str, region: str, now: datetime) -> Iterator[str]:
    if not isinstance(one, Observation):
        yield wrong_type(one, Observation)
        return
    if one.region != region or one.source != source:
        yield "it returned an observation of another region or source"
    if not isinstance(one.ticker, str):
        yield "it returned an observation whose ticker is not text"
    if not isinstance(one.words, Mapping) or not 0 < len(one.words) <= MOST_WORDS:
        yield f"it returned an observation without words, or with more than {MOST_WORDS}"
    for text in (*one.words.keys(), *one.words.values()):
        if not is_line(text):
            yield f"it returned words that are not one line of up to {LONGEST_WORD:,} characters"
    if not isinstance(one.observed_at, datetime) or one.observed_at.tzinfo is None:
        yield "it returned an observation without a time with a time zone"
    elif one.observed_at.astimezone(UTC) > now:
        yield "it returned an observation later than `now`"


def _faults_of_claim(claim: Any, source: str) -> Iterator[str]:
    if not isinstance(claim, Claim):
        yield wrong_type(claim, Claim)
        return
    if claim.source != source:
        yield "it returned a claim of another source"
    code = claim.gics_code
    if not isinstance(code, str) or (code and not is_gics_code(code)):
        yield f"it returned {sanitize(str(code), 20)!r}, which is not a GICS code"
    if not isinstance(claim.confidence, float | int) or not 0 <= claim.confidence <= 1:
        yield "it returned a confidence that is not between 0 and 1"
    if not isinstance(claim.weight, float | int) or not 0 <= claim.weight <= 1:
        yield "it returned a weight that is not between 0 and 1"
    if not (is_line(claim.reason) and is_line(claim.words)):
        yield "it returned a claim whose reason or words are not one line of text"
    if not isinstance(claim.industries, Mapping) or not all(
        code in INDUSTRIES and isinstance(share, float | int) and 0 <= share <= 1
        for code, share in claim.industries.items()
    ):
        yield "it returned industries that are not shares from 0 to 1 by GICS code of six digits"
    if not isinstance(claim.security_type, SecurityType | None) or not isinstance(
        claim.asset_type, AssetType | None
    ):
        yield "it returned a kind that is not a SecurityType with an AssetType or None"
    par_value = claim.par_value
    if par_value is not None and not (
        isinstance(par_value, float | int) and isfinite(par_value) and par_value > 0
    ):
        yield "it returned a par value that is not a number above 0 or None"
    flags = (claim.is_spac, claim.is_preferred)
    if not all(flag is True or flag is False or flag is None for flag in flags):
        yield "it returned a flag that is not True, False or None"


def is_line(text: Any) -> bool:
    """Whether this is one line of text, up to `LONGEST_WORD` characters."""
    return isinstance(text, str) and len(text) <= LONGEST_WORD and text.isprintable()
