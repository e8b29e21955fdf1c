"""The plots of gradient descent, computed beside the screen: a plot with axes, or lines."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10

from backprop_tui.engine import BackpropError
from backprop_tui.engine.show import number
from rich.markup import escape
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container, Grid
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip
from textual_hires_canvas import Canvas, HiResMode
from textual_plot import PlotWidget
from textual_plot.axis_formatter import NumericAxisFormatter
from textual_plot.plot_widget import Legend

from ..ascii import to_ascii
from ..plots import PLOTS
from ..present.picture import from_lines
from ..present.plots import Plot
from ..session import Session
from .lines import LinePane


class PlainCanvas(Canvas):
    """A canvas of which ASCII characters alone are shown where the screen is to have no others."""

    def render_line(self, y: int) -> Strip:
        """One line of the canvas."""
        strip = super().render_line(y)
        if not self.app.has_class("-ascii"):
            return strip
        return Strip([segment._replace(text=to_ascii(segment.text)) for segment in strip])


class Powers(NumericAxisFormatter):
    """Ticks of a logarithmic scale, whose numbers are exponents of ten."""

    def get_ticks(self, min_: float, max_: float, max_ticks: int = 8) -> list[float]:
        """At powers of ten, of few also at twice and five times each; else at nice exponents."""
        low, high = floor(min_), ceil(max_)
        every = max(1, -(-(high - low) // max_ticks))
        steps = (1, 2, 5) if high - low <= 2 else (1,)
        ticks = [k + log10(step) for k in range(low, high + 1, every) for step in steps]
        ticks = [tick for tick in ticks if min_ <= tick <= max_]
        return ticks if len(ticks) > 1 else super().get_ticks(min_, max_, max_ticks)

    def get_labels_for_ticks(self, ticks: Sequence[float]) -> list[str]:
        """The powers themselves."""
        return [number(10.0**tick, 3) for tick in ticks]


class Axes(PlotWidget, inherit_bindings=False):
    """Axes with series of points; keys and mouse are the application's."""

    def on_mount(self) -> None:
        """Gives the plot the row that the framework leaves empty above it."""
        self.margin_top = 1

    def compose(self) -> ComposeResult:
        """The framework's widgets on canvases of our own."""
        with Grid():
            for name in ("margin-top", "margin-left", "plot", "margin-bottom"):
                yield PlainCanvas(1, 1, id=name)
        yield Legend(id="legend")


class PlotPane(Container, can_focus=True):
    """Draws the session's plot. It is computed in a thread, the newest session always last."""

    session: reactive[Session | None] = reactive(None, repaint=False)

    def __init__(self) -> None:
        super().__init__(id="plots")
        self.working = False
        self.wanted: Session | None = None

    def compose(self) -> ComposeResult:
        """Axes, and lines for what has none."""
        yield Axes(id="axes", allow_pan_and_zoom=False)
        yield LinePane("drawn", focusable=False)

    def watch_session(self) -> None:
        """Computes the plot of the new session."""
        self.ask()

    def on_resize(self) -> None:
        """Computes for the new size."""
        self.ask()

    def on_show(self) -> None:
        """Computes what was not computed while the pane was hidden."""
        self.ask()

    def ask(self) -> None:
        """Has the plot computed, after the one that is being computed now."""
        if self.session is None or not self.display or not self.size.height:
            return
        self.wanted = self.session
        if not self.working:
            self.working = True
            session, size = self.session, self.scrollable_content_region
            self.wanted = None
            self.run_worker(lambda: self._work(session, size), thread=True)

    def _work(self, session: Session, size: Region) -> None:
        """Runs beside the screen."""
        try:
            plot = PLOTS[session.plot](session, size.width - 2, size.height)
        except BackpropError as error:
            plot = Plot(str(error))
        self.app.call_from_thread(self._done, plot)

    def _done(self, plot: Plot) -> None:
        self.working = False
        if self.is_mounted:
            self.draw(plot)
            if self.wanted is not None:
                self.ask()

    def draw(self, plot: Plot) -> None:
        """Draws a finished plot."""
        plain = self.app.has_class("-ascii")
        self.border_title = Text(to_ascii(plot.title) if plain else plot.title)
        axes, lines = self.query_one(Axes), self.query_one(LinePane)
        axes.display = bool(plot.series)
        lines.display = not plot.series
        lines.show(from_lines(plot.lines))
        if not plot.series:
            return
        with self.app.batch_update():
            axes.clear()
            for one in plot.series:
                style = self._style(one.style)
                if one.marker:
                    axes.scatter(one.xs, one.ys, marker=one.marker, marker_style=style)
                else:
                    mode = None if plain else HiResMode.BRAILLE
                    axes.plot(one.xs, one.ys, line_style=style, hires_mode=mode)
            axes.set_ylimits(*(plot.limits or (None, None)))
            axes.set_y_formatter(Powers() if plot.log else NumericAxisFormatter())
            axes.set_xlabel(escape(plot.x))
            axes.set_ylabel(escape(plot.y))

    def _style(self, name: str) -> str:
        return str(self.app.get_component_styles(f"line--{name}").partial_rich_style)
