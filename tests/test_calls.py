"""Calls as people see them: quoted by what they compute, folded, drawn, explained."""

from __future__ import annotations

import pickle

import pytest
from backprop_tui.engine import BackpropError, Graph, Sample, load_bundled, parse, trace
from backprop_tui.engine.language.calls import QUOTED
from backprop_tui.engine.language.show import definition
from backprop_tui.engine.text.spans import plain
from backprop_tui.tui.drawings.boxes import NUMBERS
from backprop_tui.tui.drawings.drawing import Drawing
from backprop_tui.tui.export.drawing import drawing_text
from backprop_tui.tui.present.step_pane import step_picture
from backprop_tui.tui.present.tree_pane import tree_picture
from backprop_tui.tui.session.calls import OPEN, is_foldable, seen_shut
from backprop_tui.tui.session.edits import with_program
from backprop_tui.tui.session.opening import open_session
from backprop_tui.tui.session.session import Session
from hypothesis import given, settings

from called import Written, written
from sure import sure

NESTED = "f(x) = 7x + 3; g(x) = x^2; h(x) = g(f(x)); h(t) + f(2t)"


def opened(text: str) -> Session:
    """A session over a program, every variable assumed."""
    return open_session(Sample(text))


def tree_text(session: Session) -> str:
    picture = tree_picture(session, 100)
    return "\n".join(plain(picture.line(row)).rstrip() for row in range(picture.height))


def step_text(session: Session) -> str:
    picture = step_picture(session, 110)
    return "\n".join(plain(picture.line(row)).rstrip() for row in range(picture.height))


def all_shut(session: Session) -> Session:
    graph = session.graph
    shut = frozenset(g for g in range(len(graph.groups)) if is_foldable(graph, g))
    return session.refolded(session.folds, shut)


def node_of(graph: Graph, text: str) -> int:
    """The node that people read so."""
    return next(node for node in range(len(graph)) if graph.pretty(node) == text)


@given(written())
@settings(max_examples=40)
def test_what_a_node_of_a_call_is_called_computes_it(case: Written) -> None:
    graph = parse(case.text)
    values = {name: 0.25 * (place + 1) for place, name in enumerate(graph.variables)}
    result = trace(graph, values)
    lines = [definition(function) for function in graph.definitions]
    named = [name for name, _ in graph.statements if name]
    for node in range(len(graph)):
        text = graph.shown.get(node)
        if text is None:
            outside = not graph.groups or node in graph.names or graph.grouped[node] < 0
            assert outside or not graph.is_leaf(node), "too long to be quoted"
            continue
        if "…" not in text and not any(name in text for name in named):
            again = parse("\n".join([*lines, text]), ["unused"])
            used = {name: values[name] for name in again.variables}
            assert trace(again, used).value == result.values[node]
            assert len(text) <= QUOTED + 2


def test_nodes_inside_calls_are_quoted_and_others_are_not() -> None:
    graph = parse(NESTED)
    assert " ".join(graph.pretty(node) for node in range(len(graph))) == (
        "t 7 (7·t) 3 f(t) 2 h(t) k l 7 (7·(2·t)) 3 f(2·t) q"
    )
    assert " ".join(graph.ref(node) for node in range(5)) == "t b c d e"
    assert pickle.loads(pickle.dumps(graph)).pretty(2) == "(7·t)"
    assert graph.with_output("t").pretty(2) == "(7·t)"


@given(written())
@settings(max_examples=40)
def test_shut_calls_hide_what_they_made_and_nothing_else(case: Written) -> None:
    session = all_shut(opened(case.text))
    graph, seen = session.graph, seen_shut(session.graph, session.shut)
    hidden = {node for group in seen.values() for node in graph.made_by(group)} - set(seen)
    assert not hidden.intersection(graph.names)
    drawn = Drawing(session, NUMBERS, across=False).seen
    assert set(drawn.nodes) == set(range(len(graph))) - hidden
    unused = {n for n in range(len(graph)) if not len(graph.users_of(n)) and n != graph.output}
    reachable = set(session.tree.nodes)
    assert reachable & hidden <= unused | below(graph, unused)
    for node, group in seen.items():
        made = set(graph.made_by(group))
        used = {i for one in made for i in graph.operands[one]} - made
        assert {drawn.box(i) for i in used} == {i for _, i in drawn.operands(node)}
    assert session.seek(10**6).position == opened(case.text).seek(10**6).position


