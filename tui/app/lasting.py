"""The application's ends, and what must not end it: errors, signals, events to what is gone."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Sequence

from rich.console import RenderableType
from textual.app import App
from textual.errors import NoWidget
from textual.events import Event, Key, MouseEvent, Paste
from textual.worker import WorkerFailed

from ..system.driver import TerminalDriver
from ..system.environment import is_served
from .background import Threads
from .typed import Typed

THEME = "textual-dark"
"""The theme where none that is there was asked for."""


class LastingApp(App[None]):
    """Ends when it is asked to, and where it fails says so in one place."""

    def __init__(self, styles: Sequence[str]) -> None:
        super().__init__(None if is_served() else TerminalDriver, css_path=[*styles])
        if self.theme not in self.available_themes:
            wanted = (name for name in self.theme.split(",") if name in self.available_themes)
            self.theme = next(wanted, THEME)
        self.typed = Typed(self, super().on_event)
        self.left: int | None = None
        """The exit status where something other than the user's own keys ended it."""

    @property
    def failure(self) -> BaseException | None:
        """The error of the program itself that ended it."""
        error = self._exception
        return error.error if isinstance(error, WorkerFailed) else error

    @property
    def is_left_by_its_user(self) -> bool:
        """True once its own keys, and nothing else, have ended it."""
        return self._exit and self.left is None and self.failure is None

    def leave(self, status: int) -> None:
        """Ends with an exit status. A signal may call it whatever the screen's thread is at."""
        self.left = status
        if isinstance(self._driver, TerminalDriver):
            self._driver.give_way()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.exit, None, status)

    def abandon(self) -> None:
        """Gives the terminal back at once."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.give_back()

    def fail(self, failed: threading.ExceptHookArgs) -> None:
        """Ends by the error of a thread."""
        if self._loop is not None and isinstance(failed.exc_value, Exception):
            self._loop.call_soon_threadsafe(self._handle_exception, failed.exc_value)

    async def on_mount(self) -> None:
        """Ends where it was asked to before there was a loop to hear it."""
        asyncio.get_running_loop().set_default_executor(Threads())
        if self.left is not None:
            self.exit(return_code=self.left)

    async def on_event(self, event: Event) -> None:
        """Passes events on, but for the mouse's over what was removed and is not drawn over yet."""
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            await self.typed.add(event)
        elif not (isinstance(event, MouseEvent) and self._is_over_what_is_gone(event)):
            await super().on_event(event)

    def _is_over_what_is_gone(self, event: MouseEvent) -> bool:
        if event.is_forwarded:
            return False
        try:
            widget, _ = self.screen.get_widget_at(int(event.x), int(event.y))
        except NoWidget:
            return False
        return not widget.is_attached

    def action_suspend_process(self) -> None:
        """Stops the whole job, as Ctrl+Z does elsewhere: `make run` has to hear of it too."""
        if self._driver is not None and self._driver.can_suspend:
            os.killpg(0, signal.SIGTSTP)

    def _handle_exception(self, error: Exception) -> None:
        """Takes an error as its end, but for one in what is being taken down already."""
        if not self._exit:
            super()._handle_exception(error)

    def panic(self, *_: RenderableType) -> None:
        """The framework prints what it is given; here an error is reported where all are."""
        self._close_messages_no_wait()

    def _fatal_error(self) -> None:
        """The framework prints a traceback with the values of all variables."""
        self._close_messages_no_wait()
