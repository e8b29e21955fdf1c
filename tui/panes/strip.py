"""What is sent of a line: the cells up to the last that changed, with few changes of style.

Over a slow connection the bytes of a step are what one feels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import Any

from backprop_tui.engine.text.spans import Line, Span, line_width
from backprop_tui.engine.text.words import cell_width
from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from ..present.picture import is_selected

OFF = {
    "bold": "22", "dim": "22", "italic": "23", "underline": "24", "blink": "25", "reverse": "27",
    "conceal": "28", "strike": "29",
}  # fmt: skip
"""The codes that end an attribute, of which the first ends two: ECMA-48, 5th ed., 8.3.117."""
PLAIN = Style()
SEEN_ON_BLANKS = frozenset(("marked",))
"""The styles that show where there is no character."""


class ShortStrip(Strip):
    """A strip that names a style once, and after it only what changes.

    The framework ends each style and names the next one whole: half of what a step would write.
    """

    def crop(self, start: int, end: int | None = None) -> Strip:
        """A part of it; from the start, where the framework crops what it sends, as brief."""
        if start or end is None or not 0 < end < self.cell_length:
            return super().crop(start, end)
        return self.divide([end])[0]

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        """Its parts between cuts, as brief; a line that stands is divided once."""
        ends = tuple(cut for cut in cuts if cut <= self.cell_length)
        parts = self._divide_cache.get(ends)
        if parts is None:
            widths = (end - start for start, end in pairwise((0, *ends)))
            pairs = zip(Segment.divide(self, ends), widths, strict=True)
            parts = self._divide_cache[ends] = [ShortStrip(*pair) for pair in pairs]
        return parts

    def render(self, console: Console) -> str:
        """The texts with the codes between them; at the end nothing is left switched on."""
        system = COLOR_SYSTEMS[console.color_system or "truecolor"]
        written, before = "", PLAIN
        for text, style, _ in self:
            if style is not before:
                written += change(before, style or PLAIN, system)
                before = style or PLAIN
            written += text
        return f"{written}\x1b[0m"


@lru_cache(maxsize=1024)
def change(before: Style, after: Style, system: ColorSystem) -> str:
    """The codes that turn one style into another; a default colour comes back by a new start."""
    if (before.color and not after.color) or (before.bgcolor and not after.bgcolor):
        return f"\x1b[0m{change(PLAIN, after, system)}"
    ended = {
        code for name, code in OFF.items() if getattr(before, name) and not getattr(after, name)
    }
    begun: dict[str, Any] = {
        name: True
        for name, code in OFF.items()
        if getattr(after, name) and (code in ended or not getattr(before, name))
    }
    differs = Style(
        color=after.color if after.color != before.color else None,
        bgcolor=after.bgcolor if after.bgcolor != before.bgcolor else None,
        **begun,
    )
    codes = ";".join(filter(None, [*sorted(ended), Strip.render_ansi(differs, system)]))
    return f"\x1b[{codes}m" if codes else ""


def joined(line: Line) -> list[Span]:
    """A line in as few spans as look the same: colour and weight cannot be seen on a blank."""
    spans: list[Span] = []
    for text, style in line:
        before, last = spans[-1] if spans else ("", style)
        hidden = SEEN_ON_BLANKS.isdisjoint((style, last))
        if style == last or (hidden and not text.strip()):
            spans[-1:] = [(before + text, last)]
        elif hidden and not before.strip():
            spans[-1:] = [(before + text, style)]
        else:
            spans.append((text, style))
    return spans


def changed_cells(old: Line | None, new: Line, width: int) -> int:
    """How many cells from the left must be drawn again to turn one line into the other.

    The framework draws from a pane's left edge, so what is the same at the right end is saved.
    """
    if old == new:
        return 0
    if old is None or is_selected(old) != is_selected(new):
        return width
    before, after = list(old), list(new)
    end = line_width(after)
    gone = line_width(before)
    if gone != end:
        return min(width, max(gone, end))
    while before and after and before[-1] == after[-1]:
        before.pop()
        end -= cell_width(after.pop()[0])
    if not (before and after):
        return min(width, end)
    (was, style), (text, other) = before[-1], after[-1]
    same = 0
    if style == other:
        pairs = zip(reversed(was), reversed(text), strict=False)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return min(width, end - cell_width(text[len(text) - same :]))
