"""Gradient descent as a table of text, and as the rows of the JSON document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from backprop_tui.engine.descent import Point, moved
from backprop_tui.engine.errors import cell_width
from backprop_tui.engine.export.json import number

from ..session import Session

SHOWN = 6
"""Parameters that the table shows."""


def descent_lines(session: Session, points: Sequence[Point]) -> Iterator[str]:
    """A line for each update: its number, the cost, the length of the gradient, parameters."""
    graph, words = session.graph, session.explanation
    names = points[0].names[:SHOWN]
    head = ["update", graph.sign(graph.output), "|gradient|"]
    rows = [[*head, *(graph.sign(graph.by_name[name]) for name in names)]]
    for point in points:
        numbers = (point.cost, point.norm, *point.theta[: len(names)])
        rows.append([f"{point.number}", *map(words.number, numbers)])
    widths = [max(cell_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = zip(row, widths, strict=True)
        yield "  ".join(" " * (width - cell_width(cell)) + cell for cell, width in cells)
    if len(points[0].names) > len(names):
        yield f"(and {len(points[0].names) - len(names):,} more parameters)"
    yield from _accuracies(session, points)


def _accuracies(session: Session, points: Sequence[Point]) -> Iterator[str]:
    """How many rows of labelled data were right at the start, and at the end."""
    network = session.trace.network
    if network is None or network.data is None or not network.data.classes:
        return
    from backprop_tui.engine.rows import accuracy

    shares = [
        accuracy(moved(session.trace, p), network.data) or 0.0 for p in (points[0], points[-1])
    ]
    first, last = (f"{share:.1%}" for share in shares)
    yield f"right: {first} of {len(network.data.inputs):,} rows at the start, {last} at the end"


def descent_rows(points: Sequence[Point]) -> list[dict[str, Any]]:
    """The value of `descent` in the JSON document."""
    return [
        {
            "update": point.number,
            "value": number(point.cost),
            "values": {name: number(value) for name, value in point.values.items()},
        }
        for point in points
    ]
