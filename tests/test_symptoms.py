"""Warnings: what spoils a gradient although every number is finite."""

import tracemalloc

import pytest
from backprop_tui.engine import Sample, Trace, bundled, load_bundled, trace
from backprop_tui.engine.diagnosis import symptoms
from backprop_tui.engine.diagnosis.symptoms import EXPLODING, VANISHING, Symptom
from backprop_tui.engine.text.spans import plain
from backprop_tui.tui.export.text import text as text_lines
from backprop_tui.tui.present.step_pane import step_picture
from backprop_tui.tui.session.opening import open_session

from noted import noted

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
    assert more._asdict() in result.to_dict()["warnings"]
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
