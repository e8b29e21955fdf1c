"""Gradient descent: published iterates, closed forms of each method, and how it stops."""

from __future__ import annotations

import gc
import json
import math
import sys
import tracemalloc
from array import array
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from backprop_tui.engine import (
    BackpropError,
    Sample,
    Trace,
    descend,
    load_bundled,
    trace,
    trace_network,
)
from backprop_tui.engine.calculus.forward import evaluate
from backprop_tui.engine.calculus.sweep import sweep
from backprop_tui.engine.descent import points as past
from backprop_tui.engine.descent.descent import (
    batch_rows,
    beginning,
    earlier,
    points,
    start,
    update,
)
from backprop_tui.engine.descent.methods import METHODS
from backprop_tui.engine.descent.plan import Plan
from backprop_tui.engine.descent.points import Point
from backprop_tui.tui.session.descent import updated
from backprop_tui.tui.session.opening import open_session

from sure import sure
from test_network import TRUTH as NETWORKS
from test_network import description

engine_trace = sys.modules["backprop_tui.engine.tracing.trace"]
TRUTH = json.loads((Path(__file__).parent / "truth/descent.json").read_text(encoding="utf-8"))
MOVING = [case for case in NETWORKS["cases"] if "trajectory" in case]
UPDATED = [case for case in NETWORKS["cases"] if "update" in case]


@pytest.mark.parametrize("case", TRUTH["cases"], ids=lambda case: case["id"])
def test_published_iterates(case: dict[str, Any]) -> None:
    first = trace(case["expression"], case["start"], case.get("over"))
    found = descend(first, case["rows"][-1]["step"], case["learning_rate"])
    for row in case["rows"]:
        there = found[row["step"]]
        assert there.value == pytest.approx(row["value"], rel=case["rtol"])
        for name, value in row["at"].items():
            assert there.bindings[name] == pytest.approx(value, rel=case["rtol"])


def of_case(case: dict[str, Any], changes: dict[str, Any]) -> Trace:
    """A network of the truth file, differentiated by what its descent changes."""
    return trace_network(description(case), None if changes.get("biases", True) else ["w*"])


@pytest.mark.parametrize("case", UPDATED, ids=lambda case: case["id"])
def test_published_updates(case: dict[str, Any]) -> None:
    wanted = case["update"]
    _, after = descend(of_case(case, wanted), 1, wanted["learning_rate"])
    for layer, matrix in enumerate(wanted["weights_after"], 2):
        for j, row in enumerate(matrix, 1):
            for k, value in enumerate(row, 1):
                name = f"w{layer}_{j}_{k}"
                assert after.bindings[name] == pytest.approx(value, rel=1e-9, abs=1e-14)
    for layer, vector in enumerate(wanted.get("biases_after", ()), 2):
        for j, value in enumerate(vector, 1):
            assert after.bindings[f"b{layer}_{j}"] == pytest.approx(value, rel=1e-9, abs=1e-14)
    if "cost_after" in wanted:
        assert after.value == pytest.approx(wanted["cost_after"], rel=1e-9, abs=1e-14)


@pytest.mark.parametrize("case", MOVING, ids=lambda case: case["id"])
def test_published_trajectories(case: dict[str, Any]) -> None:
    wanted = case["trajectory"]
    rows = wanted["rows"]
    found = descend(of_case(case, wanted), rows[-1]["step"], wanted["learning_rate"])
    last = len(case["layers"])
    for row in rows:
        there = found[row["step"]]
        assert there.value == pytest.approx(row["cost"], rel=1e-9)
        names = [f"a{last}_{j}" for j in range(1, case["layers"][-1] + 1)]
        outputs = [there.values[there.graph.by_name[name]] for name in names]
        assert outputs == pytest.approx(row["outputs"][0], rel=1e-9)


def test_momentum_on_a_parabola_is_a_power_of_a_matrix() -> None:
    curvature, rate, first = 3.0, 0.05, 2.0
    found = descend(trace("c*x^2/2", {"c": curvature, "x": first}, ["x"]), 40, rate, "momentum")
    once = np.array([[1 - rate * curvature, -rate * 0.9], [curvature, 0.9]])
    state = np.array([first, 0.0])
    for there in found:
        assert there.bindings["x"] == pytest.approx(state[0], rel=1e-9, abs=1e-12)
        state = once @ state


def test_adam_under_a_constant_slope_goes_the_rate_at_each_update() -> None:
    slope, rate = -4.0, 0.01
    found = descend(trace("k*x", {"k": slope, "x": 1.0}, ["x"]), 50, rate, "adam")
    for number, there in enumerate(found):
        way = number * rate * 4 / (4 + 1e-8)
        assert there.bindings["x"] == pytest.approx(1 + way, rel=1e-12)


