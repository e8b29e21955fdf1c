"""Remedies in words: each is parsed, put in place and tried where the trouble stands."""

from __future__ import annotations

from itertools import product
from math import isfinite

import pytest
import sympy
from backprop_tui.engine import bundled, load_bundled, parse, trace
from backprop_tui.engine.diagnosis.remedies import FORMS, SMALL, Form
from backprop_tui.engine.table.operation import Operation
from backprop_tui.engine.table.ops import OPERATIONS

EPSILON = "ε"
NEAR = 1e-12
"""So far outside of a domain rounding may lead."""
EDGES = (0.0, 1.0, -1.0, -NEAR, 1 + NEAR, -1 - NEAR, 1 - NEAR, -0.5, 2.0)
FAR = "the formula or the data are wrong"


def formulas(remedy: str) -> list[str]:
    """What a remedy says to write, in our language."""
    found = []
    for piece in remedy.split("; or "):
        if piece.startswith("write ") or ": " in piece:
            found.append(piece.rpartition(": ")[2].removeprefix("write "))
    return found


def is_cured(formula: str, values: dict[str, float]) -> bool:
    """True where a formula and its gradient are finite, by these values and a small ε."""
    given = {EPSILON: SMALL, "c": 0.0, **values}
    names = parse(formula).variables
    result = trace(formula, {name: given[name] for name in names})
    return all(map(isfinite, (result.value, *result.gradient.values()))) and not result.problems


def written(row: Operation) -> str:
    """The operation alone over x and y."""
    if row.power:
        return f"x {row.name} y" if row.arity == 2 else "-x"
    if row.whole:
        return f"{row.name}(1, x)"
    return f"{row.name}({', '.join('xyz'[: row.arity or 2])})"


@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: f"{row.name}/{row.arity}")
def test_every_remedy_of_the_table_cures_where_it_is_given(row: Operation) -> None:
    program = written(row)
    names = parse(program).variables
    for point in product(EDGES[:: len(names)], repeat=len(names)):
        values = dict(zip(names, point, strict=True))
        for problem in trace(program, values).problems:
            for formula in formulas(problem.remedy):
                assert is_cured(formula, values), (program, values, formula)


GUARDS = [
    ("sqrt(x)", {"x": 0}, "sqrt(x + ε)"),
    ("sqrt(x)", {"x": -1e-18}, "sqrt(max(x, ε))"),
    ("cbrt(x)", {"x": 0}, "cbrt(x + ε)"),
    ("x^0.5", {"x": 0}, "(x + ε)^y"),
    ("x^y", {"x": -1e-18, "y": 1.5}, "max(x, ε)^y"),
    ("x^-1", {"x": 0}, "max(x, ε)^y"),
    ("1/x", {"x": 0}, "x/(y + ε)"),
    ("ln(x)", {"x": 0}, "ln(max(x, ε))"),
    ("log2(x)", {"x": -1e-18}, "log2(max(x, ε))"),
    ("log10(x)", {"x": 0}, "log10(max(x, ε))"),
    ("log1p(x)", {"x": -1}, "log1p(max(x, ε − 1))"),
    ("log(x, y)", {"x": 0, "y": 2}, "log(max(x, ε), max(y, ε))"),
    ("log(x, y)", {"x": 2, "y": 1}, "log(x, y + ε)"),
    ("acos(x)", {"x": 1.0000000000000002}, "acos(clamp(x, ε − 1, 1 − ε))"),
    ("acos(x)", {"x": -1}, "acos(clamp(x, ε − 1, 1 − ε))"),
    ("asin(x)", {"x": 1}, "asin(clamp(x, ε − 1, 1 − ε))"),
    ("atanh(x)", {"x": 1}, "atanh(clamp(x, ε − 1, 1 − ε))"),
    ("acosh(x)", {"x": 1}, "acosh(max(x, 1 + ε))"),
    ("acosh(x)", {"x": 0.9999999999999999}, "acosh(max(x, 1 + ε))"),
    ("xlogy(x, y)", {"x": 1, "y": 0}, "xlogy(x, max(y, ε))"),
    ("xlogy(x, x)", {"x": 0}, "xlogy(x, max(x, ε))"),
    ("cosh(x)", {"x": -711}, "abs(x) + softplus(−2*abs(x)) − ln(2)"),
]


@pytest.mark.parametrize(("program", "values", "formula"), GUARDS)
def test_a_guard_keeps_away_from_the_edge(
    program: str, values: dict[str, float], formula: str
) -> None:
    (problem,) = trace(program, values).problems
    assert formula in formulas(problem.remedy)


FAR_OUTSIDE = [
    ("sqrt(x)", {"x": -1}),
    ("ln(x)", {"x": -2}),
    ("acos(x)", {"x": 1.5}),
    ("(x - y)^1.5", {"x": 0.2, "y": 1}),
    ("ln(1 - (2*tanh(x))^2 + 1e-6)", {"x": 1.5}),
]


