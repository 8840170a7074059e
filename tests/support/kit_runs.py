"""Contracts of the kit on plugins in another process, and what their failures say."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.support.distributions import environment_with


def changed(text: str, changes: Mapping[str, str]) -> str:
    """A plugin's text with other words in the place of some, each of which it must have."""
    for here, there in changes.items():
        assert here in text, here
        text = text.replace(here, there, 1)
    return text


def run_contracts(folder: Path, page: str, asked: Iterable[str] = ()) -> str:
    """Runs a page of tests over the plugins in `site`, all or those of `Class::name`.

    Returns what pytest says.
    """
    (folder / "tests").mkdir()
    tests = folder / "tests" / "test_contracts.py"
    tests.write_text(page)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist",
         "-p", "no:randomly", "--show-capture=no", "--disable-warnings", "--rootdir", str(folder),
         *([f"{tests}::{one}" for one in asked] or [str(tests)])],
        cwd=folder,
        env=environment_with(folder / "site"),
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    return done.stdout


def check_told(said: str, wanted: Mapping[str, Sequence[str]]) -> None:
    """Checks that each class fails, by its name without `Test`, with words that say why and how to
    mend it, and without a traceback."""
    parts = re.split(r"^_+ (?:ERROR at setup of )?Test(\w+)\..* _+$", said, flags=re.M)
    told = dict(zip(parts[1::2], parts[2::2], strict=True))
    unsaid = {
        name: [word for word in (*words, "To fix it: ") if word not in told.get(name, "")]
        for name, words in wanted.items()
    }
    assert not {name: words for name, words in unsaid.items() if words}, said
    assert "Traceback" not in said


def check_all_pass(said: str) -> None:
    """Checks that pytest says that tests passed and none failed."""
    assert re.search(r"^\d+ passed in", said, flags=re.M), said
