"""Questions to a process of its own, since SymPy may take for ever and all the memory there is.

That process sees neither the folder in which the program runs nor the variables by which Python is
told to run other code. It ends with this one, however that ends.
"""

from __future__ import annotations

import atexit
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

PATIENCE, PATIENCE_A_NODE = 20.0, 1e-3
"""Seconds to wait for the next reply, and what each node asked about adds to them.

Beyond a few thousand nodes SymPy is not asked, and what is left to do has an end.
"""
GLANCE = 0.1
"""Seconds between two looks at work under way."""
HIDDEN = ("PYTHON", "SYMPY_", "MPMATH_")
"""How the names of variables begin that would change what the process runs."""
ALONE = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Has libraries start no threads, each of which would take from the memory allowed."""
BOOT = (
    "import sys; sys.path[:] = sys.argv[1:]; "
    "from backprop_tui.engine.symbolic.answering import main; main()"
)
"""What the process runs: this package and its needs are found where this process finds them."""


class UnansweredError(Exception):
    """Why there is no answer, or no more of it."""


def ask(question: str, *request: Any, size: int = 0) -> Generator[Any, None, None]:
    """The replies to a question as they come, and None now and then while there is none.

    `question` is a key of answering.QUESTIONS, `size` how many nodes it is about. Closing it ends
    the work. Raises UnansweredError where no further reply will come.
    """
    patience, answered = PATIENCE + size * PATIENCE_A_NODE, False
    process = _ready()
    try:
        replies = process.converse((question, patience, request))
        until = time.monotonic() + patience
        while not answered:
            try:
                reply = replies.get(timeout=GLANCE)
            except Empty:
                if time.monotonic() > until:
                    message = f"SymPy gave no answer within {patience:,.0f} seconds"
                    raise UnansweredError(message) from None
                yield None
                continue
            if isinstance(reply, UnansweredError):
                raise reply
            if reply is None:
                answered = True
            else:
                yield reply
                until = time.monotonic() + patience
    finally:
        if answered and not _idle:
            _idle.append(process)
        else:
            process.end()


def prepare() -> None:
    """Starts a process now, which makes ready while other things are done."""
    if not _idle:
        with suppress(UnansweredError):
            _idle.append(_Process())


@atexit.register
def dismiss() -> None:
    """Ends the process that waits to be asked, if there is one."""
    while _idle:
        _idle.pop().end()


class _Process:
    """A process that answers one question after another."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        command = [sys.executable, "-P", "-E", "-c", BOOT, *filter(os.path.isabs, sys.path)]
        kept = {k: v for k, v in os.environ.items() if not k.startswith(HIDDEN)} | ALONE
        try:
            self.popen = subprocess.Popen(
                command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd=os.sep, env=kept
            )
        except OSError as error:
            raise UnansweredError(f"SymPy cannot be started: {error.strerror}") from None
        self.thread: Thread | None = None

    @property
    def lives(self) -> bool:
        """False once it has ended, for whatever reason."""
        return self.popen.poll() is None

    def converse(self, request: Any) -> SimpleQueue[Any]:
        """Sends a request; where its replies arrive, and after the last None or UnansweredError."""
        replies: SimpleQueue[Any] = SimpleQueue()
        thread = Thread(target=self._converse, args=(request, replies), daemon=True)
        thread.start()
        self.thread = thread
        return replies

    def _converse(self, request: Any, replies: SimpleQueue[Any]) -> None:
        stdin, stdout = self.popen.stdin, self.popen.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            # Straight into the pipe: each piece of it lets the other threads have their turn.
            pickle.dump(request, stdin, pickle.HIGHEST_PROTOCOL)
            stdin.flush()
            while (reply := pickle.load(stdout)) is not None:
                replies.put(reply)
            replies.put(None)
        except (OSError, EOFError, pickle.UnpicklingError):
            status = self.popen.wait()
            replies.put(UnansweredError(f"SymPy ended without an answer (status {status})"))

    def end(self) -> None:
        """Ends it at once; nothing of it is left."""
        self.popen.kill()
        self.popen.wait()
        if self.thread is not None:
            self.thread.join()
        for stream in (self.popen.stdin, self.popen.stdout):
            assert stream is not None
            with suppress(OSError):
                stream.close()


_idle: list[_Process] = []
"""The process that has answered, or was not asked yet; at most one."""


def _ready() -> _Process:
    """The process that waits to be asked, else a new one."""
    while _idle:
        process = _idle.pop()
        if process.lives:
            return process
        process.end()
    return _Process()
