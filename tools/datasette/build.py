"""`python -m tools.datasette.build`: writes Datasette's metadata, which a test holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from spock_core.store import schema, views
from tools.datasette.dictionary import read_dictionary
from tools.datasette.queries import QUERIES

ROOT = Path(__file__).parents[2]
DICTIONARY = ROOT / "docs" / "data-dictionary.md"
METADATA = ROOT / "deploy" / "datasette" / "metadata.yml"
_HEAD = """\
# Shows a register in a browser: `uvx datasette spock.db -m deploy/datasette/metadata.yml`.
# Written by `python -m tools.datasette.build` from docs/data-dictionary.md.
"""
_FACETS = {
    "stocks": ["region", "sector", "security_type", "sector_source", "is_active"],
    "tickers": ["region", "exchange", "asset_type"],
    "observations": ["source", "region"],
    "changes": ["field", "region", "source"],
    "runs": ["status"],
}
_SORTED: dict[str, dict[str, str]] = {
    "changes": {"sort_desc": "change_id"},
    "runs": {"sort_desc": "run_id"},
}


def metadata() -> dict[str, Any]:
    """The content of the file."""
    known: dict[str, list[str]] = {
        table.name: [str(column.name) for column in table.c]
        for table in (*schema.metadata.sorted_tables, *views.metadata.sorted_tables)
    }
    described = {one.name: one for one in read_dictionary(DICTIONARY, known)}
    columns = described["tickers"].columns | described["stock_details"].columns
    tables: dict[str, Any] = {}
    for name, one in described.items():
        own = one.columns
        if name in ("stocks", "listing_periods"):
            own = {column: columns[column] for column in known[name] if column in columns} | own
        tables[name] = {"title": one.title, "description": one.text, "columns": own}
        tables[name] |= {"facets": _FACETS[name]} if name in _FACETS else {}
        tables[name] |= _SORTED.get(name, {})
        tables[name] = {key: value for key, value in tables[name].items() if value}
    return {
        "title": "Spock",
        "description": "A classified register of every tradable stock.",
        "databases": {
            "spock": {
                "tables": tables,
                "queries": {
                    query.name: {"title": query.title, "sql": query.sql} for query in QUERIES
                },
            }
        },
    }


def text() -> str:
    """The file."""
    return _HEAD + yaml.safe_dump(metadata(), sort_keys=False, allow_unicode=True, width=100)


if __name__ == "__main__":
    METADATA.write_text(text(), encoding="utf-8")
