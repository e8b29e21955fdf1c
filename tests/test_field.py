"""Cases from the field: files, exercises and data sets as people have them, with what is right."""

from __future__ import annotations

import json
import re
from math import isfinite
from pathlib import Path
from typing import Any

import pytest
from backprop_tui.engine import Trace, trace
from backprop_tui.engine.descent.descent import descend
from backprop_tui.engine.files.loading import load
from backprop_tui.engine.layers.data_rows import mean_over_rows
from backprop_tui.engine.opinions.check import check
from backprop_tui.tui.command.arguments import main
from backprop_tui.tui.session.opening import open_session

from sure import sure

FIELD = Path(__file__).parent / "truth/field"
CASES = json.loads((FIELD / "cases.json").read_text(encoding="utf-8"))["cases"]


def cases(kind: str) -> list[Any]:
    """The cases of a kind, each with its id."""
    return [pytest.param(case, id=case["id"]) for case in CASES if case["kind"] == kind]


def source(case: dict[str, Any]) -> list[str]:
    """What a case gives the command: a file, or a program with its values."""
    if case["toml"]:
        return [str(FIELD / "nets" / case["toml"])]
    return [case["program"], *(f"{name}={value!r}" for name, value in case["bindings"].items())]


@pytest.mark.parametrize("case", cases("csv"))
def test_a_file_is_read_or_refused_with_what_its_owner_needs_to_hear(
    case: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = case["expect"]
    status = main([*source(case), *case["options"]])
    out, err = capsys.readouterr()
    assert status == (0 if wanted["accept"] == "yes" else 2)
    if status:
        assert out == ""
        assert len(err.strip().split("\n")) == 1
        assert re.search(wanted["says"], err)
        advice = re.sub(r"\S+\.(csv|toml)\S*", "", err)
        assert re.search(wanted["hint"] or "", advice)
    else:
        assert [line.split()[0] for line in out.split("\n")[:3]] == ["update", "0", "1"]
        assert "warning" not in err.lower()


def traced(case: dict[str, Any]) -> Trace:
    """The trace of a case."""
    if case.get("toml"):
        return open_session(load(FIELD / "nets" / case["toml"]), wrt=case.get("wrt")).trace
    return trace(case["program"], case["bindings"], case["wrt"])


@pytest.mark.parametrize("case", cases("exercise"))
def test_an_exercise_has_the_figures_of_its_answer(case: dict[str, Any]) -> None:
    wanted, found = case["expect"], traced(case)
    assert found.value == pytest.approx(wanted["value"], rel=1e-9)
    for name, slope in wanted["gradients"].items():
        assert found.gradient[name] == pytest.approx(slope, rel=1e-9, abs=1e-14)
    named = dict(zip(found.graph.names.values(), map(found.values.__getitem__, found.graph.names),
                     strict=True))  # fmt: skip
    named |= {**found.gradient, "value": found.value}
    for name, figure in wanted["published"].items():
        assert named[name] == pytest.approx(figure, abs=wanted["published_tol"])


LIMITS = {"a07", "a12", "a13", "a18", "a28", "a29", "a33", "a34"}
"""An operation on the way has no value or slope in exact arithmetic either: the derivative given
is a limit's, and *undefined* is right too."""


def is_near(found: float, true: Any, relative: float = 1e-9) -> bool:
    """True for a number that is the true one, or lies between the slopes of the two sides."""
    if isinstance(true, list):
        low, high = sorted(map(float, true))
        return low - 1e-9 <= found <= high + 1e-9
    return found == float(true) or found == pytest.approx(
        float(true), rel=relative, abs=1e-14 * (not float(true))
    )


def verdict_wanted(name: str, is_right: bool, true: Any, wanted: dict[str, Any]) -> str:
    """The verdicts that are right on a leaf, as a pattern."""
    if not is_right:
        return "lost|differ"
    given = wanted.get("verdicts", {}).get(name, ".*").replace("*true 0*", ".*")
    return "undefined|kink|lost" if given == "undefined" and isinstance(true, list) else given


@pytest.mark.parametrize("case", cases("issue"))
def test_an_issue_has_its_numbers_its_cause_and_its_verdicts(case: dict[str, Any]) -> None:
    wanted, result = case["expect"], traced(case)
    breaks, is_marked = wanted["ieee_breaks"], bool(result.problems or result.symptoms)
    if wanted["value"] is not None:
        assert is_near(result.value, wanted["value"]) or (breaks and is_marked)
    if wanted.get("problem"):
        phase, operation, kind = wanted["problem"]
        first = result.problems[0]
        assert (first.phase, sure(result.graph.operations[first.node]).name) == (phase, operation)
        assert first.kind == (kind or first.kind)
    verdicts = {result.graph.ref(one.node): one.verdict for one in check(result.sweep)}
    for name, true in (wanted["gradients"] or {}).items():
        if true is None or (isinstance(true, list) and None in true):
            continue
        found, is_convention = result.gradient[name], wanted.get("convention", False)
        assert is_near(found, true) or is_convention or (breaks and not isfinite(found))
        is_right = isinstance(true, list) or is_near(found, true, 1e-6)
        expected = verdict_wanted(name, is_right, true, wanted)
        is_limit = case["id"][:3] in LIMITS and verdicts[name] == "undefined"
        assert re.fullmatch(expected, verdicts[name]) or is_limit


@pytest.mark.parametrize(
    "case", [one for one in cases("issue") if one.values[0]["expect"].get("remedy")]
)
def test_an_issue_gets_the_advice_that_helps_and_none_that_misleads(case: dict[str, Any]) -> None:
    result = traced(case)
    said = [f"{p.message}; {p.why}; remedy: {p.remedy}" for p in result.problems]
    warned = [f"{one.kind}: {one.message}" for one in result.symptoms]
    assert re.search(case["expect"]["remedy"], " | ".join([*said, *warned]))
    first = result.problems[0].remedy if result.problems else ""
    misleading = case["expect"].get("misleading")
    assert misleading is None or not re.search(misleading, first)


KNOWN = [case for case in cases("data") if len(case.values[0]["expect"]["optimum"]) > 1]


@pytest.mark.parametrize("case", KNOWN)
def test_the_published_fit_is_a_minimum_of_the_mean_over_the_rows(case: dict[str, Any]) -> None:
    """The published coefficients have six digits: next to them the cost is nowhere lower."""
    wanted, found = case["expect"], traced(case)
    data = sure(found.data)
    cost, gradient = mean_over_rows(found, data, wanted["optimum"])
    assert cost == pytest.approx(wanted["cost"], rel=1e-6)
    assert gradient.keys() == wanted["optimum"].keys()
    for name, value in wanted["optimum"].items():
        for step in (-1e-3, 1e-3):
            moved = {**wanted["optimum"], name: value + step * max(1.0, abs(value))}
            higher, slope = mean_over_rows(found, data, moved)
            assert higher > cost
            assert slope[name] * step > 0
    start, _ = mean_over_rows(found, data)
    assert cost < start < float("inf")


def test_raw_columns_of_three_classes_descend_by_adam() -> None:
    (case,) = [case for case in CASES if case["id"] == "c16-wine-softmax"]
    found = traced(case)
    costs = [
        mean_over_rows(there, sure(there.data))[0] for there in descend(found, 30, 0.01, "adam")
    ]
    assert len(costs) == 31
    assert min(costs) == costs[-1] < costs[0] / 2


def test_a_relu_that_learns_a_relu_from_below_is_stuck_at_0() -> None:
    (case,) = [case for case in CASES if case["id"] == "c22-relu-learns-relu"]
    last = descend(traced(case), 500, 0.1)[-1]
    assert last.bindings["w2_1_1"] == pytest.approx(case["expect"]["optimum"]["w2_1_1"], abs=1e-3)
    assert last.value == pytest.approx(case["expect"]["cost"], rel=1e-3)
