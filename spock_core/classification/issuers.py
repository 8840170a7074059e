"""Finds the issuers of related securities: preferred shares, units, warrants, rights, notes.

A wrong match is worse than none, so both ways are strict:

* by symbol: the market names the tickers under which the issuer's shares may be listed (`MET` for
  `MET/E`), and the names must match, unless the security is another counter of the same share;
* by name, for securities that are not shares themselves: the text before the words that describe
  the security is exactly the name of one listed company, in English or in the local language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from spock_core.classification.company_names import company, local_company, words_of
from spock_core.domain import AssetType, Listing, Market, SecurityType

SHARES = (SecurityType.COMMON, SecurityType.DEPOSITARY_RECEIPT, SecurityType.REIT)
"""The types of a company's own shares, or receipts for them. All others are related securities."""
_SHORTEST_NAME = 4
"""In characters. A shorter name may belong to several companies."""


Earlier = Mapping[str, Sequence[Listing]]
"""What keys stood for in earlier listing periods, by ticker."""


def issuers(
    market: Market,
    listings: Iterable[Listing],
    former: Iterable[Listing] = (),
    earlier: Earlier = MappingProxyType({}),
) -> dict[str, str]:
    """Returns the ticker of the issuer's shares, by the ticker of each related security.

    `listings` are the active listings of one region, `former` the delisted ones, which are searched
    for issuers that are not found among the active ones. An issuer's shares are never a related
    security themselves.

    Two issuers never share the root of a symbol at the same time, but lists rename the securities
    of one issuer one by one: where the symbol fits, the names that the issuer's key had in
    `earlier` periods match as well.
    """
    stocks = sorted(
        (item for item in listings if item.asset_type is AssetType.STOCK),
        key=lambda item: item.ticker,
    )
    shares = {item.ticker: item for item in stocks if item.security_type in SHARES}
    matched, unmatched = _match(market, stocks, shares, earlier)
    delisted = {
        item.ticker: item
        for item in former
        if item.security_type in SHARES and item.ticker not in shares
    }
    matched_delisted, _ = _match(market, unmatched, delisted, {})
    return _ultimate_issuers(matched | matched_delisted)


def _match(
    market: Market, stocks: Iterable[Listing], shares: Mapping[str, Listing], earlier: Earlier
) -> tuple[dict[str, str], list[Listing]]:
    """Returns the issuers found among these shares, and the non-shares without an issuer."""
    matched: dict[str, str] = {}
    unmatched = []
    for stock in stocks:
        issuer = _by_symbol(stock, market, shares, earlier)
        if issuer is not None:
            matched[stock.ticker] = issuer
        elif stock.security_type not in SHARES:
            unmatched.append(stock)
    if unmatched and shares:
        matched |= _by_name(unmatched, shares)
    return matched, [stock for stock in unmatched if stock.ticker not in matched]


def _ultimate_issuers(issuer_of: Mapping[str, str]) -> dict[str, str]:
    """Follows each chain of issuers to its end.

    A cycle ends at its first ticker in alphabetical order, which then has no issuer.
    """
    ultimate = {}
    for ticker in issuer_of:
        path = [ticker]
        while path[-1] in issuer_of and path[-1] not in path[:-1]:
            path.append(issuer_of[path[-1]])
        last = path[-1]
        if last in path[:-1]:
            last = min(path[path.index(last) :])
        if last != ticker:
            ultimate[ticker] = last
    return ultimate


def _by_symbol(
    security: Listing, market: Market, shares: Mapping[str, Listing], earlier: Earlier
) -> str | None:
    """Returns the ticker of the issuer by the market's rule for symbols, or None."""
    for ticker in market.issuer_tickers(security):
        share = shares.get(ticker)
        if share is None or ticker == security.ticker:
            continue
        names = (share, *earlier.get(ticker, ()))
        if market.is_counter(security) or any(names_match(security, one) for one in names):
            return ticker
    return None


def names_match(security: Listing, share: Listing) -> bool:
    """Whether the names permit the share's company to be the issuer of the security.

    If both are shares, the names of their companies must be equal.
    """
    same_first_word = _first_word(security.name) == _first_word(share.name) != ""
    if security.security_type in SHARES:
        return same_first_word and company(security.name) == company(share.name)
    if same_first_word:
        return True
    first = words_of(share.name)[:1]
    if first and first[0] in words_of(security.name):
        return True
    local = local_company(share.name_local).split(" ")[0]
    return len(local) > 1 and local_company(security.name_local).split(" ")[0] == local


def _by_name(securities: Iterable[Listing], shares: Mapping[str, Listing]) -> dict[str, str]:
    """Returns the ticker of the issuer by name, for securities without a match by symbol.

    The English names must begin with the same word even if the local names match, because lists
    sometimes mix up names.
    """
    first_words = {_first_word(security.name) for security in securities}
    known: dict[str, set[str]] = {}
    for share in shares.values():
        if _first_word(share.name) in first_words:
            for name in {company(share.name), local_company(share.name_local)}:
                if len(name) >= _SHORTEST_NAME:
                    known.setdefault(name, set()).add(share.ticker)
    matched = {}
    for security in securities:
        tickers = known.get(company(security.name)) or known.get(
            local_company(security.name_local), set()
        )
        issuer = _one_company(tickers)
        if issuer and _first_word(security.name) == _first_word(shares[issuer].name):
            matched[security.ticker] = issuer
    return matched


def _one_company(tickers: Iterable[str]) -> str | None:
    """Returns the shortest ticker, or None if the tickers belong to several companies.

    Tickers of the share classes of one company begin with the same two characters.
    """
    ordered = sorted(tickers, key=lambda ticker: (len(ticker), ticker))
    if not ordered or len({ticker[:2] for ticker in ordered}) > 1:
        return None
    return ordered[0]


def _first_word(name: str | None) -> str:
    """Returns the text before the first space or hyphen, in capitals."""
    return (name or "").upper().partition(" ")[0].partition("-")[0]
