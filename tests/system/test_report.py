"""`spock report`: a page that asks nobody, runs nothing, and can be read by everybody."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Spock
from tests.support.project import DOCS

pytest.importorskip("vl_convert", reason="vl-convert-python is not installed")

HOSTILE = "<script>alert(1)</script>\"><img src=x onerror=alert(2)> ' & \u202e"
PARTS = ("Coverage", "Sectors", "Confidence", "Sources", "Security types", "Age", "Changes",
         "Sources that disagree", "Runs")  # fmt: skip


@pytest.fixture
def written(known_register: Path, register, spock: Spock) -> str:
    """A report on a register with a hostile name, a change and two sources that disagree."""
    register("UPDATE tickers SET name = ? WHERE ticker = 'AAPL'", HOSTILE)
    for ticker in ("AAPL", "APLE"):
        register("INSERT INTO changes (run_id, region, ticker, field, before, after, source, changed_at) VALUES (1, 'US', ?, 'sector', '</td><script>', 'Energy', 'kis', '2026-11-20 10:00:00.000000')", ticker)  # fmt: skip
        register("INSERT INTO observations (region, ticker, source, words, observed_at) VALUES ('US', ?, 'kis', '{\"sector_code\": \"610\"}', '2026-11-20 10:00:00.000000')", ticker)  # fmt: skip
        register("INSERT INTO observations (region, ticker, source, words, observed_at) VALUES ('US', ?, 'yahoo-screener', '{\"industry\": \"Gold\", \"sector\": \"Basic Materials\"}', '2026-11-20 10:00:00.000000')", ticker)  # fmt: skip
    outcome = spock("report", "report.html", "--since", "2026-11-01")
    assert outcome.code == 0, outcome.err
    assert outcome.out == "wrote report.html: open it in a browser\n"
    return Path("report.html").read_text("utf-8")


def test_it_tells_what_is_promised(written: str):
    for part in PARTS:
        assert f"<h2>{part}</h2>" in written
    assert written.count("<svg ") == 6
    assert written.count("<details>") == 6
    assert "sector 2" in written
    assert re.search(
        r"<td>kis .*?610.*?</td><td>Financials</td><td>yahoo-screener Gold</td>", written
    )


def test_it_has_no_script_no_address_and_no_unescaped_name(written: str):
    assert "default-src &#x27;none&#x27;" in written or "default-src 'none'" in written
    for words in ("<script", "<img", "onerror=alert(2)>", "<link", "http://", "url(", "\u202e"):
        without_namespace = written.replace("http://www.w3.org/2000/svg", "")
        assert words not in without_namespace, words
    assert "&lt;script&gt;alert(1)" in written
    assert re.findall(r"https://\S*", written) == []
    assert re.findall(r'style="', written) == []


def test_an_empty_register_has_a_page_too(spock: Spock, known_register: Path, register):
    for table in ("observations", "unknowns", "changes", "stock_details", "tickers"):
        register(f"DELETE FROM {table}")
    assert spock("report", "report.html").code == 0
    assert "The register is empty" in Path("report.html").read_text()


def test_stocks_without_any_sector_have_a_page(spock: Spock, known_register: Path, register):
    register("DELETE FROM stock_details")
    register("DELETE FROM observations")
    assert spock("report", "report.html").code == 0
    assert "No stock has a sector" in Path("report.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("spock.db",), "is the register"),
        (("nowhere/report.html",), "report nowhere/report.html cannot be written"),
        (("report.html", "--since", "soon"), "'soon' is no time"),
    ],
)
def test_a_mistake_is_told_in_one_line(spock: Spock, known_register: Path, arguments, words):
    outcome = spock("report", *arguments)
    assert outcome.code == 2
    assert words in outcome.err
    assert len(outcome.err.splitlines()) == 1


@pytest.fixture
def browser() -> Iterator[Any]:
    """A real Chromium: Debian's `chromium-headless-shell` or `chromium`."""
    sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("Chromium is not installed (Debian: chromium-headless-shell)")
    with sync.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser_it_is_whole_quiet_and_accessible(written: str, browser: Any, scheme: str):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed"
    )
    page = browser.new_page(color_scheme=scheme, viewport={"width": 1000, "height": 900})
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(Path("report.html").absolute().as_uri())
    assert said == []
    assert [url for url in asked if not url.startswith("file:")] == []
    assert len(asked) == 1
    for svg in page.query_selector_all("svg"):
        box = svg.bounding_box()
        assert box["width"] > 500
        assert box["height"] > 50
        assert len(svg.query_selector_all("path, rect")) > 3
    assert HOSTILE.split("\u202e", maxsplit=1)[0].strip() in page.inner_text(
        "section:has-text('Changes')"
    )
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert said == []


@pytest.mark.skipif("UPDATE_SCREENSHOTS" not in os.environ, reason="UPDATE_SCREENSHOTS is not set")
def test_the_screenshot_of_the_docs_is_taken(spock: Spock, browser: Any):
    assert spock("enrich", "--sandbox", "--sources", "ALL", "--yahoo-rate", 1000).code == 0
    assert spock("report", "report.html", "--sandbox").code == 0
    page = browser.new_page(viewport={"width": 900, "height": 1150})
    page.goto(Path("report.html").absolute().as_uri())
    page.screenshot(path=DOCS / "images" / "report.png")


@pytest.mark.parametrize("width", [360, 1000])
def test_it_fits_a_phone_and_a_sheet_of_paper(written: str, browser: Any, width: int):
    page = browser.new_page(viewport={"width": width, "height": 700})
    page.goto(Path("report.html").absolute().as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert len(page.pdf()) > 10_000
