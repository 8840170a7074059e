"""Makes up the lists of one market from its recipe."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import count, islice

from spock_core.domain import AssetType, Market, SecurityType
from spock_core.plugins.recipe import IssuerKind, ListRecipe, Offshoot, Recipe
from spock_core.sandbox.instruments import Instrument
from spock_core.sandbox.words import CODE_WEIGHTS, HANGUL, SECTOR_WORDS, SYLLABLES

MOST_TAKEN = 100_000
"""Tickers in a row that a list has already, after which a recipe is taken to make no new ones."""

_ETP_KINDS = (
    *((AssetType.ETF, "001", "INDEX ETF"),) * 15,
    (AssetType.ETF, "005", "VIX"),
    *((AssetType.ETN, "002", "INDEX ETN"),) * 3,
    (AssetType.ETN, "006", "VIX"),
)
"""Exchange-traded products as often as they come, with KIS's kinds and words of their names."""


def _lists(
    market: Market, recipe: Recipe, scale: float, seed: int
) -> dict[tuple[str, str], tuple[Instrument, ...]]:
    lists = {}
    taken: set[str] = set()
    for one in recipe.lists:
        dice = random.Random(f"{seed} {market.region} {one.list_name}")  # noqa: S311  made up
        maker = _ListMaker(market, recipe, one, scale, dice, taken)
        instruments = sorted(maker.make(), key=lambda instrument: instrument.symbol)
        lists[market.region, one.list_name] = tuple(instruments)
    return lists


