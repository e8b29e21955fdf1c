"""Warnings: what spoils a gradient although every number is finite."""

import tracemalloc

import pytest
from backprop_tui.engine import (
    Sample,
    Trace,
    bundled,
    descend,
    load_bundled,
    parse,
    trace,
    trace_network,
)
from backprop_tui.engine.diagnosis import symptoms
from backprop_tui.engine.diagnosis.symptoms import EXPLODING, VANISHING, Symptom
from backprop_tui.engine.diagnosis.ties import one_sided
from backprop_tui.engine.table.operation import Operation
from backprop_tui.engine.table.ops import OPERATIONS
from backprop_tui.engine.text.spans import plain
from backprop_tui.tui.export.text import text as text_lines
from backprop_tui.tui.present.step_pane import step_picture
from backprop_tui.tui.session.opening import open_session
from hypothesis import given
from hypothesis import strategies as st

from noted import noted
from programs import expressions

CHAINS = ("vanishing", "exploding")
DEEP = "\n".join(["h1 = sigmoid(w*x)", *(f"h{i} = sigmoid(w*h{i - 1})" for i in range(2, 9))])

WARNED = [
    ("exp(-x)*y", {"x": 800, "y": 2}, ("c", "underflow")),
    ("x*y", {"x": 1e-200, "y": 1e-200}, ("c", "underflow")),
    ("(1 - cos(x))/x^2", {"x": 1e-8}, ("d", "lost digits")),
    ("sin(x) - y", {"x": 1, "y": 0.8414709848}, ("d", "lost digits")),
    ("sigmoid(x)", {"x": 40}, ("b", "saturated")),
    ("tanh(x)", {"x": -20}, ("b", "saturated")),
    ("relu(x)", {"x": -1}, ("b", "dead")),
    (DEEP, {"x": 1, "w": 0.5}, ("x", "vanishing")),
    (DEEP.replace("sigmoid", "relu"), {"x": 1, "w": 4}, ("x", "exploding")),
]
QUIET = [
    ("x - x", {"x": 1.5}),
    ("(4*x + 1) - 5", {"x": 1}),
    ("x*y", {"x": 0, "y": 2}),
    ("exp(-x)", {"x": 700}),
    ("sigmoid(x)", {"x": 3}),
    ("relu(x)", {"x": 1}),
    ("1000000*x", {"x": 1}),
    ("x + y", {"x": 1, "y": -0.999}),
]


@pytest.mark.parametrize(("program", "values", "warned"), WARNED)
def test_trouble_is_warned_of_where_it_stands(
    program: str, values: dict[str, float], warned: tuple[str, str]
) -> None:
    result = trace(program, values)
    assert warned in [(result.graph.ref(found.node), found.kind) for found in result.symptoms]


@pytest.mark.parametrize(("program", "values"), QUIET)
def test_ordinary_numbers_give_no_warning(program: str, values: dict[str, float]) -> None:
    assert trace(program, values).symptoms == ()


def test_a_chain_names_the_edge_at_which_most_is_lost() -> None:
    program = "\n".join(
        ["h1 = 0.5*x", "h2 = 0.0001*h1", *(f"h{i} = 0.9*h{i - 1}" for i in range(3, 8))]
    )
    (found,) = trace(program, {"x": 1.0}).symptoms
    assert found.kind == "vanishing"
    assert "from h2 to h1 (× 0.0001)" in found.message
    assert f"below {VANISHING}" in found.message
    assert VANISHING < 1 < EXPLODING


def shared_weight(links: int) -> Trace:
    """A chain whose weight every link shares."""
    lines = ["h0 = x", *(f"h{i} = tanh(w*h{i - 1})" for i in range(1, links))]
    return trace("\n".join(lines), {"x": 0.5, "w": 0.9})


def test_the_warnings_of_a_long_chain_cost_little_memory() -> None:
    result = shared_weight(2_000)
    assert len(result.sweep) == 3_998
    tracemalloc.start()
    found = result.symptoms
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "vanishing" in [one.kind for one in found]
    assert peak < 500 * len(result.graph)


