"""What is on the screen of an application under test."""

from __future__ import annotations

from textual.app import App
from textual.strip import Strip


def strips(app: App[None]) -> list[Strip]:
    """The lines of the screen, with their styles."""
    return app.screen._compositor.render_strips()


def screen_text(app: App[None]) -> str:
    """What a person would read."""
    return "\n".join(strip.text for strip in strips(app))
