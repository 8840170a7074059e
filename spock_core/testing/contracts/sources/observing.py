"""Contracts of a local source: what it observes follows from each listing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spock_core.domain import Listing, Market, Observation
from spock_core.testing.asked_source import AskedSource
from spock_core.testing.contracts.sources.base import SourceContracts
from spock_core.testing.failures import fail, location_of, time_limit
from spock_core.testing.hostile import HOSTILE_TEXTS, SHORT_WORDS, repeated, words_of_patterns
from spock_core.testing.listings import for_any_typed_listing

MANY = 20_000
LONGEST_S = 20.0
"""CPU seconds for 20,000 listings; core's own sources take a tenth of one."""
LONG, LONG_S = 10_000, 1.0
"""Characters of a long name, and CPU seconds that it may take."""

Stocks = Mapping[str, Listing]


class ObservingContracts(SourceContracts):
    """A batch of listings has any size and order, and any text in it."""

    def test_it_observes_something(
        self, source: AskedSource, market: Market, stocks: Stocks
    ) -> None:
        """It has an observation of some made-up listing, and of no other instrument."""
        said = source.observe(market, tuple(stocks.values()), f"of {market.region}'s listings")
        strange = sorted({one.ticker for one in said} - set(stocks))
        if strange:
            fail(
                f"source {source.name} observes {strange[0]}, which is none of the listings",
                f"yield observations of the given listings: {location_of(source.raw.observe)}",
            )
        if not said:
            fail(
                f"source {source.name} has no observation of {len(stocks)} made-up listings of "
                f"{market.region}",
                "if it reads a file, give the kit one that knows some of them: source_contract("
                f"{source.name!r}, files={{'its.csv': '…'}}); their tickers are like "
                f"{sorted(stocks)[:3]}",
            )

    def test_order_and_batches_do_not_matter(
        self, source: AskedSource, market: Market, stocks: Stocks
    ) -> None:
        """It observes the same of a listing, whatever the others are, and each time."""
        every = tuple(stocks.values())
        half = len(every) // 2
        first = _sorted(source.observe(market, every, "of all listings"))
        for what, batches in (
            ("the same listings", [every]),
            ("the listings in another order", [every[::-1]]),
            ("the listings in two batches", [every[:half], every[half:]]),
        ):
            again = _sorted([
                one for batch in batches for one in source.observe(market, batch, f"of {what}")
            ])  # fmt: skip
            if again != first:
                fail(
                    f"source {source.name} observes something else of {what}",
                    "use nothing but a listing itself to observe it: "
                    f"{location_of(source.raw.observe)}",
                )

    def test_any_listing_can_be_observed(
        self, source: AskedSource, market: Market, stocks: Stocks
    ) -> None:
        """Without names, with hostile ones, of any kind."""
        for_any_typed_listing(
            market, lambda one: _check(source, market, [one], f"of ticker {one.ticker!r}")
        )
        one = next(iter(stocks.values()))
        for text in HOSTILE_TEXTS:
            hostile = one._replace(name=text, name_local=text)
            _check(source, market, [hostile], f"of a listing named {text!r}")

    def test_no_name_makes_it_run_away(
        self, source: AskedSource, market: Market, stocks: Stocks
    ) -> None:
        """A pattern that backtracks through a long name would block the run for hours."""
        one = next(iter(stocks.values()))
        for part in sorted(SHORT_WORDS | words_of_patterns([type(source.raw).__module__])):
            for text in repeated(part, LONG):
                failure = f"source {source.name} took more than {LONG_S:g} s for a name of {part!r}"
                advice = f"cut the name to 200 characters first: {location_of(source.raw.observe)}"
                with time_limit(LONG_S, failure, advice):
                    source.observe(market, [one._replace(name=text)], f"of a name of {part!r}")

    def test_many_listings_are_observed_quickly(
        self, source: AskedSource, market: Market, stocks: Stocks
    ) -> None:
        """20,000 listings take bounded time."""
        every = tuple(stocks.values())
        many = [
            every[number % len(every)]._replace(ticker=f"{number:06d}") for number in range(MANY)
        ]
        failure = f"source {source.name} took more than {LONGEST_S:g} s for {MANY:,} listings"
        advice = f"read its files once: {location_of(source.raw.observe)}"
        with time_limit(LONGEST_S, failure, advice):
            source.observe(market, many, f"of {MANY:,} listings")


def _check(source: AskedSource, market: Market, listings: Sequence[Listing], about: str) -> None:
    source.observe(market, listings, about)


def _sorted(said: list[Observation]) -> list[Observation]:
    return sorted(said, key=lambda one: (one.ticker, sorted(one.words.items())))
