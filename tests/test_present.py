"""The panes, read back: what they say and draw is what the session's numbers are."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

import pytest
from backprop_tui.engine import Sample, load_bundled, parse, trace
from backprop_tui.engine.descent.curves import spaced
from backprop_tui.engine.descent.plan import Plan
from backprop_tui.engine.files.sample import of_network
from backprop_tui.engine.language.show import number as shown
from backprop_tui.engine.language.show import program
from backprop_tui.engine.layers.equations import in_use
from backprop_tui.engine.network.description import read_network
from backprop_tui.engine.network.notation import symbol
from backprop_tui.engine.network.places import Place
from backprop_tui.engine.symbolic.closed_forms import ClosedForm
from backprop_tui.engine.text.spans import line_width, plain
from backprop_tui.tui.present.answers import WORDINGS
from backprop_tui.tui.present.frame import BAR, counter, header_line, timeline_line
from backprop_tui.tui.present.layers_pane import layers_picture
from backprop_tui.tui.present.marks import MARKS, MEANINGS
from backprop_tui.tui.present.pages.browser import matching
from backprop_tui.tui.present.pages.glossary import GLOSSARY, LANGUAGE
from backprop_tui.tui.present.pages.notation import notation_picture
from backprop_tui.tui.present.picture import Picture, start_of
from backprop_tui.tui.present.plots.kinds import PLOTS
from backprop_tui.tui.present.plots.plots import FARTHEST, reach
from backprop_tui.tui.present.plots.terrain import BANDS
from backprop_tui.tui.present.row_pane import row_picture
from backprop_tui.tui.present.step_pane import step_picture
from backprop_tui.tui.present.tree_pane import tree_picture
from backprop_tui.tui.present.values_pane import values_picture
from backprop_tui.tui.session.descent import updated
from backprop_tui.tui.session.opening import open_session
from backprop_tui.tui.session.session import Session
from backprop_tui.tui.session.viewing import other_sample
from hypothesis import given
from hypothesis import strategies as st

from sure import sure

RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
PROGRAM = "t = x*y\nu = sin(t) + t*t\nu/(1 + x^2)*max(x, y, 0)"


def lines(picture: Picture) -> list[str]:
    return [plain(picture.line(row)) for row in range(picture.height)]


def number(text: str) -> float:
    """A number as it is shown, read back."""
    return float(text.replace("−", "-"))


def opened(wrt: list[str] | None = None) -> Session:
    return open_session(Sample(PROGRAM, values={"x": 1.0, "y": 2.0}), wrt=wrt)


def network(**changed: Any) -> Session:
    given: dict[str, Any] = {"sizes": [3, 4, 2], "init": "xavier", "seed": 5,
                             "input": [1.0, -0.5, 2.0], "target": [0, 1]}  # fmt: skip
    return open_session(of_network(read_network({**given, **changed})))


@pytest.mark.parametrize("sizes", [[2, 1], [3, 4, 2], [5, 7, 3, 2]])
def test_the_header_counts_weights_and_biases(sizes: list[int]) -> None:
    """As the article has it: C : ℝⁿ⁺ᵐ → ℝ with n weights and m biases."""
    session = network(sizes=sizes, input=[1.0] * sizes[0], target=[0.0] * sizes[-1])
    found = re.search(r"ℝ(\S+)⁺(\S+) → ℝ, n = (\d+), m = (\d+)", plain(header_line(session, 120)))
    n, m = sum(a * b for a, b in pairwise(sizes)), sum(sizes[1:])
    assert [int(text.translate(RAISED)) for text in sure(found).groups()] == [n, m, n, m]


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_the_bar_is_as_full_as_the_sweep_is_done(width: int) -> None:
    session = opened()
    positions = session.trace.sweep.route.positions
    end = positions[-1]
    for position in range(end + 1):
        here = replace(session, cursor=replace(session.cursor, position=position))
        text = plain(timeline_line(here, width))
        full, bar = text.count("━"), text.count("━") + text.count("─")
        assert 0 < bar <= BAR
        assert full / bar <= position / end < (full + 1) / bar
        step, sent = re.findall(r"step (\d+)/\d+(?: \+ (\d+) of \d+)?", counter(here))[0]
        assert positions[int(step)] + int(sent or 0) == position


@pytest.mark.parametrize("wrt", [None, ["x"], ["y"], []])
def test_a_leaf_held_fixed_says_so_in_every_pane(wrt: list[str] | None) -> None:
    session = opened(wrt)
    free = {"x", "y"} if wrt is None else set(wrt)
    for name in ("x", "y"):
        node = session.graph.by_name[name]
        row = plain(values_picture(session, 100).line(node))
        assert ("variable" in row) == (name in free)
        assert ("held fixed" in row) == (name not in free)
        rows = [plain(tree_picture(session, 100).line(row))
                for row in range(len(session.tree)) if session.tree.nodes[row] == node]  # fmt: skip
        assert rows
        assert all(("held fixed" in row) == (name not in free) for row in rows)


@pytest.mark.parametrize("program", [PROGRAM, "t = x*y\nsin(t) + t"])
def test_the_tree_counts_the_users_of_a_node_and_says_where_it_stands(program: str) -> None:
    session, told = open_session(Sample(program, values={"x": 1.0, "y": 2.0})), 0
    operands = [i for each in session.graph.operands for i in each]
    for row, line in enumerate(lines(tree_picture(session, 200))):
        node = session.tree.nodes[row]
        if not session.graph.is_leaf(node) and not session.tree.repeats[row]:
            used = re.search(r"used (\d+)×", line)
            count = operands.count(node)
            assert (int(used[1]) if used else 1) == max(1, count)
        elif not session.graph.is_leaf(node):
            told += 1
            where = "above" if session.tree.first[node] < row else "below"
            assert line.split("    ")[0].endswith(f"{session.graph.pretty(node)}  shown {where}")
    assert told


@pytest.mark.parametrize("width", [80, 100, 118])
def test_the_guide_of_a_deep_selection_is_in_sight(width: int) -> None:
    text = "x"
    for _ in range(40):
        text = f"sin({text})"
    session = open_session(Sample(text, values={"x": 1.0}))
    for row in range(len(session.tree)):
        here = session.choose(session.tree.nodes[row])
        line = plain(tree_picture(here, width).line(here.row))
        assert line_width(tree_picture(here, width).line(here.row)) <= width
        assert ("└" in line) == (here.row > 0)
        assert f" {session.graph.pretty(here.selected)}" in line


@pytest.mark.parametrize("count", [2, 4])
def test_the_notation_has_the_factor_of_a_mean(count: int) -> None:
    """What a mean does to each sample's δ, against the same network with a sum."""
    inputs = [[0.5 * k, 1.0, -1.0] for k in range(count)]
    given = {"input": inputs, "target": [[0, 1]] * count}
    mean, total = (network(**given, reduction=how) for how in ("mean", "sum"))
    words = " ".join(lines(notation_picture(mean, 400)))
    factor = sure(re.search(r"each sample's δ has a factor (\d+)/(\d+)", words))
    for name, slope in mean.trace.gradient.items():
        by_sum = total.trace.gradient[name]
        assert slope == pytest.approx(by_sum * int(factor[1]) / int(factor[2]))
    assert "has a factor" not in " ".join(lines(notation_picture(total, 400)))


