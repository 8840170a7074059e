"""A user's own overrides: they win, they stay, they can be withdrawn, and mistakes are named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from spock_core.classification import gics
from spock_core.sources.override.file import FIELDS, read_overrides
from spock_core.testing import Outcome
from tests.conftest import Spock
from tests.support.kis_files import add_stocks
from tests.support.processes import ended, export, query, start
from tests.support.project import DOCS

HEADER = "region,ticker,field,value,reason\n"


def write(text: str, name: str = "overrides.csv") -> str:
    Path(name).write_text(text, "utf-8")
    return name


@pytest.fixture
def listed(master_files: Path) -> None:
    """Four stocks of known codes: a bank, two software houses, and a stock that KIS leaves out."""
    codes = {"BANK": "610", "SOFT": "720", "CODE": "720", "NONE": "000"}
    add_stocks(master_files, "HSX", codes)


@pytest.fixture
def curated(enrich: Spock, listed: None) -> Spock:
    """Runs over the region with an overrides file of these lines; without any, with none."""

    def run(lines: str | None = None, *arguments: str) -> Outcome:
        named = () if lines is None else ("--overrides", write(HEADER + lines))
        return enrich("--regions", "VN", *named, *arguments)

    return run


@pytest.fixture
def stock(register):
    """A stock's row by column."""

    def row(ticker: str) -> dict[str, Any]:
        names = ("sector", "industry_group", "industry", "is_spac", "is_preferred",
                 "sector_source", "sector_confidence", "enriched_at")  # fmt: skip
        [values] = register(
            f"SELECT {', '.join(names)} FROM stock_details WHERE ticker = ?", ticker
        )
        return dict(zip(names, values, strict=True))

    return row


def test_an_override_wins_and_stays_without_its_file(curated, stock):
    outcome = curated("VN,BANK,sector,health care,a clinic by now\n")
    assert outcome.region("VN")["override"] == 1
    assert stock("BANK")["sector"] == "Health Care"
    assert (stock("BANK")["sector_source"], stock("BANK")["sector_confidence"]) == ("override", 1)
    assert curated(None, "--force-refresh").code == 0
    assert stock("BANK")["sector"] == "Health Care"


def test_a_sector_alone_leaves_no_industry_of_another(curated, stock):
    curated()
    assert stock("BANK")["industry_group"] == "Banks"
    curated("VN,BANK,sector,45,\n")
    assert stock("BANK")["sector"] == "Information Technology"
    assert stock("BANK")["industry_group"] is None
    assert stock("BANK")["industry"] is None


def test_no_judgement_reads_the_users_word_anew(enrich: Spock, master_files: Path, stock):
    add_stocks(master_files, "HSX", {"PAY": "720", "PAID": "720"}, c7="OCEAN PAYMENTS JSC")
    enrich("--regions", "VN", "--overrides", write(HEADER + "VN,PAY,sector,45,720\n"))
    assert stock("PAID")["sector"] == "Financials"
    assert stock("PAY")["sector"] == "Information Technology"


def test_the_same_sector_keeps_what_the_sources_know_of_it(curated, stock):
    curated("VN,BANK,sector,Financials,\n")
    assert stock("BANK")["sector_source"] == "override"
    assert stock("BANK")["industry_group"] == "Banks"


def test_an_industry_brings_its_group_and_sector(curated, stock):
    curated("VN,BANK,industry,451030,\nVN,SOFT,industry_group,insurance,\n")
    assert (stock("BANK")["sector"], stock("BANK")["industry"]) == (
        "Information Technology",
        "Software",
    )
    assert (stock("SOFT")["sector"], stock("SOFT")["industry_group"]) == ("Financials", "Insurance")


def test_a_stock_of_which_no_source_speaks_gets_what_the_user_says(curated, stock):
    curated("VN,NONE,sector,Energy,\n")
    assert stock("NONE")["sector"] == "Energy"


