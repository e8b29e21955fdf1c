"""The drawn graph as an SVG that needs nothing from anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape

from backprop_tui.engine.text.spans import plain

from ..drawings.drawing import Drawing
from ..layout.canvas import rank
from ..layout.diagram import Box, Cell
from ..session.session import Session
from .drawing import page

CELL = (9, 20)
"""Units of a column and of a row."""
STYLES = """
  text { font: 15px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1b1f24; }
  rect { fill: #ffffff; stroke: #57606a; stroke-width: 1.2; rx: 6; }
  path { fill: none; stroke: #57606a; stroke-width: 1.2; }
  circle { fill: #57606a; }
  .strong { stroke: #b35900; stroke-width: 2.6; }
  .weak { stroke: #8c959f; stroke-dasharray: 4 3; }
  .current text, text.current { fill: #8a4500; font-weight: bold; }
"""


def svg(session: Session) -> Iterator[str]:
    """The lines of the picture, as the sweep stands."""
    one = page(session)
    width, height = (one.diagram.width + 2) * CELL[0], (one.diagram.height + 2) * CELL[1]
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="{-CELL[0]} {-CELL[1]} {width} {height}">'
    )
    yield f"<style>{STYLES}</style>"
    yield from _wires(one)
    for node, box in one.diagram.boxes.items():
        yield from _box(one, node, box)
    yield "</svg>"


def _wires(one: Drawing) -> Iterator[str]:
    """The wires, those that stand out last; a dot where one branches."""
    wires = sorted(range(len(one.diagram.wires)), key=lambda index: rank(one.wire(index)))
    for index in wires:
        wire, pen = one.diagram.wires[index], one.wire(index).pen
        (x, y), *rest = _lengthened(wire.cells, one.across)
        line = " ".join(f"L{u:g} {v:g}" for u, v in rest)
        yield f'<path class="{pen}" d="M{x:g} {y:g} {line}"/>'
    for x, y in sorted(_branches(one)):
        yield f'<circle cx="{_middle((x, y))[0]:g}" cy="{_middle((x, y))[1]:g}" r="3"/>'


def _branches(one: Drawing) -> set[Cell]:
    """The cells where wires of one operand part."""
    ways: dict[tuple[int, Cell], set[Cell]] = {}
    for wire in one.diagram.wires:
        for (a, b), (c, d) in pairwise(wire.cells):
            steps = max(abs(c - a), abs(d - b))
            cells = [(a + (c - a) * i // steps, b + (d - b) * i // steps) for i in range(steps + 1)]
            for here, there in pairwise(cells):
                ways.setdefault((wire.edge.operand, here), set()).add(there)
                ways.setdefault((wire.edge.operand, there), set()).add(here)
    return {cell for (_, cell), around in ways.items() if len(around) > 2}


def _lengthened(points: Sequence[Cell], across: bool) -> list[tuple[float, float]]:
    """The points in units, from border to border."""
    found = [_middle(point) for point in points]
    gap = (CELL[0] / 2, 0.0) if across else (0.0, -CELL[1] / 2)
    (x, y), (u, v) = found[0], found[-1]
    return [(x - gap[0], y - gap[1]), *found, (u + gap[0], v + gap[1])]


def _middle(point: Cell) -> tuple[float, float]:
    return (point[0] + 0.5) * CELL[0], (point[1] + 0.5) * CELL[1]


def _box(one: Drawing, node: int, box: Box) -> Iterator[str]:
    look = one.box(node)
    x, y = box.x * CELL[0], box.y * CELL[1]
    width, height = box.width * CELL[0], box.height * CELL[1]
    yield f'<g class="{"current" if look.pen == "strong" else ""}">'
    yield f'<rect class="{look.pen}" x="{x}" y="{y}" width="{width}" height="{height}"/>'
    if look.title:
        yield _text(look.title, x + CELL[0], y)
    for row, line in enumerate(look.lines, 1):
        yield _text(plain(line), x + CELL[0], y + row * CELL[1])
    yield "</g>"


def _text(text: str, x: float, y: float) -> str:
    """A text at the place that it has in the cells, its leading blanks as distance."""
    start = x + (len(text) - len(text.lstrip())) * CELL[0]
    return f'<text x="{start}" y="{y + 15}" xml:space="preserve">{escape(text.strip())}</text>'
