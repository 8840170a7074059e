"""The main job: master files in, a classified register out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from spock_core.classification.gics import INDUSTRY_GROUPS, SECTORS
from spock_core.sandbox.instruments import Universe
from tests.conftest import SMALL, Spock, enrich_from
from tests.support.kis_files import read_lines, with_columns, write_lines


def test_every_instrument_of_every_list_is_in_the_register(enrich: Spock, register, universe):
    assert enrich().code == 0
    listed = {(i.region, i.exchange.ticker_prefix + i.symbol) for i in universe.instruments()}
    assert set(register("SELECT region, ticker FROM tickers")) == listed
    assert register("SELECT count(*) FROM stock_details") == [(universe.stocks,)]


def test_stocks_with_a_kis_code_get_its_gics_sector(enrich: Spock, register):
    enrich()
    found = register("SELECT DISTINCT kis_sector_code, sector, sector_code, sector_source "
                     "FROM tickers JOIN stock_details USING (region, ticker) "
                     "WHERE kis_sector_code = '610'")  # fmt: skip
    assert found == [("610", "Financials", "40", "kis")]


def test_codes_and_names_always_belong_together(enrich: Spock, register):
    enrich()
    for sector, code, group, group_code in register(
        "SELECT sector, sector_code, industry_group, industry_group_code FROM stock_details"
    ):
        assert SECTORS.get(code) == sector
        assert INDUSTRY_GROUPS.get(group_code) == group
        assert group_code is None or group_code.startswith(code)


def test_a_code_that_cannot_decide_alone_is_less_sure(enrich: Spock, register):
    enrich()
    [(unsure,)] = register("SELECT max(sector_confidence) FROM stock_details JOIN tickers "
                           "USING (region, ticker) WHERE kis_sector_code = '720'")  # fmt: skip
    [(sure,)] = register("SELECT min(sector_confidence) FROM stock_details JOIN tickers "
                         "USING (region, ticker) WHERE kis_sector_code = '610'")  # fmt: skip
    assert unsure < 0.8
    assert sure > 0.9


def test_what_kis_has_not_classified_stays_unknown_but_is_described(enrich: Spock, register):
    enrich()
    rows = register("SELECT sector, enriched_at, is_spac, is_preferred FROM stock_details JOIN "
                    "tickers USING (region, ticker) WHERE kis_sector_code = '000'")  # fmt: skip
    assert rows
    for sector, enriched_at, is_spac, is_preferred in rows:
        assert sector is None
        assert enriched_at is None
        assert is_spac in (0, 1)
        assert is_preferred in (0, 1)


def test_equal_tickers_of_two_regions_are_two_stocks(enrich: Spock, register, master_files):
    lines = read_lines(master_files, "HSX")
    ticker = read_lines(master_files, "NYS")[0].split("\t")[4]
    write_lines(master_files, "HSX", [*lines, with_columns(lines[0], c4=ticker, c19="910")])
    enrich()
    assert len(register("SELECT region FROM tickers WHERE ticker = ?", ticker)) == 2


def test_an_index_and_a_stock_with_one_number_are_both_kept(enrich: Spock, register):
    enrich()
    numbers = register("SELECT a.ticker, a.asset_type, b.ticker, b.asset_type FROM tickers a "
                       "JOIN tickers b ON a.region = b.region AND a.ticker = 'SHI' || b.ticker")  # fmt: skip
    assert numbers
    for index_ticker, index, stock_ticker, stock in numbers:
        assert (index, stock) == ("INDEX", "STOCK"), (index_ticker, stock_ticker)


def test_the_json_document_keeps_its_contract(enrich: Spock):
    outcome = enrich("--regions", "JP", "VN")
    document = outcome.document
    assert {"run_id", "started_at", "finished_at", "duration_s", "mode", "regions", "requests",
            "totals"} <= set(document)  # fmt: skip
    assert [region["region"] for region in document["regions"]] == ["JP", "VN"]
    for region in document["regions"]:
        assert {"region", "status", "total", "enriched", "failed", "skipped", "kis",
                "yahoo-screener", "yahoo-profile", "success_rate", "coverage", "duration_s", "retries", "error"} <= set(region)  # fmt: skip
        known = region["enriched"] + region["skipped"] + region["failed"] + region["unknown"]
        assert region["total"] == known
        assert region["status"] == "success"
    assert document["requests"] == {}  # reading files costs none
    assert document["mode"] == "sequential"
    assert document["started_at"].endswith("Z")


def test_a_second_run_rewrites_nothing_and_says_so(spock, enrich, register, master_files):
    enrich()
    tables = ("tickers", "stock_details", "observations", "lists")
    before = {table: register(f"SELECT * FROM {table}") for table in tables}
    second = spock("enrich", "--kis-master-url", master_files)
    assert "no listing and no classification had to be updated" in second.out
    assert {table: register(f"SELECT * FROM {table}") for table in tables} == before


def test_a_second_run_counts_what_it_left_alone(enrich: Spock):
    first, second = enrich(), enrich()
    for region in first.document["regions"]:
        again = second.region(region["region"])
        assert (again["enriched"], again["skipped"]) == (0, region["enriched"])
        assert again["success_rate"] == 1.0


def test_force_refresh_confirms_everything_anew(enrich: Spock, register):
    enrich()
    [(before,)] = register("SELECT max(enriched_at) FROM stock_details")
    forced = enrich("--force-refresh")
    [(after,)] = register("SELECT min(enriched_at) FROM stock_details WHERE sector IS NOT NULL")
    assert after > before
    assert forced.document["totals"]["skipped"] == 0


def test_what_is_older_than_max_age_is_confirmed_anew(enrich: Spock, register):
    enrich("--regions", "VN")
    register("UPDATE stock_details SET enriched_at = '2020-01-01 00:00:00.000000' "
             "WHERE ticker = (SELECT min(ticker) FROM stock_details WHERE sector IS NOT NULL)")  # fmt: skip
    assert enrich("--regions", "VN").region("VN")["enriched"] == 1


def test_regions_come_by_priority_or_as_named(enrich: Spock):
    by_priority = [r["region"] for r in enrich().document["regions"]]
    assert by_priority == ["US", "CN", "HK", "JP", "VN"]
    named = [r["region"] for r in enrich("--regions", "vn", "JP").document["regions"]]
    assert named == ["VN", "JP"]


def test_the_order_of_regions_does_not_change_a_row(spock, master_files, register):
    def rows_after(*regions: str):
        Path("spock.db").unlink(missing_ok=True)
        assert spock("enrich", "--kis-master-url", master_files, "--regions", *regions).code == 0
        columns = "region, ticker, sector, industry, sector_confidence, is_spac, is_preferred"
        return register(f"SELECT {columns} FROM stock_details ORDER BY 1, 2")

    assert rows_after("JP", "US", "VN") == rows_after("VN", "JP", "US")


def test_fail_under_does_not_count_what_nobody_knows(enrich: Spock):
    assert enrich("--fail-under", "1.0", "--regions", "JP").code == 0


def test_dry_run_fetches_and_writes_nothing(spock: Spock, sandbox):
    outcome = spock("enrich", "--dry-run", "--json", "--kis-master-url", sandbox.kis_master_url)
    assert outcome.code == 0
    assert {r["status"] for r in outcome.document["regions"]} == {"dry_run"}
    assert not sandbox.counters
    assert not any(Path().iterdir())


def test_dry_run_says_what_is_due(spock: Spock, enrich: Spock, master_files: Path):
    enrich("--regions", "VN")
    plan = spock("enrich", "--dry-run", "--regions", "VN", "--kis-master-url", master_files)
    vietnam = enrich("--regions", "VN").region("VN")
    row = next(line for line in plan.out.splitlines() if line.startswith("VN"))
    classified = vietnam["total"] - vietnam["unknown"]
    assert row.split()[-3:] == [str(vietnam["total"]), str(classified), "0"]
    assert "nothing was written" in plan.out


def test_sandbox_needs_no_internet_and_leaves_a_register_of_its_own(spock: Spock):
    outcome = spock("enrich", "--sandbox", "--sandbox-size", SMALL)
    assert outcome.code == 0
    assert "made up" in outcome.err
    assert Path("spock-sandbox.db").exists()
    assert not Path("spock.db").exists()
    assert "US" in spock("status", "--sandbox").out


def test_real_and_made_up_stocks_never_share_a_register(spock: Spock, enrich: Spock, register):
    enrich("--regions", "VN")
    mixed = spock("enrich", "--sandbox", "--database", "sqlite:///spock.db")
    assert mixed.code == 2
    assert "holds real stocks" in mixed.err
    assert register("SELECT count(*) FROM runs") == [(1,)]


def test_the_run_is_kept_with_its_result(enrich: Spock, register):
    enrich("--regions", "VN")
    [(status, made_up)] = register("SELECT status, made_up FROM runs")
    assert (status, made_up) == ("success", 0)
    [(region, status, total)] = register("SELECT region, status, total FROM run_regions")
    assert (region, status) == ("VN", "success")
    assert total > 0


def test_python_m_spock_core_is_spock(master_files: Path, universe: Universe):
    arguments = [sys.executable, *enrich_from(master_files)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{universe.stocks:,} stocks" in done.stdout


def test_a_reader_that_goes_away_is_no_fault(master_files: Path):
    read, write = os.pipe()
    os.close(read)
    arguments = [sys.executable, *enrich_from(master_files)]
    done = subprocess.run(arguments, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert "Traceback" not in done.stderr
    assert done.returncode == 0
