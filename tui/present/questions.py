"""What can be asked about a sweep beside its steps, and the work that answers it."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from backprop_tui.engine import BackpropError
from backprop_tui.engine.calculus.paths import LISTED, Paths
from backprop_tui.engine.descent.descent import check_parameters
from backprop_tui.engine.explain.reports import Report, check_lines
from backprop_tui.engine.network.places import sample_of
from backprop_tui.engine.symbolic.asking import GLANCE, UnansweredError, ask
from backprop_tui.engine.symbolic.checking import second_opinions
from backprop_tui.engine.symbolic.closed_forms import ClosedForm, FormRequest
from backprop_tui.engine.text.spans import Line

from ..session.descending import DETAIL as DESCENT
from ..session.descending import ahead, begun, chosen, is_long, lacks_preview, point_of
from ..session.session import Session
from .downhill import Downhill

NOTHING = "no leaf is differentiated by"
Work = Generator[Any, None, None]
"""What is found so far, as often as it grows; None keeps waiting."""


class Detail(NamedTuple):
    """A question: its variants, the work that answers it, and how the answer is written."""

    titles: tuple[tuple[str, str], ...]
    """For each variant what it is and the keys that lead on from there, if any."""
    work: Callable[[Session, int], Work] | None
    """Takes the session and a width in cells; runs beside the screen, and may be closed.

    None where the lines need nothing but the session.
    """
    lines: Callable[[Session, Any], Sequence[Line]]
    """From what was found."""
    preformatted: bool = False
    """True for lines that must not be wrapped."""
    variants: Callable[[Session], int] | None = None
    """How many variants there are, where there is one title for all."""

    def count(self, session: Session) -> int:
        """How many variants the same key goes through."""
        return len(self.titles) if self.variants is None else self.variants(session)


def report(session: Session) -> Report:
    """The reports on the session's sweep."""
    return Report(session.trace.sweep, session.digits)


def _check(session: Session, width: int) -> Work:
    """The leaves, or every active node; the node selected first."""
    route = session.trace.sweep.route
    active = [node for node in range(len(session.graph)) if route.active[node]]
    nodes = list(active if session.variant else route.wrt)
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


def _check_lines(session: Session, found: Any) -> list[Line]:
    if not found:
        return [(("no leaf is differentiated by: there is nothing to check", "plain"),)]
    return check_lines(report(session), found)


def _closed_form(session: Session, width: int) -> Work:
    """SymPy's derivative of the program, from a process that is ended when it takes too long."""
    leaf = session.chosen
    if leaf is None:
        yield ClosedForm(note=NOTHING)
        return
    graph, variant = session.graph, session.variant
    request = FormRequest(
        graph.without_text, session.trace.bindings, leaf, variant > 0, variant > 1, max(20, width)
    )
    try:
        yield from ask("closed form", request, size=len(graph))
    except UnansweredError as reason:
        yield ClosedForm(note=str(reason))


def _closed_lines(session: Session, found: ClosedForm) -> list[Line]:
    """The form, its value here, and whether the sweep has the same."""
    leaf = session.chosen
    if leaf is None or not found.lines:
        return [((f"No closed form: {found.note}", "plain"),)]
    words = report(session)
    head = f"{words.derivative(leaf)} ="
    lines: list[Line] = [((head, "strong"),), ()]
    lines += [((f"  {line}", "forward"),) for line in found.lines]
    gradient, value = session.trace.sweep.adjoints[leaf], found.value
    if value is None:
        return [*lines, (), (("SymPy finds no number at these values", "muted"),)]
    same = abs(gradient - value) <= 1e-9 * max(abs(value), 1e-300) or gradient == value
    verdict = "the same" if same else "not the same"
    style = "sum" if same else "warning"
    text = f"here it is {words.number(value)}; the sweep found {words.number(gradient)}: {verdict}"
    return [*lines, (), ((text, style),)]


def _paths(session: Session, width: int) -> Work:
    yield report(session).paths(session.selected, marked=session.variant)


def _path_count(session: Session) -> int:
    """The paths that are listed, each of which can be marked: one at least, which may be none."""
    return max(1, min(LISTED, Paths(session.trace.sweep, session.selected).count))


def _forward_mode(session: Session, width: int) -> Work:
    leaf = session.chosen
    if leaf is None:
        yield [((NOTHING, "plain"),)]
    else:
        yield report(session).forward_mode(leaf)


def _descent_lines(session: Session, found: Any) -> list[Line]:
    """The last update, or the one that would come first."""
    try:
        check_parameters(session.trace)
    except BackpropError as error:
        return [((str(error), "plain"),)]
    working: Line = (("working …", "muted"),)
    if point_of(session) is None and is_long(session):
        return [working]
    point, words = begun(session), Downhill(session.trace, session.digits)
    state = "    running: R stops it" if session.running else ""
    heading: Line = ((words.heading(point, session.plan), "strong"), (state, "current"))
    if lacks_preview(session):
        return [heading, working]
    name = chosen(session, point)[-1]
    return [heading, *words.lines(point, session.plan, name, ahead(session, point))]


def _as_found(session: Session, found: Any) -> Sequence[Line]:
    lines: Sequence[Line] = found
    return lines


def asked(session: Session, detail: str) -> Session:
    """With a detail, or its next variant; of a network's path, with the sample that it is in."""
    session = session.ask(detail, DETAILS[detail].count(session))
    if session.detail != "paths" or session.trace.network is None:
        return session
    sweep = session.trace.sweep
    path = Paths(sweep, session.selected).listed(session.variant + 1)[-1:]
    nodes = [sweep.route.users[sent] for way in path for sent in way.edges]
    samples = (sample for node in nodes if (sample := sample_of(session.trace, node)))
    return replace(session, sample_shown=next(samples, session.sample_shown))


DETAILS = {
    "check": Detail(
        (
            ("Second opinions on the leaves", "! every node"),
            ("Second opinions on every active node", ""),
        ),
        _check,
        _check_lines,
    ),
    "closed form": Detail(
        (
            ("Closed form", "= names written out"),
            ("Closed form, names written out", "= simplified"),
            ("Closed form, simplified", ""),
        ),
        _closed_form,
        _closed_lines,
        preformatted=True,
    ),
    "forward mode": Detail((("Forward mode", ""),), _forward_mode, _as_found),
    DESCENT: Detail(
        (("Gradient descent", "d next, D back, R runs, < > rate"),), None, _descent_lines
    ),
    "paths": Detail(
        (("Paths of the node selected", "a marks the next"),),
        _paths,
        _as_found,
        variants=_path_count,
    ),
}