def test_adam_beside_its_algorithm_on_vectors() -> None:
    text = "(1 - x)^2 + 100*(y - x^2)^2"
    found = descend(trace(text, {"x": -1.0, "y": 2.0}), 60, 0.02, "adam")
    theta, mean, square = np.array([-1.0, 2.0]), np.zeros(2), np.zeros(2)
    for number, there in enumerate(found, 1):
        assert list(there.bindings.values()) == pytest.approx(theta, rel=1e-9)
        x, y = theta
        gradient = np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        corrected = mean / (1 - 0.9**number), square / (1 - 0.999**number)
        theta = theta - 0.02 * corrected[0] / (np.sqrt(corrected[1]) + 1e-8)


def test_traces_share_the_graph_and_what_is_held_fixed_stays() -> None:
    found = descend(trace("w*x + b", {"w": 1.0, "x": 3.0, "b": 0.0}, ["w"]), 5, 0.1)
    assert {id(there.graph) for there in found} == {id(found[0].graph)}
    assert [there.bindings["x"] for there in found] == [3.0] * 6
    assert [there.bindings["w"] for there in found] == pytest.approx(
        [1 - 0.3 * k for k in range(6)]
    )


def test_descent_ends_with_the_first_update_that_is_not_finite() -> None:
    found = descend(trace("x^4", {"x": 10.0}), 1000, 1.0)
    assert len(found) < 20
    assert all(math.isfinite(there.value) for there in found[:-1])
    assert not math.isfinite(found[-1].value)


