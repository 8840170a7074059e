"""How right Spock is, measured on real data that is not part of the project.

    python benchmarks/accuracy.py [FOLDER]

FOLDER holds the KIS master files, the official sectors, the security labels and Yahoo's symbols
(`../shared/data` beside a checkout). Prints, and asserts nothing: tests hold the floors.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import RowMapping, select

from spock_core.classify import classify
from spock_core.domain import Classification, Observation
from spock_core.enrich import enrich
from spock_core.plugins import load_plugins
from spock_core.settings import load_settings
from spock_core.sources.kis import KisSectorCode
from spock_core.sources.yahoo import YahooIndustryWord
from spock_core.store.database import open_database
from spock_core.store.schema import stock_details, tickers
from spock_core.store.stocks import listing_of

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def register_of(data: Path) -> dict[tuple[str, str], RowMapping]:
    """The register that a run over the real master files of 2025-06 makes, by region and ticker."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/register.db"
        master = str(data / "kis-2025-06-half")
        enrich(
            load_settings({"database": url, "kis_master_url": master, "sources": "kis"}),
            load_plugins(),
        )
        database = open_database(url, create=False)
        joined = tickers.outerjoin(
            stock_details,
            (tickers.c.region == stock_details.c.region)
            & (tickers.c.ticker == stock_details.c.ticker),
        )
        details = [c for c in stock_details.c if c.name not in ("region", "ticker")]
        with database.read() as connection:
            rows = connection.execute(select(*tickers.c, *details).select_from(joined))
            found = {(row["region"], row["ticker"]): row for row in rows.mappings()}
        database.close()
    return found


