"""The lines around the panes: the program on top, the timeline and the keys below."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_tui.engine.calculus.route import Route
from backprop_tui.engine.network.places import Places
from backprop_tui.engine.text.memo import memoized
from backprop_tui.engine.text.spans import Line, Span, line_width
from backprop_tui.engine.text.words import cell_width, escaped

from ..session.session import Session
from .keys import Key
from .marks import MARKS
from .picture import clip

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
BAR = 24
"""The widest progress bar, in cells."""


def counter(session: Session) -> str:
    """`step 2/3`, and how far the step under way has come."""
    positions, step = session.trace.sweep.route.positions, session.step
    text = f"step {step}/{len(positions) - 1}"
    sent = session.position - positions[step]
    return f"{text} + {sent} of {positions[step + 1] - positions[step]}" if sent else text


def header_line(session: Session, width: int) -> Line:
    """The title, the program with the selected node marked, the type of the output."""
    title = escaped(session.source.sample.title) or "backprop-tui"
    title += " (edited)" if session.source.edited and session.source.sample.title else ""
    trace = session.trace
    kind = _type(trace.sweep.route, trace.places)
    title = clip(title, max(0, width // 3 - 2))
    room = width - cell_width(title) - 2 - cell_width(kind)
    program = _program(session, room)
    used = line_width(program)
    return (
        (f"{title}  ", "strong"),
        *program,
        (" " * max(0, room - used), "plain"),
        (kind, "plain"),
    )


@memoized(1)
def _type(route: Route, places: Places) -> str:
    """The output as a function: of n weights and m biases, or of so many numbers."""
    graph, count = route.graph, len(route.wrt)
    output = graph.pretty(graph.output)
    if not count:
        return "  constant "
    m = len(route.free.intersection(places.biases()))
    n = len(route.free.intersection(places.parameters())) - m
    if n and m and n + m == count:
        power = f"{n}⁺{m}".translate(RAISED)
        return f"  {output} : ℝ{power} → ℝ, n = {n:,}, m = {m:,} "
    power = "" if count == 1 else str(count).translate(RAISED)
    return f"  {output} : ℝ{power} → ℝ "


def _program(session: Session, room: int) -> list[Span]:
    """The line of the program in which the selected node stands, its own text marked."""
    graph = session.graph
    text = graph.text
    begin, end = graph.starts[session.selected], graph.ends[session.selected]
    first, last = text.rfind("\n", 0, begin) + 1, text.find("\n", begin)
    last = last if last >= 0 else len(text)
    lead, stop = _first_word(text, first, last), min(end, last)
    window = max(lead, min(begin - room // 3, last - room)) if last - first > room else lead
    before, marked = text[window:begin], text[begin : min(stop, begin + room)]
    after = text[stop : min(last, stop + room)]
    if window > lead:
        before = "…" + before[1:]
    spans = [(before, "plain"), (marked, "marked"), (after, "plain")]
    found: list[Span] = []
    for piece, style in spans:
        shown = clip(escaped(piece), room)
        room -= cell_width(shown)
        found.append((shown, style))
    return found


def _first_word(text: str, first: int, last: int) -> int:
    """Where the blanks at the beginning of a line end."""
    while first < last and text[first].isspace():
        first += 1
    return first


def timeline_line(session: Session, width: int) -> Line:
    """The counter, a bar, and the nodes in the order of their visits around the current one."""
    sweep, words = session.trace.sweep, session.explanation
    typed = f" {session.count}×" if session.count else ""
    works = " working …" if session.working else ""
    head = f"{counter(session)}{typed}{works} "
    total = max(1, sweep.route.positions[-1])
    bar = min(BAR, max(0, width // 5))
    full = bar * session.position // total if len(sweep) else bar
    spans: list[Span] = [
        (head.ljust(15), "strong"), ("━" * full, "done"), ("─" * (bar - full) + "  ", "muted"),
    ]  # fmt: skip
    room = width - max(15, len(head)) - bar - 2
    step = words.current(session.position)
    first = max(1, step - room // 8)
    for number in range(first, len(sweep) + 1):
        node = sweep.route.order[number - 1]
        mark, style = MARKS[words.state(node, session.position)]
        style = style if number <= step else "muted"
        text = f"{mark}{session.graph.pretty(node)} "
        room -= cell_width(text)
        if room < 2:
            spans.append(("…", "muted"))
            break
        spans.append((text, style))
    return tuple(spans)


def keys_shown(keys: Sequence[Key], width: int) -> list[Key]:
    """The keys for which a footer has room: the first ones, and always the last two."""
    shown = [key for key in keys if key.short]
    while len(shown) > 2 and sum(map(_key_width, shown)) > width:
        del shown[-3]
    return shown


def keys_line(keys: Sequence[Key]) -> Line:
    """The keys and what they do."""
    return tuple(
        span for key in keys for span in ((_first(key), "key"), (f" {key.short}  ", "plain"))
    )


def key_at(keys: Sequence[Key], cell: int) -> Key | None:
    """The key of the line that stands at a cell."""
    for key in keys:
        cell -= _key_width(key)
        if cell < 0:
            return key
    return None


def _key_width(key: Key) -> int:
    return cell_width(_first(key)) + cell_width(key.short) + 3


def _first(key: Key) -> str:
    return key.shown.split()[0]
