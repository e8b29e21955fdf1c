"""The laws of graph drawing, on random graphs; the drawing is read back from its cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Sequence
from itertools import pairwise

import pytest
from backprop_tui.tui.layout import Diagram, Edge, layout
from backprop_tui.tui.layout.canvas import GLYPHS, BoxLook, Canvas, WireLook
from backprop_tui.tui.layout.channel import Net, route
from backprop_tui.tui.layout.layered import least_size
from backprop_tui.tui.layout.raster import EAST, NORTH, SOUTH, WEST, raster
from hypothesis import given, settings
from hypothesis import strategies as st

Graph = list[tuple[int, ...]]
"""By node, its operands, each before it."""


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Trees, chains, wide layers and graphs with much sharing."""
    size = draw(st.integers(1, 30))
    near = draw(st.sampled_from((1, 2, 5, 100)))
    operands: Graph = []
    for node in range(size):
        count = draw(st.integers(0, min(4, 3 * node)))
        first = max(0, node - near)
        operands.append(
            tuple(draw(st.integers(first, node - 1)) for _ in range(count)) if node else ()
        )
    return operands


def edges_of(graph: Graph) -> list[Edge]:
    return [Edge(operand, user, slot) for user, used in enumerate(graph)
            for slot, operand in enumerate(used)]  # fmt: skip


def drawn(graph: Graph, across: bool, wide: int = 3) -> Diagram:
    sizes = {}
    for node, used in enumerate(graph):
        width, height = least_size(len(used), across)
        sizes[node] = max(width, wide + node % 4), max(height, 3)
    return layout(range(len(graph)), edges_of(graph), sizes, across=across)


