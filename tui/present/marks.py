"""The marker and the style of each state of a node, so that colour never carries it alone."""

from __future__ import annotations

from math import isfinite

from backprop_tui.engine.text.spans import Span

from ..session.session import Session

MARKS = {
    "current": ("▶", "current"),
    "sent": ("●", "done"),
    "complete": ("◉", "sum"),
    "partial": ("◐", "partial"),
    "none yet": ("○", "waiting"),
    "inactive": ("·", "muted"),
}
"""State to marker and style, as `Explanation.state` names the states."""
HELD, PARTIAL = MARKS["inactive"][0], MARKS["partial"][0]
"""What stands before a leaf that is held fixed, and before a derivative that is not complete."""
BRACKETS = "‹›"
"""What stands around the title, the row or the number that is selected."""

FLAGS = {"problem": ("!", "warning"), "warning": ("~", "partial")}
"""What stands beside the marker of a node at which something is wrong."""

MEANINGS = {
    "current": "the node of this step",
    "sent": "visited: it has sent to its operands",
    "complete": "its adjoint is complete, nothing more will come",
    "partial": "its adjoint is partial: contributions are still to come",
    "none yet": "it has received nothing yet",
    "inactive": "on no path from what is differentiated by to the output",
    "problem": "a first cause: here a number stopped being finite; J goes there",
    "warning": "a number here may have lost its digits, or lets no gradient pass",
}


def mark(session: Session, node: int) -> tuple[list[Span], str]:
    """The marker of a node with its flag, in two cells, and the style of its state."""
    character, style = MARKS[session.explanation.state(node, session.position)]
    trouble = session.trace.troubles.get(node)
    if trouble:
        return [(character, style), FLAGS[trouble]], style
    return [(f"{character} ", style)], style


def number_style(value: float, style: str) -> str:
    """The style of a number: what is not finite stands out."""
    return style if isfinite(value) else "warning"
