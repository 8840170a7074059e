"""Source `kis-api`: identifiers, par value and dates of a stock, for those who have a key of KIS.

Source: KIS Developers, "해외주식 상품기본정보" (overseas product information), `CTPF1702R`.
"""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from spock_core.domain import Claim, Market, Observation
from spock_core.domain.queries import Said, Site, StockQuerySource
from spock_core.domain.stock import AskableStock
from spock_core.domain.tables import SourceTerms
from spock_core.domain.text import read_amount
from spock_core.plugins.hookspecs import hookimpl

if TYPE_CHECKING:
    from spock_core.sources.kis.api_client import KisApiClient, KisJudge

NAME = "kis-api"
RATE, PAPER_RATE = 20.0, 2.0
"""Requests a second that KIS allows, and for paper trading."""
PAPER = "openapivts"
"""How the host of paper trading begins."""
WORDS = MappingProxyType(
    {
        "bloomberg": "blbg_tckr_text",
        "par_value": "ovrs_papr",
        "listed_shares": "lstg_stck_num",
        "listed_on": "lstg_dt",
        "delisted_on": "lstg_abol_dt",
        "former_number": "chng_bf_pdno",
        "publicly_traded_partnership": "ptp_item_yn",
        "suspended": "ovrs_stck_stop_rson_cd",
        "lot": "buy_unit_qty",
        "country": "natn_cd",
        "class": "prdt_clsf_name",
    }
)
"""KIS's fields by the name of the word."""
IDENTIFIERS = MappingProxyType({"ISIN": "std_pdno", "SEDOL": "sedol_no", "LEI": "lei_cd"})
OTHER_ISIN = "istt_usge_isin_cd"
"""A field that has the ISIN where `std_pdno` has none."""


class KisApi(StockQuerySource):
    """KIS's REST API as a source, one stock a request."""

    name = NAME
    counts_as = NAME
    most_symbols = 1
    about = SourceTerms(
        provider=NAME,
        regions=(),
        tells=("identifiers", "dates"),
        terms="For customers of KIS with a key of their own.",
        requires=("kis_app_key", "kis_app_secret"),
    )

    def site(self, settings: Any) -> Site:
        """See `QuerySource.site`."""
        base = settings.kis_api_url.rstrip("/")
        paper = base.partition("://")[2].startswith(PAPER)
        return Site(
            addresses=(base,),
            rate=PAPER_RATE if paper else RATE,
            base=base,
            budget=settings.kis_api_budget,
            max_bytes=64 * 1024,
        )

    def judge(self) -> KisJudge:
        """See `QuerySource.judge`."""
        from spock_core.sources.kis.api_client import KisJudge

        return KisJudge()

    @contextlib.contextmanager
    def open(self, gate: Any, site: Site, settings: Any) -> Iterator[KisApiClient]:
        """See `QuerySource.open`."""
        from spock_core.sources.kis.api_client import KisApiClient
        from spock_core.sources.queries.web_service import open_web_service

        with open_web_service(gate, site, settings) as service:
            yield KisApiClient(service, str(site.base), settings)

    def symbol(self, stock: AskableStock) -> str:
        """See `QuerySource.symbol`: KIS's type of product and its number."""
        product_type = product_types().get((stock.kis_exchange or "", stock.currency))
        return f"{product_type}:{stock.key.ticker}" if product_type else ""

    def ask(self, client: KisApiClient, symbols: Sequence[str]) -> Mapping[str, Said]:
        """See `StockQuerySource.ask`."""
        [symbol] = symbols
        product_type, _, number = symbol.partition(":")
        fields = client.product(product_type, number)
        words = {word: fields.get(field, "") for word, field in WORDS.items()}
        identifiers = {scheme: fields.get(field, "") for scheme, field in IDENTIFIERS.items()}
        identifiers["ISIN"] = identifiers["ISIN"] or fields.get(OTHER_ISIN, "")
        said = Said(
            {word: text for word, text in words.items() if text},
            fields.get("prdt_eng_name", ""),
            {scheme: text for scheme, text in identifiers.items() if text},
        )
        return {symbol: said} if said.words or said.identifiers else {}

    def claim(self, observation: Observation, market: Market) -> Claim | None:
        """Returns the par value alone: its words say nothing of a sector."""
        value = read_amount(observation.words.get("par_value", ""))
        if value is None:
            return None
        return Claim(self.name, "", 1.0, f"KIS: par value {value:g}", par_value=value)


@cache
def product_types() -> Mapping[tuple[str, str], str]:
    """Returns KIS's type of product by its code of the list and the currency."""
    text = (files(__package__) / "product_types.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {(row["list"], row["currency"]): row["product_type"] for row in rows}


@hookimpl
def spock_sources() -> Iterable[KisApi]:
    """Registers the source `kis-api`."""
    return (KisApi(),)
