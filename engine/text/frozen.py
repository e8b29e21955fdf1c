"""Data that refuses writes: a dict, and columns of numbers."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class ReadOnly(dict[K, V]):
    """A dict that can be read, copied, pickled and written as JSON, and never changed."""

    __slots__ = ()

    def _refuse(self, *given: Any, **named: Any) -> NoReturn:
        raise TypeError("this mapping is read-only: dict(…) of it is a copy that can be changed")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __copy__(self) -> ReadOnly[K, V]:
        return self

    def __deepcopy__(self, memo: Any) -> ReadOnly[K, V]:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return ReadOnly, (dict(self),)


def read_only(mapping: Mapping[K, V]) -> Mapping[K, V]:
    """A mapping as one that refuses writes; the same one where it cannot be written to."""
    writable = isinstance(mapping, MutableMapping) and not isinstance(mapping, ReadOnly)
    return ReadOnly(mapping) if writable else mapping


class Unchanging:
    """What is the same wherever it is: a copy of it is itself."""

    __slots__ = ()

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: Any) -> Any:
        return self


def column(kind: str, numbers: Iterable[float]) -> memoryview[Any]:
    """Numbers as an array that can only be read; `kind` as in `array`: d for doubles, q for ids."""
    if isinstance(numbers, memoryview):
        return numbers.toreadonly()
    return memoryview(numbers if isinstance(numbers, array) else array(kind, numbers)).toreadonly()
