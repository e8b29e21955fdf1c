"""A trace as text: the twin of the screen, from the same explanations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from backprop_tui.engine.explain.reports import Report, spoken
from backprop_tui.engine.explain.steps import Explanation
from backprop_tui.engine.language.show import program
from backprop_tui.engine.layers.rows import rows_not_finite, told
from backprop_tui.engine.text.spans import Line
from backprop_tui.engine.text.spans import plain as text_of
from backprop_tui.engine.text.words import cell_width, escaped, flush_left, flush_right

from ..present.data_words import remarks
from ..present.values_pane import equation_of, named
from ..session.session import Session

if TYPE_CHECKING:
    from backprop_tui.engine.opinions.check import Checked


def text(
    session: Session, at: int | None = None, checked: Sequence[Checked] | None = None
) -> Iterator[str]:
    """The lines: expression, nodes, the sweep step by step, gradient; stops after step `at`.

    What went wrong, or may have, follows, then the second opinions if there are any.
    """
    words = session.explanation
    sweep = session.trace.sweep
    last = len(sweep) if at is None else at
    yield from _head(session)
    yield ""
    yield from _table(session, sweep.route.positions[last])
    yield ""
    for step in range(last + 1):
        position = sweep.route.positions[step]
        yield words.heading(position)
        yield from _lines(words.moment(position))
        yield ""
    if last == len(sweep):
        yield "Gradient"
        yield from _lines(words.gradient())
    yield from _troubles(session, checked or ())
    yield from _bad_rows(session)
    if checked is not None:
        yield ""
        yield "Second opinions"
        yield from (f"  {line}" for line in check_lines(session, checked))


def check_lines(session: Session, checked: Sequence[Checked]) -> Iterator[str]:
    """A line for each adjoint checked: the gradient, the second opinions, the verdict."""
    report = Report(session.trace.sweep, session.view.digits)
    return map(text_of, report.checks(checked))


def _troubles(session: Session, checked: Sequence[Checked]) -> Iterator[str]:
    """The first causes and the warnings."""
    report = Report(session.trace.sweep, session.view.digits)
    for found in session.trace.problems:
        yield ""
        yield f"Problem at {session.graph.pretty(found.node)}, {found.phase}"
        yield from _lines(report.problem(found, checked))
    if session.trace.symptoms:
        yield ""
        yield "Warnings"
        yield from _lines(list(map(report.symptom, session.trace.symptoms)))


def _bad_rows(session: Session) -> Iterator[str]:
    """The rows of the data at which the cost is not finite, and why."""
    rows = rows_not_finite(session.trace)
    if rows:
        yield ""
        output = session.graph.pretty(session.graph.output)
        yield f"{output} is not finite over the rows of the data"
        yield from (f"  {spoken(line)}" for line in told(session.trace, rows))


def _lines(lines: list[Line]) -> Iterator[str]:
    return (f"  {text_of(line)}" for line in lines)


def _head(session: Session) -> Iterator[str]:
    graph, words, sample = session.graph, session.explanation, session.source.sample
    if sample.title:
        yield escaped(sample.title) + (f", {session.sample_words}" if session.sample_words else "")
        yield ""
    yield "Program"
    yield from (f"  {line}" for line in program(graph).split("\n"))
    output = graph.pretty(graph.output)
    yield f"  {output} = {words.number(session.trace.value)}"
    if session.trace.data is not None:
        yield from (f"  {remark}" for remark in remarks(session.trace.data, session.view.digits))


def _table(session: Session, position: int) -> Iterator[str]:
    """Every node with its equation, value, adjoint and what it has received."""
    graph, words = session.graph, session.explanation
    output = graph.pretty(graph.output)
    rows: list[tuple[str, ...]] = [
        ("node", "name", "equation", "value", f"∂{output}/∂node", "received")
    ]
    rows += [_row(session, words, node, position) for node in range(len(graph))]
    widths = [max(cell_width(row[column]) for row in rows) for column in range(5)]
    yield "Nodes"
    for row in rows:
        cells = [_padded(row[column], width, column) for column, width in enumerate(widths)]
        yield ("  " + "  ".join([*cells, row[5]])).rstrip()


def _padded(cell: str, width: int, column: int) -> str:
    return flush_right(cell, width) if column in (3, 4) else flush_left(cell, width)


def _row(session: Session, words: Explanation, node: int, position: int) -> tuple[str, ...]:
    graph = session.graph
    received = session.trace.sweep.received(node, position)
    adjoint, count = "", "inactive"
    if received is not None:
        adjoint = words.number(received.adjoint) if received.begun else "none yet"
        count = received.words
    return (
        graph.label(node),
        named(graph, node),
        equation_of(session, node),
        words.number(session.trace.values[node]),
        adjoint,
        count,
    )
