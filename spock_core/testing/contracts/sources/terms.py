"""Contracts of the terms of a source that makes requests: `about`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from spock_core.domain.tables import SourceTerms
from spock_core.plugins.contributions import settings_of
from spock_core.plugins.loader import load_plugins
from spock_core.settings.model import Settings
from spock_core.testing.asked_source import AskedSource
from spock_core.testing.contracts.sources.base import SourceContracts
from spock_core.testing.failures import fail

TELLS = ("sector", "industry", "security_type", "identifiers", "dates", "spac")


class TermsContracts(SourceContracts):
    """Contracts of what a source states of its provider, and of the settings that it needs."""

    def test_its_terms_are_complete(self, source: AskedSource) -> None:
        """Provider, what it tells, terms, and settings that exist."""
        about: Any = getattr(source.raw, "about", None)
        for fault, advice in _faults_of_terms(about, _settings()):
            fail(f"about of source {source.name}: {fault}", advice)

    def test_its_settings_are_stated_to_the_kit(self, source: AskedSource) -> None:
        """The kit asks it as a user would who has set what it requires."""
        lacking = set(requires(source)) - set(self.stated.settings)
        if lacking:
            name = min(lacking)
            fail(
                f"source {source.name} requires {', '.join(sorted(lacking))}",
                f'source_contract({source.name!r}, settings={{"{name}": "…"}})',
            )


def requires(source: AskedSource) -> tuple[str, ...]:
    """Returns the settings without which a source is not asked."""
    return tuple(source.raw.about.requires)


def _settings() -> set[str]:
    declared = {one.name for one in settings_of(load_plugins())}
    return declared | set(Settings.model_fields)


def _faults_of_terms(about: Any, settings: set[str]) -> Iterator[tuple[str, str]]:
    """Yields what is wrong with a source's `about`, each with what to give instead."""
    if not isinstance(about, SourceTerms):
        yield f"it is {about!r}", "give SourceTerms(provider, regions, tells)"
        return
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,31}", about.provider):
        yield f"provider is {about.provider!r}", "give up to 32 small letters and digits"
    for what in ("regions", "tells", "requires"):
        if not isinstance(getattr(about, what), tuple):
            yield f"{what} is {getattr(about, what)!r}", 'give a tuple, with its comma: ("TW",)'
            return
    for one in about.tells:
        if one not in TELLS:
            yield f"it tells {one!r}", f"tell some of {', '.join(TELLS)}"
    if not about.tells:
        yield "it tells nothing", f"tell some of {', '.join(TELLS)}"
    if not about.terms.strip() or not about.terms.isprintable():
        yield f"terms is {about.terms!r}", "say in a sentence under which terms its words are kept"
    for name in about.requires:
        if name not in settings:
            yield f"it requires {name!r}, which is no setting", "return it from spock_settings"
