"""The sample browser: a list that filters as you type, beside a live preview."""

from __future__ import annotations

from dataclasses import replace

from backprop_tui.engine import Sample
from backprop_tui.engine.files.loading import bundled, load_bundled
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from ..panes.fields import VisibleInput
from ..panes.key_pane import KeyPane, bindings
from ..panes.lines import LinePane
from ..panes.session_pane import SessionPane
from ..present.keys import BROWSER_KEYS
from ..present.pages.browser import about_lines, list_picture, matching
from ..present.picture import from_lines
from ..present.tree_pane import tree_picture
from ..session.opening import open_session
from .help import Help
from .leaving import Leaving


class Browser(Leaving[Sample | None]):
    """Chooses a bundled sample; gives None when left without one."""

    BINDINGS = bindings(BROWSER_KEYS)
    AUTO_FOCUS = "#list"
    SCOPED_CSS = False
    CSS = """
        Browser { background: $background; }
        Browser #left { width: 1fr; max-width: 70; }
        Browser #right { width: 1fr; }
        Browser #filter { margin: 0 1; }
        Browser #about { height: 1fr; }
        Browser #preview { height: 1fr; }
        .-narrow Browser #left { width: 25; }
        .-narrow Browser #preview { height: 2fr; }
        .-short Browser #preview { display: none; }
    """

    def __init__(self, *, first: bool) -> None:
        super().__init__()
        self.first = first
        self.samples = {name: load_bundled(name) for name in bundled()}
        self.shown = list(self.samples)
        self.chosen = 0

    def compose(self) -> ComposeResult:
        """The filter over the list, the words over the tree."""
        with Horizontal():
            with Vertical(id="left"):
                yield VisibleInput(placeholder="/ to filter", id="filter", compact=True)
                yield LinePane("list", title="Samples")
            with Vertical(id="right"):
                yield LinePane("about", title="About", focusable=False)
                yield SessionPane(
                    "preview", tree_picture, title="Tree, after the sweep", focusable=False
                )
        yield KeyPane(BROWSER_KEYS)

    def on_resize(self) -> None:
        """Draws at the new size, once the panes have theirs."""
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        """Draws the list and the preview of the sample chosen; nothing when it has been left."""
        if not self.query(LinePane):
            return
        pane = self.query_one("#list", LinePane)
        width = pane.room
        titles = [(name, self.samples[name].title) for name in self.shown]
        pane.show(list_picture(titles, self.chosen, width))
        about = self.query_one("#about", LinePane)
        preview = self.query_one("#preview", SessionPane)
        if not self.shown:
            about.show(from_lines([(("no sample matches the filter", "muted"),)]))
            preview.session = None
            preview.show(from_lines([]))
            return
        sample = self.samples[self.shown[self.chosen]]
        session = open_session(sample)
        text = from_lines(about_lines(session, about.room))
        about.show(replace(text, subject=sample.path))
        preview.session = session.seek(len(session.trace.sweep))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filters as you type."""
        found = [name for name, s in self.samples.items() if matching(name, s, event.value)]
        self.shown = sorted(found, key=lambda name: not name.startswith(event.value.lower()))
        self.chosen = 0
        self.draw()

    def on_input_submitted(self) -> None:
        """Opens the sample chosen."""
        self.action_open()

    def on_line_pane_clicked(self, event: LinePane.Clicked) -> None:
        """Chooses a sample; a second click opens it."""
        event.stop()
        if event.pane.id != "list":
            return
        if event.line == self.chosen:
            self.action_open()
        else:
            self.action_choose(event.line - self.chosen)

    def action_choose(self, lines: int) -> None:
        """Moves the choice."""
        self.chosen = min(max(self.chosen + lines, 0), max(0, len(self.shown) - 1))
        self.draw()

    def action_page(self, pages: int) -> None:
        """Scrolls what the sample is about."""
        about = self.query_one("#about", LinePane)
        about.scroll_lines(pages * max(1, about.size.height - 2))

    def action_help(self) -> None:
        """Opens the help."""
        self.app.push_screen(Help())

    def action_filter(self) -> None:
        """Starts typing a filter."""
        self.set_focus(self.query_one("#filter"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the filter a / is text."""
        return action != "filter" or self.focused is not self.query_one("#filter")

    def action_open(self) -> None:
        """Opens the sample chosen."""
        if self.shown:
            self.dismiss(self.samples[self.shown[self.chosen]])

    def action_leave(self) -> None:
        """Leaves the filter, then the browser."""
        field = self.query_one("#filter", Input)
        if field.has_focus:
            field.value = ""
            self.query_one("#list").focus()
        else:
            self.dismiss(None)
