"""What issuers tell of their offshoots: finds the families of a run's regions, and puts into words
what is concluded of an issuer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from spock_core.classification.issuers import SHARES, issuers
from spock_core.domain import Classification, Listing, Market, Observation, SecurityType
from spock_core.domain.errors import PLUGIN_FAULTS
from spock_core.domain.source import ISSUER
from spock_core.domain.stock import Stock, StockKey
from spock_core.plugins.context import RunContext
from spock_core.store.connection.database import Database
from spock_core.store.stocks import read_listings, read_words, withdraw_observations


class RelatedSecurities:
    """The families of some regions."""

    def __init__(self, markets: Sequence[Market], database: Database, run: RunContext) -> None:
        self.issuer_of: dict[StockKey, StockKey] = {}
        """The issuer's shares, by offshoot."""
        self._unit_of: dict[StockKey, str] = {}
        """A unit that tells its issuer for a blank-cheque company, by the issuer."""
        self._counters: set[StockKey] = set()
        """Stocks that are another counter of their issuer's share."""
        self._markets = markets
        self._database = database
        self._run = run

    def find(self, fault: Callable[[str, BaseException], None]) -> None:
        """Finds the families among the active stocks, and withdraws words of those that are none.

        An issuer that has left its list is an issuer still. `fault` is told the region whose
        market has a rule that raised; its families stay as they were.
        """
        for market in self._markets:
            region = market.region
            with self._database.read() as connection:
                listings, former = read_listings(connection, region)
                told = read_words(connection, ISSUER, (region,))
            try:
                self._know(market, listings, former)
            except PLUGIN_FAULTS as error:
                fault(region, error)
                continue
            active = {StockKey(region, listing.ticker) for listing in listings}
            families = self.issuer_of.keys() | self._unit_of.keys()
            strays = [key for key in told if key in active and key not in families]
            if strays:
                with self._database.write() as connection:
                    withdraw_observations(connection, ISSUER, strays)

    def _know(self, market: Market, listings: Sequence[Listing], former: Sequence[Listing]) -> None:
        found = sorted(issuers(market, listings, former).items())
        by_ticker = {listing.ticker: listing for listing in listings}
        units = {
            issuer: ticker
            for ticker, issuer in reversed(found)
            if by_ticker[ticker].security_type is SecurityType.UNIT
            and market.is_spac(by_ticker[ticker])
        }
        region = market.region
        self._counters |= {
            StockKey(region, ticker) for ticker, _ in found if market.is_counter(by_ticker[ticker])
        }
        self.issuer_of |= {
            StockKey(region, ticker): StockKey(region, issuer) for ticker, issuer in found
        }
        self._unit_of |= {StockKey(region, issuer): unit for issuer, unit in units.items()}

    def tell(
        self, batch: Sequence[Stock], concluded: Mapping[str, Classification]
    ) -> list[Observation]:
        """What there is to say of these stocks. `concluded`: of their issuers, by ticker."""
        said = []
        for stock in batch:
            listing = stock.listing
            key = StockKey(listing.region, listing.ticker)
            if key in self._unit_of:
                words = {"unit": self._unit_of[key], "is_spac": "yes"}
            elif key in self.issuer_of and (its := self.issuer_of[key].ticker) in concluded:
                words = _words(listing, its, concluded[its], is_counter=key in self._counters)
            else:
                continue
            said.append(Observation(*key, ISSUER, words, self._run.now))
        return said


def _words(
    listing: Listing, issuer: str, found: Classification, *, is_counter: bool
) -> dict[str, str]:
    is_share = "yes" if listing.security_type in SHARES else "no"
    words = {
        "issuer": issuer,
        "is_share": "same" if is_counter else is_share,
        "is_spac": "yes" if found.is_spac else "no",
    }
    code = found.industry_code or found.industry_group_code or found.sector_code
    if code:
        words |= {
            "gics_code": code,
            "source": str(found.sector_source),
            "confidence": f"{found.sector_confidence:.3f}",
        }
    return words
