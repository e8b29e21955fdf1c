"""Laws of the engine as a library: what is handed out, what may be given, what is raised."""

import copy
import json
import pickle
import random
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy
import pytest
from backprop_tui.engine import (
    BackpropError,
    FileError,
    NetworkError,
    ParseError,
    Trace,
    descend,
    load,
    load_bundled,
    parse,
    trace,
    trace_network,
)
from backprop_tui.engine.table.ops import OPERATIONS

TRACED = trace("t = x*y\nsin(t) + t^2 + e", {"x": 0.5, "y": -2.0}, wrt=["x"])
SMALL: dict[str, Any] = {"sizes": [2, 2, 1], "init": "xavier", "input": [0, 1], "target": [1]}
COPIES: dict[str, Callable[[Any], Any]] = {
    "pickle": lambda thing: pickle.loads(pickle.dumps(thing)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


def errors() -> Iterator[BackpropError]:
    wrong: list[Callable[[], object]] = [
        lambda: parse("x +* y"),
        lambda: load("nowhere.toml"),
        lambda: trace_network({"sizes": [2]}),
        lambda: trace("x", {"y": 1}),
    ]
    for made in wrong:
        with pytest.raises(BackpropError) as caught:
            made()
        yield caught.value


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
def test_an_error_copied_or_pickled_says_the_same(copied: Callable[[Any], Any]) -> None:
    kinds = set()
    for error in errors():
        other = copied(error)
        assert type(other) is type(error)
        assert str(other) == str(error)
        assert vars(other) == vars(error)
        kinds.add(type(error))
    assert kinds == {ParseError, FileError, NetworkError, BackpropError}


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("traced", [TRACED, trace_network(SMALL)], ids=["program", "network"])
def test_a_trace_copied_or_pickled_is_the_same_to_the_bit(
    copied: Callable[[Any], Any], traced: Trace
) -> None:
    other = copied(traced)
    assert other.to_dict() == traced.to_dict()
    assert copied(traced.graph) == traced.graph
    assert hash(copied(traced.graph)) == hash(traced.graph)
    assert copied(traced.sweep).adjoints == traced.sweep.adjoints
    assert copied(traced.route).order == traced.route.order
    assert copied(traced.sweep.step(1)) == traced.sweep.step(1)
    assert copied(traced.graph.nodes) == traced.graph.nodes


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
def test_an_operation_copied_or_pickled_is_the_row_of_the_table(
    copied: Callable[[Any], Any],
) -> None:
    assert all(copied(row) is row for row in OPERATIONS)


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
def test_a_sample_copied_or_pickled_is_the_same(copied: Callable[[Any], Any]) -> None:
    sample = load_bundled("neurons")
    assert copied(sample) == sample


def handed_out() -> tuple[list[Mapping[Any, Any]], list[Any]]:
    traced = TRACED
    graph, route, sweep = traced.graph, traced.route, traced.sweep
    mappings: list[Mapping[Any, Any]] = [
        traced.bindings, traced.gradient, traced.troubles, graph.constants, graph.symbols,
        graph.names, graph.variables_by_name, graph.shown, graph.by_name,
        descend(trace("x^2", {"x": 1}), 1)[1].bindings,
        load_bundled("square").values, load_bundled("neurons").fixed,
    ]  # fmt: skip
    sequences: list[Any] = [
        traced.values, graph.operations, graph.operands, graph.statements, graph.starts,
        graph.ends, *graph.users, graph.nodes, route.wrt, route.active, route.order,
        route.positions, route.users, route.slots, route.targets, route.slopes,
        sweep.adjoints, sweep.partials,
    ]  # fmt: skip
    return mappings, sequences


def test_what_is_handed_out_refuses_writes() -> None:
    mappings, sequences = handed_out()
    for mapping in mappings:
        before, key = dict(mapping), next(iter(mapping), "x")
        writes: list[tuple[Any, ...]] = [
            ("__setitem__", key, 1.0), ("__delitem__", key), ("update", {key: 2.0}), ("pop", key),
            ("popitem",), ("clear",), ("setdefault", "new", 3.0), ("__ior__", {key: 4.0}),
        ]  # fmt: skip
        for method, *given in writes:
            with pytest.raises(TypeError, match="read-only"):
                getattr(mapping, method)(*given)
        assert dict(mapping) == before
    for sequence in sequences:
        with pytest.raises(TypeError):
            sequence[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        numpy.asarray(TRACED.sweep.adjoints)[0] = 1.0


def test_the_gradient_is_a_dict_to_json_and_pickle() -> None:
    gradient = trace("x*y", {"x": 2, "y": 3}).gradient
    assert isinstance(gradient, dict)
    assert json.loads(json.dumps(gradient)) == {"x": 3.0, "y": 2.0} == {**gradient}
    assert pickle.loads(pickle.dumps(gradient)) == gradient
    assert repr(gradient) == "{'x': 3.0, 'y': 2.0}"
    assert gradient | {"x": 0.0} == {"x": 0.0, "y": 2.0}


@pytest.mark.parametrize(
    "number",
    [
        2, 0.1, Fraction(1, 3), Decimal("0.1"), Decimal(10) ** 300, numpy.float32(0.1),
        numpy.float64(0.1), numpy.int64(-7), numpy.uint8(255), 2**1000, Fraction(10**400, 10**399),
    ],
    ids=repr,
)  # fmt: skip
def test_a_number_of_any_kind_is_the_double_that_float_makes_of_it(number: Any) -> None:
    assert trace("x", {"x": number}).value == float(number)
    assert trace_network({**SMALL, "input": [number, 1]}).bindings["x1"] == float(number)


@pytest.mark.parametrize(
    "value",
    [
        True, numpy.bool_(True), b"1", "1", 1j, numpy.complex128(1), None, [1.0], 10**400,
        Fraction(10**400), Decimal("nan"), Decimal("sNaN"), Decimal("1e400"), float("inf"),
        float("nan"), numpy.float32("inf"), numpy.ones(1), object(), 16**5000,
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_is_no_finite_number_is_refused_wherever_one_stands(value: Any) -> None:
    for taken in (
        lambda: trace("x", {"x": value}),
        lambda: TRACED.at({"x": value}),
        lambda: trace_network({**SMALL, "input": [value, 1]}),
        lambda: descend(TRACED, 1, rate=value),
    ):
        with pytest.raises(BackpropError) as caught:
            taken()
        assert len(str(caught.value)) < 300


def test_arrays_are_taken_for_weights_inputs_and_targets() -> None:
    weights = [[[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6]]]
    biases = [[0.1, 0.2], [0.3]]
    lists = {"sizes": [2, 2, 1], "weights": weights, "biases": biases,
             "input": [[0, 1], [1, 1]], "target": [[1], [0]]}  # fmt: skip
    arrays = {
        "sizes": numpy.array([2, 2, 1]),
        "weights": list(map(numpy.array, weights)),
        "biases": list(map(numpy.array, biases)),
        "input": numpy.array([[0, 1], [1, 1]]),
        "target": numpy.array([[1], [0]]),
    }
    assert trace_network(arrays).to_dict() == trace_network(lists).to_dict()
    for wrong in (b"\x00\x01", numpy.array([True, False]), numpy.array([0, 1j]), numpy.ones(3)):
        with pytest.raises(NetworkError, match="input"):
            trace_network({**SMALL, "input": wrong})


@pytest.mark.parametrize("checked", [False, 5, ["x"], [None]])
def test_what_are_no_second_opinions_is_refused(checked: Any) -> None:
    with pytest.raises(BackpropError, match="second opinions"):
        TRACED.to_dict(None, checked)


def test_a_text_as_wrt_is_one_name_or_pattern() -> None:
    values = {"x": 2, "y": 3, "xy": 5}
    assert trace("x*y*xy", values, wrt="xy").wrt == ("xy",)
    assert trace("x*y*xy", values, wrt="x*").wrt == ("x", "xy")
    with pytest.raises(BackpropError, match="no variable matches xz"):
        trace("x*y*xy", values, wrt="xz")


def test_a_description_of_a_trace_is_short_however_large_it_is() -> None:
    many = {f"x{i}": float(i) for i in range(5_000)}
    traced = trace("+".join(many), many)
    network = trace_network({**SMALL, "sizes": [2] + [3] * 500 + [1]})
    for thing in (traced, traced.graph, traced.route, traced.sweep, network, network.network,
                  load_bundled("digits")):  # fmt: skip
        assert len(repr(thing)) < 400
        assert repr(thing).isprintable()


def test_names_that_take_every_short_label_leave_one() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = [f"{letter}1" for letter in letters] + [f"node{letter}1" for letter in letters]
    graph = parse("+".join(names))
    labels = [graph.label(node) for node in range(len(graph))]
    assert len(set(labels)) == len(graph)
    assert set(labels).isdisjoint(names)
    assert trace(graph, dict.fromkeys(names, 1.0)).to_dict()["value"] == 52


AWKWARD: tuple[Any, ...] = (
    None, True, 5, -1, 10**30, 16**5000, 0.5, float("nan"), 1j, "", "x", "\x1b\0\u202e", b"x",
    bytearray(b"x"), [], [None], ["x"], [[1]], {}, {"x": None}, {5: 1}, {"x": 1}, {"x": 16**5000},
    (), {1, 2}, range(3), object(), type, numpy.ones(3), numpy.float64(2), Fraction(1, 3),
    Decimal("sNaN"), TRACED, TRACED.graph, lambda: None, ["x"] * 3, "y" * 5_000,
)  # fmt: skip
"""Arguments, most of them of a wrong type wherever they are given."""
TAKEN: dict[str, tuple[Callable[..., object], int, int]] = {
    "parse": (parse, 1, 2),
    "trace": (trace, 1, 3),
    "trace of a graph": (lambda *given: trace(parse("x*y"), *given), 0, 2),
    "trace_network": (trace_network, 1, 3),
    "descend": (descend, 2, 6),
    "descend from a trace": (lambda *given: descend(TRACED, *given), 1, 5),
    "load": (load, 1, 1),
    "load_bundled": (load_bundled, 1, 1),
    "Trace.at": (TRACED.at, 1, 1),
    "Trace.to_dict": (TRACED.to_dict, 0, 2),
    "Trace.step_meant": (TRACED.step_meant, 1, 1),
    "Graph.with_output": (TRACED.graph.with_output, 1, 1),
    "Sample.at_row": (load_bundled("digits").at_row, 1, 1),
    "Sweep.step": (TRACED.sweep.step, 1, 1),
}
"""The functions that take what a user wrote; how many arguments each is given, least and most."""
KEYS: tuple[Any, ...] = (
    "sizes", "activation", "cost", "weights", "biases", "init", "seed", "input", "target",
    "reduction", "data", "inputs", "targets", "label", 5, None,
)  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_wrong_types_raise_nothing_but_a_backprop_error(name: str) -> None:
    function, least, most = TAKEN[name]
    chance = random.Random(name)
    for _ in range(150):
        check(function, *chance.choices(AWKWARD, k=chance.randint(least, most)))


def test_wrong_types_in_a_network_raise_nothing_but_a_backprop_error() -> None:
    chance = random.Random(14)
    parameters = {"weights": [[[1, 2], [3, 4]], [[5, 6]]], "biases": [[0, 0], [0]]}
    for _ in range(600):
        whole: dict[Any, Any] = {**SMALL, **(parameters if chance.random() >= 0.5 else {})}
        if "weights" in whole:
            del whole["init"]
        for _ in range(chance.randint(1, 2)):
            whole[chance.choice(KEYS)] = chance.choice((*AWKWARD, [chance.choice(AWKWARD)] * 2))
        check(trace_network, whole)


def check(function: Callable[..., object], *given: Any) -> None:
    """That a call returns, or raises a BackpropError of one short line that pickles."""
    try:
        function(*given)
    except BackpropError as error:
        raised = error
    else:
        return
    assert len(str(raised)) <= 2_000
    assert str(raised).isprintable()
    assert str(pickle.loads(pickle.dumps(raised))) == str(raised)
