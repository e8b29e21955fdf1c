"""Runs the program and writes down the longest it was busy without turning to its screen.

`python watched.py FILE ARGUMENTS...`: FILE receives the seconds of CPU between two beats of the
screen's loop, of whichever thread they were; a beat comes whenever the loop is free.
"""

from __future__ import annotations

import asyncio
import sys
import time

BEAT = 0.02
"""Seconds from beat to beat."""


class Heart:
    """Beats in a loop, and keeps the longest gap."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.longest = 0.0

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.call_soon(self.beat, loop, time.process_time())

    def beat(self, loop: asyncio.AbstractEventLoop, before: float) -> None:
        now = time.process_time()
        if now - before > self.longest:
            self.longest = now - before
            with open(self.path, "w", encoding="ascii") as stream:
                stream.write(f"{self.longest:.3f}")
        loop.call_later(BEAT, self.beat, loop, now)


def main() -> int:
    """Runs the command with a heart in its loop; its exit status."""
    heart = Heart(sys.argv[1])
    forever = asyncio.BaseEventLoop.run_forever

    def run_forever(loop: asyncio.BaseEventLoop) -> None:
        heart.start(loop)
        forever(loop)

    asyncio.BaseEventLoop.run_forever = run_forever  # type: ignore[method-assign, assignment]
    from backprop_tui.tui.command.arguments import main as command

    return command(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
