"""Where numbers first stop being finite."""

from __future__ import annotations

from math import isfinite

import pytest
from backprop_tui.engine import Problem, Trace, bundled, load_bundled, trace
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
        [("c", FORWARD, None, "division by zero")],
    ),
    ("x^y", {"x": -8, "y": 0.5}, [("c", FORWARD, None, "domain")]),
    ("exp(x)", {"x": 710}, [("b", FORWARD, None, "overflow")]),
    ("x*y", {"x": 1e200, "y": -1e200}, [("c", FORWARD, None, "overflow")]),
    ("9^9^9^9", {}, [("f", FORWARD, None, "overflow")]),
    # followers are none: what is made of an infinity or a nan says nothing new
    ("t = ln(x); u = t + 1; 2*u", {"x": 0}, [("t", FORWARD, None, "domain")]),
    ("t = sqrt(x); u = t*t; sin(u)/u", {"x": -1}, [("t", FORWARD, None, "domain")]),
    ("t = exp(x); 2*t + 1", {"x": 710}, [("t", FORWARD, None, "overflow")]),
    # nor is a nan made of infinities that have causes of their own
    (
        "t = exp(x); u = exp(x); v = t - u",
        {"x": 710},
        [("t", FORWARD, None, "overflow"), ("u", FORWARD, None, "overflow")],
    ),
    # a constant inf is meant; a nan that it makes is not
    ("logsumexp(x, y - inf)", {"x": 1, "y": 2}, []),
    ("exp(x - inf) + 1", {"x": 1}, []),
    ("x*inf", {"x": 2}, []),
    ("x*inf", {"x": 0}, [("c", FORWARD, None, "indeterminate")]),
    ("t = x - inf; t - t", {"x": 1}, [("d", FORWARD, None, "indeterminate")]),
    ("t = x*inf; u = t - t; ln(u) + 1/u", {"x": 1}, [("u", FORWARD, None, "indeterminate")]),
    # an unused statement is evaluated too
    ("t = ln(x); x^2", {"x": 0}, [("t", FORWARD, None, "domain")]),
    # values fine, slopes not
    ("sqrt(x)", {"x": 0}, [("b", BACKWARD, 0, "division by zero")]),
    ("asin(x)", {"x": 1}, [("b", BACKWARD, 0, "division by zero")]),
    ("cbrt(x)", {"x": 0}, [("b", BACKWARD, 0, "division by zero")]),
    ("t = sqrt(x); x*t", {"x": 0}, [("t", BACKWARD, 0, "indeterminate")]),
    ("t = sqrt(x); 2*t", {"x": 0}, [("t", BACKWARD, 0, "division by zero")]),
    ("hypot(x, y)", {"x": 0, "y": 0}, [("c", BACKWARD, 0, "indeterminate")]),
    ("t = sqrt(x); u = t*t; x*u", {"x": 0}, [("t", BACKWARD, 0, "indeterminate")]),
    ("t = sqrt(x^2 + y^2); t*x", {"x": 0, "y": 0}, [("t", BACKWARD, 0, "indeterminate")]),
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
            not isfinite(number) and all(map(isfinite, sources))
            for number, *sources in made_from(result, problem)
        )
        assert problem.kind in ("domain", "division by zero", "overflow", "indeterminate")
        assert problem.message
        assert problem.why


@given(traces())
def test_every_number_that_is_not_finite_is_a_problem_or_in_the_chain_of_one(
    result: Trace,
) -> None:
    values = {node for node, value in enumerate(result.values) if not isfinite(value)}
    adjoints = {node for node, one in enumerate(result.sweep.adjoints) if not isfinite(one)}
    roots = {problem.node for problem in result.problems if problem.phase == FORWARD}
    followers = {node for problem in result.problems for node in problem.chain}
    assert roots | followers == values | adjoints
    for problem in result.problems:
        assert len(set(problem.chain)) == len(problem.chain)
        assert problem.node not in problem.chain
        assert_chained(result, problem)


def assert_chained(result: Trace, problem: Problem) -> None:
    """Each node of a chain is a user of one before it, or an operand of one, or of such a user."""
    graph, before = result.graph, {problem.node}
    for node in problem.chain:
        touched = before | {user for met in before for user in graph.users_of(met)}
        given_to = any(node in graph.operands[user] for user in touched)
        assert given_to or before & set(graph.operands[node])
        before.add(node)


