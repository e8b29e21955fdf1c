"""The views of a network: one selection in all of them, and what each of them shows."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import pairwise
from random import Random

import pytest
from backprop_tui.engine import BackpropError, Graph, load_bundled, trace_network
from backprop_tui.engine.files.sample import of_network
from backprop_tui.engine.language.show import number
from backprop_tui.engine.network.description import read_network
from backprop_tui.engine.network.notation import symbol
from backprop_tui.engine.network.places import Place
from backprop_tui.engine.text.spans import Line, line_width, plain
from backprop_tui.engine.text.words import cell_width
from backprop_tui.tui.app.explorer import Explorer
from backprop_tui.tui.app.screen import AsciiScrollBar
from backprop_tui.tui.command.arguments import main
from backprop_tui.tui.drawings.boxes import LABELS, NUMBERS
from backprop_tui.tui.drawings.drawing import LEVELS, Drawing
from backprop_tui.tui.drawings.neuron_drawing import NeuronDrawing
from backprop_tui.tui.drawings.picture import graph_picture
from backprop_tui.tui.drawings.views import drawing
from backprop_tui.tui.export.text import text
from backprop_tui.tui.present.frame import header_line, timeline_line
from backprop_tui.tui.present.layers_pane import NONE, layers_picture
from backprop_tui.tui.present.pages.notation import notation_picture
from backprop_tui.tui.present.picture import Picture, offset, start_of
from backprop_tui.tui.present.row_pane import row_picture
from backprop_tui.tui.session.edits import with_program, with_wrt
from backprop_tui.tui.session.opening import open_session
from backprop_tui.tui.session.session import Session
from backprop_tui.tui.session.viewing import (
    next_view,
    other_sample,
    turned,
    with_layers,
    with_leaves,
    zoomed,
)
from backprop_tui.tui.system.ascii import to_ascii
from textual.scrollbar import ScrollBar

from screens import screen_text, viewed
from sure import sure

NETWORKS = ("neurons", "xor", "softmax-classifier", "deep-sigmoid")
DRAWN = ("neurons", "graph", "weight")
WITHOUT_SIGNS = str.maketrans("‹›▶", "   ")
WIDE = {"sizes": [20, 20, 2], "init": "xavier", "seed": 1, "input": "random", "target": [0, 1]}


@cache
def opened(name: str, view: str | None = None) -> Session:
    return open_session(load_bundled(name), view=view)


@cache
def wide() -> Session:
    return open_session(of_network(read_network(WIDE)))


def at(session: Session, name: str) -> Session:
    """The session with a named node selected."""
    return session.choose(session.graph.by_name[name])


def rows(one: Drawing) -> list[Line]:
    row = one.rows()
    return [row(y, 0, one.diagram.width) for y in range(one.diagram.height)]


def lines(picture: Picture) -> list[Line]:
    return [
        *([picture.header] if picture.header else []),
        *map(picture.line, range(picture.height)),
    ]


def marked(found: Iterable[Line]) -> str:
    """What is marked as selected."""
    return " ".join(text for line in found for text, style in line if style == "marked")


def parameter_names(sizes: list[int] | tuple[int, ...]) -> list[str]:
    """The unrolled order as the contract has it: by layer all w, j then k, then all b."""
    found = []
    for layer, (before, size) in enumerate(pairwise(sizes), 2):
        found += [f"w{layer}_{j + 1}_{k + 1}" for j in range(size) for k in range(before)]
        found += [f"b{layer}_{j + 1}" for j in range(size)]
    return found


def closure(
    start: Iterable[int], onward: dict[int, set[int]], without: Iterable[int] = ()
) -> set[int]:
    """All nodes reached from some, no way leading through those left out."""
    found: set[int] = set()
    queue = list(start)
    while queue:
        node = queue.pop()
        if node not in found and node not in set(without):
            found.add(node)
            queue += onward[node]
    return found


def neighbours(graph: Graph) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """The operands and the users of every node, from the program's edges alone."""
    operands = {node: set(graph.operands[node]) for node in range(len(graph))}
    users: dict[int, set[int]] = {node: set() for node in operands}
    for user, used in operands.items():
        for node in used:
            users[node].add(user)
    return operands, users


