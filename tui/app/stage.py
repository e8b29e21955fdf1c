"""The application as its parts know it: it lasts, and has a session on its screen."""

from __future__ import annotations

from textual.reactive import reactive

from ..session.session import Session
from .lasting import LastingApp


class Stage(LastingApp):
    """Shows a session, once there is one."""

    session: reactive[Session | None] = reactive(None, repaint=False)
    interrupted = False
    """True while nothing was changed since Ctrl+C was typed."""
