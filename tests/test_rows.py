"""Rows of data at which the cost is not finite: found, told about everywhere, and led to by J."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from fractions import Fraction
from math import inf, isfinite, log, nan, tanh
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from backprop_tui.engine import BackpropError, Trace, load
from backprop_tui.engine.calculus.batch import mean
from backprop_tui.engine.layers import rows as engine_rows
from backprop_tui.engine.layers.data_rows import mean_over_rows
from backprop_tui.engine.layers.rows import at_row, rows_not_finite
from backprop_tui.engine.text.spans import plain
from backprop_tui.tui.app.explorer import Explorer
from backprop_tui.tui.command.arguments import main
from backprop_tui.tui.present.row_pane import row_picture
from backprop_tui.tui.present.step_pane import step_picture
from backprop_tui.tui.session.opening import open_session
from backprop_tui.tui.session.session import Session
from backprop_tui.tui.session.trouble import jumped, other_rows
from backprop_tui.tui.session.viewing import other_sample
from hypothesis import given
from hypothesis import strategies as st

from screens import screen_text
from sure import sure
from test_data import sample_file, written

TANH: dict[str, Any] = {
    "sizes": [1, 1], "activation": "tanh", "cost": "binary cross entropy", "weights": [[[0.5]]],
    "biases": [[0.25]], "data": "table.csv", "targets": ["y"],
}  # fmt: skip
ROWS = [(1, 1), (2, 0), (-3, 1), (4, 0.5), (-1, 0), (900, 0.5), (-0.5, 1), (3, 1)]
"""Of a = tanh(x/2 + 1/4), ln(a) is taken where y is not 0, ln(1 − a) where it is not 1."""


def cost_of(x: float, y: float) -> float:
    """Binary cross entropy of the tanh output, nan or inf where a logarithm has no number."""
    a, total = tanh(0.5 * x + 0.25), 0.0
    for share, of in ((y, a), (1 - y, 1 - a)):
        if share:
            total -= share * (log(of) if of > 0 else -inf if of == 0 else nan)
    return total


BAD = [row for row, pair in enumerate(ROWS, 1) if not isfinite(cost_of(*pair))]


def table(rows: Sequence[tuple[float, ...]], header: str = "x,y") -> str:
    return header + "\n" + "".join(",".join(map(repr, row)) + "\n" for row in rows)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A network at which rows 3, 6 and 7 have no finite cost."""
    written(tmp_path, table(ROWS))
    return sample_file(tmp_path, TANH)


def opened(path: Path) -> Session:
    return open_session(load(path))


def lines_of(picture: Any) -> list[str]:
    return [plain(picture.line(k)) for k in range(picture.height)]


@pytest.mark.parametrize("at_hand", [0, 10**9])
def test_the_rows_are_those_whose_cost_by_hand_is_not_finite(
    path: Path, monkeypatch: pytest.MonkeyPatch, at_hand: int
) -> None:
    monkeypatch.setattr(engine_rows, "AT_HAND", at_hand)
    found = opened(path).trace
    assert rows_not_finite(found) == BAD == [3, 6, 7]
    for row, (x, y) in enumerate(ROWS, 1):
        there = at_row(found, row)
        assert sure(there.network).row == row
        assert there.value == pytest.approx(cost_of(x, y), nan_ok=True)
        assert bool(there.problems) or row not in BAD


def of_a_line(folder: Path, weight: float, rows: Sequence[tuple[float, ...]]) -> Trace:
    written(folder, table(rows))
    plainly = {"activation": "identity", "cost": "squared error", "weights": [[[weight]]]}
    return opened(sample_file(folder, {**TANH, **plainly})).trace


@pytest.mark.parametrize("at_hand", [0, 10**9])
def test_a_slope_that_is_not_finite_beside_a_cost_that_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_hand: int
) -> None:
    monkeypatch.setattr(engine_rows, "AT_HAND", at_hand)
    # a = 1e150, so (a − y)² is 1e300, but the slope 2·1e150·1e200 is no double.
    found = of_a_line(tmp_path, 1e-50, [(1, 0), (1e200, 0), (2, 1)])
    assert rows_not_finite(found) == []
    assert rows_not_finite(found, True) == [2]


def test_fine_rows_are_none_and_j_says_so(tmp_path: Path) -> None:
    session = opened_line(tmp_path)
    assert rows_not_finite(session.trace, True) == []
    assert other_rows(session) == []
    with pytest.raises(BackpropError, match="Nothing is wrong"):
        jumped(session)


def opened_line(folder: Path) -> Session:
    written(folder, table([(1, 1), (2, 3)]))
    plainly = {"activation": "identity", "cost": "squared error", "weights": [[[1.0]]]}
    return opened(sample_file(folder, {**TANH, **plainly}))


