"""Plugins: really installed distributions, good and bad."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from spock_core import HOOK_VERSION, Recipe
from spock_core.plugins.loader import load_plugins
from tests.support import child
from tests.support.distributions import Bring, write_plugin

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "spock-tw"
version = "1.0"
[project.entry-points."spock.plugins"]
tw = "spock_tw"
[tool.hatch.build.targets.wheel]
packages = ["spock_tw"]
"""

TAIWAN = """
from spock_core import AssetType, Exchange, Listing, Market, VenueList, hookimpl

EXCHANGE = Exchange("XTAI", "Taiwan", "TWD", yahoo_codes=("TAI",), yahoo_suffix=".TW", lot_size=1000)
MARKET = Market("TW", "Taiwan", (EXCHANGE,), yahoo_symbol=lambda one: one.ticker + ".TW")

@hookimpl
def spock_markets():
    return (MARKET,)

@hookimpl
def spock_listings(market, states, run):
    if market.region != "TW":
        return None
    stock = Listing("TW", "2330", "TSMC", None, "XTAI", None, "TWD", AssetType.STOCK, 1000,
                    kis_sector_code="710", data_source="own")
    return (VenueList(EXCHANGE, items=[(1, stock)]),)
"""


@dataclass(frozen=True)
class Installed:
    """A folder of installed distributions beside those of this environment."""

    folder: Path

    def spock(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        return child.run(
            ["-m", "spock_core", *map(str, arguments)],
            environment={**os.environ, "PYTHONPATH": str(self.folder)},
        )

    def regions(self) -> dict[str, list[dict[str, str]]]:
        found: dict[str, list[dict[str, str]]] = json.loads(self.spock("regions", "--json").stdout)
        return found


Install = Callable[..., Installed]


@pytest.fixture
def install(tmp_path: Path) -> Install:
    """Puts a distribution where Python finds it, as pip leaves it."""

    def do(name: str, source: str, *, entry: str = "tw", version: str = "1.0") -> Installed:
        write_plugin(tmp_path / "site", name, source, entry=entry, version=version)
        return Installed(tmp_path / "site")

    return do


@pytest.fixture
def built(tmp_path: Path) -> Installed:
    """Taiwan, built from source and installed by pip itself."""
    package = tmp_path / "source"
    (package / "spock_tw").mkdir(parents=True)
    (package / "spock_tw" / "__init__.py").write_text(TAIWAN)
    (package / "pyproject.toml").write_text(PYPROJECT)
    target = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
           "--no-build-isolation", "--target", str(target), str(package)]  # fmt: skip
    subprocess.run(pip, check=True, capture_output=True)
    return Installed(target)


def test_a_third_party_market_works_without_a_line_of_core(built: Installed):
    assert "TW" in [r["region"] for r in built.regions()["regions"]]
    done = built.spock("enrich", "--regions", "TW", "--json")
    assert done.returncode == 0, done.stderr
    [region] = json.loads(done.stdout)["regions"]
    assert (region["total"], region["kis"]) == (1, 1)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import nothing_of_this_name", "ModuleNotFoundError: No module named"),
        ("raise SystemExit('no')", "SystemExit: no"),
        ("def broken(:", "SyntaxError"),
        (f"SPOCK_HOOKS = {HOOK_VERSION + 1}", "upgrade spock-core"),
        ("SPOCK_HOOKS = 0", "upgrade the plugin"),
        (
            "from spock_core import hookimpl\n@hookimpl\ndef spock_markets(): return ['TW']",
            "'TW', which is not a Market",
        ),
        (
            "from spock_core import hookimpl\n@hookimpl\ndef spock_markets(): return 1 / 0",
            "ZeroDivisionError",
        ),
        (
            "from spock_core import hookimpl\n@hookimpl\ndef spock_marketz(): return ()",
            "spock_marketz, which this spock-core does not have",
        ),
        (
            "from spock_core import hookimpl\n@hookimpl\ndef spock_markets(price): return ()",
            "{'price'} are declared in the hookimpl",
        ),
        (
            "from spock_core import Market, hookimpl\n"
            "@hookimpl\ndef spock_markets(): return [Market('Taiwan', 'Taiwan', ())]",
            "region is 'Taiwan': give the two-letter code of ISO 3166",
        ),
    ],
    ids=["import", "exit", "syntax", "newer", "older", "garbage", "raises", "unknown-hook",
         "wrong-argument", "wrong-facts"],
)  # fmt: skip
def test_a_broken_plugin_is_named_with_its_reason_and_takes_nobody_down(
    install: Install, source: str, words: str, master_files: Path
):
    installed = install("spock-broken", source)
    found = installed.regions()
    [broken] = found["broken"]
    assert broken["from"] == "spock-broken 1.0"
    assert words in broken["error"]
    assert "\n" not in broken["error"]
    assert len(found["regions"]) == 5
    done = installed.spock("enrich", "--regions", "VN", "--kis-master-url", master_files)
    assert done.returncode == 0
    assert "spock-broken 1.0 is not loaded" in done.stderr


