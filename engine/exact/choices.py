"""Where moving a node may change what is chosen, although no edge of the sweep leads there."""

from __future__ import annotations

from collections.abc import Sequence

from ..calculus.rules import given, special_case
from ..language.graph import Graph
from .arithmetic import Exact, Missing, bends
from .rules import exact_kit

MOVES, JUMPS = 2, 1
"""What a node must do for a choice to change: move at all, or jump."""


def steering(graph: Graph, values: Sequence[Exact], used: Sequence[int]) -> bytearray:
    """By node: MOVES where the least move may change a choice, JUMPS where only a jump does.

    A condition that is 0 changes with any move, another one when it jumps. MOVES is on the safe
    side: slopes are then found from both sides. `used` tells the nodes that the output uses.
    """
    found = bytearray(len(graph))
    if not graph.deciding:
        return found
    for node in range(graph.output, -1, -1):
        operation, operands = graph.operations[node], graph.operands[node]
        if operation is None or not used[node]:
            continue
        if operation.decides:
            condition = values[operands[0]]
            is_open = isinstance(condition, Missing) or condition == 0
            found[operands[0]] = max(found[operands[0]], MOVES if is_open else JUMPS)
        if found[node]:
            for slot, operand in enumerate(operands):
                passed = _passed(graph, values, node, slot, found[node])
                found[operand] = max(found[operand], passed)
    return found


def _passed(graph: Graph, values: Sequence[Exact], node: int, slot: int, wanted: int) -> int:
    """What an operand must do for the node to do what is wanted."""
    operation = graph.operations[node]
    assert operation is not None
    operands = [values[i] for i in graph.operands[node]]
    if operation.decides and slot == 0:
        return 0
    if any(isinstance(number, Missing) for number in (*operands, values[node])):
        return MOVES
    known = given(operation, slot, operands, values[node], exact_kit())
    is_special = special_case(operation, slot, known) is not None
    if operation.is_flat:
        return MOVES if is_special else JUMPS
    return MOVES if is_special or bends(operation, slot, len(operands)) else wanted
