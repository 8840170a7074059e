"""What a hook may know of the run in which it is called."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from spock_core.domain.stop import Stop
from spock_core.domain.workers.shared_rate import Rates

if TYPE_CHECKING:
    from spock_core.plugins.notification import Event
    from spock_core.plugins.registry import Plugins
    from spock_core.settings.model import Settings

T = TypeVar("T")


@dataclass(frozen=True)
class RunContext:
    """One run: its settings, its time, what is installed, and the way to notify observers.

    The thread that makes it is the run's own: observers are called there and nowhere else.
    """

    settings: Settings
    now: datetime
    """When the run began, in UTC: the time of all that it writes."""
    plugins: Plugins
    stop: Stop = field(default_factory=Stop)
    """Whether the run was asked to end. Check it in long loops, and wait with `stop.sleep`."""
    rests: Mapping[str, str] = field(default_factory=dict)
    """Providers that asked an earlier run to be left alone until after now, and what they said."""
    rates: Rates | None = None
    """Where the rates of providers are kept that other processes ask as well; None if no other
    process can know of them."""
    _shared: dict[str, Any] = field(default_factory=dict, repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    _open: contextlib.ExitStack = field(default_factory=contextlib.ExitStack, repr=False)
    _thread: int = field(default_factory=threading.get_ident, repr=False)
    _undelivered: SimpleQueue[Event] = field(default_factory=SimpleQueue, repr=False)

    def notify(self, event: Event) -> None:
        """Notifies observers of an event. May be called from any thread.

        In the run's own thread they are called at once, else when that thread next calls
        `deliver`.
        """
        if threading.get_ident() == self._thread:
            self.plugins.notify(event)
        else:
            self._undelivered.put(event)

    def deliver(self) -> None:
        """Notifies observers of what other threads reported. Call it in the run's own thread."""
        with contextlib.suppress(Empty):
            while True:
                self.plugins.notify(self._undelivered.get_nowait())

    def shared(self, name: str, make: Callable[[], T]) -> T:
        """Returns the run's one object of this name, made when first asked for: a client, say."""
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
