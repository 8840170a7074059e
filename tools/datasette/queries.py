"""The canned queries of Datasette: what people ask a register most."""

from __future__ import annotations

from typing import NamedTuple


class Query(NamedTuple):
    """One query. A name with a colon in the SQL is a field of its page."""

    name: str
    title: str
    sql: str


QUERIES = (
    Query(
        "coverage",
        "Coverage: stocks of each region, and how many have a sector and an industry",
        """\
SELECT region, count(*) AS stocks,
  round(100.0 * count(sector_code) / count(*), 1) AS sector_percent,
  round(100.0 * count(industry_code) / count(*), 1) AS industry_percent,
  max(age_days) AS oldest_days
FROM stocks WHERE is_active GROUP BY region ORDER BY region""",
    ),
    Query(
        "find",
        "Find stocks by a part of a name or a ticker",
        """\
SELECT region, ticker, name, name_local, exchange, security_type, sector, industry
FROM stocks
WHERE name LIKE '%' || :text || '%' OR name_local LIKE '%' || :text || '%' OR ticker = upper(:text)
ORDER BY is_active DESC, length(name), region, ticker LIMIT 100""",
    ),
    Query(
        "sectors",
        "Sectors by region",
        """\
SELECT sector_code, sector,
  sum(region = 'US') AS us, sum(region = 'CN') AS cn, sum(region = 'HK') AS hk,
  sum(region = 'JP') AS jp, sum(region = 'VN') AS vn, count(*) AS all_regions
FROM stocks WHERE is_active AND sector_code IS NOT NULL
GROUP BY sector_code, sector ORDER BY sector_code""",
    ),
    Query(
        "peers",
        "Stocks of the same industry as one: region US, ticker AAPL",
        """\
SELECT other.region, other.ticker, other.name, other.industry, other.sector_confidence
FROM stocks AS one JOIN stocks AS other USING (industry_code)
WHERE one.region = upper(:region) AND one.ticker = upper(:ticker) AND other.is_active
  AND other.security_type IN ('common', 'depositary_receipt', 'reit')
ORDER BY other.region, other.ticker""",
    ),
    Query(
        "what_changed",
        "What changed, the latest first",
        """\
SELECT changed_at, region, ticker, name, field, before, after, source
FROM changes JOIN tickers USING (region, ticker)
ORDER BY change_id DESC LIMIT 1000""",
    ),
    Query(
        "new",
        "Listings that are new since the first run of their region",
        """\
SELECT region, ticker, name, security_type, sector, first_seen_at
FROM stocks JOIN (
  SELECT region, min(first_seen_at) AS began FROM tickers GROUP BY region
) USING (region)
WHERE first_seen_at > began ORDER BY first_seen_at DESC LIMIT 1000""",
    ),
    Query(
        "gone",
        "Stocks that left their lists",
        """\
SELECT region, ticker, name, security_type, sector, last_seen_at
FROM stocks WHERE NOT is_active ORDER BY last_seen_at DESC LIMIT 1000""",
    ),
    Query(
        "unsure",
        "The sectors of which the register is least sure",
        """\
SELECT region, ticker, name, sector, sector_source, sector_confidence
FROM stocks WHERE is_active AND sector_confidence IS NOT NULL
ORDER BY sector_confidence, region, ticker LIMIT 200""",
    ),
    Query(
        "unknown",
        "Stocks without a sector, and which sources do not know them",
        """\
SELECT region, ticker, name, security_type, group_concat(source, ', ') AS asked
FROM stocks LEFT JOIN unknowns USING (region, ticker)
WHERE is_active AND sector_code IS NULL
GROUP BY region, ticker, name, security_type ORDER BY region, ticker""",
    ),
    Query(
        "sources",
        "Sources: how many sectors each decides, and how sure they are",
        """\
SELECT sector_source, count(*) AS stocks, round(avg(sector_confidence), 3) AS mean_confidence
FROM stocks WHERE is_active AND sector_source IS NOT NULL GROUP BY 1 ORDER BY 2 DESC""",
    ),
    Query(
        "why",
        "What each source said of one stock: region US, ticker AAPL",
        """\
SELECT source, words, observed_at FROM observations
WHERE region = upper(:region) AND ticker = upper(:ticker) ORDER BY source""",
    ),
    Query(
        "last_runs",
        "The last runs, with their requests",
        """\
SELECT run_id, started_at, finished_at, status, mode, refresh, requests, error
FROM runs ORDER BY run_id DESC LIMIT 100""",
    ),
)
