"""A third party's source, held to its promises: it gives what a source may give, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from spock_core.classification.gics import is_gics_code
from spock_core.domain import Claim, Listing, Market, Observation
from spock_core.domain.errors import PLUGIN_FAULTS
from spock_core.domain.text import sanitize

if TYPE_CHECKING:
    from spock_core.domain.source import Source

LONGEST_WORD = 1_000
MOST_WORDS = 20
"""Observations of one batch of a few thousand stocks; a source may tell of others too."""


class CheckedSource:
    """The source; what it does wrong is reported, and stops nobody."""

    def __init__(
        self,
        source: Source,
        plugin: str,
        report_fault: Callable[[str, str, BaseException | str], None],
    ) -> None:
        self.name = source.name
        self.counts_as = source.counts_as
        self._source = source
        self._plugin = plugin
        self._report_fault = report_fault

    def observe(
        self, market: Market, listings: Sequence[Listing], now: datetime
    ) -> Iterable[Observation]:
        """What it says of these listings; nothing where it fails."""
        try:
            most = len(listings)
            said = list(islice(self._source.observe(market, listings, now), most + 1))
            faults = [
                next(_faults_of_observation(one, self.name, market.region, now), None)
                for one in said
            ]
        except PLUGIN_FAULTS as error:
            self._fault("observe", error)
            return []
        if len(said) > most:
            self._fault("observe", "it gave more observations than there were listings")
            return []
        for fault in faults:
            if fault is not None:
                self._fault("observe", fault)
        return [one for one, fault in zip(said, faults, strict=True) if fault is None]

    def claim(self, observation: Observation, market: Market) -> Claim | None:
        """What its words mean; nothing where it fails."""
        try:
            claim = self._source.claim(observation, market)
            fault = None if claim is None else next(_faults_of_claim(claim, self.name), None)
        except PLUGIN_FAULTS as error:
            self._fault("claim", error)
            return None
        if fault is not None:
            self._fault("claim", fault)
            return None
        return claim

    def _fault(self, method: str, fault: BaseException | str) -> None:
        self._report_fault(self._plugin, f"{method} of source {self.name}", fault)


def _faults_of_observation(one: Any, source: str, region: str, now: datetime) -> Iterator[str]:
    if not isinstance(one, Observation):
        yield f"it gave a {type(one).__name__} instead of Observation"
        return
    if one.region != region or one.source != source:
        yield "it gave an observation of another region or source"
    if not isinstance(one.ticker, str):
        yield "it gave an observation whose ticker is no text"
    if not isinstance(one.words, Mapping) or not 0 < len(one.words) <= MOST_WORDS:
        yield f"it gave an observation without words, or with more than {MOST_WORDS}"
    for text in (*one.words.keys(), *one.words.values()):
        if not _is_line(text):
            yield f"it gave words that are no line of text of up to {LONGEST_WORD:,} characters"
    if not isinstance(one.observed_at, datetime) or one.observed_at.tzinfo is None:
        yield "it gave an observation without a time and its zone"
    elif one.observed_at.astimezone(UTC) > now:
        yield "it gave an observation of a time after the `now` that it was given"


def _faults_of_claim(claim: Any, source: str) -> Iterator[str]:
    if not isinstance(claim, Claim):
        yield f"it gave a {type(claim).__name__} instead of Claim"
        return
    if claim.source != source:
        yield "it gave a claim in the name of another source"
    code = claim.gics_code
    if not isinstance(code, str) or (code and not is_gics_code(code)):
        yield f"it gave {sanitize(str(code), 20)!r}, which is no GICS code"
    if not isinstance(claim.confidence, float | int) or not 0 <= claim.confidence <= 1:
        yield "it gave a confidence that is not 0 to 1"
    if not isinstance(claim.weight, float | int) or not 0 <= claim.weight <= 1:
        yield "it gave a weight that is not 0 to 1"
    if not (_is_line(claim.reason) and _is_line(claim.words)):
        yield "it gave a claim whose reason or words are no line of text"
    flags = (claim.is_spac, claim.is_preferred)
    if not all(flag is True or flag is False or flag is None for flag in flags):
        yield "it gave a flag that is neither true nor false"


def _is_line(text: Any) -> bool:
    return isinstance(text, str) and len(text) <= LONGEST_WORD and text.isprintable()