class _ListMaker:
    """Makes up one list."""

    def __init__(
        self,
        market: Market,
        recipe: Recipe,
        one: ListRecipe,
        scale: float,
        dice: random.Random,
        taken: set[str],
    ) -> None:
        self._market = market
        self._exchange = market.exchange(one.list_name)
        self._recipe = recipe
        self._list = one
        self._scale = scale
        self._dice = dice
        self._taken = taken
        """Tickers of the region: no two are the same."""

    def make(self) -> Iterator[Instrument]:
        stocks = self._scaled(self._list.stocks)
        offshoots = [(kind, round(stocks * kind.share)) for kind in self._list.offshoots]
        kinds = [(kind, self._scaled(kind.number)) for kind in self._list.issuers]
        tickers = self._free_tickers(0)
        others = sum(number for kind, number in kinds if kind.list_type is AssetType.STOCK)
        plain = max(stocks - others - sum(number for _, number in offshoots), 0)
        issuers = [self._issuer(ticker) for ticker in islice(tickers, plain)]
        yield from issuers
        for kind, number in kinds:
            for ticker in islice(tickers, number):
                yield self._issuer_of(kind, ticker)
        issued = plain + others
        for offshoot, number in offshoots:
            fitting = [one for one in issuers if one.is_spac == offshoot.of_spacs]
            for one in islice(self._offshoots(offshoot, fitting), number):
                issued += 1
                yield one
        yield from (self._issuer(ticker) for ticker in islice(tickers, max(stocks - issued, 0)))
        yield from self._others(sum(number for _, number in kinds) - others)

    def _free_tickers(self, first: int) -> Iterator[str]:
        """Tickers that nothing in the region has yet."""
        taken = 0
        for number in count(first):
            symbol = self._list.ticker(number)
            taken = 0 if self._take(symbol) else taken + 1
            if taken > MOST_TAKEN:
                raise ValueError(f"{self._list.list_name}: its tickers come again and again")
            if not taken:
                yield symbol

    def _take(self, symbol: str) -> bool:
        ticker = self._exchange.ticker_prefix + symbol
        free = ticker not in self._taken
        self._taken.add(ticker)
        return free

    def _made_up(self) -> str:
        return "".join(self._dice.choices(SYLLABLES, k=3))

    def _scaled(self, number: int) -> int:
        return max(round(number * self._scale), 1) if number else 0

    def _issuer(self, symbol: str) -> Instrument:
        dice, one = self._dice, self._list
        code = dice.choices(*zip(*CODE_WEIGHTS.items(), strict=True))[0]
        is_spac = dice.random() < one.spacs
        receipt = not is_spac and dice.random() < one.receipts
        word = self._recipe.sector_words.get(code, SECTOR_WORDS[code])
        form = dice.choice(self._recipe.legal_forms)
        name = (
            f"{self._made_up()} ACQUISITION CORP" if is_spac else f"{self._made_up()} {word} {form}"
        )
        local = "".join(dice.choices(HANGUL, k=dice.randint(2, 5)))
        if receipt:
            name, local = f"{name} SPON ADR EACH REP 1 ORD SHS", f"{local}(ADR)"
        hidden = is_spac or dice.random() < one.unclassified
        return self._instrument(
            symbol,
            name,
            local,
            kind=SecurityType.DEPOSITARY_RECEIPT if receipt else SecurityType.COMMON,
            shown_code="000" if hidden else code,
            true_code="640" if is_spac else code,
            is_spac=is_spac,
        )

    def _issuer_of(self, kind: IssuerKind, symbol: str) -> Instrument:
        dice = self._dice
        code = kind.sector_code or dice.choices(*zip(*CODE_WEIGHTS.items(), strict=True))[0]
        local = "".join(dice.choices(HANGUL, k=dice.randint(2, 5)))
        words = {"name": self._made_up(), "local": local}
        hidden = kind.is_spac or (not kind.sector_code and dice.random() < self._list.unclassified)
        return self._instrument(
            symbol,
            kind.name.format(**words),
            kind.name_local.format(**words),
            kind=kind.kind,
            asset_type=kind.list_type,
            shown_code="000" if hidden else code,
            true_code="640" if kind.is_spac else code,
            is_spac=kind.is_spac,
            etp_kind=kind.etp_kind,
        )

    def _offshoots(self, kind: Offshoot, issuers: list[Instrument]) -> Iterator[Instrument]:
        for series in count():
            if not issuers:
                return
            letter = "ABCDEFGHIJKL"[series % 12] + ("" if series < 12 else str(series // 12))
            for issuer in issuers:
                words = {
                    "root": issuer.symbol,
                    "tail": issuer.symbol[1:],
                    "name": issuer.name.split(" SPON ADR")[0],
                    "local": issuer.name_local.removesuffix("(ADR)"),
                    "letter": letter,
                    "rate": f"{self._dice.randrange(400, 950, 25) / 100:.3f}",
                }
                symbol = kind.ticker.format(**words)
                if not self._take(symbol):
                    continue
                yield self._instrument(
                    symbol,
                    kind.name.format(**words),
                    kind.name_local.format(**words),
                    kind=kind.kind,
                    asset_type=kind.list_type,
                    true_code=issuer.true_code,
                    issuer=issuer.symbol,
                    is_spac=issuer.is_spac,
                    currency=kind.currency,
                )
            if "{letter}" not in kind.ticker:
                return

    def _others(self, counted: int) -> Iterator[Instrument]:
        """What is no stock to the list. `counted`: instruments that are among its funds already."""
        one, dice = self._list, self._dice
        tickers = self._free_tickers(one.first_fund)
        for symbol in islice(tickers, max(self._scaled(one.funds) - counted, 0)):
            asset_type, etp_kind, words = dice.choice(_ETP_KINDS)
            name = f"{self._made_up()} {words} {symbol}"
            is_note = asset_type is AssetType.ETN
            yield self._instrument(
                symbol,
                name,
                name,
                kind=SecurityType.NOTE if is_note else SecurityType.FUND,
                asset_type=asset_type,
                etp_kind=etp_kind,
            )
        for asset_type, kind, number in (
            (AssetType.INDEX, SecurityType.INDEX, one.indices),
            (AssetType.WARRANT, SecurityType.WARRANT, one.warrants),
        ):
            for symbol in islice(tickers, self._scaled(number)):
                name = f"{self._made_up()} {kind.value.upper()}"
                yield self._instrument(symbol, name, name, kind=kind, asset_type=asset_type)

    def _instrument(
        self,
        symbol: str,
        name: str,
        local: str,
        *,
        kind: SecurityType,
        asset_type: AssetType = AssetType.STOCK,
        shown_code: str = "000",
        true_code: str = "000",
        issuer: str | None = None,
        is_spac: bool = False,
        etp_kind: str = "   ",
        currency: str = "",
    ) -> Instrument:
        currencies = self._list.currencies or (self._exchange.currency,)
        return Instrument(
            region=self._market.region,
            exchange=self._exchange,
            recipe=self._list,
            symbol=symbol,
            name=name[:60],
            name_local=local,
            asset_type=asset_type,
            kind=kind,
            shown_code=shown_code,
            true_code=true_code,
            issuer=issuer or symbol,
            is_spac=is_spac,
            currency=currency or self._dice.choice(currencies),
            lot_size=self._dice.choice(self._list.lots),
            etp_kind=etp_kind,
        )