def cells_of(points: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """The cells of a line, from its first point to its last."""
    found = [points[0]]
    for (a, b), (c, d) in pairwise(points):
        assert (a == c) != (b == d), "every piece runs along a row or a column"
        step = ((c > a) - (c < a), (d > b) - (d < b))
        while found[-1] != (c, d):
            found.append((found[-1][0] + step[0], found[-1][1] + step[1]))
    return found


def inside(diagram: Diagram) -> dict[tuple[int, int], int]:
    """Every cell of a box, with its node. No cell may belong to two."""
    found: dict[tuple[int, int], int] = {}
    for node, box in diagram.boxes.items():
        for x in range(box.x, box.x + box.width):
            for y in range(box.y, box.y + box.height):
                assert (x, y) not in found, "boxes overlap"
                found[x, y] = node
    return found


both_ways = pytest.mark.parametrize("across", [True, False])


@both_ways
@given(graph=graphs())
@settings(max_examples=60)
def test_boxes_and_wires_keep_clear_of_each_other(across: bool, graph: Graph) -> None:
    diagram = drawn(graph, across)
    taken = inside(diagram)
    ways: dict[tuple[int, int], dict[int, set[tuple[int, int]]]] = defaultdict(dict)
    for wire in diagram.wires:
        cells = cells_of(wire.cells)
        assert taken.keys().isdisjoint(cells), "a wire passes through a box"
        (x, y), (u, v) = cells[0], cells[-1]
        before, after = ((x - 1, y), (u + 1, v)) if across else ((x, y + 1), (u, v - 1))
        assert taken[before] == wire.edge.operand
        assert taken[after] == wire.edge.user
        for a, b, c in zip([before, *cells], cells, [*cells[1:], after], strict=False):
            found = ways[b].setdefault(wire.edge.operand, set())
            found |= {(a[0] - b[0], a[1] - b[1]), (c[0] - b[0], c[1] - b[1])}
    for nets in ways.values():
        if len(nets) > 1:
            assert len(nets) == 2
            assert sorted(map(sorted, nets.values())) == [[(-1, 0), (1, 0)], [(0, -1), (0, 1)]]


@both_ways
@given(graph=graphs())
@settings(max_examples=40)
def test_every_edge_is_drawn_once_and_operands_in_order(across: bool, graph: Graph) -> None:
    diagram = drawn(graph, across)
    assert [wire.edge for wire in diagram.wires] == edges_of(graph)
    ends = defaultdict(list)
    for wire in diagram.wires:
        ends[wire.edge.user].append(wire.cells[-1][1 if across else 0])
    for places in ends.values():
        assert places == sorted(set(places))


@both_ways
@given(graph=graphs())
@settings(max_examples=40)
def test_operands_stand_before_their_users(across: bool, graph: Graph) -> None:
    diagram = drawn(graph, across)
    for edge in edges_of(graph):
        operand, user = diagram.boxes[edge.operand], diagram.boxes[edge.user]
        if across:
            assert operand.x + operand.width <= user.x
        else:
            assert user.y + user.height <= operand.y


@both_ways
@given(graph=graphs())
@settings(max_examples=40)
def test_the_same_graph_is_drawn_the_same(across: bool, graph: Graph) -> None:
    one, other = drawn(graph, across), drawn(graph, across)
    assert (one.boxes, one.wires, one.width, one.height) == (
        other.boxes, other.wires, other.width, other.height,
    )  # fmt: skip


def characters(diagram: Diagram) -> list[str]:
    """The drawing as text, without anything in the boxes."""
    drawn = Canvas(raster(diagram))
    box, wire = BoxLook("plain", "x", "", ()), WireLook("plain", "x")
    rows = range(diagram.height)
    return [
        "".join(text for text, _ in drawn.row(y, 0, diagram.width, lambda _: box, lambda _: wire))
        for y in rows
    ]


WAYS = {EAST: (1, 0), WEST: (-1, 0), SOUTH: (0, 1), NORTH: (0, -1)}


def read_back(diagram: Diagram) -> set[tuple[int, int, int]]:
    """The edges that a reader finds: from each box's way out along the characters to ways in.

    A crossing is passed straight, at a junction every way is taken.
    """
    text, taken = characters(diagram), inside(diagram)
    out, into = ("├", "┤") if diagram.across else ("┴", "┬")
    found = set()
    slots: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (x, y), node in taken.items():
        if text[y][x] == into and on_edge(diagram, node, x, y, begins=diagram.across):
            slots[node].append((x, y))
    for (x, y), node in taken.items():
        if text[y][x] == out and on_edge(diagram, node, x, y, begins=not diagram.across):
            start = ((x, y), (1, 0) if diagram.across else (0, -1))
            for port in followed(text, taken, start):
                user = taken[port]
                found.add((node, user, sorted(slots[user]).index(port)))
    return found


def on_edge(diagram: Diagram, node: int, x: int, y: int, begins: bool) -> bool:
    """True on the side of a box where wires come in (LR: left, else its bottom) or go out."""
    box = diagram.boxes[node]
    if diagram.across:
        return x == (box.x if begins else box.x + box.width - 1)
    return y == (box.y if begins else box.y + box.height - 1)


def followed(
    text: Sequence[str],
    taken: Container[tuple[int, int]],
    start: tuple[tuple[int, int], tuple[int, int]],
) -> set[tuple[int, int]]:
    """The box cells at which the wires from a start end."""
    found, stack, seen = set(), [start], set()
    while stack:
        (x, y), (dx, dy) = here = stack.pop()
        if here in seen:
            continue
        seen.add(here)
        cell = (x + dx, y + dy)
        if cell in taken:
            found.add(cell)
            continue
        character = text[cell[1]][cell[0]]
        if character == GLYPHS.crossings[0]:
            stack.append((cell, (dx, dy)))
            continue
        directions = GLYPHS.plain.wire.index(character)
        stack += [
            (cell, way) for bit, way in WAYS.items() if directions & bit and way != (-dx, -dy)
        ]
    return found


@both_ways
@given(graph=graphs())
@settings(max_examples=60)
def test_reading_the_drawing_gives_the_edges(across: bool, graph: Graph) -> None:
    diagram = drawn(graph, across)
    assert read_back(diagram) == {(e.operand, e.user, e.slot) for e in edges_of(graph)}


def test_nets_that_exchange_sides_step_aside() -> None:
    channel = route({0: Net(0, (4,)), 1: Net(4, (0,))}, lambda used: max(used) + 1)
    assert channel.tracks >= 2
    assert sorted(len(trunks) for trunks in channel.trunks.values()) == [1, 2]


@given(st.permutations(range(0, 24, 2)), st.integers(1, 11))
def test_nets_never_share_a_cell_but_at_right_angles(ends: list[int], split: int) -> None:
    nets = {i: Net(2 * i, (ends[i],)) for i in range(split)}
    channel = route(nets, lambda used: next(c for c in range(100) if c not in used))
    rows: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    columns: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for node, net in nets.items():
        at, column = net.start, -1
        for track, trunk in channel.trunks[node]:
            columns[track].append((trunk.low, trunk.high, node))
            rows[at].append((min(column, track), max(column, track), node))
            at, column = (trunk.ends[0] if len(trunk.ends) == 1 else net.ends[0]), track
        rows[at].append((column, channel.tracks, node))
    for spans in (*rows.values(), *columns.values()):
        for (a, b, one), (c, d, other) in ((s, t) for s in spans for t in spans if s[2] < t[2]):
            assert b < c or d < a, (one, other)


def test_a_graph_of_one_node_is_drawn() -> None:
    diagram = drawn([()], True)
    assert diagram.wires == ()
    assert (diagram.width, diagram.height) == (3, 3)
