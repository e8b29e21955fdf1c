"""Signals: one that asks the program to end leaves the screen first, so that it is restored."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

SIGNALS = {name: 128 + number for name, number in (("SIGHUP", 1), ("SIGINT", 2), ("SIGTERM", 15))}
"""By name: the exit status after it."""
WATCHED = [getattr(signal, name) for name in SIGNALS]


def hold() -> None:
    """Has signals wait, which come before there is a loop to take them."""
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)


def listen(leave: Callable[[None, int], None]) -> None:
    """Calls `leave` with None and an exit status after a signal, from now on and if one waits."""
    loop = asyncio.get_running_loop()
    for name, status in SIGNALS.items():
        loop.add_signal_handler(getattr(signal, name), leave, None, status)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
