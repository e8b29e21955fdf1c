"""Columns brought to one scale: mean 0 and deviation 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import fsum, sqrt
from typing import NamedTuple

from .data import Data, Scale, Vector


class _Scaled(NamedTuple):
    """A column by row, and what it was."""

    column: Sequence[float]
    scale: Scale


def standardized(data: Data) -> Data:
    """The data with each input column at mean 0 and deviation 1, a constant one at 0."""
    if data.scales:
        return data
    found = [_standard(column) for column in zip(*data.inputs, strict=True)]
    inputs = tuple(zip(*(one.column for one in found), strict=True))
    return replace(data, inputs=inputs, scales=tuple(one.scale for one in found))


def _standard(column: Vector) -> _Scaled:
    """(x − mean)/deviation, both over all n rows, by way of x/max|x|, which cannot overflow."""
    low, high, n = min(column), max(column), len(column)
    if low == high:
        return _Scaled([0.0] * n, Scale(low, 0.0))
    most = max(-low, high)
    parts = [x / most for x in column]
    mean = fsum(parts) / n
    deviation = sqrt(fsum((part - mean) ** 2 for part in parts) / n)
    scale = Scale(mean * most, deviation * most)
    return _Scaled([(part - mean) / deviation for part in parts], scale)


def sizes(data: Data) -> list[float]:
    """How large the numbers of each input column are: the root of their mean square."""
    return [_size(column) for column in zip(*data.inputs, strict=True)]


def _size(column: Vector) -> float:
    most = max(map(abs, column))
    return most and most * sqrt(fsum((x / most) ** 2 for x in column) / len(column))
