"""The installed plugins and their markets, and calls of their hooks.

Each plugin is called alone, and what it raises is reported as its fault, so that no plugin can stop
another.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import pluggy

from spock_core.domain import Market
from spock_core.domain.errors import SpockError
from spock_core.domain.interrupt import PLUGIN_FAULTS, pass_on
from spock_core.domain.stop import Stop
from spock_core.plugins.calling.calls import Calls
from spock_core.plugins.faults import reason_of, wrong_type

if TYPE_CHECKING:
    from spock_core.plugins.notification import Event

BUILT_IN = (
    "spock_core.cli.builtin",
    "spock_core.sources.csv_lists.listings",
    "spock_core.sources.issuer",
    "spock_core.sources.kis.api_source",
    "spock_core.sources.kis.sector_codes",
    "spock_core.sources.kis.master_files",
    "spock_core.sources.override.source",
    "spock_core.sources.yahoo.sources",
    "spock_core.sources.yahoo.listings",
)

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Plugin:
    """One entry point in the group `spock.plugins`, loaded or not."""

    name: str
    distribution: str
    version: str
    regions: tuple[str, ...] = ()
    error: str | None = None
    """Why it is not loaded; None for a plugin that works."""
    notes: tuple[str, ...] = ()
    """What it uses that is deprecated."""

    @property
    def key(self) -> str:
        """Its unique name: two distributions may give their entry points the same name."""
        return f"{self.distribution}:{self.name}"

    @property
    def label(self) -> str:
        """Its distribution and version, for messages."""
        return f"{self.distribution} {self.version}"


class Plugins:
    """All plugins with their hooks, the markets by region, and the plugins' faults so far."""

    def __init__(self, manager: pluggy.PluginManager, plugins: Iterable[Plugin] = ()) -> None:
        self.manager = manager
        self.plugins: tuple[Plugin, ...] = tuple(plugins)
        self.markets: dict[str, Market] = {}
        self.faults: dict[tuple[str, str], str] = {}
        """The last fault of each plugin, by the plugin's name and the hook."""
        self.calls = Calls()
        self._callers: dict[str, list[tuple[str, Callable[..., Any]]]] = {}

    @property
    def broken(self) -> tuple[Plugin, ...]:
        """The plugins that are not loaded."""
        return tuple(plugin for plugin in self.plugins if plugin.error)

    @property
    def corrects_symbols(self) -> bool:
        """Whether any plugin implements `spock_yahoo_symbol`."""
        return bool(self.manager.hook.spock_yahoo_symbol.get_hookimpls())

    def plugin_of(self, region: str) -> Plugin | None:
        """Returns the plugin that brings a region's market, or None."""
        return next((p for p in self.plugins if not p.error and region in p.regions), None)

    def implementers(self, hook: str) -> tuple[Plugin, ...]:
        """Returns the third-party plugins that implement a hook."""
        names = {name for name, _ in self._callers_of(hook)}
        return tuple(plugin for plugin in self.plugins if plugin.key in names)

    def each(
        self,
        hook: str,
        *,
        stop: Stop | None = None,
        faults: dict[str, str] | None = None,
        passed_on: type[SpockError] | tuple[()] = (),
        **values: Any,
    ) -> Iterable[tuple[str, Any]]:
        """Calls a hook one plugin at a time, and yields pairs of plugin name and answer.

        The answer is what pluggy returns for that plugin alone: its answer or None if the hook spec
        has `firstresult=True`, otherwise a list of its answers. `hookspecs` states the order. A
        plugin that raises is reported as faulty and skipped; `faults`, if given, gets the reason
        under the plugin's name. Raises `Stopped` if the plugin raised it because `stop` was asked,
        and errors of the type `passed_on`, which are for the user.
        """
        for name, caller in self._callers_of(hook):
            if name in self.calls.left:
                continue
            try:
                with self.calls.within(name, hook):
                    answer = caller(**values)
            except PLUGIN_FAULTS as error:
                pass_on(error, stop)
                if isinstance(error, passed_on):
                    raise
                self.report_fault(name, hook, error)
                if faults is not None:
                    faults[name] = reason_of(error)
                continue
            yield name, answer

    def answers(
        self,
        hook: str,
        kind: type[T],
        *,
        stop: Stop | None = None,
        passed_on: type[SpockError] | tuple[()] = (),
        **values: Any,
    ) -> Iterable[tuple[str, T]]:
        """Yields pairs of plugin name and answer, as `each`, for answers of the given type.

        None is no answer; any other type is reported as a fault of its plugin.
        """
        for name, answer in self.each(hook, stop=stop, passed_on=passed_on, **values):
            if isinstance(answer, kind):
                yield name, answer
            elif answer is not None:
                self.report_fault(name, hook, wrong_type(answer, kind))

    def report_fault(self, plugin: str, where: str, fault: BaseException | str) -> None:
        """Logs a fault of a plugin: as a warning the first time, afterwards in the debug log."""
        level = logging.DEBUG if (plugin, where) in self.faults else logging.WARNING
        reason = fault if isinstance(fault, str) else reason_of(fault)
        self.faults[plugin, where] = reason
        log.log(level, "plugin %s failed in %s: %s", plugin, where, reason)
        if isinstance(fault, BaseException):
            log.debug("traceback of plugin %s", plugin, exc_info=fault)

    def notify(self, event: Event) -> None:
        """Calls the event's hook of every plugin. None can stop the others, or the run."""
        from spock_core.plugins.notification import hook_call  # events are not needed for help

        hook, values = hook_call(event)
        for _ in self.each(hook, **values):
            pass

    def add(self, observer: object, name: str) -> None:
        """Registers an observer made for this run."""
        self.manager.register(observer, name=name)
        self._callers.clear()

    def remove(self, observer: object) -> None:
        """Unregisters an observer that was added."""
        self.manager.unregister(observer)
        self._callers.clear()

    def _callers_of(self, hook: str) -> list[tuple[str, Callable[..., Any]]]:
        if hook not in self._callers:
            every = self.manager.get_plugins()
            implemented = getattr(self.manager.hook, hook).get_hookimpls()[::-1]
            implemented.sort(key=lambda impl: impl.plugin_name in BUILT_IN)
            plugins = {impl.plugin_name: impl.plugin for impl in implemented}
            self._callers[hook] = [
                (name, self.manager.subset_hook_caller(hook, every - {plugin}))
                for name, plugin in plugins.items()
            ]
        return self._callers[hook]
