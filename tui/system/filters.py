"""What is done to every line of the screen, the framework's own included, before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from .ascii import to_ascii

NO_COLOUR = Style(color="default", bgcolor="default")
REVERSED = NO_COLOUR + Style(reverse=True)


class Plain(LineFilter):
    """No colours: where a text had a ground of its own, which marked it, it is reversed."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments without colours."""
        return [
            Segment(text, style and _without_colour(style, background), control)
            for text, style, control in segments
        ]


@lru_cache(maxsize=1024)
def _without_colour(style: Style, background: Color) -> Style:
    own = style.bgcolor
    marked = own is not None and not own.is_default and own != background.rich_color
    return style + (REVERSED if marked else NO_COLOUR)


class Ascii(LineFilter):
    """One ASCII character for each other one."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments with their texts in ASCII."""
        return [Segment(to_ascii(text), style, control) for text, style, control in segments]


LOOKS: Mapping[str, LineFilter] = {"plain": Plain(), "ascii": Ascii()}
"""By the name of a look, which has a style sheet and a class too."""
