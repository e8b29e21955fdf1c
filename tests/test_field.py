"""Cases from the field: files, exercises and data sets as people have them, with what is right."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from backprop_tui.engine import Trace, trace
from backprop_tui.engine.descent.descent import descend
from backprop_tui.engine.files.loading import load
from backprop_tui.engine.layers.data_rows import mean_over_rows
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
    if case["toml"]:
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
