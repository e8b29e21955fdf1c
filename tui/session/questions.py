"""What can be asked about a sweep beside its steps, and the work that finds the answers.

What the work takes is imported where it is done: NumPy would make half of the start.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any

from backprop_tui.engine.calculus.paths import LISTED, Paths
from backprop_tui.engine.explain.reports import Report

from .descent import QUESTION as DESCENT
from .descent import is_astray, reason
from .session import Request, Session

NO_LEAF = "no leaf is differentiated by"
Work = Generator[Any, None, None]
"""What is found so far, as often as it grows; None keeps waiting."""


@dataclass(frozen=True, eq=False)
class Question:
    """How many variants its key goes through, and the work that answers it."""

    variants: Callable[[Session], int]
    work: Callable[[Session, int], Work] | None = None
    """Takes a width in cells too; runs beside the screen, and may be closed.

    None where the words need nothing but the session.
    """
    is_due: Callable[[Session], bool] = lambda _: True
    """False where the words need nothing for now."""


def asked(session: Session, question: str) -> Session:
    """With a question, or its next variant; of a network's path, with the sample that it is in."""
    session = session.ask(question, QUESTIONS[question].variants(session))
    if session.asked.question != "paths" or not session.trace.places:
        return session
    sweep = session.trace.sweep
    path = Paths(sweep, session.selected).listed(session.asked.variant + 1)[-1:]
    nodes = [sweep.route.users[sent] for way in path for sent in way.edges]
    samples = (sample for node in nodes if (sample := session.trace.places.sample_of(node)))
    cursor = replace(session.cursor, sample=next(samples, session.cursor.sample))
    return replace(session, cursor=cursor)


def request_of(session: Session, width: int) -> Request | None:
    """What must be found for the words in so many cells; None when nothing must."""
    question = QUESTIONS.get(session.asked.question)
    if question is None or question.work is None or not question.is_due(session):
        return None
    node = session.selected if session.asked.question == "paths" else session.chosen
    node = None if session.asked.question == DESCENT else node
    return Request(session.asked.question, session.asked.variant, session.trace, node, width)


def work_on(session: Session, request: Request) -> Work:
    """The work that finds what was asked for."""
    work = QUESTIONS[request.question].work
    assert work is not None
    return work(session, request.width)


def _check(session: Session, width: int) -> Work:
    """Second opinions on the leaves, or on every active node; the node selected first."""
    from backprop_tui.engine.symbolic.asking import GLANCE
    from backprop_tui.engine.symbolic.checking import second_opinions

    route = session.trace.sweep.route
    active = [node for node in range(len(session.graph)) if route.active[node]]
    nodes = list(active if session.asked.variant else route.wrt)
    nodes.sort(key=lambda node: node != session.selected)
    found, shown, looked = [], 0, time.monotonic()
    for checked in second_opinions(session.trace.sweep, nodes):
        if checked is not None:
            found.append(checked)
        if time.monotonic() - looked > GLANCE:
            looked = time.monotonic()
            yield tuple(found) if len(found) > shown else None
            shown = len(found)
    yield tuple(found)


def _closed_form(session: Session, width: int) -> Work:
    """SymPy's derivative of the program, from a process that is ended when it takes too long."""
    from backprop_tui.engine.symbolic.asking import UnansweredError, ask
    from backprop_tui.engine.symbolic.closed_forms import ClosedForm, FormRequest

    leaf = session.chosen
    if leaf is None:
        yield ClosedForm(note=NO_LEAF)
        return
    graph, variant = session.graph, session.asked.variant
    request = FormRequest(
        graph.without_text, session.trace.bindings, leaf, variant > 0, variant > 1, max(20, width)
    )
    try:
        yield from ask("closed form", request, size=len(graph))
    except UnansweredError as reason:
        yield ClosedForm(note=str(reason))


def _forward_mode(session: Session, width: int) -> Work:
    """The lines of forward mode: on a large graph to write them takes a while too."""
    leaf = session.chosen
    if leaf is None:
        yield [((NO_LEAF, "plain"),)]
    else:
        yield Report(session.trace.sweep, session.view.digits).forward_mode(leaf)


def _paths(session: Session, width: int) -> Work:
    """The lines of the paths, which are sought as they are written."""
    report = Report(session.trace.sweep, session.view.digits)
    yield report.paths(session.selected, marked=session.asked.variant)


def _astray(session: Session, width: int) -> Work:
    """Why a descent went astray: other descents from its start are made to find out."""
    yield reason(session)


def _path_count(session: Session) -> int:
    """The paths that are listed, each of which can be marked: one at least, which may be none."""
    return max(1, min(LISTED, Paths(session.trace.sweep, session.selected).count))


QUESTIONS = {
    "check": Question(lambda _: 2, _check),
    "closed form": Question(lambda _: 3, _closed_form),
    "forward mode": Question(lambda _: 1, _forward_mode),
    DESCENT: Question(lambda _: 1, _astray, is_astray),
    "paths": Question(_path_count, _paths),
}
"""By the name that a key asks for; how they are worded stands in present/answers.py."""
