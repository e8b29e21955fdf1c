"""Forward mode: the derivative of every node by one leaf, in the order of evaluation."""

from __future__ import annotations

from collections.abc import Sequence

from ..language.graph import Graph
from .rules import not_taken, partial


def tangents(graph: Graph, values: Sequence[float], leaf: int) -> list[float]:
    """By node: the derivative of its value by the leaf; 0 where it does not depend on it.

    Forward-mode differentiation: Griewank and Walther, Evaluating Derivatives, 2nd ed., ch. 3.1.
    """
    found = [0.0] * len(graph)
    depends = bytearray(len(graph))
    found[leaf], depends[leaf] = 1.0, 1
    for node in range(leaf + 1, len(graph)):
        operation, operands = graph.operations[node], [values[i] for i in graph.operands[node]]
        if operation is None:
            continue
        for slot, operand in enumerate(graph.edges[node], operation.decides):
            if depends[operand]:
                depends[node] = 1
                if not not_taken(operation, slot, operands):
                    found[node] += partial(graph, values, node, slot) * found[operand]
    return found
