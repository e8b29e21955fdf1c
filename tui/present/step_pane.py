"""The step pane: the step at the position, the node selected instead, or what was asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from backprop_tui.engine.explain.reports import spoken
from backprop_tui.engine.layers.layer import is_from_sums, network_of
from backprop_tui.engine.layers.rows import told
from backprop_tui.engine.text.spans import INDENT, Line, labelled
from backprop_tui.engine.text.words import cell_width

from ..session.questions import request_of
from ..session.session import Session
from ..session.trouble import other_rows
from .answers import WORDINGS, report
from .picture import Picture, clip, cut, wrap

if TYPE_CHECKING:
    from backprop_tui.engine.opinions.checked import Checked

GOES_THERE = "  J goes there", "muted"
BACK = "Esc: back to the step", "Esc: back", "Esc"
"""The way back, as much of it as there is room for."""


def step_title(session: Session, width: int) -> str:
    """What the pane is about, and the way back where that is not the step."""
    if session.asked.question:
        title, keys = WORDINGS[session.asked.question].title(session.asked.variant)
    elif session.selected == session.current:
        return clip(session.explanation.heading(session.position), width)
    else:
        title, keys = f"Node {session.graph.pretty(session.selected)}", ""
    found = (f"{title} ({', '.join(filter(None, (keys, way)))})" for way in BACK)
    return next((text for text in found if cell_width(text) <= width), clip(title, width))


def step_picture(session: Session, width: int) -> Picture:
    """The explanation, wrapped to the width; what is wrong at a node selected comes first."""
    rows = (
        _answer(session, width) if session.asked.question else _wrapped(_explained(session), width)
    )
    return Picture(
        len(rows),
        rows.__getitem__,
        header=((step_title(session, width), "strong"),),
        subject=(session.asked.question, session.asked.variant, session.selected, session.position),
    )


def _explained(session: Session) -> list[Line]:
    words = session.explanation
    if session.selected == session.current:
        return [*words.moment(session.position), *_troubles(session)]
    value, *rest = words.node(session.selected, session.position)
    return [value, *_troubles(session), *rest, *_beside_the_cost(session)]


def _beside_the_cost(session: Session) -> list[Line]:
    """Why nothing is sent to an activation whose weighted sum has a δ: C is computed from that."""
    place, places = session.trace.places.get(session.selected), session.trace.places
    if place is None or (place.letter, place.layer) != ("a", len(places.sizes)):
        return []
    if not is_from_sums(network_of(session.trace)):
        return []
    text = "C is computed from the weighted sums, so that it cannot overflow; its value is the same"
    return [labelled("cost", (f"{text}, and δ is received by zᴸ", "muted"))]


def _answer(session: Session, width: int) -> Sequence[Line]:
    wording, request = WORDINGS[session.asked.question], request_of(session, width)
    answer = session.asked.answer
    found = answer.content if answer is not None and answer.request == request else None
    if request is not None and found is None and not wording.meanwhile:
        return [(("working …", "muted"),)]
    lines = wording.lines(session, found)
    if not wording.preformatted:
        return _wrapped(lines, width)
    return [cut(line, width) for line in lines]


def _wrapped(lines: Sequence[Line], width: int) -> list[Line]:
    return [row for line in lines for row in wrap(line, width, INDENT)]


def _troubles(session: Session) -> list[Line]:
    """What is wrong at the node shown; at the ends of the sweep, that something is elsewhere."""
    trace, words, lines = session.trace, report(session), list[Line]()
    if trace.troubles:
        node, checked = session.selected, _opinions(session)
        lines = [
            line for p in trace.problems_by_node.get(node, ()) for line in words.problem(p, checked)
        ]
        lines += [words.symptom(s) for s in trace.symptoms_by_node.get(node, ())]
    if session.step not in (0, len(trace.sweep)) or session.selected != session.current:
        return lines
    if trace.problems and not lines:
        lines.append((*words.summary(trace.problems), GOES_THERE))
    return [*lines, *_other_rows(session)]


def _opinions(session: Session) -> Sequence[Checked]:
    """The second opinions asked for last, if they are on this sweep."""
    answer = session.asked.answer
    if answer is None or answer.request.question != "check":
        return ()
    return answer.content if answer.request.trace is session.trace else ()


def _other_rows(session: Session) -> list[Line]:
    """In which other rows of the data the cost is not finite, and why."""
    rows = other_rows(session)
    if not rows:
        return []
    head, *more = map(spoken, told(session.trace, rows))
    lines = [labelled("data", (head, "warning"), GOES_THERE)]
    return [*lines, *(labelled("", (text, "warning")) for text in more)]
