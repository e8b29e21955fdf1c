"""Calls of a program's functions as folds: which are shut, and what a shut one uses."""

from __future__ import annotations

from collections.abc import Collection

from backprop_tui.engine import Graph

OPEN = 30
"""Nodes up to which a program opens with its calls open: they fit on a screen."""


def is_foldable(graph: Graph, group: int) -> bool:
    """True where a call made its output: else there is no node that could stand for it."""
    first, end = graph.group_ranges[group]
    return first <= graph.groups[group].output < end


def shut_at_first(graph: Graph) -> frozenset[int]:
    """The calls that are shut when a program opens."""
    if len(graph) <= OPEN:
        return frozenset()
    return frozenset(group for group in range(len(graph.groups)) if is_foldable(graph, group))


def shut_at(graph: Graph, shut: Collection[int], node: int) -> int | None:
    """The outermost shut call whose output a node is; None where there is none."""
    return next((group for group in graph.calls_of.get(node, ()) if group in shut), None)


def shut_around(graph: Graph, shut: Collection[int], node: int) -> int | None:
    """The outermost shut call that a node is the output of, or hidden in."""
    around = [group for group in graph.groups_around(node) if group in shut]
    return around[-1] if around else shut_at(graph, shut, node)


def seen_shut(graph: Graph, shut: Collection[int]) -> dict[int, int]:
    """The shut calls that no other hides, by the node that stands for each."""
    found: dict[int, int] = {}
    hidden = bytearray(len(graph.groups) if shut else 0)
    for group in range(len(hidden)):
        inside = graph.groups[group].inside
        hidden[group] = inside is not None and (hidden[inside] or inside in shut)
        if group in shut and not hidden[group]:
            found.setdefault(graph.groups[group].output, group)
    return found


def used_by_call(graph: Graph, group: int) -> tuple[int, ...]:
    """The nodes that a call uses and did not make: its arguments first, in their order."""
    made = set(graph.made_by(group))
    used = dict.fromkeys(i for node in sorted(made) for i in graph.operands[node] if i not in made)
    arguments = [i for i in graph.groups[group].arguments if i in used]
    return tuple(dict.fromkeys([*arguments, *used]))
