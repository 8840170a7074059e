"""`spock search`, `list`, `peers`, `changes` and `completion`, typing mistakes and help."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from spock_core import open_register
from spock_core.plugins.contributions import commands_of
from spock_core.plugins.registry import Plugins
from tests.conftest import PYTHON_M_SPOCK, Spock


def test_search_lists_the_best_first_in_both_languages(spock: Spock, known_register: Path):
    outcome = spock("search", "apple")
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert [line.split()[0] for line in lines[2:4]] == ["US:AAPL", "US:APLE"]
    assert "애플" in lines[2]
    assert [m["ticker"] for m in spock("search", "텐센트", "--json").document["matches"]] == [
        "00700"
    ]


def test_search_says_how_many_more_there_are(spock: Spock, known_register: Path):
    outcome = spock("search", "electronics", "--most", "2")
    assert len([line for line in outcome.out.splitlines() if ":" in line.split(" ")[0]]) == 2
    assert "more: add a word, or --most" in outcome.out
    assert spock("search", "x", "--most", "0").code == 2


def test_search_offers_the_nearest(spock: Spock, known_register: Path):
    outcome = spock("search", "kwiechow", "mouati")
    assert outcome.code == 1
    assert "the register has no 'kwiechow mouati'; nearest:" in outcome.out
    assert "CN:600519   KWEICHOW MOUTAI" in outcome.out
    document = spock("search", "kwiechow", "mouati", "--json").document
    assert document["matches"] == []
    assert document["nearest"][0]["ticker"] == "600519"


def full_width(text: str) -> str:
    """The text as an East Asian keyboard writes it."""
    return "".join(chr(ord(char) + 0xFEE0) for char in text)


@pytest.mark.parametrize(
    "text", ["700", "0700.HK", full_width("700"), "hk:700", "brk.b", "kweichow moutai"]
)
def test_search_begins_with_what_show_finds(spock: Spock, known_register: Path, text: str):
    found = [
        (m["region"], m["ticker"]) for m in spock("search", text, "--json").document["matches"]
    ]
    with open_register(known_register) as register:
        meant = [(one.region, one.ticker) for one in register.find(text)]
    assert set(found[: len(meant)]) == set(meant)
    assert meant


def test_accents_and_full_width_make_no_difference(spock: Spock, known_register: Path):
    assert spock("show", full_width("AAPL")).out.startswith("US:AAPL")
    assert spock("show", "Tencént").out.startswith("HK:00700")
    assert "HK:00700" in spock("search", full_width("T") + "éncent").out


def test_lists_of_values_may_have_commas(spock: Spock, known_register: Path):
    spaced = spock("list", "--regions", "CN", "HK", "--sector", "30", "Banks").out
    assert spock("list", "--regions", "CN,HK", "--sector", "30,Banks").out == spaced
    assert "CN:" in spaced
    assert "HK:" in spaced
    assert spock("list", "--sector", "Textiles, Apparel & Luxury Goods").code == 0
    lines = spock("export", "-", "--columns", "region,ticker", "--regions", "hk").out.splitlines()
    assert lines[0] == "region,ticker"


def test_show_tells_the_nearest_in_json(spock: Spock, known_register: Path):
    outcome = spock("show", "tecnent", "--json")
    assert outcome.code == 2
    assert outcome.document["matches"] == []
    assert outcome.document["nearest"][0]["ticker"] == "00700"


def test_show_lists_several(spock: Spock, known_register: Path):
    outcome = spock("show", "berkshire")
    assert outcome.code == 2
    assert "BERKSHIRE HATHAWAY INC-CL A" in outcome.out
    assert "'berkshire' may be US:BRK/A, US:BRK/B" in outcome.err
    document = spock("show", "700", "--json").document
    assert [(m["region"], m["ticker"]) for m in document["matches"]] == [
        ("CN", "000700"), ("HK", "00700"),
    ]  # fmt: skip


def test_list_has_what_the_flags_choose(spock: Spock, known_register: Path):
    with open_register(known_register) as register:
        expected = [f"{s.region}:{s.ticker}" for s in register.stocks(region="JP", sector="45")]
    out = spock("list", "--sector", "45", "--regions", "JP").out
    assert [line.split()[0] for line in out.splitlines()[2:]] == expected
    document = spock("list", "--sector", "45", "--regions", "JP", "--json").document
    assert [f"{s['region']}:{s['ticker']}" for s in document["stocks"]] == expected
    assert "no stock is like that" in spock("list", "--active", "no").out


def test_peers_are_of_the_same_industry(spock: Spock, known_register: Path):
    with open_register(known_register) as register:
        stock = next(s for s in register.stocks() if s.industry and s.security_type == "common")
        same = [s for s in register.stocks(sector=stock.industry_code) if s != stock]
    key = f"{stock.region}:{stock.ticker}"
    document = spock("peers", key, "--json").document
    assert (document["gics_code"], document["gics_name"]) == (stock.industry_code, stock.industry)
    found = [(p["region"], p["ticker"]) for p in document["peers"]]
    shares = ("common", "depositary_receipt", "reit")
    assert found == [(s.region, s.ticker) for s in same if s.security_type in shares]
    assert found == sorted(found)
    only = spock("peers", key, "--regions", "JP", "--json").document["peers"]
    assert {p["region"] for p in only} <= {"JP"}
    assert spock("peers", key).out.startswith(f"{key} ")
    assert "US:AAPL has no sector, so it has no peers" in spock("peers", "US:AAPL").err


def test_changes_tell_what_is_new_and_gone_and_what_changed(spock: Spock, known_register, register):
    register("UPDATE tickers SET is_active = 0 WHERE ticker = 'APLE'")
    register("INSERT INTO changes (run_id, region, ticker, field, before, after, source, changed_at) VALUES (1, 'US', 'AAPL', 'sector', 'Energy', 'Utilities', 'kis', '2026-11-20 10:00:00.000000')")  # fmt: skip
    out = spock("changes", "--since", "2026-11-01").out
    assert "2026-11-20T10:00Z   US:AAPL" in out
    assert "Energy" in out
    assert "gone" in next(line for line in out.splitlines() if "US:APLE" in line)
    document = spock("changes", "--since", "2026-11-01", "--json").document
    change = next(c for c in document["changes"] if c["change"] == "sector")
    assert (change["before"], change["after"], change["run_id"]) == ("Energy", "Utilities", 1)
    assert spock("changes", "--since", "0h").out == "nothing changed since 0h\n"
    assert "2126-01-01 is yet to come" in spock("changes", "--since", "2126-01-01").err
    for text in ("soon", "9" * 30 + "d", "9" * 5_000 + "h"):
        assert f"'{text[:40]}' is no time" in spock("changes", "--since", text).err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("enrcih",), "spock: unknown command 'enrcih': did you mean enrich?"),
        (("serach", "apple"), "did you mean search?"),
        (("enrich", "--forse-refresh"), "--forse-refresh: did you mean --force-refresh?"),
        (("list", "--region=US"), None),
        (("list", "--secter=45"), "did you mean --sector?"),
        (
            ("export", "x.csv", "--active", "yess"),
            "--active: unknown value 'yess': did you mean yes?",
        ),
        (("list", "--sector", "Helth Care"), "'Helth Care': did you mean Health Care?"),
        (("list", "--regions", "JPN"), "'JPN': did you mean JP?"),
        (("list", "--security-type", "comon"), "'comon': did you mean common?"),
        (("export", "-", "--columns", "sectr"), "'sectr': did you mean sector?"),
        (("qqqqqq",), "unknown command 'qqqqqq': choose from enrich, status"),
        (("status", "extra"), "unrecognized arguments: extra"),
    ],
)
def test_a_typing_mistake_gets_the_nearest_word(spock: Spock, known_register, arguments, words):
    outcome = spock(*arguments)
    if words is None:
        assert outcome.code == 0  # an unambiguous beginning of a flag is that flag
        return
    assert outcome.code == 2
    assert words in outcome.err
    assert len(outcome.err.splitlines()) == 1


@pytest.mark.parametrize("flag", ["-V", "--version"])
def test_the_version(spock: Spock, flag: str):
    outcome = spock(flag)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("spock 0.")


def test_help_is_grouped_by_what_people_do_with_an_example_each(spock: Spock, plugins: Plugins):
    out = spock("--help").out
    positions = [
        out.index(f"\n{group}:\n") for group in ("Keep a register", "Read it", "Extend Spock")
    ]
    assert positions == sorted(positions)
    for command in commands_of(plugins):
        assert f"  {command.name}" in out
        assert command.example.startswith(f"spock {command.name}")
        assert command.example in out
        assert command.example in spock(command.name, "--help").out
    assert max(map(len, out.splitlines())) <= 100


COMPLETED = {
    "spock sea": "search",
    "spock enrich --force-r": "--force-refresh",
    "spock list --active n": "no",
    "spock list --regions US --sect": "--sector",
    "spock export stocks.parquet --act": "--active",
    "spock report earlier-r": "earlier-report.html",
    "spock completion z": "zsh",
    "spock list --regions J": "JP",
    "spock list --regions CN H": "HK",
    "spock list --security-type common pref": "preferred",
    "spock export stocks.csv --columns region ticker kis_s": "kis_sector_code",
    "spock enrich --sources kis yahoo-sc": "yahoo-screener",
}
"""By what is typed before the tab: the word that it becomes."""

IN_BASH = r"""
source ./completion
while IFS= read -r typed; do
    COMP_WORDS=($typed) COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _shtab_spock spock "${COMP_WORDS[$COMP_CWORD]}"
    echo "${COMPREPLY[@]}"
