"""Makes untrusted text safe to show and texts comparable, hides passwords in URLs, names the
nearest of several words, and formats times."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from math import inf

_ACCENTED = re.compile("[\u00a8-\u024f\u0300-\u036f\u1e00-\u1eff\u2000-\u2fff\uff00-\uffef]")
"""Characters that may have an accent, or another width or form than the usual one: Latin letters,
symbols, and the full- and half-width forms of East Asia."""
_UNDIVIDED = str.maketrans(
    {"Æ": "AE", "æ": "ae", "Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Ħ": "H", "ħ": "h",
     "\u0131": "i", "Ł": "L", "ł": "l", "Ø": "O", "ø": "o", "Œ": "OE", "œ": "oe", "Þ": "TH",
     "þ": "th", "ß": "ss", "ẞ": "SS"}
)  # fmt: skip
"""Latin letters that Unicode does not divide into a letter and its accent."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def escape_formula(cell: str) -> str:
    """Returns the text with a quote before it if a spreadsheet would take it for a formula.

    Some East Asian versions of spreadsheets also take the full-width signs. See OWASP, "CSV
    Injection".
    """
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def is_text(text: str) -> bool:
    """Whether it has no NUL and no lone surrogate. The latter stand for bytes that are not UTF-8 in
    arguments, variables and names of files (PEP 383); no database takes them."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def sanitize(text: str, longest: int = 1_000) -> str:
    """Returns the text on one line, without control characters, cut to `longest` characters."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    return text.strip()[:longest]


def unaccented(text: str) -> str:
    """Returns the text with characters of normal width, without accents: `café` is `cafe`."""
    if text.isascii() or not _ACCENTED.search(text):
        return text
    parts = unicodedata.normalize("NFKD", text.translate(_UNDIVIDED))
    kept = "".join(char for char in parts if not "\u0300" <= char <= "\u036f")
    return unicodedata.normalize("NFKC", kept)


def plain(text: str) -> str:
    """Returns the text as `unaccented`, in small letters, to compare it with others."""
    return unaccented(text).casefold()


def nearest_word(word: str, known: Iterable[str]) -> str | None:
    """Returns the known word that is most similar, if one is. Capitals, and hyphens for
    underscores, make no difference."""
    from rapidfuzz import process  # only for a mistake
    from rapidfuzz.distance import OSA

    found = process.extractOne(
        word,
        list(known),
        scorer=OSA.normalized_similarity,
        processor=lambda one: plain(one).replace("-", "_"),
        score_cutoff=0.6,
    )
    return None if found is None else found[0]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Returns `: did you mean …?` with the nearest of the known words, or nothing."""
    nearest = nearest_word(word, known)
    return "" if nearest is None else f": did you mean {nearest}?"


def redact_url(url: str) -> str:
    """Returns a web address or database URL without user, password, query and fragment.

    A password may have any character, `/`, `?`, `#` and `@` among them, where somebody wrote it
    into a URL without escaping it: all up to the last `@` is taken for it. The query is removed
    because it can contain a password too. A path is returned as it is.
    """
    scheme, is_url, rest = url.partition("://")
    if not is_url:
        scheme, rest = "", url
    if is_url and rest.startswith("/"):
        return f"{scheme}://{rest.partition('?')[0]}"
    before, has_user, place = rest.rpartition("@")
    if has_user and (":" in before or (is_url and "/" not in before)):
        rest = f"***@{place}"
    return f"{scheme}://{re.split('[?#]', rest)[0]}" if is_url else rest


def format_utc(moment: datetime, precision: str = "seconds") -> str:
    """Returns a time in UTC, ISO 8601, with `Z`: `2026-11-25T01:00:00Z`.

    Every time in the output of a command has this form, in text and in JSON. Exported rows have
    their times as exactly as the register.
    """
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def age_text(moment: datetime | None, now: datetime) -> str:
    """Returns how long ago a moment was: `3 h ago`, `never`.

    A moment later than now was written while a clock was wrong, and has no age.
    """
    if moment is None:
        return "never"
    if moment > now:
        return f"in the future, {format_utc(moment)}"
    hours = (now - moment).total_seconds() / 3600
    return f"{hours:.0f} h ago" if hours < 48 else f"{hours / 24:.0f} d ago"


def read_amount(text: str) -> float | None:
    """Returns the amount in a text such as `0.00001` or `HKD 1,000.50`; None if there is none
    above 0."""
    try:
        amount = float(text.rsplit(maxsplit=1)[-1].replace(",", "")) if text.strip() else 0.0
    except ValueError:
        return None
    return amount if 0 < amount < inf else None
