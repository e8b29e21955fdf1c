"""Small words beside numbers, and where a caret stands: each is what number or text asks."""

from __future__ import annotations

import mpmath
import pytest
from backprop_tui.engine import ParseError, parse, trace
from backprop_tui.engine.explain.reports import Report
from backprop_tui.engine.explain.steps import Explanation
from backprop_tui.engine.files.bindings import read_bindings
from backprop_tui.engine.text.spans import Line, plain

WRONG_VALUES = ["x =  abc ", "  x 3  ", "y = 2;  x = 1/0 ", "x = 1\n  x =  2 ", " = 3 ", "x = 2 2"]
IN_A_FORM = "in a form that keeps the digits"


def lines_of(program: str, value: float) -> list[Line]:
    sweep = trace(program, {"x": value}).sweep
    explanation = Explanation(sweep)
    return [line for at in sweep.route.positions for line in explanation.moment(at)]


@pytest.mark.parametrize("text", WRONG_VALUES)
def test_what_is_wrong_in_values_is_marked_without_the_blanks_around_it(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_bindings(text)
    start, end = caught.value.span
    marked = text[start:end]
    assert marked
    assert marked == marked.strip()


@pytest.mark.parametrize(
    ("character", "words"), [("\x1b", "U+001B, a "), ("\ufeff", "U+FEFF ZERO")]
)
def test_a_character_without_a_name_is_told_by_its_kind(character: str, words: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(f"x{character}")
    assert words in caught.value.message


@pytest.mark.parametrize("value", [0.3, 3.0, 17.0, 40.0])
def test_the_form_evaluated_is_named_where_the_one_shown_gives_another_number(value: float) -> None:
    """The textbook's y·(1 − y) as doubles against the truth by mpmath, to the digits shown."""
    with mpmath.workdps(50):
        sigmoid = 1 / (1 + mpmath.exp(-mpmath.mpf(value)))
        rounded, true = float(sigmoid), float(sigmoid * (1 - sigmoid))
    shown = rounded * (1 - rounded)
    differ = f"{shown:.6g}" != f"{true:.6g}"
    assert differ == any(IN_A_FORM in plain(line) for line in lines_of("sigmoid(x)", value))


@pytest.mark.parametrize("value", [1.0, -1.0])
def test_a_sum_that_is_not_finite_does_not_look_like_a_result(value: float) -> None:
    sums = [line for line in lines_of("sqrt(x) + x", value) if plain(line).startswith("running")]
    assert sums
    for line in sums:
        is_finite = not any(word in plain(line) for word in ("nan", "inf"))
        assert (line[-1][1] == "warning") != is_finite


@pytest.mark.parametrize("edges", [1, 2, 3])
def test_one_multiplication_is_one(edges: int) -> None:
    sweep = trace("tanh(" * edges + "x" + ")" * edges, {"x": 0.5}).sweep
    words = plain(Report(sweep).paths(sweep.graph.by_name["x"])[-1])
    assert ("1 multiplication for" in words) == (edges == 2)
    assert f"{edges - 1} multiplication" in words
