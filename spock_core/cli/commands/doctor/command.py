"""`spock doctor`: checks whether this machine is ready for a run, and advises what to do."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from spock_core.cli.commands.doctor.finding import Finding, Level
from spock_core.cli.commands.doctor.installation import (
    check_leftovers,
    check_plugins,
    check_settings,
)
from spock_core.cli.commands.doctor.providers import check_providers
from spock_core.cli.commands.doctor.register import check_register
from spock_core.cli.commands.doctor.sources import check_sources
from spock_core.cli.flags import add_flags
from spock_core.domain.text import sanitize
from spock_core.plugins.contributions import settings_of
from spock_core.plugins.registry import Plugins
from spock_core.reporting.output import show
from spock_core.reporting.tables import table_text
from spock_core.settings.model import Settings, load_settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the settings that are checked, and those of the output."""
    add_flags(
        parser,
        (
            "database",
            "kis_master_url",
            "lists_url",
            "yahoo_url",
            "kis_api_url",
            "json_output",
            "verbose",
        ),
    )


def run(arguments: dict[str, Any], plugins: Plugins) -> int:
    """Prints the findings. Returns 1 if one of them is a problem."""
    settings = load_settings(arguments, settings_of(plugins))
    found = list(_findings(settings, plugins))
    problems = sum(finding.level is Level.PROBLEM for finding in found)
    warnings = sum(finding.level is Level.WARNING for finding in found)
    if settings.json_output:
        document = {
            "problems": problems,
            "warnings": warnings,
            "findings": [asdict(finding) for finding in found],
        }
        show(json.dumps(document, indent=2))
    else:
        rows = [(item.level.value, item.check, sanitize(item.found)) for item in found]
        show(table_text(("", "check", "found"), rows))
        show("")
        for finding in found:
            if finding.advice:
                show(f"{finding.level.value}: {finding.check}: {sanitize(finding.advice)}")
        show(f"{problems} problems, {warnings} warnings")
    return 1 if problems else 0


def _findings(settings: Settings, plugins: Plugins) -> Iterator[Finding]:
    now = datetime.now(UTC)
    yield from check_plugins(plugins)
    yield from check_leftovers()
    yield from check_settings(settings, plugins)
    yield from check_sources(settings, plugins)
    yield from check_register(settings, now)
    yield from check_providers(settings, plugins, now)
