"""Measures kinds of securities with and without each table source that states them.

    python -m benchmarks.kinds [FOLDER]

The US is compared with Nasdaq's labels, Hong Kong with HKEX's categories and Japan with JPX's
segments, for all instruments in the half of KIS's files that these have, too.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.exchange_categories import hkex_pairs, jpx_pairs
from benchmarks.real_data import DATA, Register, register_of
from benchmarks.security_types import f1_scores, type_scores
from benchmarks.table_samples import write_samples
from spock_core.classification.kinds import TELLS
from spock_core.domain.source import TableSource
from spock_core.plugins.contributions import sources_of
from spock_core.plugins.loader import load_plugins

Scores = Mapping[str, tuple[float, float, float, int]]
"""Precision, recall, F1 and number by kind."""


def kind_sources() -> list[str]:
    """Returns the names of the installed table sources that state kinds."""
    return [
        name
        for name, source in sources_of(load_plugins()).items()
        if isinstance(source, TableSource) and TELLS in source.about.tells
    ]


def registers_with(data: Path) -> Iterator[tuple[str, Register]]:
    """Yields the register without table sources, and with each that states kinds."""
    with tempfile.TemporaryDirectory() as folder:
        write_samples(data, Path(folder))
        yield "none", register_of(data)
        for name in kind_sources():
            yield name, register_of(data, f"kis,issuer,{name}", Path(folder))


def scores_of(register: Register, data: Path) -> dict[str, Scores]:
    """Returns the scores by region."""
    return {
        "US": type_scores(register, data),
        "HK": f1_scores(hkex_pairs(register, data)),
        "JP": f1_scores(jpx_pairs(register, data)),
    }


def main() -> None:
    """Prints the scores without table sources, and those that change with one."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    without: dict[str, Scores] = {}
    for name, register in registers_with(data):
        print(f"\ntable source: {name}")
        scores = scores_of(register, data)
        overruled = sum(row["listed_security_type"] is not None for row in register.values())
        print(f"  kinds that differ from the list's: {overruled}")
        for region, kinds in scores.items():
            for kind, (precision, recall, f1, number) in kinds.items():
                if kinds[kind] != without.get(region, {}).get(kind):
                    measured = f"precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}"
                    print(f"  {region} {kind:20} {number:5}  {measured}")
        without = without or scores


if __name__ == "__main__":
    main()