def test_a_pole_of_the_slope_is_the_last_update_too() -> None:
    found = descend(trace("sqrt(x)", {"x": 0.0}), 10)
    assert [there.bindings["x"] for there in found] == [0.0, -math.inf]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"rate": 0.0}, "0 would not move"),
        ({"rate": -0.1}, "above 0"),
        ({"rate": math.nan}, "finite"),
        ({"rate": math.inf}, "finite"),
        ({"method": "adan"}, "did you mean adam"),
        ({"steps": -1}, "whole number"),
        ({"steps": 2.5}, "whole number"),
        ({"rate": "a"}, "a number"),
        ({"batch": 0}, "from 1, found 0"),
        ({"batch": 2.5}, "from 1, found 2.5"),
        ({"seed": "a"}, "the seed"),
    ],
)
def test_what_cannot_be_descended_by_is_refused(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(BackpropError, match=words):
        descend(trace("x^2", {"x": 1.0}), **{"steps": 3, **arguments})


def test_without_parameters_there_is_nothing_to_descend_on() -> None:
    with pytest.raises(BackpropError, match="nothing to descend on"):
        descend(trace("2 + 3"), 1)


def test_a_new_rate_takes_effect_and_what_was_carried_stays() -> None:
    first, plan = trace("x^2", {"x": 1.0}), Plan(0.1, "momentum")
    there = start(first, plan)
    there = update(first, there, plan)
    slower = update(first, there, Plan(0.01, "momentum"))
    carried = 0.9 * 2.0 + 2 * 0.8
    assert slower.values["x"] == pytest.approx(0.8 - 0.01 * carried)
    assert state(sure(slower.before)) == state(there)
    assert [point.number for point in slower.path()] == [0, 1, 2]


def test_an_epoch_of_mini_batches_goes_through_every_row_once() -> None:
    plan = Plan(batch=7, seed=3)
    per_epoch = 4
    for epoch in range(3):
        numbers = range(epoch * per_epoch, (epoch + 1) * per_epoch)
        drawn = [row for number in numbers for row in sure(batch_rows(24, number, plan))]
        assert sorted(drawn) == list(range(24))
    assert batch_rows(24, 0, plan) != batch_rows(24, 0, Plan(batch=7, seed=4))
    assert batch_rows(24, 0, plan) == batch_rows(24, 0, Plan(batch=7, seed=3))
    assert batch_rows(24, 0, Plan(batch=24)) is None


@pytest.mark.parametrize("method", METHODS)
def test_three_thousand_updates_are_walked_without_depth(method: str) -> None:
    result, plan = trace("x^2", {"x": 1.0}), Plan(1e-3, method)
    last, costs = start(result, plan), []
    for _ in range(3_000):
        costs.append(last.cost)
        last = update(result, last, plan)
    kept = [point.number for point in last.path()]
    assert kept[0] == 0
    assert kept == sorted(set(kept))
    assert len(kept) <= past.KEPT + 2 * past.RECENT + 1
    assert last.costs() == [*enumerate(costs), (3_000, last.cost)]
    assert abs(last.values["x"]) < 1.0
    assert "before" not in repr(last)
    *_, alone = islice(points(result, plan), 3_001)
    assert alone.theta == last.theta
    assert len(alone.path()) == 2


def state(point: Point) -> tuple[int, Plan, list[bytes]]:
    """Everything that a point says, its numbers as bytes."""
    columns = (point.theta, point.slopes, point.first, point.second, [point.cost])
    return point.number, point.plan, [bytes(array("d", column)) for column in columns]


def rows_and_plans(method: str) -> tuple[Trace, list[Plan]]:
    """A trace, and the plan of each update: with rates that change, another method, batches."""
    batch = 7 if method == "adam" else None
    other = "adam" if method == "plain" else "plain"
    plans = [Plan(1e-3 if number % 20 < 11 else 3e-4, method, batch=batch) for number in range(70)]
    plans[30:34] = [plan._replace(method=other) for plan in plans[30:34]]
    if batch is not None:
        sample = load_bundled("regression-data")
        result = trace(sample.graph(), sample.bindings, list(sample.values))
        return replace(result, lowered=sample.lowered), plans
    return trace("(1 - x)^2 + 100*(y - x^2)^2 + tanh(x*y)", {"x": -1.2, "y": 1.0}), plans


@pytest.mark.parametrize("sizes", [(16, 2_000), (3, 8), (1, 2)])
@pytest.mark.parametrize("method", METHODS)
def test_updates_are_taken_back_bit_for_bit(
    method: str, sizes: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "RECENT", sizes[0])
    monkeypatch.setattr(past, "KEPT", sizes[1])
    result, plans = rows_and_plans(method)
    point = start(result, plans[0])
    walked = [point]
    for plan in plans:
        point = update(result, point, plan)
        walked.append(replace(point, before=None, past=past.Past()))
    assert point.is_finite
    assert len(point.path()) <= sizes[1] + 2 * sizes[0] + 1
    assert state(beginning(result, point)) == state(walked[0])
    again = sure(earlier(result, sure(earlier(result, point))))
    for plan in plans[-2:]:
        again = update(result, again, plan)
    assert state(again) == state(point)
    for number in range(len(plans) - 1, -1, -1):
        assert state(sure(point.before)) == state(walked[number])
        point = sure(earlier(result, point))
        assert state(point) == state(walked[number])
        assert point.costs()[-1] == (number, walked[number].cost)
    assert earlier(result, point) is None


def test_the_memory_of_a_descent_is_bounded_however_many_updates_are_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(past, "BYTES_OF_RECENT", 2**15)
    monkeypatch.setattr(past, "BYTES_OF_KEPT", 2**16)
    names = [f"x{i}" for i in range(100)]
    text = " + ".join(f"{name}^2" for name in names)
    result, plan = trace(text, dict.fromkeys(names, 1.0)), Plan(1e-3, "adam")
    point = start(result, plan)
    tracemalloc.start()
    for _ in range(150):
        point = update(result, point, plan)
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    everything = 150 * 4 * 8 * len(names)
    assert held < 2**16 + 2 * 2**15 + 2**15 < everything / 2


def test_of_very_many_costs_every_other_one_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "COSTS", 50)
    result, plan = trace("x^2", {"x": 1.0}), Plan(1e-3)
    point, costs = start(result, plan), []
    for _ in range(1_000):
        costs.append(point.cost)
        point = update(result, point, plan)
    found = point.costs()
    assert len(found) <= 50 + 2 * past.RECENT + past.RECENT
    assert all(cost == costs[number] for number, cost in found[:-1])
    assert found[0] == (0, 1.0)
    assert found[-1] == (1_000, point.cost)


def test_an_update_without_data_evaluates_and_sweeps_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def counted(name: str, work: Callable[..., Any], *given: Any) -> Any:
        calls.append(name)
        return work(*given)

    for name, work in (("evaluate", evaluate), ("sweep", sweep)):
        monkeypatch.setattr(engine_trace, name, partial(counted, name, work))
    session = open_session(Sample("x^2 + y", values={"x": 1.0, "y": 2.0}))
    assert session.trace.sweep.adjoints[session.graph.output] == 1.0
    calls.clear()
    for _ in range(3):
        session = updated(session)
        assert session.trace.troubles is not None
    assert calls == ["evaluate", "sweep"] * 3
