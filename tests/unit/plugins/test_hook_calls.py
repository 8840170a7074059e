"""How hooks are called: each plugin alone, as the top of `plugins/hookspecs.py` says."""

from __future__ import annotations

from collections.abc import Callable, Generator
from types import ModuleType
from typing import Any

import pluggy
import pytest

from spock_core.domain import Exchange, Market
from spock_core.plugins import hookspecs
from spock_core.plugins.command import Command
from spock_core.plugins.contributions import commands_of
from spock_core.plugins.hookspecs import hookimpl
from spock_core.plugins.recipe import Recipe
from spock_core.plugins.registry import BUILT_IN, Plugins

MARKET = Market("ZZ", "Nowhere", (Exchange("XXXX", "Nowhere", "XXX"),))
RECIPE = Recipe("ZZ", ())
FIRST_RESULT, ALL_RESULTS = "spock_sandbox_recipe", "spock_cli_commands"


Wrapper = Generator[None, Any, Any]


def module(**functions: Any) -> ModuleType:
    """A plugin with these functions."""
    made = ModuleType("plugin")
    vars(made).update(functions)
    return made


def implementing(hook: str, answer: Callable[[], Any], **marks: Any) -> ModuleType:
    """A plugin that implements a hook."""

    def implementation() -> Any:
        return answer()

    return module(**{hook: hookimpl(**marks)(implementation)})


def fails() -> Any:
    raise RuntimeError("tired")


def installed(**plugins: object) -> Plugins:
    """These plugins by name, registered in this order."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    for name, plugin in plugins.items():
        manager.register(plugin, name=name)
    return Plugins(manager)


def asked(plugins: Plugins, hook: str) -> list[tuple[str, Any]]:
    """The answers to a hook, and whose they are, in the order in which they are given."""
    values: dict[str, Any] = {"market": MARKET} if hook == FIRST_RESULT else {}
    return list(plugins.each(hook, **values))


@pytest.mark.parametrize("hook", [FIRST_RESULT, ALL_RESULTS])
def test_tryfirst_comes_before_unmarked_before_trylast(hook):
    def plugin(**marks: Any) -> ModuleType:
        return implementing(hook, list, **marks)

    plugins = installed(
        a=plugin(), b=plugin(trylast=True), c=plugin(tryfirst=True), d=plugin(),
        e=plugin(trylast=True), f=plugin(tryfirst=True),
    )  # fmt: skip
    assert "".join(name for name, _ in asked(plugins, hook)) == "fcdabe"


def test_core_comes_after_third_parties_whatever_the_marks_say():
    late = implementing(ALL_RESULTS, list, trylast=True)
    core = implementing(ALL_RESULTS, list, tryfirst=True)
    plugins = installed(**{"late": late, BUILT_IN[0]: core})
    assert [name for name, _ in asked(plugins, ALL_RESULTS)] == ["late", BUILT_IN[0]]


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (lambda: None, None),
        (lambda: 5, "it returned 5 instead of Recipe"),
        (fails, "RuntimeError: tired"),
    ],
    ids=["none", "another type", "raises"],
)
def test_the_first_answer_that_can_be_used_counts(answer, fault):
    plugins = installed(
        good=implementing(FIRST_RESULT, lambda: RECIPE),
        bad=implementing(FIRST_RESULT, answer),
    )
    answers = plugins.answers(FIRST_RESULT, Recipe, market=MARKET)
    assert next(iter(answers)) == ("good", RECIPE)
    assert plugins.faults.get(("bad", FIRST_RESULT)) == fault


def test_every_plugin_is_called_even_after_one_that_raised():
    called: list[str] = []
    plugins = installed(
        first=implementing(ALL_RESULTS, lambda: called.append("first")),
        bad=implementing(ALL_RESULTS, fails),
        last=implementing(ALL_RESULTS, lambda: called.append("last")),
    )
    assert asked(plugins, ALL_RESULTS) == [("last", []), ("first", [])]
    assert called == ["last", "first"]
    assert plugins.faults == {("bad", ALL_RESULTS): "RuntimeError: tired"}


@pytest.mark.parametrize("old", [False, True], ids=["wrapper", "hookwrapper"])
@pytest.mark.parametrize(("hook", "nothing"), [(FIRST_RESULT, None), (ALL_RESULTS, [])])
def test_a_wrapper_comes_first_and_sees_no_other_plugins_answer(hook, nothing, old):
    seen: list[Any] = []

    def wrapper() -> Wrapper:
        result = yield
        seen.append(result)
        return result

    def old_wrapper() -> Wrapper:
        outcome = yield
        seen.append(outcome.get_result())

    marked = hookimpl(hookwrapper=True)(old_wrapper) if old else hookimpl(wrapper=True)(wrapper)
    plugins = installed(
        wrapper=module(**{hook: marked}),
        other=implementing(hook, lambda: RECIPE, tryfirst=True),
    )
    other = RECIPE if hook == FIRST_RESULT else [RECIPE]
    assert asked(plugins, hook) == [("wrapper", nothing), ("other", other)]
    assert seen == [nothing]


def test_a_wrapper_sees_its_own_plugins_answer_and_may_replace_it():
    def wrapper() -> Wrapper:
        found = yield
        return (found, "wrapped")

    plugin = module(
        wrapper=hookimpl(wrapper=True, specname=FIRST_RESULT)(wrapper),
        own=hookimpl(specname=FIRST_RESULT)(lambda: "answer"),
    )
    plugins = installed(plugin=plugin, other=implementing(FIRST_RESULT, lambda: RECIPE))
    assert asked(plugins, FIRST_RESULT) == [("plugin", ("answer", "wrapped")), ("other", RECIPE)]


def test_what_a_wrapper_raises_is_its_own_plugins_fault():
    def wrapper() -> Wrapper:
        yield
        raise RuntimeError("tired")

    plugin = module(**{FIRST_RESULT: hookimpl(wrapper=True)(wrapper)})
    plugins = installed(wrapper=plugin, other=implementing(FIRST_RESULT, lambda: RECIPE))
    assert asked(plugins, FIRST_RESULT) == [("other", RECIPE)]
    assert plugins.faults == {("wrapper", FIRST_RESULT): "RuntimeError: tired"}


def test_two_implementations_of_a_hook_in_one_plugin_are_both_called_once():
    called: list[str] = []

    def bringing(name: str) -> Callable[[], list[Command]]:
        def commands() -> list[Command]:
            called.append(name)
            return [Command(name, "Does nothing.", lambda _: None, lambda *_: 0)]

        return hookimpl(specname=ALL_RESULTS)(commands)

    plugin = module(one=bringing("one"), two=bringing("two"))
    names = {command.name for command in commands_of(installed(plugin=plugin))}
    assert names == {"one", "two"}
    assert sorted(called) == ["one", "two"]
