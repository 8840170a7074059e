"""What an object has decides whether it is a source of a kind, not what others of its class have."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from spock_core.domain.queries import PresenceQuery

HAS_ALL = {"presence_name": "quotes", "most_present": 9, "present": lambda *_: frozenset()}


class Made:
    """Has what it is told to have."""

    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)


class MadeUp(Made):
    """Makes up what it is asked for."""

    def __getattr__(self, name: str) -> Any:
        return HAS_ALL.get(name)


@pytest.mark.parametrize("kind", [SimpleNamespace, Made])
def test_objects_of_one_class_may_differ(kind: Any):
    for _ in range(2):
        assert isinstance(kind(**HAS_ALL), PresenceQuery)
        assert not isinstance(kind(presence_name="quotes"), PresenceQuery)
        assert not isinstance(kind(), PresenceQuery)


def test_attributes_that_come_later_count():
    late = Made()
    assert not isinstance(late, PresenceQuery)
    vars(late).update(HAS_ALL)
    assert isinstance(late, PresenceQuery)


def test_attributes_may_be_made_up():
    assert isinstance(MadeUp(), PresenceQuery)
