"""The process that answers: requests come in on standard input, replies go out, within limits."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import Any, BinaryIO

from ..calculus.route import route
from ..calculus.sweep import Sweep
from ..language.graph import Graph
from ..opinions.check import Checked, check
from .asking import UnansweredError
from .closed_forms import ClosedForm, FormRequest, closed_form

MEMORY = 2 * 2**30
"""Bytes that the process may take. macOS knows the limit and does not enforce it."""
REASONS: dict[type[BaseException], str] = {
    MemoryError: f"SymPy would take more than {MEMORY // 2**30} GB of memory",
    RecursionError: "SymPy does not follow a program nested so deeply",
}
"""Why there is no answer, by what ended it."""


def _checked(
    graph: Graph, wrt: Sequence[int], numbers: Sequence[Sequence[float]], nodes: Sequence[int]
) -> Iterator[Checked]:
    """Second opinions on a sweep, given by the numbers that it found."""
    return check(Sweep(route(graph, wrt), *numbers), nodes)


def _formed(request: FormRequest) -> Iterator[ClosedForm]:
    yield closed_form(request)


QUESTIONS: dict[str, Callable[..., Iterator[Any]]] = {"check": _checked, "closed form": _formed}
"""What can be asked, each with what makes the replies."""


def main() -> None:
    """Answers questions until standard input ends.

    A request is a question, the seconds allowed for each reply, and what the question takes; None
    follows the last reply, UnansweredError ends the process.
    """
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever prints spoils no reply
    _settle(out)
    requests: SimpleQueue[Any] = SimpleQueue()
    Thread(target=_listen, args=(requests,), daemon=True).start()
    _import_sympy()
    while True:
        question, seconds, request = requests.get()
        _allow(seconds)
        _end_with_input(True)
        for reply in QUESTIONS[question](*request):
            _send(out, reply)
            _allow(seconds)
        _end_with_input(False)
        _send(out, None)


def _listen(requests: SimpleQueue[Any]) -> None:
    """Takes requests; their end is that of the process which asks, and so of this one."""
    try:
        while True:
            requests.put(pickle.load(sys.stdin.buffer))
    finally:
        os._exit(0)


def _send(out: BinaryIO, reply: Any) -> None:
    pickle.dump(reply, out, pickle.HIGHEST_PROTOCOL)
    out.flush()


def _settle(out: BinaryIO) -> None:
    """Limits what the process takes, and has it say why it ends where it can."""

    def failed(kind: type[BaseException], *_: object) -> None:
        _send(out, UnansweredError(REASONS.get(kind, f"SymPy failed: {kind.__name__}")))
        os._exit(1)

    sys.excepthook = failed
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _limit("RLIMIT_AS", MEMORY)
    _limit("RLIMIT_CORE", 0)


def _allow(seconds: float) -> None:
    """Limits the time on the processor from now on, should nobody be there to end the work."""
    _limit("RLIMIT_CPU", int(sum(os.times()[:2]) + seconds) + 2)


def _end_with_input(wanted: bool) -> None:
    """Has the system end the process with its standard input, or leaves that to the listener.

    While SymPy is within a single long operation no thread has a turn. Between questions a request
    would be taken for the end. On macOS the signal has no effect: the limit of time ends the work.
    """
    try:
        import fcntl
        from select import poll
    except ImportError:  # on Windows
        return
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(0, fcntl.F_GETFL)
    fcntl.fcntl(0, fcntl.F_SETFL, flags | os.O_ASYNC if wanted else flags & ~os.O_ASYNC)
    hangup = poll()
    hangup.register(0, 0)
    if wanted and hangup.poll(0):  # it came before the signal was asked for
        os._exit(0)


def _limit(name: str, amount: int) -> None:
    try:
        import resource
    except ImportError:  # on Windows
        return
    kind = getattr(resource, name)
    most = resource.getrlimit(kind)[1]
    soft = amount if most == resource.RLIM_INFINITY else min(amount, most)
    resource.setrlimit(kind, (soft, most))


def _import_sympy() -> None:
    """Ahead of the first question; collecting cycles meanwhile would cost a tenth of the time."""
    gc.disable()
    import sympy  # noqa: F401

    gc.freeze()
    gc.enable()
