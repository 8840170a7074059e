"""Measures how accurate Spock is on real data that is not part of the project.

    python -m benchmarks.accuracy [FOLDER]

Prints sectors (`sectors.py`), what each rule changes (`rules.py`), what each source is worth
(`worth.py`), security types (`security_types.py`), and matches of issuers and symbols
(`matches.py`).
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from benchmarks.matches import issuer_matching, symbol_agreement
from benchmarks.real_data import DATA, labelled_stocks, register_of, stocks_with_industries
from benchmarks.rules import print_rules
from benchmarks.sectors import print_sectors
from benchmarks.security_types import print_types
from benchmarks.table_samples import table_words
from benchmarks.worth import print_tables, print_worth


def main() -> None:
    """Prints all measurements."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    register = register_of(data)
    words = table_words(data)
    print_sectors(labelled_stocks(register, data))
    print_rules(labelled_stocks(register, data), stocks_with_industries(register, data))
    print_tables(labelled_stocks(register, data), words, data)
    print_worth(labelled_stocks(register, data, silent=True), words)
    print_types(register, data)
    matching = issuer_matching(register, data)
    print(
        f"\nissuers of US securities: {matching.with_issuer} of {matching.related} related "
        f"securities are matched; of {matching.compared} matches that Nasdaq names, "
        f"{len(matching.false)} seem false"
    )
    for line in matching.false:
        print(f"  {line}")
    counts = Counter(
        (row["region"], row["sector_source"] or "none")
        for row in register.values()
        if row["asset_type"] == "STOCK"
    )
    print("\nclassified stocks by source, without Yahoo")
    for (region, source), number in sorted(counts.items()):
        print(f"  {region} {source:8} {number:5}")
    same, compared, wrong = symbol_agreement(register, data)
    print(f"\nYahoo symbols: {same} of {compared} are right, {same / compared:.2%}")
    for line in wrong[:12]:
        print(f"  {line}")


if __name__ == "__main__":
    main()