@pytest.mark.parametrize(("program", "values"), FAR_OUTSIDE)
def test_far_outside_of_a_domain_no_guard_is_offered(
    program: str, values: dict[str, float]
) -> None:
    (problem,) = trace(program, values).problems
    assert FAR in problem.remedy
    assert not any(EPSILON in formula for formula in formulas(problem.remedy))


# Where each form is needed, and whether it is no more than near to what it stands for.
NEEDED: dict[str, tuple[dict[str, float], bool]] = {
    "v*ln(sigmoid(u)) + (1 - v)*ln(1 - sigmoid(u))": ({"u": 40, "v": 1}, False),
    "ln(exp(u)/(exp(u) + exp(v)))": ({"u": 800, "v": 790}, False),
    "ln(v*exp(u) + w*exp(t))": ({"u": -900, "t": -901, "v": 0.3, "w": 0.7}, False),
    "ln(exp(u) + exp(v))": ({"u": -900, "v": -901}, False),
    "ln(1 + exp(u))": ({"u": 800}, False),
    "ln(1 - exp(u))": ({"u": -1e-20}, False),
    "ln(exp(u)/v)": ({"u": -800, "v": 2}, False),
    "ln(v*exp(u))": ({"u": -800, "v": 2}, False),
    "ln(exp(u))": ({"u": -800}, False),
    "ln(1 - tanh(u)^2)": ({"u": 40}, False),
    "ln(1 - sigmoid(u))": ({"u": 40}, False),
    "ln(1/(1 + exp(u)))": ({"u": 800}, False),
    "ln(sigmoid(u))": ({"u": -800}, False),
    "ln((1 + erf(u/sqrt(2)))/2)": ({"u": -40}, False),
    "ln((1 + erf(u))/2)": ({"u": -40}, False),
    "ln(erfc(u)/2)": ({"u": 40}, False),
    "sin(u)/u": ({"u": 0}, False),
    "1 + erf(u)": ({"u": -6}, False),
    "1 - erf(u)": ({"u": 6}, False),
    "ln(cosh(u))": ({"u": 800}, False),
    "ln(1 + u)": ({"u": 1e-20}, False),
    "acosh(1 + u)": ({"u": 4e-18}, False),
    "exp(u)/(exp(u) + exp(v))": ({"u": 800, "v": 790}, False),
    "exp(u)/(1 + exp(u))": ({"u": 800}, False),
    "ln(1/(1 + exp(-u)))": ({"u": -800}, False),
    "1/(1 + exp(-u))": ({"u": -800}, False),
    "1/(1 + exp(u))": ({"u": 800}, False),
    "(exp(u) - exp(-u))/(exp(u) + exp(-u))": ({"u": 800}, False),
    "atan(u/v)": ({"u": 3, "v": 0}, False),
    "u/sqrt(v)": ({"u": 0, "v": 0}, True),
    "u*ln(v)": ({"u": 0, "v": 0}, True),
    "exp(u) - 1": ({"u": 1e-12}, False),
    "1 - exp(u)": ({"u": 1e-12}, False),
    "1 - cos(u)": ({"u": 1e-8}, False),
    "sqrt(1 + u) - 1": ({"u": 1e-10}, False),
}
each_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.pattern)


@each_form
def test_a_form_is_offered_where_it_is_needed_and_cures(form: Form) -> None:
    values, _ = NEEDED[form.pattern]
    for problem in trace(form.pattern, values).problems[:1]:
        offered = formulas(problem.remedy)
        assert [parse(text) for text in offered] == [parse(form.written)]
    assert is_cured(form.written, values)


@each_form
def test_a_form_equals_what_it_stands_for(form: Form) -> None:
    point = {"u": "0.37", "v": "0.61", "w": "0.83", "t": "0.29", EPSILON: "0"}
    _, is_near = NEEDED[form.pattern]
    point |= {EPSILON: "1e-40"} if is_near else {}
    one, other = (exactly(text, point) for text in (form.pattern, form.written))
    assert abs(one - other) < sympy.Float("1e-28", 40)


def exactly(program: str, point: dict[str, str]) -> sympy.Float:
    """The value of a program to 40 digits, by the SymPy forms of its operations."""
    graph, found = parse(program), list[sympy.Expr]()
    for node, operation in enumerate(graph.operations):
        if operation is not None:
            found.append(operation.sympy(sympy, *(found[i] for i in graph.operands[node])))
        elif graph.symbols.get(node) == "pi":
            found.append(sympy.pi)
        elif node in graph.constants:
            found.append(sympy.Rational(repr(graph.constants[node])))
        else:
            found.append(sympy.Rational(point[graph.names[node]]))
    return sympy.N(found[graph.output], 40)