SIZES = st.floats(-1e6, 1e6)


@given(st.lists(SIZES, min_size=1, max_size=5), st.integers(-3, 6), SIZES)
def test_an_axis_reaches_every_place_and_the_next_step(
    places: list[float], zoom: int, step: float
) -> None:
    low, high = reach(places, 0, step)
    assert low < min(places) <= max(places) < high
    middle = (min(places) + max(places)) / 2
    if abs(step) <= FARTHEST * max(1.0, abs(middle)) and len(set(places)) == 1:
        assert low < places[0] + step < high
    near, far = reach(places, zoom, step)
    assert far - near == pytest.approx((high - low) / 2**zoom)
    assert (near + far) / 2 == pytest.approx(middle, abs=1e-6 * (high - low))


@pytest.mark.parametrize("program", ["x + 2*y", "y - 3*x", "x*y + x", "y^3 - x"])
def test_the_picture_over_two_parameters_is_the_cost_at_each_of_its_cells(program: str) -> None:
    """By the numbers on its axes, the upper and the right ends last: marks rise with the cost."""
    session = open_session(Sample(program, values={"x": 1.0, "y": 0.5}), plan=Plan(0.05))
    rows = [plain(line) for line in PLOTS["two parameters"](session, 60, 20).lines]
    labels, cells = zip(*(row.split("│") for row in rows if "│" in row), strict=True)
    left, across, right = rows[-1].split()
    names = across, labels[len(labels) // 2].strip()
    widest = len(rows[-2]) - len(labels[0]) - 1
    xs = spaced(number(left), number(right), widest)
    ys = spaced(number(labels[0]), number(labels[-1]), len(cells))
    costs = {}
    for row, y in enumerate(ys):
        for column, x in enumerate(xs):
            mark = cells[row].ljust(widest)[column]
            if mark in BANDS:
                point = dict(zip(names, (x, y), strict=True))
                costs[row, column] = session.trace.at(point).value, BANDS.index(mark)
            if mark == "●":
                assert (x, y) == pytest.approx([session.trace.bindings[n] for n in names], abs=0.1)
    bands = [band for _, band in sorted(costs.values())]
    wrong = sum(earlier > later for earlier, later in pairwise(bands))
    assert set(bands) == set(range(len(BANDS)))
    assert wrong <= len(bands) // 50, "numbers on the axes are rounded"


@pytest.mark.parametrize("rate", [0.1, 0.9, 1.1])
def test_what_is_told_of_the_cost_and_of_each_parameter_adds_up(rate: float) -> None:
    """x² + y² goes down for rates below 1 and up above."""
    session = open_session(Sample("x^2 + y^2", values={"x": 3.0, "y": -2.0}), plan=Plan(rate))
    text = "\n".join(lines(step_picture(updated(session), 100)))
    told = sure(re.search(r"^cost +\S+ (falls|rises) from (\S+) to (\S+)", text, re.M))
    assert (told[1] == "falls") == (float(told[3]) < float(told[2])) == (rate < 1)
    rows = re.findall(r"^([xy]) +(\S+) +(\S+) +(\S+)$", text.replace("−", "-"), re.M)
    assert len(rows) == 2
    for name, before, change, after in rows:
        assert float(before) + float(change) == pytest.approx(float(after), abs=1e-5)
        assert float(before) == session.trace.bindings[name]
    length = float(sure(re.search(r"its length is (\S+)", text))[1])
    assert length == pytest.approx((6.0**2 + 4.0**2) ** 0.5, rel=1e-5)


@pytest.mark.parametrize("row", [0, 3, 11])
def test_a_bar_is_as_long_as_its_output_is_large(row: int) -> None:
    session = other_sample(open_session(load_bundled("digits")), row)
    found = re.findall(
        r"^(?:.*?)(\d) +(█*) *(\S+)(?: ◂)?$", "\n".join(lines(row_picture(session, 60))), re.M
    )
    places = session.trace.places
    values = [session.trace.values[node] for node in places.neurons[0][-1]]
    bars = {int(name): len(bar) for name, bar, _ in found}
    assert len(bars) == len(values)
    longest = max(bars.values())
    for name, length in bars.items():
        assert length == pytest.approx(longest * values[name] / max(values), abs=1.0)
    assert bars[values.index(max(values))] == longest > 0


@pytest.mark.parametrize(("cost", "activation"), [
    ("cross entropy", "softmax"), ("squared error", "softmax"), ("squared error", "sigmoid"),
])  # fmt: skip
def test_an_activation_that_the_cost_passes_by_says_so(cost: str, activation: str) -> None:
    session = network(cost=cost, activation=["tanh", activation])
    for node in session.trace.places.neurons[0][-1]:
        told = " ".join(lines(step_picture(session.choose(node), 200)))
        passed_by = not session.trace.sweep.route.active[node]
        assert ("computed from the weighted sums" in told) == passed_by
        assert passed_by == (cost == "cross entropy")


def test_every_word_of_a_filter_must_be_met() -> None:
    samples = [(name, load_bundled(name)) for name in ("chain", "xor", "rosenbrock", "softmax")]
    words = ("sigmoid", "exp", "network", "valley", "chain", "the")
    met = {word: [matching(name, sample, word) for name, sample in samples] for word in words}
    assert any(any(found) and not all(found) for found in met.values())
    for one, other in combinations(words, 2):
        both = [matching(name, sample, f"{one} {other}") for name, sample in samples]
        assert both == [a and b for a, b in zip(met[one], met[other], strict=True)]


@pytest.mark.parametrize("room", range(1, 41))
def test_a_tenth_of_the_room_is_in_sight_around_the_focus(room: int) -> None:
    """Where there is room; no more of it than is asked for, so that the picture seldom moves."""
    for around in (0, 1, 3):
        margin = min(max(around, room // 10), (room - 1) // 2)
        starts = [start_of(focus, 200, room, around) for focus in range(200)]
        for focus, start in enumerate(starts):
            assert start <= max(0, focus - margin)
            assert start + room > min(focus + margin, 199)
        moves = [b - a for a, b in pairwise(starts) if b > a]
        assert max(moves) == max(1, room - 2 * margin)


def test_the_words_for_states_and_passes_are_so() -> None:
    """Each against the sweep: which way it goes, and what a state means at every position."""
    meaning, session = dict(GLOSSARY), opened()
    sweep = session.trace.sweep
    backward = list(sweep.route.order) == sorted(sweep.route.order, reverse=True)
    assert backward
    assert "backward pass" in meaning["sweep, step"]
    assert "operands before users" in meaning["forward pass"]
    operands = session.graph.operands
    assert all(max(each, default=-1) < node for node, each in enumerate(operands))
    for state, words in (("partial", "still to come"), ("complete", "nothing more will come"),
                         ("none yet", "received nothing yet"), ("sent", "has sent")):  # fmt: skip
        assert words in MEANINGS[state]
        assert sum(words in other for other in MEANINGS.values()) == 1


def test_the_equation_in_use_is_the_one_of_the_layer_that_is_passed() -> None:
    """BP1 in the last layer and BP2 before it, BP3 for biases, BP4 for weights."""
    session = network()
    route, places = session.trace.sweep.route, session.trace.places
    seen = set[str]()
    for number_, node in enumerate(route.order, 1):
        place = places.get(node)
        used = in_use(session.trace, route.positions[number_])
        seen |= {*used}
        if place is not None and place.letter == "a":
            assert used == (("BP1" if place.layer == 3 else "BP2"),)
    assert seen == {"BP1", "BP2", "BP3", "BP4"}


def test_numbers_of_the_values_pane_are_those_of_the_trace() -> None:
    session = opened().seek(3)
    for node, line in enumerate(lines(values_picture(session, 120))):
        assert f" {shown(session.trace.values[node])} " in f"{line} "
    assert trace(PROGRAM, {"x": 1.0, "y": 2.0}).value == session.trace.value


def evaluated(text: str, at: dict[str, float]) -> float:
    graph = parse(text)
    return trace(graph, {name: at[name] for name in graph.variables}).value


def test_what_the_help_says_of_the_language_is_so() -> None:
    """Each pair `one is other` reads as the same program; each rule has an example that follows."""
    text = dict(LANGUAGE)
    pairs = [
        pair for key in ("operators", "products")
        for pair in re.findall(r"(\S+) is (\S*[(^*/]\S*?)(?=[,;]|$)", text[key])
    ]  # fmt: skip
    assert len(pairs) > 2
    for one, other in pairs:
        assert program(parse(one)) == program(parse(other))
    at = {"x": 2.0, "y": 3.0}
    for key, told, one, other in [
        ("operators", "groups from the right", "2^x^y", "2^(x^y)"),
        ("operators", "binds tighter than a sign", "-x^2", "-(x^2)"),
        ("logarithms", "log and ln are natural", "log(x)/ln(x)", "1"),
        ("logarithms", "log(x, b) has base b", "log(x, y)", "ln(x)/ln(y)"),
        ("products", "multiply", "4x + 2sin(x) + 3(x + 1) + (x)(y)", "4*x+2*sin(x)+3*(x+1)+x*y"),
    ]:
        assert told in text[key]
        graphs = parse(one), parse(other)
        values = [
            trace(graph, {name: at[name] for name in graph.variables}).value for graph in graphs
        ]
        assert values[0] == pytest.approx(values[1])


@pytest.mark.parametrize(("off", "same"), [(0.0, True), (1e-12, True), (1e-6, False), (0.5, False)])
def test_a_closed_form_is_told_from_another(off: float, same: bool) -> None:
    session = open_session(Sample("x^3", values={"x": 2.0})).ask("closed form", 1)
    session = session.choose(session.graph.by_name["x"])
    found = ClosedForm(("3*x**2",), 12.0 * (1 + off))
    *_, last = WORDINGS["closed form"].lines(session, found)
    told = sure(re.search(r"here it is (\S+); the sweep found (\S+): (.*)", plain(last)))
    assert number(told[1]) == pytest.approx(12.0 * (1 + off), rel=1e-5)
    assert (number(told[2]), told[3] == "the same") == (12.0, same)


@pytest.mark.parametrize("width", [58, 118])
def test_the_row_of_what_is_selected_is_kept_in_sight(width: int) -> None:
    """That of its neuron: where derivatives stand below the values, theirs while they come in."""
    session, tried = network(), 0
    visited = map(session.seek, range(1, len(session.trace.sweep)))
    chosen = map(session.choose, session.trace.places.parameters())
    for here in (*visited, *chosen):
        place = here.trace.places.get(here.cursor.selected)
        if place is None or not 1 < place.layer < 4:
            continue
        picture, label = layers_picture(here, width), symbol(Place("a", *place[1:3]), 1)
        rows = [row for row, line in enumerate(lines(picture)) if line.split()[:1] == [label]]
        assert len(rows) == 1 + (width == 58)
        assert picture.focus == rows[-1 if here.cursor.selected == here.current else 0]
        tried += 1
    assert tried > 30


def test_before_the_first_step_every_derivative_in_the_matrices_is_none_yet() -> None:
    session = network(sizes=[2, 2, 2], input=[1.0, -0.5])
    found = lines(layers_picture(session, 118))
    mark = MARKS["none yet"][0]
    weights_and_biases = len(list(session.trace.places.parameters()))
    neurons = 2 + 2
    table = [line for line in found if line.lstrip().startswith("a") and "none yet" not in line]
    assert sum(line.count(mark) for line in table) == weights_and_biases + neurons
    assert any(f"{mark} none yet" in line for line in found)


@pytest.mark.parametrize("width", [14, 20, 27, 30, 41, 60])
def test_the_tree_has_the_columns_of_numbers_for_which_there_is_room(width: int) -> None:
    """A name keeps twelve cells; what is left is for the value, then for the adjoint."""
    session = opened()
    end = session.seek(len(session.trace.sweep))
    picture = tree_picture(end, width)
    assert all(line_width(picture.line(row)) <= width for row in range(picture.height))
    value = shown(session.trace.value)
    assert (value in lines(picture)[0]) == (width >= 12 + 14)
    assert lines(picture)[0].endswith(" 1") == (width >= 12 + 2 * 14)
