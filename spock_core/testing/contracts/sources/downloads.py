"""Contracts of runs in which a table source's provider fails, or its files are others."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from spock_core.domain import Market
from spock_core.domain.tables import TableFile
from spock_core.sandbox.server import Sandbox
from spock_core.settings.names import variable_of
from spock_core.testing.asked_source import AskedSource
from spock_core.testing.command import Spock
from spock_core.testing.contracts.sources.base import made_up_tables
from spock_core.testing.contracts.sources.runs import SourceRunContracts, identified, said
from spock_core.testing.failures import fail
from spock_core.testing.installed import market_alone
from spock_core.testing.table_files import WEB_PAGE, MadeUpFile, made_up_files

ATTEMPTS = 3
"""Requests for one file before its source is given up for the night."""
FEW = 10
"""One row in so many is left of a shrunken table."""


SPOILED: Mapping[str, Callable[[MadeUpFile], bytes]] = {
    "a web page": lambda file: WEB_PAGE,
    "no rows": lambda file: file.with_rows([]),
    "a tenth of its rows": lambda file: file.with_rows(file.read().rows[::FEW]),
}
"""Files that must be refused, by what is in them."""
OUTAGES = ("HTTP 500", "a cut body")


class DownloadContracts(SourceRunContracts):
    """An outage is never an answer: what the tables said before still counts."""

    def test_unchanged_tables_cost_one_request_each(
        self, source: AskedSource, spock: Spock
    ) -> None:
        """A second run asks once for each file, conditionally, and reads none."""
        with self.run_in_sandbox(spock) as sandbox:
            self.first_run(spock, sandbox)
            before, most = sandbox.counters["tables"], len(self._files(source))
            self.check(self.enrich(spock, sandbox))
            asked = sandbox.counters["tables"] - before
        if asked > most:
            fail(
                f"a second run made {asked} requests for {most} unchanged tables of {source.name}",
                "give the same names and addresses of files in every run",
            )

    @pytest.mark.parametrize("spoiled", SPOILED)
    def test_files_that_are_no_tables_are_refused(
        self, source: AskedSource, spock: Spock, spoiled: str
    ) -> None:
        """A web page, a table without rows, or with too few of them."""
        files = {
            file.name: SPOILED[spoiled](file)
            for file in made_up_files(self._files(source), made_up_tables(self.region))
        }
        self._check_refused(source, spock, spoiled, lambda site: site.tables.files.update(files))

    @pytest.mark.parametrize("outage", OUTAGES)
    def test_an_outage_is_never_an_answer(
        self, source: AskedSource, spock: Spock, outage: str
    ) -> None:
        """Errors and cut bodies cost a bounded number of requests, and nothing of the register."""

        def fault(site: Sandbox) -> None:
            if outage.startswith("HTTP"):
                site.tables.faults.status["*"] = int(outage.split()[1])
            else:
                site.tables.faults.cut.add("*")
                site.tables.faults.etag = '"new"'  # else the answer is that nothing has changed

        self._check_refused(source, spock, outage, fault)

    def test_it_is_not_asked_before_its_settings_are_set(
        self, source: AskedSource, spock: Spock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without what it requires there is no request, and the run says what to set."""
        for name in source.raw.about.requires:
            with monkeypatch.context() as patch, self.run_in_sandbox(spock) as sandbox:
                patch.delenv(variable_of(name), raising=False)
                outcome = self.check(self.enrich(spock, sandbox))
                if sandbox.counters["tables"] or variable_of(name) not in outcome.err:
                    fail(
                        f"without {variable_of(name)} source {source.name} is asked",
                        "name the setting in requires of its SourceTerms, and give it no default",
                    )

    def _files(self, source: AskedSource) -> tuple[TableFile, ...]:
        market: Market = market_alone(self.region).markets[self.region]
        return source.files(market)

    def _check_refused(
        self, source: AskedSource, spock: Spock, what: str, spoil: Callable[[Sandbox], object]
    ) -> None:
        """Fails the test unless a run refuses the files and leaves what they said before."""
        with self.run_in_sandbox(spock) as sandbox:
            self.first_run(spock, sandbox)
            before = said(spock, source.name), identified(spock, source.name)
            spoil(sandbox)
            asked = sandbox.counters["tables"]
            outcome = self.enrich(spock, sandbox)
            asked = sandbox.counters["tables"] - asked
        after = said(spock, source.name), identified(spock, source.name)
        told = f"{source.name} has no usable table" in outcome.err
        if outcome.code or not told or after != before:
            lost = len(before[0]) + len(before[1]) - len(after[0]) - len(after[1])
            fail(
                f"with {what} in place of its tables a run with source {source.name} ends with "
                f"{outcome.code}, loses {lost} of what it said, and tells: "
                f"{outcome.err.strip() or 'nothing'}",
                "name in needs the columns that rows reads, and let rows yield nothing for a row "
                "that says nothing",
            )
        if asked > ATTEMPTS * len(self._files(source)):
            fail(f"{what} costs {asked} requests", "ask through files alone")