def test_one_key_leads_through_the_views_of_a_network_and_back() -> None:
    session, seen = opened("xor"), []
    for _ in range(5):
        seen.append(session.view.name)
        session = next_view(session)
    assert seen == ["neurons", "graph", "weight", "tree", "neurons"]


@pytest.mark.parametrize("view", [*DRAWN, "tree"])
def test_the_layers_are_left_to_the_view_before(view: str) -> None:
    there = with_layers(opened("xor", view))
    assert there.view.name == "layers"
    assert with_layers(there).view.name == view


@pytest.mark.parametrize("view", ["neurons", "weight", "layers"])
@pytest.mark.parametrize("source", [["x^2", "x=3"], ["square"]])
def test_an_expression_has_no_views_of_a_network(
    view: str, source: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*source, "--view", view, "-f", "drawing"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        f"backprop-tui: only a network can be seen as {view}: this is an expression\n"
    )


def hidden_by(graph: Graph, group: set[int]) -> set[int]:
    """What only a group uses down to inputs and activations, which stay."""
    operands, users = neighbours(graph)
    kept = {node for name, node in graph.by_name.items() if name[0] in "ax"} - group
    roots = {node for node in users if not users[node]}
    elsewhere = closure(roots | kept, operands, without=group)
    return closure(group, operands, without=kept) - elsewhere - group


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("neuron", ["a2_1", "a2_2", "a3_1", "z3_1"])
def test_a_folded_neuron_is_one_box_that_hides_what_only_it_uses(name: str, neuron: str) -> None:
    session = opened(name, "graph")
    session = at(session, neuron if neuron in session.graph.by_name else f"{neuron}_s1")
    hidden = hidden_by(session.graph, {session.selected})
    seen = Drawing(session.fold(), NUMBERS, True).seen
    assert set(seen.nodes) == set(range(len(session.graph))) - hidden
    assert set(seen.hidden[session.selected]) == hidden


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("layer", [2, 3])
def test_a_folded_layer_is_one_box_that_hides_what_only_it_uses(name: str, layer: int) -> None:
    session = opened(name, "graph")
    network = session.trace.network
    assert network is not None
    ending = "_s1" if name == "xor" else ""
    neurons = [f"a{layer}_{j + 1}{ending}" for j in range(network.sizes[layer - 1])]
    group = {session.graph.by_name[neuron] for neuron in neurons}
    session = at(session, neurons[0]).fold()
    session = session.fold() if len(group) > 1 else session
    hidden = hidden_by(session.graph, group) | group - {max(group)}
    one = Drawing(session, NUMBERS, True)
    assert set(one.seen.nodes) == set(range(len(session.graph))) - hidden
    assert {one.shown.box_of(node) for node in group} == {max(group)}
    assert session.fold().folds == frozenset()


@pytest.mark.parametrize(("name", "weight"), [("xor", "w2_2_1"), ("deep-sigmoid", "w3_2_3")])
def test_a_weight_chosen_in_one_view_is_chosen_in_all(name: str, weight: str) -> None:
    session = at(opened(name), weight)
    node, value = session.selected, session.trace.bindings[weight]
    for _ in range(4):
        assert session.selected == session.chosen == node
        if session.view.name in DRAWN:
            one = drawing(zoomed(session, 0, LEVELS[0]), 120, 40)
            assert session.graph.pretty(node) in marked(rows(one)).translate(WITHOUT_SIGNS).split()
        else:
            assert session.tree.nodes[session.row] == node
        session = next_view(session)
    assert Drawing(viewed(session, name="weight"), NUMBERS, True).seen.leaf == node
    assert marked(lines(layers_picture(session, 118))).split() == [f"‹{number(value, 4)}›"]