def below(graph: Graph, nodes: set[int]) -> set[int]:
    """Everything that these nodes are computed from."""
    found = set[int]()
    for node in reversed(range(len(graph))):
        if node in nodes or node in found:
            found.update(graph.operands[node])
    return found


@given(written())
@settings(max_examples=25)
def test_opening_every_call_gives_the_whole_tree_back(case: Written) -> None:
    whole = opened(case.text)
    whole = whole.refolded(whole.folds, frozenset())
    session = all_shut(whole)
    while session.shut:
        seen = next(iter(seen_shut(session.graph, session.shut)))
        session = session.choose(seen).fold()
    assert session.tree.nodes == whole.tree.nodes
    assert session.folds == whole.folds


def test_enter_opens_and_shuts_calls_from_the_outermost_in() -> None:
    session = opened(NESTED)
    whole = tree_text(session)
    session = session.choose(node_of(session.graph, "h(t)")).fold()
    assert "▸○ h(t)" in tree_text(session)
    assert "f(t)" not in tree_text(session)
    session = session.fold()
    assert "▸○ g(f(t))" in tree_text(session)
    assert "f(t) = 7·t + 3" in tree_text(session)
    assert tree_text(session.fold()) == whole


def test_enter_on_a_node_that_a_call_hides_opens_the_call() -> None:
    session = opened(NESTED)
    inner, ends = (node_of(session.graph, text) for text in ("(7·t)", "h(t)"))
    session = session.choose(ends).fold().choose(inner)
    assert session.tree.nodes[session.row] == ends
    assert not session.fold().shut & {0}
    number = node_of(session.graph, "2")
    with pytest.raises(BackpropError, match="2 is a leaf"):
        session.fold().choose(ends).fold().choose(number).fold()


def test_calls_are_open_at_first_where_the_program_is_small() -> None:
    assert opened(NESTED).shut == frozenset()
    many = opened(f"f(x) = 7x + 3; {'+'.join(f'f({i}t)' for i in range(10))}")
    assert len(many.graph) > OPEN
    assert many.shut == frozenset(range(10))
    assert "▸○ f(3·t)" in tree_text(many)


def test_a_drawing_says_the_calls_that_are_shut() -> None:
    session = opened(NESTED)
    session = session.choose(node_of(session.graph, "f(2·t)")).fold()
    shown = "\n".join(drawing_text(session))
    assert "f(2·t) ▸" in shown
    assert "7·(2·t)" not in shown
    assert "f(t) = 7·t + 3" in shown
    named = opened("f(x) = 7x + 3; y = f(t); y^2")
    named = named.choose(named.graph.by_name["y"]).fold()
    assert "y = f(t) ▸" in "\n".join(drawing_text(named))


def test_the_step_pane_says_inside_which_call_a_node_is() -> None:
    session = opened(NESTED)
    steps = [step_text(session.seek(step)) for step in range(len(session.trace.sweep) + 1)]
    inside = [next((line for line in one.split("\n") if "inside" in line), "") for one in steps]
    assert [line.split("inside")[-1].strip() for line in inside] == [
        "", "", "f(2·t), where f(x) = 7·x + 3", "f(2·t), where f(x) = 7·x + 3", "",
        "g(f(t)), in h(t), where g(x) = x^2", "f(t), in h(t), where f(x) = 7·x + 3",
        "f(t), in h(t), where f(x) = 7·x + 3",
    ]  # fmt: skip
    assert "∂(7·t)/∂t = 7" in steps[-1]
    assert "inside" in step_text(session.choose(node_of(session.graph, "(7·t)")))


def test_an_edit_of_a_number_keeps_the_place_and_the_folds() -> None:
    session = opened(NESTED).seek(3)
    session = session.choose(node_of(session.graph, "h(t)")).fold()
    edited = with_program(session, NESTED.replace("7x", "8x"))
    assert (edited.shut, edited.position, edited.selected) == (
        session.shut, session.position, session.selected
    )  # fmt: skip
    other = with_program(session, NESTED.replace("h(t)", "g(f(t))"))
    assert other.shut == frozenset()
    assert other.position == 0


def test_the_article_s_composition_has_its_figures() -> None:
    session = open_session(load_bundled("composition"))
    graph, values = session.graph, session.trace.values
    assert session.trace.gradient == {"x": 140.0}
    assert (values[node_of(graph, "f(x)")], values[graph.by_name["h"]]) == (10.0, 100.0)
    assert sure(graph.groups)[1].arguments == (node_of(graph, "f(x)"),)
