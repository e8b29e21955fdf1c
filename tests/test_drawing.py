"""The drawn graph of a session: what is shown of it, and how it follows the sweep."""

from __future__ import annotations

import shutil
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

import pytest
from backprop_tui.engine import Sample, bundled, load_bundled, trace
from backprop_tui.engine.export.dot import dot
from backprop_tui.engine.text.spans import plain
from backprop_tui.tui.drawings.boxes import EQUATIONS, LABELS, NUMBERS
from backprop_tui.tui.drawings.drawing import Drawing
from backprop_tui.tui.drawings.extent import MOST_BOXES, SIDE
from backprop_tui.tui.drawings.views import drawing
from backprop_tui.tui.export.drawing import drawing_text
from backprop_tui.tui.export.svg import svg
from backprop_tui.tui.layout.canvas import Canvas
from backprop_tui.tui.layout.raster import raster
from backprop_tui.tui.session.opening import open_session
from backprop_tui.tui.session.session import Session
from backprop_tui.tui.session.viewing import VIEWS, seen_as, views_of, with_leaves
from backprop_tui.tui.system.ascii import to_ascii
from hypothesis import given, settings
from hypothesis import strategies as st

from screens import viewed
from sure import sure


def opened(program: str, **values: float) -> Session:
    return open_session(Sample(program, values=values))


def lines(one: Drawing) -> list[str]:
    row = one.rows()
    return [plain(row(y, 0, one.diagram.width)) for y in range(one.diagram.height)]


@pytest.mark.parametrize("name", ["sigmoid", "square"])
def test_small_samples_fit_a_small_terminal_whole(name: str) -> None:
    one = drawing(open_session(load_bundled(name)), 80, 24)
    assert one.diagram.width <= 80
    assert one.diagram.height <= 24
    assert one.level > LABELS


def test_a_graph_of_24_nodes_with_sharing_fits_a_page() -> None:
    text = """u = x*y + sin(x)
v = tanh(u*w) + y
p = exp(-u) + w*x
q = p*v + u*y
(q - v)^2 + p/w + 3*x"""
    session = opened(text, x=0.5, y=0.25, w=1.5)
    assert len(session.graph) == 24
    one = drawing(session, 100, 40)
    assert one.diagram.width <= 100
    assert one.diagram.height <= 40


@pytest.mark.parametrize("level", [LABELS, NUMBERS, EQUATIONS])
@pytest.mark.parametrize("across", [True, False])
def test_boxes_do_not_move_while_the_sweep_goes(level: int, across: bool) -> None:
    session = opened("t = x*y\nsin(t)*t + x", x=1.5, y=0.5)
    first = Drawing(session, level, across).diagram
    for step in range(len(session.trace.sweep) + 1):
        assert Drawing(session.seek(step), level, across).diagram is first


def test_a_box_says_value_derivative_and_partials() -> None:
    session = opened("(4*x+1)^2", x=1.0)
    said = "\n".join(lines(Drawing(session.seek(2), EQUATIONS, True)))
    for text in ("e = c + d", "×1 → 10", "∂10", "×10 → 10", "25", "×4"):
        assert text in said
    assert "→ 40" not in said
    assert "→ 40" in "\n".join(lines(Drawing(session.seek(3), EQUATIONS, True)))


MOMENTS = st.tuples(st.integers(0, 60), st.integers(0, 60), st.sampled_from([0, 20]))
"""How many contributions were sent, the node selected, the first column in sight."""


