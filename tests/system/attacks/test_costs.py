"""What an attack takes of memory and time on the full universe: `--all-attacks` alone.

How long a run may take is in the rows of Yahoo's attacks, and tried on a small universe. Here most of
the time is that of the run itself, and of a machine that may be busy: each row's seconds, those of a
processor and those of the run that nobody disturbs are printed at the end, to be compared.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from spock_core.plugins.registry import Plugins
from spock_core.sandbox.server import Sandbox, serve
from spock_core.sandbox.universe import make_universe
from spock_core.settings.model import Settings
from tests.support.child import Child
from tests.support.hostile import Hostile, hostile
from tests.support.memory import MOST_MB
from tests.support.once import Once
from tests.support.processes import ended
from tests.system.attacks.conftest import HOSTS
from tests.system.attacks.moves import hang_up, relay_to
from tests.system.attacks.yahoo_attacks import ALL, CRUMB, ONE, OUTAGES, POISONS, Attack

DATA = ("screener", "quoteSummary", "finance/quote")
"""The requests for data of a run on so many stocks."""
WHERE: dict[str, tuple[str, ...]] = {ALL: DATA, CRUMB: (CRUMB,), ONE: ("quoteSummary",)}
RUN = """
import resource, sys, time
from curl_cffi import CurlOpt
from spock_core.cli import main
from spock_core.sources.yahoo.curl_transport import CurlTransport

port, hosts, begin = int(sys.argv.pop(1)), sys.argv.pop(1).split(), CurlTransport.__init__

def begin_here(self):
    begin(self)
    names = [f"{name}:{port}:127.0.0.1" for name in hosts]
    self.session.curl_options = {CurlOpt.RESOLVE: names, CurlOpt.PORT: port}

if port:
    CurlTransport.__init__ = begin_here
started = time.monotonic()
code = main()
wall = time.monotonic() - started
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
cpu = sum(one.ru_utime + one.ru_stime for one in used)
print("cost", wall, cpu, *(one.ru_maxrss // 1024 for one in used), file=sys.__stderr__)
sys.exit(code)
"""
"""A run that says at its end what it took: seconds, seconds of a processor, and MB at the peak, its
own and those of the largest process that it started."""
UNDISTURBED = Attack("nothing: undisturbed", "", hang_up, code=0)
WHERE[UNDISTURBED.where] = ()


@pytest.fixture(scope="session")
def everybody(plugins: Plugins) -> Iterator[Sandbox]:
    """A sandbox with as many stocks as there are."""
    size = Settings.model_fields["sandbox_size"].default
    with serve(make_universe(plugins, size), plugins.markets) as server:
        yield server


@pytest.fixture
def listed(everybody: Sandbox, once: Once, spock: Callable[..., Any]) -> None:
    """A register that has all lists, and nothing of Yahoo, is in this test's folder."""

    def make(folder: Path) -> None:
        arguments = "--sources", "kis", "--kis-master-url", everybody.kis_master_url
        assert spock("enrich", *arguments, "--database", f"sqlite:///{folder}/spock.db").code == 0

    for file in once("listed", make).iterdir():
        shutil.copy(file, file.name)


@pytest.mark.parametrize("over_tls", [True, False], ids=["curl", "requests"])
@pytest.mark.parametrize(
    "attack", [UNDISTURBED, *OUTAGES, *POISONS], ids=lambda attack: attack.name
)
def test_an_attack_on_the_full_universe_is_bounded(
    attack: Attack, over_tls: bool, everybody: Sandbox, listed: None, request, record_property
):
    good, where = relay_to(everybody.url), WHERE[attack.where]

    def answer(server: Hostile, connection: Any, line: str) -> None:
        (attack.move if any(one in line for one in where) else good)(server, connection, line)

    with ExitStack() as stack:
        tls = request.getfixturevalue("context") if over_tls else None
        server = stack.enter_context(hostile(answer, context=tls))
        address = [] if over_tls else ["--yahoo-url", server.url]
        process = Child(
            ["-c", RUN, str(server.port if over_tls else 0), " ".join(HOSTS), "enrich", "--json",
             "--kis-master-url", everybody.kis_master_url, "--tables-url", everybody.tables_url,
             "--sources", "ALL", "--yahoo-rate", "900", "--retry-delay", "0", *address],
            environment=dict(os.environ),
        )  # fmt: skip
        code, out, err = ended(process)
    assert code in ((0, 1) if attack in POISONS else (attack.code,)), err[-2_000:]
    assert len(json.loads(out)["regions"]) == 5
    assert "Traceback" not in err
    [said] = [line.split()[1:] for line in err.splitlines() if line.startswith("cost ")]
    wall, cpu, *peaks = map(float, said)
    record_property("cost", f"{wall:6.1f} s {cpu:6.1f} s of a processor {max(peaks):4.0f} MB")
    assert max(peaks) < MOST_MB
