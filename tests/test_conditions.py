"""Comparisons, choices, inf and the later functions: how they read, what they send and say."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable
from math import inf, isfinite, isnan, nan
from pathlib import Path
from typing import Any

import pytest
from backprop_tui.engine import ParseError, Trace, parse, trace
from backprop_tui.engine.calculus.route import choose_leaves
from backprop_tui.engine.calculus.tangents import tangents
from backprop_tui.engine.explain.steps import Explanation
from backprop_tui.engine.language.show import program
from backprop_tui.engine.opinions.check import check
from backprop_tui.engine.symbolic.closed_forms import FormRequest, closed_form
from backprop_tui.engine.table.ops import FUNCTIONS, INFIX
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.laws import differences
from programs import programs

TRUTH = json.loads((Path(__file__).parent / "truth/definitions.json").read_text())
MINE = {
    "comparison", "where", "clamp", "inf", "σ", "sec", "csc", "cot", "sinc", "logsigmoid", "erfc",
    "log_ndtr", "lgamma", "digamma", "square", "rsqrt", "round", "prod", "norm", "var", "std",
    "one operand",
}  # fmt: skip
"""The features of the sample answers that are tested here."""
CASES = [case for case in TRUTH["cases"] if MINE.intersection(case["features"])]
TRACED = [case for case in CASES if "error" not in case]


def notes(result: Trace) -> list[str]:
    """The sentences beside the contributions, in the order sent."""
    steps = map(result.sweep.step, range(1, len(result.sweep) + 1))
    return [sent.note for step in steps for sent in step.contributions if sent.note]


@pytest.mark.parametrize("case", TRACED, ids=[case["id"] for case in TRACED])
def test_value_gradient_notes_and_problems_are_those_of_the_case(case: dict[str, Any]) -> None:
    result = trace(case["program"], case["bindings"])
    near = {"rel": case.get("rtol", 1e-12), "abs": case.get("atol", 0), "nan_ok": True}
    if case.get("class") == "undefined":
        assert result.problems
        assert not any(map(isfinite, result.gradient.values()))
        return
    exact = case.get("exact", {}).get("gradients")
    wanted = case.get("gradients") or case["expect"].get("gradients") or exact
    assert result.value == pytest.approx(float(case["value"]), **near)
    assert result.gradient == pytest.approx({k: float(v) for k, v in wanted.items()}, **near)
    assert all(any(part in note for note in notes(result)) for part in case.get("notes_has", ()))
    assert not (case.get("no_problems") and result.problems)
    if case.get("class") in ("jump", "kink"):
        assert any(case["class"] in note for note in notes(result))
    told = " ".join(f"{one.message} {one.why} {one.remedy}" for one in result.problems)
    assert all(part in told for part in case.get("problem_has", ()))


def test_a_chain_is_refused_and_what_to_write_is_said() -> None:
    for text, place in (("1 <= x <= 2", 8), ("a < b + 1 == c", 11), ("f = x >= y != z", 12)):
        with pytest.raises(ParseError, match=r"not chained.*both must hold") as caught:
            parse(text)
        assert (caught.value.column, caught.value.line) == (place, 1)


READINGS = [
    ("x<y+1", "x < y + 1"),
    ("(x<y)+1", "(x < y) + 1"),
    ("2(x>=1)", "2*(x >= 1)"),
    ("-x≤2^-y", "-x <= 2^-y"),
    ("(x≠y)≥z", "(x != y) >= z"),
    ("x==(y<z)", "x == (y < z)"),
    ("|x|<|y|", "abs(x) < abs(y)"),
    ("y=x==2;y*x", "y = x == 2\ny*x"),
    ("where(x<0,-x,x)", "where(x < 0, -x, x)"),
    ("x<-inf", "x < -inf"),
]


@pytest.mark.parametrize(("text", "shown"), READINGS)
def test_comparisons_bind_looser_than_sums(text: str, shown: str) -> None:
    assert program(parse(text)) == shown


RELATIONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
NUMBERS = st.sampled_from((0.0, -0.0, 1.0, inf, -inf, nan)) | st.floats()


@given(st.sampled_from(tuple(RELATIONS)), NUMBERS, NUMBERS)
@settings(max_examples=40)
def test_a_comparison_is_1_or_0_as_ieee_754_has_it(name: str, a: float, b: float) -> None:
    assert INFIX[name].value(a, b) == (1.0 if RELATIONS[name](a, b) else 0.0)


@given(NUMBERS, st.sampled_from((1.0, nan)), st.sampled_from((2.0, nan)))
@settings(max_examples=30)
def test_a_choice_takes_the_second_unless_the_first_is_0(c: float, a: float, b: float) -> None:
    (where,) = FUNCTIONS["where"]
    found, taken = where.value(c, a, b), b if c == 0 else a
    assert found == taken or (isnan(found) and isnan(taken))


INFINITE = ["x/0", "x*(x - x)^-1", "ln(x - x)*x", "exp(1000*x)"]
"""Programs of x that are not finite at 1."""


@pytest.mark.parametrize("text", INFINITE)
def test_what_is_not_taken_is_sent_exactly_0_whatever_the_adjoint(text: str) -> None:
    for shape in ("where(x > 0, x, {})", "where(x < 0, {}, x)/(x - x)", "where(x < 0, x^2, x)*{}"):
        result = trace(shape.format(text), {"x": 1.0})
        node = next(n for n, row in enumerate(result.graph.operations) if row and row.decides)
        sent = result.sweep.step(result.route.visited(node) or 0).contributions
        cut = [one for one in sent if (one.note or "").startswith("not taken")]
        assert [one.amount for one in cut] == [0.0] * len(cut) == [one.partial for one in cut]
        assert cut or "x^2" not in shape


@given(programs(), st.floats(-2, 2), st.floats(-2, 2))
@settings(max_examples=40)
def test_a_choice_is_what_it_takes_in_every_mode(text: str, x: float, y: float) -> None:
    """Sweep, forward mode and arrays of value sets give what the operand taken gives."""
    names = [name for name in "xyz" if name in parse(text).variables]
    lines = text.rpartition("\n")
    whole = f"{lines[0]}{lines[1]}q = {lines[2]}\nwhere(x <= y, q, y + x)"
    values = {"x": x, "y": y} | ({"z": 0.5} if "z" in names else {})
    chosen, alone = trace(whole, values), trace(text, {name: values[name] for name in names})
    forward = tangent(chosen)
    if x <= y:
        assert same(chosen.value, alone.value)
        assert all(same(chosen.gradient[name], alone.gradient[name]) for name in names)
        assert isnan(chosen.gradient["x"]) or same(forward, tangent(alone))
    columns = {name: [value, -value] for name, value in values.items()}
    leaves = choose_leaves(chosen.graph, tuple(values))
    assert next(differences(chosen.graph, leaves, columns), None) is None


def tangent(result: Trace) -> float:
    """The output's derivative by x in forward mode; 0 where there is no x."""
    leaf = result.graph.variables_by_name.get("x")
    found = None if leaf is None else tangents(result.graph, result.values, leaf)
    return 0.0 if found is None else found[result.graph.output]


