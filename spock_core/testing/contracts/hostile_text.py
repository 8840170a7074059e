"""Contracts of a market's rules for hostile text in lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from spock_core.domain import AssetType, Exchange, Listing, Market
from spock_core.testing.contracts.base import Contracts
from spock_core.testing.example import listing
from spock_core.testing.failures import call_rule, describe, fail, location_of, time_limit
from spock_core.testing.hostile import HOSTILE_TEXTS, SHORT_WORDS, repeated, words_of_patterns
from spock_core.testing.listings import exchange_listings, listings, typed

FEW = 200
LONG = 10_000
"""Characters of a long name."""
LONGEST_S = 1.0
"""CPU seconds that a rule may take for one long name."""
TICKERS = ("", " ", "/", "A/", "/A", "A/B/C", "0", "가", "\x1b[0m", "." * 32, "9" * 32)


class HostileTextContracts(Contracts):
    """No text in a list makes a rule raise or take too long."""

    def test_no_name_makes_a_rule_raise(self, market: Market, exchange: Exchange) -> None:
        """Control characters, escape sequences, formulas, lone surrogates, no name at all."""
        ticker = _ticker(market, exchange)
        for name in (None, *HOSTILE_TEXTS):
            for local in (None, name):
                for asset_type in AssetType:
                    one = _listing(market, exchange, ticker, name, local)._replace(
                        asset_type=asset_type
                    )
                    for rule_name, rule, seen in _rules(market, one):
                        call_rule(rule_name, rule, seen)

    def test_no_ticker_makes_a_rule_raise(self, market: Market, exchange: Exchange) -> None:
        """A damaged line can have any ticker."""
        for ticker in TICKERS:
            one = _listing(market, exchange, ticker, "SOME NAME", None)
            for rule_name, rule, seen in _rules(market, one):
                call_rule(rule_name, rule, seen)

    def test_no_name_makes_a_rule_run_away(self, market: Market) -> None:
        """A pattern that backtracks through a long name would block the run for hours."""
        exchange = market.exchanges[0]
        ticker = _ticker(market, exchange)
        for word in sorted(_words(market)):
            for name in repeated(word, LONG):
                one = _listing(market, exchange, ticker, name, name)
                for rule_name, rule, seen in _rules(market, one):
                    failure = f"{rule_name} took more than {LONGEST_S:g} s for {describe(one)}"
                    advice = (
                        "remove repetitions inside a repetition, (A+)+, and repeated .* from the "
                        f"patterns of {location_of(rule)}, or cut the name to 200 characters first"
                    )
                    with time_limit(LONGEST_S, failure, advice):
                        call_rule(rule_name, rule, seen)


def _rules(market: Market, one: Listing) -> Iterator[tuple[str, Callable[[Listing], Any], Listing]]:
    """Yields the market's rules with their names, and the listing as each of them sees it."""
    yield "security_type", market.security_type, one
    seen = typed(market, one)
    yield "yahoo_symbol", market.yahoo_symbol, seen
    yield "is_spac", market.is_spac, seen
    yield "issuer_tickers", market.issuer_tickers, seen
    yield "is_counter", market.is_counter, seen


def _listing(
    market: Market, exchange: Exchange, ticker: str, name: str | None, local: str | None
) -> Listing:
    return listing(
        market,
        ticker,
        name,
        exchange=exchange.mic,
        kis_exchange=exchange.kis_code,
        name_local=local,
        security_type=None,
    )


def _ticker(market: Market, exchange: Exchange) -> str:
    found = next(iter(exchange_listings(market, exchange, FEW)), None)
    if found is None:
        fail(
            f"the sandbox recipe has no listing of exchange {exchange.list_name}",
            "give the Recipe a ListRecipe for each exchange (hook spock_sandbox_recipe)",
        )
    return found.ticker


def _words(market: Market) -> set[str]:
    """Returns texts to repeat in a long name.

    They are single characters, a name of each security type without its last word, and the words in
    the patterns of the market's own modules.
    """
    words = set(SHORT_WORDS)
    names = {one.security_type: one.name for one in listings(market.region, FEW) if one.name}
    words |= {f"{name.rpartition(' ')[0]} " for name in names.values()}
    rules = (
        market.security_type,
        market.yahoo_symbol,
        market.is_spac,
        market.issuer_tickers,
        market.is_counter,
    )
    return words | words_of_patterns(rule.__module__ for rule in rules)