@pytest.mark.parametrize(
    ("term", "phase"), [("tanh(x + {i})", "backward"), ("(x^400/1e{i})^3", "forward")]
)
def test_more_warnings_than_are_listed_say_so_and_are_not_looked_for(
    term: str, phase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = " + ".join(term.format(i=100 + i) for i in range(50))
    everything = [s for s in trace(text, {"x": 0.5}).symptoms if s.kind not in CHAINS]
    of_phase = [s for s in everything if (s.kind == "saturated") == (phase == "backward")]
    made, symptom = noted(Symptom)
    monkeypatch.setattr(symptoms, "LISTED", 20)
    monkeypatch.setattr(symptoms, "Symptom", symptom)
    result = trace(text, {"x": 0.5})
    found = [one for one in result.symptoms if one.kind not in CHAINS]
    assert found[:20] == of_phase[:20]
    more = found[20]
    assert (more.node, more.kind) == (of_phase[20].node, "more")
    assert f"of the {phase} pass" in more.message
    assert "20 of them" in more.message
    assert len(made) <= 2 * 22 + 2, "those listed, the first that is not, and the word about it"
    assert more.message in [warning["message"] for warning in result.to_dict()["warnings"]]
    session = open_session(Sample(text, values={"x": 0.5})).choose(more.node)
    shown = "\n".join(text_lines(session))
    assert f"more: {more.message}" in shown
    pane = step_picture(session, 400)
    assert any(more.message in plain(pane.line(row)) for row in range(pane.height))


def test_what_is_wrong_is_found_by_its_node() -> None:
    for name in bundled():
        sample = load_bundled(name)
        result = trace(sample.graph(), sample.bindings, list(sample.values))
        for by_node, all_found in (
            (result.symptoms_by_node, result.symptoms),
            (result.problems_by_node, result.problems),
        ):
            assert sum(map(len, by_node.values())) == len(all_found)
            for node, found in by_node.items():
                assert list(found) == [one for one in all_found if one.node == node]
        assert result.troubles.keys() == {*result.symptoms_by_node, *result.problems_by_node}


def test_an_underflow_that_causes_a_problem_is_warned_of() -> None:
    sample = load_bundled("broken-likelihood")
    result = trace(sample.program, sample.bindings, list(sample.values))
    assert ("k", "underflow") in [(result.graph.ref(s.node), s.kind) for s in result.symptoms]


ABSORBED = [
    ("ln(1 + x)", {"x": 1e-20}, "c", "log1p(x)"),
    ("acosh(1 + x)", {"x": 4e-18}, "c", "2*asinh(sqrt(x/2))"),
    ("(1 + x) - 1", {"x": 1e-20}, "c", None),
    ("sqrt(1 + x) - 1", {"x": -1e-20}, "c", "x/(sqrt(1 + x) + 1)"),
]


@pytest.mark.parametrize(("program", "values", "node", "form"), ABSORBED)
def test_absorption_is_marked_where_the_digits_are_needed(
    program: str, values: dict[str, float], node: str, form: str | None
) -> None:
    result = trace(program, values)
    (found,) = [one for one in result.symptoms if "absorbed" in one.message]
    assert (result.graph.ref(found.node), found.kind) == (node, "lost digits")
    assert found.remedy == (f"write {form}" if form else "")
    assert found.message.endswith(found.remedy)


@pytest.mark.parametrize("program", ["(1 + x)^2", "ln(3 + x)", "exp(1 + x)", "1 + x"])
def test_a_term_that_is_absorbed_and_not_missed_gives_no_warning(program: str) -> None:
    assert trace(program, {"x": 1e-20}).symptoms == ()


def test_a_term_of_0_is_not_absorbed() -> None:
    assert trace("ln(1 + x)", {"x": 0}).symptoms == ()


@pytest.mark.parametrize(
    ("program", "form"),
    [
        ("1 - cos(x)", "2*sin(x/2)^2"),
        ("exp(x) - 1", "expm1(x)"),
        ("1 - exp(x)", "-expm1(x)"),
        ("sqrt(x + 1) - 1", "x/(sqrt(1 + x) + 1)"),
    ],
)
def test_lost_digits_name_the_form_that_keeps_them(program: str, form: str) -> None:
    found = [one for one in trace(program, {"x": 1e-9}).symptoms if one.kind == "lost digits"]
    assert [one.remedy for one in found] == [f"write {form}"]


@pytest.mark.parametrize("row", [row for row in OPERATIONS if row.is_flat], ids=lambda r: r.name)
def test_a_flat_function_says_that_no_gradient_passes(row: Operation) -> None:
    call = f"x {row.name} y" if row.power else f"{row.name}(x)"
    (found,) = trace(f"({call})*z", {"x": 0.3, "y": 0.2, "z": 2.0}
                     if row.power else {"x": 0.3, "z": 2.0}).symptoms  # fmt: skip
    assert found.kind == "flat"
    assert "no gradient passes" in found.message


@pytest.mark.parametrize(
    ("program", "x"), [("relu(x)", -1.0), ("erf(x)", 40.0), ("sigmoid(x)", 40.0)]
)
def test_what_is_dead_or_saturated_says_what_passes(program: str, x: float) -> None:
    result = trace(program, {"x": x})
    (found,) = result.symptoms
    passes = "hardly any gradient passes" if result.gradient["x"] else ": no gradient passes"
    assert passes in found.message


TIES = [
    ("min(max(x, 1), 1)", {"x": 1}, "c", (0.25, 0, 0), "write clamp(x, 1, 1)"),
    ("max(min(x, 1), 1)", {"x": 1}, "c", (0.25, 0, 0), "write clamp(x, 1, 1)"),
    ("relu(x) - relu(-x)", {"x": 0}, "b", (0, 1, 1), ""),
    ("abs(x) - abs(2*x) + abs(x)", {"x": 0}, None, None, ""),
    ("max(max(x, 0), 0)", {"x": 0}, None, None, ""),
    ("min(max(x, 0), 1)", {"x": 0}, None, None, ""),
    ("clamp(x, 1, 1)", {"x": 1}, None, None, ""),
    ("relu(x) - relu(-x) + step(x)", {"x": 0}, None, None, ""),
]


@pytest.mark.parametrize(("program", "values", "node", "sides", "remedy"), TIES)
def test_ties_nested_in_ties_say_so(
    program: str,
    values: dict[str, float],
    node: str | None,
    sides: tuple[float, float, float] | None,
    remedy: str,
) -> None:
    result = trace(program, values)
    found = [one for one in result.symptoms if one.kind == "ties"]
    assert [result.graph.ref(one.node) for one in found] == ([] if node is None else [node])
    for one in found:
        sent, left, right = sides or (0, 0, 0)
        assert f"send {sent} to x" in one.message
        assert f"{left} and {right}" in one.message
        assert one.remedy == remedy
        assert one.message.startswith("operands tie at" if remedy else "operands tie or bend at")
        assert ("constant there" in one.message) == ("1, 1" in remedy)


PIECEWISE = expressions(("x", "y", "0", "1", "2"), ("abs", "relu", "min", "max", "clamp"),
                        ("+", "-"), 8)  # fmt: skip


@given(PIECEWISE, st.sampled_from((-1, 0, 1, 2)), st.sampled_from((-1, 0, 1, 2)))
def test_the_slopes_of_the_sides_are_difference_quotients(text: str, x: int, y: int) -> None:
    graph, step = parse(text), 2.0**-20
    values = {"x": float(x), "y": float(y)}
    given_values = {name: values[name] for name in graph.variables}
    result = trace(graph, given_values)
    ties = [one.node for one in result.symptoms if one.kind == "ties"]
    outside = []
    for name, leaf in graph.variables_by_name.items():
        sides = [
            (result.at({name: values[name] + h}).value - result.value) / h for h in (-step, step)
        ]
        assert one_sided(graph, result.values, leaf) == tuple(sides)
        if not min(sides) <= result.gradient[name] <= max(sides):
            outside.append(name)
    assert bool(ties) == bool(outside)


def network(weight: float, other: float | None = None, place: str = "") -> Trace:
    """Two hidden layers; all weights are alike but for one that is named, if any."""
    layers = [[[weight] * 2] * 2, [[weight] * 2] * 3, [[weight] * 3]]
    made = trace_network({"sizes": [2, 2, 3, 1], "activation": "tanh", "weights": layers,
                          "biases": [[0, 0], [0, 0, 0], [0]], "input": [0.3, 0.7],
                          "target": [1]})  # fmt: skip
    return made.at({place: other}) if other is not None else made


@pytest.mark.parametrize("weight", [0.0, 0.4])
def test_neurons_that_begin_alike_are_said_to_stay_alike(weight: float) -> None:
    result = network(weight)
    found = [one for one in result.symptoms if one.kind == "symmetry"]
    assert [result.graph.pretty(one.node) for one in found] == ["z²₁", "z³₁"]
    assert all("same gradients" in one.message and "init" in one.remedy for one in found)
    assert ("weights of the network are 0" in found[0].message) == (weight == 0)
    gradient = result.gradient
    assert gradient["w2_1_1"] == gradient["w2_2_1"]
    assert gradient["w3_1_1"] == gradient["w3_2_1"] == gradient["w3_3_1"]
    after = descend(result, 3)[-1].symptoms
    assert [one.node for one in after if one.kind == "symmetry"] == [one.node for one in found]


@pytest.mark.parametrize(
    ("place", "left"),
    [("w2_2_2", ["z³₁"]), ("b2_2", ["z³₁"]), ("w3_2_1", []), ("w3_2_2", []), ("w4_1_3", ["z²₁"]),
     ("w2_1_1", ["z³₁"]), ("b4_1", ["z²₁", "z³₁"])],
)  # fmt: skip
def test_one_weight_that_differs_breaks_the_symmetry(place: str, left: list[str]) -> None:
    result = network(0.4, 0.5, place)
    found = [one for one in result.symptoms if one.kind == "symmetry"]
    assert [result.graph.pretty(one.node) for one in found] == left