def test_a_weight_chosen_by_its_row_between_neurons_is_that_of_the_wire() -> None:
    session = opened("deep-sigmoid")
    one = drawing(session, 400, 100)
    assert isinstance(one, NeuronDrawing)
    names = set()
    for unit in one.neurons.units.values():
        x, y, *_ = one.diagram.boxes[unit.node]
        for index, node in enumerate(unit.rows):
            assert one.node_at(x + 2, y + 1 + index) == node
            names.add(session.graph.names[node])
    assert names == {n for n in session.trace.bindings if n[0] in "wy"}


@pytest.mark.parametrize("name", NETWORKS)
def test_the_view_of_a_weight_is_its_paths_and_what_they_meet(name: str) -> None:
    """Numbers, and the other terms of a sum, are no part of it."""
    session = opened(name, "weight")
    graph, output = session.graph, session.graph.output
    operands, users = neighbours(graph)
    below = closure([output], operands)
    for weight in Random(1).sample(session.trace.wrt, 4):
        leaf = graph.by_name[weight]
        on_paths = closure([leaf], users) & below
        seen = Drawing(session.choose(leaf), NUMBERS, True).seen
        met = {used for node in on_paths - sums(graph) for used in operands[node]}
        assert set(seen.nodes) == on_paths | (met - set(graph.constants))
        assert seen.along == len(on_paths)


def sums(graph: Graph) -> set[int]:
    """The nodes that take any number of operands."""
    return {n for n, row in enumerate(graph.operations) if row is not None and row.variadic}


@pytest.mark.parametrize("stem", ["x1", "z2_2", "a2_1", "a3_1", "y1", "C"])
def test_another_sample_keeps_the_neuron_and_shows_its_numbers(stem: str) -> None:
    session = at(opened("xor"), f"{stem}_s1")
    seen = []
    for key in ("]", "]", "]", "]", "[", "["):
        session = other_sample(session, 1 if key == "]" else -1)
        assert session.graph.names[session.selected] == f"{stem}_s{session.cursor.sample}"
        seen.append(session.cursor.sample)
    assert seen == [2, 3, 4, 4, 3, 2]
    assert other_sample(at(opened("xor"), f"{stem}_s1").typed("2"), 1).cursor.sample == 3


@pytest.mark.parametrize("sample", [1, 2, 3, 4])
def test_a_sample_looks_like_a_network_of_that_sample_alone(sample: int) -> None:
    network = load_bundled("xor").network
    assert network is not None
    alone = trace_network({
        "sizes": network.sizes, "weights": network.weights, "biases": network.biases,
        "input": network.inputs[sample - 1], "target": network.targets[sample - 1],
    })  # fmt: skip
    session = at(at(opened("xor"), f"x1_s{sample}"), "w2_1_1")
    assert other_sample(session, 1).selected == session.selected, "the samples share the weights"
    said = "\n".join(map(plain, rows(drawing(session, 200, 60))))
    for name in ("a2_1", "a2_2", "a3_1"):
        assert f"a {number(alone.values[alone.graph.by_name[name]])}" in said
    heading = plain(drawing(session, 200, 60).heading(0, 200) or ())
    assert f"sample {sample} of 4" in heading


def test_a_layer_has_its_delta_when_the_sweep_has_passed_it_and_not_before() -> None:
    session = opened("neurons")
    trace, names = session.trace, session.graph.by_name
    order = trace.sweep.route.order
    for step in range(len(trace.sweep) + 1):
        shown = map(plain, lines(layers_picture(session.seek(step), 118)))
        said = (line.translate(WITHOUT_SIGNS) for line in shown)
        table = {words[0]: words[1:] for line in said if (words := line.split())}
        passed = set(order[:step])
        for layer, j in ((2, 1), (2, 2), (3, 1), (3, 2)):
            z, a = names[f"z{layer}_{j}"], names[f"a{layer}_{j}"]
            *products, bias = session.graph.operands[z]
            leaves = [names[f"w{layer}_{j}_{k}"] for k in (1, 2)]
            values = [*leaves, bias, z, a]
            derived = [(z, a), *zip(leaves, products, strict=True), (bias, z)]
            assert table[symbol(Place("a", layer, j), 1)] == [
                *(number(trace.values[node], 4) for node in values),
                *(number(trace.sweep.adjoints[node], 4) if by in passed else NONE
                  for node, by in derived),
            ]  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_the_notation_has_n_and_m_and_every_parameter_in_the_unrolled_order(name: str) -> None:
    session = opened(name)
    session = session.seek(len(session.trace.sweep))
    network = session.trace.network
    assert network is not None
    expected = parameter_names(network.sizes)
    said = list(map(plain, lines(notation_picture(session, 118))))
    n = sum(before * size for before, size in pairwise(network.sizes))
    assert any(line.endswith(f"n = {n}, m = {sum(network.sizes[1:])}") for line in said)
    assert [line.split()[:3] for line in said[-len(expected) :]] == [
        [
            f"θ[{index}]",
            session.graph.pretty(session.graph.by_name[name]),
            number(session.trace.bindings[name]),
        ]
        for index, name in enumerate(expected, 1)
    ]
    assert [line.split("= ")[-1] for line in said[-len(expected) :]] == [
        number(session.trace.gradient[name]) for name in expected
    ]
    assert not any(line.lstrip().startswith("θ[") for line in said[: -len(expected)])


