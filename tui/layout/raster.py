"""Which wires pass through which cells of a diagram: found row by row, when a row is asked for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from operator import attrgetter
from typing import NamedTuple

from .diagram import Box, Cell, Diagram

EAST, SOUTH, WEST, NORTH = 1, 2, 4, 8
HORIZONTAL = EAST | WEST
LEFT, RIGHT, TOP, BOTTOM = range(4)
"""The sides of a box at which a wire meets it."""

Nets = tuple[tuple[int, tuple[int, ...]], ...]
"""Of each operand: the directions in which its wire leaves a cell, and the wires that pass."""


class _Piece(NamedTuple):
    """A run of a wire along one row."""

    start: int
    directions: tuple[int, int, int]
    """Those of its first cell, of those between, of its last."""
    length: int
    operand: int
    wire: int


class Run(NamedTuple):
    """Cells side by side through which the same wires pass."""

    start: int
    end: int
    nets: Nets


START, END = attrgetter("start"), attrgetter("end")


@dataclass(frozen=True, eq=False)
class Raster:
    """The cells of a diagram, which no look changes."""

    boxes: Mapping[int, Box]
    """Where each node's box is."""
    ports: Mapping[Cell, int]
    """Where a wire meets the border of a box: at which of its sides."""
    _nodes: Sequence[Sequence[int]]
    """By row: those whose boxes it cuts, from left to right."""
    _pieces: Sequence[Sequence[_Piece]]
    _rows: dict[int, Sequence[Run]] = field(default_factory=dict)

    def runs(self, y: int, left: int, right: int) -> Sequence[Run]:
        """The cells of a row that hold wires, from left to right, as far as a window shows them."""
        known = self._rows.get(y)
        if known is None:
            known = self._rows[y] = _runs(_cells(self._pieces[y]))
        first = bisect_right(known, left, key=END)
        return known[first : bisect_left(known, right, lo=first, key=START)]

    def between(self, y: int, left: int, right: int) -> tuple[list[int], list[int]]:
        """The nodes whose boxes a window shows in a row, and the wires."""
        nodes = [
            node for node in self._nodes[y]
            if self.boxes[node].x < right and self.boxes[node].x + self.boxes[node].width > left
        ]  # fmt: skip
        nets = chain.from_iterable(run.nets for run in self.runs(y, left, right))
        return nodes, sorted({wire for _, wires in nets for wire in wires})


def raster(diagram: Diagram) -> Raster:
    """The cells of a diagram."""
    pieces: list[list[_Piece]] = [[] for _ in range(diagram.height)]
    ports: dict[Cell, int] = {}
    for index, wire in enumerate(diagram.wires):
        for y, piece in _pieces(wire.cells, diagram.across, wire.edge.operand, index):
            pieces[y].append(piece)
        (x, y), (u, v) = wire.cells[0], wire.cells[-1]
        sides = {(x - 1, y): RIGHT, (u + 1, v): LEFT}
        ports.update(sides if diagram.across else {(x, y + 1): TOP, (u, v - 1): BOTTOM})
    rows: list[list[int]] = [[] for _ in range(diagram.height)]
    for node, box in sorted(diagram.boxes.items(), key=lambda item: item[1].x):
        for y in range(box.y, box.y + box.height):
            rows[y].append(node)
    return Raster(diagram.boxes, ports, rows, pieces)


def _pieces(
    points: Sequence[Cell], across: bool, operand: int, wire: int
) -> Iterator[tuple[int, _Piece]]:
    """The rows of a wire's cells, ends included, with the pieces in them."""
    came = WEST if across else SOUTH
    for (x, y), (u, v) in pairwise(points):
        if y == v:
            out, into = (EAST, WEST) if u > x else (WEST, EAST)
            turn, length = came | out, abs(u - x)
            ends = (turn, HORIZONTAL, HORIZONTAL if length > 1 else turn)
            start = x if u > x else u + 1
            yield y, _Piece(start, ends if u > x else ends[::-1], length, operand, wire)
        else:
            out, into = (SOUTH, NORTH) if v > y else (NORTH, SOUTH)
            yield y, _Piece(x, (came | out,) * 3, 1, operand, wire)
            passing = _Piece(x, (NORTH | SOUTH,) * 3, 1, operand, wire)
            for row in range(y + 1, v) if v > y else range(y - 1, v, -1):
                yield row, passing
        came = into
    x, y = points[-1]
    yield y, _Piece(x, (came | (EAST if across else NORTH),) * 3, 1, operand, wire)


def _runs(cells: Mapping[int, Nets]) -> list[Run]:
    """Cells by column as runs."""
    runs: list[Run] = []
    for x, nets in sorted(cells.items()):
        if runs and runs[-1][1:] == (x, nets):
            runs[-1] = Run(runs[-1].start, x + 1, nets)
        else:
            runs.append(Run(x, x + 1, nets))
    return runs


def _cells(pieces: Sequence[_Piece]) -> dict[int, Nets]:
    """The cells of a row by column."""
    found: dict[int, dict[int, tuple[int, list[int]]]] = {}
    for start, (first, middle, last), length, operand, wire in pieces:
        for x in range(start, start + length):
            directions = first if x == start else last if x == start + length - 1 else middle
            nets = found.setdefault(x, {})
            known, passing = nets.get(operand) or (0, [])
            passing.append(wire)
            nets[operand] = known | directions, passing
    return {
        x: tuple((directions, tuple(wires)) for directions, wires in nets.values())
        for x, nets in found.items()
    }
