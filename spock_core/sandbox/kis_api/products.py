"""What KIS's REST API says of the made-up instruments: identifiers, par value, dates."""

from __future__ import annotations

from hashlib import blake2b

from stdnum import isin
from stdnum.gb import sedol

from spock_core.sandbox.instruments import Instrument, Universe
from spock_core.sources.kis.api_source import product_types

UNKNOWN_SHARE = 50
"""KIS does not know one of so many stocks."""
_FIELDS = (
    "std_pdno", "istt_usge_isin_cd", "sedol_no", "lei_cd", "prdt_eng_name", "prdt_clsf_name",
    "blbg_tckr_text", "ovrs_papr", "lstg_stck_num", "lstg_dt", "lstg_yn", "lstg_abol_item_yn",
    "lstg_abol_dt", "chng_bf_pdno", "ptp_item_yn", "ovrs_stck_stop_rson_cd", "buy_unit_qty",
    "tr_crcy_cd", "natn_cd",
)  # fmt: skip


class Products:
    """The products of a universe by KIS's type of product and number."""

    def __init__(self, universe: Universe) -> None:
        self.instruments: dict[tuple[str, str], Instrument] = {}
        for one in universe.instruments():
            product_type = product_types().get((one.exchange.kis_code or "", one.currency))
            if product_type is not None and one.is_stock:
                number = one.exchange.ticker_prefix + one.symbol
                self.instruments[product_type, number] = one

    def output(self, product_type: str, number: str) -> dict[str, str]:
        """Returns all fields of a product, each text; all are empty where KIS does not know it."""
        fields = dict.fromkeys(_FIELDS, "")
        one = self.instruments.get((product_type, number))
        digits = _digits(product_type, number)
        if one is None or digits % UNKNOWN_SHARE == 0:
            return fields
        national = f"{one.region}{digits % 10**9:09}"
        listed = f"{1990 + digits % 30}{1 + digits % 12:02}{1 + digits % 28:02}"
        fields |= {
            "std_pdno": national + isin.calc_check_digit(national),
            "prdt_eng_name": one.name,
            "prdt_clsf_name": one.kind.value,
            "blbg_tckr_text": f"{one.symbol} {one.region} Equity",
            "ovrs_papr": f"{(1 + digits % 100) / 1000:.5f}",
            "lstg_stck_num": str(digits % 10**9),
            "lstg_dt": listed,
            "lstg_yn": "Y",
            "lstg_abol_item_yn": "N",
            "ptp_item_yn": "N",
            "buy_unit_qty": str(one.lot_size),
            "tr_crcy_cd": one.currency,
        }
        if digits % 2:
            code = f"{digits % 10**6:06}"
            fields["sedol_no"] = code + sedol.calc_check_digit(code)
        return fields


def _digits(product_type: str, number: str) -> int:
    """A number that looks random and is the same for the same product."""
    text = f"{product_type} {number}".encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest())