@pytest.mark.parametrize("width", [80, 120])
def test_a_wide_layer_is_shown_around_the_neuron_selected_with_a_count(width: int) -> None:
    for j in (1, 2, 7, 13, 20):
        session = at(wide(), f"w2_{j}_{21 - j}")
        one = drawing(session, width, 24)
        assert isinstance(one, NeuronDrawing)
        assert one.selected_box == session.graph.by_name[f"a2_{j}"]
        unit = one.neurons.units[sure(one.selected_box)]
        assert session.selected in unit.rows
        assert unit.left_out + len(unit.rows) == 20
        assert f"… {unit.left_out} more" in "\n".join(map(plain, rows(one)))
        shown = len(one.neurons.windows[1])
        assert shown < 20
        assert f"{shown} of 20" in plain(sure(one.heading(0, one.diagram.width)))


def test_a_wide_layer_in_matrices_shows_the_row_and_column_selected_with_a_count() -> None:
    for j in (1, 8, 9, 20):
        session = at(wide(), f"w2_{j}_{21 - j}")
        found = lines(layers_picture(session, 118))
        said = list(map(plain, found))
        shown = [line.split()[0] for line in said if line.startswith("a²")]
        assert symbol(Place("a", 2, j), 1) in shown
        value = session.trace.bindings[f"w2_{j}_{21 - j}"]
        assert marked(found).split() == [f"‹{number(value, 4)}›"]
        first, last = map(int, re.findall(r"rows (\d+) to (\d+) of 20, columns", " ".join(said))[0])
        assert shown == [symbol(Place("a", 2, i), 1) for i in range(first, last + 1)]


def everything(session: Session) -> Iterator[Line]:
    """Every line of every view and page, at every size of box."""
    yield header_line(session, 118)
    yield timeline_line(session, 118)
    yield from lines(layers_picture(session, 118))
    yield from lines(notation_picture(session, 118))
    yield from lines(row_picture(session, 118))
    for view in DRAWN:
        for level in LEVELS:
            one = drawing(viewed(session, name=view, zoom=level), 118, 40)
            yield one.heading(0, one.diagram.width) or ()
            yield from rows(one)


