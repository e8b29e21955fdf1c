"""Work beside the screen: in threads that no end of the program waits for, in order of asking."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from threading import Thread
from types import TracebackType
from typing import Any, NamedTuple, TypeVar

from textual.app import App

Found = TypeVar("Found")


class Threads(ThreadPoolExecutor):
    """What the framework's workers run in; its own would have the program's end wait for them."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        """Runs work in a thread of its own."""
        future: Future[Any] = Future()

        def run() -> None:
            with Outcome() as outcome:
                outcome.found = work(*args, **named)
            if outcome.error is None:
                future.set_result(outcome.found)
            else:
                future.set_exception(outcome.error)

        future.set_running_or_notify_cancel()
        Thread(target=run, daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Waits for nothing."""


class Asked(NamedTuple):
    """A piece of work, and what is done with its outcome on the screen's thread."""

    owner: object
    """Who asks: what is asked later takes the place of what was asked before."""
    work: Callable[[], Any] | None
    done: Callable[[Any], None]


class Outcome:
    """What a piece of work gave, or the exception that ended it, kept for the screen's thread."""

    def __init__(self) -> None:
        self.found: Any = None
        self.error: BaseException | None = None

    def __enter__(self) -> Outcome:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        self.error = error
        return True


class Beside:
    """One piece of work at a time; of those that one owner asks for, the last alone counts."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._running: Asked | None = None
        self._queue: deque[Asked] = deque()

    @property
    def is_working(self) -> bool:
        """True while a thread works."""
        return self._running is not None

    def ask(self, owner: object, work: Callable[[], Found], done: Callable[[Found], None]) -> None:
        """Has work done after what was asked before, and its outcome handed to `done`.

        An outcome that its owner does not wait for any more is dropped.
        """
        kept = [asked for asked in self._queue if asked.owner is not owner]
        self._queue = deque([*kept, Asked(owner, work, done)])
        self._go_on()

    def then(self, done: Callable[[], None]) -> None:
        """Does it at once, or after what was asked before."""
        if self._running is None and not self._queue:
            done()
        else:
            self._queue.append(Asked(object(), None, lambda _: done()))

    def forget(self) -> None:
        """Drops all that was asked; what is under way comes to nothing."""
        self._queue.clear()
        if self._running is not None:
            self._running = self._running._replace(owner=None)

    def _go_on(self) -> None:
        while self._running is None and self._queue:
            asked = self._queue.popleft()
            if asked.work is None:
                asked.done(None)
                continue
            self._running = asked
            Thread(target=self._work, args=(asked.work,), daemon=True).start()

    def _work(self, work: Callable[[], Any]) -> None:
        """Runs in a thread."""
        with Outcome() as outcome:
            outcome.found = work()
        # The application may have ended meanwhile: then nobody waits.
        with suppress(RuntimeError):
            self._app.call_later(self._finished, outcome)

    def _finished(self, outcome: Outcome) -> None:
        asked, self._running = self._running, None
        assert asked is not None
        if outcome.error is not None:
            raise outcome.error
        waits = asked.owner is not None
        if waits and all(later.owner is not asked.owner for later in self._queue):
            asked.done(outcome.found)
        self._go_on()
