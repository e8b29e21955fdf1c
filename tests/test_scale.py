"""Long and deep programs, and what importing the engine costs."""

from __future__ import annotations

from itertools import pairwise
from math import prod, tanh
from typing import Any

import pytest
from backprop_tui.engine import parse, trace
from backprop_tui.engine.calculus import route, rules, sweep
from backprop_tui.engine.files import sample
from backprop_tui.engine.files.sample_file import read_sample
from backprop_tui.engine.language.show import program
from backprop_tui.engine.network import notation
from backprop_tui.engine.network.places import Places
from backprop_tui.tui.session.opening import open_session

from noted import noted

TERMS = 100_000
LAYERS = 5_000


def test_a_hundred_thousand_additions() -> None:
    graph = parse("+".join(["x"] * (TERMS + 1)))
    result = trace(graph, {"x": 0.5})
    assert len(result.sweep) == TERMS
    assert result.value == 0.5 * (TERMS + 1)
    assert result.gradient == {"x": TERMS + 1}
    assert parse(program(graph)) == graph


def test_five_thousand_named_statements() -> None:
    names = ["x", *(f"t{i}" for i in range(LAYERS))]
    text = "\n".join(f"{new} = tanh({old})" for old, new in pairwise(names))
    values = [0.5]
    for _ in range(LAYERS):
        values.append(tanh(values[-1]))
    result = trace(text, {"x": 0.5})
    assert result.value == values[-1]
    assert result.gradient["x"] == pytest.approx(prod(1 - y * y for y in values[1:]), rel=1e-9)
    assert len(result.to_dict()["steps"]) == LAYERS


@pytest.mark.parametrize(
    ("text", "slope"),
    [
        ("(" * 9_000 + "x" + "+1)" * 9_000, 1.0),
        ("sin(" * 5_000 + "x" + ")" * 5_000, 1.0),
        ("x^" * 5_000 + "1", 1.0),
        ("-" * 5_000 + "x", 1.0),
    ],
    ids=["brackets", "calls", "powers", "signs"],
)
def test_deep_nesting_is_traced_and_shown(text: str, slope: float) -> None:
    graph = parse(text)
    x = 0.0 if "sin" in text else 1.0
    assert trace(graph, {"x": x}).gradient == {"x": slope}
    assert parse(program(graph)) == graph


def test_one_node_with_many_operands() -> None:
    names = [f"x{i}" for i in range(10_000)]
    result = trace(f"max({', '.join(names)})", dict.fromkeys(names, 1.0))
    assert set(result.gradient.values()) == {1 / len(names)}


def test_what_all_contributions_of_a_step_share_is_computed_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = [f"x{i}" for i in range(20)]
    result = trace(f"logsumexp({', '.join(names)})", dict.fromkeys(names, 1.0))
    calls, common = noted(rules.common)
    monkeypatch.setattr(sweep, "common", common)
    assert len(result.sweep.step(1).contributions) == 20
    assert len(calls) == 1 + 1, "of the sweep, and of the step"


def test_one_step_with_many_contributions() -> None:
    names = [f"x{i}" for i in range(2_000)]
    result = trace(f"max({', '.join(names)})", dict.fromkeys(names, 1.0))
    sent = result.sweep.step(1).contributions
    assert [one.to for one in sent] == [result.graph.by_name[name] for name in names]
    assert {one.amount for one in sent} == {1 / len(names)}


def test_one_node_with_many_users() -> None:
    terms = " + ".join(f"t*{i}" for i in range(10_000))
    result = trace(f"t = x^2\n{terms}", {"x": 3.0})
    assert result.gradient == {"x": 6.0 * sum(range(10_000))}


NETWORK = """[network]
sizes = [30, 40, 3]
activation = ["tanh", "softmax"]
cost = "cross entropy"
init = "xavier"
seed = 1
input = "random"
target = [0, 1, 0]
"""


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """The texts that samples have parsed, each with the names beside it."""
    calls, reading = noted(parse)
    monkeypatch.setattr(sample, "parse", reading)
    return calls


def test_a_sample_is_parsed_once_though_it_is_checked_and_opened(
    parsed: list[tuple[Any, ...]],
) -> None:
    session = open_session(read_sample("line.toml", b'program = "w*x + b"'))
    assert [text for text, _ in parsed] == [session.source.sample.program]
    assert session.source.sample.graph() == session.graph
    assert len(parsed) == 1


def test_a_network_is_never_parsed(parsed: list[tuple[Any, ...]]) -> None:
    session = open_session(read_sample("net.toml", NETWORK.encode()))
    assert session.graph.pretty(session.graph.by_name["w2_1_3"]) == "w²₁₃"
    assert session.source.sample.graph() is session.graph
    assert parsed == []


def test_a_constant_that_is_given_a_value_is_parsed_as_a_variable(
    parsed: list[tuple[Any, ...]],
) -> None:
    read = read_sample("e.toml", b'program = "e*x"\n[values]\nx = 2.0\n')
    assert open_session(read).graph.variables == ("x",)
    assert len(parsed) == 1
    given = read._replace(values={**read.values, "e": 3.0})
    assert open_session(given).graph.variables == ("e", "x")
    assert open_session(given._replace(program="x + 1", values={"x": 1.0})).trace.value == 2.0
    again = read_sample("e.toml", b'program = "e*x"\n[values]\nx = 2.0\ne = 1.0\n')
    assert open_session(again).graph.variables == ("e", "x")
    assert open_session(again._replace(values={"x": 1.0})).graph.variables == ("x",)


def test_the_places_of_a_network_are_written_as_mathematics_does_when_they_are_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written, writing = noted(notation.symbol)
    monkeypatch.setattr(notation, "symbol", writing)
    placed, placing = noted(Places.__getitem__)
    monkeypatch.setattr(Places, "__getitem__", placing)
    session = open_session(read_sample("net.toml", NETWORK.encode()))
    session.move(5)
    assert len(written) < len(session.graph.by_name) / 10
    assert len(placed) < len(session.graph) / 10
    assert len(dict(session.graph.shown)) > len(session.graph.by_name) * 0.9


class Counted(list[int]):
    """A list that counts how often an entry is looked at."""

    looks = 0

    def __getitem__(self, place: Any) -> Any:
        self.looks += 1
        return super().__getitem__(place)


def test_the_frontier_is_found_without_a_search_among_what_is_not_on_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What every link uses receives first and is visited last; the leaves receive last of all."""
    monkeypatch.setattr(route, "BLOCK", 16)
    links = 600
    lines = ["s = sin(x)", "h0 = s", *(f"h{i} = tanh(h{i - 1}) + s*w{i}" for i in range(1, links))]
    values = {"x": 0.5, **{f"w{i}": 0.5 for i in range(1, links)}}
    way = trace("\n".join(lines), values).sweep.route
    first = way._chains[0]
    expected = {}
    for position in range(1, way.positions[-1] + 1, 97):
        begun = way._begun(position)
        expected[position] = [n for n in way.order[begun:] if first[n] < position]
        leaves = sorted((n for n in way.wrt if first[n] < position), reverse=True)
        expected[position] += leaves
    way.frontier(1)
    looked = Counted(first)
    way.__dict__["_chains"] = (looked, way._chains[1])
    for position, nodes in expected.items():
        looked.looks = 0
        assert way.frontier(position, 6) == nodes[:6]
        assert looked.looks <= 4 * 16, position
        assert way.frontier(position) == nodes
