"""Whose an instrument is: finds the issuer's shares of preferred shares, units, notes and classes.

Two ways, and both must be sure, since a false family is worse than none:

* by symbol: the market says under which tickers an issuer's shares may be listed (`MET` for
  `MET/E`), and the names must fit, unless it says that one is another counter of the same share;
* by name, for what is no share itself: what comes before the words about the security is exactly
  the name of one listed company, in English or in the list's other language.

Pure: names and tickers in, tickers out; the same on any machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from spock_core.classification.company_names import company, local_company, words_of
from spock_core.domain import AssetType, Listing, Market, SecurityType

SHARES = (SecurityType.COMMON, SecurityType.DEPOSITARY_RECEIPT, SecurityType.REIT)
"""What sources speak of: a company's own shares, or receipts for them."""
_SHORTEST_NAME = 4
"""A shorter one could be anybody's."""


def issuers(
    market: Market, listings: Iterable[Listing], former: Iterable[Listing] = ()
) -> dict[str, str]:
    """The ticker of the issuer's shares, by the ticker of each offshoot whose issuer is listed.

    `listings`: the active stocks of one region. `former`: shares that have left their list; who has
    no issuer among the active ones may have one here. Nobody's issuer is an offshoot itself.
    """
    stocks = sorted(
        (one for one in listings if one.asset_type is AssetType.STOCK), key=lambda one: one.ticker
    )
    shares = {one.ticker: one for one in stocks if one.security_type in SHARES}
    found, orphans = _match(market, stocks, shares)
    gone = {
        one.ticker: one
        for one in former
        if one.security_type in SHARES and one.ticker not in shares
    }
    late, _ = _match(market, orphans, gone)
    return _headed(found | late)


def _match(
    market: Market, stocks: Iterable[Listing], shares: Mapping[str, Listing]
) -> tuple[dict[str, str], list[Listing]]:
    """Issuers among these shares, and what is no share and has none."""
    found: dict[str, str] = {}
    orphans = []
    for one in stocks:
        issuer = _by_symbol(one, market, shares)
        if issuer is not None:
            found[one.ticker] = issuer
        elif one.security_type not in SHARES:
            orphans.append(one)
    if orphans and shares:
        found |= _by_name(orphans, shares)
    return found, [one for one in orphans if one.ticker not in found]


def _headed(found: Mapping[str, str]) -> dict[str, str]:
    """Every offshoot with the head of its family: the issuer's issuer, where it has one.

    Of shares that name each other the first by ticker is the head, and no offshoot.
    """
    headed = {}
    for ticker in found:
        path = [ticker]
        while path[-1] in found and path[-1] not in path[:-1]:
            path.append(found[path[-1]])
        head = path[-1]
        if head in path[:-1]:
            head = min(path[path.index(head) :])
        if head != ticker:
            headed[ticker] = head
    return headed


def _by_symbol(one: Listing, market: Market, shares: Mapping[str, Listing]) -> str | None:
    for ticker in market.issuer_tickers(one):
        share = shares.get(ticker)
        if share is None or ticker == one.ticker:
            continue
        if market.is_counter(one) or _fit(one, share):
            return ticker
    return None


def _fit(one: Listing, share: Listing) -> bool:
    """Whether names allow that one is the other's. Two shares must have the very same name."""
    begin_alike = _beginning(one.name) == _beginning(share.name) != ""
    if one.security_type in SHARES:
        return begin_alike and company(one.name) == company(share.name)
    if begin_alike:
        return True
    begins = words_of(share.name)[:1]
    if begins and begins[0] in words_of(one.name):
        return True
    local = local_company(share.name_local).split(" ")[0]
    return len(local) > 1 and local_company(one.name_local).split(" ")[0] == local


def _by_name(orphans: Iterable[Listing], shares: Mapping[str, Listing]) -> dict[str, str]:
    """Issuers of what has none by its symbol.

    The English names must begin alike, whatever the others say: lists mix names up now and then.
    """
    begins = {_beginning(one.name) for one in orphans}
    known: dict[str, set[str]] = {}
    for share in shares.values():
        if _beginning(share.name) in begins:
            for name in {company(share.name), local_company(share.name_local)}:
                if len(name) >= _SHORTEST_NAME:
                    known.setdefault(name, set()).add(share.ticker)
    found = {}
    for one in orphans:
        tickers = known.get(company(one.name)) or known.get(local_company(one.name_local), set())
        issuer = _one_company(tickers)
        if issuer and _beginning(one.name) == _beginning(shares[issuer].name):
            found[one.ticker] = issuer
    return found


def _one_company(tickers: Iterable[str]) -> str | None:
    """The first of tickers that look like classes of one company's shares; none of others'."""
    ordered = sorted(tickers, key=lambda ticker: (len(ticker), ticker))
    if not ordered or len({ticker[:2] for ticker in ordered}) > 1:
        return None
    return ordered[0]


def _beginning(name: str | None) -> str:
    return (name or "").upper().partition(" ")[0].partition("-")[0]
