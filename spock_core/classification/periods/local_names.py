"""Compares two names of a company in the list's local language. Pure.

KIS's lists have Korean names, of which one company's transliterations vary; those of other lists
are in the script of their market.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

from spock_core.classification.company_names import local_company
from spock_core.classification.periods.name_likeness import Likeness
from spock_core.domain.text import unaccented

_SAME_SPELLING = 0.8
"""Least similarity of two spellings of one name: transliterations vary."""
_SHORTEST_WORD = 2
"""Syllables that only one of two spellings has where they are a word and no other spelling."""
_SAME_BEGINNING = 2
"""Syllables or characters with which two names begin that share a word."""
_NOT_LATIN = re.compile(r"[^\W\d_A-Za-z]")
_JAPANESE = {"CJK", "HIRAGANA", "KATAKANA"}
"""First words of Unicode's names of letters that one name may have together. Korean names may have
Chinese letters too."""
_NOT_A_LETTER = re.compile(r"[\W_]+")


def is_spelled_alike(first: str | None, second: str | None) -> bool | None:
    """Returns whether two names in one script, which is not the Latin one, are spellings of one
    name.

    None if one of them is missing or in another script. Symmetric.
    """
    script = _script(first)
    if not first or not second or script is None or script != _script(second):
        return None
    one, other = sorted(_NOT_A_LETTER.sub("", local_company(name)) for name in (first, second))
    spelling = SequenceMatcher(None, one, other, False)
    lengths = (abs(a2 - a1 - b2 + b1) for _, a1, a2, b1, b2 in spelling.get_opcodes())
    return max(lengths, default=0) < _SHORTEST_WORD and spelling.ratio() >= _SAME_SPELLING


def local_likeness(first: str | None, second: str | None) -> Likeness | None:
    """Returns how much two local names have in common; None as for `is_spelled_alike`.

    For lists that give no English name. Symmetric.
    """
    alike = is_spelled_alike(first, second)
    if alike is None:
        return None
    if alike:
        return Likeness.EQUAL
    one, other = (
        _NOT_A_LETTER.sub("", local_company(name))[:_SAME_BEGINNING] for name in (first, second)
    )
    return Likeness.EXTENDED if one == other else Likeness.APART


def _script(name: str | None) -> str | None:
    """The script of a local name; None if it is missing or Latin."""
    letters = _NOT_LATIN.findall(unaccented(name or ""))
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in letters}
    if "HANGUL" in scripts:
        return "HANGUL"
    return "CJK" if scripts & _JAPANESE else min(scripts, default=None)
