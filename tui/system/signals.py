"""Signals: one that asks the program to end leaves the screen first, one that kills restores it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from ..status import INTERRUPTED

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

ASKING = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
"""What asks the program to end; its exit status is then 128 + n."""
KILLING = tuple(
    getattr(signal, name)
    for name in (
        "SIGQUIT", "SIGABRT", "SIGALRM", "SIGUSR1", "SIGUSR2", "SIGVTALRM", "SIGPROF", "SIGIO",
        "SIGXCPU", "SIGTRAP", "SIGSYS", "SIGPWR", "SIGSTKFLT",
    )
    if hasattr(signal, name)
)  # fmt: skip
"""What kills a program that says nothing else; faults of the program itself are none of these."""
PATIENCE = 0.8
"""Seconds for an orderly end, before the program ends all the same."""

Taker = Callable[[int, FrameType | None], None]


def quiet_interrupts() -> None:
    """Has an interrupt end the program at once, without a traceback, while nothing is begun."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end_quietly)


def unwinding_interrupts() -> None:
    """Has an interrupt unwind the program again, as a KeyboardInterrupt."""
    if signal.getsignal(signal.SIGINT) is _end_quietly:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _end_quietly(number: int, frame: FrameType | None) -> None:
    os._exit(INTERRUPTED)


@contextmanager
def unwound() -> Iterator[None]:
    """Meanwhile, what asks the program to end unwinds it: what is half made can be removed."""

    def leave(number: int, frame: FrameType | None) -> None:
        for one in ASKING:
            signal.signal(one, signal.SIG_IGN)
        raise SystemExit(128 + number)

    with _taken(ASKING, leave):
        yield


@contextmanager
def on_screen(leave: Callable[[int], None], abandon: Callable[[], None]) -> Iterator[None]:
    """Meanwhile, a signal that asks calls `leave` with an exit status, one that kills `abandon`.

    Where leaving takes longer than PATIENCE the program is abandoned and ends with that status.
    """
    asked = 0

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked = asked or 128 + number
        leave(asked)
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)

    def kill(number: int, frame: FrameType | None) -> None:
        try:
            abandon()
        finally:
            if asked and number == signal.SIGALRM:
                os._exit(asked)
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    with _taken(ASKING, ask), _taken(KILLING, kill):
        yield
        signal.setitimer(signal.ITIMER_REAL, 0)


def wake(loop: AbstractEventLoop) -> None:
    """Has every signal wake a loop: one that comes as it falls asleep would wait for a key."""
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    loop.add_reader(heard, os.read, heard, 1 << 12)


@contextmanager
def _taken(numbers: Iterable[int], taker: Taker) -> Iterator[None]:
    """Meanwhile, signals go to `taker`; those that are ignored stay so, as nohup asks."""
    before = {number: signal.getsignal(number) for number in numbers}
    taken = {n: one for n, one in before.items() if one not in (signal.SIG_IGN, None)}
    for number in taken:
        signal.signal(number, taker)
    try:
        yield
    finally:
        for number, one in taken.items():
            if signal.getsignal(number) is taker:
                signal.signal(number, one)