@pytest.mark.parametrize("name", [*NETWORKS, "digits"])
def test_every_sign_of_a_network_has_a_stand_in_in_ascii(name: str) -> None:
    session = opened(name)
    last = len(session.trace.sweep)
    made = [plain(line) for step in (0, last // 2, last) for line in everything(session.seek(step))]
    for line in [*made, *text(session)]:
        shown = to_ascii(line)
        assert shown.isascii()
        assert cell_width(shown) == cell_width(line)
        assert shown.count("?") == line.count("?"), line


ASCII_TOUR = (
    "g", "t", "t", "t", "l", "G", "m", "escape", "ctrl+p", "t", "h", "escape", "escape",
    "question_mark", "escape", "o", "escape", "v", "z", "escape", "e", "p",
)  # fmt: skip
"""Keys by which views, pages, a palette, an editor, its message, a toast and a plot are seen."""


def test_nothing_is_drawn_beyond_ascii_where_only_that_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ScrollBar, "renderer", AsciiScrollBar)

    async def use() -> None:
        app = Explorer(opened("digits").seek(9), "ascii")
        async with app.run_test(size=(120, 36)) as pilot:
            for key in ASCII_TOUR:
                await pilot.press(key)
                await pilot.pause(0.1 if key == "ctrl+p" else 0)
                assert screen_text(app).isascii(), key
                assert "?" not in re.sub(r"\? (help|F1)", "", screen_text(app)), key
            await pilot.resize_terminal(50, 10)
            assert "at least 60 x 16" in screen_text(app)

    asyncio.run(use())


@pytest.mark.parametrize("name", ["neurons", "deep-sigmoid"])
def test_a_folded_layer_is_fed_by_the_boxes_of_the_layer_before(name: str) -> None:
    session = opened(name, "graph")
    network = session.trace.network
    assert network is not None
    for layer in range(network.layers, 1, -1):
        session = at(session, f"a{layer}_1").fold()
        session = session.fold() if network.sizes[layer - 1] > 1 else session
    seen = Drawing(session, NUMBERS, True).seen
    names, sizes = session.graph.by_name, network.sizes
    for layer in range(3, network.layers + 1):
        box, before = (seen.box(names[f"a{one}_1"]) for one in (layer, layer - 1))
        assert [used for _, used in seen.operands(box)] == [before]
    inputs = [names[f"x{k + 1}"] for k in range(sizes[0])]
    assert sorted(used for _, used in seen.operands(seen.box(names["a2_1"]))) == inputs


@pytest.mark.parametrize("name", ["xor", "neurons"])
def test_the_sample_shown_at_the_start_is_that_of_the_first_steps(name: str) -> None:
    """The picture stays while the sweep goes through one sample, from the seed on."""
    session, seen = opened(name), []
    for step in range(len(session.trace.sweep) + 1):
        session = session.seek(step)
        seen.append(session.cursor.sample)
        assert isinstance(one := drawing(session, 120, 40), NeuronDrawing)
        assert one.selected_box is not None
    assert list(dict.fromkeys(seen)) == ([4, 3, 2, 1] if name == "xor" else [1])
    assert sorted(seen, reverse=True) == seen


def test_a_sample_asked_for_stays_until_the_next_step() -> None:
    session = other_sample(opened("xor"), -1)
    assert session.cursor.sample == 3
    assert session.seek(2).cursor.sample == 4


@pytest.mark.parametrize("width", [78, 98, 118, 122, 124])
def test_neurons_are_as_full_at_one_step_as_at_the_next(width: int) -> None:
    session = open_session(load_bundled("digits"))
    made = [drawing(session.seek(step), width, 20) for step in range(0, 600, 5)]
    assert len({one.level for one in made}) == 1
    assert all(one.diagram.width <= width for one in made if one.level != LABELS)


@pytest.mark.parametrize("room", range(1, 25))
@pytest.mark.parametrize("around", range(0, 9, 2))
def test_what_is_in_focus_is_in_sight_and_the_rest_seldom_moves(room: int, around: int) -> None:
    margin = min(around, (room - 1) // 2)
    for size in (1, room - 1, room, room + 1, 3 * room + 2):
        starts = [start_of(focus, size, room, around) for focus in range(size)]
        for focus, start in enumerate(starts):
            assert start <= max(0, focus - margin)
            assert start + room > min(focus + margin, size - 1)
            assert 0 <= start <= max(0, size - room)
        moves = [later - start for start, later in pairwise(starts)]
        if room > 4 * around:
            assert sum(move > 0 for move in moves) <= 2 * size / room + 1


def test_a_softmax_neuron_is_in_the_state_of_its_weighted_sum() -> None:
    """C is computed from z there: the activation itself is on no path."""
    session = opened("softmax-classifier")
    names = session.graph.by_name
    for step in range(len(session.trace.sweep) + 1):
        one = drawing(session.seek(step), 200, 60)
        assert isinstance(one, NeuronDrawing)
        for j in (1, 2, 3):
            z, unit = names[f"z3_{j}"], one.neurons.units[names[f"a3_{j}"]]
            state = one.texts.state(unit)
            assert state in ("current", session.explanation.state(z, one.texts.position))
            assert one.box(unit.node).pen != "weak"
    assert "from z" in plain(sure(one.heading(0, one.diagram.width)))


@pytest.mark.parametrize("pattern", ["w*", "b*", "x*", "w3_*", "w2_1_2", "*"])
def test_what_is_held_fixed_has_a_marker_between_neurons(pattern: str) -> None:
    session = with_wrt(opened("neurons"), [pattern])
    for level in LEVELS:
        one = drawing(viewed(session, zoom=level), 118, 40)
        assert isinstance(one, NeuronDrawing)
        for unit in one.neurons.units.values():
            for row in one.texts.rows.table(unit).rows:
                held = session.graph.names[row.node] not in session.trace.wrt
                assert (one.texts.mark(row) == "·") == held
            if unit.letter == "x":
                held = session.graph.names[unit.node] not in session.trace.wrt
                assert ("·" in one.box(unit.node).title) == held


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("w3_*", ["held fixed", "layer 2, w and b held fixed", "layer 3", "cost"]),
        ("x*", ["input", "layer 2, w and b held fixed", "layer 3, w and b held fixed", "cost"]),
        ("*", ["input", "layer 2", "layer 3", "cost"]),
    ],
)
def test_columns_say_what_is_held_fixed(pattern: str, words: list[str]) -> None:
    one = drawing(with_wrt(opened("neurons"), [pattern]), 200, 60)
    heading = plain(sure(one.heading(0, one.diagram.width)))
    assert [text.strip() for text in heading.split("  ") if text.strip()] == words


