"""Descent on samples and data, its curves, the command and the screen that go with it."""

from __future__ import annotations

import asyncio
import json
import math
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import cache, partial
from itertools import islice, pairwise
from typing import Any

import numpy as np
import pytest
from backprop_tui.engine import Sample, Trace, bundled, load_bundled, trace
from backprop_tui.engine.descent.curves import costs, grid, spaced
from backprop_tui.engine.descent.descent import points, update, update_numbers
from backprop_tui.engine.descent.plan import Plan
from backprop_tui.engine.descent.points import Point
from backprop_tui.engine.layers.data_rows import accuracy, mean_over_rows
from backprop_tui.engine.network.data import Data
from backprop_tui.engine.text.spans import plain
from backprop_tui.tui.app.explorer import Explorer
from backprop_tui.tui.command.arguments import main
from backprop_tui.tui.panes.plot_pane import PlotPane
from backprop_tui.tui.present.descent import DescentWords
from backprop_tui.tui.present.plots.kinds import PLOTS, plots_of
from backprop_tui.tui.present.plots.plots import Plot
from backprop_tui.tui.present.row_pane import row_picture
from backprop_tui.tui.session import descent
from backprop_tui.tui.session.descent import lacks_preview, point_of, updated, with_rate
from backprop_tui.tui.session.edits import with_values
from backprop_tui.tui.session.opening import open_session
from backprop_tui.tui.session.questions import QUESTIONS, asked
from backprop_tui.tui.session.session import Session
from backprop_tui.tui.session.viewing import other_sample
from textual.pilot import Pilot

from noted import noted
from screens import screen_text
from sure import sure

DESCENDING = [name for name in bundled() if load_bundled(name).descent is not None]
VALLEY = "(1 - x)^2 + 100*(y - x^2)^2"


@cache
def walked(name: str, updates: int) -> list[Point]:
    """A sample's descent by its own plan."""
    sample = load_bundled(name)
    return list(islice(points(open_session(sample).trace, sure(sample.descent)), updates + 1))


@pytest.mark.parametrize("name", DESCENDING)
def test_a_hundred_updates_end_as_the_sample_says(name: str) -> None:
    about, found = load_bundled(name).about, walked(name, 100)
    said = [word for word in ("converges", "diverges", "crawls") if word in about]
    assert len(said) == 1
    if said == ["diverges"]:
        assert not found[-1].is_finite
        return
    assert len(found) == 101
    first, last = found[0].cost, found[-1].cost
    if said == ["converges"]:
        assert found[-1].norm < 0.1 * max(point.norm for point in found)
        assert found[50].cost - last < 0.05 * (first - last)
    else:
        assert all(b.cost < a.cost for a, b in pairwise(found))
        assert found[50].cost - last < 0.05 * found[50].cost
        assert walked(name, 10_000)[-1].cost < 0.05 * last


def test_xor_is_learned_from_its_bundled_start() -> None:
    there = walked("learn-xor", 100)[-1]
    assert there.cost < 0.01
    session = open_session(load_bundled("learn-xor"))
    values = replace(session.trace, bindings={**session.trace.bindings, **there.values}).values
    outputs = [values[session.graph.by_name[f"a3_1_s{k}"]] for k in (1, 2, 3, 4)]
    assert [round(output) for output in outputs] == [0, 1, 1, 0]


def test_the_digits_are_told_apart() -> None:
    digits = open_session(load_bundled("digits")).trace
    there = walked("digits", 100)[-1]
    moved = replace(digits, bindings={**digits.bindings, **there.values})
    assert sure(accuracy(moved, _data(digits))) >= 0.9


def _data(result: Trace) -> Data:
    assert result.network is not None
    assert result.network.data is not None
    return result.network.data


