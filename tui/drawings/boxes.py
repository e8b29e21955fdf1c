"""The texts in the boxes of a drawing: a title, and rows with a text at either side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from backprop_tui.engine.calculus.sweep import Sweep
from backprop_tui.engine.explain.steps import Explanation
from backprop_tui.engine.language.calls import call_words, said_once
from backprop_tui.engine.language.show import PRINT, equation
from backprop_tui.engine.text.memo import memoized
from backprop_tui.engine.text.spans import Line, Span
from backprop_tui.engine.text.words import cell_width

from ..layout import Diagram, layout
from ..layout.layered import Size, least_size
from ..present.marks import FLAGS, MARKS, number_style
from ..present.picture import clip
from .extent import MOST_BOXES, Extent
from .folding import Folded

LABELS, NUMBERS, EQUATIONS = 0, 1, 2
"""How much a box shows: its label; the value and the derivative; equation and partials too."""
FEW_SUMS = 30
"""Contributions up to which every running sum is looked at for its width."""
MOST_ROWS = 500
"""Operands up to which a box has a row for each, and says what they are."""

Row = tuple[str, Span]
"""A text at the left of a row, and a span at its right."""


@memoized(8)
def diagram(sweep: Sweep, digits: int, shown: Extent, level: int, across: bool) -> Diagram:
    """The boxes and wires for these texts; the same at every step of the sweep."""
    sizes = sizes_of(sweep, digits, shown, level, across)
    dense = level == LABELS
    return layout(shown.boxes, shown.edges, sizes, across=across, dense=dense)


@memoized(8)
def sizes_of(
    sweep: Sweep, digits: int, shown: Extent, level: int, across: bool
) -> Mapping[int, Size]:
    """The size of every box."""
    slots = Counter(edge.user for edge in shown.edges)
    sizes: dict[int, Size] = {}
    for box in shown.boxes:
        width, height = least_size(slots[box], across)
        wide, high = _size(sweep, digits, shown.seen, shown.nodes[box], level)
        sizes[box] = max(width, wide), max(height, high)
    return sizes


def state(words: Explanation, seen: Folded, node: int, position: int) -> str:
    """The state of a box: of its node; of nodes folded together that which is visited last."""
    step = words.current(position)
    current = words.sweep.route.order[step - 1] if step else None
    if current in seen.hidden.get(node, ()):
        return "current"
    return words.state(seen.groups.get(node, (node,))[0], position)


def mark_of(status: str, trouble: str | None) -> Span:
    """The marker of a state with the flag of a trouble, and its style."""
    mark, style = MARKS[status]
    return mark + (FLAGS[trouble][0] if trouble else ""), style


def title(words: Explanation, seen: Folded, node: int, level: int) -> str:
    """What a box is called: the node, and what it computes."""
    graph = words.sweep.graph
    ref = graph.pretty(node)
    row = graph.operations[node]
    if row is None:
        symbol = graph.symbols.get(node)
        return f"{ref} = {symbol}" if symbol else ref
    group = seen.groups.get(node)
    if node in seen.calls:
        return f"{call_words(graph, seen.calls[node])} ▸"
    if group is not None:
        return f"{graph.pretty(group[0])} … {ref} ▸" if len(group) > 1 else f"{ref} ▸"
    count = len(graph.operands[node])
    if level == NUMBERS or count > MOST_ROWS:
        of = f" of {count:,}" if count > MOST_ROWS else ""
        return f"{ref}  {(row.symbol or row.name).strip()}{of}"
    return said_once(ref, equation(graph, node, PRINT))


def rows(words: Explanation, seen: Folded, node: int, level: int, position: int) -> list[Row]:
    """The rows of a box at a position: value and derivative at the right, partials at the left."""
    group = seen.groups.get(node, ())
    if len(group) > 1:
        return _group_rows(words, group, position)
    value, active = words.sweep.values[node], words.sweep.route.active[node]
    style = number_style(value, "plain" if active else "muted")
    found: list[Row] = [("", (f"{words.number(value)} ", style))]
    if active:
        found.append(("", adjoint(words, node, position)))
    partials = _partials(words, node, position) if level == EQUATIONS else []
    if group:
        partials = []
    found += [("", ("", "plain"))] * (len(partials) - len(found))
    for slot, text in enumerate(partials):
        found[slot] = (text, found[slot][1])
    return found


def _group_rows(words: Explanation, group: Sequence[int], position: int) -> list[Row]:
    """Of nodes folded together: how many they are, and how many adjoints are complete."""
    received = [words.sweep.received(node, position) for node in group]
    done = sum(one is not None and one.complete for one in received)
    style = "plain" if done == len(group) else "partial"
    return [
        ("", (f"{len(group)} nodes ", "plain")),
        ("", (f"complete: {done} of {len(group)} ", style)),
    ]


def fitted(row: Row, width: int) -> Line:
    """A row in a box of this width inside."""
    start, (end, style) = row
    end = clip(end, width)
    start = clip(start, width - cell_width(end))
    blank = " " * (width - cell_width(start) - cell_width(end))
    return (start, "plain"), (blank + end, style)


def adjoint(words: Explanation, node: int, position: int) -> Span:
    """A node's derivative so far; nothing before anything was received."""
    received = words.sweep.received(node, position)
    if received is None or not received.begun:
        return "", "plain"
    style = "plain" if received.complete else "partial"
    text = f"∂{words.number(received.adjoint)} "
    return text, number_style(received.adjoint, style)


def _partials(words: Explanation, node: int, position: int) -> list[str]:
    """By slot: the local partial, and once the step has run what was sent along it.

    Of very many none: the step pane has them.
    """
    sweep, route = words.sweep, words.sweep.route
    count = len(sweep.graph.operands[node])
    if count > MOST_ROWS:
        return []
    found = [""] * count
    for sent in route.sent_by(node):
        amount = f" → {words.number(sweep.amount(sent))}" if sent < position else ""
        found[route.slots[sent]] = f" ×{words.number(sweep.partials[sent])}{amount}"
    return found


@memoized(4 * MOST_BOXES)
def _size(sweep: Sweep, digits: int, seen: Folded, node: int, level: int) -> Size:
    """A box that holds its texts at every step."""
    words = Explanation(sweep, digits)
    if level == LABELS:
        return cell_width(words.sweep.graph.pretty(node)) + 3, 0
    last = rows(words, seen, node, level, len(words.sweep.route.users))
    wide = [
        cell_width(text) + bool(text)
        + (widest(words, node) if end[0].startswith("∂") else cell_width(end[0]))
        for text, end in last
    ]  # fmt: skip
    head = cell_width(title(words, seen, node, level)) + 5
    return max(head, *wide) + 2, len(last) + 2


def widest(words: Explanation, node: int) -> int:
    """The cells of a node's derivative, at its widest while contributions add up."""
    route = words.sweep.route
    if not route.active[node]:
        return 0
    positions = [len(route.users), *(c + 1 for c in route.arrivals(node)[:FEW_SUMS])]
    return max(cell_width(adjoint(words, node, position)[0]) for position in positions)
