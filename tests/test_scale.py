"""Long and deep programs, and what importing the engine costs."""

from __future__ import annotations

from itertools import pairwise
from math import prod, tanh

import pytest
from backprop_tui.engine import parse, rules, trace
from backprop_tui.engine.show import program

TERMS = 100_000
LAYERS = 5_000


def test_a_hundred_thousand_additions():
    graph = parse("+".join(["x"] * (TERMS + 1)))
    result = trace(graph, {"x": 0.5})
    assert len(result.sweep) == TERMS
    assert result.value == 0.5 * (TERMS + 1)
    assert result.gradient == {"x": TERMS + 1}
    assert parse(program(graph)) == graph


def test_five_thousand_named_statements():
    names = ["x", *(f"t{i}" for i in range(LAYERS))]
    text = "\n".join(f"{new} = tanh({old})" for old, new in pairwise(names))
    values = [0.5]
    for _ in range(LAYERS):
        values.append(tanh(values[-1]))
    result = trace(text, {"x": 0.5})
    assert result.value == values[-1]
    assert result.gradient["x"] == pytest.approx(prod(1 - y * y for y in values[1:]), rel=1e-9)
    assert len(result.to_dict()["steps"]) == LAYERS


@pytest.mark.parametrize(
    ("text", "slope"),
    [
        ("(" * 9_000 + "x" + "+1)" * 9_000, 1.0),
        ("sin(" * 5_000 + "x" + ")" * 5_000, 1.0),
        ("x^" * 5_000 + "1", 1.0),
        ("-" * 5_000 + "x", 1.0),
    ],
    ids=["brackets", "calls", "powers", "signs"],
)
def test_deep_nesting_is_traced_and_shown(text, slope):
    graph = parse(text)
    x = 0.0 if "sin" in text else 1.0
    assert trace(graph, {"x": x}).gradient == {"x": slope}
    assert parse(program(graph)) == graph


def test_one_node_with_many_operands():
    names = [f"x{i}" for i in range(10_000)]
    result = trace(f"max({', '.join(names)})", dict.fromkeys(names, 1.0))
    assert set(result.gradient.values()) == {1 / len(names)}


def test_what_all_contributions_of_a_step_share_is_computed_once(monkeypatch):
    names = [f"x{i}" for i in range(20)]
    result = trace(f"logsumexp({', '.join(names)})", dict.fromkeys(names, 1.0))
    calls = []
    in_common = rules.in_common
    monkeypatch.setattr(rules, "in_common", lambda *given: calls.append(1) or in_common(*given))
    assert len(result.sweep.step(1).contributions) == 20
    assert len(calls) == 1 + 1, "of the sweep, and of the step"


def test_one_step_with_many_contributions():
    names = [f"x{i}" for i in range(2_000)]
    result = trace(f"max({', '.join(names)})", dict.fromkeys(names, 1.0))
    sent = result.sweep.step(1).contributions
    assert [one.to for one in sent] == [result.graph.by_name[name] for name in names]
    assert {one.amount for one in sent} == {1 / len(names)}


def test_one_node_with_many_users():
    terms = " + ".join(f"t*{i}" for i in range(10_000))
    result = trace(f"t = x^2\n{terms}", {"x": 3.0})
    assert result.gradient == {"x": 6.0 * sum(range(10_000))}
