"""Every row of the operation table against SymPy, differences and its own formula."""

from __future__ import annotations

import re
from functools import cache
from itertools import product
from math import copysign, inf, isfinite, isinf, isnan, nan
from pathlib import Path
from typing import Any

import pytest
import sympy
from backprop_tui.engine import trace
from backprop_tui.engine.calculus.forward import evaluate
from backprop_tui.engine.calculus.rules import (
    formula_graph,
    given,
    partial_of,
    slopes,
    special_case,
)
from backprop_tui.engine.table.operation import COMPARISON, Operation, SpecialCase
from backprop_tui.engine.table.ops import FUNCTIONS, INFIX, OPERATIONS

POOL = (-3.4, -1.7, -0.6, -0.23, 0.35, 0.8, 1.2, 1.45, 2.6)
"""Operands for sample points, clear of the usual kinks and poles."""
SPECIAL = (0.0, 1.0, -1.0, 2.0, -3.0, 0.5)
"""Operands at which kinks, poles and ties stand."""
EXTREME = (nan, inf, -inf, 1e308, -1e308, 5e-324, -5e-324, -0.0, 710.0, -746.0, *SPECIAL)
ORDERS = (0.0, 1.0, 2.0, 5.0)
"""First operands of the rows that want a whole number."""
DIGITS = 30


def row_id(row: Operation) -> str:
    return f"{row.name}/{row.arity or 'n'}"


def points(row: Operation, pool: tuple[float, ...]) -> list[tuple[float, ...]]:
    """Operands for the row; the variadic rows get up to three of them."""
    if row.whole:
        return list(product(ORDERS, *[pool] * (len(row.partials) - 1)))
    if row.arity is None:
        return [*product(pool, repeat=1), *product(pool, repeat=2), *product(pool[:4], repeat=3)]
    return list(product(pool, repeat=row.arity))


def at_an_edge(row: Operation, slot: int, point: tuple[float, ...]) -> bool:
    return special_case(row, slot, given(row, slot, point, row.value(*point))) is not None


def at_fault(row: Operation, point: tuple[float, ...]) -> bool:
    return any(fault.when(*point) for fault in row.faults)


