"""A data set: rows of inputs and targets."""

from __future__ import annotations

from dataclasses import dataclass

Vector = tuple[float, ...]
Matrix = tuple[Vector, ...]


@dataclass(frozen=True, eq=False)
class Data:
    """The rows of a CSV file, as a network learns from them."""

    path: str
    """As given."""
    inputs: tuple[Vector, ...]
    """By row."""
    targets: tuple[Vector, ...]
    """By row; of a label one-hot: 1 at the place of its class, else 0."""
    columns: tuple[str, ...]
    """The names of the input columns."""
    classes: tuple[str, ...] = ()
    """The values of the label, sorted; none where the targets are columns."""
