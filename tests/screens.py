"""What is on the screen of an application under test."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from backprop_tui.tui.session.session import Session
from textual.app import App
from textual.strip import Strip


def strips(app: App[None]) -> list[Strip]:
    """The lines of the screen, with their styles."""
    return app.screen._compositor.render_strips()


def screen_text(app: App[None]) -> str:
    """What a person would read."""
    return "\n".join(strip.text for strip in strips(app))


def viewed(session: Session, **changes: Any) -> Session:
    """The session with some of its view changed."""
    return replace(session, view=replace(session.view, **changes))
