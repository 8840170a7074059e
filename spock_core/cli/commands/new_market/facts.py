"""The facts of a new market, checked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from spock_core.cli.packages.facts import text_of
from spock_core.domain.bounds import lot_size_of
from spock_core.domain.errors import UsageError
from spock_core.domain.market_checks import FACTS, LONGEST_ADDRESS
from spock_core.plugins.checking import iso_codes

OWN = "own"
LISTED_BY = ("kis", "yahoo", "csv", OWN)
"""Listing sources; `own` is code of the package itself."""
EXCHANGE_KEYS = ("name", "currency", "suffix", "yahoo", "lot", "example", "kis", "list")
"""Keys of `--exchange` after the MIC: `XTAI; yahoo=TAI; lot=1000`."""


@dataclass(frozen=True, slots=True)
class ExchangeFacts:
    """One exchange of the market."""

    mic: str
    name: str
    currency: str
    suffix: str
    """The suffix of Yahoo's symbols: `.TW`."""
    yahoo_codes: tuple[str, ...]
    lot: int
    example: str
    """A ticker of the venue; the sandbox makes up others in the same form."""
    kis_code: str | None = None
    list_address: str | None = None

    @property
    def list_name(self) -> str:
        """As in `spock_core.Exchange`."""
        return self.kis_code or self.mic


@dataclass(frozen=True, slots=True)
class MarketFacts:
    """All facts that the files of the package contain."""

    region: str
    name: str
    exchanges: tuple[ExchangeFacts, ...]
    listed_by: str
    priority: int
    author: str

    @property
    def distribution(self) -> str:
        """The name of the distribution."""
        return f"spock-{self.region.lower()}"

    @property
    def module(self) -> str:
        """The name of the Python package."""
        return f"spock_{self.region.lower()}"

    @property
    def entry(self) -> str:
        """The name of its entry point."""
        return self.region.lower()

    @property
    def summary(self) -> str:
        """What the package brings, in a line."""
        return f"Spock's market {self.region}: {self.name}."

    @property
    def is_own(self) -> bool:
        """Whether the lists come from code of the package itself."""
        return self.listed_by == OWN

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Yahoo's suffixes, each once."""
        return tuple(dict.fromkeys(one.suffix for one in self.exchanges))

    @property
    def new_mics(self) -> tuple[str, ...]:
        """MICs that the installed list of ISO 10383 does not have."""
        return tuple(one.mic for one in self.exchanges if one.mic not in iso_codes.mics())


def mic_of(text: str) -> str:
    """Returns a MIC. Raises `UsageError` if the text is not one."""
    mic = text.strip().upper()
    if not FACTS["mic"].accepts(mic):
        raise UsageError(f"{text.strip()!r} is not a MIC: {FACTS['mic'].advice}")
    return mic


def said_of_exchange(text: str) -> tuple[str, dict[str, str]]:
    """Returns the MIC and the values by key of `XTAI; yahoo=TAI; lot=1000`. Raises `UsageError`."""
    first, *rest = text.split(";")
    mic = mic_of(first)
    said: dict[str, str] = {}
    for part in filter(str.strip, rest):
        key, equals, value = part.partition("=")
        key = key.strip().lower()
        if not equals or key not in EXCHANGE_KEYS:
            raise UsageError(
                f"--exchange {mic}: {part.strip()!r} is not one of "
                f"{', '.join(f'{name}=…' for name in EXCHANGE_KEYS)}"
            )
        said[key] = value.strip()
    return mic, said


def priority_of(what: str, text: str) -> int:
    """Returns a priority. Raises `UsageError` if the text is not a whole number."""
    if not re.fullmatch(r"[0-9]{1,9}", text.strip()):
        raise UsageError(f"{what} {text!r}: {FACTS['priority'].advice}, 0 or more")
    return int(text)


def exchange_of(mic: str, said: dict[str, str], listed_by: str) -> ExchangeFacts:
    """Returns an exchange from its values by key. Raises `UsageError` for the first bad one."""

    def fact(key: str, field: str, *, needed: bool = False) -> str:
        value = said.get(key, "")
        if not value and needed:
            raise UsageError(f'{mic}: its {key} is not known: use --exchange "{mic}; {key}=…"')
        if value and not FACTS[field].accepts(value):
            raise UsageError(f"{mic}: {key} {value!r}: {FACTS[field].advice}")
        return value

    codes = tuple(said.get("yahoo", "").split())
    for code in codes:
        if not FACTS["yahoo_codes"].accepts(code):
            raise UsageError(f"{mic}: yahoo {code!r}: {FACTS['yahoo_codes'].advice}")
    lot = lot_size_of(said["lot"])
    if lot is None:
        raise UsageError(f"{mic}: lot {said['lot']!r}: {FACTS['lot_size'].advice}")
    address = fact("list", "list_address")
    facts = ExchangeFacts(
        mic=mic,
        name=text_of(f"{mic}: name", said["name"]),
        currency=fact("currency", "currency", needed=True),
        suffix=fact("suffix", "yahoo_suffix"),
        yahoo_codes=codes,
        lot=lot,
        example=_example_of(mic, said.get("example", "")),
        kis_code=fact("kis", "kis_code") or None,
        list_address=text_of(f"{mic}: list", address, LONGEST_ADDRESS) if address else None,
    )
    if iso_codes.currency_name(facts.currency) is None:
        raise UsageError(f"{mic}: currency {facts.currency!r} is not in ISO 4217")
    lacks = {
        "kis": (facts.kis_code, "KIS's code of the list, as kis=NAS"),
        "yahoo": (facts.yahoo_codes, "Yahoo's codes, as yahoo=TAI"),
        "csv": (facts.list_address, "the address of its table, as list=https://…"),
    }
    if listed_by in lacks and not lacks[listed_by][0]:
        raise UsageError(f"{mic}: listed by {listed_by}, it needs {lacks[listed_by][1]}")
    return facts


def _example_of(mic: str, text: str) -> str:
    """Returns the example. Raises `UsageError` if `tickers_like` cannot count up from it."""
    if not re.fullmatch(r"[A-Z0-9]{1,8}", text):
        advice = "give a ticker of up to eight capitals and digits"
        raise UsageError(f"{mic}: example {text!r}: {advice}")
    return text


def check_exchanges(exchanges: tuple[ExchangeFacts, ...], listed_by: str) -> None:
    """Raises `UsageError` if two exchanges are the same, or share a code that must be unique."""
    for number, one in enumerate(exchanges):
        for other in exchanges[:number]:
            if one.list_name == other.list_name:
                raise UsageError(f"exchange {one.list_name} is there twice")
            shared = sorted(set(one.yahoo_codes) & set(other.yahoo_codes))
            if shared and listed_by == "yahoo":
                raise UsageError(
                    f"{other.mic} and {one.mic} share Yahoo's code {shared[0]}: assign it to one, "
                    f'as --exchange "{one.mic}; yahoo={shared[0]}"'
                )
