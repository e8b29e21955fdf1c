"""Graphs and numbers to text, and back."""

from __future__ import annotations

from decimal import Decimal
from math import inf, nan

import pytest
from backprop_tui.engine import Graph, ParseError, parse
from backprop_tui.engine.calculus.rules import formula_graph
from backprop_tui.engine.language.show import MINUS, literal, number, program, subexpression, texts
from backprop_tui.engine.table.operation import Operation
from backprop_tui.engine.table.ops import OPERATIONS
from hypothesis import given
from hypothesis import strategies as st

from programs import expressions, programs


@given(programs())
def test_program_parses_back_to_the_same_graph(text: str) -> None:
    graph = parse(text)
    assert parse(program(graph)) == graph


@given(programs())
def test_showing_twice_changes_nothing(text: str) -> None:
    shown = program(parse(text))
    assert program(parse(shown)) == shown


@given(programs())
def test_subexpression_computes_its_node(text: str) -> None:
    """Put in the place of the output, with the named nodes above it, it is the same operation."""
    graph = parse(text)
    lines = program(graph).split("\n")[:-1]
    for node in range(len(graph)):
        again = parse("\n".join([*lines, f"({subexpression(graph, node)})"]), ["unused"])
        assert again.operations[again.output] is graph.operations[node]
        assert again.names.get(again.output, graph.names.get(node)) == graph.names.get(node)


def groupings(text: str) -> list[tuple[int, int]]:
    """The pairs of parentheses that group, not those of a call."""
    opened, found = [], []
    for place, character in enumerate(text):
        if character == "(":
            opened.append(place)
        elif character == ")":
            start = opened.pop()
            if not text[:start][-1:].isalnum():
                found.append((start, place))
    return found


def read(text: str) -> Graph | None:
    try:
        return parse(text)
    except ParseError:
        return None


@given(expressions())
def test_no_pair_of_parentheses_can_be_left_out(text: str) -> None:
    graph = parse(text)
    shown = program(graph)
    for start, end in groupings(shown):
        fewer = shown[:start] + shown[start + 1 : end] + shown[end + 1 :]
        assert read(fewer) != graph, fewer


NORMALISED = [
    ("(4*x+1)^2", "(4*x + 1)^2"),
    ("4x+1", "4*x + 1"),
    ("max( x,y )", "max(x, y)"),
    ("x - (y - z)", "x - (y - z)"),
    ("(x - y) - z", "x - y - z"),
    ("x/(y * z)", "x/(y*z)"),
    ("(x^y)^z", "(x^y)^z"),
    ("x^(y^z)", "x^y^z"),
    ("(-x)^2", "(-x)^2"),
    ("-(x^2)", "-x^2"),
    ("-(x*y)", "-(x*y)"),
    ("(-x)*y", "-x*y"),
    ("x*(-y)", "x*-y"),
    ("x - (-y)", "x - -y"),
    ("2^(-x)", "2^-x"),
    ("-(-x)", "--x"),
    ("-(x + y)", "-(x + y)"),
    ("√(x)·|y|", "sqrt(x)*abs(y)"),
    ("log(x) + log(x, 2)", "ln(x) + log(x, 2)"),
    ("1e3*.5*1e-3", "1000*0.5*0.001"),
    ("2π", "2*π"),
    ("a=x+1;b=a;a*b", "a = x + 1\nb = a\na*a"),
]


@pytest.mark.parametrize(("text", "shown"), NORMALISED)
def test_program_is_normalised(text: str, shown: str) -> None:
    assert program(parse(text)) == shown


NUMBERS = [
    (25.0, "25"),
    (-0.5, f"{MINUS}0.5"),
    (1 / 3, "0.333333"),
    (-2 / 3, f"{MINUS}0.666667"),
    (123456.789, "123457"),
    (9999999.0, "9999999"),
    (1e7, "1e7"),
    (-1.5e300, f"{MINUS}1.5e300"),
    (0.0001, "0.0001"),
    (0.00001234, f"1.234e{MINUS}5"),
    (0.1 + 0.2 - 0.3, f"5.55112e{MINUS}17"),
    (0.99999999, "1"),
    (99999.99999, "100000"),
    (0.0, "0"),
    (-0.0, "0"),
    (nan, "nan"),
    (inf, "inf"),
    (-inf, f"{MINUS}inf"),
]


@pytest.mark.parametrize(("value", "text"), NUMBERS)
def test_number_reads_as(value: float, text: str) -> None:
    assert number(value) == text
    assert number(value, minus="-") == text.replace(MINUS, "-")


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 17))
def test_number_keeps_its_digits(value: float, digits: int) -> None:
    text = number(value, digits, minus="-")
    error = abs(Decimal(text) - Decimal(value))
    assert 2 * error <= Decimal(10) ** (1 - digits) * abs(Decimal(value))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_seventeen_digits_read_back_to_the_same_double(value: float) -> None:
    assert float(number(value, 17, minus="-")) == value


@given(st.floats(0, allow_nan=False, allow_infinity=False))
def test_literal_parses_back_to_the_same_double(value: float) -> None:
    graph = parse(literal(value))
    assert list(graph.constants.values()) == [value]


def labels(text: str) -> str:
    return " ".join(node.label for node in parse(text).nodes)


LABELS = [
    ("(4*x+1)^2", "a b c d e f g"),
    ("a*b+c", "d e f g h"),
    ("e*x+1", "a b c d f"),
    ("f=x^2;f+1", "a b c d e"),
    ("+".join(["x"] * 20), " ".join("abcdefghijklmnopqrst")),
    ("+".join(["x"] * 21), " ".join(f"v{i}" for i in range(21))),
    ("+".join(["v1"] * 21), " ".join(f"u{i}" for i in range(21))),
    ("+".join("abcdfghijk"), " ".join(f"v{i}" for i in range(19))),
]


@pytest.mark.parametrize(("text", "expected"), LABELS)
def test_labels_skip_the_names_of_the_program(text: str, expected: str) -> None:
    assert labels(text) == expected


@given(programs(), st.sampled_from(("a", "v0", "u1", "v12")))
def test_every_reference_means_one_node(text: str, name: str) -> None:
    graph = parse(f"{name} = x\n{text}")
    refs = [graph.ref(node) for node in range(len(graph))]
    assert len(set(refs)) == len(refs)
    symbols = set(graph.symbols.values())
    assert symbols.isdisjoint(node.label for node in graph.nodes)
    assert all(graph.by_name.get(node.label, node.id) == node.id for node in graph.nodes)


def test_text_of_a_node_is_null_beyond_a_thousand_characters() -> None:
    graph = parse("+".join(["x"] * 400))
    lengths = [len(subexpression(graph, node)) for node in range(len(graph))]
    assert [text is None for text in texts(graph)] == [length > 1000 for length in lengths]
    assert any(length > 1000 for length in lengths)


@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: f"{row.name}/{row.arity or 'n'}")
def test_every_formula_is_written_as_it_is_shown(row: Operation) -> None:
    for partial in row.partials:
        for formula in filter(None, (partial.formula, partial.exact)):
            rule = formula_graph(row, formula)
            assert program(rule) == formula
            assert set(rule.variables) <= set(row.names)