def test_a_withdrawn_override_gives_the_sources_their_word_back(curated, stock, register):
    curated("VN,BANK,sector,45,\nVN,NONE,sector,45,\nVN,SOFT,sector,10,\nVN,CODE,is_spac,yes,\n")
    outcome = curated("VN,SOFT,sector,10,\n")
    assert (stock("BANK")["sector"], stock("BANK")["sector_source"]) == ("Financials", "kis")
    assert (stock("NONE")["sector"], stock("NONE")["enriched_at"]) == (None, None)
    assert stock("SOFT")["sector"] == "Energy"
    assert not stock("CODE")["is_spac"]
    assert register("SELECT ticker FROM observations WHERE source = 'override'") == [("SOFT",)]
    region = outcome.region("VN")
    assert region["enriched"] == 2
    assert region["total"] == sum(region[n] for n in ("enriched", "skipped", "unknown", "failed"))
    [(unknown,)] = register("SELECT count(*) FROM stock_details WHERE sector IS NULL")
    assert region["unknown"] == unknown


def test_flags_alone_leave_the_sector_to_the_sources(curated, stock):
    curated("VN,BANK,is_spac,TRUE,\nVN,BANK,is_preferred,1,\nVN,NONE,is_spac,yes,\n")
    bank = stock("BANK")
    assert (bank["is_spac"], bank["is_preferred"], bank["sector_source"]) == (1, 1, "kis")
    assert stock("NONE")["is_spac"] == 1
    curated("VN,BANK,is_spac,No,\n")
    assert (stock("BANK")["is_spac"], stock("BANK")["is_preferred"]) == (0, 0)


def test_a_flag_holds_where_the_sector_is_kept_though_nobody_says_it_any_more(
    curated, stock, register
):
    curated()
    register("UPDATE stock_details SET sector = 'Energy', sector_code = '10', sector_source = 'x', "
             "sector_confidence = 0.5, enriched_at = '2026-01-01 00:00:00.000000' WHERE ticker = 'NONE'")  # fmt: skip
    outcome = curated("VN,NONE,is_spac,yes,\n")
    none = stock("NONE")
    assert (none["sector"], none["is_spac"]) == ("Energy", 1)
    assert none["enriched_at"].startswith("2026-01-01")
    assert outcome.region("VN")["enriched"] == 0


def test_the_same_file_again_rewrites_nothing(curated, register):
    lines = "VN,BANK,sector,45,a reason\n"
    curated(lines)
    before = export(Path("spock.db"), ())
    assert curated(lines).region("VN")["enriched"] == 0
    assert export(Path("spock.db"), ()) == before


def test_regions_that_are_not_in_the_run_are_left_alone(curated, enrich, register):
    curated("VN,BANK,sector,45,\nJP,7203,sector,45,\n")
    outcome = enrich("--regions", "JP", "--overrides", write(HEADER))
    assert outcome.code == 0
    assert register("SELECT region, ticker FROM observations WHERE source = 'override'") == [
        ("VN", "BANK")
    ]


def test_a_stock_that_is_not_there_and_a_region_that_nobody_owns_are_warnings(curated, stock):
    outcome = curated("VN,NOSUCH,sector,45,\nZZ,A,sector,45,\nVN,BANK,sector,45,\n")
    assert outcome.code == 0
    assert "overrides.csv line 2: the register has no stock VN:NOSUCH" in outcome.err
    assert "no market of region ZZ is installed; stocks left alone: 1" in outcome.err
    assert stock("BANK")["sector_source"] == "override"


def test_the_history_and_show_tell_it_with_its_reason(curated, spock: Spock):
    curated()
    curated('VN,BANK,sector,45,"core banking, sold as software"\nVN,BANK,is_spac,no,\n')
    text = spock("show", "BANK").out
    for words in ("Information Technology (45), by override, confidence 100 %",
                  "core banking, sold as software", "is_spac no, 45"):  # fmt: skip
        assert words in text, words
    document = spock("show", "BANK", "--json").document
    assert {(one["field"], one["source"]) for one in document["history"]} == {
        ("sector", "override"),
        ("industry_group", "override"),
        ("industry", None),
    }
    decides = {one["observation"]["source"]: one["decides"] for one in document["why"]}
    assert decides == {"kis": [], "override": ["sector"]}


