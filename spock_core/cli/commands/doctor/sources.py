"""Tells which sources are not asked, and what to set so that they are."""

from __future__ import annotations

from collections.abc import Iterator

from spock_core.cli.commands.doctor.finding import Finding, ok
from spock_core.domain.queries import QuerySource
from spock_core.domain.source import TableSource
from spock_core.plugins.contributions import sources_of
from spock_core.plugins.registry import Plugins
from spock_core.plugins.selection import is_opt_in, missing_settings
from spock_core.settings.model import Settings


def check_sources(settings: Settings, plugins: Plugins) -> Iterator[Finding]:
    """Which sources are not asked, and what to set so that they are."""
    for name, source in sources_of(plugins).items():
        if not isinstance(source, TableSource | QuerySource):
            continue
        if is_opt_in(source) and name not in {*settings.opt_in, *settings.sources}:
            yield ok(f"source {name}", f"is not asked: --opt-in {name}. {source.about.terms}")
        elif missing := missing_settings(source, settings):
            yield ok(f"source {name}", f"is not asked: set {missing}")
