"""What can go wrong, in words for users. Each error is one line: what, with what, what to do."""

from __future__ import annotations


class SpockError(Exception):
    """A run or command cannot do what was asked. The message is for users."""

    exit_code = 1


class UsageError(SpockError):
    """A flag, a setting or a file of settings is wrong, or something must be installed first."""

    exit_code = 2


class StoreError(SpockError):
    """The database cannot be opened, read or written."""

    exit_code = 2


class OutputError(SpockError):
    """The job is done and stored, and what it came to cannot be written where it was wanted."""

    exit_code = 2


class RunFailed(SpockError):
    """A run did not do all that it should."""


class LockedError(SpockError):
    """Another run works on the same register."""

    exit_code = 3


class Stopped(SpockError):
    """The run was asked to stop; what was done is kept."""

    exit_code = 130


PLUGIN_FAULTS = (Exception, SystemExit)
"""What the code of a plugin may raise without ending more than its own part: `exit()` too."""


class NoRegister(StoreError):
    """There is no register yet."""


class ListError(SpockError):
    """A venue's list cannot be had, or cannot be trusted. The register keeps what it had."""


class ProviderError(SpockError):
    """A provider did not give what was asked."""


class TransientError(ProviderError):
    """An outage: worth asking again later, and never an answer."""

    def __init__(
        self, message: str, retry_after: float | None = None, outcome: str | None = None
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds after which the provider wants to be asked again, where it said so."""
        self.outcome = outcome
        """How the request is counted, where its failure has a name: `http_429`, `html` …"""


class ProviderDown(ProviderError):
    """The provider was given up for this run; nothing was asked."""


class UnknownSymbol(ProviderError):
    """The provider answered, and the answer is that it does not know the symbol."""


def not_installed(what: str, package: str, extra: str) -> UsageError:
    """What was asked for needs a package that an extra brings."""
    return UsageError(f"{what} needs {package}: pip install 'spock-core[{extra}]'")
