"""What is told to be true beside a problem, and which difference quotients are told at all."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import mpmath
import pytest
from backprop_tui.engine import Sample, load_bundled, trace
from backprop_tui.engine.explain.describe import Description
from backprop_tui.engine.explain.reports import Report
from backprop_tui.engine.language.show import near_whole
from backprop_tui.engine.opinions import differences
from backprop_tui.engine.opinions.check import check
from backprop_tui.engine.opinions.checked import Checked, Quotient
from backprop_tui.engine.text.spans import plain
from backprop_tui.tui.export.text import text
from backprop_tui.tui.present.step_pane import step_picture
from backprop_tui.tui.session.opening import open_session
from backprop_tui.tui.session.questions import request_of
from backprop_tui.tui.session.session import Answer, Asked

from sure import sure

mpmath.mp.dps = 50


def sigmoid(x: float) -> tuple[float, float]:
    value = 1 / (1 + mpmath.exp(-mpmath.mpf(x)))
    return float(value), float(value * (1 - value))


def cross_entropy(z: float) -> tuple[float, float]:
    """Of a target 1: -ln(sigmoid(z))."""
    return float(mpmath.log1p(mpmath.exp(-z))), float(-1 / (1 + mpmath.exp(z)))


TRUE = [
    ("1/(1 + exp(-x))", {"x": -1000}, None, sigmoid(-1000)[1], "5.1e−435 rounds to it"),
    ("m = mean(x); sqrt(mean((x - m)^2))", {"x": -0.83151082}, None, 0.0, ""),
    ("relu(x)*sqrt(abs(x))", {"x": 0}, None, 0.0, ""),
    ("p = sigmoid(x); -ln(p) - 0*ln(1 - p)", {"x": 40}, *cross_entropy(40), ""),
    ("ln(1 - exp(x))", {"x": -1e-20}, float(mpmath.log(1e-20)), -1e20, ""),
]


@pytest.mark.parametrize(("program", "values", "value", "slope", "words"), TRUE)
def test_a_problem_says_what_is_true_where_opinions_know_it(
    program: str, values: dict[str, float], value: float | None, slope: float, words: str
) -> None:
    result = trace(program, values)
    (found,) = check(result.sweep)
    assert found.is_wrong
    assert found.derivative == pytest.approx(slope, rel=1e-12)
    document = result.to_dict(checked=[found])
    output, report = result.graph.pretty(result.graph.output), Report(result.sweep)
    (shown,) = [plain(report.problem(problem, [found])[0]) for problem in result.problems]
    (said,) = [problem["why"] for problem in document["problems"]]
    slope_words = f"∂{output}/∂x is {report.number(slope)}"
    for told in (shown, said):
        assert "in truth" in told
        assert slope_words in told
        assert words in told
        assert (f"{output} is {report.number(value)}" in told) if value else "and ∂" not in told
    assert "in truth" not in plain(report.problem(result.problems[0])[0])


def test_a_problem_that_a_leaf_has_no_part_in_says_nothing_of_it() -> None:
    result = trace("1/(1 + exp(-x)) + 1/(1 + exp(-y))", {"x": -1000, "y": -900})
    found = list(check(result.sweep))
    assert [one.verdict for one in found] == ["lost", "lost"]
    output = result.graph.ref(result.graph.output)
    for problem, own, other in zip(result.problems, "xy", "yx", strict=True):
        told = plain(Report(result.sweep).problem(problem, found)[0])
        assert f"∂{output}/∂{own} is 0" in told
        assert f"∂{output}/∂{other} is 0" not in told


def test_text_says_what_is_true_with_the_check() -> None:
    session = open_session(Sample("1/(1 + exp(-x))", values={"x": -1000.0}))
    found = list(check(session.trace.sweep))
    assert "in truth" in "\n".join(text(session, checked=found))
    assert "in truth" not in "\n".join(text(session))


def test_the_step_says_what_is_true_once_opinions_were_asked() -> None:
    session = open_session(Sample("1/(1 + exp(-x))", values={"x": -1000.0})).choose_trouble()
    asked = replace(session, asked=Asked("check"))
    request = sure(request_of(asked, 80))
    found = tuple(check(session.trace.sweep))
    answered = replace(asked, asked=replace(asked.asked, answer=Answer(request, found))).unasked()
    elsewhere = answered.choose(0).choose(session.selected)
    other = replace(answered, trace=session.trace.at({"x": -1001}))
    for shown, is_told in ((session, False), (answered, True), (elsewhere, True), (other, False)):
        pane = step_picture(shown, 400)
        lines = [plain(pane.line(row)) for row in range(pane.height)]
        assert any("in truth" in line for line in lines) == is_told


@pytest.mark.parametrize("name", ["overflow", "broken-softmax"])
def test_a_small_screen_shows_a_problem_with_its_chain_and_remedy(name: str) -> None:
    session = open_session(load_bundled(name)).choose_trouble()
    pane = step_picture(session, 78)
    labels = [plain(pane.line(row)).partition(" ")[0] for row in range(7)]
    assert [label for label in labels if label][1:4] == ["problem", "chain", "remedy"]


@pytest.mark.parametrize(
    ("slope", "error", "tells"),
    [(8.35, 4.8, False), (8.35, 0.8, True), (0.0, 1e-7, True), (-8.35, 4.8, False),
     (0.0, 1e-3, False), (float("nan"), float("inf"), False), (float("inf"), 1.0, False)],
)  # fmt: skip
def test_a_difference_quotient_that_means_nothing_is_not_told(
    slope: float, error: float, tells: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    quotient = Quotient(slope, error, 0.1)
    assert quotient.tells is tells
    monkeypatch.setattr(differences, "quotients", lambda *_: iter([quotient]))
    result = trace("x^2", {"x": 2})
    for sympy in (True, False):
        (found,) = check(result.sweep, sympy=sympy)
        assert isnan(found.difference.slope) == (not tells)
    raw = Checked(0, 4.0, quotient, None, None, "none", "agree", "")
    line = plain(Report(result.sweep).check(raw))
    assert ("difference none" in line) == (not tells)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1.0000000000000002, "1 + 2e−16"), (0.9999999999999999, "1 − 1e−16"),
     (-1.0000000000000002, "−1 − 2e−16"), (1.0, "1"), (1.5, "1.5"),
     (3.0000000000000004, "3 + 4e−16"),
     (0.1, "0.1"), (1e300, "1e300"), (float("nan"), "nan")],
)  # fmt: skip
def test_a_number_that_looks_whole_says_how_far_from_it_it_is(value: float, shown: str) -> None:
    assert near_whole(value) == shown


def test_an_operand_out_of_the_domain_is_shown_with_the_digits_that_matter() -> None:
    sample = load_bundled("broken-angle")
    result = trace(sample.program, sample.bindings, list(sample.values))
    line = plain(Description(result.sweep).forward(result.graph.output))
    assert "acos(1 + 2e−16) = nan" in line
    power = trace("(x - 2)^0.5", {"x": 1.0000000000000002})
    assert "(−1 + 2e−16)^0.5" in plain(Description(power.sweep).forward(power.graph.output))
    assert "acos(1)" in plain(Description(trace("acos(x)", {"x": 1}).sweep).forward(1))
