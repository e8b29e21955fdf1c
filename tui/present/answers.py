"""The words for what was asked about a sweep beside its steps: a title, and what was found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backprop_tui.engine import BackpropError
from backprop_tui.engine.descent.descent import check_parameters
from backprop_tui.engine.explain.reports import Report, check_lines
from backprop_tui.engine.text.spans import Line

from ..session.descent import QUESTION as DESCENT
from ..session.descent import ahead, begun, chosen, is_long, lacks_preview, point_of
from ..session.session import Session
from .descent import DescentWords

if TYPE_CHECKING:
    from backprop_tui.engine.symbolic.closed_forms import ClosedForm


@dataclass(frozen=True, eq=False)
class Wording:
    """How an answer is written."""

    titles: tuple[tuple[str, str], ...]
    """For each variant what it is and the keys that lead on from there, if any."""
    lines: Callable[[Session, Any], Sequence[Line]]
    """From what was found."""
    preformatted: bool = False
    """True for lines that must not be wrapped."""
    meanwhile: bool = False
    """True for words that are shown while what belongs to them is sought."""

    def title(self, variant: int) -> tuple[str, str]:
        """The title of a variant, and its keys; one title may stand for all."""
        return self.titles[min(variant, len(self.titles) - 1)]


def report(session: Session) -> Report:
    """The reports on the session's sweep."""
    return Report(session.trace.sweep, session.view.digits)


def _check_lines(session: Session, found: Any) -> list[Line]:
    if not found:
        return [(("no leaf is differentiated by: there is nothing to check", "plain"),)]
    return check_lines(report(session), found)


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


def _descent_lines(session: Session, found: Any) -> list[Line]:
    """The last update, or the one that would come first."""
    try:
        check_parameters(session.trace)
    except BackpropError as error:
        return [((str(error), "plain"),)]
    working: Line = (("working …", "muted"),)
    if point_of(session) is None and is_long(session):
        return [working]
    point, words = begun(session), DescentWords(session.trace, session.view.digits, found)
    state = "    running: R stops it" if session.descent.running else ""
    heading: Line = ((words.heading(point, session.descent.plan), "strong"), (state, "current"))
    if lacks_preview(session):
        return [heading, working]
    name = chosen(session, point)[-1]
    return [heading, *words.lines(point, session.descent.plan, name, ahead(session, point))]


def _as_found(session: Session, found: Any) -> Sequence[Line]:
    lines: Sequence[Line] = found
    return lines


WORDINGS = {
    "check": Wording(
        (
            ("Second opinions on the leaves", "! every node"),
            ("Second opinions on every active node", ""),
        ),
        _check_lines,
    ),
    "closed form": Wording(
        (
            ("Closed form", "= names written out"),
            ("Closed form, names written out", "= simplified"),
            ("Closed form, simplified", ""),
        ),
        _closed_lines,
        preformatted=True,
    ),
    "forward mode": Wording((("Forward mode", ""),), _as_found),
    DESCENT: Wording(
        (("Gradient descent", "d next, D back, R runs, < > rate"),), _descent_lines, meanwhile=True
    ),
    "paths": Wording((("Paths of the node selected", "a marks the next"),), _as_found),
}
"""By question; the work that answers them stands in session/questions.py."""
