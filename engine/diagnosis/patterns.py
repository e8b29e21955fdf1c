"""A pattern, written in our language, found in a graph: its variables stand for any node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice

from ..language.graph import Graph
from ..language.parse import parse
from ..language.show import DATA, Atom, excerpt, expression
from ..table.operation import ATOM

SAME = 200
"""Characters up to which what is written twice is known to be the same."""
SHORT = 60
"""Characters up to which an operand is spelled out in a form."""
EXPONENTIAL = "exp(", "e^("

Match = Mapping[int, int]
"""The nodes of a graph that the nodes of a pattern have been found to be."""


@cache
def spelled(pattern: str) -> tuple[Graph, ...]:
    """The graphs of a pattern: e^(…) is as good as exp(…)."""
    texts = dict.fromkeys((pattern, pattern.replace(*EXPONENTIAL)))
    return tuple(parse(text) for text in texts)


def matched(pattern: Graph, graph: Graph, root: int) -> Match | None:
    """Which node each node of the pattern is, where its output is this root; None where it is not.

    Sums and products match in either order.
    """
    return next(_bound(pattern, pattern.output, graph, root, {}), None)


def written(form: Graph, graph: Graph, meant: Mapping[str, int]) -> str:
    """A form as program text, with the nodes meant in the place of its variables."""
    texts = {form.variables_by_name[name]: _atom(graph, node) for name, node in meant.items()
             if name in form.variables_by_name}  # fmt: skip
    return expression(form, form.output, texts.get, DATA)


def above(graph: Graph, node: int, levels: int, most: int) -> Iterator[int]:
    """The users of a node, theirs, and so on, at most so many of each level, the node last."""
    if levels:
        for user in islice(dict.fromkeys(graph.users_of(node)), most):
            yield from above(graph, user, levels - 1, most)
    yield node


def _bound(
    pattern: Graph, part: int, graph: Graph, node: int, found: dict[int, int]
) -> Iterator[dict[int, int]]:
    """Every way in which a part of a pattern is a node, beside what has been found."""
    if part in found:
        if _is_same(graph, found[part], node):
            yield found
        return
    wanted, operands = pattern.operations[part], graph.operands[node]
    if wanted is None:
        number = pattern.constants.get(part)
        if number is None or graph.constants.get(node) == number:
            yield {**found, part: node}
        return
    if graph.operations[node] is not wanted or len(operands) != len(pattern.operands[part]):
        return
    for order in (operands, operands[::-1])[: 1 + wanted.commutes]:
        yield from _all_bound(pattern, pattern.operands[part], graph, order, {**found, part: node})


def _all_bound(
    pattern: Graph,
    parts: tuple[int, ...],
    graph: Graph,
    nodes: tuple[int, ...],
    found: dict[int, int],
) -> Iterator[dict[int, int]]:
    if not parts:
        yield found
        return
    for bound in _bound(pattern, parts[0], graph, nodes[0], found):
        yield from _all_bound(pattern, parts[1:], graph, nodes[1:], bound)


def _is_same(graph: Graph, one: int, other: int) -> bool:
    """True for the same node, and for what is written twice."""
    if one == other:
        return True
    text = excerpt(graph, one, SAME)
    return text is not None and text == excerpt(graph, other, SAME)


def _atom(graph: Graph, node: int) -> Atom:
    """How an operand is written inside a form: spelled out where it is short."""
    operation = graph.operations[node]
    text = None if node in graph.names else excerpt(graph, node, SHORT)
    if text is None or operation is None:
        return text or graph.ref(node), ATOM
    return text, operation.power or ATOM
