"""Functions that a program defines: what calls become, how they are written, what is refused."""

from __future__ import annotations

import copy
import json
import pickle
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from backprop_tui.engine import BackpropError, ParseError, parse, trace
from backprop_tui.engine.language.show import program
from backprop_tui.engine.text.bounds import NODES
from hypothesis import given, settings

from called import Written, written
from sure import sure

TRUTH = json.loads((Path(__file__).parent / "truth/definitions.json").read_text())
MINE = {
    "definition", "nested call", "definition last", "closure", "sharing", "shadowing", "depth",
    "implied product", "layout", "several definitions", "recursion", "arity", "redefinition",
    "used early", "parameters", "call", "σ", "power of a function", "pasted prefix",
    "missing function",
}  # fmt: skip
"""The features of the sample answers that are tested here."""
CASES = [case for case in TRUTH["cases"] if MINE.intersection(case["features"])]
NESTED = {"def-nested-50": "f(x) = 0.75x + 1\n" + "f(" * 50 + "x" + ")" * 50}
"""The programs given by a rule."""


def source(case: dict[str, Any]) -> str:
    text: str = case["program"] if "program" in case else NESTED[case["id"]]
    return text


def ids(cases: list[dict[str, Any]]) -> list[str]:
    return [case["id"] for case in cases]


TRACED = [case for case in CASES if "error" not in case]
REFUSED = [case for case in CASES if "error" in case]


@pytest.mark.parametrize("case", TRACED, ids=ids(TRACED))
def test_a_program_with_definitions_has_the_true_value_and_gradient(case: dict[str, Any]) -> None:
    result = trace(source(case), case["bindings"])
    assert result.value == pytest.approx(case["value"], rel=case["rtol"])
    assert result.gradient == pytest.approx(case["gradients"], rel=case["rtol"])
    assert all(part in program(result.graph) for part in case.get("printed_has", ()))
    assert len(result.graph) == case.get("node_count", len(result.graph))
    assert result.graph.ref(result.graph.output) == case.get(
        "output", result.graph.ref(result.graph.output)
    )


@pytest.mark.parametrize("case", REFUSED, ids=ids(REFUSED))
def test_what_no_program_may_define_is_refused_by_name(case: dict[str, Any]) -> None:
    with pytest.raises(ParseError) as caught:
        parse(source(case))
    assert all(part in caught.value.message for part in case["message_has"])
    assert case.get("repaired", "") in caught.value.message


# Text; line and column of the error; a part of its message.
ERRORS = [
    ("f() = 3; f(2)", 1, 1, "f has no parameter"),
    ("f(x,) = x", 1, 4, "names with commas between them"),
    ("f(x y) = x", 1, 5, "names with commas between them"),
    ("f(2) = 3", 1, 1, "the parameters of a function are names"),
    ("f(x, x) = x", 1, 6, "named twice"),
    ("f(sin) = 2", 1, 3, "sin is a function and cannot be a parameter"),
    ("f(f) = 2", 1, 3, "f is a function and cannot be a parameter"),
    ("f(x) = x\ng(f) = f", 2, 3, "f is a function and cannot be a parameter"),
    ("f(x) = x\nf(y) = 2y\nf(1)", 2, 1, "defined twice"),
    ("f = 2\nf(x) = x\nf(1)", 2, 1, "stands for a number"),
    ("y = f + 1\nf(x) = x\ny", 2, 1, "stands for a number"),
    ("f(x) = x\nf = 2\nf", 2, 1, "cannot be assigned to"),
    ("clamp(x) = x; clamp(2)", 1, 1, "function of the language"),
    ("f(x) = 2f(x)", 1, 9, "f calls itself"),
    ("f(x) = g(x)\ng(x) = f(x)\ng(1)", 1, 8, "g is used before its definition on line 2"),
    ("a = f(3)\n# f(x) = 1\nf(x) = 2x\na", 1, 5, "f is used before its definition on line 3"),
    ("f(x) = x\nf", 2, 1, "f is a function: write f("),
    ("f(x) = x\nf(1, 2)", 2, 1, "f takes 1 operand, found 2"),
    ("f(x) = x +\nf(1)", 1, 11, "an operand after +"),
    ("f(x) = (x", 1, 8, "never closed"),
    ("x + 1\nf(x) = x", 1, 1, "unnamed"),
    ("f(x) = x\nf(1)\nf(2)", 2, 1, "unnamed"),
    ("f(x) = x^2 = 3", 1, 12, "no place inside an expression"),
    ("t = e*x; f(e) = e + t", 1, 12, "e is a constant above"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "fragment"), ERRORS)
