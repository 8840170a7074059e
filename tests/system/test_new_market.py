"""`spock new-market`: what it writes is installed beside core alone, is there, and passes."""

from __future__ import annotations

import json
import os
import pty
import site
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.conftest import PYTHON_M_SPOCK, Spock
from tests.support.once import Once
from tests.support.project import ROOT
from tests.support.typed import CheckTypes
from tests.support.typed import check_types as check_types  # noqa: PLC0414  a fixture

TAIWAN = "XTAI; currency=TWD; yahoo=TAI; lot=1000; example=2330"
TAIPEI = "ROCO; currency=TWD; yahoo=TWO; lot=1000; example=6488"
MARKETS = {
    "kis": ["SG", "--exchange", "XSES; kis=SES; lot=100; example=D05"],
    "yahoo": ["TW", "--exchange", TAIWAN, "--exchange", TAIPEI, "--author", "Ann Author"],
    "csv": ["KR", "--listed-by", "csv", "--priority", "7", "--exchange",
            "XKRX; yahoo=KSC; example=005930; list=https://lists.example/krx.csv"],
    "own": ["TH", "--listed-by", "own", "--name", "The market's \N{THAI CHARACTER KO KAI}",
            "--exchange", "XBKK; example=PTT"],
}  # fmt: skip
FEWER = {"kis": ["-k", "run or lists or region or yahoo_symbols"]}
"""Three pass every contract; of the fourth, those that its other listing source might break."""
LONG = ["US", "--listed-by", "own", "--name", "N" * 60, "--author", "A" * 60, "--exchange",
        "XNYS; yahoo=NYQ NCM NGM NMS PCX PNK YHD ASE BTS CXI NAE OEM OQB OQX",
        *(f"--exchange=QQQ{n}; name={'N' * 60}; yahoo=" for n in range(10))]  # fmt: skip
"""Facts as long as they can be."""


def run(*command: object, cwd: Path | None = None) -> str:
    """A command that must do well; gives what it prints."""
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def wheel_of(project: Path, folder: Path) -> Path:
    """Builds a wheel, without internet, as pip would have it built."""
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=project)
    [wheel] = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def fresh(once: Once) -> Path:
    """A virtual environment with core from its wheel, its dependencies, and the four packages that
    `spock new-market` writes there, in `packages`. Made once a test run.

    The dependencies are those of this environment: links to all that is not Spock's, in a folder
    whose name tells hypothesis that it need not read all of their source for constants.
    """

    def make(folder: Path) -> None:
        others = folder / "others" / "site-packages"
        others.mkdir(parents=True)
        for site_folder in map(Path, site.getsitepackages()):
            for one in site_folder.iterdir():
                if "spock" not in one.name and one.suffix != ".pth":
                    (others / one.name).symlink_to(one)
        home = folder / "venv"
        venv.create(home, with_pip=False)
        [packages] = home.glob("lib/python*/site-packages")
        (packages / "others.pth").write_text(f"{others}\n")
        install(home, wheel_of(ROOT, folder / "core"))
        wheels = []
        for listed_by, arguments in MARKETS.items():
            package = folder / "packages" / listed_by
            run(home / "bin" / "spock", "new-market", *arguments, "--output", package)
            wheels.append(wheel_of(package, folder / "built" / listed_by))
        install(home, *wheels)

    return once("scaffolds", make)


def install(home: Path, *wheels: Path) -> None:
    """Installs wheels and nothing else."""
    run(sys.executable, "-m", "pip", "--python", home / "bin" / "python", "install", "-q",
        "--no-deps", "--no-index", "--disable-pip-version-check", *wheels)  # fmt: skip


def test_packages_that_it_writes_are_found_when_they_are_installed_beside_core(fresh: Path):
    found = json.loads(run(fresh / "venv" / "bin" / "spock", "regions", "--json"))
    regions = sorted(arguments[0] for arguments in MARKETS.values())
    assert sorted((one["region"], one["from"]) for one in found["regions"]) == [
        (region, f"spock-{region.lower()} 0.1.0") for region in regions
    ]
    assert not found["broken"]


@pytest.mark.parametrize("packages", [("kis",), ("yahoo", "csv", "own")], ids=" ".join)
def test_packages_that_it_writes_pass_their_tests_where_they_are_installed(
    packages: tuple[str, ...], fresh: Path
):
    python = (fresh / "venv" / "bin" / "python", "-I")
    modules = [f"spock_{MARKETS[one][0].lower()}" for one in packages]
    where = run(*python, "-c", f"import spock_core, {', '.join(modules)}; "
                f"print(*(m.__file__ for m in (spock_core, {', '.join(modules)})))")  # fmt: skip
    assert where.count(str(fresh)) == 1 + len(packages)
    said = run(*python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib",
               *(fresh / "packages" / one / "tests" for one in packages),
               *(word for one in packages for word in FEWER.get(one, ())))  # fmt: skip
    assert " passed" in said
    assert "skipped" not in said


def test_what_it_writes_is_clean_and_typed(spock: Spock, check_types: CheckTypes):
    folders = []
    for listed_by, arguments in MARKETS.items():
        assert spock("new-market", *arguments, "--output", listed_by).code == 0
        folders.append(listed_by)
    assert spock("new-market", *LONG, "--output", "long").code == 0
    folders.append("long")
    run(sys.executable, "-m", "ruff", "check", "--isolated", "--select", "E4,E7,E9,F,W,B,UP",
        *folders)  # fmt: skip
    run(sys.executable, "-m", "ruff", "check", ".")  # each folder by its own pyproject.toml
    run(sys.executable, "-m", "ruff", "format", "--check", ".")
    check_types(cwd=Path("own"))


