"""Explanations: what each line says is so."""

import re
from dataclasses import MISSING, fields, is_dataclass
from importlib import import_module
from itertools import combinations
from pkgutil import walk_packages
from typing import Any

import pytest
from backprop_tui.engine import trace
from backprop_tui.engine.explain.steps import Explanation
from backprop_tui.engine.text.spans import plain


def moments(program: str, digits: int = 6, **values: float) -> list[list[str]]:
    explanation = Explanation(trace(program, values).sweep, digits)
    return [
        [explanation.heading(position), *map(plain, explanation.moment(position))]
        for position in explanation.sweep.route.positions
    ]


def test_the_article_is_explained_as_it_is_printed() -> None:
    steps = moments("(4*x+1)^2", x=1)
    assert [step[0] for step in steps] == [
        "Step 0 of 3: the seed",
        "Step 1 of 3: g sends to e",
        "Step 2 of 3: e sends to c",
        "Step 3 of 3: c sends to x",
    ]
    assert "power rule  ∂g/∂e = f·e^(f − 1) = 2 × 5^(2 − 1) = 10" in steps[1][2]
    assert "sum rule  ∂e/∂c = 1" in steps[2][2]
    assert "constant multiple rule  ∂c/∂x = a = 4" in steps[3][2]
    assert "∂g/∂c (later derivative) · ∂c/∂x (forward value) = 10 × 4 = 40" in steps[3][3]
    assert "x had nothing + receives 40 = now 40  1 of 1, complete" in steps[3][4]
    assert steps[3][-2].endswith("the sweep is complete: ∂g/∂x = 40")
    assert steps[3][-1].endswith("g is now seen as a function of x")


@pytest.mark.parametrize(
    ("program", "values"),
    [
        ("x*x + x", {"x": 3}),
        ("max(x, y)*exp(-x)", {"x": 1, "y": -2}),
        ("x^y/sin(x)", {"x": 2, "y": 3}),
    ],
)
def test_every_product_and_every_sum_shown_is_right(program: str, values: dict[str, float]) -> None:
    found = 0
    for step in moments(program, 12, **values):
        for line in step:
            if line.startswith("chain rule"):
                left, right, product = _numbers(line.split(" = ", 1)[1])
                assert left * right == pytest.approx(product, rel=1e-9)
                found += 1
            if line.startswith("running sum"):
                had, receives, now = _numbers(line.replace("nothing", "0"))[:3]
                assert had + receives == pytest.approx(now, rel=1e-9)
    assert found == len(trace(program, values).sweep.route.slots)


def test_the_next_node_is_next_because_its_users_are_done() -> None:
    graph = trace("u = x*x\nu + sin(u)*u", {"x": 2}).graph
    order = trace("u = x*x\nu + sin(u)*u", {"x": 2}).sweep.route.order
    for step, node in zip(moments("u = x*x\nu + sin(u)*u", x=2)[1:], order[1:], strict=False):
        (line,) = [line for line in step if line.startswith("next")]
        assert f" {graph.ref(node)}, because" in line
        for user in set(graph.users_of(node)):
            assert re.search(rf"\b{graph.ref(user)}\b", line.split("because")[1])


def test_a_convention_is_printed_with_the_step_that_uses_it() -> None:
    assert any("kink" in line for line in moments("relu(x)", x=0)[1])
    assert not any("kink" in line for line in moments("relu(x)", x=1)[1])


def test_an_inactive_operand_gets_the_reason_why_it_gets_nothing() -> None:
    sweep = trace("w*x + 1", {"w": 2, "x": 3}, wrt=["w"]).sweep
    lines = [
        plain(line) for k in (1, 2) for line in Explanation(sweep).moment(sweep.route.positions[k])
    ]
    assert any("constant rule" in line for line in lines)
    assert any("held fixed" in line for line in lines)


def test_digits_lost_by_the_textbook_form_show_the_form_evaluated() -> None:
    (line,) = [line for line in moments("sigmoid(x)", x=40)[1] if "∂b/∂x = b·(1 − b)" in line]
    assert " = 4.24835e−18  (" in line
    assert "exp(−abs(40))" in line


@pytest.mark.parametrize(
    ("program", "values", "word"),
    [
        ("2 + 3", {}, "nothing to differentiate by"),
        ("0*1", {}, "nothing to differentiate by"),
        ("y = x^2\n3", {"x": 1}, "no path leads from x"),
        ("x", {"x": 2}, "∂x/∂x = 1"),
    ],
)
def test_a_sweep_without_steps_says_why(program: str, values: dict[str, Any], word: str) -> None:
    (only,) = moments(program, **values)
    assert any(word in line for line in only)


def test_a_node_says_what_it_received_and_what_it_waits_for() -> None:
    traced = trace("x*x + x", {"x": 3})
    explanation = Explanation(traced.sweep)
    x = traced.graph.by_name["x"]
    at = [[plain(line) for line in explanation.node(x, p)] for p in traced.sweep.route.positions]
    assert any("0 of 3, none yet" in line for line in at[0])
    assert any("1 of 3, partial" in line for line in at[1])
    assert any(line.startswith("waits for") for line in at[1])
    assert any("= 7  3 of 3, complete" in line for line in at[2])
    assert not any(line.startswith("waits for") for line in at[2])


def _numbers(text: str) -> list[float]:
    plain_minus = text.replace("−", "-").replace("(", " ").replace(")", " ")
    return [
        float(n) for n in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?(?![\w.])", plain_minus)
    ]


ROOMS = ("engine.explain", "tui.present", "tui.session")


def records() -> dict[type, tuple[int, int]]:
    """The records of the rooms of words, each with how few and how many fields it takes."""
    found: dict[type, tuple[int, int]] = {}
    for room in ROOMS:
        package = import_module(f"backprop_tui.{room}")
        for info in walk_packages(package.__path__, f"{package.__name__}."):
            for one in vars(import_module(info.name)).values():
                if not isinstance(one, type) or not one.__module__.startswith(package.__name__):
                    continue
                if is_dataclass(one):
                    bare = [f for f in fields(one) if f.default is f.default_factory is MISSING]
                    found[one] = len(bare), len(fields(one))
                elif issubclass(one, tuple):
                    record: Any = one
                    names, given = record._fields, record._field_defaults
                    found[one] = len(names) - len(given), len(names)
    return found


def test_records_of_two_kinds_are_never_equal_whatever_they_hold() -> None:
    """What is looked up by one must not be found under another."""
    kinds = records()
    assert len(kinds) > 12
    for (one, (least, most)), (other, (few, many)) in combinations(kinds.items(), 2):
        for count in range(max(least, few), min(most, many) + 1):
            assert one(*range(count)) != other(*range(count)), (one, other)
