"""What a layout gives: boxes and wires on integer cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

Point = tuple[int, int]
"""A cell: column and row, from 0."""


class Edge(NamedTuple):
    """A value that goes from an operand to a slot of its user."""

    operand: int
    user: int
    slot: int


class Box(NamedTuple):
    """A node's rectangle, borders included."""

    x: int
    y: int
    width: int
    height: int


class Wire(NamedTuple):
    """An edge as a line of horizontal and vertical pieces, from the operand's box to the user's.

    Its first and last points are the cells just outside of the boxes.
    """

    edge: Edge
    points: tuple[Point, ...]


@dataclass(frozen=True, eq=False)
class Diagram:
    """A drawing: wires of one operand may share cells, those of two cross at right angles only."""

    width: int
    height: int
    boxes: Mapping[int, Box]
    wires: Sequence[Wire]
    layers: Sequence[Sequence[int]]
    """The nodes by layer, the output's first, in the order drawn."""
    across: bool
    """True where layers stand side by side, operands to the left of their users."""
    shape: Diagram | None = None
    """The same with the nodes numbered from 0, shared by all that look so; None for that itself."""