@settings(max_examples=25)
@given(
    name=st.sampled_from(["gaussian", "neurons", "xor"]),
    view=st.sampled_from(["graph", "neurons"]),
    moments=st.lists(MOMENTS, min_size=2, max_size=8),
)
def test_a_row_that_is_kept_is_the_row_drawn_from_nothing(
    name: str, view: str, moments: list[tuple[int, int, int]]
) -> None:
    """Whatever was drawn before, and in whatever window."""
    session = open_session(load_bundled(name))
    if view in views_of(session):
        session = seen_as(session, view)
    kept: dict[int, Canvas] = {}
    for sent, node, start in moments:
        position = min(sent, session.trace.sweep.route.positions[-1])
        one = drawing(
            replace(session, cursor=replace(session.cursor, position=position)).choose(node),
            120,
            40,
        )
        ours = kept.setdefault(id(one.diagram), Canvas(raster(one.diagram)))
        fresh = Canvas(ours.cells)
        for y in range(one.diagram.height):
            window = y, start, start + 60, one.box, one.wire
            assert ours.row(*window) == fresh.row(*window)


def test_one_contribution_lights_one_wire() -> None:
    session = opened("x*sin(x) + x", x=2.0)
    for position in range(len(session.trace.sweep.route.users)):
        one = Drawing(
            replace(session, cursor=replace(session.cursor, position=position + 1)), NUMBERS, True
        )
        strong = [i for i in range(len(one.diagram.wires)) if one.wire(i).pen == "strong"]
        assert position in [one.edge(i) for i in strong]


def test_states_differ_without_colour() -> None:
    session = opened("(4*x+1)^2", x=1.0).seek(2)
    one = Drawing(session, NUMBERS, True)
    pens = {session.graph.ref(node): one.box(node).pen for node in one.diagram.boxes}
    assert pens == {"a": "weak", "x": "plain", "c": "plain", "d": "weak", "e": "strong",
                    "f": "weak", "g": "plain"}  # fmt: skip
    marks = {session.graph.ref(n): one.box(n).title.strip("‹› ")[0] for n in one.diagram.boxes}
    assert marks["g"] == "●"
    assert marks["e"] == "▶"
    assert marks["c"] == "◉"
    assert marks["x"] == "○"


def test_a_large_graph_is_drawn_around_the_selection_with_a_count() -> None:
    program = "h0 = tanh(x)\n" + "\n".join(f"h{i} = tanh(h{i - 1})" for i in range(1, 700))
    session = opened(program, x=0.5)
    one = drawing(session, 120, 20)
    assert len(session.graph) > MOST_BOXES
    assert len(one.diagram.boxes) + one.shown.left_out == len(session.graph)
    assert one.shown.box_of(session.selected) is not None
    wider = drawing(viewed(session, zoom=-2), 120, 20)
    assert len(wider.diagram.boxes) > len(one.diagram.boxes)


LONG = "\n".join(["h0 = tanh(w*x)", *(f"h{i} = tanh(w*h{i - 1})" for i in range(1, 400))])
TERMS = [f"a{i}" for i in range(300)]
HUB = "\n".join(
    [*(f"{name} = sin({i}*x)" for i, name in enumerate(TERMS)), f"sum({', '.join(TERMS)})"]
)


@pytest.mark.parametrize("program", [LONG, HUB])
@pytest.mark.parametrize("level", [LABELS, NUMBERS, EQUATIONS])
def test_what_a_large_graph_shows_holds_the_selection_and_what_is_beside_it(
    program: str, level: int
) -> None:
    session = opened(program, x=0.5, w=1.25) if "w" in program else opened(program, x=0.5)
    graph = session.graph
    for node in range(0, len(graph), 7):
        shown = Drawing(session.choose(node), level, True).shown
        beside = {node, *graph.users_of(node)[:SIDE], *graph.operands[node][:SIDE]}
        assert beside <= set(shown.nodes.values())


def test_the_drawing_of_a_long_chain_stays_for_several_steps() -> None:
    session = opened(LONG, x=0.5, w=1.25)
    drawn = [Drawing(session.seek(step), NUMBERS, True).shown for step in range(1, 101)]
    changes = sum(one is not other for one, other in pairwise(drawn))
    assert changes <= 20