@pytest.mark.parametrize("name", NETWORKS)
def test_what_is_selected_between_neurons_is_in_brackets(name: str) -> None:
    """Without colour too: the title of a box, or the row of a weight, bias or target."""
    session = opened(name)
    for level in LEVELS:
        one = drawing(viewed(session, zoom=level), 118, 40)
        assert isinstance(one, NeuronDrawing)
        for unit in one.neurons.units.values():
            for node in (unit.node, *(row.node for row in one.texts.rows.table(unit).rows)):
                chosen = drawing(viewed(one.session.choose(node), zoom=level), 118, 40)
                found = rows(chosen)
                said = "\n".join(map(plain, found))
                assert (said.count("‹"), said.count("›")) == (1, 1)
                if node != unit.node:
                    assert sum(bool(marked([line])) for line in found) == 1


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("size", [(78, 12), (118, 24)])
def test_the_weight_chosen_is_in_sight_before_the_first_step(
    name: str, size: tuple[int, int]
) -> None:
    session = viewed(opened(name), name="weight")
    one = drawing(session, *size)
    picture = graph_picture(one, size[0])
    first = offset(picture, size[1] - 1)
    shown = [plain(picture.line(y)) for y in range(first, min(picture.height, first + size[1] - 1))]
    assert any(session.graph.pretty(session.chosen or 0) in line for line in shown)
    heading = plain(picture.header or ())
    assert heading.startswith(f"{session.graph.pretty(session.chosen or 0)} alone: ")
    assert "…" not in heading


def test_neurons_are_neither_turned_nor_drawn_with_leaves_apart() -> None:
    session = opened("neurons")
    changes: list[Callable[[], Session]] = [
        lambda: turned(session, True),
        lambda: with_leaves(session),
    ]
    for change in changes:
        with pytest.raises(BackpropError, match="graph"):
            change()
    graph = viewed(session, name="graph")
    assert turned(graph, True).view.upright
    assert with_leaves(graph).view.leaves_apart


@pytest.mark.parametrize("view", DRAWN)
def test_a_program_that_is_no_network_any_more_is_drawn_as_a_graph(view: str) -> None:
    one = drawing(with_program(opened("neurons", view), "x^2"), 80, 24)
    assert not isinstance(one, NeuronDrawing)
    drawn = {one.session.graph.pretty(node) for node in one.shown.nodes.values()}
    assert drawn - {"b"} == {"x", "c"}


