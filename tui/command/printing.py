"""A session printed: in which format, with which answers, and the exit status of that."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from backprop_tui.engine import BackpropError
from backprop_tui.engine.descent.descent import points
from backprop_tui.engine.descent.points import Point
from backprop_tui.engine.layers.rows import rows_not_finite, told
from backprop_tui.engine.text.words import cited

from ..session.session import Session
from ..status import WRONG_GRADIENT
from ..system.ascii import to_ascii
from ..system.output import write
from ..system.streams import say
from .exports import ENDINGS, EXPORTS, Asked, Export

if TYPE_CHECKING:
    from backprop_tui.engine.opinions.check import Checked


def print_session(session: Session, options: argparse.Namespace) -> int:
    """Prints in the format asked for, with second opinions where they are; the exit status."""
    form = _format(options)
    export = EXPORTS[form or "text"]
    _check_room(session, export)
    checked = _checked(session, options)
    descent = _descent(session) if options.descend is not None else None
    if descent is not None and not export.descends:
        able = " or ".join(name for name, one in EXPORTS.items() if one.descends)
        raise BackpropError(f"--descend prints {able}, not {form}")
    asked = Asked(session.step if options.at is not None else None, checked, descent)
    is_short = form is None and (checked is not None or descent is not None)
    lines = _answers(session, asked) if is_short else export.lines(session, asked)
    is_ascii = options.ascii and export.is_for_people
    write(map(to_ascii, lines) if is_ascii else lines, options.output)
    return WRONG_GRADIENT if any(found.is_wrong for found in checked or ()) else 0


def _check_room(session: Session, export: Export) -> None:
    """BackpropError where a format that lists every node has too many to list."""
    limit = export.limit and export.limit()
    if limit is not None and len(session.graph) > limit.most:
        raise BackpropError(limit.words)


def _answers(session: Session, asked: Asked) -> Iterable[str]:
    """The answers alone, where no format was asked for."""
    from ..export.descent import descent_lines
    from ..export.text import check_lines

    return chain(
        check_lines(session, asked.checked) if asked.checked is not None else (),
        descent_lines(session, asked.descent) if asked.descent is not None else (),
    )


def _format(options: argparse.Namespace) -> str | None:
    """The format asked for, or meant by the ending of a file; None where there is neither."""
    form: str | None = options.format
    if form is None and options.output is not None:
        form = ENDINGS.get(Path(options.output).suffix)
        if form is None:
            raise BackpropError(
                f"{cited(options.output)}: the ending gives the format: "
                f"{' or '.join(ENDINGS)}; or give -f"
            )
    return form


def _checked(session: Session, options: argparse.Namespace) -> list[Checked] | None:
    """Second opinions on the leaves, or on every active node, where they are asked for."""
    if not (options.check or options.check_nodes):
        return None
    from backprop_tui.engine.symbolic.checking import second_opinions

    route = session.trace.sweep.route
    active = [node for node in range(len(session.graph)) if route.active[node]]
    nodes = active if options.check_nodes else route.wrt
    found = [checked for checked in second_opinions(session.trace.sweep, nodes) if checked]
    if not found:
        say("backprop-tui: nothing to check: no leaf is differentiated by")
    for words in _of_rows(session):
        say(f"backprop-tui: {words}")
    return found


def _of_rows(session: Session) -> Iterator[str]:
    """At which rows of the data the cost is not finite, and why."""
    graph, rows = session.graph, rows_not_finite(session.trace)
    if rows:
        yield f"{graph.pretty(graph.output)} is not finite over the rows of the data"
        yield from told(session.trace, rows)


def _descent(session: Session) -> Iterator[Point]:
    """The start and every update; a word where it ends before its time.

    BackpropError at once where there is nothing to descend on.
    """
    made = islice(points(session.trace, session.descent.plan), session.descent.plan.updates + 1)
    return _told(session, chain([next(made)], made))


def _told(session: Session, made: Iterator[Point]) -> Iterator[Point]:
    from ..export.descent import ended

    first = last = None
    for point in made:
        first, last = first or point, point
        yield point
    if first is not None and last is not None:
        for words in ended(session, first, last):
            say(f"backprop-tui: {words}")
