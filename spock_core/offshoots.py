"""What issuers tell of their offshoots: finds the families of a run's regions, and puts into words
what is concluded of an issuer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spock_core.classification import Classification
from spock_core.context import RunContext
from spock_core.domain import Listing, Market, Observation, SecurityType
from spock_core.families import SHARES, issuers
from spock_core.need import Key
from spock_core.sources.issuer import ISSUER
from spock_core.store import offshoots as store
from spock_core.store.database import Database
from spock_core.store.stocks import Stock


class Offshoots:
    """The families of some regions."""

    def __init__(self, markets: Sequence[Market], database: Database, run: RunContext) -> None:
        self.issuer_of: dict[Key, Key] = {}
        """The issuer's shares, by offshoot."""
        self._unit_of: dict[Key, str] = {}
        """A unit that tells its issuer for a blank-cheque company, by the issuer."""
        self._markets = markets
        self._database = database
        self._run = run

    def find(self) -> None:
        """Finds the families among the active stocks, and withdraws words of those that are none.

        Nothing is withdrawn because an issuer has left its list.
        """
        for market in self._markets:
            region = market.region
            with self._database.read() as connection:
                listings = store.read_listings(connection, region)
                told = store.read_told(connection, region, ISSUER)
            self._know(market, listings)
            active = {listing.ticker for listing in listings}
            strays = [
                key
                for key, words in told.items()
                if key not in self.issuer_of
                and key not in self._unit_of
                and words.get("issuer", words.get("unit")) in active
            ]
            if strays:
                with self._database.write() as connection:
                    store.withdraw(connection, strays, ISSUER)

    def _know(self, market: Market, listings: Sequence[Listing]) -> None:
        found = issuers(market, listings)
        by_ticker = {listing.ticker: listing for listing in listings}
        for ticker, issuer in sorted(found.items()):
            self.issuer_of[Key(market.region, ticker)] = Key(market.region, issuer)
            listing = by_ticker[ticker]
            if listing.security_type is SecurityType.UNIT and market.is_spac(listing):
                self._unit_of.setdefault(Key(market.region, issuer), ticker)

    def of(self, region: str) -> dict[str, str]:
        """The tickers of a region's offshoots with those of their issuers."""
        return {key.ticker: its.ticker for key, its in self.issuer_of.items() if key[0] == region}

    def tell(
        self, batch: Sequence[Stock], concluded: Mapping[str, Classification]
    ) -> list[Observation]:
        """What there is to say of these stocks. `concluded`: of their issuers, by ticker."""
        said = []
        for stock in batch:
            listing = stock.listing
            key = Key(listing.region, listing.ticker)
            if key in self._unit_of:
                words = {"unit": self._unit_of[key], "is_spac": "yes"}
            elif key in self.issuer_of and (its := self.issuer_of[key].ticker) in concluded:
                words = _words(listing, its, concluded[its])
            else:
                continue
            said.append(Observation(*key, ISSUER, words, self._run.now))
        return said


def _words(listing: Listing, issuer: str, found: Classification) -> dict[str, str]:
    words = {
        "issuer": issuer,
        "is_share": "yes" if listing.security_type in SHARES else "no",
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
