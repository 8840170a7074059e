"""Where words mislead: a table, a row a judgement, each with its reason.

A row holds for stocks of which all its words were said, and whose name fits where it asks for one.
Rows are few on purpose: each states something about the schemes, not about a company. A market may
add its own. `benchmarks/accuracy.py` prints how many stocks each row decides, and how many rightly.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from spock_core.domain import Claim, Judgement, Listing

_PAYMENTS = r"\bPAYMENTS?\b"

JUDGEMENTS = (
    Judgement(
        ("130", "Metal Fabrication"),
        "2010",
        0.75,
        "who fabricates metal for machines and aircraft is Industrials, who smelts it Materials",
    ),
    Judgement(
        ("Metal Fabrication",),
        "151040",
        0.75,
        "named after the metal itself: it makes the metal",
        r"\b(STEEL|METALS?|TITANIUM|ALUMIN(I)?UM|COPPER|ALLOYS?|SUPERCONDUCT\w*)\b",
    ),
    Judgement(
        ("Household & Personal Products", "340"),
        "252010",
        0.8,
        "Yahoo counts makers of appliances and housewares with those of soap",
    ),
    Judgement(
        ("Household & Personal Products", "380"),
        "2550",
        0.8,
        "Yahoo counts who trades soap with who makes it",
    ),
    Judgement(
        ("260", "Capital Markets"),
        "402030",
        0.85,
        "services to one sector belong to that sector in GICS; KIS counts them as commercial",
    ),
    Judgement(
        ("280",),
        "101020",
        0.85,
        "owners of tankers are Energy in GICS",
        r"\b(ENERGY|ENGY|TANKERS?|LNG|LPG|PETROLEUM|CRUDE|OIL)\b",
    ),
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


_BY_LAST_WORD: dict[str, list[Judgement]] = {}
for _row in JUDGEMENTS:
    _BY_LAST_WORD.setdefault(_row.words[-1], []).append(_row)


def judge(
    listing: Listing, claims: Sequence[Claim], of_market: Sequence[Judgement] = ()
) -> list[Claim]:
    """The claims as they should be read: what a judgement is about is replaced by it.

    Of several judgements about the same words the first counts.
    """
    spoken = {claim.words for claim in claims}
    concerned = [one for one in of_market if one.words[-1] in spoken]
    concerned += [one for word in spoken for one in _BY_LAST_WORD.get(word, ())]
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
        )
        read = [claim for claim in read if claim.words not in judgement.words]
        read.append(corrected)
    return read


def _fits(pattern: str, listing: Listing) -> bool:
    return not pattern or bool(_compiled(pattern).search((listing.name or "").upper()))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