OFFERED = [
    ("p = sigmoid(z); -(y*ln(p) + (1 - y)*ln(1 - p))", {"z": 40, "y": 1}, "y*z - softplus(z)"),
    ("-ln(exp(a)/(exp(a) + exp(b)))", {"a": 800, "b": 790}, "a - logsumexp(a, b)"),
    ("e^x/(e^x + 1)", {"x": 800}, "sigmoid(x)"),
    ("t = tanh(3*x); ln(1 - t^2)", {"x": 40}, "2*(ln(2) - 3*x - softplus(-2*(3*x)))"),
    ("(atan(w/h) - 0.6)^2", {"w": 3, "h": 0}, "atan2(w, h)"),
    ("r = sqrt(x^2 + y^2); x/r", {"x": 0, "y": 0}, "x/sqrt(x^2 + y^2 + ε)"),
    ("-(p*ln(p) + q*ln(q))", {"p": 0, "q": 1}, "xlogy(p, max(p, ε))"),
]


@pytest.mark.parametrize(("program", "values", "formula"), OFFERED)
def test_a_form_is_written_with_what_the_program_has(
    program: str, values: dict[str, float], formula: str
) -> None:
    first = trace(program, values).problems[0]
    assert formulas(first.remedy) == [formula]
    assert is_cured(formula, values)


MASKED = [
    ("x^2 + step(x)*sqrt(x)", {"x": -1}, "where(c, sqrt(where(c, x, 1)), 0)", "factor 0 at f"),
    (
        "where(x > 0, ln(x), 0)",
        {"x": -1},
        "where(c, ln(where(c, x, 1)), 0)",
        "where at {} does not take it",
    ),
    (
        "where(x > 0, x^0.5, 0)",
        {"x": -1},
        "where(c, where(c, x, 1)^y, 0)",
        "where at {} does not take it",
    ),
    (
        "where(x < 1, atanh(x), 0)",
        {"x": 2},
        "where(c, atanh(where(c, x, 0)), 0)",
        "where at {} does not take it",
    ),
    (
        "where(x > 1, 3*acosh(x), 0)",
        {"x": 0},
        "where(c, acosh(where(c, x, 2)), 0)",
        "where at {} does not take it",
    ),
    (
        "where(x != 0, 1/x, 0)",
        {"x": 0},
        "where(c, x/where(c, y, 1), 0)",
        "where at {} does not take it",
    ),
    ("relu(x)*sqrt(abs(x))", {"x": 0}, "where(c, sqrt(where(c, x, 1)), 0)", "comes from e"),
    ("where(x > 0, sqrt(x), 0)", {"x": 0}, "where(c, sqrt(where(c, x, 1)), 0)", "comes from f"),
]


@pytest.mark.parametrize(("program", "values", "formula", "why"), MASKED)
def test_what_is_masked_is_chosen_before(
    program: str, values: dict[str, float], formula: str, why: str
) -> None:
    result = trace(program, values)
    (problem,) = result.problems
    assert formulas(problem.remedy)[0] == formula
    assert why.format(result.graph.ref(result.graph.output)) in problem.why
    own = (result.values[i] for i in result.graph.operands[problem.node])
    assert is_cured(formula, dict(zip("xy", own, strict=False)))


def test_what_cancels_under_a_root_is_subtracted_first() -> None:
    program = "sqrt(mean(x^2, y^2, z^2) - mean(x, y, z)^2)"
    (problem,) = trace(program, dict.fromkeys("xyz", 0.1)).problems
    assert "var and std" in problem.remedy.partition("; or ")[0]


@pytest.mark.parametrize(
    ("program", "formula"),
    [("hypot(x, y)", "sqrt(x^2 + y^2 + ε)"), ("norm(x, y)", "sqrt(sum(x^2, y^2) + ε)"),
     ("std(x, y)", "sqrt(var(x, y) + ε)")],
)  # fmt: skip
def test_a_distance_or_deviation_of_0_gets_an_epsilon_under_its_root(
    program: str, formula: str
) -> None:
    values = {"x": 0.0, "y": 0.0}
    (problem,) = trace(program, values).problems
    assert formula in problem.remedy
    assert is_cured(formula, values)


def test_where_both_are_0_a_limit_is_given_by_where() -> None:
    (problem,) = trace("x/y", {"x": 0, "y": 0}).problems
    (formula,) = formulas(problem.remedy)
    assert "limit" in problem.remedy
    assert formula == "where(y == 0, 1, x/where(y == 0, 1, y))"
    assert trace(formula, {"x": 3, "y": 2}).gradient == {"y": -0.75, "x": 0.5}


def test_what_underflows_inside_a_logarithm_is_no_matter_of_a_guard_alone() -> None:
    (problem,) = trace("ln(exp(x) + exp(y) + exp(z))", dict.fromkeys("xyz", -800)).problems
    assert "logsumexp" in problem.remedy.partition("; or ")[0]


def test_the_remedies_of_the_broken_samples_cure() -> None:
    for name in filter(lambda name: name.startswith("broken-"), bundled()):
        sample = load_bundled(name)
        result = trace(sample.program, sample.bindings, list(sample.values))
        named = {result.graph.ref(i): value for i, value in enumerate(result.values)}
        for problem in result.problems:
            operands = result.graph.operands[problem.node]
            own = dict(zip("xy", (result.values[i] for i in operands), strict=False))
            for formula in formulas(problem.remedy):
                is_form = f"write {formula}" in problem.remedy
                assert is_cured(formula, named if is_form else own), (name, formula)
