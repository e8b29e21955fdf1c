"""The layout of a graph of 150 nodes, beside netext's, and of 500 beside our own of 150."""

from __future__ import annotations

import random
from collections.abc import Hashable, Iterator
from typing import Any

from backprop_tui.engine import parse
from backprop_tui.tui.layout import Edge, layout
from backprop_tui.tui.layout.layered import shape_of
from netext import ConsoleGraph

from costs import Row, seconds, side_by_side


def rows() -> Iterator[Row]:
    """The measurements of the layout."""
    nodes, edges = _graph(150)
    ours, peer = side_by_side(lambda: _ours(nodes, edges), lambda: _netext(nodes, edges), 3)
    yield Row("layout of 150 nodes / netext", ours * 1e3, peer * 1e3, "ms", 0.075)
    large = _graph(500)
    five = min(_ours(*large) for _ in range(3))
    # A peer of another kind is none: netext took 5.4 s for its 150 on one machine, 1.3 s on the
    # next, ours 0.4 and 0.7 s for 500. Three times the nodes have eleven times the pairs of wires.
    yield Row("layout of 500 nodes / of 150", five * 1e3, ours * 1e3, "ms", 12)


def _graph(size: int) -> tuple[list[int], list[Edge]]:
    """A random program with sharing."""
    chance, names = random.Random(1), ["x", "y", "z"]
    lines: list[str] = []
    while len(parse("\n".join([*lines, "x"]))) < size:
        a, b = chance.choice(names[-8:]), chance.choice(names[-8:])
        shape = chance.choice(("sin({})*{}", "{} + {}", "tanh({}*{})"))
        lines.append(f"t{len(lines)} = {shape.format(a, b)}")
        names.append(f"t{len(lines) - 1}")
    graph = parse("\n".join(lines))
    nodes = list(range(len(graph)))
    return nodes, [Edge(o, u, s) for u in nodes for s, o in enumerate(graph.operands[u])]


def _ours(nodes: list[int], edges: list[Edge]) -> float:
    """The layout is forgotten first: one that is known costs nothing."""
    shape_of.cache_clear()
    sizes = dict.fromkeys(nodes, (13, 4))
    return seconds(lambda: layout(nodes, edges, sizes))


def _netext(nodes: list[int], edges: list[Edge]) -> float:
    """netext lays out when its extent is asked for."""
    named: dict[Hashable, dict[str, Any]] = {str(node): {} for node in nodes}
    pairs = [(str(edge.operand), str(edge.user)) for edge in edges]
    return seconds(lambda: ConsoleGraph(named, pairs).full_viewport)
