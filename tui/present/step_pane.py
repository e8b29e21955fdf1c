"""The step pane: the step at the position, or the node selected instead."""

from __future__ import annotations

from backprop_tui.engine.spans import INDENT, Line

from ..session import Session
from .picture import Picture, wrap


def step_title(session: Session) -> str:
    """What the pane is about."""
    if session.selected == session.current:
        return session.explanation.heading(session.position)
    return f"Node {session.graph.ref(session.selected)} (Esc: back to the step)"


def step_picture(session: Session, width: int) -> Picture:
    """The explanation, wrapped to the width, with the problems met and the node's own last."""
    words = session.explanation
    if session.selected == session.current:
        lines = [*words.moment(session.position), *_problems(session)]
    else:
        lines = [*words.node(session.selected, session.position), *_problems(session)]
    rows = [row for line in lines for row in wrap(line, width, INDENT)]
    return Picture(len(rows), rows.__getitem__, header=((step_title(session), "strong"),))


def _problems(session: Session) -> list[Line]:
    """The first causes that stand at the node shown."""
    return [
        ((f"{'problem':<{INDENT}}", "label"), (f"{found.message}: {found.why}", "warning"))
        for found in session.trace.problems
        if found.node == session.selected
    ]