def test_the_mean_over_rows_is_the_mean_of_single_rows() -> None:
    session = open_session(load_bundled("digits"))
    data, rows = _data(session.trace), [0, 3, 17, 399]
    alone = []
    for row in rows:
        inputs = {f"x{k}": value for k, value in enumerate(data.inputs[row], 1)}
        targets = {f"y{k}": value for k, value in enumerate(data.targets[row], 1)}
        alone.append(session.trace.at(inputs | targets))
    _, gradient = mean_over_rows(session.trace, data, rows=rows)
    for name, slope in gradient.items():
        single = [one.gradient[name] for one in alone]
        assert slope == pytest.approx(np.mean(single), rel=1e-12, abs=1e-16)


def test_accuracy_beside_matrices() -> None:
    session = open_session(load_bundled("digits"))
    network, data = sure(session.trace.network), _data(session.trace)
    hidden = np.tanh(np.array(data.inputs) @ np.array(network.weights[0]).T + network.biases[0])
    scores = hidden @ np.array(network.weights[1]).T + network.biases[1]
    right = scores.argmax(axis=1) == np.array(data.targets).argmax(axis=1)
    assert accuracy(session.trace, data) == pytest.approx(right.mean())


def test_curves_are_the_program_point_by_point() -> None:
    result = trace(VALLEY, {"x": -1.0, "y": 2.0})
    xs, ys = grid(spaced(-2, 2, 7), spaced(-1, 3, 5))
    assert len(xs) == len(ys) == len(set(zip(xs, ys, strict=True))) == 35
    expected = [result.at({"x": x, "y": y}).value for x, y in zip(xs, ys, strict=True)]
    assert costs(result, {"x": xs, "y": ys}) == pytest.approx(expected, rel=1e-12)
    assert math.isnan(costs(trace("ln(x)", {"x": 1.0}), {"x": [-1.0]})[0])


def test_curves_of_data_are_means_over_its_rows() -> None:
    result = open_session(load_bundled("regression-data")).trace
    data, weights = _data(result), [-1.0, 0.0, 2.5]
    x, y = np.array(data.inputs)[:, 0], np.array(data.targets)[:, 0]
    expected = [np.mean((w * x + result.bindings["b2_1"] - y) ** 2) / 2 for w in weights]
    assert costs(result, {"w2_1_1": weights}) == pytest.approx(expected, rel=1e-12)


def plotted(session: Session, name: str) -> Plot:
    return PLOTS[name](session, 90, 20)


def test_the_tangent_touches_the_curve_and_the_next_update_lies_on_it() -> None:
    session = open_session(Sample("(4*w - 8)^2", values={"w": 3.0}), plan=Plan(0.01))
    plot = plotted(session, "curve")
    line, tangent, after, here = plot.series
    assert (here.xs, here.ys) == ((3.0,), (16.0,))
    slope = (tangent.ys[1] - tangent.ys[0]) / (tangent.xs[1] - tangent.xs[0])
    assert slope == pytest.approx(32.0)
    assert np.interp(3.0, tangent.xs, tangent.ys) == pytest.approx(16.0)
    assert after.xs[0] == pytest.approx(2.68)
    assert after.ys[0] == pytest.approx(7.3984)
    assert line.ys == pytest.approx([(4 * x - 8) ** 2 for x in line.xs])


def test_no_update_is_lost_from_the_plot_of_the_cost() -> None:
    session = open_session(Sample("x^2", values={"x": 1.0}))
    session = descended(session, 5)
    (series,) = plotted(session, "cost").series
    assert series.xs == [0, 1, 2, 3, 4, 5]
    assert series.ys == pytest.approx([0.64**k for k in range(6)])
    (heights,) = plotted(session, "log cost").series
    assert [10**y for y in heights.ys] == pytest.approx(series.ys)


def descended(session: Session, updates: int) -> Session:

    return updated(replace(session, count=str(updates)))


