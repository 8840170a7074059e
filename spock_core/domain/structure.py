"""Whether an object has what a protocol asks for, found out once for all objects of its kind."""

from __future__ import annotations

from typing import Any, Protocol
from weakref import WeakKeyDictionary

_KNOWN: WeakKeyDictionary[type, dict[tuple[object, ...], bool]] = WeakKeyDictionary()


class RememberedProtocol(type(Protocol)):  # type: ignore[misc]
    """The metaclass of protocols that `isinstance` is asked about hundreds of times in a run.

    `typing` looks up every attribute of the protocol and of the object each time, which takes it
    80 µs. Objects of one class that have the same attributes of their own have the same answer,
    unless the class makes attributes up (`__getattr__`).
    """

    def __instancecheck__(cls, instance: Any) -> bool:
        kind = type(instance)
        if hasattr(kind, "__getattr__"):
            return bool(super().__instancecheck__(instance))
        known = _KNOWN.setdefault(kind, {})
        key = (cls, *getattr(instance, "__dict__", ()))
        if key not in known:
            known[key] = bool(super().__instancecheck__(instance))
        return known[key]
