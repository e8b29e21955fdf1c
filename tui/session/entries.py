"""What can be edited at the foot of the screen, and what an edited text does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from backprop_tui.engine import BackpropError
from backprop_tui.engine.files.bindings import read_bindings
from backprop_tui.engine.text.bounds import DIGITS

from .edits import with_program, with_values, with_wrt
from .parts import Part, program_part, values_part, wrt_part
from .session import Session


@dataclass(frozen=True, eq=False)
class Job:
    """An edit: what it starts with, what its text does."""

    name: str
    title: str
    start: Callable[[Session, str], Part]
    """What of the session is edited; of very many values those that a filter chooses."""
    effect: Callable[[Session, str], Session]
    """The session that the text makes of the one before; raises BackpropError, shown under it."""
    live: bool = True
    """True when every change takes effect at once, False when Enter does it."""


def _values(session: Session, text: str) -> Session:
    """The values that differ from those before: what is left as it was stays assumed."""
    before = session.trace.bindings
    return with_values(
        session,
        {name: value for name, value in read_bindings(text).items() if value != before.get(name)},
    )


def _wrt(session: Session, text: str) -> Session:
    return with_wrt(session, text.replace(",", " ").split())


def _go_to(session: Session, text: str) -> Session:
    if len(text) > DIGITS.most:
        raise BackpropError(DIGITS.words)
    try:
        step = int(text)
    except ValueError:
        raise BackpropError(f"{text.strip() or 'nothing'} is not the number of a step") from None
    return session.go_to(step)


JOBS = {
    "program": Job(
        "program",
        "Program: everything follows as you type; Esc leaves",
        lambda session, _: program_part(session),
        with_program,
    ),
    "values": Job(
        "values",
        "Values: NAME = number, one a line; Esc leaves",
        values_part,
        _values,
    ),
    "wrt": Job(
        "wrt",
        "Differentiate by: names or patterns such as w*; Enter takes them, Esc leaves",
        lambda session, _: wrt_part(session),
        _wrt,
        live=False,
    ),
    "step": Job(
        "step",
        "Go to step: a number; Enter goes, Esc leaves",
        lambda session, _: Part(""),
        _go_to,
        live=False,
    ),
}
