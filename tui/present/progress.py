"""What is shown while a large program is opened: what has been done, and what is being done."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_tui.engine.words import cell_width, escaped

from .marks import MARKS
from .picture import clip

DONE, NOW = MARKS["sent"][0], MARKS["current"][0]


def progress(name: str, stages: Sequence[str], seconds: int, width: int) -> str:
    """The stages so far, the last one under way, and how long it all has taken."""
    *done, now = stages
    lines = [*(f"{DONE} {stage}" for stage in done), f"{NOW} {now} …"]
    longest = max(map(cell_width, lines))
    lines = [line + " " * (longest - cell_width(line)) for line in lines]
    head = clip(f"opening {escaped(name.splitlines()[0] if name else name)}", width)
    return "\n".join([head, "", *lines, "", f"{seconds} s   (Esc leaves)"])
