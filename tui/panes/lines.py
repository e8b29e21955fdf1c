"""A pane that draws a picture line by line: only what is on screen, only what changed."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_tui.engine.text.spans import STYLES, Line, line_width
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.color import Color
from textual.filter import LineFilter
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip

from ..present.picture import Picture, from_lines, is_selected, offset
from .bar import Bar
from .strip import ShortStrip, changed_cells, joined

EMPTY = from_lines([])
MARGIN = " "
"""What every line starts with; padding by the framework would be one more change of style."""
STYLE_CLASSES = {f"line--{style}" for style in STYLES}
"""The component classes by which app.tcss colours the lines.

They belong to the application: one set for all panes, since each costs time at every start.
"""


class LinePane(ScrollView, inherit_bindings=False):
    """Draws a Picture; scrolls to its focus whenever it is shown a new one."""

    class Clicked(Message):
        """A line was clicked."""

        def __init__(self, pane: LinePane, line: int, column: int) -> None:
            super().__init__()
            self.pane = pane
            self.line = line
            self.column = column

    def __init__(self, id: str, *, title: str = "", focusable: bool = True) -> None:
        super().__init__(id=id, classes="titled" if title else None)
        self.border_title = title
        self.can_focus = focusable
        self._picture = EMPTY
        self._drawn = Size()
        """The cells for which the picture was made."""
        self._lines: dict[int, Line] = {}
        self._sent: dict[int, Strip] = {}
        """By height: a line as it was sent last, while it stands."""
        self._palette: dict[tuple[str, ...], Style] = {}
        self._ground: Color | None = None
        """What is behind the lines."""

    @property
    def room(self) -> int:
        """The cells of a line, beside the blank that it starts with."""
        return max(0, self.scrollable_content_region.width - len(MARGIN))

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """The scroll bar, made when first asked for."""
        if self._vertical_scrollbar is None:
            thickness = self.scrollbar_size_vertical
            bar = self._vertical_scrollbar = Bar(name="vertical", thickness=thickness)
            bar.display = False
            self.app._start_widget(self, bar)
        return self._vertical_scrollbar

    def draw(self) -> None:
        """Shows its picture in the room that it has now."""
        self.show(self._picture)

    def show(self, picture: Picture) -> None:
        """Draws another picture: the lines that differ, all after a scroll or at a new size.

        One without a focus is shown from its top, but of the same subject where it was read.
        """
        known, self._picture = self._picture, picture
        is_same = picture.subject is not None and picture.subject == known.subject
        read = self.scroll_offset.y if is_same or picture is known else 0
        top = 0 if picture.header is None else 1
        width, height = size = self.scrollable_content_region.size
        if size != self._drawn:
            self._drawn, self._lines = size, {}
        # To assign a virtual size would lay the whole screen out anew; the scroll bar alone has to.
        full = max(height, picture.height + top)
        self.set_reactive(LinePane.virtual_size, Size(width, full))
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.window_virtual_size = full
        target = offset(picture, max(1, height - top), read)
        if target != self.scroll_offset.y:
            self.scroll_to(y=target, animate=False, force=True, immediate=True)
        before, self._lines = self._lines, {}
        room = self.room
        changed = (changed_cells(before.get(y), self._line(y), room) for y in range(height))
        regions = [Region(0, y, len(MARGIN) + cells, 1) for y, cells in enumerate(changed) if cells]
        if regions:
            self.refresh(*regions)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a region; the first are asked for before the pane is told of its size."""
        size = self.scrollable_content_region.size
        if self._drawn != size:
            self.draw()
            if self._drawn == size and self.show_vertical_scrollbar:
                # The framework forgets what asks to be drawn while it draws.
                self.call_later(self.vertical_scrollbar.refresh)
        above, filters = self.styles.gutter.top, self.get_line_filters()
        strips = (self._strip(y - above, filters) for y in crop.line_range)
        return [strip.crop(*crop.column_span) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """One line of the pane as it stands."""
        line, width = self._line(y), self._drawn.width
        ground = ("selected",) if is_selected(line) else ()
        segments = [
            Segment(text, self._style(*ground, style))
            for text, style in joined(((MARGIN, "plain"), *line))
        ]
        used = len(MARGIN) + line_width(line)
        if used < width:
            segments.append(Segment(" " * (width - used), self._style(*ground)))
        return ShortStrip(segments, max(used, width)).crop(0, width)

    def scroll_lines(self, lines: int) -> None:
        """Scrolls without moving the focus."""
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Forgets the lines drawn: every one has moved."""
        super().watch_scroll_y(old_value, new_value)
        self._lines = {}

    def notify_style_update(self) -> None:
        """Forgets the colours of the theme before."""
        super().notify_style_update()
        self.forget_colours()

    def forget_colours(self) -> None:
        """Has every colour looked up again."""
        self._palette, self._ground = {}, None

    def on_click(self, event: events.Click) -> None:
        """Says which line was clicked."""
        header = 0 if self._picture.header is None else 1
        offset_in = event.get_content_offset(self)
        if offset_in is None or offset_in.y < header:
            return
        line = offset_in.y - header + self.scroll_offset.y
        if line < self._picture.height:
            self.post_message(self.Clicked(self, line, offset_in.x - len(MARGIN)))

    def _set_dirty(self, *regions: Region) -> None:
        """Forgets the lines of these regions as they were sent, or all."""
        super()._set_dirty(*regions)
        for y in {y for region in regions for y in region.line_range} if regions else [*self._sent]:
            self._sent.pop(y, None)

    def _strip(self, y: int, filters: Sequence[LineFilter]) -> Strip:
        """The line at a height as it is sent; the frame is above the first.

        A line within the frame is composed here: the framework looks up for each how it would tint,
        pad and outline it, which takes as long as all else that a step draws.
        """
        strip = self._sent.get(y)
        if strip is None:
            is_line = 0 <= y < self._drawn.height
            strip = self._sent[y] = self._filtered(y, filters) if is_line else self._frame(y)
        return strip

    def _filtered(self, y: int, filters: Sequence[LineFilter]) -> Strip:
        """A line as the looks of the application have it: without colour, in ASCII."""
        if self._ground is None:
            self._ground = self.background_colors[1]
        segments = list(self.render_line(y))
        for one in filters:
            segments = one.apply(segments, self._ground)
        return ShortStrip(segments, self._drawn.width)

    def _frame(self, y: int) -> Strip:
        """What the framework draws around the lines."""
        region = Region(0, y + self.styles.gutter.top, self.outer_size.width, 1)
        return ShortStrip(super().render_lines(region)[0], region.width)

    def _line(self, y: int) -> Line:
        """The line at a height of the window."""
        line = self._lines.get(y)
        if line is None:
            line = self._lines[y] = self._make(y)
        return line

    def _make(self, y: int) -> Line:
        picture = self._picture
        if picture.header is not None:
            if y == 0:
                return picture.header
            y -= 1
        index = y + self.scroll_offset.y
        return picture.line(index) if index < picture.height else ()

    def _style(self, *names: str) -> Style:
        """The pane's own style, with those of these names over it."""
        style = self._palette.get(names)
        if style is None:
            style = self.rich_style
            for name in names:
                style += self.app.get_component_styles(f"line--{name}").partial_rich_style
            self._palette[names] = style
        return style
