"""The screen from its start to its end: what the framework is told before it runs."""

from __future__ import annotations

import os
import sys
import threading
from typing import Any, ClassVar

from backprop_tui.engine import BackpropError
from rich.style import Style
from textual.scrollbar import ScrollBar, ScrollBarRender

from ..session.kept import shown
from ..session.opening import Opening
from ..session.session import Session
from ..system.signals import on_screen
from .explorer import Explorer

TURN = 0.0005
"""Seconds after which another thread of the program may go on, Python's own being ten times that.

While a descent runs beside the screen, a step of `digits` is on the terminal after 72 to 74 ms, 95
to 102 in the slowest of twenty (74 to 76, and 106 to 112, with Python's own); with no such work it
makes no difference (35 and 34).
"""


class AsciiScrollBar(ScrollBarRender):
    """A scroll bar without the blocks that end it smoothly: blanks alone."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8


class PlainScrollBar(AsciiScrollBar):
    """One whose bar is reversed blanks, on no ground of its own."""

    def __init__(self, *, style: Style, **named: Any) -> None:
        super().__init__(style=style + Style(bgcolor="default"), **named)


def run(
    start: Session | Opening | None,
    *,
    theme: str | None = None,
    mouse: bool = True,
    ascii: bool = False,
) -> int:
    """Runs the screen until it is left; the exit status.

    BackpropError for an unknown theme, and for what cannot be opened; any other error is one of the
    program itself.
    """
    # The framework answers NO_COLOR with shades of grey; no colour at all is what it asks for.
    plain = bool(os.environ.pop("NO_COLOR", ""))
    app = Explorer(start, *(["plain"] if plain else []), *(["ascii"] if ascii else []))
    if plain or ascii:
        ScrollBar.renderer = PlainScrollBar if plain else AsciiScrollBar
    if theme is not None:
        if theme not in app.available_themes:
            raise BackpropError(
                f"there is no theme {theme}: choose from {', '.join(sorted(app.available_themes))}"
            )
        app.theme = theme
    elif plain:
        app.theme = "ansi-dark"
    # The thread that writes to the terminal must not wait long for the one that draws.
    sys.setswitchinterval(TURN)
    threading.excepthook = app.fail
    with on_screen(app.leave, lambda: _end_unasked(app)):
        _run(app, mouse)
    if app.failure is not None:
        raise app.failure
    if app.launch.failed is not None:
        raise app.launch.failed
    return app.left or app.return_code or 0


def _run(app: Explorer, mouse: bool) -> None:
    """Runs the screen; what was typed is kept unless it is the user who left."""
    is_asked = False
    try:
        app.run(mouse=mouse)
        is_asked = app.is_left_by_its_user
    finally:
        if is_asked:
            app.keeping.throw_away()
        else:
            _end_unasked(app)
    if app.failure is not None and app.session is not None:
        app.failure.add_note(f"\n{shown(app.session)}")


def _end_unasked(app: Explorer) -> None:
    app.abandon()
    app.keeping.keep()
