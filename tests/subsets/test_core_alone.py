"""Core with no market and no extra: it says what to install. Run by `tox -e core`."""

from __future__ import annotations

import pytest

from tests.conftest import Spock
from tests.subsets.installed import markets

pytestmark = pytest.mark.skipif(bool(markets()), reason="markets are installed: see tox -e core")


@pytest.mark.parametrize("arguments", [("enrich",), ("enrich", "--sandbox"), ("sandbox",)])
def test_it_says_what_to_install(spock: Spock, arguments):
    outcome = spock(*arguments)
    assert outcome.code == 2
    assert "no market is installed: pip install one or more of spock-cn, spock-hk" in outcome.err
    assert "Traceback" not in outcome.err


def test_regions_says_so_too(spock: Spock):
    outcome = spock("regions")
    assert outcome.code == 0
    assert "no market is installed" in outcome.out


def test_extras_that_are_not_installed_are_named(spock: Spock):
    assert spock("--help").code == 0
    for flag, extra in (("--progress-bar", "progress"), ("--prometheus-port=8003", "metrics")):
        outcome = spock("enrich", flag)
        assert outcome.code == 2
        assert f"spock-core[{extra}]" in outcome.err


@pytest.mark.parametrize("command", [("new-market", "TW"), ("new-source", "mine")])
def test_a_new_package_needs_the_kit(command: tuple[str, str], spock: Spock):
    outcome = spock(*command)
    assert outcome.code == 2
    assert f"spock {command[0]} needs" in outcome.err
    assert "pip install 'spock-core[kit]'" in outcome.err