def test_a_chain_is_cut_and_problems_are_listed_up_to_a_number() -> None:
    long = "\n".join(["h0 = ln(x)", *(f"h{i} = 2*h{i - 1}" for i in range(1, 2_000))])
    (found,) = trace(long, {"x": 0}, []).problems
    assert (len(found.chain), found.is_cut) == (1_000, True)
    wide = trace(" + ".join(f"ln(x - {i})" for i in range(1_200)), {"x": 0}, [])
    assert len(wide.problems) == 1_000
    assert all(problem.is_cut for problem in wide.problems)
    more = [found for found in wide.symptoms if found.kind == "more"]
    assert len(more) == 1
    assert "1,000" in more[0].message


# The samples tagged broken: each first cause, then its chain in the order met.
BROKEN: dict[str, list[tuple[str, str, str, str]]] = {
    "broken-crossentropy": [("j", FORWARD, "ln(0) is -inf", "k l m e i p d z")],
    "broken-softmax": [
        ("e1", FORWARD, "exp(800) is inf", "e f g h e2 z2 z1"),
        ("e2", FORWARD, "exp(790) is inf", "e f g h e1 z2 z1"),
    ],
    "broken-norm": [("h", BACKWARD, "1/(2*0) is inf", "g c f y x")],
    "broken-branch": [("e", FORWARD, "sqrt(-1) is nan", "f g c d x")],
    "broken-mask": [("d", BACKWARD, "0*inf is nan", "c x")],
    "broken-deviation": [
        ("p", FORWARD, "sqrt(-1.73472e-18) is nan", "v k n m f h j x3 x2 x1"),
    ],
    "broken-power": [("f", FORWARD, "(-0.8)^1.5 is nan", "d a")],
    "broken-direction": [("i", FORWARD, "0/0 is nan", "x r g c f y")],
    "broken-entropy": [("b", FORWARD, "ln(0) is -inf", "c g h f q e p")],
    "broken-angle": [
        ("v21", FORWARD, "acos(1.0000000000000002) is nan", "c v6 v19 v12 v11 v8 v10 y x v2 v5"),
    ],
    "broken-likelihood": [("n", FORWARD, "ln(0) is -inf", "o l k s j h g z c m")],
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_sample_has_as_many_problems_as_causes_and_their_chains(name: str) -> None:
    sample = load_bundled(name)
    assert "broken" in sample.tags
    result = trace(sample.program, sample.bindings, list(sample.values))
    ref = result.graph.ref
    assert [
        (ref(one.node), one.phase, one.message, " ".join(map(ref, one.chain)))
        for one in result.problems
    ] == BROKEN[name]
    assert all(problem.why and problem.remedy for problem in result.problems)


def test_every_broken_sample_is_tried() -> None:
    assert {name for name in bundled() if "broken" in load_bundled(name).tags} == set(BROKEN)


WHY = [
    ("relu(x)*sqrt(abs(x))", {"x": 0}, ["vertical tangent", "the 0 comes from e", "factor b is 0"]),
    ("relu(sqrt(x) - 1)", {"x": 0}, ["vertical tangent", "the 0 comes from", "passes nothing on"]),
    ("ln(exp(-x^2/2))", {"x": 40}, ["exp(-800) is too small for a double"]),
    ("ln(1 - sigmoid(x))", {"x": 40}, ["sigmoid(40) rounds to 1"]),
    ("ln(1 - exp(x))", {"x": -1e-20}, ["exp(-1e-20) rounds to 1"]),
    ("acosh(1 + x)", {"x": 4e-18}, ["1 + 4e-18 rounds to 1", "absorbed"]),
    ("sqrt(mean(x^2, y^2) - mean(x, y)^2)", {"x": 0.1, "y": 0.1}, ["terms up to 0.01 cancel"]),
    ("cosh(x)", {"x": 720}, ["e^|x|/2", "710.47"]),
]


@pytest.mark.parametrize(("program", "values", "words"), WHY)
def test_the_reason_says_where_the_trouble_comes_from(
    program: str, values: dict[str, float], words: list[str]
) -> None:
    (found,) = trace(program, values).problems
    for part in words:
        assert part in found.why
