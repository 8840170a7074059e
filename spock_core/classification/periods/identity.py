"""Decides whether a key still stands for the same instrument, from what the list said and says.

A ticker is no identity: venues give it to another company some time after the first one left, and a
company may change its name and keep its ticker. Nothing but the lists tells of either, so these
rules compare both names, the asset type and, as a hint, KIS's sector code. They are measured on the
US lists of 2022-09 and 2025-06 (`python -m benchmarks.listing_periods`); docs/classification.md has
the numbers. Pure, and symmetric in the two listings.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from spock_core.classification.issuers import SHARES
from spock_core.classification.kis_codes import NOT_CLASSIFIED
from spock_core.classification.periods.business_words import business_words
from spock_core.classification.periods.local_names import is_spelled_alike, local_likeness
from spock_core.classification.periods.name_likeness import Likeness, likeness, own_words
from spock_core.domain import AssetType, Classification, Listing

_OF_ISSUERS = ("LEI", "CIK")
"""Schemes of identifiers that an issuer keeps for good."""


class Identity(StrEnum):
    """Whether two listings under one key are of the same instrument."""

    SAME = "same"
    ANOTHER = "another"
    DOUBTFUL = "doubtful"


class Verdict(NamedTuple):
    """The answer, and why."""

    identity: Identity
    reason: str
    """One line; the log and `spock show` have it."""


class _Code(StrEnum):
    """What the two sector codes of KIS hint at. KIS keeps the code of a company that changes its
    name, and lists a company that is new to it without one; but it also withdraws codes."""

    KEPT = "KIS's code was kept"
    CHANGED = "KIS's code was not kept"
    UNKNOWN = "KIS has no code"


def identify(
    stored: Listing,
    listed: Listing,
    *,
    was_spac: bool = False,
    is_spac: bool = False,
    was_gone: bool = False,
) -> Verdict:
    """Compares the listing in the register with the one that the list has now under its key.

    `was_spac` and `is_spac`: whether a blank-cheque company issued each of them. Such a company
    becomes another company's business when it merges, and its name changes then. `was_gone`:
    whether the key had left its list in between. Companies rarely change their names meanwhile,
    and venues give a ticker to another company only then.
    """
    was_stock, is_stock = (one.asset_type is AssetType.STOCK for one in (stored, listed))
    if was_stock != is_stock:
        kinds = [one.asset_type.value for one in (stored, listed)]
        return Verdict(Identity.ANOTHER, f"the asset type {kinds[0]} became {kinds[1]}")
    names = likeness(stored.name, listed.name) or local_likeness(
        stored.name_local, listed.name_local
    )
    if names in (None, Likeness.EQUAL):
        reason = "the names are the same" if names else "there are no two names to compare"
        return Verdict(Identity.SAME, reason)
    if not is_stock:
        # Funds change their names, and lists change how they write them: with the trust or without.
        # Nothing is concluded of a fund, so nothing can be said of the wrong one.
        return Verdict(Identity.SAME, "a fund, of which nothing is concluded")
    if was_spac or is_spac:
        return _blank_cheques(names, both=was_spac and is_spac)
    local = is_spelled_alike(stored.name_local, listed.name_local)
    if stored.security_type in SHARES and listed.security_type in SHARES:
        return _shares(stored, listed, names, local, was_gone=was_gone)
    return _related_securities(names, local)


def identify_by_answer(
    earlier: str | None,
    present: str | None,
    told: str,
    known: Classification | None,
    code: str,
    *,
    repeated: bool,
) -> Verdict:
    """Settles a doubt by what a provider answers about the key.

    `earlier` and `present`: the names in the list, before and now; `told`: the provider's name, or
    empty; `known`: what the earlier name is classified as; `code`: the GICS code of the answer's
    words, or empty; `repeated`: whether a source said the very same words before.

    The business decides: a company that changes its name goes on with it. A provider that still
    tells the earlier name and the same business may not know yet what the list knows.
    """
    if known is None or known.sector_code is None:
        return Verdict(Identity.SAME, "nothing was said of it before")
    if not code and not repeated:
        return Verdict(Identity.DOUBTFUL, "the answer names no business")
    before = known.industry_code or known.industry_group_code or known.sector_code
    if not repeated and not before.startswith(code) and not code.startswith(before):
        return Verdict(Identity.ANOTHER, "the names differ, and so does the business")
    if tells_of_earlier(earlier, present, told):
        return Verdict(Identity.DOUBTFUL, "the answer has the earlier name")
    return Verdict(Identity.SAME, "the business is the same")


def identify_by_identifiers(before: Mapping[str, str], now: Mapping[str, str]) -> Verdict:
    """Settles a doubt by identifiers, by scheme: those stored before, and those stated now.

    An equal one proves the same security or issuer. Another issuer's proves another one, while a
    company gets another ISIN by a split or by moving its seat.
    """
    equal = [scheme for scheme in now if before.get(scheme) == now[scheme]]
    if equal:
        return Verdict(Identity.SAME, f"the {equal[0]} is the same")
    for scheme in _OF_ISSUERS:
        if scheme in before and scheme in now:
            return Verdict(Identity.ANOTHER, f"the names differ, and so does the {scheme}")
    return Verdict(Identity.DOUBTFUL, "no identifier tells")


def tells_of_earlier(earlier: str | None, present: str | None, told: str) -> bool:
    """Whether a name is rather the earlier than the present one of a key."""
    fits = (Likeness.EQUAL, Likeness.EXTENDED)
    return likeness(told, earlier) in fits and likeness(told, present) not in fits


def _blank_cheques(names: Likeness | None, *, both: bool) -> Verdict:
    """A sponsor numbers its companies, and gives the ticker of one that merged to the next."""
    if not both:
        return Verdict(Identity.ANOTHER, "a blank-cheque company and a business")
    if names in (Likeness.NUMBERED, Likeness.APART):
        return Verdict(Identity.ANOTHER, f"two blank-cheque companies; their names are {names}")
    return Verdict(Identity.SAME, "a blank-cheque company that keeps words of its name")


def _related_securities(names: Likeness | None, local: bool | None) -> Verdict:
    """Preferred shares, units, warrants, rights, notes: their issuer is found by name every night,
    and providers know nothing of them, so a doubt would never end."""
    if names in (Likeness.NUMBERED, Likeness.APART) and not local:
        return Verdict(Identity.ANOTHER, f"the names of the issuers are {names}")
    return Verdict(Identity.SAME, "the issuer keeps words of its name")


def _longer_name(stored: Listing, listed: Listing, local: bool | None, code: _Code) -> Verdict:
    """One name has words that the other lacks, and no more.

    A word that tells a business may be another company's (`Nova`, `Nova Minerals`), unless KIS's
    code or the local name says that the company is the same. Where there are only local names,
    nothing tells what their words mean.
    """
    reason = "a name that became longer or shorter"
    if code is _Code.KEPT or local:
        return Verdict(Identity.SAME, reason)
    if not (stored.name and listed.name):
        return Verdict(Identity.DOUBTFUL, f"the local names only begin alike, and {code}")
    if words := business_words(own_words(stored.name, listed.name)):
        return Verdict(Identity.DOUBTFUL, f"one name lacks the word {words[0]}, and {code}")
    return Verdict(Identity.SAME, reason)


def _shares(
    stored: Listing,
    listed: Listing,
    names: Likeness | None,
    local: bool | None,
    *,
    was_gone: bool,
) -> Verdict:
    code = _code(stored, listed)
    if names is Likeness.EXTENDED and not (was_gone and code is _Code.CHANGED):
        return _longer_name(stored, listed, local, code)
    if code is _Code.KEPT and (local or names is not Likeness.APART):
        return Verdict(Identity.SAME, f"the names share words, and {code}")
    if names is Likeness.RELATED and local and code is _Code.UNKNOWN:
        return Verdict(Identity.SAME, "the local name is the same")
    if code is _Code.CHANGED and not local and names is not Likeness.EXTENDED:
        return Verdict(Identity.ANOTHER, f"the names are {names}, and {code}")
    if was_gone and code is _Code.UNKNOWN and not local:
        return Verdict(Identity.ANOTHER, f"the names are {names}, and it had left its list")
    return Verdict(Identity.DOUBTFUL, f"the names are {names}, and {code}")


def _code(stored: Listing, listed: Listing) -> _Code:
    codes = {stored.kis_sector_code, listed.kis_sector_code}
    if not all(codes) or codes == {NOT_CLASSIFIED}:
        return _Code.UNKNOWN
    if len(codes) == 1:
        return _Code.KEPT
    return _Code.CHANGED