def test_what_is_there_is_never_overwritten(spock: Spock):
    assert spock("new-market", *MARKETS["yahoo"]).code == 0
    Path("spock-tw", "README.md").write_text("mine")
    again = spock("new-market", *MARKETS["yahoo"])
    assert again.code == 2
    assert (
        again.err
        == "spock: spock-tw already exists: choose another --output; nothing was changed\n"
    )
    assert Path("spock-tw", "README.md").read_text() == "mine"
    Path("file").write_text("")
    assert spock("new-market", *MARKETS["yahoo"], "--output", "file").code == 2
    Path("empty").mkdir()
    assert spock("new-market", *MARKETS["yahoo"], "--output", "empty").code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["XX"], "'XX' is not in ISO 3166: give the two-letter code"),
        (["Taiwan"], "'Taiwan' is not in ISO 3166: give the two-letter code"),
        (["TW", "--exchange", "TAI"], "'TAI' is not a MIC: give four letters or digits of ISO 10383, as XTAI"),
        (["TW", "--exchange", "XTAI; yahoo=TAI"], 'its currency is not known: use --exchange "XTAI; currency=…"'),
        (["TW", "--exchange", "XTAI; yahoo=TAI; currency=TWX"], "currency 'TWX' is not in ISO 4217"),
        (["TW", "--exchange", "XTAI; price=3"], "'price=3' is not one of name=…, currency=…"),
        (["TW", "--exchange", "XTAI; yahoo=TAI; currency=TWD; lot=0"], "lot '0': give the number of shares in a lot, 1 or more"),
        (["TW", "--exchange", TAIWAN, "--exchange", TAIWAN], "one MIC is there twice"),
        (["TW", "--exchange", TAIWAN, "--exchange", TAIPEI.replace("TWO", "TAI")],
         "XTAI and ROCO share Yahoo's code TAI"),
        (["TW", "--exchange", TAIWAN, "--listed-by", "ftp"], "'ftp': choose from kis, yahoo, csv, own"),
        (["TW", "--exchange", TAIWAN, "--listed-by", "csv"], "it needs the address of its table"),
        (["TW", "--exchange", TAIWAN, "--listed-by", "kis"], "it needs KIS's code of the list"),
        (["TW", "--exchange", TAIWAN, "--priority", "high"], "--priority 'high': give a whole number"),
        (["TW", "--exchange", TAIWAN, "--name", 'a"b'], '--name \'a"b\': write up to 60 characters'),
        (["IN", "--yes"], "XBOM: Yahoo's codes in IN are BSE, NSI: choose its own, as "
         '--exchange "XBOM; yahoo=BSE"'),
        (["KR", "--exchange", "XKRX"], "XKRX: Yahoo's codes in KR are KOE, KSC: choose its own"),
        (["AQ"], "no exchange of AQ is known: use --exchange MIC"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line(arguments, words: str, spock: Spock):
    outcome = spock("new-market", *arguments)
    assert outcome.code == 2
    assert words in outcome.err
    assert outcome.err.count("\n") == 1
    assert not list(Path().iterdir())


def test_a_region_that_is_installed_is_warned_of(spock: Spock):
    outcome = spock("new-market", "VN", "--exchange", "XSTC; example=VCB")
    assert outcome.code == 0
    assert Path("spock-vn", "spock_vn", "market.py").exists()
    assert "region VN already belongs to spock-vn 0.1.0" in outcome.err


def test_a_mic_that_is_too_new_for_the_list_is_taken(spock: Spock):
    spock("new-market", "TW", "--exchange", "XQQQ; name=New; currency=TWD; suffix=.TW; yahoo=TAI")
    assert 'NEW_MICS = ("XQQQ",)\n' in Path("spock-tw", "tests", "test_contract.py").read_text()


def test_on_a_terminal_it_asks_and_has_defaults(tmp_path: Path):
    answers = ["", "XTAI", "", "", "TWD", "", "TAI", "1000", "2330", "", "Ann Author"]
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*PYTHON_M_SPOCK, "new-market", "TW"], stdin=slave, stdout=slave, stderr=slave, cwd=tmp_path
    )
    os.close(slave)
    os.write(master, "".join(f"{answer}\n" for answer in answers).encode())
    said = b""
    while process.poll() is None or not said.endswith(b"--sandbox\r\n"):
        try:
            said += os.read(master, 1_000)
        except OSError:
            break
    os.close(master)
    assert process.wait(timeout=60) == 0, said
    assert b"Name of the market [Taiwan]: " in said
    assert b"XTAI: Yahoo's codes (of TAI TWO): " in said
    market = (tmp_path / "spock-tw" / "spock_tw" / "market.py").read_text()
    assert 'name="Taiwan Stock Exchange",' in market
    assert "lot_size=1000," in market
    assert "Ann Author" in (tmp_path / "spock-tw" / "pyproject.toml").read_text()


def test_without_the_kit_it_says_what_to_install(tmp_path: Path):
    (tmp_path / "jinja2.py").write_text("raise ModuleNotFoundError('no', name='jinja2')")
    done = subprocess.run(
        [*PYTHON_M_SPOCK, "new-market", *MARKETS["yahoo"]],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == "spock: spock new-market needs jinja2: pip install 'spock-core[kit]'\n"
