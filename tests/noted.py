"""Functions that tell a test when they are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def noted(work: Callable[..., T]) -> tuple[list[tuple[Any, ...]], Callable[..., T]]:
    """A list, and the function, which notes the arguments of each call in it."""
    calls: list[tuple[Any, ...]] = []

    def call(*given: Any, **named: Any) -> T:
        calls.append(given)
        return work(*given, **named)

    return calls, call