def test_a_flag_by_itself_is_shown_with_who_decided_it_then_and_now(curated, spock: Spock):
    curated()
    curated("VN,BANK,is_spac,yes,a shell\n")
    text = spock("show", "vn:bank.vn").out
    for words in ("STOCK, common, SPAC", "is_spac   override   is_spac yes", "a shell"):
        assert words in text, words
    [change] = spock("show", "BANK", "--json").document["history"]
    assert (change["field"], change["before"], change["after"], change["source"]) == (
        "is_spac", "no", "yes", "override"
    )  # fmt: skip
    curated("")
    change = spock("show", "BANK", "--json").document["history"][0]
    assert (change["after"], change["source"]) == ("no", None)


def test_toml_says_the_same(enrich: Spock, listed: None, stock):
    text = """
        # ours
        [[override]]
        region = "VN"
        ticker = "BANK"
        field = "sector"
        value = 45
        reason = "why not"

        [[override]]
        region = "VN"
        ticker = "BANK"
        field = "is_spac"
        value = true
    """
    assert enrich("--regions", "VN", "--overrides", write(text, "mine.toml")).code == 0
    assert (stock("BANK")["sector_source"], stock("BANK")["is_spac"]) == ("override", 1)
    assert enrich("--regions", "VN", "--overrides", write("override = []", "mine.toml")).code == 0
    assert (stock("BANK")["sector_source"], stock("BANK")["is_spac"]) == ("kis", 0)


def test_the_file_may_be_named_in_the_settings(enrich: Spock, listed: None, stock):
    write(HEADER + "VN,BANK,sector,45,\n")
    write('overrides = "overrides.csv"\n', "spock.toml")
    enrich("--regions", "VN")
    assert stock("BANK")["sector_source"] == "override"


def test_columns_in_any_order_and_a_byte_order_mark_are_read(enrich: Spock, listed: None, stock):
    write("\ufeffValue,FIELD,ticker,region,\r\n45,Sector,BANK,vn,\r\n\r\n,,,,\r\n")
    enrich("--regions", "VN", "--overrides", "overrides.csv")
    assert stock("BANK")["sector"] == "Information Technology"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("VN,BANK,colour,45,\n", ("line 2: field 'colour'", *FIELDS)),
        ("VN,BANK,sector,Bankng,\n", ("line 2: sector 'Bankng'", "Energy (10)")),
        ("VN,BANK,industry,45,\n", ("line 2: industry '45'", "(101010)")),
        ("\nVN,BANK,is_spac,maybe,\n", ("line 3: is_spac 'maybe'", "yes or no")),
        ("VNM,BANK,sector,45,\n", ("line 2: region 'VNM'", "two-letter code")),
        ("VN,,sector,45,\n", ("line 2: ticker ''",)),
        ("VN,BANK,sector,45,a,b\n", ("line 2: more values than columns", "quotes")),
        ("VN,BANK,sector,45,\nVN,BANK,sector,40,\n", ("line 3", "VN:BANK is given twice")),
        ("VN,BANK,sector,45,\nVN,BANK,industry,Banks,\n", ("line 3", "contradicts", "45 and 401010")),
        ('VN,BANK,sector,45,"open\n', ("not CSV",)),
        ("VN,BANK,sector,\x1b[31m45\x07,\n", ("line 2: sector '[31m45'",)),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_before_any_work(curated, text, words):
    outcome = curated(text)
    assert outcome.code == 2
    assert len(outcome.err.splitlines()) == 1
    assert "\x1b" not in outcome.err
    for word in ("overrides.csv", *words):
        assert word in outcome.err, word
    assert not Path("spock.db").exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("o.csv", b"region,ticker,field\n", "line 1: no column 'value'"),
        ("o.csv", b"region,ticker,field,value,note\n", "line 1: unknown column 'note'"),
        ("o.csv", b"region,ticker,field,field,value\n", "two columns 'field'"),
        ("o.csv", b"region,ticker,field,value\nVN,B\xc4NK,sector,45\n", "line 2: not UTF-8"),
        ("o.csv", b"", "no column 'region'"),
        ("o.txt", b"", "must end in .csv or .toml"),
        ("o.toml", b"", "override = []"),
        ("o.toml", b"x = 1\noverride = []", "only [[override]] tables"),
        ("o.toml", b"override = [1]", "row 1: must be a table"),
        ("o.toml", b"[[override]]\nregion = 'VN'\nticker = 700", "line 1: ticker must be text"),
        ("o.toml", b"\n[[override]]\nregoin = 'VN'", "line 2: unknown key 'regoin'"),
        ("o.toml", b"a = ", "not TOML"),
        ("o.toml", b"a = " + b"[" * 5_000, "not TOML"),
        ("o.toml", b"a = " + b"9" * 5_000, "not TOML"),
    ],
)
def test_a_file_of_another_shape_is_one_line(spock: Spock, name, content, words):
    Path(name).write_bytes(content)
    outcome = spock("enrich", "--dry-run", "--overrides", name)
    assert outcome.code == 2
    assert len(outcome.err.splitlines()) == 1
    assert words in outcome.err


