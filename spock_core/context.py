"""What a hook may know of the run in which it is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from spock_core.plugins import Plugins
    from spock_core.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True)
class RunContext:
    """The settings, the clock as it stood when the run began, and who is to be told of events."""

    settings: Settings
    now: datetime
    plugins: Plugins
    _shared: dict[str, Any] = field(default_factory=dict, repr=False)

    def shared(self, name: str, make: Callable[[], T]) -> T:
        """One object for the whole run, made when first asked for: a provider, say."""
        if name not in self._shared:
            self._shared[name] = make()
        made: T = self._shared[name]
        return made
