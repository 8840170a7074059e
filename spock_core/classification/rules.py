"""Where words mislead: a table, a row a judgement, each with its reason.

A row holds for stocks of which all its words were said, and whose name fits where it asks for one.
Rows are few on purpose: each states something about the schemes, not about a company. A market may
add its own. `benchmarks/accuracy.py` prints how many stocks each reason decides, and how many
rightly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from spock_core.classification.yahoo_industries import YAHOO_INDUSTRIES
from spock_core.domain import Claim, Judgement, Listing

_PAYMENTS = r"\bPAYMENTS?\b"
_TANKERS = r"\b(ENERGY|ENGY|TANKERS?|LNG|LPG|PETROLEUM|CRUDE|OIL)\b"
_METALS = r"\b(STEEL|METALS?|TITANIUM|ALUMIN(I)?UM|COPPER|ALLOYS?|SUPERCONDUCT\w*)\b"


_NO_BUSINESS = ("Capital Markets", "Shell Companies")
"""Under these Yahoo keeps miners of bitcoin, and companies that it has not looked at for long."""


def _yahoo_is_newer() -> Iterator[Judgement]:
    """Software, as KIS keeps it, stands as it stood before GICS was changed in 2018 and 2023."""
    why = (
        "KIS keeps what moved out of software in 2018 and 2023; where Yahoo names a business, it is"
    )
    for row in YAHOO_INDUSTRIES.values():
        if row.sector != "Technology" and row.name not in _NO_BUSINESS:
            yield Judgement(("720", row.name), row.gics_code, 0.8, why)


def _pairs(
    code: str, industries: Sequence[str], gics_code: str, confidence: float, reason: str
) -> Iterator[Judgement]:
    """The same of several of Yahoo's industries beside one code."""
    for industry in industries:
        yield Judgement((code, industry), gics_code, confidence, reason)


