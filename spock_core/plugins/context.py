"""What a hook may know of the run in which it is called."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from spock_core.domain.stop import Stop

if TYPE_CHECKING:
    from spock_core.plugins.registry import Plugins
    from spock_core.settings.model import Settings

T = TypeVar("T")

Tell: TypeAlias = Callable[[str, dict[str, Any]], None]
"""Tells observers of an event: the hook's name and its values."""


def for_region(region: str, tell: Tell) -> Tell:
    """The same way to tell observers, with retries noted as this region's."""

    def told(hook: str, values: dict[str, Any]) -> None:
        if hook == "spock_retry":
            values = {"event": replace(values["event"], region=region)}
        tell(hook, values)

    return told


@dataclass(frozen=True)
class RunContext:
    """The settings, the clock as it stood when the run began, and who is to be told of events."""

    settings: Settings
    now: datetime
    plugins: Plugins
    stop: Stop = field(default_factory=Stop)
    """Whoever works long or waits looks here now and then."""
    tell: Tell | None = None
    """How a worker tells observers; None in the thread that runs the job."""
    _shared: dict[str, Any] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _open: contextlib.ExitStack = field(default_factory=contextlib.ExitStack, repr=False)

    def notify(self, hook: str, **values: Any) -> None:
        """Tells observers of an event, from any thread; they hear it in the run's own."""
        if self.tell is not None:
            self.tell(hook, values)
        else:
            self.plugins.notify(hook, **values)

    def shared(self, name: str, make: Callable[[], T]) -> T:
        """One object for the whole run, made when first asked for: a provider, say."""
        with self._lock:
            if name not in self._shared:
                self._shared[name] = make()
            made: T = self._shared[name]
            return made

    def opened(self, name: str, make: Callable[[], contextlib.AbstractContextManager[T]]) -> T:
        """As `shared`, for what must be closed: it is, when the run ends."""
        return self.shared(name, lambda: self._open.enter_context(make()))

    def close(self) -> None:
        """Closes what was opened for the run."""
        self._open.close()

    def telling(self, tell: Tell) -> RunContext:
        """The same run as a worker sees it, who tells observers in this way."""
        return replace(self, tell=tell)
