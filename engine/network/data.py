"""A data set: rows of inputs and targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

Vector = tuple[float, ...]
Matrix = tuple[Vector, ...]


class Scale(NamedTuple):
    """What a column was before it was brought to mean 0 and deviation 1."""

    mean: float
    deviation: float
    """Over n; 0 for a constant column, which becomes 0."""


@dataclass(frozen=True, eq=False)
class Data:
    """The rows of a CSV file, as a network learns from them."""

    path: str
    """As given."""
    inputs: tuple[Vector, ...]
    """By row; scaled where there are `scales`."""
    targets: tuple[Vector, ...]
    """By row; of a label one-hot, 1 at the place of its class, else 0; of two classes and one
    output the place itself, 0 or 1."""
    columns: tuple[str, ...]
    """The names of the input columns."""
    classes: tuple[str, ...] = ()
    """The values of the label, sorted; none where the targets are columns."""
    lines: Sequence[int] = ()
    """The line of the file where each row starts."""
    skipped: int = 0
    """Rows of the file that are left out, since a value is missing."""
    scales: tuple[Scale, ...] = ()
    """By input column; none where the inputs are as they stand in the file."""

    def class_of(self, row: int) -> int:
        """The place among the classes of the label of a row, from 0."""
        target = self.targets[row]
        return int(target[0]) if self.is_binary else target.index(1.0)

    def told(self, outputs: Sequence[float]) -> int:
        """The place of the class that outputs tell: of the largest; of one the second from ½ on."""
        return int(outputs[0] >= 0.5) if self.is_binary else outputs.index(max(outputs))

    @property
    def is_binary(self) -> bool:
        """True where one output is to tell two classes apart."""
        return len(self.classes) == 2 and len(self.targets[0]) == 1