def test_error_says_where_and_what(text: str, line: int, column: int, fragment: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert fragment in caught.value.message


def test_an_error_in_a_body_says_where_the_calls_stand_too() -> None:
    text = "f(x) = g*x\nh(x) = 1 + f(x)\ng(t) = t\ny = h(2)\ny"
    with pytest.raises(ParseError, match="called at line 2, column 12, called at line 4, column 5"):
        parse(text)
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert caught.value.span == (7, 8)
    for name in ("k", "e"):
        with pytest.raises(ParseError, match="before its definition, called at line 2, column 5"):
            parse(f"f(x) = {name}*x\na = f(1)\n{name} = 3\na*{name}")


@given(written())
@settings(max_examples=40)
def test_a_call_is_its_body_with_the_arguments_put_in(case: Written) -> None:
    graph, flat = parse(case.text), parse(case.flat)
    assert graph.operations == flat.operations
    assert graph.operands == flat.operands
    assert dict(graph.constants) == dict(flat.constants)
    assert graph.variables == flat.variables
    assert graph.output == flat.output
    values = {name: 0.25 * (place + 1) for place, name in enumerate(graph.variables)}
    got, want = trace(graph, values), trace(flat, values)
    assert got.values == want.values
    assert got.gradient == want.gradient


@given(written())
@settings(max_examples=40)
def test_the_groups_are_the_calls_and_hold_what_these_made(case: Written) -> None:
    graph, flat = parse(case.text), parse(case.flat)
    hand, node = case.by_hand, flat.by_name
    groups = [(g.name, g.output, g.arguments, g.inside) for g in graph.groups]
    assert groups == [
        (c.name, node[c.output], tuple(node[a] for a in c.arguments), c.inside) for c in hand.calls
    ]
    made: list[list[int]] = [[] for _ in hand.calls]
    for name, call in hand.made.items():
        made[call].append(node[name])
    assert [list(nodes) for nodes in graph.group_nodes] == made


@given(written())
@settings(max_examples=40)
def test_a_program_with_calls_is_printed_as_written_and_reads_back(case: Written) -> None:
    graph = parse(case.text)
    shown = program(graph)
    assert parse(shown) == graph
    assert program(parse(shown)) == shown
    assert pickle.loads(pickle.dumps(graph)) == graph == copy.deepcopy(graph)
    calls = [case.text.count(f"{name}(") for name in "fgh"]
    assert [shown.count(f"{name}(") for name in "fgh"] == calls


@given(written())
@settings(max_examples=40)
def test_nodes_are_written_in_bodies_and_groups_where_they_are_called(case: Written) -> None:
    graph = parse(case.text)
    for index, group in enumerate(graph.groups):
        start, end = graph.span(group)
        assert case.text[start:end].startswith(f"{group.name}(")
        assert case.text[start:end].endswith(")")
        body = case.text.index(f"{group.name}(")
        line = body, case.text.find("\n", body)
        for node in graph.group_nodes[index]:
            assert line[0] < graph.starts[node] < graph.ends[node] <= line[1]


PRINTED = [
    ("f(x)=7x+3;f(t)^2", "f(x) = 7*x + 3\nf(t)^2"),
    ("f(x) = 7x+3; g(x)=x²; h(x)=g(f(x))", "f(x) = 7*x + 3\ng(x) = x^2\nh(x) = g(f(x))"),
    ("k=2; f( a,b )=a-(b-k); y=f( 1,(z) ); y*f(y,y)",
     "k = 2\nf(a, b) = a - (b - k)\ny = f(1, z)\ny*f(y, y)"),
    ("id(x) = x; id(id(y)) + id(y)", "id(x) = x\nid(id(y)) + id(y)"),
    ("unused(q) = q*w; x + 1", "unused(q) = q*w\nx + 1"),
    ("f(x) = -x^2; 2f(t)(t - 1)", "f(x) = -x^2\n2*f(t)*(t - 1)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), PRINTED)
def test_calls_are_printed_as_they_were_written(text: str, shown: str) -> None:
    graph = parse(text)
    assert program(graph) == shown
    assert parse(shown) == graph


def test_a_definition_that_is_not_called_adds_nothing_but_itself() -> None:
    graph = parse("unused(q) = q*w + 1; x + 1")
    assert graph.variables == ("x",)
    assert len(graph) == len(parse("x + 1"))
    assert graph != parse("x + 1")
    assert graph.functions.keys() == {"unused"}


def test_a_free_name_is_what_it_is_at_the_call() -> None:
    text = "f(x) = k*x; a = {}; k = 5; f(2)"
    assert trace(text.format(1), {}).value == 10
    with pytest.raises(ParseError, match="k is used before its definition"):
        parse(text.format("f(1)"))
    assert parse("f(x) = e*x; f(y)").variables == ("y",)
    assert parse("f(x) = e*x; f(y)", ["e"]).variables == ("y", "e")
    assert trace("f(x) = e*x; e = 3; f(y)", {"y": 2}).value == 6


def test_the_parameters_of_a_caller_are_not_seen() -> None:
    text = "inner(x) = x*p; outer(p) = inner(p); outer(3)"
    assert parse(text).variables == ("p",)
    assert trace(text, {"p": 5}).value == 15


def test_parameters_may_shadow_constants_and_variables() -> None:
    assert trace("f(e, x) = e*x; f(2, 3) + x", {"x": 1}).value == 7


def test_a_last_definition_is_the_output_at_what_its_parameters_name() -> None:
    graph = parse("x = 2t; f(x, s) = x^s")
    assert graph.variables == ("t", "s")
    assert graph.ref(graph.output) == "f"
    assert trace(graph, {"t": 2, "s": 3}).value == 64
    assert graph.groups == ()
    assert parse(program(graph)) == graph


def test_equal_calls_expand_twice_and_an_unused_argument_is_a_node() -> None:
    assert len(parse("f(x) = 7x + 3; f(t) + f(t)")) == 1 + 2 * 4 + 1
    graph = parse("f(a, b) = a; f(x, y^2)")
    assert [node.ref for node in graph.nodes if graph.is_leaf(node.id)][:2] == ["x", "y"]
    assert graph.output == graph.by_name["x"]
    assert len(graph) == 4


def test_labels_skip_the_letters_of_functions_and_parameters() -> None:
    labels = [node.label for node in parse("f(a) = 7a + 3; f(t)^2").nodes]
    assert labels == ["b", "c", "d", "e", "g", "h", "i"]


def test_groups_stand_in_json_as_the_contract_has_them() -> None:
    found = trace("f(x) = 7x + 3; f(t)^2", {"t": 1}).to_dict()
    assert found["program"] == "f(x) = 7*x + 3\nf(t)^2"
    assert found["groups"] == [
        {"text": "f(t)", "output": 4, "arguments": [0], "nodes": [1, 2, 3, 4], "inside": None}
    ]
    assert found["nodes"][4]["text"] == "7*t + 3"
    assert trace("t^2", {"t": 1}).to_dict()["groups"] == []


def test_a_call_inside_a_call_has_the_arguments_put_in() -> None:
    text = "f(x) = 7x + 3; g(x, y) = x^y; h(x) = g(f(x), -x)/2; h(a - b)"
    groups = trace(text, {"a": 1, "b": 2}).to_dict()["groups"]
    assert [(group["text"], group["inside"]) for group in groups] == [
        ("h(a - b)", None), ("f(a - b)", 0), ("g(f(a - b), -(a - b))", 0)
    ]  # fmt: skip
    long = f"f(x) = x*x; f({'+'.join(['x'] * 400)})"
    assert trace(long, {"x": 1}).to_dict()["groups"][0]["text"] is None


def doubling(count: int, first: str) -> str:
    lines = [f"f{i}(x) = f{i - 1}(f{i - 1}(x))" for i in range(1, count)]
    return "\n".join([f"f0(x) = {first}", *lines, f"f{count - 1}(t)"])


@pytest.mark.parametrize("first", ["x + 1", "x"], ids=["nodes", "calls alone"])
@pytest.mark.parametrize("count", [30, 300])
def test_an_expansion_beyond_the_limit_is_refused_before_it_is_made(count: int, first: str) -> None:
    text = doubling(count, first)
    tracemalloc.start()
    try:
        with pytest.raises(ParseError, match="makes too much") as caught:
            parse(text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert text[slice(*caught.value.span)] == f"f{count - 1}(t)"
    assert peak < 50_000 + 20_000 * count


def test_an_expansion_up_to_the_limit_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    text = doubling(7, "x + 1")
    monkeypatch.setattr("backprop_tui.engine.language.expansion.NODES", NODES._replace(most=129))
    assert len(parse(text)) == 129
    monkeypatch.setattr("backprop_tui.engine.language.expansion.NODES", NODES._replace(most=127))
    with pytest.raises(BackpropError, match="127 nodes at most"):
        parse(text)


DEEP: list[tuple[str, Callable[[int], str]]] = [
    ("calls in arguments", lambda n: "f(x) = x + 1\n" + "f(" * n + "x" + ")" * n),
    ("calls in bodies", lambda n: "\n".join(
        ["f0(x) = x + 1", *(f"f{i}(x) = f{i - 1}(x) + 1" for i in range(1, n)), f"f{n - 1}(x)"]
    )),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), DEEP, ids=[deep[0] for deep in DEEP])
def test_calls_nest_deeper_than_python_does(kind: str, text: Callable[[int], str]) -> None:
    result = trace(text(600), {"x": 1})
    assert result.value == 601
    assert result.gradient == {"x": 1}
    assert parse(program(result.graph)) == result.graph
    assert len(sure(result.to_dict()["groups"])) == 600


def test_functions_outlive_another_output_and_the_text() -> None:
    graph = parse("f(x) = x^2; a = f(t); b = f(a)")
    other = graph.with_output("a")
    assert other.groups == graph.groups
    assert other.output == graph.by_name["a"]
    assert parse(program(other)) == other
    assert graph.without_text == graph


def test_any_change_of_a_body_is_another_program() -> None:
    one = parse("f(x) = x^2; f(t)")
    assert one == parse("f( x )=x²\nf(t)")
    others = ("f(y) = y^2; f(t)", "g(x) = x^2; g(t)", "f(x) = x^2; t^2", "f(x) = x^3; f(t)")
    assert all(one != parse(text) for text in others)