RULES = (
    # What KIS's code is too wide to tell, and Yahoo tells.
    *_yahoo_is_newer(),
    *_pairs(
        "010",
        ("Utilities - Regulated Gas", "Utilities - Diversified"),
        "551020",
        0.8,
        "who brings gas to houses is a utility",
    ),
    *_pairs(
        "220", ("Residential Construction",), "252010", 0.85, "who builds homes is Discretionary"
    ),
    *_pairs(
        "230",
        ("Semiconductors", "Semiconductor Equipment & Materials"),
        "453010",
        0.85,
        "KIS counts makers of machines for chips with those of other machines",
    ),
    *_pairs(
        "230",
        ("Communication Equipment",),
        "452010",
        0.75,
        "KIS counts some makers of network gear with those of machines",
    ),
    *_pairs(
        "230",
        ("Medical Devices", "Medical Instruments & Supplies"),
        "351010",
        0.8,
        "instruments for medicine are Health Care",
    ),
    *_pairs("250", ("Medical Distribution",), "351020", 0.85, "who trades medicine is Health Care"),
    *_pairs("250", ("Food Distribution",), "301010", 0.85, "who trades food is Staples"),
    *_pairs(
        "250", ("Oil & Gas Refining & Marketing",), "101020", 0.85, "who trades fuel is Energy"
    ),
    *_pairs(
        "260",
        ("Capital Markets",),
        "402030",
        0.85,
        "services to one sector belong to that sector in GICS; KIS counts them as commercial",
    ),
    *_pairs(
        "260", ("Real Estate Services",), "602010", 0.85, "who manages property is Real Estate"
    ),
    *_pairs("260", ("Education & Training Services",), "253020", 0.85, "schools are Discretionary"),
    *_pairs(
        "260", ("Diagnostics & Research",), "352030", 0.8, "research for drug makers is Health Care"
    ),
    *_pairs(
        "330",
        ("Electronic Gaming & Multimedia",),
        "502020",
        0.9,
        "makers of games moved to Communication Services in 2018",
    ),
    *_pairs(
        "370",
        ("Travel Services",),
        "253010",
        0.8,
        "who sells travel is Discretionary, by whatever medium",
    ),
    *_pairs(
        "380",
        ("Discount Stores", "Grocery Stores", "Food Distribution"),
        "301010",
        0.85,
        "who sells food, or everything, moved to Staples in 2023",
    ),
    *_pairs("380", ("Medical Distribution",), "351020", 0.85, "who trades medicine is Health Care"),
    *_pairs(
        "380",
        ("Electronics & Computer Distribution",),
        "452030",
        0.75,
        "who trades electronics is IT in GICS",
    ),
    *_pairs(
        "380",
        ("Real Estate - Development", "Real Estate - Diversified"),
        "602010",
        0.8,
        "what was a shop and lives off its property is Real Estate",
    ),
    *_pairs(
        "630",
        ("Residential Construction",),
        "252010",
        0.95,
        "who builds homes to sell them is Discretionary",
    ),
    *_pairs(
        "630", ("Lodging", "Resorts & Casinos"), "253010", 0.8, "who runs hotels is Discretionary"
    ),
    *_pairs("630", ("REIT - Mortgage",), "402040", 0.98, "mortgage REITs are Financials in GICS"),
    # What Yahoo's industry is too wide to tell, and KIS's code tells.
    *_pairs(
        "130",
        ("Metal Fabrication",),
        "2010",
        0.75,
        "who fabricates metal for machines and aircraft is Industrials, who smelts it Materials",
    ),
    *_pairs(
        "340",
        ("Household & Personal Products",),
        "252010",
        0.8,
        "Yahoo counts makers of appliances and housewares with those of soap",
    ),
    *_pairs(
        "380",
        ("Household & Personal Products",),
        "2550",
        0.8,
        "Yahoo counts who trades soap with who makes it",
    ),
    # What a name tells that the words do not.
    Judgement(
        ("Metal Fabrication",),
        "151040",
        0.75,
        "named after the metal itself: it makes the metal",
        _METALS,
    ),
    Judgement(("280",), "101020", 0.85, "owners of tankers are Energy in GICS", _TANKERS),
    Judgement(
        ("380",),
        "502010",
        0.85,
        "media that also sell goods moved to Communication Services in 2018",
        r"\bMEDIA\b",
    ),
    Judgement(
        ("340",),
        "4520",
        0.75,
        "KIS counts makers of screens and devices with those of furniture",
        r"\b(ELECTRONICS?|TECHNOLOG(Y|IES))\b",
    ),
    Judgement(
        ("630",),
        "402040",
        0.95,
        "mortgage REITs are Financials in GICS",
        r"\b(MORTGAGE|MTGE?)\b",
    ),
    *(
        Judgement((said,), "402010", 0.9, "payments moved to Financials in 2023", _PAYMENTS)
        for said in (
            "720",
            "Software - Infrastructure",
            "Software - Application",
            "Information Technology Services",
            "Specialty Business Services",
        )
    ),
)


_PLACES: dict[str, list[int]] = {}
"""Where in the table the judgements stand whose last word is this."""
for _place, _row in enumerate(RULES):
    _PLACES.setdefault(_row.words[-1], []).append(_place)


def apply_rules(
    listing: Listing, claims: Sequence[Claim], of_market: Sequence[Judgement] = ()
) -> list[Claim]:
    """The claims as they should be read: what a judgement is about is replaced by it.

    What is overruled keeps what it says of flags.
    Of several judgements about the same words the first counts: a market's before the table's, and
    the table's in its order.
    """
    spoken = {claim.words for claim in claims}
    places = sorted(place for word in spoken for place in _PLACES.get(word, ()))
    concerned = [one for one in of_market if one.words[-1] in spoken]
    concerned += [RULES[place] for place in places]
    read = list(claims)
    for judgement in concerned:
        said = {claim.words: claim for claim in read}
        if not said.keys() >= set(judgement.words) or not _fits(judgement.name, listing):
            continue
        corrected = said[judgement.words[-1]]._replace(
            gics_code=judgement.gics_code,
            confidence=judgement.confidence,
            reason=judgement.reason,
            words="",  # judged once
            weight=1.0,
        )
        read = [*_overruled(read, judgement.words), corrected]
    return read


def _overruled(read: Sequence[Claim], words: Sequence[str]) -> Iterator[Claim]:
    """What is left of the claims once these words count no more."""
    for claim in read:
        if claim.words not in words:
            yield claim
        elif claim.words != words[-1] and (claim.is_spac, claim.is_preferred) != (None, None):
            yield claim._replace(gics_code="", words="")


def _fits(pattern: str, listing: Listing) -> bool:
    return not pattern or bool(_compiled(pattern).search((listing.name or "").upper()))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