def test_two_plugins_for_one_region_are_both_named_and_neither_is_believed(
    install: Install, master_files: Path
):
    rival = "from spock_vn.market import MARKET\nfrom spock_core import hookimpl\n"
    rival += "@hookimpl\ndef spock_markets(): return (MARKET,)"
    installed = install("spock-vietnam", rival, entry="vietnam")
    found = installed.regions()
    assert [r["region"] for r in found["regions"]] == ["US", "CN", "HK", "JP"]
    assert len(found["broken"]) == 2
    for broken in found["broken"]:
        assert "spock-vn 0.1.0" in broken["error"]
        assert "spock-vietnam 1.0" in broken["error"]
    done = installed.spock("enrich", "--regions", "VN", "--kis-master-url", master_files)
    assert done.returncode == 2
    assert "region VN could not be loaded" in done.stderr
    others = installed.spock("enrich", "--kis-master-url", master_files)
    assert others.returncode == 0


def test_an_observer_that_raises_is_heard_and_the_run_goes_on(install: Install, master_files):
    source = """
        from spock_core import hookimpl
        @hookimpl
        def spock_stocks_classified(event): raise RuntimeError("observer is tired")
        """
    installed = install("spock-tired", source)
    done = installed.spock("enrich", "--regions", "VN", "--kis-master-url", master_files)
    assert done.returncode == 0
    assert "observer is tired" in done.stderr


def test_a_market_that_raises_in_its_rules_fails_alone(install: Install, master_files: Path):
    source = TAIWAN.replace('one.ticker + ".TW"', "1 / 0")
    installed = install("spock-tw", source)
    arguments = ("enrich", "--json", "--regions", "TW", "VN", "--kis-master-url", master_files)
    done = installed.spock(*arguments)
    assert done.returncode == 1
    taiwan, vietnam = json.loads(done.stdout)["regions"]
    assert (taiwan["status"], vietnam["status"]) == ("error", "success")
    assert "ZeroDivisionError" in taiwan["error"]


def test_a_plugin_brings_a_command(install: Install):
    source = """
        from spock_core import hookimpl
        from spock_core import Command
        def run(arguments, plugins):
            print("hello", arguments["name"])
            return 0
        @hookimpl
        def spock_cli_commands():
            return [Command("hello", "Greets.", lambda p: p.add_argument("name"), run)]
        """
    installed = install("spock-hello", source)
    assert installed.spock("hello", "world").stdout == "hello world\n"
    assert "Greets." in installed.spock("--help").stdout


