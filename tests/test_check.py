"""Second opinions: right gradients are never called wrong, wrong ones never right."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import inf, isfinite
from typing import Any

import pytest
from backprop_tui.engine import BackpropError, Trace, bundled, load_bundled, trace
from backprop_tui.engine.calculus.forward import evaluate
from backprop_tui.engine.calculus.route import route
from backprop_tui.engine.calculus.sweep import sweep
from backprop_tui.engine.language.graph import Builder, Graph
from backprop_tui.engine.opinions.check import VERDICTS, Checked, check
from backprop_tui.engine.table.operation import Operation
from backprop_tui.engine.table.ops import FUNCTIONS, OPERATIONS
from backprop_tui.tui.command.arguments import main
from hypothesis import given, settings

from programs import MODERATE, SMOOTH, expressions, traces
from sure import sure
from test_operations import each_row, row_id
from test_truth import FINITE, cases, traced

POOL = (0.35, 0.8, 1.45, -0.6, -1.7, 2.6)
"""Operands at which every row has a value, a slope and no kink."""

ORDER = 2.0
"""The first operand of what wants a whole number."""


def checks(result: Trace) -> dict[str, Checked]:
    return {result.graph.ref(found.node): found for found in check(result.sweep)}


def applied(row: Operation) -> Graph:
    """The row over variables, three where it takes any number; a whole number is a literal."""
    builder = Builder()
    orders = [builder.constant(ORDER)] * row.whole
    operands = (*orders, *(builder.variable(f"x{i}") for i in range(len(orders), row.arity or 3)))
    return builder.graph([(None, builder.add(row, operands))])


def points(row: Operation) -> list[tuple[float, ...]]:
    """Distinct operands inside the row's domain; of a choice that both are taken."""
    conditions = [(0.0, 1.0)] * row.decides
    pools = [*conditions, *[POOL] * ((row.arity or 3) - row.decides - row.whole)]
    orders = [ORDER] * row.whole
    inside = [
        point
        for point in product(*pools)
        if len(set(point)) == len(point)
        and isfinite(row.value(*orders, *point))
        and not any(fault.when(*orders, *point) for fault in row.faults)
    ]
    return inside[:: max(1, len(inside) // 5)]


def verdicts(row: Operation, where: list[tuple[float, ...]]) -> set[str]:
    graph = applied(row)
    way = route(graph, tuple(graph.variables_by_name.values())[row.decides :])
    values = [evaluate(graph, dict(zip(graph.variables, p, strict=True))) for p in where]
    return {found.verdict for numbers in values for found in check(sweep(way, numbers))}


@each_row
def test_every_row_agrees_as_it_is(row: Operation) -> None:
    assert verdicts(row, points(row)) == {"agree"}


MUTATIONS = [
    pytest.param(row, slot, change, id=f"{row_id(row)}[{slot}] {change}")
    for row in OPERATIONS
    for slot, partial in list(enumerate(row.partials))[row.decides or row.whole :]
    for change in ("({})*1.001", "({}) + 0.001", "-({})")
    if partial.formula != "0" or "+" in change
]


@pytest.mark.parametrize(("row", "slot", "change"), MUTATIONS)
def test_a_wrong_formula_is_caught(row: Operation, slot: int, change: str) -> None:
    partials = list(row.partials)
    wrong = change.format(partials[slot].exact or partials[slot].formula)
    partials[slot] = partials[slot]._replace(exact=wrong)
    assert "differ" in verdicts(replace(row, partials=tuple(partials)), points(row))


@each_row
def test_a_wrong_value_is_caught(row: Operation) -> None:
    broken = replace(row, value=lambda *operands: row.value(*operands) * 1.01 + 0.1)
    assert "agree" not in verdicts(broken, points(row))


@pytest.mark.parametrize("case", cases("expressions"))
def test_true_gradients_agree(case: dict[str, Any]) -> None:
    found = checks(traced(case))
    assert {checked.verdict for checked in found.values()} <= {"agree"}


@pytest.mark.parametrize("case", FINITE)
def test_no_edge_is_called_wrong_and_none_without_a_number_right(case: dict[str, Any]) -> None:
    result = traced(case)
    for name, checked in checks(result).items():
        assert checked.verdict in VERDICTS
        assert checked.verdict != "differ"
        if checked.derivative is not None:
            exact = case["exact"]["gradients"][name]
            beyond = exact is None and case["class"] == "overflow"
            assert checked.derivative == pytest.approx(inf if beyond else float(exact), rel=1e-15)
        elif not isfinite(result.gradient[name]):
            assert checked.verdict in ("kink", "undefined")
        if case["class"] == "kink":
            assert checked.verdict == "kink"
            assert checked.one_sided == pytest.approx(tuple(case["exact"]["one_sided"][name]))


def test_conventions_that_chain_to_a_wrong_slope_are_caught() -> None:
    (found,) = checks(trace("relu(x) - relu(-x)", {"x": 0})).values()
    assert (found.gradient, found.derivative, found.verdict) == (0, 1, "differ")


def test_lost_digits_are_told_from_a_wrong_rule() -> None:
    (found,) = checks(trace("(1 - cos(x))/x^2", {"x": 1e-8})).values()
    assert (found.verdict, found.lost_at) == ("lost", (3, "forward"))
    assert found.sympy == pytest.approx(-1e-8 / 12)
    (found,) = checks(trace("(1 - cos(x))/x^2", {"x": 1e-3})).values()
    assert (found.verdict, found.lost_at) == ("lost", (1, "backward"))
    (found,) = checks(trace("x^2 - 2*x + 1", {"x": 1 + 1e-12})).values()
    assert found.verdict == "agree"
    (found,) = checks(trace("exp(x) - exp(x - y)", {"x": 30, "y": 1e-12}, ["x"])).values()
    assert found.verdict == "imprecise"
    assert "digits can be trusted" in found.note


def test_leaves_are_checked_though_another_one_has_no_number() -> None:
    found = checks(trace("sqrt(x) + y^2", {"x": 0, "y": 3}))
    assert found["x"].verdict == "undefined"
    assert found["y"].verdict == "agree"


def test_inner_nodes_are_checked_by_changing_their_value() -> None:
    result = trace("t = x*y\nsin(t)*t + x", {"x": 1.5, "y": 0.5})
    active = [node for node in range(len(result.graph)) if result.sweep.route.active[node]]
    found = list(check(result.sweep, active))
    assert [checked.node for checked in found] == active
    assert {checked.verdict for checked in found} == {"agree"}


def test_what_sympy_leaves_open_is_said_and_differences_decide() -> None:
    (found,) = checks(trace("floor(x)*x", {"x": 1.5})).values()
    assert found.sympy is None
    assert "floor" in sure(found.sympy_note)
    assert found.verdict == "agree"


def test_a_program_too_large_for_sympy_is_checked_without() -> None:
    program = "h0 = x + 0\n" + "\n".join(f"h{i} = h{i - 1} + x" for i in range(1, 3000))
    (found,) = checks(trace(program, {"x": 0.5})).values()
    assert found.sympy is None
    assert "nodes" in sure(found.sympy_note)
    assert found.verdict == "agree"


def test_a_deep_nest_does_not_hold_sympy_up() -> None:
    program = "h0 = tanh(x)\n" + "\n".join(f"h{i} = tanh(h{i - 1})" for i in range(1, 80))
    (found,) = checks(trace(program, {"x": 0.5})).values()
    assert found.verdict == "agree"
    assert found.sympy == pytest.approx(found.gradient, rel=1e-12)


@given(traces(expressions(functions=SMOOTH, operators=("+", "-", "*")), MODERATE))
@settings(max_examples=150)
def test_random_smooth_programs_are_never_called_wrong(result: Trace) -> None:
    for found in checks(result).values():
        assert found.verdict in ("agree", "imprecise", "lost")
        if found.verdict == "agree":
            assert abs(found.gradient - sure(found.sympy)) <= 1e-6 * abs(sure(found.sympy))


@pytest.mark.parametrize("name", bundled())
def test_no_sample_has_a_wrong_gradient(name: str) -> None:
    sample = load_bundled(name)
    fixed = set(sample.fixed)
    result = trace(sample.program, sample.bindings, [n for n in sample.values if n not in fixed])
    assert "differ" not in {found.verdict for found in check(result.sweep)}


def test_the_command_exits_with_1_when_a_formula_is_broken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (sine,) = FUNCTIONS["sin"]
    assert main(["sin(x)", "x=1", "--check"]) == 0
    assert capsys.readouterr().out.split()[-1] == "agree"
    broken = replace(sine, partials=(sine.partials[0]._replace(formula="sin(a)"),))
    monkeypatch.setitem(FUNCTIONS, "sin", (broken,))
    assert main(["sin(x)", "x=1", "--check"]) == 1
    assert "differ" in capsys.readouterr().out


def test_the_document_has_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    import json

    assert main(["(4*x+1)^2", "x=1", "--check", "-f", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["check"]
    assert found["x"]["gradient"] == found["x"]["sympy"] == 40
    assert found["x"]["difference"] == pytest.approx(40)
    assert (found["x"]["one_sided"], found["x"]["sympy_note"]) == (None, None)
    assert (found["x"]["verdict"], found["x"]["derivative"]) == ("agree", 40)
    assert (found["x"]["lost_at"], found["x"]["bits"]) == (None, {"value": 53, "adjoint": 53})


def test_a_bad_program_is_bad_input_with_a_check_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sin(", "--check"]) == 2
    assert capsys.readouterr().out == ""
    with pytest.raises(BackpropError):
        trace("sin(")


@pytest.mark.parametrize(
    ("program", "values"),
    [
        ("logsumexp(z, w) - z", {"z": 800, "w": 790}),
        ("(x + 1e6) - 1e6", {"x": 1e-3}),
        ("ln(x + 1e5) - ln(1e5)", {"x": 0.7}),
        ("sum(1e8, sin(x), -1e8)", {"x": 0.3}),
    ],
)
def test_quotients_alone_call_no_gradient_wrong_for_digits_that_went_inside(
    program: str, values: dict[str, float]
) -> None:
    """A small output of large values on the way; the exact derivative says that all agree."""
    sweep = trace(program, values).sweep
    exact = {one.node: one.verdict for one in check(sweep)}
    assert set(exact.values()) == {"agree"}
    for one in check(sweep, sympy=False):
        assert one.verdict in ("agree", "imprecise")