def same(one: float, other: float) -> bool:
    return one == other or (isnan(one) and isnan(other))


def test_a_condition_is_no_edge() -> None:
    result = trace("c = x^2 > y\nwhere(c, 3*y, z)", {"x": 2, "y": 1, "z": 5})
    graph, route = result.graph, result.route
    inactive = [graph.by_name["x"], graph.by_name["c"], graph.operands[graph.by_name["c"]][0]]
    assert not any(route.active[node] for node in inactive)
    assert [graph.ref(node) for node in route.order] == [
        graph.ref(graph.output),
        graph.ref(graph.operands[graph.output][1]),
    ]
    assert dict(result.gradient) == {"x": 0.0, "y": 3.0, "z": 0.0}
    words = Explanation(result.sweep)
    assert words.why_inactive(graph.by_name["x"]) == "it only decides what is taken"
    step = "".join(text for line in words.moment(2) for text, _ in line)
    assert "nothing is sent to it as the condition" in step


def test_where_only_conditions_depend_on_a_leaf_the_gradient_is_0_and_it_is_said() -> None:
    result = trace("where(x > 0, 1, 2)", {"x": 3})
    assert (len(result.route), dict(result.gradient)) == (0, {"x": 0.0})
    words = "".join(text for line in Explanation(result.sweep).moment(0) for text, _ in line)
    assert "x only decides" in words


