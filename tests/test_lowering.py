"""The graph of a network beside the parser's: its nodes, their places, where each is written."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import hypothesis
import pytest
from backprop_tui.engine import NetworkError, load_bundled, parse, trace, trace_network
from backprop_tui.engine.language import parse as parsing
from backprop_tui.engine.network import statements
from backprop_tui.engine.network.description import REDUCTIONS, read_network
from backprop_tui.engine.network.lowering import ACTIVATION, COST, Lowered, lower
from backprop_tui.engine.network.notation import spelled
from backprop_tui.engine.network.places import ALL, NOWHERE, Place
from backprop_tui.engine.text.bounds import Limit
from backprop_tui.tui.session.edits import with_program
from backprop_tui.tui.session.opening import open_session
from hypothesis import settings
from hypothesis import strategies as st

from noted import noted

HIDDEN = tuple(activation for activation in ACTIVATION if activation != "softmax")


@st.composite
def lowered(draw: st.DrawFn) -> Lowered:
    """A network of any structure, with numbers that do not matter."""
    sizes = draw(st.lists(st.sampled_from((1, 2, 3, 11)), min_size=2, max_size=4))
    cost = draw(st.sampled_from(tuple(COST)))
    last = draw(st.sampled_from(tuple(ACTIVATION)))
    samples = draw(st.integers(1, 3))
    hidden = [draw(st.sampled_from(HIDDEN)) for _ in sizes[2:]]
    return lower(read_network({
        "sizes": sizes,
        "activation": [*hidden, "softmax" if cost == "cross entropy" else last],
        "cost": cost,
        "reduction": draw(st.sampled_from(REDUCTIONS)),
        "init": "xavier",
        "input": [[0.5] * sizes[0]] * samples,
        "target": [[0.25] * sizes[-1]] * samples,
    }))  # fmt: skip


LOWERED = lowered()


@settings(max_examples=50)
@hypothesis.given(LOWERED)
def test_the_graph_is_the_one_that_is_parsed_from_its_text(made: Lowered) -> None:
    graph, parsed = made.graph, parse(made.graph.text)
    assert graph == parsed
    for of_one, of_other in (
        (graph.names, parsed.names), (graph.variables_by_name, parsed.variables_by_name),
        (graph.constants, parsed.constants), (graph.by_name, parsed.by_name),
    ):  # fmt: skip
        assert [*of_one.items()] == [*of_other.items()]
    assert (list(graph.starts), list(graph.ends)) == (list(parsed.starts), list(parsed.ends))


def wanted(made: Lowered) -> dict[str, Place]:
    """The places of a network by the names that they have in its program, from the contract."""
    sizes, samples = made.network.sizes, range(1, len(made.network.inputs) + 1)
    found: dict[str, Place] = {}
    for layer, (before, size) in enumerate(pairwise(sizes), 2):
        for j in range(1, size + 1):
            found[f"b{layer}_{j}"] = Place("b", layer, j)
            found |= {f"w{layer}_{j}_{k}": Place("w", layer, j, k) for k in range(1, before + 1)}
    for sample in samples:
        end = f"_s{sample}" if len(samples) > 1 else ""
        last = len(sizes) + 1
        found |= {f"x{k}{end}": Place("x", 1, k, 0, sample) for k in range(1, sizes[0] + 1)}
        found |= {f"y{j}{end}": Place("y", last, j, 0, sample) for j in range(1, sizes[-1] + 1)}
        found[f"C{end}"] = Place("C", last, 1, 0, sample)
        for layer, size in enumerate(sizes[1:], 2):
            for j in range(1, size + 1):
                for letter in "za":
                    found[f"{letter}{layer}_{j}{end}"] = Place(letter, layer, j, 0, sample)
    if len(samples) > 1:
        found["C"] = Place("C", len(sizes) + 1, 1, 0, ALL)
    return found


@settings(max_examples=12)
@hypothesis.given(LOWERED)
def test_places_and_nodes_are_each_others_inverse(made: Lowered) -> None:
    graph, places = made.graph, made.places
    assert list(places) == list(range(len(graph)))
    for given, place in wanted(made).items():
        node = graph.by_name[given]
        assert places.node(place) == node
        assert places[node] in (place, place._replace(letter="z")), "of the identity it is z too"
        assert spelled(place, places.samples) == given
    for node in (-1, len(graph)):
        with pytest.raises(KeyError):
            places[node]


@settings(max_examples=12)
@hypothesis.given(LOWERED)
def test_what_has_no_name_is_where_its_value_goes_and_a_product_at_its_weight(
    made: Lowered,
) -> None:
    """By the wires of the graph: the first user that has a place, up from any node."""
    graph, places, named = made.graph, made.places, wanted(made)
    neurons = {graph.by_name[given] for given, place in named.items() if place.letter in "xa"}
    for node in range(len(graph)):
        up = node
        while graph.names.get(up) not in named:
            up = graph.users_of(up)[0]
        place = named[graph.names[up]]
        first = graph.operands[node][0] if graph.operands[node] else node
        if place.letter == "z" and up != node:
            weight = named[graph.names[first]]
            assert places[node] == weight._replace(sample=place.sample)
            assert (
                places.products(place.layer, place.neuron, place.sample)[weight.source - 1] == node
            )
        else:
            assert places[node] == place
        assert places.is_neuron(node) == (node in neurons)
        if places.node(places[node]) != node:
            assert graph.pretty(node) == graph.ref(node)


@settings(max_examples=12)
@hypothesis.given(LOWERED, st.data())
def test_what_is_in_one_sample_has_its_like_in_the_others(
    made: Lowered, data: st.DataObject
) -> None:
    graph, places = made.graph, made.places
    number = data.draw(st.integers(1, places.samples))
    for node in range(len(graph)):
        given, sample = graph.names.get(node, ""), places[node].sample
        root = given.removesuffix(f"_s{sample}")
        like = graph.by_name.get(f"{root}_s{number}", node) if places.samples > 1 else node
        assert places.in_sample(node, number) == like


@settings(max_examples=12)
@hypothesis.given(LOWERED)
def test_parameters_and_samples_are_the_networks_by_name(made: Lowered) -> None:
    network = made.network
    at = {**made.parameters, **made.samples}
    assert at.keys() == made.graph.variables_by_name.keys()
    for given, place in wanted(made).items():
        if place.letter == "w":
            matrix = network.weights[place.layer - 2]
            assert at[given] == matrix[place.neuron - 1][place.source - 1]
    assert Counter(made.samples.values()) == Counter(
        number for vectors in (network.inputs, network.targets) for one in vectors for number in one
    )
    names = made.graph.names
    assert [names[node] for node in made.places.parameters()] == list(made.parameters)


def test_no_text_of_a_network_is_parsed_but_each_formula_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    statements._parsed.cache_clear()
    calls, reading = noted(parse)
    monkeypatch.setattr(statements, "parse", reading)
    monkeypatch.setattr(parsing, "parse", lambda *_: pytest.fail("parsed"))
    for sizes in ([2, 3, 1], [3, 30, 30, 2]):
        given = {
            "sizes": sizes,
            "init": "xavier",
            "input": [0] * sizes[0],
            "target": [0] * sizes[-1],
        }
        trace_network(given)
    assert [text for (text,) in calls] == ["sigmoid(z)", "(a - y)^2", "total/2"]


def test_a_program_typed_by_hand_has_no_places() -> None:
    typed = trace("a2_1 = w2_1_1*x1\nC = (a2_1 - y1)^2", {"w2_1_1": 1, "x1": 2, "y1": 3})
    assert typed.places is NOWHERE
    assert not typed.places
    assert typed.places.get(0) is None


def test_a_networks_text_that_is_only_laid_out_anew_keeps_its_places() -> None:
    session = open_session(load_bundled("neurons"))
    edited = with_program(session, session.source.sample.program.replace(" = ", "  =  "))
    assert edited.graph is not session.graph
    assert edited.trace.places is session.trace.places
    for node in range(len(session.graph)):
        assert edited.graph.pretty(node) == session.graph.pretty(node)


@pytest.mark.parametrize(("bound", "most"), [("NODES", 40), ("NAMES", 20), ("OPERANDS", 4)])
def test_a_network_is_bounded_as_a_program_is(
    bound: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit: Limit = getattr(statements, bound)
    monkeypatch.setattr(statements, bound, limit._replace(most=most))
    small = {"sizes": [2, 2], "init": "xavier", "input": [0, 0], "target": [0, 0]}
    trace_network(small)
    with pytest.raises(NetworkError, match=f"too large: {limit.what} can have {most} {limit.unit}"):
        trace_network({**small, "sizes": [6, 6], "input": [0] * 6, "target": [0] * 6})
