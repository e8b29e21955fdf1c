"""Axes for plots: the framework's, with ticks that have room, and in ASCII where that is asked."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, isfinite, log10

from backprop_tui.engine.language.show import number
from textual.app import ComposeResult
from textual.containers import Grid
from textual.reactive import reactive
from textual.strip import Strip
from textual_hires_canvas import Canvas
from textual_plot import PlotWidget
from textual_plot.axis_formatter import AxisFormatter
from textual_plot.plot_widget import Legend

NICE = (1, 2, 5, 10)
"""Ticks stand at these times a power of ten."""
ROWS, COLUMNS = 2, 14
"""Cells from tick to tick, at least."""
LONGEST = 9
"""Digits of a tick's number, at most."""
TALL = 12
"""Rows from which there is room for the names of the axes."""
LIGHT = str.maketrans("┃━┏┓┗┛┣┫┳┻", "│─┌┐└┘├┤┬┴")
"""ASCII has no heavy lines: where they would be emphasis the frame is drawn with light ones."""


class AsciiCanvas(Canvas):
    """A canvas that has no heavy lines where the screen is to be in ASCII."""

    def render_line(self, y: int) -> Strip:
        """One line of the canvas."""
        strip = super().render_line(y)
        if not self.app.has_class("-ascii"):
            return strip
        return Strip([segment._replace(text=segment.text.translate(LIGHT)) for segment in strip])


class Ticks(AxisFormatter):
    """Ticks at nice numbers, at most so many and at least so far from each other."""

    def __init__(self, most: int, apart: float = 0.0) -> None:
        self.most = max(2, most)
        self.apart = apart

    def get_ticks(self, min_: float, max_: float, max_ticks: int = 8) -> list[float]:
        """The numbers at which there are ticks."""
        span = max_ - min_
        if not isfinite(span) or span <= 0:
            return []
        power = 10.0 ** floor(log10(span / self.most))
        step = next(nice * power for nice in NICE if span / (nice * power) <= self.most)
        step = max(step, self.apart)
        return [k * step for k in range(ceil(min_ / step), floor(max_ / step) + 1)]

    def get_labels_for_ticks(self, ticks: Sequence[float]) -> list[str]:
        """The numbers with as many digits as tell them apart."""
        if len(ticks) < 2:
            return [number(tick) for tick in ticks]
        most = max(map(abs, ticks)) / (ticks[1] - ticks[0])
        return [number(tick, min(LONGEST, 1 + ceil(log10(most + 1)))) for tick in ticks]


class Powers(Ticks):
    """Ticks of a logarithmic scale, whose numbers are exponents of ten."""

    def get_ticks(self, min_: float, max_: float, max_ticks: int = 8) -> list[float]:
        """At powers of ten, of few also at twice and five times each; else at nice exponents."""
        low, high = floor(min_), ceil(max_)
        every = max(1, -(-(high - low) // self.most))
        fine = [k + log10(step) for k in range(low, high + 1) for step in (1, 2, 5)]
        for ticks in (fine, range(low, high + 1, every)):
            inside = [float(tick) for tick in ticks if min_ <= tick <= max_]
            if 1 < len(inside) <= self.most:
                return inside
        return super().get_ticks(min_, max_, max_ticks)

    def get_labels_for_ticks(self, ticks: Sequence[float]) -> list[str]:
        """The powers themselves."""
        return [number(10.0**tick, 3) for tick in ticks]


class Axes(PlotWidget, inherit_bindings=False):
    """Axes with series of points; keys and mouse are the application's."""

    margin_top = reactive(1)
    """That of a pane with room for it, so that a first plot is laid out once."""

    def compose(self) -> ComposeResult:
        """The framework's widgets on canvases of our own."""
        with Grid():
            for name in ("margin-top", "margin-left", "plot", "margin-bottom"):
                yield AsciiCanvas(1, 1, id=name)
        yield Legend(id="legend")

    def fit(self, width: int, height: int, *, log: bool, whole: bool) -> None:
        """Margins and ticks for the room that there is, in cells."""
        margins = (1, 3) if height >= TALL else (0, 1)
        if margins != (self.margin_top, self.margin_bottom):
            self.margin_top, self.margin_bottom = margins
            # The framework draws on the canvases of the margins before until it is told again.
            self.call_after_refresh(self.refresh, layout=True)
        rows = height - self.margin_top - self.margin_bottom - 2
        self.set_x_formatter(Ticks((width - self.margin_left) // COLUMNS, 1.0 if whole else 0.0))
        self.set_y_formatter((Powers if log else Ticks)(rows // ROWS))
