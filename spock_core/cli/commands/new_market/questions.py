"""Gathers the facts of a new market from flags, from the user, and from public lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from spock_core.cli.commands.new_market.facts import (
    LISTED_BY,
    ExchangeFacts,
    MarketFacts,
    check_exchanges,
    exchange_of,
    mic_of,
    priority_of,
    said_of_exchange,
)
from spock_core.cli.packages.asking import Answers, Ask
from spock_core.cli.packages.facts import region_of, text_of
from spock_core.domain.errors import UsageError
from spock_core.plugins.checking import iso_codes

_QUESTIONS = {
    "name": "{mic}: name",
    "currency": "{mic}: currency",
    "suffix": "{mic}: suffix of Yahoo's symbols",
    "yahoo": "{mic}: Yahoo's codes",
    "lot": "{mic}: shares in a lot",
    "example": "{mic}: an example of a ticker",
}
_OF_LISTED_BY = {
    "kis": ("kis", "{mic}: KIS's code of its list"),
    "csv": ("list", "{mic}: address of its table (web address, file: URL or path)"),
}


def gather(given: Mapping[str, Any], ask: Ask | None) -> MarketFacts:
    """Returns the facts from the flags in `given`; asks for missing ones unless `ask` is None.

    Raises `UsageError` for the first fact that is wrong or missing.
    """
    answer = Answers(ask)
    region = region_of(given["region"])
    name = answer(given["name"], "Name of the market", iso_codes.country_name(region))
    said = dict(said_of_exchange(text) for text in given["exchange"] or ())
    if len(said) < len(given["exchange"] or ()):
        raise UsageError("--exchange: one MIC is there twice")
    if not said:
        venues = " ".join(iso_codes.venues_of(region))
        mics = answer(None, "MICs of its exchanges", venues)
        said = {mic_of(text): {} for text in mics.replace(",", " ").split()}
    if not said:
        raise UsageError(f"no exchange of {region} is known: use --exchange MIC, once for each")
    by_kis = all("kis" in one for one in said.values())
    listed_by = answer(
        given["listed_by"],
        f"Listing source ({', '.join(LISTED_BY)})",
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


def _exchange(
    region: str, mic: str, said: Mapping[str, str], listed_by: str, answer: Answers
) -> ExchangeFacts:
    codes = sorted(iso_codes.yahoo_exchanges().get(region.lower(), ()))
    defaults = _defaults(region, mic, codes)
    questions = dict(_QUESTIONS)
    if len(codes) > 1:  # with a wrong one, another venue's stocks would be listed as this one's
        questions["yahoo"] += f" (of {' '.join(codes)})"
        if "yahoo" not in said and not answer.can_ask:
            raise UsageError(
                f"{mic}: Yahoo's codes in {region} are {', '.join(codes)}: choose its own, "
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
    """Returns what ISO and Yahoo have about an exchange, by key.

    Yahoo's code is among them only if Yahoo has just one in the country, since it does not say to
    which exchange a code belongs.
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
