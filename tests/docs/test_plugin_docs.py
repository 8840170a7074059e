"""docs/plugins.md: every example is a plugin that works, and every hook has one."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from spock_core.api import run_job
from spock_core.domain.results import RunResult
from spock_core.plugins import hookspecs
from spock_core.plugins.contributions import commands_of, settings_of
from spock_core.plugins.loader import load_plugins
from spock_core.plugins.registry import Plugins
from spock_core.sandbox.server import serve
from spock_core.sandbox.universe import make_universe
from spock_core.settings.model import load_settings
from tests.conftest import Spock
from tests.support.acme import serve_json
from tests.support.distributions import Bring
from tests.support.project import DOCS

TEXT = (DOCS / "plugins.md").read_text("utf-8")
EXAMPLES = dict(re.findall(r"<!-- plugin: (\w+) -->\n```python\n(.*?)```", TEXT, re.S))
TESTS = dict(re.findall(r"<!-- tests: (\w+) -->\n```python\n(.*?)```", TEXT, re.S))
"""Tests of an example; `tests/test_kit.py` runs them."""
HOOKS = sorted(name for name in vars(hookspecs) if name.startswith("spock_"))


def implemented(source: str) -> set[str]:
    """The hooks that an example implements."""
    return {
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name in HOOKS
    }


def section(hook: str) -> str:
    """The part of the page whose heading names a hook."""
    found = re.search(rf"^### [^\n]*`{hook}`.*?(?=^##)", TEXT, re.S | re.M)
    assert found, f"docs/plugins.md has no section for {hook}"
    return found[0]


Called = Counter[tuple[str, str]]
"""How often each hook of each plugin was called."""


@pytest.fixture
def meet(bring: Bring) -> Callable[..., tuple[RunResult, Plugins, Called]]:
    """A run in which every hook is called, with an example installed; also what was called."""

    def do(name: str, *regions: str) -> tuple[RunResult, Plugins, Called]:
        bring(name.replace("_", "-"), EXAMPLES[name], entry="example")
        plugins = load_plugins()
        assert not plugins.broken
        called: Called = Counter()

        def before(hook: str, impls: Sequence[Any], _: Any) -> None:
            called.update((impl.plugin_name, hook) for impl in impls)

        plugins.manager.add_hookcall_monitoring(before, lambda *_: None)
        commands_of(plugins)
        regions = regions or tuple(
            region for region in plugins.markets if region in ("VN", _own_region(plugins))
        )
        with serve(make_universe(plugins, 3_000), plugins.markets) as server:
            server.kis.faults.status["hnxmst.cod.zip"] = 503
            server.kis.faults.times["hnxmst.cod.zip"] = 1
            settings = load_settings({
                "regions": regions, "sources": ("ALL",), "parallel": True, "retry_delay": 0,
                "kis_master_url": server.kis_master_url, "lists_url": server.lists_url,
                "tables_url": server.tables_url, "yahoo_url": server.url, "yahoo_rate": 900,
            }, settings_of(plugins))  # fmt: skip
            result = run_job(settings, plugins)
        assert not plugins.faults
        result.raise_for_status()
        return result, plugins, called

    return do


def _own_region(plugins: Plugins) -> str | None:
    own = [p.regions[0] for p in plugins.plugins if p.name == "example" and p.regions]
    return own[0] if own else None


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_works(meet, name):
    result, plugins, called = meet(name)
    key = f"{name.replace('_', '-')}:example"
    hooks = implemented(EXAMPLES[name])
    assert hooks
    if "spock_markets" in hooks:  # asked when the plugin is loaded, before anybody counts
        assert _own_region(plugins) in [region.region for region in result.regions]
    for hook in hooks - {"spock_markets"}:
        assert called[key, hook], f"{hook} of {name} was never called"
    assert all(region.total for region in result.regions)


@pytest.mark.parametrize("hook", sorted(set(HOOKS) - {"spock_markets"}))
def test_every_hook_has_an_example(hook):
    names = re.findall(r"<!-- plugin: (\w+) -->", section(hook))
    assert any(hook in implemented(EXAMPLES[name]) for name in names), hook


def test_the_simplest_example_is_a_market():
    assert implemented(EXAMPLES["spock_tw"]) == {"spock_markets"}
    assert section("spock_markets")


def test_no_code_of_the_page_goes_untested():
    assert TEXT.count("```python") == len(EXAMPLES) + len(TESTS)


def test_a_source_reads_a_users_own_table(meet, register):
    lines = ["region,ticker,gics", "VN,AAA,45", "VN,ZZZ,10"]
    Path("my_sectors.csv").write_text("\n".join(lines))
    result, _, _ = meet("spock_my_table", "VN")
    found = "SELECT sector_code, sector_source FROM stock_details"
    assert register(f"{found} WHERE ticker = 'AAA'") == [("45", "my-table")]
    assert result.regions[0].by_source["my-table"] == 1


def test_a_table_source_reads_a_table_that_is_published(meet, register):
    result, _, _ = meet("spock_bourse", "VN")
    [(matched, total)] = register("SELECT matched, rows FROM table_sources WHERE source = 'bourse'")
    assert matched == total == result.regions[0].total
    found = "SELECT count(*) FROM observations WHERE source = 'bourse'"
    assert register(found) == [(total,)]


def test_a_query_source_asks_a_service_of_the_web(bring, spock, sandbox, register, monkeypatch):
    figi, asked = "BBG000B9XRY4", []

    def answer(body: bytes) -> list[dict[str, Any]]:
        jobs = json.loads(body)
        asked.append(len(jobs))
        return [
            {"data": [{"figi": figi}]},
            *[{"warning": "No identifier found."}] * (len(jobs) - 1),
        ]

    bring("spock-openfigi", EXAMPLES["spock_openfigi"], entry="example")
    with serve_json(answer) as url:
        monkeypatch.setenv("SPOCK_OPENFIGI_URL", url)
        for sources in ("kis hkex", "openfigi"):
            outcome = spock(
                "enrich", "--json", "--regions", "HK", "--kis-master-url", sandbox.kis_master_url,
                "--sources", *sources.split(),
            )  # fmt: skip
            assert outcome.code == 0
    [(isins,)] = register("SELECT count(isin) FROM tickers WHERE asset_type = 'STOCK'")
    assert max(asked) == 10
    assert sum(asked) == isins
    assert register("SELECT DISTINCT value FROM identifiers WHERE scheme = 'FIGI'") == [(figi,)]


def test_an_observer_writes_one_line_a_run(meet, capsys):
    meet("spock_run_line", "VN")
    [line] = Path("runs.tsv").read_text().splitlines()
    assert line.split("\t")[1:3] == ["success", "1.000"]
    assert "run 1 over VN" in capsys.readouterr().out


def test_a_listing_source_names_its_stocks(meet, register):
    meet("spock_almanac", "NO")
    query = "SELECT ticker, data_source FROM tickers ORDER BY ticker"
    assert register(query) == [("DNB", "almanac"), ("EQNR", "almanac")]


def test_an_own_list_that_did_not_change_is_not_read_again(meet, spock: Spock):
    meet("spock_own_lists", "LU")
    outcome = spock("enrich", "--json", "--regions", "LU")
    assert outcome.region("LU")["listing"]["not_modified"] == ["XLUX"]


def test_a_source_is_asked_once_its_settings_are_set(bring, spock, sandbox, register, monkeypatch):
    bring("spock-gazette", EXAMPLES["spock_gazette"], entry="example")
    sandbox.tables.files["sectors.csv"] = b"ticker,gics\nAAA,45\n"
    run = (
        "enrich", "--regions", "VN", "--sources", "kis", "gazette",
        "--kis-master-url", sandbox.kis_master_url,
    )  # fmt: skip
    told = "gazette is not asked: set SPOCK_GAZETTE_READER, SPOCK_GAZETTE_KEY"
    assert told in spock(*run).err
    assert sandbox.counters["tables"] == 0
    monkeypatch.setenv("SPOCK_GAZETTE_READER", "Ann")
    assert "SPOCK_GAZETTE_READER Ann: must be your name and surname" in spock(*run).err
    monkeypatch.setenv("SPOCK_GAZETTE_KEY", "sesame")
    outcome = spock(*run, "--gazette-reader", "Ann Author")
    assert outcome.code == 0
    assert sandbox.counters["tables"] == 1
    found = "SELECT sector_code, sector_source FROM stock_details"
    assert register(f"{found} WHERE ticker = 'AAA'") == [("45", "gazette")]


def test_a_command_is_run(bring: Bring, spock: Spock):
    bring("spock-hello", EXAMPLES["spock_hello"], entry="hello")
    assert spock("hello", "--name", "you").out.startswith("hello you: US, ")
    assert "Greets, and names the markets." in spock("--help").out


def test_the_two_files_are_a_package(tmp_path: Path):
    [toml] = re.findall(r"<!-- file: pyproject.toml -->\n```toml\n(.*?)```", TEXT, re.S)
    package = tmp_path / "package"
    (package / "spock_tw").mkdir(parents=True)
    (package / "pyproject.toml").write_text(toml)
    (package / "spock_tw" / "__init__.py").write_text(EXAMPLES["spock_tw"])
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
           "--no-build-isolation", "--target", str(site), str(package)]  # fmt: skip
    subprocess.run(pip, check=True, capture_output=True)
    assert (site / "spock_tw-1.0.dist-info" / "entry_points.txt").exists()


@pytest.fixture
def changing_hooks() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def test_a_deprecated_hook_is_named_in_one_line_and_works(bring, spock, changing_hooks):
    old = hookspecs.hookspec(
        warn_on_impl=DeprecationWarning("spock_old goes in version 4: implement spock_run_started")
    )(lambda event: None)
    old.__name__ = "spock_old"
    changing_hooks.setattr(hookspecs, "spock_old", old, raising=False)
    bring("spock-elder", "from spock_core import hookimpl\n@hookimpl\ndef spock_old(event): pass")
    said = (
        "spock-elder 1.0 uses what is deprecated: spock_old goes in version 4: implement spock_run"
    )
    outcome = spock("enrich", "--sandbox", "--sandbox-size", 200, "--regions", "VN")
    assert outcome.code == 0
    assert [line for line in outcome.err.splitlines() if said in line]
    assert "spock-elder 1.0 (tw): spock_old goes" in spock("regions").out
    assert said in " ".join(spock("doctor").out.split())


def test_a_deprecated_parameter_is_named_too(bring, spock, changing_hooks):
    def spock_retry(event: object) -> None:
        """As it is."""

    told = {"event": DeprecationWarning("event of spock_retry goes in version 4")}
    new = hookspecs.hookspec(warn_on_impl_args=told)(spock_retry)
    changing_hooks.setattr(hookspecs, "spock_retry", new)
    bring("spock-elder", "from spock_core import hookimpl\n@hookimpl\ndef spock_retry(event): pass")
    assert "deprecated: spock-elder 1.0 (tw): event of spock_retry" in spock("regions").out


@pytest.mark.parametrize(
    ("version", "words"),
    [
        (1, None),
        (hookspecs.HOOK_VERSION, None),
        (hookspecs.HOOK_VERSION + 1, f"needs version {hookspecs.HOOK_VERSION + 1} of the hooks"),
        (0, "made for version 0 of the hooks and this spock-core takes plugins made for version 1"),
        ("'two'", "its SPOCK_HOOKS is 'two', not a number such as 3"),
    ],
)
def test_a_plugin_of_another_version_works_or_says_what_it_needs(bring, spock, version, words):
    source = EXAMPLES["spock_tw"].replace("SPOCK_HOOKS = 2", f"SPOCK_HOOKS = {version}")
    bring("spock-tw", source)
    out = spock("regions").out
    assert ("Taiwan" in out) == (words is None)
    assert words is None or words in " ".join(out.split())


def test_a_hook_of_a_newer_core_may_be_optional(bring, spock):
    source = EXAMPLES["spock_tw"] + "\n@hookimpl(optionalhook=True)\ndef spock_moon(): pass\n"
    bring("spock-tw", source)
    assert "Taiwan" in spock("regions").out


def test_every_version_of_the_hooks_is_described():
    table = TEXT[TEXT.index("| version | added |") :]
    assert sorted(hookspecs.CHANGES) == list(range(1, hookspecs.HOOK_VERSION + 1))
    for version in hookspecs.CHANGES:
        assert f"\n| {version} |" in table
    assert hookspecs.OLDEST_HOOK_VERSION in hookspecs.CHANGES
