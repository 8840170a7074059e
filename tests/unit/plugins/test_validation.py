"""What a market states of words: the loader and the kit refuse the same, and say what to give."""

from __future__ import annotations

from typing import Any

import pytest

from spock_core.domain import Exchange, Judgement, KisMeaning, Market
from spock_core.domain.errors import UsageError
from spock_core.plugins.loader import load_plugins
from spock_core.plugins.validation import check_market, market_faults

VENUE = Exchange("XTAI", "Taiwan", "TWD")
MEANING: dict[str, Any] = {
    "code": "230", "meaning": "Machinery", "gics_code": "2010", "confidence": 0.9, "reason": "so",
}  # fmt: skip
JUDGEMENT: dict[str, Any] = {
    "words": ("230",), "gics_code": "45", "confidence": 0.9, "reason": "so", "name": "CHIPS?",
}  # fmt: skip
SHARE = "give a share above 0, at most 1"
REASON = "say why in a few words"
GICS = "give the code of a GICS sector"

WRONG_MEANINGS = {
    "code": ("240", "give the same code"),
    "gics_code": ("999999", GICS),
    "confidence": (85, SHARE),
    "reason": (" ", REASON),
    "meaning": (None, "give KIS's name of the sector"),
}
WRONG_JUDGEMENTS = {
    "words": ("230", "as a tuple"),
    "gics_code": (["45"], GICS),
    "confidence": (float("nan"), SHARE),
    "reason": ("two\nlines", REASON),
    "name": ("(A", "give a regular expression"),
}


def market(**facts: Any) -> Market:
    return Market("TW", "Taiwan", (VENUE,), **facts)


def told(**facts: Any) -> list[str]:
    return [f"{fault}: {advice}" for fault, advice in market_faults(market(**facts))]


@pytest.mark.parametrize("field", WRONG_MEANINGS)
def test_a_meaning_that_cannot_be_used_is_refused(field):
    value, advice = WRONG_MEANINGS[field]
    [fault] = told(kis_meanings={"230": KisMeaning(**MEANING | {field: value})})
    assert fault.startswith("kis_meanings['230']")
    assert advice in fault


@pytest.mark.parametrize("field", WRONG_JUDGEMENTS)
def test_a_judgement_that_cannot_be_used_is_refused(field):
    value, advice = WRONG_JUDGEMENTS[field]
    [fault] = told(judgements=(Judgement(**JUDGEMENT | {field: value}),))
    assert fault.startswith(f"judgements[0]: {field} is ")
    assert advice in fault


@pytest.mark.parametrize("code", ["23", "000", "x30"])
def test_a_key_that_is_no_sector_code_is_refused(code):
    [fault] = told(kis_meanings={code: KisMeaning(**MEANING | {"code": code})})
    assert "give the three digits of a KIS sector code; 000 means nothing" in fault


@pytest.mark.parametrize("confidence", [0, -0.1, 1.01, True, None, "0.9"])
def test_a_confidence_is_a_share(confidence):
    assert told(judgements=(Judgement(**JUDGEMENT | {"confidence": confidence}),))


def test_other_values_than_meanings_and_judgements_are_refused():
    assert told(kis_meanings={"230": "45"}) == ["kis_meanings['230'] is '45': give a KisMeaning"]
    assert told(judgements=(("230",),)) == ["judgements[0] is tuple: give a Judgement"]


@pytest.mark.parametrize(
    ("facts", "advice"),
    [
        ({"judgements": [Judgement(**JUDGEMENT)]}, "give a tuple"),
        ({"kis_meanings": [KisMeaning(**MEANING)]}, "give a mapping"),
        ({"shells_are_spacs": "no"}, "give True or False"),
    ],
)
def test_a_market_refuses_what_could_change_under_a_run(facts, advice):
    with pytest.raises(ValueError, match=advice):
        market(**facts)


@pytest.mark.parametrize("exchanges", [[VENUE], (), None, iter((VENUE,))])
def test_exchanges_are_a_tuple(exchanges):
    with pytest.raises(ValueError, match="give a tuple, with its comma"):
        Market("TW", "Taiwan", exchanges)


def test_the_loader_and_the_kit_say_the_same():
    wrong = market(judgements=(Judgement(**JUDGEMENT | {"confidence": 85}),))
    [(fault, advice)] = market_faults(wrong)
    with pytest.raises(UsageError) as caught:
        check_market(wrong)
    assert f"{caught.value}" == f"market TW: {fault}: {advice}"


def test_what_is_installed_has_no_fault():
    for one in load_plugins().markets.values():
        assert not list(market_faults(one))
    assert not told(
        kis_meanings={"230": KisMeaning(**MEANING)}, judgements=(Judgement(**JUDGEMENT),)
    )
