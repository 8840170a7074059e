"""The errors of Spock. A message is one line for users: what failed, on what, and what to do."""

from __future__ import annotations


class SpockError(Exception):
    """A run or command failed. The base class of all errors whose message is for users."""

    exit_code = 1
    """The exit code of a command that ends with this error."""


class UsageError(SpockError):
    """A flag, a setting or a user's file is invalid, or an optional package is not installed."""

    exit_code = 2


class UnknownSetting(UsageError):
    """A setting that neither core nor a loaded plugin has."""


class StoreError(SpockError):
    """The database cannot be opened, read or written."""

    exit_code = 2


class OutputError(SpockError):
    """The run has ended and its results are stored, but its report cannot be written."""

    exit_code = 2


class RunFailed(SpockError):
    """A region of a run failed, or the run was interrupted."""


class LockedError(SpockError):
    """Another run holds the lock of one of the regions."""

    exit_code = 3


class LeaseLost(StoreError):
    """The run lost its lock, and another run works on one of its regions."""

    exit_code = 3


class Stopped(SpockError):
    """The run was asked to stop. Results stored so far are kept."""

    exit_code = 130


class NoRegister(StoreError):
    """The register does not exist yet."""


class OlderSchema(StoreError):
    """The register has the schema of an older version of Spock, and may not be upgraded here."""


class ListError(SpockError):
    """A venue's list is unavailable or implausible. The register keeps its listings."""


class ProviderError(SpockError):
    """A request to a provider failed or was refused."""


class TransientError(ProviderError):
    """An outage. The request can be retried, and nothing may be concluded from it."""

    def __init__(
        self, message: str, retry_after: float | None = None, outcome: str | None = None
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds to wait before a retry, if the provider named them."""
        self.outcome = outcome
        """The outcome to count for the request (see `RequestMade`): `http_429`, `html`. None where
        no request was made."""


class Unreadable(ProviderError):
    """The provider's answer came whole and is none: no JSON, another form, a number or text out of
    bounds. Nothing may be concluded from it. It is not retried at once, since it would be the same.
    """


class ProviderDown(ProviderError):
    """The provider's circuit breaker is open; no request was made."""


class UnknownSymbol(ProviderError):
    """The provider answered that it does not know the symbol."""


def not_installed(feature: str, package: str, extra: str) -> UsageError:
    """Returns the error for a feature that needs a package of an extra."""
    return UsageError(f"{feature} needs {package}: pip install 'spock-core[{extra}]'")
