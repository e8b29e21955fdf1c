"""The marker and the style of each state of a node, so that colour never carries it alone."""

from __future__ import annotations

MARKS = {
    "current": ("▶", "current"),
    "sent": ("●", "done"),
    "complete": ("◉", "sum"),
    "partial": ("◐", "partial"),
    "none yet": ("○", "waiting"),
    "inactive": ("·", "muted"),
}
"""State to marker and style, as `Explanation.state` names the states."""

MEANINGS = {
    "current": "the node of this step",
    "sent": "visited: it has sent to its operands",
    "complete": "its adjoint is complete, nothing more will come",
    "partial": "its adjoint is partial: contributions are still to come",
    "none yet": "it has received nothing yet",
    "inactive": "on no path from what is differentiated by to the output",
}
