"""Text that nobody would write who means well: for names in lists, and for cells of tables."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator

HOSTILE_TEXTS = (
    "",
    " ",
    "\x00\x07\b\r\n\t",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07",
    "=HYPERLINK(\"http://example.invalid\",\"click\")",
    "+1+1", "-2+3", "@SUM(A1:A9)",
    "\ud800 half a pair \udfff",
    "\u202eright to left\u202c \u200f\u200e\u2066",
    "e\u0301\u0301\u0301\u0301 \u200b\ufeff \U0001f4c8",
    "\uff26\uff35\uff2c\uff2c\u3000\uff37 \u0661\u0662 \u00bd \u2153 \u01c4",
    "'; DROP TABLE tickers; --",
    "{0}{name}%s%n${HOME}",
    "<script>alert(1)</script>",
    "../../etc/passwd",
)  # fmt: skip
"""Control characters, escape sequences, formulas, lone surrogates, signs that look like others."""
SHORT_WORDS = frozenset({"A", "1", " ", "A ", "1 ", "a", "%", "가", "A1/", "-"})
"""Texts to repeat in a long one."""
_ENDS = ("", "!", "\n")
"""Ends of a long text that make a pattern with repetitions backtrack."""


def repeated(word: str, characters: int) -> Iterator[str]:
    """Yields texts of this length in which a word is repeated."""
    for end in _ENDS:
        yield (word * (characters // len(word) + 1))[: characters - len(end)] + end


def words_of_patterns(modules: Iterable[str]) -> set[str]:
    """Returns the words in the patterns of the packages to which these modules belong, but core's.

    Each is there alone and with a space after it: repeated, it makes a bad pattern backtrack.
    """
    packages = {module.partition(".")[0] for module in modules} - {"spock_core"}
    words: set[str] = set()
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] not in packages:
            continue
        for value in vars(module).values():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                found = re.findall(r"\w{2,}", re.sub(r"\\.", " ", value.pattern))
                words |= {word for one in found for word in (one, f"{one} ")}
    return words
