"""What is shown while a large program is opened: what has been done, and what is being done."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_tui.engine.text.spans import Line, line_width
from backprop_tui.engine.text.words import escaped

from .marks import MARKS
from .picture import Picture, cut, from_lines


def progress(name: str, stages: Sequence[str], seconds: int, width: int, height: int) -> Picture:
    """The stages so far, the last one under way, and how long it all has taken, in the middle."""
    done, now = MARKS["sent"], MARKS["current"]
    first, _, _ = name.partition("\n")
    lines: list[Line] = [
        ((f"opening {escaped(first)}", "strong"),),
        (),
        *((done, (f" {stage}", "plain")) for stage in stages[:-1]),
        (now, (f" {stages[-1]} …", "plain")),
        (),
        ((f"{seconds} s so far; Esc leaves", "muted"),),
    ]
    blank = " " * max(0, (width - max(map(line_width, lines))) // 2)
    above: list[Line] = [()] * max(0, (height - len(lines)) // 2)
    return from_lines([*above, *(cut(((blank, "plain"), *line), width) for line in lines)])
