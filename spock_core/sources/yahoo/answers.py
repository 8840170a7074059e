"""Yahoo's answers, decoded into bounded values: a page of a screen, quotes, a profile, an error.

Whatever is not of the expected form is refused: as a whole where it is the document, alone where
it is one quote of a page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Annotated, Any, NamedTuple

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    Strict,
    TypeAdapter,
    ValidationError,
)

from spock_core.domain.bounds import LONGEST_NAME, is_symbol
from spock_core.domain.errors import Unreadable
from spock_core.domain.queries import GroupPage, Member
from spock_core.sources.documents import Text
from spock_core.sources.yahoo.names import PAGE_SIZE

MAX_TOTAL = 100_000
"""A screen with more stocks than this is refused, since its count must be wrong."""
MAX_DROPPED = 0.2
"""Share of quotes of a page that may be unreadable; beyond, the page is."""
MOST_QUOTES = 1_000
"""Quotes of one response at most; no more than 200 are asked for."""
NO_WORDS = frozenset(("-", "--", "n/a", "na", "nan", "none", "null", "undefined", "unknown"))
"""What stands, in small letters, where there is no sector or industry. None of Yahoo's is so."""
LONGEST_WORD = 100
"""Characters of a sector or industry; Yahoo's longest has 39."""
_STOCK = "EQUITY"
"""The type of a stock. Others are ETF, MUTUALFUND, INDEX, and NONE for a symbol of the past."""
_CRUMB = re.compile(r"[!-;=-z|~]{1,64}")
"""A crumb has 11 characters; this leaves out spaces, tags and braces."""


class Quotes(NamedTuple):
    """What Yahoo knows of some symbols that were asked about together."""

    stocks: frozenset[str]
    """The symbols that it knows as stocks. It leaves out the others, or says what else they are."""
    dropped: int = 0
    """Quotes that could not be read."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Yahoo's classification of one stock; empty if Yahoo knows the symbol, but not its sector."""

    sector: str
    industry: str
    name: str = field(default="", compare=False)
    """As in `Member`. Profiles are equal if the classification is."""


def _symbol(value: str) -> str:
    if not is_symbol(value):
        raise ValueError("not a symbol")
    return value


def _text_or_none(value: Any) -> Any:
    """A name that is no text is none: a stock is told by its symbol."""
    return value if isinstance(value, str) else None


_Symbol = Annotated[str, Strict(), AfterValidator(_symbol)]
_Name = Annotated[Text | None, BeforeValidator(_text_or_none)]


def _empty_if_none(value: str) -> str:
    return "" if value.casefold() in NO_WORDS else value


_Word = Annotated[Text, Field(max_length=LONGEST_WORD)]
_Group = Annotated[_Word, AfterValidator(_empty_if_none)]


class _Named(BaseModel):
    longName: _Name = None
    shortName: _Name = None

    @property
    def name(self) -> str:
        """The name by which a stock is listed; empty if it has none."""
        return (self.longName or self.shortName or "")[:LONGEST_NAME]


class _RawQuote(_Named):
    symbol: _Symbol


class _TypedQuote(BaseModel):
    symbol: _Symbol
    quoteType: _Word = _STOCK


class _QuoteResponse(BaseModel):
    result: list[Any] = Field(max_length=MOST_QUOTES)


class _QuotesDocument(BaseModel):
    quoteResponse: _QuoteResponse


class _Screen(BaseModel):
    total: int = Field(strict=True, ge=0, le=MAX_TOTAL)
    quotes: list[Any] = Field(max_length=PAGE_SIZE)


class _AssetProfile(BaseModel):
    sector: _Group | None = None
    industry: _Group | None = None


class _QuoteType(_Named):
    symbol: _Name = None


class _Modules(BaseModel):
    assetProfile: _AssetProfile | None = None
    quoteType: _QuoteType | None = None


class _Summary(BaseModel):
    result: list[_Modules] = Field(min_length=1, max_length=1)


class _SummaryDocument(BaseModel):
    quoteSummary: _Summary


