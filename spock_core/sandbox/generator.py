"""Makes up the instruments of one market's lists by its recipe."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import count, islice

from spock_core.domain import AssetType, Market, SecurityType
from spock_core.plugins.recipe import IssuerKind, ListRecipe, Offshoot, Recipe
from spock_core.sandbox.instruments import Instrument
from spock_core.sandbox.words import CODE_WEIGHTS, HANGUL, SECTOR_WORDS, SYLLABLES

MAX_DUPLICATES = 100_000
"""Duplicate tickers in a row after which a recipe is taken to have no new ones."""

_ETP_KINDS = (
    *((AssetType.ETF, "001", "INDEX ETF"),) * 15,
    (AssetType.ETF, "005", "VIX"),
    *((AssetType.ETN, "002", "INDEX ETN"),) * 3,
    (AssetType.ETN, "006", "VIX"),
)
"""Exchange-traded products in their usual proportions: type, KIS's code for the kind, and words of
their names."""


def make_lists(
    market: Market, recipe: Recipe, scale: float, seed: int
) -> dict[tuple[str, str], tuple[Instrument, ...]]:
    """Returns the instruments of a market by region and list name, sorted by symbol.

    `scale` is a factor on the numbers in the recipe. Raises `ValueError` if the recipe runs out of
    tickers, and whatever its functions raise.
    """
    lists = {}
    used_tickers: set[str] = set()
    for list_recipe in recipe.lists:
        name = list_recipe.list_name
        rng = random.Random(f"{seed} {market.region} {name}")  # noqa: S311  not for cryptography
        maker = _ListMaker(market, recipe, list_recipe, scale, rng, used_tickers)
        instruments = sorted(maker.make(), key=lambda instrument: instrument.symbol)
        lists[market.region, name] = tuple(instruments)
    return lists


class _ListMaker:
    """Makes up one list. Adds its tickers to those used in the region."""

    def __init__(
        self,
        market: Market,
        recipe: Recipe,
        list_recipe: ListRecipe,
        scale: float,
        rng: random.Random,
        used_tickers: set[str],
    ) -> None:
        self._market = market
        self._exchange = market.exchange(list_recipe.list_name)
        self._recipe = recipe
        self._list = list_recipe
        self._scale = scale
        self._rng = rng
        self._used_tickers = used_tickers

    def make(self) -> Iterator[Instrument]:
        """Yields issuers' shares, then their other securities, then funds and the like."""
        stocks = self._scaled(self._list.stocks)
        offshoots = [
            (offshoot, round(stocks * offshoot.share)) for offshoot in self._list.offshoots
        ]
        kinds = [(kind, self._scaled(kind.number)) for kind in self._list.issuers]
        of_kinds = sum(number for kind, number in kinds if kind.list_type is AssetType.STOCK)
        tickers = self._unused_tickers(0)
        plain = max(stocks - of_kinds - sum(number for _, number in offshoots), 0)
        issuers = [self._issuer(ticker) for ticker in islice(tickers, plain)]
        yield from issuers
        for kind, number in kinds:
            for ticker in islice(tickers, number):
                yield self._issuer_of(kind, ticker)
        made = plain + of_kinds
        for offshoot, number in offshoots:
            eligible = [issuer for issuer in issuers if issuer.is_spac == offshoot.of_spacs]
            for instrument in islice(self._offshoots(offshoot, eligible), number):
                made += 1
                yield instrument
        # more issuers where the issuers have fewer other securities than the recipe's share
        yield from (self._issuer(ticker) for ticker in islice(tickers, max(stocks - made, 0)))
        yield from self._others(sum(number for _, number in kinds) - of_kinds)

    def _unused_tickers(self, first: int) -> Iterator[str]:
        """Yields the recipe's tickers from number `first` on that are not used in the region."""
        duplicates = 0
        for number in count(first):
            symbol = self._list.ticker(number)
            duplicates = 0 if self._reserve(symbol) else duplicates + 1
            if duplicates > MAX_DUPLICATES:
                raise ValueError(f"{self._list.list_name}: its tickers repeat")
            if not duplicates:
                yield symbol

    def _reserve(self, symbol: str) -> bool:
        """Marks a ticker as used. Returns whether it was unused."""
        ticker = self._exchange.ticker_prefix + symbol
        is_unused = ticker not in self._used_tickers
        self._used_tickers.add(ticker)
        return is_unused

    def _made_up_word(self) -> str:
        return "".join(self._rng.choices(SYLLABLES, k=3))

    def _scaled(self, number: int) -> int:
        return max(round(number * self._scale), 1) if number else 0

    def _issuer(self, symbol: str) -> Instrument:
        rng, recipe = self._rng, self._list
        code = rng.choices(*zip(*CODE_WEIGHTS.items(), strict=True))[0]
        is_spac = rng.random() < recipe.spacs
        is_receipt = not is_spac and rng.random() < recipe.receipts
        sector_word = self._recipe.sector_words.get(code, SECTOR_WORDS[code])
        legal_form = rng.choice(self._recipe.legal_forms)
        ending = "ACQUISITION CORP" if is_spac else f"{sector_word} {legal_form}"
        name = f"{self._made_up_word()} {ending}"
        name_local = "".join(rng.choices(HANGUL, k=rng.randint(2, 5)))
        if is_receipt:
            name, name_local = f"{name} SPON ADR EACH REP 1 ORD SHS", f"{name_local}(ADR)"
        is_unclassified = is_spac or rng.random() < recipe.unclassified
        return self._instrument(
            symbol,
            name,
            name_local,
            kind=SecurityType.DEPOSITARY_RECEIPT if is_receipt else SecurityType.COMMON,
            shown_code="000" if is_unclassified else code,
            true_code="640" if is_spac else code,
            is_spac=is_spac,
        )

    def _issuer_of(self, kind: IssuerKind, symbol: str) -> Instrument:
        rng = self._rng
        code = kind.sector_code or rng.choices(*zip(*CODE_WEIGHTS.items(), strict=True))[0]
        name_local = "".join(rng.choices(HANGUL, k=rng.randint(2, 5)))
        fields = {"name": self._made_up_word(), "local": name_local}
        is_unclassified = kind.is_spac or (
            not kind.sector_code and rng.random() < self._list.unclassified
        )
        return self._instrument(
            symbol,
            kind.name.format(**fields),
            kind.name_local.format(**fields),
            kind=kind.kind,
            asset_type=kind.list_type,
            shown_code="000" if is_unclassified else code,
            true_code="640" if kind.is_spac else code,
            is_spac=kind.is_spac,
            etp_kind=kind.etp_kind,
        )

    def _offshoots(self, offshoot: Offshoot, issuers: list[Instrument]) -> Iterator[Instrument]:
        """Yields one security for each issuer, then a second series for each, and so on."""
        for series in count():
            if not issuers:
                return
            letter = "ABCDEFGHIJKL"[series % 12] + ("" if series < 12 else str(series // 12))
            for issuer in issuers:
                fields = {
                    "root": issuer.symbol,
                    "tail": issuer.symbol[1:],
                    "name": issuer.name.split(" SPON ADR")[0],
                    "local": issuer.name_local.removesuffix("(ADR)"),
                    "letter": letter,
                    "rate": f"{self._rng.randrange(400, 950, 25) / 100:.3f}",
                }
                symbol = offshoot.ticker.format(**fields)
                if not self._reserve(symbol):
                    continue
                yield self._instrument(
                    symbol,
                    offshoot.name.format(**fields),
                    offshoot.name_local.format(**fields),
                    kind=offshoot.kind,
                    asset_type=offshoot.list_type,
                    true_code=issuer.true_code,
                    issuer=issuer.symbol,
                    is_spac=issuer.is_spac,
                    currency=offshoot.currency,
                )
            if "{letter}" not in offshoot.ticker:
                return  # a second series would have the same ticker

    def _others(self, made: int) -> Iterator[Instrument]:
        """Yields funds, notes, indices and warrants. `made` of the funds exist already."""
        recipe, rng = self._list, self._rng
        tickers = self._unused_tickers(recipe.first_fund)
        for symbol in islice(tickers, max(self._scaled(recipe.funds) - made, 0)):
            asset_type, etp_kind, words = rng.choice(_ETP_KINDS)
            name = f"{self._made_up_word()} {words} {symbol}"
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
            (AssetType.INDEX, SecurityType.INDEX, recipe.indices),
            (AssetType.WARRANT, SecurityType.WARRANT, recipe.warrants),
        ):
            for symbol in islice(tickers, self._scaled(number)):
                name = f"{self._made_up_word()} {kind.value.upper()}"
                yield self._instrument(symbol, name, name, kind=kind, asset_type=asset_type)

    def _instrument(
        self,
        symbol: str,
        name: str,
        name_local: str,
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
            name_local=name_local,
            asset_type=asset_type,
            kind=kind,
            shown_code=shown_code,
            true_code=true_code,
            issuer=issuer or symbol,
            is_spac=is_spac,
            currency=currency or self._rng.choice(currencies),
            lot_size=self._rng.choice(self._list.lots),
            etp_kind=etp_kind,
        )
