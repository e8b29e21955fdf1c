"""What the command can print: a row for each format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from backprop_tui.engine.descent.points import Point
    from backprop_tui.engine.opinions.check import Checked
    from backprop_tui.engine.text.bounds import Limit

    from ..session.session import Session


class Asked(NamedTuple):
    """What a print is to hold beside the trace."""

    at: int | None
    """The step to stop at."""
    checked: list[Checked] | None
    """Second opinions."""
    descent: Iterator[Point] | None
    """The points of a descent, made as they are asked for."""


class Export(NamedTuple):
    """A format: how its lines are made, and what it is good for."""

    lines: Callable[[Session, Asked], Iterable[str]]
    endings: tuple[str, ...] = ()
    """The endings of files by which it is meant."""
    limit: Callable[[], Limit] | None = None
    """How many nodes it takes, where it lists every one."""
    is_for_people: bool = False
    """True where people read it: --ascii is for them."""
    descends: bool = False
    """True where it holds the points of a descent."""


def _text(session: Session, asked: Asked) -> Iterator[str]:
    from ..export.descent import descent_lines
    from ..export.text import text

    yield from text(session, asked.at, asked.checked)
    if asked.descent is not None:
        yield from ("", "Gradient descent")
        yield from (f"  {line}" for line in descent_lines(session, asked.descent))


def _json(session: Session, asked: Asked) -> Iterator[str]:
    from backprop_tui.engine.export.json import descent_rows, lines, parts

    found = parts(session.trace, asked.at, asked.checked)
    if asked.descent is not None:
        found = chain(found, [("descent", descent_rows(asked.descent))])
    return lines(found)


def _drawing(session: Session, asked: Asked) -> Iterable[str]:
    from ..export.drawing import drawing_text

    return drawing_text(_moment(session, asked))


def _dot(session: Session, asked: Asked) -> Iterable[str]:
    from backprop_tui.engine.export.dot import dot

    return dot(session.trace, asked.at, session.view.digits)


def _svg(session: Session, asked: Asked) -> Iterable[str]:
    from ..export.svg import svg

    return svg(_moment(session, asked))


def _moment(session: Session, asked: Asked) -> Session:
    """The session at the step asked for, else at the end of the sweep."""
    return session.seek(len(session.trace.sweep)) if asked.at is None else session


def _explained() -> Limit:
    from backprop_tui.engine.text.bounds import EXPLAINED

    return EXPLAINED


def _listed() -> Limit:
    from backprop_tui.engine.text.bounds import LISTED

    return LISTED


EXPORTS = {
    "text": Export(_text, (".txt",), _explained, is_for_people=True, descends=True),
    "json": Export(_json, (".json",), _listed, descends=True),
    "drawing": Export(_drawing, is_for_people=True),
    "dot": Export(_dot, (".dot", ".gv"), _listed),
    "svg": Export(_svg, (".svg",)),
}
"""By name. What makes the lines is imported when it is asked for, so that --help is quick."""
ENDINGS = {ending: name for name, export in EXPORTS.items() for ending in export.endings}
