"""What a new market's package must know, checked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from spock_core.domain.errors import UsageError
from spock_core.plugins import iso_codes

OWN = "own"
LISTED_BY = ("kis", "yahoo", "csv", OWN)
"""Where lists can come from; `own` is code of the package itself."""
EXCHANGE_KEYS = ("name", "currency", "suffix", "yahoo", "lot", "example", "kis", "list")
"""What can be said of an exchange after its MIC: `XTAI; yahoo=TAI; lot=1000`."""
_LONGEST = 60
_TEXT = re.compile(r'[^"\\\x00-\x1f\x7f]+')
"""What can stand in a file of Python, TOML and Markdown alike."""


@dataclass(frozen=True, slots=True)
class ExchangeFacts:
    """One exchange of the market."""

    mic: str
    name: str
    currency: str
    suffix: str
    """What Yahoo puts behind its symbols: `.TW`."""
    yahoo_codes: tuple[str, ...]
    lot: int
    example: str
    """A ticker as the venue writes it; the sandbox makes up others like it."""
    kis_code: str | None = None
    list_address: str | None = None

    @property
    def list_name(self) -> str:
        """As in `spock_core.Exchange`."""
        return self.kis_code or self.mic


@dataclass(frozen=True, slots=True)
class MarketFacts:
    """What the files of the package say."""

    region: str
    name: str
    exchanges: tuple[ExchangeFacts, ...]
    listed_by: str
    priority: int
    author: str

    @property
    def distribution(self) -> str:
        """What pip calls the package."""
        return f"spock-{self.region.lower()}"

    @property
    def package(self) -> str:
        """What Python calls it."""
        return f"spock_{self.region.lower()}"

    @property
    def is_own(self) -> bool:
        """Whether the package itself gives the lists."""
        return self.listed_by == OWN

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Yahoo's suffixes, each once."""
        return tuple(dict.fromkeys(one.suffix for one in self.exchanges))

    @property
    def new_mics(self) -> tuple[str, ...]:
        """MICs that the installed list of ISO 10383 does not have."""
        return tuple(one.mic for one in self.exchanges if one.mic not in iso_codes.mics())


def region_of(text: str) -> str:
    """An ISO 3166 alpha-2 code. Raises `UsageError`."""
    region = text.upper()
    if iso_codes.country_name(region) is None:
        raise UsageError(f"{text!r} is no ISO 3166 code of a country: write two letters, as TW")
    return region


def mic_of(text: str) -> str:
    """A MIC. Raises `UsageError`."""
    mic = text.strip().upper()
    if not re.fullmatch(r"[A-Z0-9]{4}", mic):
        raise UsageError(f"{text.strip()!r} is no MIC: write four letters or digits, as XTAI")
    return mic


def said_of_exchange(text: str) -> tuple[str, dict[str, str]]:
    """`XTAI; yahoo=TAI; lot=1000`: the MIC, and what else is said. Raises `UsageError`."""
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


def text_of(what: str, text: str, longest: int = _LONGEST) -> str:
    """Words that can stand in any file. Raises `UsageError`."""
    text = text.strip()
    if not _TEXT.fullmatch(text) or not text.isprintable() or len(text) > longest:
        raise UsageError(
            f'{what} {text[:longest]!r}: write up to {longest} characters, without " or \\'
        )
    return text


def number_of(what: str, text: str, least: int) -> int:
    """A whole number. Raises `UsageError`."""
    if not re.fullmatch(r"[0-9]{1,9}", text.strip()) or int(text) < least:
        raise UsageError(f"{what} {text!r}: write a whole number, {least} or more")
    return int(text)


def exchange_of(mic: str, said: dict[str, str], listed_by: str) -> ExchangeFacts:
    """An exchange of which everything is said. Raises `UsageError`, naming what is wrong."""

    def form(key: str, pattern: str, mend: str) -> str:
        value = said.get(key, "")
        if not value and not re.fullmatch(pattern, ""):
            raise UsageError(f'{mic}: its {key} is not known: say --exchange "{mic}; {key}=…"')
        if not re.fullmatch(pattern, value):
            raise UsageError(f"{mic}: {key} {value!r}: {mend}")
        return value

    codes = form("yahoo", r"([A-Z]{3}( [A-Z]{3})*)?", "write Yahoo's codes, as NMS NGM")
    facts = ExchangeFacts(
        mic=mic,
        name=text_of(f"{mic}: name", said["name"]),
        currency=form("currency", "[A-Z]{3}", "write an ISO 4217 code, as TWD"),
        suffix=form("suffix", r"(\.[A-Z]{1,4})?", "write a dot and letters, as .TW, or nothing"),
        yahoo_codes=tuple(codes.split()),
        lot=number_of(f"{mic}: lot", said["lot"], 1),
        example=form("example", r"[A-Z0-9]{1,8}", "write a ticker in capitals and digits"),
        kis_code=form("kis", r"([A-Z]{3})?", "write KIS's three letters") or None,
        list_address=text_of(f"{mic}: list", said["list"], 500) if said.get("list") else None,
    )
    if iso_codes.currency_name(facts.currency) is None:
        raise UsageError(f"{mic}: currency {facts.currency!r} is no ISO 4217 code")
    lacks = {
        "kis": ("kis", facts.kis_code, "KIS's code of the list, as kis=NAS"),
        "yahoo": ("yahoo", facts.yahoo_codes, "Yahoo's codes, as yahoo=TAI"),
        "csv": ("list", facts.list_address, "where its table is, as list=https://…"),
    }
    if listed_by in lacks and not lacks[listed_by][1]:
        raise UsageError(f"{mic} is to be listed by {listed_by}: say {lacks[listed_by][2]}")
    return facts


def check_exchanges(exchanges: tuple[ExchangeFacts, ...], listed_by: str) -> None:
    """Raises `UsageError` where two exchanges are the same, or share what must be their own."""
    for number, one in enumerate(exchanges):
        for other in exchanges[:number]:
            if one.list_name == other.list_name:
                raise UsageError(f"exchange {one.list_name} is named twice")
            shared = sorted(set(one.yahoo_codes) & set(other.yahoo_codes))
            if shared and listed_by == "yahoo":
                raise UsageError(
                    f"{other.mic} and {one.mic} share Yahoo's code {shared[0]}: say which is "
                    f'whose, as --exchange "{one.mic}; yahoo={shared[0]}"'
                )