VERDICTS = [
    ("where(x <= y, x^2, y^2)", {"x": 2, "y": 2}, "kink", None),
    ("where(x > 0, x, -x)", {"x": 0}, "kink", None),
    ("where(x, 1, 2)", {"x": 0}, "undefined", None),
    ("where(x - 1, x^2, 2x - 1)", {"x": 1}, "agree", 2),
    ("where(x == 2, 4, x^2)", {"x": 2}, "differ", 4),
    ("where(x > 0, ln(x), 0)", {"x": -1}, "lost", 0),
    ("where(x > 0, ln(where(x > 0, x, 1)), 0)", {"x": -1}, "agree", 0),
    ("where(ln(x) > 0, 1, x)", {"x": -1}, "undefined", None),
    ("where(x > 0, x, 0/0)", {"x": 2}, "agree", 1),
    ("where(atan2(x, y) > 0, x, -x)", {"x": 0, "y": -1}, "kink", None),
    ("where(floor(x) == 1, x, 2)", {"x": 1}, "undefined", None),
    ("where(where(x > 0, x, 1) > 0, x^2, x)", {"x": 0}, "agree", 0),
    ("y*(x == 2)", {"x": 2, "y": 5}, "undefined", None),
    ("x*(x + 1e-20 > x)", {"x": 2}, "lost", 1),
    ("x*(sqrt(x)^2 == x)", {"x": 2}, "lost", 1),
    ("x*(sqrt(x)*sqrt(x) == x)", {"x": 5}, "lost", 1),
    ("x*(exp(ln(x)) == x)", {"x": 3}, "lost", 1),
    ("x*(0.1 + 0.2 == 0.3)", {"x": 2}, "agree", 0),
    ("clamp(x, x, y)", {"x": 0, "y": 0}, "kink", None),
    ("clamp(x, 1, 1)", {"x": 1}, "agree", 0),
    ("max(x, -inf) + min(x, inf)", {"x": 2}, "agree", 2),
    ("logsumexp(x, y, -inf)", {"x": 2, "y": 2}, "agree", 0.5),
    ("exp(x - inf) + x", {"x": 2}, "agree", 1),
    ("clamp(x, -inf, inf)", {"x": 2}, "agree", 1),
    ("x - inf", {"x": 2}, "undefined", None),
    ("x + inf - inf", {"x": 2}, "undefined", None),
]  # fmt: skip
"""A program, its values, the verdict on its first variable, the derivative, found by hand."""


@pytest.mark.parametrize(("text", "values", "verdict", "derivative"), VERDICTS)
def test_the_verdict_sees_what_conditions_depend_on(
    text: str, values: dict[str, float], verdict: str, derivative: float | None
) -> None:
    result = trace(text, values)
    found = next(check(result.sweep, [result.graph.by_name["x"]]))
    assert (found.verdict, found.derivative) == (verdict, derivative)


@pytest.mark.parametrize(
    "text", ["max(x, -inf)", "exp(x - inf)", "logsumexp(x, -inf)", "x/inf", "where(x > 0, x, inf)"]
)
def test_an_infinity_that_is_meant_is_no_problem(text: str) -> None:
    assert trace(text, {"x": 2}).problems == ()


@pytest.mark.parametrize("text", ["x + inf - inf", "x*0*inf", "inf/inf*x", "sin(inf) + x"])
def test_nan_made_of_inf_is_a_problem(text: str) -> None:
    (problem, *_) = trace(text, {"x": 2}).problems
    assert problem.message.endswith("is nan")


def test_inf_is_a_variable_where_a_value_is_given_for_it() -> None:
    assert dict(trace("2*inf", {"inf": 3}).gradient) == {"inf": 2.0}


@pytest.mark.parametrize("x", [-1.5, 0.5, 3.0])
def test_the_closed_form_of_a_choice_has_the_sweeps_number(x: float) -> None:
    for text in ("where(x < 1, x^2, sin(x))*x", "x*(x >= 0) + max(x, -inf)", "where(x, x^3, 1)"):
        result = trace(text, {"x": x})
        found = closed_form(FormRequest(result.graph, {"x": x}, 0, True, False, 80))
        assert found.value == pytest.approx(result.gradient["x"], rel=1e-12)
