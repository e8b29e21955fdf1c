"""Program text to graphs, and to errors that say where."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from backprop_tui.engine import Graph, ParseError, parse, trace
from backprop_tui.engine.language.tokens import tokens
from backprop_tui.engine.table.ops import FUNCTIONS
from backprop_tui.engine.text.bounds import NESTING
from backprop_tui.engine.text.words import invisible
from hypothesis import given
from hypothesis import strategies as st

from fuzz.texts import TEXTS
from programs import expressions, programs

# What is written, and the same with every reading spelled out.
READINGS = [
    # precedence
    ("-x^2", "-(x^2)"),
    ("(-x)^2", "((-x))^2"),
    ("-2^2", "-(2^2)"),
    ("x^y^z", "x^(y^z)"),
    ("2^-x", "2^(-x)"),
    ("x^-y^z", "x^(-(y^z))"),
    ("2^-x*3", "(2^(-x))*3"),
    ("2^--x", "2^(-(-x))"),
    ("-x*y", "(-x)*y"),
    ("-x/y", "(-x)/y"),
    ("-x-y", "(-x)-y"),
    ("x*-y", "x*(-y)"),
    ("x--y", "x-(-y)"),
    ("x-+-y", "x-(-y)"),
    ("+x", "x"),
    ("2*+x", "2*x"),
    ("x-y-z", "(x-y)-z"),
    ("x-y+z", "(x-y)+z"),
    ("x/y*z", "(x/y)*z"),
    ("x/y/z", "(x/y)/z"),
    ("x+y*z^2", "x+(y*(z^2))"),
    ("x**2", "x^2"),
    ("x**y**2", "x^(y^2)"),
    # products without a sign
    ("4x", "4*x"),
    ("-4x", "(-4)*x"),
    ("2sin(x)", "2*sin(x)"),
    ("3(x+1)", "3*(x+1)"),
    ("(x)(y)", "x*y"),
    ("(x)y", "x*y"),
    ("(x)2", "x*2"),
    ("sin(x)cos(x)", "sin(x)*cos(x)"),
    ("2x^2", "2*(x^2)"),
    ("1/2x", "(1/2)*x"),
    ("e^2x", "(e^2)*x"),
    ("2^3x", "(2^3)*x"),
    ("2x/3y", "((2*x)/3)*y"),
    ("2pi", "2*pi"),
    ("5e", "5*e"),
    ("5e3x", "5000*x"),
    ("5e+3*x", "5000*x"),
    ("x^2(y)", "(x^2)*y"),
    # numbers
    (".5x", "0.5*x"),
    ("5.*x", "5*x"),
    ("1e-3", "0.001"),
    ("1E2", "100"),
    ("007", "7"),
    # functions
    ("log(x)", "ln(x)"),
    ("arcsin(x)", "asin(x)"),
    ("swish(x)", "silu(x)"),
    ("max( x ,y )", "max(x,y)"),
    ("|x|", "abs(x)"),
    ("||x|-|y||", "abs(abs(x)-abs(y))"),
    ("|x|^2", "abs(x)^2"),
    ("-|-x|", "-abs(-x)"),
    ("|x*|y||", "abs(x*abs(y))"),
    ("√x", "sqrt(x)"),
    ("√√x", "sqrt(sqrt(x))"),
    ("√(x+1)", "sqrt(x+1)"),
    ("√x^2", "sqrt(x)^2"),
    ("√sin(x)", "sqrt(sin(x))"),
    ("√2x", "sqrt(2)*x"),
    ("√|x|", "sqrt(abs(x))"),
    # typographic characters
    ("x·y×z", "x*y*z"),
    ("x÷y", "x/y"),
    ("x−1", "x-1"),
    ("x²+y³", "x^2+y^3"),
    ("√x²", "sqrt(x)^2"),
    ("-x²", "-(x^2)"),
    ("2²x", "(2^2)*x"),
    ("3x² + 2²x", "3*(x^2) + (2^2)*x"),
    ("x²³", "x^23"),
    ("x²y", "(x^2)*y"),
    ("x\u00a0+ 1", "x+1"),
    ("\tx  + 1 ", "x+1"),
    # statements and line breaks
    ("a = x\n\n# twice\na*a # done", "a=x;a*a"),
    ("a = x;; a*a;", "a=x;a*a"),
    ("x # + 1", "x"),
    ("(x\n+\n1)", "(x+1)"),
    ("(2\nx)", "2*x"),
    ("(sin\n(x))", "sin(x)"),
    ("((x)\n(y))", "x*y"),
    ("max(x,\r\n    y)", "max(x,y)"),
    ("|x\n+ 1|", "abs(x+1)"),
    ("a = (x # a comment\n+ 1)\na^2", "a=x+1;a^2"),
]


@pytest.mark.parametrize(("text", "explicit"), READINGS)
def test_text_reads_as_its_explicit_form(text: str, explicit: str) -> None:
    assert parse(text) == parse(explicit)


DIFFERENT = [
    ("-x^2", "(-x)^2"),
    ("x^y^z", "(x^y)^z"),
    ("1/2x", "1/(2*x)"),
    ("x-(y-z)", "x-y-z"),
    ("(x+1)*(x+1)", "a=x+1;a*a"),
    ("log(x, e)", "ln(x)"),
    ("xy", "x*y"),
    ("e", "2.718281828459045"),
]


@pytest.mark.parametrize(("text", "other"), DIFFERENT)
def test_text_is_not_read_as_another(text: str, other: str) -> None:
    assert parse(text) != parse(other)


@pytest.mark.parametrize(
    "name", ["lambda", "I", "E", "gamma", "xy", "x2", "w_11", "α", "x₁", "é", "im", "None", "е"]
)
def test_plain_names_are_variables(name: str) -> None:
    assert parse(f"{name}+1").variables == (name,)


@pytest.mark.parametrize("name", ["e", "pi", "π", "tau", "τ"])
def test_constants_give_way_to_the_program_and_to_names(name: str) -> None:
    assert parse(f"{name}*x").variables == ("x",)
    assert parse(f"{name}*x", names=[name]).variables == (name, "x")
    assert parse(f"{name} = 3; {name}*x") == parse(f"{name} = 3; {name}*x", names=[name])
    assert parse(f"{name} = 3; {name}*x").by_name[name] == 0


def test_node_ids_run_in_post_order_of_the_text() -> None:
    nodes = parse("(4*x+1)^2").nodes
    spelled = [n.operation.name if n.operation else n.name or n.constant for n in nodes]
    assert spelled == [4, "x", "*", 1, "+", 2, "^"]
    assert [n.operands for n in nodes] == [(), (), (0, 1), (), (2, 3), (), (4, 5)]
    assert parse("(4*x+1)^2").output == 6


def post_order(graph: Graph) -> list[int]:
    """Node ids as a walk of the statements meets them, operands before users."""
    met: list[int] = []

    def walk(node: int) -> None:
        if node not in met:
            for operand in graph.operands[node]:
                walk(operand)
            met.append(node)

    for _, node in graph.statements:
        walk(node)
    return met


@given(programs())
def test_ids_are_met_in_order(text: str) -> None:
    graph = parse(text)
    assert post_order(graph) == list(range(len(graph)))


@given(programs())
def test_spans_hold_the_text_of_their_nodes(text: str) -> None:
    graph = parse(text)
    for node in graph.nodes:
        spelled = text[graph.starts[node.id] : graph.ends[node.id]]
        if node.constant is None and node.operation is None:
            assert spelled == node.name
        elif node.operation and not node.operation.power:
            assert spelled.endswith(")")
            assert node.operation in FUNCTIONS[spelled.split("(")[0]]


def test_a_variable_is_one_node_and_a_literal_one_at_each_place() -> None:
    assert len(parse("x+x")) == 2
    assert len(parse("1+1")) == 3
    assert len(parse("e+e")) == 3
    assert len(parse("k=3;k+k")) == 2
    assert len(parse("(x+1)*(x+1)")) == 6


def test_an_alias_adds_no_node_and_the_first_name_stays() -> None:
    graph = parse("y = x; z = y; z^2")
    assert len(graph) == len(parse("x^2"))
    assert graph.by_name == {"x": 0, "y": 0, "z": 0}
    assert graph.names[0] == "x"
    named = parse("a = x + 1; b = a; b^2")
    assert named.names == {0: "x", 2: "a"}
    assert named.by_name["b"] == named.by_name["a"]


def test_the_last_statement_is_the_output_and_the_unused_stay() -> None:
    graph = parse("t = ln(x); u = x + 1")
    assert graph.output == graph.by_name["u"]
    assert graph.by_name["t"] == 1


# Text; line and column of the error; a part of its message.
ERRORS = [
    ("", 1, 1, "empty"),
    (" \n# nothing\n", 1, 1, "empty"),
    ("x +", 1, 4, "operand"),
    ("x + * y", 1, 5, "*"),
    ("*x", 1, 1, "expression"),
    ("x^^2", 1, 3, "^"),
    ("()", 1, 2, ")"),
    ("(x", 1, 1, "never closed"),
    ("a = 1\n2*(a", 2, 3, "never closed"),
    ("|x", 1, 1, "never closed"),
    ("(x;1)", 1, 1, "never closed"),
    ("x)", 1, 2, "closes nothing"),
    ("(|x)|", 1, 4, "|"),
    ("x,y", 1, 2, "comma"),
    ("(x,y)", 1, 3, "comma"),
    ("max(x,)", 1, 7, ")"),
    ("max()", 1, 5, ")"),
    ("x y", 1, 3, "x*y"),
    ("2 3", 1, 3, "2*3"),
    ("x 2", 1, 3, "x*2"),
    ("x(y)", 1, 1, "x*("),
    ("y = 1\nx + y(2)", 2, 5, "y*("),
    ("sin x", 1, 1, "sin("),
    ("tanhh(x)", 1, 1, "tanh"),
    ("foo(x)", 1, 1, "foo"),
    ("SIN(x)", 1, 1, "SIN"),
    ("1 + sin(x, y)", 1, 5, "1 operand"),
    ("log(x, y, z)", 1, 1, "1 or 2 operands"),
    ("atan2(x)", 1, 1, "2 operands"),
    ("sin = 3; sin", 1, 1, "function"),
    ("y = 1; y = 2; y", 1, 8, "twice"),
    ("z = y^2; y = 2; z", 1, 5, "before its definition"),
    ("x = x + 1; x", 1, 5, "before its definition"),
    ("z = e*x; e = 2; z", 1, 5, "before its definition"),
    ("x + 1\nx", 1, 1, "unnamed"),
    ("y = x = 2", 1, 7, "="),
    ("= 2", 1, 1, "="),
    ("1.5.2", 1, 4, "decimal point"),
    ("1..2", 1, 3, "decimal point"),
    (".", 1, 1, "decimal point"),
    ("1e400", 1, 1, "1e400"),
    ("x + 0x10", 1, 5, "decimal"),
    ("1_000", 1, 2, "_"),
    ("_x", 1, 1, "_"),
    ("x!", 1, 2, "!"),
    ("x & 2", 1, 3, "&"),
    ("w_{11}", 1, 3, "{"),
    ("[x]", 1, 1, "["),
    ("x\n  @", 2, 3, "@"),
    ("“x”", 1, 1, "LEFT DOUBLE QUOTATION MARK"),
    ("😀", 1, 1, "GRINNING FACE"),
    ("x\u200by", 1, 2, "ZERO WIDTH SPACE"),
    ("x\u202e+1", 1, 2, "RIGHT-TO-LEFT OVERRIDE"),
    ("\x1b[31mx", 1, 1, "U+001B"),
    ("x # \x07", 1, 5, "U+0007"),
    ("\ufeffx", 1, 1, "U+FEFF"),
]


@pytest.mark.parametrize(("text", "line", "column", "fragment"), ERRORS)
def test_error_says_where_and_what(text: str, line: int, column: int, fragment: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert fragment in caught.value.message


HOSTILE = [
    "__import__('os').system('true')",
    "math.sqrt(x)",
    "getattr(x, 'real')",
    "(lambda: 0)()",
    "{0.__class__}",
    "[red]x[/red]",
    "x:=3",
    "x if x else y",
    "'a'",
    "exec(x)",
    "id(x)",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_never_executed(text: str) -> None:
    with pytest.raises(ParseError):
        parse(text)


def test_control_and_hidden_characters_are_refused_by_name_and_escaped() -> None:
    hidden = (c for c in map(chr, range(0x110000)) if unicodedata.category(c) in ("Cc", "Cf"))
    for character in set(hidden) - {*"\t\n\r"}:
        with pytest.raises(ParseError) as caught:
            parse(f"x{character}+1")
        assert f"U+{ord(character):04X}" in caught.value.message
        assert not any(map(invisible, str(caught.value)))


def refusal(text: str) -> ParseError | None:
    try:
        parse(text)
    except ParseError as error:
        return error
    return None


@given(TEXTS)
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    error = refusal(text)
    if error:
        start, end = error.span
        assert 0 <= start <= end <= len(text)
        assert text[:start].count("\n") == error.line - 1
        assert error.column == start - text.rfind("\n", 0, start)
        assert not any(map(invisible, str(error)))
        assert not any(map(invisible, "".join(error.excerpt())))


@given(expressions(), st.sampled_from((" ", "\n", "\t\u00a0", " # a comment\n")))
def test_space_between_tokens_says_nothing_inside_brackets(text: str, space: str) -> None:
    spaced = space.join(token[1] for token in tokens(text))
    assert parse(f"({spaced}{space})") == parse(text)


@given(expressions())
def test_brackets_around_all_change_nothing(text: str) -> None:
    assert parse(f"(({text}))") == parse(text)


NESTS: list[tuple[str, Callable[[int], str], int]] = [
    ("brackets", lambda n: "(" * n + "x" + ")" * n, 1),
    ("powers", lambda n: "x^" * n + "1", 1),
    ("signs", lambda n: "-" * n + "x", (-1) ** NESTING.most),
    ("calls", lambda n: "abs(" * n + "x" + ")" * n, 1),
    ("bars", lambda n: "|" * n + "x" + "|" * n, 1),
    ("roots", lambda n: "√" * n + "x", 1),
    ("sums", lambda n: "(0+" * (n // 2) + "x" + ")" * (n // 2), 1),
]


@pytest.mark.parametrize(("kind", "text", "value"), NESTS, ids=[nest[0] for nest in NESTS])
def test_nesting_is_fine_up_to_the_stated_limit_and_an_error_beyond(
    kind: str, text: Callable[[int], str], value: int
) -> None:
    assert NESTING.most >= 500
    assert trace(text(NESTING.most), {"x": 1}).value == value
    with pytest.raises(ParseError, match="nested deeper than"):
        parse(text(NESTING.most + 2))


def test_a_run_of_prefix_plus_nests_nothing() -> None:
    assert parse("+" * 100_000 + "x") == parse("x")