def read(path: Path) -> list[dict[str, str]]:
    """A CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Judged(NamedTuple):
    """One stock with an official sector."""

    region: str
    ticker: str
    official: str
    found: Classification
    by: str
    """Who spoke: `kis`, `yahoo` or `both`."""
    kis_code: str | None


def judged_stocks(register: dict[tuple[str, str], RowMapping], data: Path) -> list[Judged]:
    """Every stock with an official sector of which KIS's code or Yahoo's industry says something.

    Classified as a run does it, from KIS's code of 2025-06 and Yahoo's industry of 2022: a run
    against the real Yahoo would have newer words.
    """
    plugins = load_plugins()
    kis, yahoo = KisSectorCode(), YahooIndustryWord("yahoo-profile")
    now = datetime.now(UTC)
    said = {
        (_LISTS.get(row["kis_exchange"], "US"), row["ticker"]): row
        for row in read(data / "yahoo-profiles-2022-half.csv")
    }
    stocks = []
    for row in read(data / "gics-sectors-2025-11-half.csv"):
        key = row["region"], row["ticker"]
        market, listing = plugins.markets[row["region"]], listing_of(dict(register[key]))
        seen = {one.source: kis.claim(one, market) for one in kis.observe(market, [listing], now)}
        if key in said:
            words = {name: said[key][name] for name in ("industry", "sector")}
            observation = Observation(*key, yahoo.name, words, now)
            seen[yahoo.name] = yahoo.claim(observation, market)
        claims = [claim for claim in seen.values() if claim is not None]
        if claims:
            by = "both" if len(claims) == 2 else "kis" if claims[0].source == "kis" else "yahoo"
            found = classify(listing, market, claims)
            code = register[key]["kis_sector_code"]
            stocks.append(Judged(*key, row["gics_sector"], found, by, code))
    return stocks


def print_sectors(stocks: list[Judged]) -> None:
    """Agreement by region and by who spoke, how sure the answers were, and by KIS code."""
    print("\nsector of stocks with a KIS code or a Yahoo industry, against official GICS sectors")
    groups: dict[str, list[Judged]] = defaultdict(list)
    for stock in stocks:
        for name in ("all", stock.region, f"by {stock.by}"):
            groups[name].append(stock)
    for name, group in groups.items():
        right = sum(one.found.sector == one.official for one in group)
        print(f"  {name:9} {right:5} of {len(group):5}  {right / len(group):.1%}")
    print("\nhow sure, and how right")
    sure: dict[int, list[Judged]] = defaultdict(list)
    for stock in stocks:
        sure[int(20 * (stock.found.sector_confidence or 0))].append(stock)
    for _, group in sorted(sure.items()):
        right = sum(one.found.sector == one.official for one in group)
        mean = sum(one.found.sector_confidence or 0 for one in group) / len(group)
        print(f"  said {mean:.3f}  was {right / len(group):.3f}  of {len(group):5}")
    print("\nby KIS code: share of the commonest official sector")
    by_code: dict[str, Counter[str]] = defaultdict(Counter)
    for stock in stocks:
        if stock.kis_code not in (None, "000"):
            by_code[str(stock.kis_code)][stock.official] += 1
    for code, sectors in sorted(by_code.items()):
        (name, number), *others = sectors.most_common(3)
        rest = ", ".join(f"{other} {n}" for other, n in others)
        print(f"  {code}  {number / sectors.total():6.1%} of {sectors.total():3}  {name}; {rest}")


def f1_scores(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[float, float, float, int]]:
    """Precision, recall, F1 and number by label, from pairs of truth and answer."""
    both, truth, answer = Counter[str](), Counter[str](), Counter[str]()
    for true, said in pairs:
        truth[true] += 1
        answer[said] += 1
        both[true] += true == said
    scores = {}
    for label in sorted(truth):
        precision = both[label] / answer[label] if answer[label] else 0.0
        recall = both[label] / truth[label]
        total = precision + recall
        f1 = 2 * precision * recall / total if total else 0.0
        scores[label] = (precision, recall, f1, truth[label])
    return scores


_LISTS = {"TSE": "JP", "HKS": "HK", "SHS": "CN", "SZS": "CN"}


def symbol_agreement(
    register: dict[tuple[str, str], RowMapping], data: Path
) -> tuple[int, int, list[str]]:
    """Stocks whose Yahoo symbol is the rule's, stocks compared, and the first that differ."""
    same, compared, wrong = 0, 0, []
    for row in read(data / "yahoo-profiles-2022-half.csv"):
        found = register.get((_LISTS.get(row["kis_exchange"], "US"), row["ticker"]))
        if found is None:
            continue
        compared += 1
        if found["yahoo_symbol"] == row["yahoo_symbol"]:
            same += 1
        else:
            wrong.append(f"{row['ticker']}: {found['yahoo_symbol']} not {row['yahoo_symbol']}")
    return same, compared, wrong


def print_score(label: str, precision: float, recall: float, f1: float, number: int) -> None:
    """Prints one line."""
    scores = f"precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}"
    print(f"  {label:20} {number:5}  {scores}")


def main() -> None:
    """Prints everything."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    register = register_of(data)
    print_sectors(judged_stocks(register, data))
    labels = read(data / "us-security-labels-2025-06-half.csv")
    print("\nsecurity types of US stocks, against Nasdaq's labels")
    pairs = [(r["security_type"], register["US", r["ticker"]]["security_type"]) for r in labels]
    for label, (precision, recall, f1, number) in f1_scores(pairs).items():
        print(
            f"  {label:20} {number:5}  precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}"
        )
    spacs = [
        (r["is_spac"], str(int(bool(register["US", r["ticker"]]["is_spac"]))))
        for r in labels
        if r["is_spac"] in ("0", "1")
    ]
    precision, recall, f1, number = f1_scores(spacs)["1"]
    print_score("SPAC", precision, recall, f1, number)
    same, compared, wrong = symbol_agreement(register, data)
    print(f"\nYahoo symbols: {same} of {compared} as Yahoo has them, {same / compared:.2%}")
    for line in wrong[:12]:
        print(f"  {line}")


if __name__ == "__main__":
    main()