def test_no_way_leads_through_a_node_that_very_many_use() -> None:
    """w is drawn, as an operand; what else uses it has nothing to do with the node selected."""
    session = opened(LONG, x=0.5, w=1.25)
    shown = Drawing(session.choose(session.graph.by_name["h200"]), NUMBERS, True).shown
    near = {int(name[1:]) for node in shown.nodes.values()
            if (name := session.graph.names.get(node, "")).startswith("h")}  # fmt: skip
    assert session.graph.by_name["w"] in shown.nodes.values()
    assert len(near) > 10
    assert near == set(range(min(near), max(near) + 1))


def test_a_folded_statement_is_one_box_over_what_it_rests_on() -> None:
    session = opened("t = sin(x*y + 1)\nt^2", x=1.0, y=2.0)
    t = session.graph.by_name["t"]
    folded = Drawing(session.choose(t).fold(), NUMBERS, True)
    names = {session.graph.ref(folded.shown.nodes[box]) for box in folded.diagram.boxes}
    assert names == {"t", "x", "y", "g", "h"}
    edges = [e for e in folded.shown.edges if e.user == t]
    assert [session.graph.ref(e.operand) for e in edges] == ["x", "y"]


def test_leaves_can_stand_beside_each_user() -> None:
    session = opened("x*sin(x) + x", x=2.0)
    apart = Drawing(with_leaves(session), NUMBERS, True)
    assert sum(apart.shown.nodes[box] == 0 for box in apart.diagram.boxes) == 3
    assert len(apart.diagram.wires) == len(Drawing(session, NUMBERS, True).diagram.wires)


def test_arrows_move_along_wires() -> None:
    session = opened("(4*x+1)^2", x=1.0)
    one = Drawing(session, NUMBERS, True)
    left = sure(one.neighbour("left", 1))
    assert session.graph.ref(left) == "e"
    there = Drawing(session.choose(left), NUMBERS, True)
    assert there.neighbour("right", 1) == session.selected
    below = sure(there.neighbour("down", 1))
    assert session.graph.ref(below) == "f"
    at_end = Drawing(session.choose(below), NUMBERS, True)
    assert at_end.neighbour("left", 1) == below
    assert there.neighbour("right", 9) == session.graph.output


@pytest.mark.parametrize("name", bundled())
def test_every_sample_is_drawn_in_every_format(name: str) -> None:
    session = open_session(load_bundled(name))
    text = list(drawing_text(session))
    assert all(to_ascii(line).isascii() and len(to_ascii(line)) == len(line) for line in text)
    ET.fromstring("\n".join(svg(session)))
    assert "http" not in "".join(list(svg(session))[1:]), "nothing is fetched"


@pytest.mark.parametrize("program", ["x", "3", "e", "x + 0*x"])
def test_the_smallest_graphs_are_drawn(program: str) -> None:
    session = opened(program, **({"x": 1.0} if "x" in program else {}))
    drawn = "\n".join(drawing_text(session))
    assert all(session.graph.pretty(node) in drawn for node in range(len(session.graph)))


def test_dot_has_every_node_and_edge() -> None:
    result = trace("x*sin(x) + x", {"x": 2})
    text = "\n".join(dot(result))
    assert text.count(" -> ") == 5
    assert text.count('[label="{') == len(result.graph)


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
@pytest.mark.parametrize("name", ["logistic", "gaussian", "kink"])
def test_graphviz_reads_the_dot(name: str) -> None:
    sample = load_bundled(name)
    text = "\n".join(dot(trace(sample.program, sample.bindings, list(sample.values)), 1))
    made = subprocess.run(
        ["dot", "-Tplain"], input=text, capture_output=True, text=True, check=True
    )
    assert made.stdout.startswith("graph")
    assert not made.stderr


def test_the_command_lines_lists_are_those_that_they_stand_for() -> None:
    from backprop_tui.engine.descent.methods import METHODS
    from backprop_tui.tui.command import arguments as cli

    assert cli.VIEWS == VIEWS
    assert tuple(METHODS) == cli.METHODS
