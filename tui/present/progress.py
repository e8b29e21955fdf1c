"""What is shown while a large program is opened: what has been done, and what is being done."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_tui.engine.words import cell_width, escaped

from .marks import MARKS
from .picture import clip

LINE_END = "\n"
DONE, NOW = MARKS["sent"][0], MARKS["current"][0]


def progress(name: str, stages: Sequence[str], seconds: int, width: int) -> str:
    """The stages so far, the last one under way, and how long it all has taken."""
    *done, now = stages
    lines = [*(f"{DONE} {stage}" for stage in done), f"{NOW} {now} …"]
    head = clip(f"opening {escaped(name.partition(LINE_END)[0])}", width)
    lines = [head, "", *lines, "", f"{seconds} s so far; Esc leaves"]
    longest = max(map(cell_width, lines))
    return LINE_END.join(line + " " * (longest - cell_width(line)) for line in lines)
