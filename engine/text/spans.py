"""Marked text: lines of spans, each with the name of a style."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .words import cell_width, flush_left

Span = tuple[str, str]
"""A text and the name of its style: one of STYLES."""
Line = tuple[Span, ...]

STYLES = (
    "plain", "strong", "muted", "label", "rule", "later", "forward", "sum", "done", "current",
    "partial", "waiting", "warning", "selected", "marked", "key", "error",
)  # fmt: skip
MANY = 40
"""How many a sentence lists of what was asked for."""
INDENT = 13
"""Cells of the column in which the label of a line stands."""


def plain(line: Sequence[Span]) -> str:
    """A line without its styles."""
    return "".join(text for text, _ in line).rstrip()


def line_width(line: Iterable[Span]) -> int:
    """How many terminal cells a line takes."""
    return sum(cell_width(text) for text, _ in line)


def labelled(label: str, *spans: Span) -> Line:
    """A line with its label in a column of its own."""
    return ((flush_left(label, max(INDENT, cell_width(label) + 1)), "label"), *spans)