done
"""
IN_FISH = r"""
source completion
while read -l typed
    complete -C $typed | string replace -r '\t.*' ''
end
true
"""
IN_ZSH = r"""
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1='READY> '; unset zle_bracketed_paste"
zpty -w shell 'autoload -Uz compinit; compinit -u -d ./dump; eval "$(<./completion)"; print MADE'
zpty -r -m shell seen $'*\nMADE*READY> *'
while IFS= read -r typed && IFS= read -r word; do
    zpty -w -n shell $'\x15'"$typed"$'\t'
    zpty -r -m shell seen "*${typed% *} $word*"
    print -r -- $word
done
"""
"""An interactive zsh in a terminal of its own; what is not completed is waited for in vain."""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands_flags_values_and_files(spock: Spock, shell: str):
    script = spock("completion", shell).out
    for word in ("enrich", "search", "force-refresh", "new-market", "new-source"):
        assert word in script
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    Path("completion").write_text(script)
    Path("earlier-report.html").touch()
    subprocess.run([shell, "-n", "completion"], check=True)
    program = {"bash": IN_BASH, "fish": IN_FISH, "zsh": IN_ZSH}[shell]
    typed = [line for pair in COMPLETED.items() for line in pair[: 2 if shell == "zsh" else 1]]
    done = subprocess.run(
        [shell, "-c", program], input="".join(f"{line}\n" for line in typed),
        capture_output=True, text=True, check=True, timeout=100,
    )  # fmt: skip
    assert done.stdout.split() == list(COMPLETED.values()), done.stderr


READING = (
    "spock_core.reading",
    "pyarrow",
    "polars",
    "pandas",
    "rapidfuzz",
    "shtab",
    "vl_convert",
    "wcwidth",
)


def test_help_imports_nothing_of_reading():
    code = (
        "import sys; from spock_core.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        f"print('IMPORTED', [n for n in {READING} if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "IMPORTED []"


def test_a_run_imports_nothing_of_reading(master_files: Path):
    code = (
        "import sys; from spock_core.cli import main\n"
        f"main(['enrich', '--json', '--regions', 'VN', '--kis-master-url', {str(master_files)!r}])\n"
        f"print('IMPORTED', [n for n in {READING[:-1]} if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "IMPORTED []", done.stdout[-300:]


def test_python_m_spock_is_the_same_command(known_register: Path, spock: Spock):
    done = subprocess.run(
        [*PYTHON_M_SPOCK, "search", "apple"], capture_output=True, text=True, check=True
    )
    assert done.stdout == spock("search", "apple").out
