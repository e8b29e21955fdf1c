"""The engine against the sample answers in tests/truth, case by case."""

from __future__ import annotations

import json
from decimal import ROUND_DOWN, Decimal
from math import isfinite, isnan
from pathlib import Path
from typing import Any

import pytest
from backprop_tui.engine import BackpropError, Trace, parse, trace
from backprop_tui.engine.language.show import program, subexpression

from sure import sure

FILES = [
    json.loads(path.read_text()) for path in sorted(Path(__file__).parent.glob("truth/*.json"))
]
Case = dict[str, Any]
ROUNDING = 1e-15
"""What pi, rounded to a double, may add to a number of size 1 that is 0 in truth."""

LONG = {
    "syntax-size-sum-distinct-2000": (
        "+".join(f"x{i}*{i}" for i in range(2000)),
        {f"x{i}": float(i) for i in range(2000)},
    ),
}
"""The texts given by a rule, and the gradient that each must have."""


def cases(kind: str, *keys: str) -> list[Any]:
    """The cases of a kind, each with its id; with `keys` only those that have one of them."""
    found = [case for file in FILES if file["kind"] == kind for case in file["cases"]]
    return [
        pytest.param(case, id=case["id"])
        for case in found
        if not keys or any(key in case for key in keys)
    ]


def edges(*classes: str) -> list[Any]:
    """The edge cases of these classes."""
    return [case for case in cases("edge") if case.values[0]["class"] in classes]


def traced(case: Case) -> Trace:
    return trace(case["expression"], {name: float(v) for name, v in case["bindings"].items()})


def close(got: float, want: float | str, case: Case, slack: float = 0.0) -> bool:
    """The tolerance rule of the sample answers; equal infinities are close."""
    want = float(want)
    allowed = case.get("rtol", 1e-9) * abs(want) + case.get("atol", 0) + slack
    return got == want or abs(got - want) <= allowed < float("inf")


def agrees(got: float, figure: str) -> bool:
    """True if a printed figure is this number rounded, or cut, to the digits printed."""
    number, want = Decimal(got), Decimal(figure)
    noise = abs(number - want) <= ROUNDING
    return noise or want in (number.quantize(want), number.quantize(want, ROUND_DOWN))


def totals(result: Trace) -> dict[str, tuple[float, float | None]]:
    """Of every subexpression: its value, and its adjoint added over all its occurrences."""
    found: dict[str, tuple[float, float | None]] = {}
    for node in range(len(result.graph)):
        text = subexpression(result.graph, node)
        _, before = found.get(text, (0.0, None))
        adjoint = result.sweep.adjoints[node] if result.sweep.route.active[node] else None
        adjoint = adjoint if before is None else before + (adjoint or 0.0)
        found[text] = result.values[node], adjoint
    return found


def normalised(text: str, case: Case) -> str:
    return program(parse(text, case["bindings"]))


@pytest.mark.parametrize("case", cases("expressions"))
def test_value_and_gradient_are_true(case: Case) -> None:
    result = traced(case)
    assert close(result.value, case["value"], case)
    assert result.gradient.keys() == case["gradients"].keys()
    for name, want in case["gradients"].items():
        assert close(result.gradient[name], want, case), name


@pytest.mark.parametrize("case", cases("expressions", "nodes"))
def test_every_subexpression_has_its_value_and_adjoint(case: Case) -> None:
    found = totals(traced(case))
    slack = ROUNDING * max(abs(node["adjoint"] or 0.0) for node in case["nodes"])
    for node in case["nodes"]:
        value, adjoint = found[normalised(node["expr"], case)]
        assert close(value, node["value"], case, ROUNDING), node
        if adjoint is not None:
            assert node["adjoint"] is not None, "active, so a derivative exists"
            assert close(adjoint, node["adjoint"], case, slack), node


@pytest.mark.parametrize("case", cases("expressions", "published", "by_hand"))
def test_published_figures_agree_at_the_digits_printed(case: Case) -> None:
    result = traced(case)
    for source in (case.get("published", {}), case.get("by_hand", {})):
        wrong = case.get("published_disagrees", {})
        if "value" in source and "value" not in wrong:
            assert agrees(result.value, source["value"])
        for name, figure in source.get("gradients", {}).items():
            assert name in wrong or agrees(result.gradient[name], figure), name


