"""The rows of a network's data one by one: a trace at each, and those where the cost is not finite.

Loads NumPy where there is so much to compute that it is quicker.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING

from ..diagnosis.problems import Problem
from ..text.memo import memoized

if TYPE_CHECKING:
    from ..network.data import Data
    from ..tracing.trace import Trace

AT_HAND = 20_000
"""Values of nodes, over rows, that take less time one by one than NumPy takes to load."""
NAMED = 3
"""Rows that are told about; of more it is said how many."""


def at_row(trace: Trace, row: int) -> Trace:
    """The same parameters at another row of the data. BackpropError for a row that there is not."""
    assert trace.lowered is not None
    lowered = trace.lowered.at_row(row)
    return replace(trace, bindings={**trace.bindings, **lowered.samples}, lowered=lowered)


def values_of_rows(trace: Trace) -> int:
    """How many values a forward pass over all rows of the data takes; 0 without data."""
    return len(trace.data.inputs) * len(trace.graph) if trace.data is not None else 0


def rows_not_finite(trace: Trace, with_slopes: bool = False) -> Sequence[int]:
    """The rows of the data, from 1, at which the cost is not finite, or a slope if asked for."""
    return _not_finite(trace, with_slopes)


@memoized(2)
def _not_finite(trace: Trace, with_slopes: bool) -> Sequence[int]:
    if values_of_rows(trace) > AT_HAND:
        from .data_rows import not_finite

        return not_finite(trace, with_slopes)
    rows = range(1, 1 + (len(trace.data.inputs) if trace.data is not None else 0))
    return [row for row in rows if _is_bad(at_row(trace, row), with_slopes)]


def _is_bad(there: Trace, with_slopes: bool) -> bool:
    slopes = there.gradient.values() if with_slopes else ()
    return not all(map(isfinite, (there.value, *slopes)))


def first_problems(trace: Trace, rows: Sequence[int]) -> Iterator[tuple[int, Problem]]:
    """The first rows named, each with the first cause there."""
    for row in rows[:NAMED]:
        found = at_row(trace, row).problems[:1]
        yield from ((row, problem) for problem in found)


def told(trace: Trace, rows: Sequence[int]) -> Iterator[str]:
    """What is wrong at the first of some rows, and how many more there are."""
    if trace.data is None:
        return
    for row, problem in first_problems(trace, rows):
        yield f"{place(trace.data, row)}: {problem.message}: {problem.why}"
    if len(rows) > NAMED:
        yield f"and at {len(rows) - NAMED:,} more rows of {len(trace.data.inputs):,}"


def place(data: Data, row: int) -> str:
    """A row as words: `row 8 of 23`, with its line in the file where that is not to be expected."""
    line = data.lines[row - 1] if data.lines else row + 1
    aside = "" if line in (row, row + 1) else f" (line {line:,})"
    return f"row {row:,} of {len(data.inputs):,}{aside}"
