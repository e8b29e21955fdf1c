"""What a layout gives: boxes and wires on integer cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

Cell = tuple[int, int]
"""One of the screen: its column and row, from 0."""


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

    `cells` are those at which it begins, bends and ends; the first and the last are just outside
    of the boxes.
    """

    edge: Edge
    cells: tuple[Cell, ...]


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