def test_a_plugin_corrects_a_yahoo_symbol_of_a_market_it_does_not_own(install, master_files):
    source = """
        from spock_core import hookimpl
        @hookimpl
        def spock_yahoo_symbol(market, listing):
            return "RIGHT.VN" if listing.region == "VN" else None
        """
    installed = install("spock-right", source)
    installed.spock("enrich", "--regions", "VN", "HK", "--kis-master-url", master_files)
    import sqlite3

    with sqlite3.connect("spock.db") as connection:
        query = "SELECT DISTINCT yahoo_symbol = 'RIGHT.VN' FROM tickers WHERE region = ?"
        assert connection.execute(query, ("VN",)).fetchall() == [(1,)]
        assert connection.execute(query, ("HK",)).fetchall() == [(0,)]


@pytest.mark.parametrize("hook", ["spock_cli_commands", "spock_sources", "spock_markets"])
@pytest.mark.parametrize("answer", ["None", "[None]", "5"])
def test_a_hook_that_answers_nonsense_stops_nobody(install: Install, master_files, hook, answer):
    source = f"from spock_core import hookimpl\n@hookimpl\ndef {hook}(): return {answer}"
    installed = install("spock-nonsense", source)
    done = installed.spock("enrich", "--regions", "VN", "--kis-master-url", master_files)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_two_distributions_may_call_their_plugins_the_same(install: Install, master_files):
    source = (
        "from spock_core import hookimpl\n@hookimpl\ndef spock_run_started(event): print('heard')"
    )
    installed = install("aaa-other", source, entry="vn")
    assert "VN" in [region["region"] for region in installed.regions()["regions"]]
    done = installed.spock("enrich", "--regions", "VN", "--kis-master-url", master_files)
    assert done.returncode == 0
    assert "heard" in done.stderr


def test_no_plugin_takes_a_built_in_commands_place(install: Install):
    source = """
        from spock_core import hookimpl
        from spock_core import Command
        @hookimpl(trylast=True)
        def spock_cli_commands():
            return [Command("regions", "Steals.", lambda p: None, lambda a, p: print("HIJACKED") or 0)]
        """
    installed = install("spock-thief", source)
    done = installed.spock("regions")
    assert "HIJACKED" not in done.stdout + done.stderr


def test_listings_and_sources_of_a_plugin_that_raise_are_passed_over(install, master_files):
    source = """
        from spock_core import hookimpl
        class Bad:
            name, counts_as = "bad", "bad"
            def observe(self, market, listings, now): raise RuntimeError("source is tired")
            def claim(self, observation, market): return None
        @hookimpl
        def spock_sources(): return [Bad()]
        @hookimpl
        def spock_listings(market, states, run): raise RuntimeError("lists are tired")
        """
    installed = install("spock-tired", source)
    done = installed.spock("enrich", "--json", "--sources", "ALL", "--regions", "VN", "--yahoo-url",
                           "http://127.0.0.1:9", "--yahoo-rate", "900", "--retry-delay", "0",
                           "--kis-master-url", master_files)  # fmt: skip
    [region] = json.loads(done.stdout)["regions"]
    assert region["kis"] > 0
    assert "source is tired" in done.stderr
    assert "lists are tired" in done.stderr


def test_nothing_a_terminal_would_obey_comes_through_an_exception(install: Install):
    source = TAIWAN.replace('one.ticker + ".TW"', 'int("\\x1b[31mred")')
    installed = install("spock-tw", source)
    done = installed.spock("enrich", "-v", "--regions", "TW", "--log-file", "run.log")
    assert done.returncode == 1
    assert "\x1b" not in done.stdout + done.stderr + Path("run.log").read_text()


def test_a_wrapper_sees_no_other_plugins_answer(bring: Bring):
    """Each plugin is called alone: see the top of `plugins/hookspecs.py`."""
    module = bring(
        "spock-wrap",
        """
        from spock_core import hookimpl
        SEEN = []
        @hookimpl(wrapper=True)
        def spock_sandbox_recipe(market):
            SEEN.append((yield))
            return None
        """,
    )
    plugins = load_plugins()
    market = next(iter(plugins.markets.values()))
    answers = list(plugins.answers("spock_sandbox_recipe", Recipe, market=market))
    assert len(answers) == 1
    assert sys.modules[module].SEEN == [None]
