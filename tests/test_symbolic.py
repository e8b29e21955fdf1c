"""Closed forms beside the sweep, and their limits."""

import json
import subprocess
import sys

import pytest
import sympy
from backprop_tui.engine import bundled, load_bundled, parse, trace
from backprop_tui.engine.constants import CONSTANTS
from backprop_tui.engine.show import program
from backprop_tui.engine.symbolic import Request, closed_form, derivative_size

SMALL = [name for name in bundled() if "trouble" not in load_bundled(name).tags]
SMALL = [name for name in SMALL if "broken" not in load_bundled(name).tags]


def form(text: str, values: dict[str, float], leaf: str, expanded: bool, simplified: bool = False):
    return closed_form(
        Request(program(parse(text, values)), values, leaf, expanded, simplified, 90, {})
    )


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("expanded", [False, True])
def test_the_closed_form_has_the_sweeps_number(name, expanded):
    sample = load_bundled(name)
    result = trace(sample.program, sample.bindings, list(sample.values))
    for leaf in list(sample.values)[:2]:
        found = form(sample.program, sample.bindings, leaf, expanded)
        if not found.lines:
            assert "operations" in found.note
            continue
        assert found.value == pytest.approx(result.gradient[leaf], rel=1e-9, abs=1e-12)
        assert all(len(line) <= 90 for line in found.lines)


def test_names_are_kept_or_written_out():
    text, values = "t = x*y\nsin(t)*t", {"x": 1.5, "y": 0.5}
    assert "t" in "".join(form(text, values, "x", False).lines)
    assert "t" not in "".join(form(text, values, "x", True).lines).replace("sin", "")


def test_simplifying_changes_the_form_and_not_the_number():
    text, values = "1/(1 + e^-x)", {"x": 0.5}
    plain, short = form(text, values, "x", True), form(text, values, "x", True, True)
    assert plain.lines != short.lines
    assert plain.value == pytest.approx(short.value)


def test_a_name_of_sympys_own_is_a_variable():
    found = form("I*E + lambda^2", {"I": 2.0, "E": 3.0, "lambda": 5.0}, "lambda", False)
    assert found.value == 10
    assert form("I*E", {"I": 2.0, "E": 3.0}, "I", False).value == 3


def test_a_form_too_long_to_read_says_how_long_it_would_be():
    text = "h0 = x + 0\n" + "\n".join(f"h{i} = h{i - 1}*(h{i - 1} + 1)" for i in range(1, 101))
    found = form(text, {"x": 0.1}, "x", True)
    assert found.lines == ()
    size = derivative_size(parse(text), 0, True)
    assert f"10^{len(str(size)) - 1} operations" in found.note


def test_the_size_grows_as_sympys_count_of_operations():
    for depth in (2, 4, 6):
        x = sympy.Symbol("x", real=True)
        nested, text = x, "x"
        for _ in range(depth):
            nested, text = sympy.sin(nested), f"sin({text})"
        count = sympy.count_ops(sympy.diff(nested, x))
        assert count / 2 <= derivative_size(parse(text), 0, True) <= 2 * count + 2


def test_it_answers_as_a_process_of_its_own():
    request = Request("(4*x + 1)^2", {"x": 1.0}, "x", True, False, 80, {})
    made = subprocess.run(
        [sys.executable, "-m", "backprop_tui.engine.symbolic"],
        input=json.dumps(request._asdict()), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert json.loads(made.stdout) == {"lines": ["32⋅x + 8"], "value": 40.0, "note": ""}


def test_names_stand_in_the_form_as_people_read_them():
    request = Request(
        "w2_1_1*x1", {"w2_1_1": 2.0, "x1": 3.0}, "w2_1_1", True, False, 80, {"x1": "x₁"}
    )
    assert closed_form(request).lines == ("x₁",)
    assert closed_form(request).value == 3.0


@pytest.mark.parametrize("name", CONSTANTS)
def test_constants_with_a_name_are_exact(name: str):
    found = form(f"{name}*x", {"x": 1.0}, "x", True)
    assert sympy.N(CONSTANTS[name].sympy(sympy), 17) == pytest.approx(
        CONSTANTS[name].value, rel=1e-15
    )
    assert not any(digit in "".join(found.lines) for digit in "13456789")
