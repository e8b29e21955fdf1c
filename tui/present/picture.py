"""What a pane draws: lines made when asked for, and the one that must be in sight."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backprop_tui.engine.text.spans import Line, Span, line_width
from backprop_tui.engine.text.words import cell_width, flush_left, flush_right

SELECTED = ("", "selected")
"""A span that, put first, marks the whole line as selected."""
WORD = re.compile("[^ ]+ *| +")
"""What a line is not broken within: a word with the blanks after it."""


def is_selected(line: Line) -> bool:
    """True for a line that is marked as selected."""
    return line[:1] == (SELECTED,)


@dataclass(frozen=True, eq=False)
class Picture:
    """Lines that exist when asked for, so that a million cost no more than a screenful."""

    height: int
    line: Callable[[int], Line]
    focus: int | None = None
    """The line to keep in sight."""
    header: Line | None = None
    """A line that stays on top while the rest scrolls."""
    around: int = 1
    """The lines before and after the focus that are to be in sight too, if there is room."""
    subject: object = None
    """What it is of: where there is no focus, another one of the same stays where it is read."""


def from_lines(lines: Sequence[Line], focus: int | None = None) -> Picture:
    """A picture of lines that are there already."""
    return Picture(len(lines), lines.__getitem__, focus)


def offset(picture: Picture, room: int, read: int = 0) -> int:
    """The first line shown in `room` lines: with a focus a function of the picture alone.

    It moves by most of a pane at a time, so that most steps redraw single lines only. Without a
    focus it is the line `read` now, as far as there are lines.
    """
    if picture.focus is None:
        return min(read, max(0, picture.height - room))
    return start_of(picture.focus, picture.height, room, picture.around)


def start_of(focus: int, size: int, room: int, around: int = 0) -> int:
    """The first of `room` places shown of `size`, with one in sight and some around it.

    So many around it as are asked for, and at least a tenth, if there is room for them.
    """
    margin = min(max(around, room // 10), max(0, room - 1) // 2)
    page = max(1, room - 2 * margin)
    wanted = (focus - margin) // page * page
    return max(0, min(wanted, size - room))


def clip(text: str, width: int) -> str:
    """A text in at most `width` cells, an ellipsis in place of what is cut off."""
    if cell_width(text) <= width:
        return text
    if width < 1:
        return ""
    cut = text[: width - 1]
    while cell_width(cut) > width - 1:
        cut = cut[:-1]
    return cut + "…"


def left(text: str, width: int) -> str:
    """A text flush left in a column, at least one blank after it."""
    return flush_left(clip(text, width - 1), width)


def right(text: str, width: int) -> str:
    """A text flush right in a column, at least one blank before it."""
    return flush_right(clip(text, width - 1), width)


def cut(line: Line, width: int) -> Line:
    """A line in at most `width` cells."""
    if line_width(line) <= width:
        return line
    found: list[Span] = []
    for text, style in line:
        shown = clip(text, width)
        width -= cell_width(shown)
        found.append((shown, style))
    return tuple(found)


def wrap(line: Line, width: int, indent: int) -> list[Line]:
    """A line broken at blanks to fit the width, what follows set in by `indent` cells."""
    if line_width(line) <= width:
        return [line]
    lines: list[Line] = []
    row: list[Span] = []
    used = 0
    for word, style in _words(line):
        size = cell_width(word)
        if used + cell_width(word.rstrip()) > width and used > indent:
            lines.append(tuple(row))
            row, used = [(" " * indent, "plain")], indent
            word, size = word.lstrip(), cell_width(word.lstrip())
        while used + cell_width(word.rstrip()) > width and width > indent:
            head = clip(word, width - used + 1)[:-1] or word[:1]
            lines.append((*row, (head, style)))
            word = word[len(head) :]
            row, used, size = [(" " * indent, "plain")], indent, cell_width(word)
        row.append((word, style))
        used += size
    return [*lines, tuple(row)]


def _words(line: Line) -> list[Span]:
    """The spans cut after each run of blanks."""
    return [(word, style) for text, style in line for word in WORD.findall(text)]