def test_a_box_selected_in_the_graph_is_told_without_colour() -> None:
    session = at(opened("neurons", "graph").seek(3), "a2_2")
    for level in LEVELS:
        one = Drawing(session, level, True)
        said = "\n".join(map(plain, rows(one)))
        look = one.box(session.selected)
        assert said.count("‹") == (level > 0)
        assert look.title[:1] == "‹" if level else look.pen == "strong"


def test_a_folded_layer_says_how_many_derivatives_are_complete() -> None:
    session = at(opened("neurons", "graph"), "a3_1").fold().fold()
    last = session.graph.by_name["a3_2"]
    for step, done in ((0, 0), (len(session.trace.sweep), 2)):
        one = Drawing(session.seek(step), NUMBERS, True)
        assert f"complete: {done} of 2" in "\n".join(map(plain, one.box(last).lines))


def test_the_words_on_folding_name_the_sample() -> None:
    for name, words in (("xor", "then a sample's layer"), ("neurons", "then its layer")):
        heading = Drawing(opened(name, "graph"), NUMBERS, True).heading(0, 118)
        assert plain(heading or ()).endswith(words)


@pytest.mark.parametrize("level", LEVELS)
def test_a_partial_derivative_between_neurons_has_a_sign(level: int) -> None:
    session = opened("xor")
    for step in range(len(session.trace.sweep) + 1):
        one = drawing(viewed(session.seek(step), zoom=level), 200, 40)
        assert isinstance(one, NeuronDrawing)
        for unit in one.neurons.units.values():
            for row in one.texts.rows.table(unit).rows:
                state = session.trace.sweep.received(row.node, one.texts.position)
                is_partial = state is not None and 0 < state.arrived < state.of and level > 0
                assert one.texts.slope(row)[0].startswith(" ◐∂") == is_partial


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("sample", [1, 4])
def test_the_cost_of_a_sample_and_that_of_all_are_told_apart(level: int, sample: int) -> None:
    session = at(opened("xor"), f"C_s{sample}")
    said = "\n".join(map(plain, rows(drawing(viewed(session, zoom=level), 200, 40))))
    assert re.search(rf"[ ‹]C \({sample}\)", said)
    whole = at(session, "C")
    for one in (whole, whole.seek(1)):
        view = drawing(viewed(one, zoom=level), 200, 40)
        assert isinstance(view, NeuronDrawing)
        assert re.search(r"‹ *C ( = mean )?", words := marked(rows(view)))
        assert number(one.trace.value, 3 + (level > 0))[:6] in words
        shown = "\n".join(map(plain, rows(view)))
        assert ("▶‹C" in shown) == (one.position > 0)
        assert ("= mean" in shown) == (level > 0)
        assert view.selected_box == session.graph.by_name["C_s4"]
    below = viewed(at(session, f"y1_s{sample}"), zoom=level)
    assert drawing(below, 200, 40).neighbour("down", 1) == session.graph.output
    up = drawing(viewed(whole, zoom=level), 200, 40).neighbour("up", 2)
    assert up == session.graph.by_name["C_s4"]


def test_the_cost_of_one_sample_alone_is_c() -> None:
    one = drawing(viewed(opened("neurons"), zoom=NUMBERS), 200, 40)
    assert isinstance(one, NeuronDrawing)
    unit = one.neurons.units[one.session.graph.output]
    assert one.texts.rows.title(unit) == f"C {one.network.cost}"
    assert len(one.texts.rows.table(unit).rows) == 2


LARGE = {
    "sizes": [2, 2, 1], "activation": "identity", "cost": "squared error",
    "weights": [[[1e300, 1], [1, 1]], [[1, 1]]], "biases": [[0, 0], [0]],
    "input": [[1, 1], [1e10, 1]], "target": [[0], [1]],
}  # fmt: skip