def test_the_picture_over_two_parameters_is_denser_where_the_cost_is_higher() -> None:
    session = open_session(Sample("x^2 + y^2", values={"x": 1.0, "y": 0.5}))
    lines = [plain(line) for line in plotted(session, "two parameters").lines]
    picture = [line.split("│")[1] for line in lines if "│" in line]
    middle = picture[len(picture) // 2]
    assert "●" in "".join(picture)
    assert "◆" in "".join(picture)
    assert middle[-1:] in "&%#"
    assert len(set(map(len, lines[: len(picture)]))) <= 2


@pytest.mark.parametrize("method", ["plain", "momentum", "adam"])
def test_the_rule_written_out_gives_the_update(method: str) -> None:
    result = trace(VALLEY, {"x": -1.2, "y": 1.0})
    found = list(islice(points(result, Plan(1e-3, method)), 6))
    for before, after in pairwise(found):
        for name in after.names:
            numbers = update_numbers(before, after, name)
            if method == "plain":
                new = numbers["before"] - numbers["η"] * numbers["slope"]
            elif method == "momentum":
                assert numbers["v"] == pytest.approx(0.9 * numbers["v before"] + numbers["slope"])
                new = numbers["before"] - numbers["η"] * numbers["v"]
            else:
                new = numbers["before"] - numbers["η"] * numbers["v′"] / (
                    math.sqrt(numbers["s′"]) + 1e-8
                )
            assert new == pytest.approx(numbers["θ"], rel=1e-12)
            assert numbers["slope"] == before.slopes[before.names.index(name)]
    words = "\n".join(plain(line) for line in DescentWords(result).lines(found[-1], Plan(), "x"))
    assert "falls" in words or "rises" in words


def test_an_edit_forgets_the_descent_and_stepping_keeps_it() -> None:
    session = descended(open_session(Sample(VALLEY, values={"x": -1.2, "y": 1.0})), 3)
    stepped = session.move(2)
    assert sure(point_of(descended(stepped, 1))).number == 4
    assert descended(stepped, 1).position == stepped.position
    edited = with_values(session, {"x": 0.5})
    assert sure(point_of(descended(edited, 1))).number == 1
    assert sure(sure(point_of(descended(edited, 1))).before).values["x"] == 0.5


def test_another_row_keeps_the_descent() -> None:
    session = descended(open_session(load_bundled("regression-data")), 3)
    other = other_sample(session, 1)
    assert other.trace.bindings["w2_1_1"] == session.trace.bindings["w2_1_1"]
    assert other.trace.bindings["x1"] != session.trace.bindings["x1"]
    assert sure(point_of(descended(other, 1))).number == 4


def test_every_path_is_marked_in_turn() -> None:
    session = open_session(Sample("x*x + x", values={"x": 2.0}))
    session = session.choose(session.graph.by_name["x"])
    marked = []
    for _ in range(3):
        session = asked(session, "paths")
        (lines,) = sure(QUESTIONS["paths"].work)(session, 80)
        marked += [place for place, line in enumerate(lines) if line[0][0] == "▶ "]
    assert len(marked) == len(set(marked)) == 3
    assert asked(session, "paths").asked.question == ""


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(words)
    found = capsys.readouterr()
    return status, found.out, found.err


def test_the_command_prints_the_updates(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("(4*w-8)^2", "w=3", "--descend", "2", "--rate", "0.01")
    status, out, err = printed(capsys, *words, "-f", "json")
    document = json.loads(out)
    assert (status, err, document["value"]) == (0, "", 16.0)
    assert [row["update"] for row in document["descent"]] == [0, 1, 2]
    assert [row["value"] for row in document["descent"]] == pytest.approx([16, 7.3984, 3.42102016])
    assert document["descent"][2]["values"]["w"] == pytest.approx(2.4624)
    status, out, _ = printed(capsys, *words)
    assert out.split("\n")[2].split() == ["1", "7.3984", "21.76", "2.68"]


def test_the_command_says_where_descent_ended(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = printed(capsys, "too-large", "--descend", "100", "-f", "json")
    rows = json.loads(out)["descent"]
    assert status == 0
    assert rows[-1]["value"] == "inf"
    assert f"update {rows[-1]['update']}" in err


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--rate", "0"], "0 would not move"),
        (["--rate", "-1"], "above 0"),
        (["--rate", "nan"], "finite"),
        (["--method", "newton"], "newton"),
    ],
)
def test_a_descent_that_cannot_be_is_refused(
    capsys: pytest.CaptureFixture[str], words: list[str], reason: str
) -> None:
    try:
        status: str | int | None = main(["x^2", "x=1", "--descend", "3", *words])
    except SystemExit as ended:
        status = ended.code
    found = capsys.readouterr()
    assert (status, found.out) == (2, "")
    assert reason in found.err


def test_json_has_the_mean_over_the_rows(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = printed(capsys, "regression-data", "--row", "4", "-f", "json")
    found = json.loads(out)["data"]
    data = _data(open_session(load_bundled("regression-data")).trace)
    y = np.array(data.targets)[:, 0]
    x = np.array(data.inputs)[:, 0]
    assert (found["rows"], found["row"]) == (21, 4)
    assert found["value"] == pytest.approx(np.mean(y**2) / 2)
    assert found["gradient"]["w2_1_1"] == pytest.approx(np.mean(-y * x))
    assert found["gradient"]["b2_1"] == pytest.approx(np.mean(-y))


Use = Callable[[Explorer, Pilot[None]], Awaitable[Any]]


def used(use: Use, name: str, size: tuple[int, int] = (120, 36)) -> Any:
    async def go() -> Any:
        app = Explorer(open_session(load_bundled(name)))
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.pause()
            return await use(app, pilot)

    return asyncio.run(go())


def reached(app: Explorer) -> int:
    """How many updates have been made; below 0 before descent has begun."""
    point = point_of(sure(app.session))
    return -1 if point is None else point.number


def rests(pane: PlotPane) -> bool:
    """True when its plot is drawn and none is being made."""
    return not pane.working and not pane.stale


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    """Waits for what a thread of its own brings about."""
    for _ in range(200):
        await pilot.pause(0.05)
        if holds():
            return
    raise AssertionError(screen_text(pilot.app))


def test_updates_are_made_and_taken_back_to_the_same_screen() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("d")
        first, start = screen_text(app), sure(sure(point_of(sure(app.session))).before).values
        await pilot.press("d", "d", "D", "D")
        assert screen_text(app) == first
        await pilot.press("5", "d", "backspace")
        assert sure(app.session).trace.bindings["x"] == start["x"]
        assert sure(point_of(sure(app.session))).number == 0

    used(use, "rosenbrock")


def test_beside_the_screen_keys_do_what_they_do_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every update of a long program is made in a thread, and every screen is the same."""
    keys = ("3,d", "D", ">", "9,D", "<", "<", "4,d", "backspace", "D", "R")
    threads: list[threading.Thread] = []

    def counted(*given: Any) -> Any:
        threads.append(threading.current_thread())
        return update(*given)

    def is_at_rest(app: Explorer) -> bool:
        session = sure(app.session)
        return not session.descent.running and not lacks_preview(session)

    async def use(app: Explorer, pilot: Pilot[None]) -> list[str]:
        screens = []
        for key in keys:
            await pilot.press(*key.split(","))
            if key == "R":
                await until(pilot, lambda: reached(app) > 3)
                await pilot.press("R", "4", "d")
            await until(pilot, lambda: is_at_rest(app))
            if key != "R":
                screens.append(screen_text(app))
        return screens

    at_once = used(use, "rosenbrock")
    monkeypatch.setattr(descent, "AT_ONCE", 0)
    monkeypatch.setattr(descent, "update", counted)
    beside = used(use, "rosenbrock")
    for key, one, other in zip(keys, at_once, beside, strict=False):
        assert one == other, key
    assert threads
    assert threading.main_thread() not in threads


def test_the_first_update_is_found_once_for_all_that_is_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, updating = noted(update)
    monkeypatch.setattr(descent, "AT_ONCE", 0)
    monkeypatch.setattr(descent, "update", updating)

    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press(">")
        await until(pilot, lambda: not lacks_preview(sure(app.session)))
        assert "d would make this update" in screen_text(app)
        await pilot.press("n", "n", "N", "d")
        await until(pilot, lambda: not sure(app.session).descent.running)
        assert sure(point_of(sure(app.session))).number == 1
        assert len(made) == 1

    used(use, "rosenbrock")


def test_a_long_program_without_parameters_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(descent, "AT_ONCE", 0)

    async def go() -> None:
        app = Explorer(open_session(Sample("2 + 3")))
        async with app.run_test(size=(120, 36), notifications=True) as pilot:
            for key in ("d", "R", "<", "D", "backspace"):
                await pilot.press(key)
                assert not sure(app.session).descent.running
            await pilot.pause(0.1)
            assert "nothing to descend on" in screen_text(app)

    asyncio.run(go())


def test_rates_go_up_and_down_the_ladder() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        rates = []
        for key in (">", ">", ">", "<", "<", "<", "<"):
            await pilot.press(key)
            rates.append(sure(app.session).descent.plan.rate)
        assert rates == pytest.approx([2e-3, 5e-3, 1e-2, 5e-3, 2e-3, 1e-3, 5e-4])

    used(use, "rosenbrock")


def test_a_run_goes_on_beside_every_other_key_until_it_is_stopped() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("R")
        await until(pilot, lambda: reached(app) > 3)
        await pilot.press("n", "n", "]")
        assert sure(app.session).step == 2
        seen = reached(app)
        await until(pilot, lambda: reached(app) > seen)
        assert sure(sure(app.session).trace.network).row == 2
        await pilot.press("R")
        stopped = reached(app)
        await pilot.pause(0.3)
        assert reached(app) == stopped
        assert not sure(app.session).descent.running

    used(use, "digits")


def test_a_run_ends_by_itself_when_it_diverges() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("R")
        await until(pilot, lambda: not sure(app.session).descent.running)
        assert not sure(point_of(sure(app.session))).is_finite
        assert "not finite" in screen_text(app)
        await pilot.press("D")
        assert sure(point_of(sure(app.session))).is_finite

    used(use, "too-large")


def test_an_edit_ends_a_run() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("R")
        await until(pilot, lambda: reached(app) > 3)
        app.session = with_values(sure(app.session), {"x": 2.0})
        await until(pilot, lambda: not sure(app.session).descent.running)
        assert sure(app.session).trace.bindings["x"] == 2.0

    used(use, "rosenbrock")


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 16)])
def test_the_plots_come_one_after_another_and_leave_the_view_as_it_was(
    size: tuple[int, int],
) -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        before = sure(app.session).view.name
        await pilot.press("3", "d")
        titles = set()
        for name in PLOTS:
            await pilot.press("p")
            pane = app.query_one("#plots", PlotPane)
            await until(pilot, partial(rests, pane))
            assert (sure(app.session).view.name, sure(app.session).view.plot) == ("plot", name)
            titles.add(str(pane.border_title))
            await pilot.pause(0.1)
            area = pane.region
            rows = screen_text(app).splitlines()[area.y + 1 : area.bottom]
            assert sum(bool(row.strip(" ▁▂▃▄▅▆▇█")) for row in rows) > len(rows) // 2
        assert len(titles) == len(PLOTS)
        await pilot.press("p")
        assert sure(app.session).view.name == before
        await pilot.press("p", "escape")
        assert sure(app.session).view.name == before

    used(use, "rosenbrock", size)


def test_a_digit_is_a_picture_beside_its_outputs() -> None:
    session = open_session(load_bundled("digits"))
    data = _data(session.trace)
    for row in (0, 7):
        shown = other_sample(session, row)
        picture = row_picture(shown, 32)
        lines = [plain(picture.line(k)) for k in range(picture.height)]
        assert lines[0].startswith(f"Row {row + 1} of 400 ")
        assert f"{accuracy(shown.trace, data):.1%}" in lines[0]
        for k in range(8):
            pixels = lines[1 + k].ljust(17)[1::2]
            dark = [pixel for pixel in range(8) if data.inputs[row][8 * k + pixel] == 0.0]
            assert all(pixels[pixel] == " " for pixel in dark)
        bright = data.inputs[row].index(max(data.inputs[row]))
        assert lines[1 + bright // 8][1 + 2 * (bright % 8)] == "█"
        (target,) = [line for line in lines if line.endswith("◂")]
        assert target[0] == data.classes[data.targets[row].index(1.0)]
        outputs = [float(line[21:31].replace("−", "-")) for line in lines[9:19]]
        assert sum(outputs) == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
def test_tab_reaches_the_row_where_there_is_no_room_for_it_beside(size: tuple[int, int]) -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        assert ("Row 1 of 400" in screen_text(app)) == (size[0] > 110)
        await pilot.press("tab")
        await pilot.pause()
        assert sure(app.focused).id == "row"
        assert "Row 1 of 400" in screen_text(app)
        await pilot.press("]")
        assert "Row 2 of 400" in screen_text(app)
        await pilot.press("shift+tab")
        await pilot.pause()
        assert sure(app.focused).id == "graph"
        assert ("Row 2 of 400" in screen_text(app)) == (size[0] > 110)

    used(use, "digits", size)


@pytest.mark.parametrize("rate", [5e-324, 1e-13, 3e-4, 3e7, 1e308])
def test_a_rate_never_goes_the_wrong_way(rate: float) -> None:
    session = open_session(Sample("x^2", values={"x": 1.0}), plan=Plan(rate))
    for notches, right in ((1, max), (-1, min)):
        for count in ("", "1000"):
            found = with_rate(replace(session, count=count), notches).descent.plan.rate
            assert found == right(found, rate)
    assert with_rate(session, 1).descent.plan.rate > rate or rate > 1e6
    assert with_rate(session, -1).descent.plan.rate < rate or rate < 1e-12


def test_a_count_too_long_to_wait_for_is_made_beside_the_screen() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press(*"999999d")
        assert sure(app.session).descent.running
        await pilot.press("n", "n")
        assert sure(app.session).step == 2
        await until(pilot, lambda: reached(app) > 10)
        await pilot.press("R")
        assert not sure(app.session).descent.running

    used(use, "digits")


def test_updates_asked_for_while_others_are_made_are_made_too() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("d", "3", "d", "d")
        await until(pilot, lambda: not sure(app.session).descent.running)
        assert sure(point_of(sure(app.session))).number == 5

    used(use, "digits")


def test_a_count_typed_while_updates_are_made_is_for_the_key_that_follows() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("R")
        await until(pilot, lambda: reached(app) > 1)
        await pilot.press("1", "2")
        seen = reached(app)
        await until(pilot, lambda: reached(app) > seen)
        assert sure(app.session).count == "12"

    used(use, "digits")


def test_a_run_that_has_come_to_rest_says_so() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("R")
        await until(pilot, lambda: not sure(app.session).descent.running)
        point = sure(point_of(sure(app.session)))
        assert point.values["y"] == pytest.approx(1.0)
        await until(pilot, lambda: "change nothing" in screen_text(app))

    used(use, "saddle")


def test_plots_that_would_show_nothing_are_passed_over() -> None:
    one = open_session(Sample("x - 5", values={"x": 1.0}))
    assert "two parameters" not in plots_of(one)
    assert "log cost" in plots_of(one)
    assert "log cost" not in plots_of(descended(one, 1))
    assert plots_of(open_session(Sample("x^2 + y", values={"x": 1.0, "y": 1.0}))) == tuple(PLOTS)


def test_a_long_path_is_drawn_from_its_start() -> None:
    session = open_session(load_bundled("rosenbrock"))
    lines = plotted(descended(session, 6_000), "two parameters").lines
    column = next(plain(line).index("S") for line in lines if "S" in plain(line))
    low, high = (float(cell.replace("−", "-")) for cell in plain(lines[-1]).split()[::2])
    width = len(plain(lines[-2])) - 11
    assert low + (high - low) * (column - 11) / (width - 1) == pytest.approx(-1.2, abs=0.05)


def test_the_gradient_told_is_the_one_that_the_rule_uses() -> None:
    session = descended(open_session(Sample("x^2", values={"x": 3.0})), 1)
    point = sure(point_of(session))
    words = "\n".join(
        map(plain, DescentWords(session.trace).lines(point, session.descent.plan, "x"))
    )
    assert "0.1 × 6 = 2.4" in words
    assert "its length is 6" in words


@pytest.mark.parametrize("keys", [("o", "enter"), ("w", *"x1*", "enter"), ("e", *"+1")])
def test_a_run_ends_when_another_program_or_other_leaves_take_its_place(
    keys: tuple[str, ...],
) -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("R")
        await until(pilot, lambda: reached(app) > 3)
        before = sure(app.session).trace.route
        await pilot.press(*keys)
        await until(pilot, lambda: sure(app.session).trace.route is not before)
        await until(pilot, lambda: not sure(app.session).descent.running)
        await pilot.pause(0.3)
        assert sure(app.session).trace.route is not before

    used(use, "xor")


def test_after_divergence_every_key_still_answers() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press(*[">"] * 12, *"200d")
        await until(pilot, lambda: not sure(app.session).descent.running)
        assert not sure(point_of(sure(app.session))).is_finite
        for key in (
            "p",
            "p",
            "p",
            "p",
            "minus",
            "minus",
            "plus",
            "p",
            "v",
            "escape",
            "R",
            "d",
            "D",
        ):
            await pilot.press(key)
            await pilot.pause(0.05)
        assert sure(point_of(sure(app.session))).is_finite

    used(use, "rosenbrock")


def test_no_descent_starts_where_the_cost_is_not_finite() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("R")
        await until(pilot, lambda: not sure(app.session).descent.running)
        assert reached(app) == 0
        assert "no descent can start" in screen_text(app)

    used(use, "broken-power")


def test_a_plot_that_was_hidden_while_the_window_changed_is_drawn_for_the_new_one() -> None:
    """Its margins depend on the height: what is drawn is what a fresh start at that size draws."""

    async def shown(app: Explorer, pilot: Pilot[None]) -> str:
        pane = app.query_one("#plots", PlotPane)
        await until(pilot, partial(rests, pane))
        await pilot.pause(0.3)
        return screen_text(app)

    async def changed(app: Explorer, pilot: Pilot[None]) -> str:
        await pilot.press("p")
        await shown(app, pilot)
        await pilot.press("t")
        await pilot.resize_terminal(150, 40)
        await pilot.press("t", "p")
        return await shown(app, pilot)

    async def fresh(app: Explorer, pilot: Pilot[None]) -> str:
        await pilot.press("p")
        return await shown(app, pilot)

    assert used(changed, "rosenbrock", (150, 24)) == used(fresh, "rosenbrock", (150, 40))


def test_in_ascii_the_frame_of_a_plot_is_drawn_with_light_lines() -> None:
    async def use() -> None:
        app = Explorer(open_session(load_bundled("rosenbrock")), "ascii")
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.press("p")
            await pilot.pause(0.3)
            assert "+--------" in screen_text(app)

    asyncio.run(use())