def test_j_goes_from_cause_to_cause_and_from_row_to_row(path: Path) -> None:
    session, seen = opened(path), []
    for _ in range(7):
        session = jumped(session)
        row = sure(session.trace.network).row
        assert session.trace.problems_by_node[session.selected][0].phase in ("forward", "backward")
        seen.append((row, session.selected))
    rows = [row for row, _ in seen]
    assert list(dict.fromkeys(rows)) == BAD
    for row in BAD:
        causes = dict.fromkeys(problem.node for problem in at_row(session.trace, row).problems)
        visited = [node for at, node in seen if at == row]
        assert visited[: len(causes)] == list(causes)
    assert rows[: rows.index(7)] == [row for row in rows if row != 7][: rows.index(7)]


def test_after_the_last_row_comes_the_first(path: Path) -> None:
    session = other_sample(opened(path), 6)
    assert other_rows(session) == [3, 6]
    while sure(session.trace.network).row == 7:
        session = jumped(session)
    assert sure(session.trace.network).row == 3


def test_the_screen_says_which_rows_and_why(path: Path) -> None:
    session = opened(path)
    for at_end in (session, session.seek(len(session.trace.sweep))):
        lines = lines_of(step_picture(at_end, 200))
        (head,) = [line for line in lines if "row 3 of 8" in line]
        assert head.startswith("data")
        assert "xlogy(1, −0.848284) is nan" in head
        assert head.endswith("J goes there")
        assert any("row 6 of 8: " in line for line in lines)
    assert not any("of 8" in line for line in lines_of(step_picture(session.seek(1), 200)))
    assert any(line.startswith("not finite: row 3 and 2 more") for line in
               lines_of(row_picture(session, 40)))  # fmt: skip
    assert any(line.startswith("not finite: row 6 and 1 more") for line in
               lines_of(row_picture(other_sample(session, 2), 40)))  # fmt: skip


def test_the_key_shows_the_row_and_the_cause(path: Path) -> None:
    async def use() -> None:
        app = Explorer(opened(path))
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.pause()
            assert "row 3 of 8" in screen_text(app)
            await pilot.press("J")
            assert "Row 3 of 8" in screen_text(app)
            shown = sure(app.session)
            assert shown.selected == shown.trace.problems[0].node
            assert "xlogy(1, −0.848284) is nan" in screen_text(app)

    asyncio.run(use())


def test_print_says_which_rows_and_why(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reason = "row 3 of 8: xlogy(1, {}0.848284) is nan: "
    assert main([str(path), "-f", "text"]) == 0
    out, err = capsys.readouterr()
    assert f"\nC is not finite over the rows of the data\n  {reason.format('−')}" in out
    assert err == ""
    assert main([str(path), "--check"]) == 0
    out, err = capsys.readouterr()
    assert "row 3" not in out
    assert err.startswith("backprop-tui: C is not finite over the rows of the data\n")
    assert f"backprop-tui: {reason.format('-')}" in err
    assert main([str(path), "--descend", "3"]) == 0
    out, err = capsys.readouterr()
    assert [line.split()[0] for line in out.strip().split("\n")] == ["update", "0"]
    assert f"backprop-tui: {reason.format('-')}" in err


def test_json_has_the_rows_where_the_mean_is_not_finite(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(path), "-f", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["data"]
    assert found["value"] in ("nan", "inf")
    assert found["not_finite"]["rows"] == 3
    assert [one["row"] for one in found["not_finite"]["first"]] == BAD
    assert found["not_finite"]["first"][0]["message"] == "xlogy(1, -0.848284) is nan"
    opened_line(tmp_path)
    assert main([str(tmp_path / "net.toml"), "-f", "json"]) == 0
    assert "not_finite" not in json.loads(capsys.readouterr().out)["data"]


def test_a_row_is_found_in_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path, "x,y\n1,1\n?,1\n-3,1\n2,0\n")
    path = sample_file(tmp_path, {**TANH, "missing": "skip"})
    assert main([str(path), "-f", "text"]) == 0
    assert "row 2 of 3 (line 4): xlogy" in capsys.readouterr().out


def test_of_many_rows_the_first_are_named_and_the_rest_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, table([(-1, 1)] * 5 + [(1, 1)] * 1_200))
    path = sample_file(tmp_path, TANH)
    assert main([str(path), "--descend", "1"]) == 0
    assert "\nbackprop-tui: and at 2 more rows of 1,205\n" in capsys.readouterr().err


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=20))
def test_the_sum_behind_a_mean_of_few_numbers_is_rounded_once(numbers: list[float]) -> None:
    exact = sum(map(Fraction, numbers), Fraction(0))
    assert mean(np.array(numbers)) == float(exact) / len(numbers)
    many = np.array(numbers * 20)
    most = max(map(abs, numbers))
    assert mean(many) == pytest.approx(float(exact / len(numbers)), rel=1e-9, abs=1e-14 * most)


def test_a_mean_of_rows_that_are_not_finite_warns_of_nothing(tmp_path: Path) -> None:
    found = of_a_line(tmp_path, 1e200, [(1e200, 0), (-1e200, 0), (1, 0)])
    cost, gradient = mean_over_rows(found, sure(found.data))
    assert cost == inf
    assert gradient["b2_1"] != gradient["b2_1"]
