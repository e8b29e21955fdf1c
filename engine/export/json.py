"""A trace as the JSON document of the format backprop-tui/trace."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from json import JSONEncoder
from typing import TYPE_CHECKING, Any

from ..calculus.rules import formula
from ..calculus.sweep import Step
from ..language.calls import CallTexts
from ..language.show import program, texts
from ..layers.layer import layers, network_of, parameters
from ..layers.rows import first_problems, rows_not_finite
from ..opinions.checked import in_truth

if TYPE_CHECKING:
    from ..descent.points import Point
    from ..language.graph import Graph
    from ..opinions.check import Checked
    from ..tracing.trace import Trace

FORMAT = "backprop-tui/trace"
VERSION = 1
ENCODER = JSONEncoder(ensure_ascii=False, indent=1)
AT_ONCE = 50
"""Items of a list that are made and written together."""

Part = tuple[str, Any]
"""A key of the document and what belongs to it; an iterator stands for a list."""


def document(
    trace: Trace, at: int | None = None, checked: Iterable[Checked] | None = None
) -> dict[str, Any]:
    """The document as plain data; with `at`, steps and adjoints as they stand after that step.

    `checked` adds second opinions, by ref. Raises BackpropError for a step out of range.
    """
    found = parts(trace, at, checked)
    return {key: list(part) if isinstance(part, Iterator) else part for key, part in found}


def lines(found: Iterable[Part]) -> Iterator[str]:
    """The document as text, indented by 1, as it is made: some items of a list at a time."""
    yield "{"
    yield from _separated(_lines(key, part) for key, part in found)
    yield "}"


def _lines(key: str, part: Any) -> Iterator[str]:
    """A key and what belongs to it."""
    head = f" {ENCODER.encode(key)}: "
    if not isinstance(part, Iterator):
        yield head + _indented(ENCODER.encode(part))
        return
    items = _separated(iter([_items(some)]) for some in _batches(part))
    first = next(items, None)
    if first is None:
        yield f"{head}[]"
        return
    yield f"{head}["
    yield first
    yield from items
    yield " ]"


def _separated(groups: Iterable[Iterator[str]]) -> Iterator[str]:
    """The lines of all groups, with a comma after each group but the last."""
    held: str | None = None
    for group in groups:
        if held is not None:
            yield f"{held},"
        held = next(group)
        for line in group:
            yield held
            held = line
    if held is not None:
        yield held


def _batches(items: Iterator[Any]) -> Iterator[list[Any]]:
    """The items, so many at a time."""
    while some := list(islice(items, AT_ONCE)):
        yield some


def _items(some: list[Any]) -> str:
    """Items of a list, without its brackets."""
    return f" {_indented(ENCODER.encode(some)[2:-2])}"


def _indented(text: str) -> str:
    return text.replace("\n", "\n ")


def parts(
    trace: Trace, at: int | None = None, checked: Iterable[Checked] | None = None
) -> Iterator[Part]:
    """The document key by key; long lists as iterators, so that they need not be held whole."""
    graph, sweep = trace.graph, trace.sweep
    last = trace.step_meant(at)
    position, known = sweep.route.positions[last], tuple(checked or ())
    yield "format", FORMAT
    yield "version", VERSION
    yield "program", program(graph)
    yield "values", {name: number(value) for name, value in trace.bindings.items()}
    yield "wrt", list(trace.wrt)
    yield "output", graph.ref(graph.output)
    yield "value", number(trace.value)
    yield "gradient", {name: number(value) for name, value in trace.gradient.items()}
    yield "nodes", _nodes(trace, position)
    yield "groups", _groups(graph)
    yield "steps", (_step(graph, sweep.step(k)) for k in range(1, last + 1))
    yield "problems", (_problem(found, known) for found in trace.problems)
    yield "warnings", map(_warning, trace.symptoms)
    if trace.places:
        yield from _network(trace, position).items()
        yield from _data(trace).items()
    if checked is not None:
        yield "check", {graph.ref(c.node): _checked(c) for c in known}


def descent_rows(points: Iterable[Point]) -> Iterator[dict[str, Any]]:
    """The rows of `descent` in the JSON document."""
    for point in points:
        yield {
            "update": point.number,
            "value": number(point.cost),
            "values": {name: number(value) for name, value in point.values.items()},
        }


def number(value: float) -> float | str:
    """A number as JSON holds it: one that is not finite as a string."""
    if math.isfinite(value):
        return value
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"


def _network(trace: Trace, position: int) -> dict[str, Any]:
    """The layers and the unrolled vector of parameters."""
    return {
        "layers": [
            {
                ("layer" if key == "number" else key): _plain(value)
                for key, value in layer._asdict().items()
            }
            for layer in layers(trace, position)
        ],
        "parameters": [list(map(_plain, row)) for row in parameters(trace, position)],
    }


def _data(trace: Trace) -> dict[str, Any]:
    """The mean over all rows of the data, where the trace shows one of them."""
    data = trace.data
    if data is None:
        return {}
    from ..layers.data_rows import accuracy, mean_over_rows

    cost, gradient = mean_over_rows(trace, data)
    found: dict[str, Any] = {
        "rows": len(data.inputs),
        "row": network_of(trace).row,
        "value": number(cost),
        "gradient": {name: number(slope) for name, slope in gradient.items()},
    }
    if not all(map(math.isfinite, (cost, *gradient.values()))):
        found["not_finite"] = _bad_rows(trace)
    if data.classes:
        found["accuracy"] = accuracy(trace, data)
    if data.skipped:
        found["skipped"] = data.skipped
    if data.scales:
        columns = zip(data.columns, data.scales, strict=True)
        found["scale"] = [{"column": name, **scale._asdict()} for name, scale in columns]
    return {"data": found}


def _bad_rows(trace: Trace) -> dict[str, Any]:
    """How many rows keep the mean or its gradient from being finite; of the first the cause."""
    rows = rows_not_finite(trace, True)
    causes = ({"row": row, **_problem(cause)} for row, cause in first_problems(trace, rows))
    return {"rows": len(rows), "first": list(causes)}


def _plain(value: Any) -> Any:
    """Tuples as lists, numbers as JSON holds them."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return number(value) if isinstance(value, float) else value


