"""Descents that go astray: why, and remedies that are made again here by other means."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from math import inf, isfinite
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from backprop_tui.engine import Trace, load, load_bundled, trace
from backprop_tui.engine.descent import divergence
from backprop_tui.engine.descent.descent import descend, points
from backprop_tui.engine.descent.divergence import Astray, astray
from backprop_tui.engine.descent.plan import Plan
from backprop_tui.engine.descent.points import Point
from backprop_tui.engine.text.spans import plain
from backprop_tui.tui.app.explorer import Explorer
from backprop_tui.tui.command.arguments import main
from backprop_tui.tui.present.step_pane import step_picture
from backprop_tui.tui.session.descent import explained
from backprop_tui.tui.session.opening import open_session
from hypothesis import given, settings
from hypothesis import strategies as st

from screens import screen_text
from sure import sure
from test_data import sample_file, written


@pytest.fixture(autouse=True, scope="module")
def short_trials() -> Iterator[None]:
    """Trials of a quarter of the updates tell the same here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(divergence, "UPDATES", 25)
        yield


def end_of(start: Trace, plan: Plan, most: int = 3_000) -> Point:
    """The last of so many points at most."""
    point = None
    for point in points(start, plan):
        if point.number == most:
            break
    return sure(point)


def found_of(start: Trace, plan: Plan) -> Astray:
    return astray(start, end_of(start, plan), plan)


@settings(max_examples=4)
@given(st.floats(0.1, 1e4), st.floats(4, 1e6))
def test_on_a_parabola_the_rate_offered_goes_down_as_by_hand(curve: float, beyond: float) -> None:
    """C = c·x²/2 goes down where the rate is below 2/c, by the factor (1 − ηc)² an update."""
    plan = Plan(rate=beyond / curve)
    offered = sure(found_of(trace("c*x^2/2", {"c": curve, "x": 3.0}, ["x"]), plan).slower)
    assert 0.02 / curve < offered.rate < min(plan.rate, 2 / curve)
    assert offered.before == pytest.approx(4.5 * curve)
    shrunk = (1 - offered.rate * curve) ** (2 * offered.updates)
    assert offered.after == pytest.approx(4.5 * curve * shrunk, rel=1e-6, abs=1e-300)


@settings(max_examples=4)
@given(
    st.sampled_from(("x^4 + y^2", "(1 - x)^2 + 100*(y - x^2)^2", "exp(x) + exp(-x) + y^2")),
    st.sampled_from(("plain", "momentum")),
    st.floats(0.3, 30),
)
def test_whatever_is_offered_goes_down_when_it_is_made_again(
    text: str, method: str, rate: float
) -> None:
    start, plan = trace(text, {"x": 2.0, "y": -1.0}), Plan(rate, method)
    last = end_of(start, plan, 60)
    offered = astray(start, last, plan).slower
    if last.cost > start.value or not last.is_finite:
        assert offered is not None
    if offered is not None:
        costs = [there.value for there in descend(start, offered.updates, offered.rate, method)]
        assert all(map(isfinite, costs))
        assert (costs[0], costs[-1]) == (offered.before, offered.after)
        assert costs[-1] < costs[0]
        assert offered.rate < rate


def test_what_falls_below_every_double_has_no_minimum() -> None:
    assert found_of(trace("-x^2", {"x": 1.0}), Plan()) == Astray(falls=True)


def test_where_an_update_takes_long_nothing_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    start = trace("x^4", {"x": 10.0})
    assert found_of(start, Plan(1.0)).slower is not None
    monkeypatch.setattr(divergence, "WORK", 2 * len(start.graph))
    assert found_of(start, Plan(1.0)) == Astray()


COLUMNS = [(1.0, 900.0, 3.0), (2.0, -700.0, -1.0), (-1.0, 100.0, 4.0), (0.5, 400.0, 1.0)]
LINE: dict[str, Any] = {
    "sizes": [2, 1], "activation": "identity", "cost": "half squared error",
    "weights": [[[0.5, -0.25]]], "biases": [[0.0]], "data": "table.csv", "targets": ["y"],
}  # fmt: skip


def table(folder: Path, rows: Sequence[tuple[float, ...]]) -> Path:
    text = "".join(",".join(map(repr, row)) + "\n" for row in rows)
    written(folder, f"near,far,y\n{text}")
    return sample_file(folder, LINE)


def line_descent(x: Any, y: Any, updates: int, rate: float) -> list[float]:
    """The costs of a line through rows, by NumPy alone."""
    w, b, costs = np.array([0.5, -0.25]), 0.0, []
    for _ in range(updates + 1):
        error = x @ w + b - y
        costs.append(float((error**2).mean() / 2))
        w, b = w - rate * (x * error[:, None]).mean(axis=0), b - rate * error.mean()
    return costs


