"""The plots of gradient descent, computed beside the screen: a plot with axes, or lines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from backprop_tui.engine import BackpropError
from rich.markup import escape
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Region
from textual.reactive import reactive
from textual_hires_canvas import HiResMode

from ..present.picture import from_lines
from ..present.plots.kinds import PLOTS
from ..present.plots.plots import Plot, Series
from ..session.session import Session
from .axes import Axes
from .lines import LinePane

LINES = {"later": "."}
"""What a line of a style is drawn with in ASCII; else #."""
POINTS = 400
"""Points of a line in ASCII."""


class PlotPane(Container, can_focus=True):
    """Draws the session's plot. It is computed in a thread, the newest session always last."""

    DEFAULT_CSS = """
        PlotPane {
            & Axes { height: 1fr; }
            & #margin-top, & #margin-left, & #margin-bottom, & Canvas { background: $background; }
            & Axes > .plot--axis { color: $foreground 50%; }
            & Axes > .plot--tick { color: $foreground; text-style: none; }
            & Axes > .plot--label { color: $text-accent; text-style: bold; }
        }
    """

    session: reactive[Session | None] = reactive(None, repaint=False)

    def __init__(self) -> None:
        super().__init__(id="plots", classes="titled")
        self.working = False
        self.stale = False

    def compose(self) -> ComposeResult:
        """Axes, and lines for what has none."""
        axes = Axes(id="axes", allow_pan_and_zoom=False)
        # Shown with its first series: empty axes would be drawn in vain.
        axes.display = False
        yield axes
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
        self.stale = self.working
        if not self.working:
            self.working = True
            session, size = self.session, self.scrollable_content_region
            self.run_worker(lambda: self._work(session, size), thread=True)

    def _work(self, session: Session, size: Region) -> None:
        """Runs beside the screen."""
        try:
            plot = PLOTS[session.view.plot](session, size.width - 2, size.height)
        except BackpropError as error:
            plot = Plot(str(error))
        self.app.call_from_thread(self._done, plot)

    def _done(self, plot: Plot) -> None:
        self.working = False
        if self.is_mounted:
            self.draw(plot)
            if self.stale:
                self.ask()

    def draw(self, plot: Plot) -> None:
        """Draws a finished plot."""
        ascii = self.app.has_class("-ascii")
        self.border_title = Text(plot.title)
        axes, lines = self.query_one(Axes), self.query_one(LinePane)
        axes.display = bool(plot.series)
        lines.display = not plot.series
        lines.show(from_lines(plot.lines))
        if not plot.series:
            return
        with self.app.batch_update():
            axes.clear()
            for one in plot.series:
                self._add(axes, one, ascii=ascii)
            axes.set_ylimits(*(plot.limits or (None, None)))
            axes.fit(*self.scrollable_content_region.size, log=plot.log, whole=plot.whole)
            axes.set_xlabel(escape(plot.x))
            axes.set_ylabel(escape(plot.y))

    def _add(self, axes: Axes, one: Series, *, ascii: bool) -> None:
        style = self._style(one.style)
        if one.marker:
            axes.scatter(one.xs, one.ys, marker=one.marker, marker_style=style)
        elif ascii:
            mark = LINES.get(one.style, "#")
            axes.scatter(*_dense(one.xs, one.ys), marker=mark, marker_style=style)
        else:
            axes.plot(one.xs, one.ys, line_style=style, hires_mode=HiResMode.BRAILLE)

    def _style(self, name: str) -> str:
        return str(self.app.get_component_styles(f"line--{name}").partial_rich_style)


def _dense(xs: Sequence[float], ys: Sequence[float]) -> tuple[list[float], list[float]]:
    """The points of a line close enough to each other to be drawn as marks."""
    found: tuple[list[float], list[float]] = ([], [])
    each = max(2, POINTS // max(1, len(xs) - 1))
    for (x, y), (x2, y2) in pairwise(zip(xs, ys, strict=True)):
        for k in range(each):
            found[0].append(x + (x2 - x) * k / each)
            found[1].append(y + (y2 - y) * k / each)
    return found