@pytest.mark.parametrize("level", LEVELS)
def test_a_first_cause_within_a_neuron_is_at_the_row_of_its_weight(level: int) -> None:
    """`J` leads to the product; its weight is selected and has the flag."""
    session = open_session(of_network(read_network(LARGE)))
    session = session.choose(session.graph.operands[session.graph.by_name["z2_1_s2"]][0])
    assert session.trace.troubles[session.selected] == "problem"
    one = drawing(viewed(session, zoom=level), 200, 40)
    assert isinstance(one, NeuronDrawing)
    weight, neuron = (session.graph.by_name[name] for name in ("w2_1_1", "a2_1_s2"))
    flagged = {
        row.node
        for unit in one.neurons.units.values()
        for row in one.texts.rows.table(unit).rows
        if row.flag[0] == "!"
    }
    assert flagged == {weight}
    assert one.selected_box == neuron
    found = rows(one)
    assert [line for line in map(plain, found) if "‹" in line] == [
        line for line in map(plain, found) if "!‹" in line
    ]
    assert "1e300" in marked(found)


def test_every_trouble_of_a_network_is_flagged_in_the_view_of_its_sample() -> None:
    """Also where it is at a node that is neither a neuron nor a weight."""
    session = open_session(of_network(read_network(LARGE)))
    for node in session.trace.troubles:
        one = drawing(viewed(session.choose(node), zoom=2), 200, 40)
        assert isinstance(one, NeuronDrawing)
        said = "\n".join(map(plain, rows(one)))
        assert said.count("‹") == 1
        line = next(line for line in said.split("\n") if "‹" in line)
        mark = {"problem": "!", "warning": "~"}[session.trace.troubles[node]]
        assert mark in line.split("›")[0], (session.graph.pretty(node), line)


@pytest.mark.parametrize("name", [*NETWORKS, "digits"])
def test_the_numbers_of_the_cost_stand_on_no_line_of_a_target(name: str) -> None:
    session = opened(name)
    last = session.seek(len(session.trace.sweep))
    cost = last.trace.places.costs[session.cursor.sample - 1]
    one = drawing(last.choose(cost), 118, 40)
    assert isinstance(one, NeuronDrawing)
    unit = one.neurons.units[sure(one.selected_box)]
    inner = [plain(line) for line in one.box(unit.node).lines]
    for line, node in zip(inner, one.texts.nodes(unit), strict=True):
        is_own = any(line.endswith(text) for text, _ in one.texts.values(unit))
        assert is_own == (node == unit.node and "more" not in line)


def test_every_sample_is_drawn_as_full_as_the_others() -> None:
    session = opened("xor")
    samples = [other_sample(session, -n) for n in range(4)]
    for width in range(60, 170):
        assert len({drawing(sample, width, 30).level for sample in samples}) == 1


@pytest.mark.parametrize("view", ["neurons", "graph"])
@pytest.mark.parametrize("name", ["digits", "softmax-classifier"])
def test_the_whole_box_selected_is_in_sight(name: str, view: str) -> None:
    session = open_session(load_bundled(name), view=view)
    for width, height in ((118, 20), (78, 11)):
        for step in range(0, len(session.trace.sweep), 37):
            one = drawing(session.seek(step), width, height)
            picture = graph_picture(one, width)
            top = offset(picture, height - 1)
            if one.selected_box is not None:
                box = one.diagram.boxes[sure(one.selected_box)]
                last = box.y + min(box.height, height - 1) - 1
                assert top <= box.y
                assert last < top + height - 1


@pytest.mark.parametrize("name", [*NETWORKS, "digits", "linear-regression"])
@pytest.mark.parametrize("level", LEVELS)
def test_a_line_of_a_box_is_as_wide_as_the_box_is_inside(name: str, level: int) -> None:
    session = viewed(opened(name), zoom=level)
    last = len(session.trace.sweep)
    for step in range(0, last + 1, max(1, last // 40)):
        one = drawing(session.seek(step), 118, 40)
        for box in one.diagram.boxes:
            widths = {line_width(line) for line in one.box(box).lines}
            assert widths <= {one.diagram.boxes[box].width - 2}