def test_columns_of_unlike_scale_are_named_with_their_ratio(tmp_path: Path) -> None:
    start, plan = open_session(load(table(tmp_path, COLUMNS))).trace, Plan(0.1)
    found = found_of(start, plan)
    x, y = np.array(COLUMNS)[:, :2], np.array(COLUMNS)[:, 2]
    near, far = np.sqrt((x**2).mean(axis=0))
    unlike = sure(found.unlike)
    assert (unlike.large, unlike.small) == ("far", "near")
    assert (unlike.size, unlike.other) == pytest.approx((far, near))
    assert unlike.ratio == pytest.approx(far / near)
    scaled, slower = sure(found.scaled), sure(found.slower)
    costs = line_descent((x - x.mean(axis=0)) / x.std(axis=0), y, scaled.updates, scaled.rate)
    assert scaled.rate == 0.1
    assert (costs[0], costs[-1]) == pytest.approx((scaled.before, scaled.after))
    costs = line_descent(x, y, slower.updates, slower.rate)
    assert (costs[0], costs[-1]) == pytest.approx((slower.before, slower.after))
    assert slower.rate < 2 / far**2


def test_columns_of_like_scale_are_not_blamed(tmp_path: Path) -> None:
    rows = [(x + 90, y / 9, z) for x, y, z in COLUMNS]
    found = found_of(open_session(load(table(tmp_path, rows))).trace, Plan(0.1))
    assert found.unlike is None
    assert sure(found.slower).after < sure(found.slower).before


def test_data_that_are_scaled_are_not_scaled_again(tmp_path: Path) -> None:
    table(tmp_path, COLUMNS)
    path = sample_file(tmp_path, {**LINE, "scale": "standard"})
    found = found_of(open_session(load(path)).trace, Plan(9.0))
    assert (found.unlike, found.scaled) == (None, None)
    assert found.slower is not None


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """What a descent says on standard error, without the name of the program."""
    assert main([*words, "-f", "json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["descent"][0]["update"] == 0
    return [line.removeprefix("backprop-tui: ") for line in err.strip().split("\n") if line]


def test_the_command_says_what_it_was_and_the_way_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(table(tmp_path, COLUMNS))
    said = printed(capsys, path, "--descend", "100")
    assert said[0].startswith("descent ended at update ")
    assert said[1] == "columns of unlike scale: far is about 606, near about 1.25, a ratio of 485"
    assert said[2].startswith("with --rate 2e-06 C falls from ")
    assert said[3].startswith('with scale = "standard" C falls from ')
    assert all(words.endswith("(tried)") for words in said[2:])
    assert len(said) == 4
    said = printed(capsys, path, "--descend", "5")
    assert said[0].startswith("C has risen from ")
    assert printed(capsys, path, "--descend", "5", "--rate", "2e-6") == []
    assert printed(capsys, "-x^2", "x=1", "--descend", "2000")[1:] == [
        "d falls below every double: on this way it has no minimum"
    ]
    said = printed(capsys, "too-large", "--descend", "50")
    assert said[1].startswith("the rate 0.6 is too large: with --rate ")


def test_what_has_no_number_is_said_too(capsys: pytest.CaptureFixture[str]) -> None:
    said = printed(capsys, "x - ln(x)", "x=0.5", "--descend", "9", "--rate", "8")
    assert said[0] == "descent ended at update 3: it is not finite"
    assert said[1].startswith("ln(-")
    assert said[2].startswith("the rate 8 is too large: with --rate ")
    start = printed(capsys, "exp(x)", "x=800", "--descend", "9")
    assert start[0] == "descent ended at update 0: it is not finite"
    assert start[1].startswith("exp(800) is inf")
    assert len(start) == 2


def test_the_screen_says_what_it_was_and_the_way_out() -> None:
    async def use() -> None:
        app = Explorer(open_session(load_bundled("too-large")))
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.press(*"50d")
            for _ in range(500):
                await pilot.pause(0.02)
                if "(tried)" in screen_text(app):
                    break
            text = screen_text(app)
            assert "is not finite: descent ends here. D takes it back" in text
            assert "the rate 0.6 is too large: with --rate 0.1 e falls from 4 to " in text
            assert "< lowers the rate" in text
            await pilot.press("D")
            assert "(tried)" not in screen_text(app)

    asyncio.run(use())


def test_the_next_update_is_made_before_it_is_explained() -> None:
    session = open_session(load_bundled("too-large"), plan=Plan(1e200))
    picture = step_picture(explained(session), 200)
    lines = [plain(picture.line(k)) for k in range(picture.height)]
    assert any("update 1 would not be finite: d makes it, then says why" in line for line in lines)
    assert inf not in session.trace.values
