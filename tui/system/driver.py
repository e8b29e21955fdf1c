"""The framework's driver of the terminal, made to stand any input and any end."""

from __future__ import annotations

import os
import select
import shutil
import signal
import sys
import termios
import threading
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable
from contextlib import suppress
from operator import methodcaller
from typing import Any, Protocol, runtime_checkable

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key, Resize
from textual.geometry import Size
from textual.message import Message
from textual.messages import InBandWindowResize

from ..status import HUNG_UP
from .file import RESTORED, TerminalFile
from .signals import wake

LARGEST = Size(1000, 500)
"""The largest window that is believed, in cells."""
PAUSE = 0.01
"""Seconds between two looks whether the terminal has caught up."""
TICK = 0.05
"""Seconds between two looks whether input is still wanted, or an Esc was the key alone."""


@runtime_checkable
class Leavable(Protocol):
    """What is asked of the application on the terminal."""

    def leave(self, status: int) -> None:
        """Ends with an exit status."""


class TerminalDriver(LinuxDriver):
    """Reads bytes of any kind; writes to standard output; gives the terminal back at once."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        stop = signal.getsignal(signal.SIGTSTP)
        super().__init__(app, **options)
        if stop is signal.SIG_IGN:
            signal.signal(signal.SIGTSTP, stop)
        assert isinstance(app, Leavable)
        self.app = app
        # Standard error may be a file: what is sure to be a terminal is standard output.
        assert sys.__stdout__ is not None
        self.window = sys.__stdout__.fileno()
        self.terminal = TerminalFile(self.window)
        self._file = self.terminal  # type: ignore[assignment]
        self.is_on = False
        """True while the terminal is ours."""
        self._size = self._get_terminal_size()
        wake(self._loop)

    def start_application_mode(self) -> None:
        """Takes the terminal; the framework gives up in the background, and is asked again."""
        self.is_on = True
        self.terminal.begin()
        self._writer_thread = None
        while self._writer_thread is None:
            super().start_application_mode()  # type: ignore[no-untyped-call]

    def stop_application_mode(self) -> None:
        """Gives the terminal back as it was."""
        self.disable_input()
        self.give_back()

    def give_back(self) -> None:
        """Restores the terminal, waiting for no thread; does nothing the second time."""
        if self.is_on:
            if self.attrs_before is not None:
                with suppress(termios.error):
                    termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
            self.terminal.end(RESTORED)
            # Only now: a signal that cuts this short while the terminal does not read begins anew.
            self.is_on = False

    def write(self, data: str) -> None:
        """Queues what is to be written; while the queue is full it waits as a signal allows."""
        while not self.terminal.ended and self._is_behind:
            time.sleep(PAUSE)
        super().write(data)

    @property
    def _is_behind(self) -> bool:
        return self._writer_thread is not None and self._writer_thread._queue.full()

    def give_way(self) -> None:
        """Has the screen's thread wait for the terminal no longer."""
        self.terminal.ended = True

    def run_input_thread(self) -> None:
        """Reads until input is not wanted any more, or the terminal is gone."""
        self.parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        # One that was let go of while a signal came ends as well.
        while not self.exit_event.is_set() and self._key_thread is threading.current_thread():
            if select.select([self.fileno], [], [], TICK)[0]:
                data = self._read()
                if not data:
                    self._loop.call_soon_threadsafe(self.app.leave, HUNG_UP)
                    return
                for character in decode(data):
                    self._take(methodcaller("feed", character))
            self._take(XTermParser.tick)

    def _run_input_thread(self) -> None:
        """The framework's own prints a traceback; an error in a thread is reported as any other."""
        self.run_input_thread()

    def _read(self) -> bytes:
        """What was typed; nothing where the terminal is gone."""
        try:
            return os.read(self.fileno, 1 << 12)
        except OSError:
            return b""

    def _take(self, read: Callable[[XTermParser], Iterable[Message]]) -> None:
        """Passes on what the framework reads; a sequence that it fails to read is dropped."""
        try:
            messages = list(read(self.parser))
        except (ArithmeticError, LookupError, TypeError, ValueError):
            self.parser, messages = XTermParser(self._debug), []
        for message in messages:
            self.process_message(message)

    def process_message(self, message: Message) -> None:
        """Passes on what can be meant: half a character is no key, and no size comes by keys."""
        is_half = isinstance(message, Key) and "\ud800" <= (message.character or "")[:1] <= "\udfff"
        if not (is_half or isinstance(message, Resize | InBandWindowResize)):
            super().process_message(message)

    def _query_in_band_window_resize(self) -> None:
        """Asks for no reports among the keys: the system tells the size, and that it changed."""

    def _get_terminal_size(self) -> tuple[int, int]:
        """The terminal's own word; COLUMNS and LINES, which may be left over, where it has none."""
        try:
            columns, rows = os.get_terminal_size(self.window)
        except OSError:
            columns = rows = 0
        return _believed(*((columns, rows) if columns and rows else shutil.get_terminal_size()))

    def _sigtstp_application(self, *_: object) -> None:
        """Stops as a program does that takes no signal, the terminal given back meanwhile."""
        # Ctrl+Z comes from the terminal itself as soon as that is given back: once is enough.
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        signal.signal(signal.SIGCONT, signal.SIG_IGN)
        self.suspend_application_mode()
        self._must_signal_resume = True
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        # Here it goes on when it is woken up, or at once where no shell could do so.
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        self.resume_application_mode()
        signal.signal(signal.SIGCONT, self._sigcont_application)
        signal.signal(signal.SIGTSTP, self._sigtstp_application)

    def _sigcont_application(self, *_: object) -> None:
        """Takes the terminal, anew where a shell had it though it was not given back."""
        if self.is_on:
            self.suspend_application_mode()
        self.resume_application_mode()


def _believed(columns: int, rows: int) -> Size:
    """A window's size within bounds."""
    return Size(min(max(1, columns), LARGEST.width), min(max(1, rows), LARGEST.height))