class _Error(BaseModel):
    code: _Word = ""
    description: Annotated[Text, Field(max_length=1_000)] = ""


class _Envelope(BaseModel):
    error: _Error | None = None


_ENVELOPES = TypeAdapter(dict[str, _Envelope])
_QUOTE = TypeAdapter(_RawQuote)
_TYPED_QUOTE = TypeAdapter(_TypedQuote)


def read_screen_document(document: Any) -> GroupPage:
    """Returns one page of a screen from the whole document. Raises `Unreadable`."""
    try:
        result = document["finance"]["result"][0]
    except (KeyError, TypeError, IndexError):
        result = None
    if result is None:
        raise _unreadable("screen", document)
    return read_screen(result)


def read_screen(result: Any) -> GroupPage:
    """Returns one page of a screen from its part of the document. Raises `Unreadable`."""
    try:
        page = _Screen.model_validate(result)
    except (ValidationError, RecursionError):
        page = None
    if page is None:
        raise Unreadable("a screen in an unknown format")
    quotes = [quote for quote in map(_read_quote, page.quotes) if quote is not None]
    dropped = len(page.quotes) - len(quotes)
    if dropped > MAX_DROPPED * len(page.quotes):
        raise Unreadable(f"a screen of which {dropped} of {len(page.quotes)} quotes are unreadable")
    return GroupPage(tuple(quotes), page.total, dropped=dropped)


def _read_quote(value: Any) -> Member | None:
    try:
        quote = _QUOTE.validate_python(value)
    except ValidationError:
        return None
    return Member(quote.symbol, quote.name)


def read_quotes(document: Any) -> Quotes:
    """Returns the quotes from a document of `/v7/finance/quote`. Raises `Unreadable`."""
    try:
        response = _QuotesDocument.model_validate(document).quoteResponse
    except (ValidationError, RecursionError):
        response = None
    if response is None:
        raise _unreadable("quote", document)
    quotes = [quote for quote in map(_read_typed_quote, response.result) if quote is not None]
    dropped = len(response.result) - len(quotes)
    if dropped > MAX_DROPPED * len(response.result):
        raise Unreadable(f"{dropped} of {len(response.result)} quotes are unreadable")
    return Quotes(frozenset(one.symbol for one in quotes if one.quoteType == _STOCK), dropped)


def _read_typed_quote(value: Any) -> _TypedQuote | None:
    try:
        return _TYPED_QUOTE.validate_python(value)
    except ValidationError:
        return None


def read_profile(document: Any, symbol: str) -> Profile:
    """Returns the profile of a symbol from a document of quoteSummary. Raises `Unreadable`, also
    for the profile of another symbol."""
    try:
        [modules] = _SummaryDocument.model_validate(document).quoteSummary.result
    except (ValidationError, RecursionError):
        modules = None
    if modules is None:
        raise _unreadable("profile", document)
    profile, said = modules.assetProfile or _AssetProfile(), modules.quoteType or _QuoteType()
    if said.symbol and said.symbol.casefold() != symbol.casefold():
        raise Unreadable(f"the profile of {said.symbol[:20]} instead of that of {symbol}")
    return Profile(profile.sector or "", profile.industry or "", said.name)


def _unreadable(what: str, document: Any) -> Unreadable:
    code, description = read_error(document)
    if code or description:
        return Unreadable(f"an error instead of a {what}: {(description or code)[:80]}")
    return Unreadable(f"a {what} in an unknown format")


def read_error(document: Any) -> tuple[str, str]:
    """Returns code and description of the error that a document states: `Unauthorized`, `Invalid
    Crumb`. Empty if it states none."""
    try:
        envelopes = _ENVELOPES.validate_python(document)
    except ValidationError:
        return "", ""
    errors = [one.error for one in envelopes.values() if one.error is not None]
    return (errors[0].code, errors[0].description) if errors else ("", "")


def is_crumb(text: str) -> bool:
    """Whether this can be a crumb: one short word."""
    return _CRUMB.fullmatch(text) is not None
