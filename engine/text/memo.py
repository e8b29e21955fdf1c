"""What was found about something, kept in that and nowhere else: it dies with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, TypeVarTuple

A = TypeVar("A")
Others = TypeVarTuple("Others")
R = TypeVar("R")
MISSING: Any = object()


class Results(dict[tuple[Any, ...], Any]):
    """What one function has found about one thing, which its copies and pickles leave out."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return Results, ()


def memoized(most: int) -> Callable[[Callable[[A, *Others], R]], Callable[[A, *Others], R]]:
    """Has what a function finds kept in its first argument: of the others the `most` last asked.

    The first must have a `__dict__` that nothing is read from but by name. Where the result leads
    back to it, both wait for the garbage collector: not so for a sweep or a trace, whose numbers
    it does not count.
    """

    def decorate(function: Callable[[A, *Others], R]) -> Callable[[A, *Others], R]:
        name = f"{function.__module__}.{function.__qualname__}"

        @wraps(function)
        def found(about: A, *others: *Others) -> R:
            results: Results = vars(about).get(name) or vars(about).setdefault(name, Results())
            result: R = results.pop(others, MISSING)
            if result is MISSING:
                result = function(about, *others)
                if len(results) >= most:
                    _forget(results, len(results) + 1 - most)
            results[others] = result
            return result

        return found

    return decorate


def _forget(results: Results, count: int) -> None:
    """Drops those asked for longest ago; another thread may add to them meanwhile."""
    for others in list(results)[:count]:
        results.pop(others, None)
