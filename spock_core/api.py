"""The job from Python: a notebook, Airflow, Dagster, Prefect.

from spock_core.api import enrich

result = enrich(regions=["US", "JP"], database="sqlite:///spock.db")
result.raise_for_status()
"""

from __future__ import annotations

from typing import Any

from spock_core.job import run_job, write_report
from spock_core.observers.log import write_log_file
from spock_core.plugins import load_plugins
from spock_core.results import RunResult
from spock_core.settings import load_settings
from spock_core.stop import Stop


def enrich(*, stop: Stop | None = None, **settings: Any) -> RunResult:
    """One run, as `spock enrich` does it, with its result as values.

    `settings` are those of `docs/settings.md` under the names of their flags (`max_age_days=14`);
    what is not given comes from the environment, `.env` and the settings file, as for the command.
    It prints nothing, handles no signal and never exits: the log goes to the logger `spock_core`.
    `stop.ask()` from another thread ends it early, and what was done is kept.

    A region that fails is told in the result; `result.raise_for_status()` makes an error of it.
    Raises `UsageError`, `StoreError`, `LockedError` or `OutputError`, which are all `SpockError`.
    """
    chosen = load_settings(settings)
    plugins = load_plugins()
    with write_log_file(chosen, plugins):
        result = run_job(chosen, plugins, stop)
    write_report(result, chosen)
    return result
