"""A trace as a graph in the DOT language of Graphviz."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..language.show import DATA, equation, number

if TYPE_CHECKING:
    from ..tracing.trace import Trace


def dot(trace: Trace, at: int | None = None, digits: int = 6) -> Iterator[str]:
    """The lines of a digraph: operands to users, with values, adjoints and local partials.

    With `at` the adjoints stand as they are after that step. BackpropError for a step out of range.
    """
    graph, sweep = trace.graph, trace.sweep
    position = sweep.route.positions[trace.step_meant(at)]
    partials = {
        (sweep.route.users[c], sweep.route.slots[c]): sweep.partials[c]
        for c in range(len(sweep.route.users))
    }
    yield "digraph backprop {"
    yield '  rankdir=LR; node [shape=record, fontname="monospace"]; edge [fontname="monospace"];'
    for node in range(len(graph)):
        ref = graph.ref(node)
        head = ref if graph.is_leaf(node) else f"{ref} = {equation(graph, node, DATA)}"
        rows = [head, number(sweep.values[node], digits, minus="-")]
        got = sweep.received(node, position)
        if got is not None and got.begun:
            rows.append(f"d {number(got.adjoint, digits, minus='-')}")
        style = "" if sweep.route.active[node] else ", style=dashed"
        yield f'  n{node} [label="{{{"|".join(map(_record, rows))}}}"{style}];'
    for user, operands in enumerate(graph.operands):
        for slot, operand in enumerate(operands):
            partial = partials.get((user, slot))
            text = "" if partial is None else number(partial, digits, minus="-")
            label = f' [label="{text}"]' if text else " [style=dashed]"
            yield f"  n{operand} -> n{user}{label};"
    yield "}"


def _record(text: str) -> str:
    """A text in a record's label."""
    return "".join(f"\\{c}" if c in '{}|<>"\\ ' else c for c in text)
