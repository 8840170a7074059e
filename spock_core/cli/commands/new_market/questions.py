"""Gathers the facts of a new market: from flags, from whoever can be asked, from public lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from spock_core.cli.commands.new_market.facts import (
    LISTED_BY,
    ExchangeFacts,
    MarketFacts,
    check_exchanges,
    exchange_of,
    mic_of,
    priority_of,
    region_of,
    said_of_exchange,
    text_of,
)
from spock_core.domain.errors import UsageError
from spock_core.plugins import iso_codes

Ask = Callable[[str, str], str]
"""Asks a question with its default; gives the answer."""

_QUESTIONS = {
    "name": "{mic}: what people call it",
    "currency": "{mic}: currency",
    "suffix": "{mic}: what Yahoo puts behind its symbols",
    "yahoo": "{mic}: Yahoo's codes of it",
    "lot": "{mic}: shares in a lot",
    "example": "{mic}: a ticker, as an example",
}
_OF_LISTED_BY = {
    "kis": ("kis", "{mic}: KIS's code of its list"),
    "csv": ("list", "{mic}: address of its table (web address, file: URL or path)"),
}


def gather(given: Mapping[str, Any], ask: Ask | None) -> MarketFacts:
    """The facts. `given` are the flags of `spock new-market`; nobody is asked where `ask` is None.

    Raises `UsageError`, naming what is wrong or missing.
    """
    answer = _Answers(ask)
    region = region_of(given["region"])
    name = answer(given["name"], "What people call the market", iso_codes.country_name(region))
    said = dict(said_of_exchange(text) for text in given["exchange"] or ())
    if len(said) < len(given["exchange"] or ()):
        raise UsageError("--exchange: one MIC is named twice")
    if not said:
        venues = " ".join(iso_codes.venues_of(region))
        mics = answer(None, "MICs of its exchanges", venues)
        said = {mic_of(text): {} for text in mics.replace(",", " ").split()}
    if not said:
        raise UsageError(f"say which exchanges {region} has: --exchange MIC, once for each")
    by_kis = all("kis" in one for one in said.values())
    listed_by = answer(
        given["listed_by"],
        f"Where its lists come from ({', '.join(LISTED_BY)})",
        "kis" if by_kis else "yahoo",
    )
    if listed_by not in LISTED_BY:
        raise UsageError(f"--listed-by {listed_by!r}: choose from {', '.join(LISTED_BY)}")
    exchanges = tuple(_exchange(region, mic, one, listed_by, answer) for mic, one in said.items())
    check_exchanges(exchanges, listed_by)
    priority = answer(given["priority"], "Priority (lower comes first)", "100")
    author = answer(given["author"], "Author", "")
    return MarketFacts(
        region=region,
        name=text_of("--name", name),
        exchanges=exchanges,
        listed_by=listed_by,
        priority=priority_of("--priority", priority),
        author=text_of("--author", author) if author else "",
    )


class _Answers:
    """What was given, else what is answered, else the default."""

    def __init__(self, ask: Ask | None) -> None:
        self._ask = ask

    @property
    def can_ask(self) -> bool:
        """Whether somebody is there to answer."""
        return self._ask is not None

    def __call__(self, given: str | None, question: str, default: str | None) -> str:
        if given is not None:
            return given
        return self._ask(question, default or "") if self._ask else default or ""


def _exchange(
    region: str, mic: str, said: Mapping[str, str], listed_by: str, answer: _Answers
) -> ExchangeFacts:
    codes = sorted(iso_codes.yahoo_exchanges().get(region.lower(), ()))
    defaults = _defaults(region, mic, codes)
    questions = dict(_QUESTIONS)
    if len(codes) > 1:  # one that is another venue's would list that venue's stocks as this one's
        questions["yahoo"] += f" (of {' '.join(codes)})"
        if "yahoo" not in said and not answer.can_ask:
            raise UsageError(
                f"{mic}: Yahoo's codes in {region} are {', '.join(codes)}: say which are its own, "
                f'as --exchange "{mic}; yahoo={codes[0]}"'
            )
    if listed_by in _OF_LISTED_BY:
        key, question = _OF_LISTED_BY[listed_by]
        questions[key] = question
    facts = dict(said)
    for key, question in questions.items():
        facts[key] = answer(said.get(key), question.format(mic=mic), defaults.get(key))
    return exchange_of(mic, facts, listed_by)


def _defaults(region: str, mic: str, codes: Sequence[str]) -> dict[str, str]:
    """What ISO and Yahoo have of an exchange. Where Yahoo has several codes in the country, it does
    not say whose they are.
    """
    name, _, _ = iso_codes.mics().get(mic, (mic, "", False))
    return {
        "name": name.title(),
        "currency": iso_codes.currency_of(region) or "",
        "suffix": iso_codes.yahoo_suffixes().get(mic, ""),
        "yahoo": codes[0] if len(codes) == 1 else "",
        "lot": "1",
        "example": "AAAA",
    }
