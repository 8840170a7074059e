"""Stocks of a region, counted by what became of them in a run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Tally:
    """Stocks of a region by what became of them."""

    enriched: int = 0
    failed: int = 0
    skipped: int = 0
    unknown: int = 0
    by_source: Counter[str] = field(default_factory=Counter)
    failed_by: Counter[str] = field(default_factory=Counter)
    """`failed` by kind: a `list`, a `provider`, a `fault` in a program."""
    unknown_by: Counter[str] = field(default_factory=Counter)
    """`unknown` by kind of security."""

    def fail(self, kind: str) -> None:
        """Counts a stock that failed."""
        self.failed += 1
        self.failed_by[kind] += 1
