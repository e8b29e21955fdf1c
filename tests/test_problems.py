"""Where numbers first stop being finite."""

from __future__ import annotations

from math import isfinite, isnan

import pytest
from backprop_tui.engine import Problem, Trace, trace
from backprop_tui.engine.calculus.sweep import Contribution, Step
from hypothesis import given

from programs import traces

FORWARD, BACKWARD = "forward", "backward"

Place = tuple[str, str, int | None, str]
"""Node, phase, slot, kind."""

# Program, values, and the first causes.
CAUSES: list[tuple[str, dict[str, float], list[Place]]] = [
    ("x^2", {"x": 1e100}, []),
    ("1/x", {"x": 0}, [("c", FORWARD, None, "division by zero")]),
    ("x/y", {"x": 0, "y": 0}, [("c", FORWARD, None, "indeterminate")]),
    ("ln(x)", {"x": 0}, [("b", FORWARD, None, "domain")]),
    ("ln(x)", {"x": -1}, [("b", FORWARD, None, "domain")]),
    ("log(x, y)", {"x": 2, "y": 1}, [("c", FORWARD, None, "division by zero")]),
    ("sqrt(x)", {"x": -1}, [("b", FORWARD, None, "domain")]),
    ("asin(x)", {"x": 2}, [("b", FORWARD, None, "domain")]),
    ("atanh(x)", {"x": 1}, [("b", FORWARD, None, "domain")]),
    (
        "x^y",
        {"x": 0, "y": -1},
        [
            ("c", FORWARD, None, "division by zero"),
            ("c", BACKWARD, 0, "division by zero"),
            ("c", BACKWARD, 1, "domain"),
        ],
    ),
    ("x^y", {"x": -8, "y": 0.5}, [("c", FORWARD, None, "domain")]),
    ("exp(x)", {"x": 710}, [("b", FORWARD, None, "overflow")]),
    ("x*y", {"x": 1e200, "y": -1e200}, [("c", FORWARD, None, "overflow")]),
    ("9^9^9^9", {}, [("f", FORWARD, None, "overflow")]),
    # followers are none: what is made of an infinity or a nan says nothing new
    ("t = ln(x); u = t + 1; 2*u", {"x": 0}, [("t", FORWARD, None, "domain")]),
    ("t = sqrt(x); u = t*t; sin(u)/u", {"x": -1}, [("t", FORWARD, None, "domain")]),
    ("t = exp(x); 2*t + 1", {"x": 710}, [("t", FORWARD, None, "overflow")]),
    # but a nan made of infinities is a cause of its own
    (
        "t = exp(x); u = exp(x); v = t - u",
        {"x": 710},
        [
            ("t", FORWARD, None, "overflow"),
            ("u", FORWARD, None, "overflow"),
            ("v", FORWARD, None, "indeterminate"),
        ],
    ),
    # an unused statement is evaluated too
    ("t = ln(x); x^2", {"x": 0}, [("t", FORWARD, None, "domain")]),
    # values fine, slopes not
    ("sqrt(x)", {"x": 0}, [("b", BACKWARD, 0, "division by zero")]),
    ("asin(x)", {"x": 1}, [("b", BACKWARD, 0, "division by zero")]),
    ("cbrt(x)", {"x": 0}, [("b", BACKWARD, 0, "division by zero")]),
    ("t = sqrt(x); x*t", {"x": 0}, [("t", BACKWARD, 0, "indeterminate")]),
    ("t = sqrt(x); 2*t", {"x": 0}, [("t", BACKWARD, 0, "division by zero")]),
    (
        "hypot(x, y)",
        {"x": 0, "y": 0},
        [("c", BACKWARD, 0, "indeterminate"), ("c", BACKWARD, 1, "indeterminate")],
    ),
    ("x^y", {"x": -2, "y": 3}, [("c", BACKWARD, 1, "domain")]),
    ("ln(x)", {"x": 5e-324}, [("b", BACKWARD, 0, "overflow")]),
    ("t = 1e200*x; 1e200*t", {"x": 1e-300}, [("t", BACKWARD, 1, "overflow")]),
    ("t = 1e308*x; u = 1e308*x; t + u", {"x": 1e-10}, [("t", BACKWARD, 1, "overflow")]),
]


def brief(result: Trace, problem: Problem) -> Place:
    return result.graph.ref(problem.node), problem.phase, problem.slot, problem.kind


@pytest.mark.parametrize(("program", "values", "causes"), CAUSES)
def test_problems_are_the_first_causes(
    program: str, values: dict[str, float], causes: list[Place]
) -> None:
    result = trace(program, values)
    found = [brief(result, problem) for problem in result.problems]
    assert found == causes


MESSAGES = [
    ("ln(x)", {"x": 0}, "ln(0) is -inf"),
    ("1/x", {"x": 0}, "1/0 is inf"),
    ("exp(2*x)", {"x": 500}, "exp(1000) is inf"),
    ("x - y^3", {"x": 1, "y": -1e200}, "(-1e200)^3 is -inf"),
]


@pytest.mark.parametrize(("program", "values", "message"), MESSAGES)
def test_message_says_the_operation_with_its_numbers(
    program: str, values: dict[str, float], message: str
) -> None:
    assert trace(program, values).problems[0].message == message


def contributions(result: Trace) -> list[tuple[Step, Contribution]]:
    swept = result.sweep
    return [(step, sent) for k in range(1, len(swept) + 1) if (step := swept.step(k))
            for sent in step.contributions]  # fmt: skip


@given(traces())
def test_problems_exist_exactly_where_a_number_is_not_finite(result: Trace) -> None:
    numbers = [*result.values, *result.sweep.adjoints]
    assert bool(result.problems) != all(map(isfinite, numbers))


@given(traces())
def test_the_first_number_that_is_not_finite_is_the_first_problem(result: Trace) -> None:
    places: list[tuple[int, str, int | None]]
    places = [(node, FORWARD, None) for node, x in enumerate(result.values) if not isfinite(x)]
    places += [
        (step.node, BACKWARD, sent.slot)
        for step, sent in contributions(result)
        if not (isfinite(sent.amount) and isfinite(sent.after))
    ]
    found = [(problem.node, problem.phase, problem.slot) for problem in result.problems]
    assert found[:1] == places[:1]
    assert [place for place in places if place in set(found)] == found, "in the order met"


def made_from(result: Trace, problem: Problem) -> list[list[float]]:
    """What the numbers of a problem's place were made from, each number before its sources."""
    graph, values = result.graph, result.values
    operands = [values[operand] for operand in graph.operands[problem.node]]
    value = values[problem.node]
    if problem.phase == FORWARD:
        return [[value, *operands]]
    step, sent = next(
        (step, sent)
        for step, sent in contributions(result)
        if (step.node, sent.slot) == (problem.node, problem.slot)
    )
    return [
        [sent.amount, *operands, value, step.adjoint],
        [sent.after, sent.before, sent.amount],
    ]


@given(traces())
def test_every_problem_is_a_cause_and_no_follower(result: Trace) -> None:
    for problem in result.problems:
        assert any(
            not isfinite(number)
            and (all(map(isfinite, sources)) or (isnan(number) and not any(map(isnan, sources))))
            for number, *sources in made_from(result, problem)
        )
        assert problem.kind in ("domain", "division by zero", "overflow", "indeterminate")
        assert problem.message
        assert problem.why
