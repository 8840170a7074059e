"""Whether the identifiers that a source states are of known schemes, with right check digits."""

from __future__ import annotations

from collections.abc import Mapping

from spock_core.domain.identifiers import SCHEMES, valid_identifiers
from spock_core.testing.failures import fail


def check_identifiers(
    source: str, of: str, stated: Mapping[str, str], hook: str, where: str
) -> None:
    """Fails the test for an unknown scheme, or an identifier that is none.

    `of` is whose they are, `hook` makes up what the source reads, `where` is where it reads it.
    """
    unknown = set(stated) - set(SCHEMES)
    if unknown:
        fail(
            f"source {source} states the scheme {min(unknown)!r} for {of}",
            f"use one of {', '.join(SCHEMES)}: {where}",
        )
    _, invalid = valid_identifiers(stated)
    if invalid:
        fail(
            f"source {source} states an invalid one of {dict(stated)} for {of}",
            f"make up identifiers with right check digits in {hook}",
        )
