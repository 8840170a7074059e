"""The flags by which commands choose stocks, and the register that they read."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from spock_core.cli.flags import add_flags, add_own_flag
from spock_core.domain import SecurityType

if TYPE_CHECKING:
    from spock_core.plugins.registry import Plugins
    from spock_core.reading.records import StockRecord
    from spock_core.reading.register import Register
    from spock_core.reading.rows import Rows
    from spock_core.settings.model import Settings

FILTERS = ("only_regions", "sector", "security_type", "active", "as_of")
"""The names of the flags of `add_stock_filters`."""
_ACTIVE = {"yes": True, "no": False, "all": None}


def add_regions(parser: argparse.ArgumentParser) -> None:
    """Adds `--regions`."""
    add_own_flag(
        parser,
        "--regions",
        dest="only_regions",
        nargs="+",
        metavar="REGION",
        help="Only these regions (default: all); SPOCK_REGIONS is for runs.",
    )


def add_stock_filters(parser: argparse.ArgumentParser) -> None:
    """Adds `--regions`, `--sector`, `--security-type`, `--active` and `--as-of`."""
    add_regions(parser)
    add_own_flag(
        parser,
        "--sector",
        nargs="+",
        metavar="SECTOR",
        help="Only these GICS sectors, industry groups or industries: codes (45, 4510, 451030) or "
        'names ("Health Care").',
    )
    add_own_flag(
        parser,
        "--security-type",
        nargs="+",
        metavar="TYPE",
        help="Only these types: " + ", ".join(SecurityType) + ".",
    )
    add_own_flag(
        parser,
        "--active",
        choices=list(_ACTIVE),
        default="yes",
        help="Whether their list still has them: yes, no, or all (default: yes).",
    )
    add_as_of(parser)


def add_as_of(parser: argparse.ArgumentParser) -> None:
    """Adds `--as-of`."""
    add_own_flag(
        parser,
        "--as-of",
        metavar="DATE",
        help="What the register said then: at the end of a day (2026-11-25), or at a time "
        "(2026-11-25T09:00), in UTC.",
    )


def add_database_flags(parser: argparse.ArgumentParser, *, document: bool = True) -> None:
    """Adds the settings that say which register is read. `document`: also `--json`."""
    add_flags(parser, ("database", "sandbox", *(["json_output"] if document else []), "verbose"))


def open_for(settings: Settings, plugins: Plugins) -> Register:
    """Opens the register of the settings to read it."""
    from spock_core.reading.register import open_register

    return open_register(settings.database, plugins=plugins)


def chosen_stocks(register: Register, filters: Mapping[str, Any]) -> Rows[StockRecord]:
    """Returns the stocks that the flags of `add_stock_filters` choose."""
    return register.stocks(
        region=filters["only_regions"],
        sector=filters["sector"],
        security_type=filters["security_type"],
        active=_ACTIVE[filters["active"]],
        as_of=filters["as_of"],
    )