@pytest.mark.parametrize(
    "case", [p for p in cases("expressions", "published") if "nodes" in p.values[0]["published"]]
)
def test_published_figures_of_nodes_agree(case: Case) -> None:
    found = totals(traced(case))
    for text, figures in case["published"]["nodes"].items():
        value, adjoint = found[normalised(text, case)]
        assert "value" not in figures or agrees(value, figures["value"]), text
        assert "adjoint" not in figures or agrees(sure(adjoint), figures["adjoint"]), text


@pytest.mark.parametrize("case", edges("nonfinite-input"))
def test_a_value_that_is_not_finite_is_refused(case: Case) -> None:
    with pytest.raises(BackpropError, match="finite"):
        traced(case)


FINITE = edges(*{p.values[0]["class"] for p in cases("edge")} - {"nonfinite-input"})


@pytest.mark.parametrize("case", FINITE)
def test_no_number_that_is_not_finite_goes_unmarked(case: Case) -> None:
    result = traced(case)
    numbers = [*result.values, *result.sweep.adjoints]
    assert all(map(isfinite, numbers)) or result.problems


@pytest.mark.parametrize("case", edges("smooth"))
def test_smooth_edges_are_true_or_as_one_framework_has_them(case: Case) -> None:
    result = traced(case)
    others = [other["gradients"] for other in case["frameworks"].values()]
    assert close(result.value, case["exact"]["value"], case)
    for name, got in result.gradient.items():
        allowed = [g[name] for g in others if isfinite(float(g[name]))]
        assert any(close(got, want, case) for want in [case["exact"]["gradients"][name], *allowed])


@pytest.mark.parametrize("case", edges("kink"))
def test_kinks_lie_between_the_slopes_or_are_marked(case: Case) -> None:
    result = traced(case)
    assert result.value == case["exact"]["value"]
    for name, got in result.gradient.items():
        low, high = sorted(map(float, case["exact"]["one_sided"][name]))
        assert (isnan(got) and result.problems) or low <= got <= high
    if "gradients" in case["expect"]:
        assert result.gradient == case["expect"]["gradients"], "the preferred ones"
    steps = map(result.sweep.step, range(1, len(result.sweep) + 1))
    assert any(sent.note for step in steps for sent in step.contributions)


@pytest.mark.parametrize("case", edges("undefined"))
def test_where_nothing_is_defined_no_ordinary_gradient_stands(case: Case) -> None:
    result = traced(case)
    assert result.problems
    assert not any(map(isfinite, result.gradient.values()))


@pytest.mark.parametrize("case", edges("infinite-slope", "overflow"))
def test_infinite_answers_are_infinite_and_marked(case: Case) -> None:
    result = traced(case)
    assert close(result.value, case["exact"]["value"], case)
    for name, got in result.gradient.items():
        exact = case["exact"]["gradients"][name]
        assert close(got, exact, case) if exact is not None else not isfinite(got)
    assert result.problems


@pytest.mark.parametrize("case", edges("rescuable"))
def test_rescuable_answers_are_true_or_marked(case: Case) -> None:
    result = traced(case)
    exact = case["exact"]
    true = close(result.value, exact["value"], case) and all(
        close(got, exact["gradients"][name], case) for name, got in result.gradient.items()
    )
    assert true or result.problems


@pytest.mark.parametrize("case", edges("cancellation"))
def test_cancellation_gives_the_value_as_written(case: Case) -> None:
    result = traced(case)
    allowed = [case["exact"], *case["frameworks"].values()]
    assert any(close(result.value, other["value"], case) for other in allowed)
    for name, got in result.gradient.items():
        assert any(close(got, other["gradients"][name], case) for other in allowed)


@pytest.mark.parametrize("case", cases("syntax"))
def test_text_is_read_as_one_of_the_accepted_readings(case: Case) -> None:
    text, slopes = LONG.get(case["id"], (case["text"], None))
    assert (case["id"] in LONG) == ("text_rule" in case)
    try:
        graph = parse(text, case["bindings"])
    except BackpropError:
        assert "error" in case["accept"]
        return
    given = dict.fromkeys(graph.variables, 1.0) | case["bindings"]
    result = trace(graph, {name: given[name] for name in graph.variables})
    readings = [reading for reading in case["accept"] if reading != "error"]
    if slopes:
        assert result.gradient == slopes
    else:
        assert any(close(result.value, reading["value"], case) for reading in readings)