@cache
def samples(row: Operation) -> list[tuple[float, ...]]:
    """Points inside the domain, where no fault or edge applies; a few if there are many."""
    inside = [
        point
        for point in points(row, POOL)
        if isfinite(row.value(*point))
        and not at_fault(row, point)
        and (row.decides or not any(at_an_edge(row, slot, point) for slot in range(len(point))))
    ]
    return inside[:: max(1, len(inside) // 12)]


def slope(row: Operation, slot: int, point: tuple[float, ...]) -> float:
    """The partial that the sweep uses."""
    found = slopes(row)[0 if row.variadic else slot]
    taken = given(row, slot, point, row.value(*point))
    return found if isinstance(found, float) else found(taken)


def shown(row: Operation, slot: int, point: tuple[float, ...]) -> float:
    """The partial that the formula on the screen gives."""
    rule = formula_graph(row, partial_of(row, slot).formula)
    taken = given(row, slot, point, row.value(*point))
    return evaluate(rule, dict(zip(row.names, taken, strict=True)))[rule.output]


def difference(row: Operation, slot: int, point: tuple[float, ...]) -> float:
    """The central difference quotient of the row's value."""
    step = 1e-5 * max(1.0, abs(point[slot]))
    up, down = point[slot] + step, point[slot] - step
    above, below = (row.value(*point[:slot], x, *point[slot + 1 :]) for x in (up, down))
    return (above - below) / (up - down)


@cache
def symbolic(row: Operation, count: int, slot: int | None = None) -> tuple[list[Any], Any]:
    """The row's SymPy form, or its derivative by an operand, and the operands' symbols."""
    symbols = [sympy.Symbol(f"a{i}", real=True) for i in range(count)]
    form = row.sympy(sympy, *symbols)
    return symbols, form if slot is None else sympy.diff(form, symbols[slot])


def exactly(row: Operation, point: tuple[float, ...], slot: int | None = None) -> float | None:
    """SymPy's value or derivative to 30 digits; None where SymPy leaves it open."""
    symbols, form = symbolic(row, len(point), slot)
    if form.has(sympy.Derivative, sympy.Subs):
        return None
    exact = form.subs(dict(zip(symbols, map(sympy.Rational, point), strict=True)))
    found = sympy.N(exact, DIGITS)
    return float(found) if found.is_real and found.is_finite else None


SLOTS = [
    pytest.param(row, slot, id=f"{row_id(row)}[{slot}]")
    for row in OPERATIONS
    for slot in range(row.whole, row.arity or 1)
]
each_row = pytest.mark.parametrize("row", OPERATIONS, ids=row_id)
each_slot = pytest.mark.parametrize(("row", "slot"), SLOTS)


@each_row
def test_a_partial_at_a_pole_says_that_it_is_one(row: Operation) -> None:
    """The operands are finite, the value is not, and not for its size."""
    for point in points(row, (0.0, 1.0, -1.0, 2.0, 0.5) if row.arity else SPECIAL[:2]):
        value = row.value(*point)
        kinds = [fault.kind for fault in row.faults if fault.when(*point)]
        if not isinf(value) or kinds[:1] == ["overflow"]:
            continue
        for slot in range(row.whole, len(point)):
            stands = special_case(row, slot, given(row, slot, point, value))
            assert ((stands and stands.note) or "").startswith("singular point"), (point, slot)


@pytest.mark.parametrize("x", [0.0, -0.0])
def test_a_reciprocal_and_a_power_of_minus_1_have_one_answer_at_0(x: float) -> None:
    found = [trace(program, {"x": x}) for program in ("1/x", "x^-1")]
    one, other = ([c for c in t.sweep.step(1).contributions if t.graph.names.get(c.to) == "x"]
                  for t in found)  # fmt: skip
    assert isnan(one[0].partial)
    assert isnan(other[0].partial)
    assert one[0].note == other[0].note


@each_row
def test_every_row_has_sample_points(row: Operation) -> None:
    assert len(samples(row)) >= 3


@each_slot
def test_slope_is_the_derivative_by_sympy(row: Operation, slot: int) -> None:
    for point in samples(row):
        exact = exactly(row, point, slot)
        assert exact is None or slope(row, slot, point) == pytest.approx(exact, 1e-13, 1e-15)


@each_slot
def test_slope_is_the_difference_quotient(row: Operation, slot: int) -> None:
    for point in samples(row):
        quotient = difference(row, slot, point)
        assert slope(row, slot, point) == pytest.approx(quotient, 1e-6, 1e-8), point


@each_slot
def test_slope_is_the_formula_shown(row: Operation, slot: int) -> None:
    for point in samples(row):
        assert slope(row, slot, point) == pytest.approx(shown(row, slot, point), 1e-11), point


@each_row
def test_value_is_that_of_sympy(row: Operation) -> None:
    special = [point for point in points(row, SPECIAL)[:36] if not at_fault(row, point)]
    for point in (*samples(row), *special):
        exact = exactly(row, point)
        assert exact is None or row.value(*point) == pytest.approx(exact, 1e-14, 1e-15), point


@each_row
def test_values_and_slopes_never_raise(row: Operation) -> None:
    for point in points(row, EXTREME):
        assert isinstance(row.value(*point), float)
        for slot in range(len(point)):
            assert isinstance(slope(row, slot, point), float | int)


@pytest.mark.parametrize(
    "row", [row for row in OPERATIONS if row.power != COMPARISON and not row.decides], ids=row_id
)
def test_nan_gives_nan_unless_every_number_would_give_the_same(row: Operation) -> None:
    """As IEEE 754 has it: hypot(inf, nan) is inf; nan^0 and 1^nan are 1."""
    known = [x for x in (*EXTREME, *POOL) if not isnan(x)]
    for point in points(row, EXTREME):
        value = row.value(*point)
        if any(map(isnan, point)) and not isnan(value):
            for x in known:
                assert row.value(*(x if isnan(a) else a for a in point)) == value


# Where the textbook form loses digits: operation, slot, operands.
DELICATE = [
    ("sigmoid", 0, (40.0,)),
    ("sigmoid", 0, (-700.0,)),
    ("tanh", 0, (20.0,)),
    ("tanh", 0, (-300.0,)),
    ("gelu", 0, (-10.0,)),
    ("gelu", 0, (-30.0,)),
    ("gelu", 0, (1e-300,)),
    ("silu", 0, (-40.0,)),
    ("silu", 0, (40.0,)),
    ("mish", 0, (-40.0,)),
    ("softplus", 0, (-40.0,)),
    ("erf", 0, (6.0,)),
    ("asin", 0, (1 - 1e-10,)),
    ("acos", 0, (1 - 1e-10,)),
    ("acosh", 0, (1 + 1e-10,)),
    ("atanh", 0, (1 - 1e-12,)),
    ("asinh", 0, (1e200,)),
    ("acosh", 0, (1e200,)),
    ("atan", 0, (1e100,)),
    ("expm1", 0, (-40.0,)),
    ("log1p", 0, (-1 + 1e-10,)),
    ("cbrt", 0, (1e-200,)),
    ("sqrt", 0, (1e-300,)),
    ("/", 1, (3.0, 1e150)),
    ("/", 1, (1e250, 1e200)),
    ("/", 1, (1e-200, 1e-200)),
    ("log", 1, (2.0, 1e200)),
    ("log", 1, (2.0, 1 + 1e-10)),
    ("hypot", 0, (3e200, 4e200)),
    ("atan2", 0, (1e200, 1e200)),
    ("atan2", 1, (1e-200, 2e-200)),
    ("^", 1, (1 + 1e-10, 3.0)),
    ("^", 0, (1e-200, 1.5)),
    ("logsumexp", 1, (1000.0, 990.0)),
]


def row_of(name: str, count: int) -> Operation:
    """The row of this name that takes this many operands."""
    rows = FUNCTIONS.get(name) or (INFIX[name],)
    return next(row for row in rows if row.arity in (None, count))


@pytest.mark.parametrize(("name", "slot", "point"), DELICATE)
def test_slope_keeps_the_digits_that_the_textbook_form_loses(
    name: str, slot: int, point: tuple[float, ...]
) -> None:
    row = row_of(name, len(point))
    assert slope(row, slot, point) == pytest.approx(exactly(row, point, slot), rel=1e-12)


STABLE = [
    ("sigmoid", (-700.0,)),
    ("softplus", (-40.0,)),
    ("softplus", (800.0,)),
    ("gelu", (-10.0,)),
    ("mish", (-40.0,)),
    ("expm1", (1e-12,)),
    ("log1p", (1e-12,)),
    ("logsumexp", (1000.0, 1000.0)),
    ("logsumexp", (-1000.0, -1001.0, -1002.0)),
    ("log", (8.0, 2.0)),
    ("log", (1000.0, 10.0)),
]


@pytest.mark.parametrize(("name", "point"), STABLE)
def test_value_keeps_its_digits(name: str, point: tuple[float, ...]) -> None:
    row = row_of(name, len(point))
    assert row.value(*point) == pytest.approx(exactly(row, point), rel=1e-14)


EDGES = [
    pytest.param(row, slot, entry, id=f"{row_id(row)}[{slot}] {i}")
    for row in OPERATIONS
    for slot in range(row.arity or 1)
    for i, entry in enumerate(partial_of(row, slot).special)
]


def standing(row: Operation, slot: int, entry: object) -> list[tuple[float, ...]]:
    """Special points at which this edge decides the partial."""
    pool = (*SPECIAL, inf, -inf)
    return [
        point
        for point in points(row, pool)
        if slot < len(point)
        and special_case(row, slot, given(row, slot, point, row.value(*point))) is entry
    ]


@pytest.mark.parametrize(("row", "slot", "entry"), EDGES)
def test_every_edge_is_met_and_decides_the_slope(
    row: Operation, slot: int, entry: SpecialCase
) -> None:
    found = standing(row, slot, entry)
    assert found
    for point in found:
        wanted = slope(row, slot, point) if entry.partial is None else entry.partial
        if isinstance(wanted, str):
            rule = formula_graph(row, wanted)
            taken = dict(zip(row.names, given(row, slot, point, row.value(*point)), strict=True))
            wanted = evaluate(rule, taken)[rule.output]
        assert slope(row, slot, point) == pytest.approx(wanted, nan_ok=True)


def one_sided(row: Operation, slot: int, point: tuple[float, ...]) -> list[float]:
    """The difference quotients to the left and to the right."""
    value, found = row.value(*point), []
    for step in (-1e-6, 1e-6):
        moved = row.value(*point[:slot], point[slot] + step, *point[slot + 1 :])
        found.append((moved - value) / step)
    return found


@pytest.mark.parametrize(("row", "slot", "entry"), EDGES)
def test_slope_at_an_edge_lies_between_the_slopes_beside_it(
    row: Operation, slot: int, entry: SpecialCase
) -> None:
    for point in filter(lambda p: all(map(isfinite, p)), standing(row, slot, entry)):
        chosen, beside = slope(row, slot, point), one_sided(row, slot, point)
        jumps = max(map(abs, beside)) > 1e3
        if isfinite(chosen) and all(map(isfinite, beside)) and not jumps:
            assert min(beside) - 1e-5 <= chosen <= max(beside) + 1e-5, point


@pytest.mark.parametrize("row", OPERATIONS, ids=row_id)
def test_where_the_slopes_beside_a_point_differ_the_step_says_so(row: Operation) -> None:
    for point in points(row, SPECIAL):
        for slot in range(len(point)):
            beside = one_sided(row, slot, point)
            if all(map(isfinite, beside)) and max(map(abs, beside)) < 1e3 and slot >= row.whole:
                case = special_case(row, slot, given(row, slot, point, row.value(*point)))
                smooth = abs(beside[0] - beside[1]) < 1e-2
                assert smooth or (case is not None and case.note), (point, slot)


# Program, values, gradient; the sentence stands at the step unless the slope is smooth there.
CONVENTIONS = [
    ("relu(x)", {"x": 0}, {"x": 0}, "kink"),
    ("abs(x)", {"x": 0}, {"x": 0}, "kink"),
    ("leaky_relu(x)", {"x": 0}, {"x": 0.01}, "kink"),
    ("elu(x)", {"x": 0}, {"x": 1}, None),
    ("gelu(x)", {"x": 0}, {"x": 0.5}, None),
    ("sign(x)", {"x": 0}, {"x": 0}, "jump"),
    ("step(x)", {"x": 0}, {"x": 0}, "jump"),
    ("floor(x)", {"x": 2}, {"x": 0}, "jump"),
    ("ceil(x)", {"x": -3}, {"x": 0}, "jump"),
    ("floor(x)", {"x": 2.5}, {"x": 0}, None),
    ("max(x, y)", {"x": 1, "y": 1}, {"x": 0.5, "y": 0.5}, "tie"),
    ("min(x, y, z)", {"x": 1, "y": 1, "z": 1}, {"x": 1 / 3, "y": 1 / 3, "z": 1 / 3}, "tie"),
    ("max(x, y, z)", {"x": 1, "y": 0, "z": 1}, {"x": 0.5, "y": 0, "z": 0.5}, "tie"),
    ("max(x, x)", {"x": 2}, {"x": 1}, "tie"),
    ("max(x, y)", {"x": 1, "y": 2}, {"x": 0, "y": 1}, None),
    ("x^0", {"x": 0}, {"x": 0}, "singular"),
    ("x^1", {"x": 0}, {"x": 1}, None),
    ("x^2", {"x": 0}, {"x": 0}, None),
    ("x^0.5", {"x": 0}, {"x": inf}, "tangent"),
    ("x^-1", {"x": 0}, {"x": nan}, "singular"),
    ("0^y", {"y": 2}, {"y": 0}, "singular"),
    ("0^y", {"y": 0}, {"y": -inf}, "singular"),
    ("x^y", {"x": 0, "y": 3}, {"x": 0, "y": 0}, "singular"),
    ("x^y", {"x": -2, "y": 3}, {"x": 12, "y": nan}, "singular"),
    ("x^2", {"x": -3}, {"x": -6}, None),
    ("sqrt(x)", {"x": 0}, {"x": inf}, "tangent"),
    ("cbrt(x)", {"x": 0}, {"x": inf}, "tangent"),
    ("asin(x)", {"x": 1}, {"x": inf}, "tangent"),
    ("acos(x)", {"x": -1}, {"x": -inf}, "tangent"),
    ("acosh(x)", {"x": 1}, {"x": inf}, "tangent"),
    ("atan2(x, y)", {"x": 0, "y": 0}, {"x": nan, "y": nan}, "singular"),
    ("hypot(x, y)", {"x": 0, "y": 0}, {"x": nan, "y": nan}, "kink"),
    ("xlogy(x, y)", {"x": 0, "y": 0}, {"x": -inf, "y": 0}, "singular"),
    ("ln(x)", {"x": -1}, {"x": nan}, None),
    ("sqrt(x)", {"x": -1}, {"x": nan}, None),
    ("clamp(x, y, z)", {"x": 0, "y": 0, "z": 1}, {"x": 1, "y": 0, "z": 0}, "kink"),
    ("clamp(x, y, z)", {"x": 1, "y": 0, "z": 1}, {"x": 1, "y": 0, "z": 0}, "kink"),
    ("clamp(x, y, z)", {"x": -1, "y": 0, "z": 1}, {"x": 0, "y": 1, "z": 0}, None),
    ("clamp(x, y, z)", {"x": 7, "y": 0, "z": 1}, {"x": 0, "y": 0, "z": 1}, None),
    ("clamp(x, y, z)", {"x": 1, "y": 1, "z": 1}, {"x": 0, "y": 0, "z": 1}, "bounds that meet"),
    ("clamp(x, y, z)", {"x": 5, "y": 2, "z": 1}, {"x": 0, "y": 0, "z": 1}, "bounds that meet"),
    ("clip(x, 0, y)", {"x": 2, "y": 1e308}, {"x": 1, "y": 0}, None),
]


@pytest.mark.parametrize(("program", "values", "gradient", "word"), CONVENTIONS)
def test_convention_at_a_kink_is_taken_and_said(
    program: str, values: dict[str, float], gradient: dict[str, float], word: str | None
) -> None:
    result = trace(program, values)
    assert result.gradient == pytest.approx(gradient, nan_ok=True)
    notes = [sent.note for sent in result.sweep.step(1).contributions if sent.note]
    assert all(word in note for note in notes) if word else not notes
    assert bool(notes) == bool(word)


SINGULAR_VALUES = [
    ("0^0", 1.0),
    ("0^-1", inf),
    ("(-0.0)^-1", -inf),
    ("1/0", inf),
    ("-1/0", -inf),
    ("0/0", nan),
    ("ln(0)", -inf),
    ("log1p(-1)", -inf),
    ("atanh(1)", inf),
    ("atan2(0, 0)", 0.0),
    ("hypot(0, 0)", 0.0),
    ("step(0)", 1.0),
    ("xlogy(0, 0)", 0.0),
    ("(-8)^(1/3)", nan),
    ("cbrt(-8)", -2.0),
    ("sqrt(-1)", nan),
    ("exp(710)", inf),
    ("sinh(-711)", -inf),
    ("(-10)^1001", -inf),
    ("9^9^9^9", inf),
]


@pytest.mark.parametrize(("program", "value"), SINGULAR_VALUES)
def test_value_at_a_singular_point_is_ieee(program: str, value: float) -> None:
    assert trace(program).value == pytest.approx(value, nan_ok=True)


def test_zero_keeps_its_sign() -> None:
    assert copysign(1.0, trace("1/(-1/0)").value) == -1.0


def test_the_readme_lists_every_function() -> None:
    text = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    listed = re.search(r"Functions: (.+?)\.\n", text, re.DOTALL)
    assert listed
    names = re.sub(r"\([^)]*\)", "", listed[1]).replace("\n", " ").split(", ")
    table = dict.fromkeys(row.name for row in OPERATIONS if not row.power)
    assert names == list(dict.fromkeys(names))
    assert set(names) == set(table)