def test_a_file_that_is_missing_or_endless_is_one_line(spock: Spock):
    assert "No such file" in spock("enrich", "--overrides", "nowhere.csv").err
    Path("endless.csv").symlink_to("/dev/zero")
    assert "is not a regular file" in spock("enrich", "--overrides", "endless.csv").err
    with Path("sparse.csv").open("wb") as file:
        file.truncate(2**40)
    assert "is too large" in spock("enrich", "--overrides", "sparse.csv").err


def test_every_name_and_code_of_the_taxonomy_is_understood():
    tables = {"sector": gics.SECTORS, "industry_group": gics.INDUSTRY_GROUPS,
              "industry": gics.INDUSTRIES}  # fmt: skip
    for field, table in tables.items():
        for code, name in table.items():
            write(HEADER + f'VN,A,{field},"{name.upper()}",\nVN,B,{field},{code},\n')
            said = read_overrides(Path("overrides.csv")).by_stock.values()
            assert [one.words for one in said] == [{field: code}] * 2


def test_the_examples_of_the_docs_are_read():
    text = (DOCS / "classification.md").read_text("utf-8")
    examples = re.findall(r"```(csv|toml)\n(.*?)```", text, re.DOTALL)
    assert [kind for kind, _ in examples] == ["csv", "toml"]
    as_csv, as_toml = (
        read_overrides(Path(write(content, f"example.{kind}"))).by_stock
        for kind, content in examples
    )
    [(key, said)] = as_toml.items()
    assert as_csv[key].words == said.words == {"is_spac": "no", "reason": "merged in May"}


def test_yahoo_is_asked_all_the_same_and_does_not_win(sandbox, tmp_path, stock):
    process = start(sandbox, tmp_path, "--regions", "VN")
    assert ended(process)[0] == 0
    [(ticker, industry, sector)] = query(
        tmp_path,
        "SELECT ticker, industry, sector_code FROM stock_details WHERE region = 'VN' "
        "AND sector_source LIKE 'yahoo%' AND industry IS NOT NULL ORDER BY ticker LIMIT 1",
    )
    other = "10" if sector != "10" else "15"
    path = tmp_path / write(HEADER + f"VN,{ticker},sector,{other},\n")
    process = start(sandbox, tmp_path, "--regions", "VN", "--overrides", str(path))
    assert ended(process)[0] == 0
    assert stock(ticker)["sector"] == gics.SECTORS[other]
    assert stock(ticker)["industry"] is None
    path.write_text(HEADER)
    process = start(sandbox, tmp_path, "--regions", "VN", "--overrides", str(path))
    assert ended(process)[0] == 0
    assert stock(ticker)["industry"] == industry
