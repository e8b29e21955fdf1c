"""Gradient descent as a table of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from backprop_tui.engine.descent.descent import descended_on, moved
from backprop_tui.engine.descent.divergence import astray
from backprop_tui.engine.descent.points import Point
from backprop_tui.engine.language.show import number
from backprop_tui.engine.text.words import cell_width, flush_right

from ..present.astray import cause, reasons
from ..session.session import Session

WIDEST = 7
"""Cells of a number beside its digits: a sign, a point, an exponent."""
SHOWN = 6
"""Parameters that the table shows."""
RISEN = 1e-6
"""The part of C by which it must have risen to be said to: less is rounding."""


def descent_lines(session: Session, points: Iterable[Point]) -> Iterator[str]:
    """A line for each update, as it is made: number, cost, length of the gradient, parameters."""
    graph, words = session.graph, session.explanation
    shown = [graph.pretty(graph.by_name[name]) for name in descended_on(session.trace)]
    names = ["update", graph.pretty(graph.output), "|gradient|", *shown[:SHOWN]]
    widths = [max(session.view.digits + WIDEST, cell_width(name)) for name in names]
    widths[0] = max(len(names[0]), len(str(session.descent.plan.updates)))
    yield _row(names, widths)
    first = last = None
    for point in points:
        first, last = first or point, point
        numbers = (point.cost, point.norm, *point.theta[:SHOWN])
        yield _row([f"{point.number}", *map(words.number, numbers)], widths)
    if len(shown) > SHOWN:
        yield f"(and {len(shown) - SHOWN:,} more parameters)"
    if first is not None and last is not None:
        yield from _accuracies(session, (first, last))


def ended(session: Session, first: Point, last: Point) -> Iterator[str]:
    """What is to be said of a descent that is not lower at its end, a sentence each."""
    plan, output = session.descent.plan, session.graph.pretty(session.graph.output)

    def shown(value: float) -> str:
        return number(value, session.view.digits, "-")

    if not last.is_finite:
        yield f"descent ended at update {last.number}: it is not finite"
        yield from cause(moved(session.trace, last), not last.number)
    elif plan.method == "plain" and last.cost > first.cost + RISEN * abs(first.cost):
        rises = f"{output} has risen from {shown(first.cost)} to {shown(last.cost)}"
        yield f"{rises} in {last.number} updates"
    else:
        return
    if first.is_finite:
        yield from reasons(astray(session.trace, last, plan), output, plan.rate, shown)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(map(flush_right, cells, widths))


def _accuracies(session: Session, points: tuple[Point, Point]) -> Iterator[str]:
    """How many rows of labelled data were right at the start, and at the end."""
    data = session.trace.data
    if data is None or not data.classes:
        return
    from backprop_tui.engine.layers.data_rows import accuracy

    shares = [accuracy(moved(session.trace, p), data) or 0.0 for p in points]
    first, last = (f"{share:.1%}" for share in shares)
    yield f"right: {first} of {len(data.inputs):,} rows at the start, {last} at the end"