def _nodes(trace: Trace, position: int) -> Iterator[dict[str, Any]]:
    graph, sweep = trace.graph, trace.sweep
    for node, text in zip(map(graph.node, range(len(graph))), texts(graph), strict=True):
        received = sweep.received(node.id, position)
        yield {
            "id": node.id,
            "label": node.label,
            "name": node.name,
            "kind": kind(graph, node.id, sweep.route.free),
            "op": node.operation.name if node.operation else None,
            "inputs": list(node.operands),
            "text": text,
            "value": number(sweep.values[node.id]),
            "active": bool(sweep.route.active[node.id]),
            "adjoint": None if received is None else number(received.adjoint),
        }


def _groups(graph: Graph) -> Iterator[dict[str, Any]]:
    """The calls of the program's functions, each with the nodes that it made itself."""
    texts = CallTexts(graph)
    for index, group in enumerate(graph.groups):
        yield {
            "text": texts.text(index),
            "output": group.output,
            "arguments": list(group.arguments),
            "nodes": list(graph.group_nodes[index]),
            "inside": group.inside,
        }


def kind(graph: Graph, node: int, wrt: Collection[int]) -> str:
    """`constant`, `operation`, `variable` (in wrt) or `fixed` (a leaf that is not)."""
    if node in graph.constants:
        return "constant"
    if not graph.is_leaf(node):
        return "operation"
    return "variable" if node in wrt else "fixed"


def _step(graph: Graph, step: Step) -> dict[str, Any]:
    return {
        "step": step.number,
        "node": step.node,
        "adjoint": number(step.adjoint),
        "contributions": [
            {
                "slot": sent.slot,
                "to": sent.to,
                "rule": sent.rule,
                "formula": formula(graph, step.node, sent.slot),
                "partial": number(sent.partial),
                "amount": number(sent.amount),
                "before": number(sent.before),
                "after": number(sent.after),
                "complete": sent.complete,
                "note": sent.note,
            }
            for sent in step.contributions
        ],
    }


def _problem(problem: Any, checked: Sequence[Checked] = ()) -> dict[str, Any]:
    slot = {} if problem.slot is None else {"slot": problem.slot}
    return {
        "node": problem.node,
        "phase": problem.phase,
        **slot,
        "kind": problem.kind,
        "message": problem.message,
        "why": problem.why + in_truth((problem.node, *problem.chain), checked),
        "remedy": problem.remedy or None,
        "chain": list(problem.chain),
        "more": problem.is_cut,
        "repair": None,
    }


def _warning(found: Any) -> dict[str, Any]:
    return {**found._asdict(), "remedy": found.remedy or None, "repair": None}


def _checked(found: Checked) -> dict[str, Any]:
    slope, error, step = map(_finite, found.difference)
    return {
        "gradient": number(found.gradient),
        "difference": slope,
        "error": error,
        "step": step,
        "one_sided": None if found.one_sided is None else [number(s) for s in found.one_sided],
        "sympy": found.sympy,
        "sympy_note": found.sympy_note,
        "verdict": found.verdict,
        "note": found.note,
        "derivative": None if found.derivative is None else number(found.derivative),
        "lost_at": found.lost_at and dict(zip(("node", "phase"), found.lost_at, strict=True)),
        "bits": dict(zip(("value", "adjoint"), found.bits, strict=True)),
    }


def _finite(value: float) -> float | None:
    """A number, None where there is none."""
    return value if math.isfinite(value) else None
