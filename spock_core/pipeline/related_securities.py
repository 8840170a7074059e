"""Which stocks take their issuer's classification, and what that says of them.

Preferred shares, units, warrants, rights, notes, second classes of shares and second counters of a
share are related securities; `classification.issuers` finds whose they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from spock_core.classification.company_names import company
from spock_core.classification.issuers import SHARES, Earlier, issuers, names_match
from spock_core.domain import Classification, Listing, Market, Observation, SecurityType
from spock_core.domain.interrupt import PLUGIN_FAULTS, pass_on
from spock_core.domain.source import ISSUER
from spock_core.domain.stock import Stock, StockKey
from spock_core.plugins.context import RunContext
from spock_core.store.connection.database import Database
from spock_core.store.observations import read_words, withdraw_observations
from spock_core.store.periods import read_earlier_listings
from spock_core.store.stocks import read_listings


class RelatedSecurities:
    """The related securities of some regions."""

    def __init__(self, markets: Sequence[Market], database: Database, run: RunContext) -> None:
        self.issuer_of: dict[StockKey, StockKey] = {}
        """The issuer's shares, by related security."""
        self._unit_of: dict[StockKey, str] = {}
        """The ticker of a unit that shows its issuer to be a blank-cheque company, by issuer."""
        self._counters: set[StockKey] = set()
        """Related securities that are another counter of the issuer's share."""
        self._markets = markets
        self._database = database
        self._run = run

    def find(self, regions: Collection[str]) -> Iterator[tuple[str, BaseException]]:
        """Finds them among the active stocks of these regions, and withdraws observations of those
        that no longer are any. An issuer that has left its list still counts.

        Yields the region and the error where a rule of the market raised one: that region's
        observations stay as they were.
        """
        for market in self._markets:
            region = market.region
            if region not in regions:
                continue
            with self._database.read() as connection:
                listings, former = read_listings(connection, region)
                observed = read_words(connection, ISSUER, (region,))
                earlier = read_earlier_listings(connection, region)
            try:
                self._match(market, listings, former, earlier)
            except PLUGIN_FAULTS as error:
                pass_on(error)
                yield region, error
                continue
            active = {StockKey(region, listing.ticker) for listing in listings}
            related = self.issuer_of.keys() | self._unit_of.keys()
            related |= _of_earlier_issuers(listings, observed, earlier)
            stale = [key for key in observed if key in active and key not in related]
            if stale:
                with self._database.write() as connection:
                    withdraw_observations(connection, ISSUER, stale)

    def _match(
        self,
        market: Market,
        listings: Sequence[Listing],
        former: Sequence[Listing],
        earlier: Earlier,
    ) -> None:
        found = sorted(issuers(market, listings, former, earlier).items())
        by_ticker = {listing.ticker: listing for listing in listings}
        units = {
            issuer: ticker
            for ticker, issuer in reversed(found)
            if by_ticker[ticker].security_type is SecurityType.UNIT
            and market.is_spac(by_ticker[ticker])
            and (issuer not in earlier or _of_one_company(by_ticker, ticker, issuer))
        }
        region = market.region
        self._counters |= {
            StockKey(region, ticker) for ticker, _ in found if market.is_counter(by_ticker[ticker])
        }
        self.issuer_of |= {
            StockKey(region, ticker): StockKey(region, issuer) for ticker, issuer in found
        }
        self._unit_of |= {StockKey(region, issuer): unit for issuer, unit in units.items()}

    def observe(
        self, batch: Sequence[Stock], issuers: Mapping[str, Classification]
    ) -> list[Observation]:
        """Returns the observations of these stocks. `issuers`: classifications by ticker."""
        observations = []
        for stock in batch:
            key = stock.key
            if key in self._unit_of:
                words = {"unit": self._unit_of[key], "is_spac": "yes"}
            elif key in self.issuer_of and (issuer := self.issuer_of[key].ticker) in issuers:
                is_share = "same" if key in self._counters else _is_share(stock.listing)
                words = _words(issuer, issuers[issuer], is_share)
            else:
                continue
            observations.append(Observation(*key, ISSUER, words, self._run.now))
        return observations


def _of_one_company(by_ticker: Mapping[str, Listing], *tickers: str) -> bool:
    """Whether the names are equal: a unit of the company that merged may still be listed, and tells
    nothing of the company that its issuer became."""
    return len({company(by_ticker[ticker].name) for ticker in tickers}) == 1


def _of_earlier_issuers(
    listings: Sequence[Listing], observed: Mapping[StockKey, Mapping[str, str]], earlier: Earlier
) -> set[StockKey]:
    """The securities whose issuer was found when its key still stood for it: as with an issuer that
    has left its list, what was said then still holds."""
    return {
        key
        for listing in listings
        if (words := observed.get(key := StockKey(listing.region, listing.ticker)))
        and any(names_match(listing, one) for one in earlier.get(words.get("issuer", ""), ()))
    }


def _is_share(listing: Listing) -> str:
    return "yes" if listing.security_type in SHARES else "no"


def _words(issuer: str, found: Classification, is_share: str) -> dict[str, str]:
    words = {
        "issuer": issuer,
        "is_share": is_share,
        "is_spac": "yes" if found.is_spac else "no",
    }
    code = found.industry_code or found.industry_group_code or found.sector_code
    if code:
        words |= {
            "gics_code": code,
            "source": str(found.sector_source),
            "confidence": f"{found.sector_confidence:.3f}",
        }
    if found.industry_confidence is not None:
        words["industry_confidence"] = f"{found.industry_confidence:.3f}"
    return words
