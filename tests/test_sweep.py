"""The laws of the reverse sweep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from math import cos, exp, fsum, isclose, isfinite, log, nan, sin, sqrt, tanh

import pytest
from backprop_tui.engine import BackpropError, Graph, Sweep, Trace, parse, trace
from backprop_tui.engine.calculus.forward import evaluate
from backprop_tui.engine.calculus.route import route
from backprop_tui.engine.calculus.sweep import Contribution, Step, sweep
from backprop_tui.engine.language.graph import Builder
from backprop_tui.engine.table.operation import SpecialCase
from backprop_tui.engine.table.ops import INFIX
from hypothesis import assume, given
from hypothesis import strategies as st

from programs import MODERATE, SMOOTH, VARIABLES, expressions, traces

# Texts with shared nodes: a variable used often, a named node used often.
SHARED = expressions((*VARIABLES, "x", "2"), ("tanh", "max", "exp"), ("+", "-", "*", "^"))


def slots(graph: Graph, node: int) -> dict[int, int]:
    """The operands of a node by slot, without the condition of a choice."""
    found = dict(enumerate(graph.operands[node]))
    operation = graph.operations[node]
    if operation is not None and operation.name == "where":
        del found[0]
    return found


def reachable(graph: Graph, wrt: tuple[int, ...]) -> set[int]:
    """The nodes on a path from a leaf in `wrt` to the output; no path leads over a condition."""
    above, below = set(wrt), {graph.output}
    for node in range(len(graph)):
        if above & set(slots(graph, node).values()):
            above.add(node)
    for node in reversed(range(len(graph))):
        if node in below:
            below |= set(slots(graph, node).values())
    return above & below


def steps(swept: Sweep) -> list[Step]:
    return [swept.step(k) for k in range(1, len(swept) + 1)]


def identical(one: float, other: float) -> bool:
    """The same double, nan included."""
    return one == other or (one != one and other != other)


@given(traces())
def test_every_active_operation_is_visited_once_after_its_users(result: Trace) -> None:
    graph, swept = result.graph, result.sweep
    active = reachable(graph, swept.route.wrt)
    assert active == {node for node in range(len(graph)) if swept.route.active[node]}
    visits = list(swept.route.order)
    operations = [node for node in active if not graph.is_leaf(node)]
    assert visits == sorted(operations, reverse=True)
    for node in active - {graph.output}:
        users = [u for u in active if node in slots(graph, u).values()]
        assert users
        assert graph.is_leaf(node) or visits.index(node) > max(map(visits.index, users))


@given(traces())
def test_adjoint_at_the_visit_is_the_sum_of_the_amounts_sent(result: Trace) -> None:
    graph, sums = result.graph, {result.graph.output: 1.0}
    for step in steps(result.sweep):
        assert identical(step.adjoint, sums[step.node])
        for sent in step.contributions:
            before = sums.get(sent.to, 0.0)
            is_taken = not (sent.note or "").startswith("not taken")
            assert identical(sent.amount, sent.partial * step.adjoint if is_taken else 0.0)
            assert identical(sent.before, before)
            assert identical(sent.after, before + sent.amount)
            sums[sent.to] = sent.after
    for leaf in result.sweep.route.wrt:
        assert identical(result.gradient[graph.names[leaf]], sums.get(leaf, 0.0))


@given(traces())
def test_each_active_slot_gets_one_contribution_and_no_other_does(result: Trace) -> None:
    graph, active = result.graph, reachable(result.graph, result.sweep.route.wrt)
    for step in steps(result.sweep):
        expected = [s for s, node in slots(graph, step.node).items() if node in active]
        assert [sent.slot for sent in step.contributions] == expected
        assert [sent.to for sent in step.contributions] == [
            graph.operands[step.node][slot] for slot in expected
        ]


@given(traces())
def test_constants_and_fixed_leaves_receive_nothing(result: Trace) -> None:
    graph = result.graph
    receivers = {sent.to for step in steps(result.sweep) for sent in step.contributions}
    assert receivers.isdisjoint(graph.constants)
    assert {node for node in receivers if graph.is_leaf(node)} <= set(result.sweep.route.wrt)


class Replay:
    """The sweep played by hand, one contribution after another."""

    def __init__(self, swept: Sweep) -> None:
        self.active = reachable(swept.graph, swept.route.wrt)
        self.output = swept.graph.output
        edges = [
            operand
            for user in self.active
            for operand in slots(swept.graph, user).values()
            if operand in self.active
        ]
        self.of = {node: edges.count(node) for node in self.active}
        self.sums = {node: float(node == self.output) for node in self.active}
        self.counts = dict.fromkeys(self.active, 0)
        self.visited: set[int] = set()

    def send(self, user: int, sent: Contribution) -> None:
        self.visited.add(user)
        self.sums[sent.to] += sent.amount
        self.counts[sent.to] += 1

    def received(self, node: int) -> tuple[float, int, int] | None:
        if node not in self.active:
            return None
        return self.sums[node], self.counts[node], self.of[node]

    def frontier(self, is_leaf: Callable[[int], bool]) -> list[int]:
        reached = {node for node, count in self.counts.items() if count or node == self.output}
        return sorted(reached - self.visited, key=lambda node: (is_leaf(node), -node))


def moments(swept: Sweep) -> Iterator[tuple[int, Replay, int]]:
    """Every position, the replay at it, the steps complete there and the node in progress."""
    replay, position = Replay(swept), 0
    yield position, replay, 0
    for step in steps(swept):
        for i, sent in enumerate(step.contributions):
            replay.send(step.node, sent)
            position += 1
            done = step.number if i + 1 == len(step.contributions) else step.number - 1
            yield position, replay, done


@given(traces(SHARED))
def test_received_at_every_position_is_what_a_replay_gives(result: Trace) -> None:
    swept = result.sweep
    for position, replay, _ in moments(swept):
        for node in range(len(result.graph)):
            got, want = swept.received(node, position), replay.received(node)
            assert (got is None) == (want is None)
            if got and want:
                assert identical(got.adjoint, want[0])
                assert (got.arrived, got.of, got.complete) == (*want[1:], want[1] == want[2])


@given(traces(SHARED), st.integers(1, 4))
def test_frontier_is_what_has_received_and_is_not_visited(result: Trace, limit: int) -> None:
    swept = result.sweep
    for position, replay, _ in moments(swept):
        frontier = replay.frontier(result.graph.is_leaf)
        assert swept.route.frontier(position) == frontier
        assert swept.route.frontier(position, limit) == frontier[:limit]
        assert swept.route.frontier_size(position) == len(frontier)


@given(traces())
def test_positions_steps_and_nodes_name_each_other(result: Trace) -> None:
    swept = result.sweep
    sender: dict[int, int] = {}
    for step in steps(swept):
        assert swept.route.visited(step.node) == step.number
        for _ in step.contributions:
            sender[len(sender)] = step.node
    assert dict(enumerate(swept.route.users)) == sender
    for position, _, done in moments(swept):
        assert swept.route.step_at(position) == done
        assert position >= swept.route.positions[done]
    inactive = [node for node in range(len(result.graph)) if node not in swept.route.order]
    assert all(swept.route.visited(node) is None for node in inactive)


@given(traces())
def test_complete_marks_the_last_contribution_to_a_node(result: Trace) -> None:
    last = {sent.to: (step.number, sent.slot) for step in steps(result.sweep)
            for sent in step.contributions}  # fmt: skip
    for step in steps(result.sweep):
        for sent in step.contributions:
            assert sent.complete == (last[sent.to] == (step.number, sent.slot))


# Program, x, and the derivative by calculus.
FAN_OUT = [
    ("x*x", 3.0, 6.0),
    ("x + x", 3.0, 2.0),
    ("x - x", 3.0, 0.0),
    ("x/x", 3.0, 0.0),
    ("x^x", 2.0, 4 * (log(2) + 1)),
    ("max(x, x)", 3.0, 1.0),
    ("sum(x, x, x)", 3.0, 3.0),
    ("mean(x, x, x)", 3.0, 1.0),
    ("hypot(x, x)", 3.0, sqrt(2)),
    ("logsumexp(x, x)", 3.0, 1.0),
    ("atan2(x, x)", 3.0, 0.0),
    ("x*x*x*x", 3.0, 108.0),
    ("a = x + 1; a + a", 3.0, 2.0),
    ("a = x^2; b = a*a; b*a + b", 1.0, 10.0),
    ("a = sin(x); a*cos(a)", 0.5, cos(0.5) * (cos(sin(0.5)) - sin(0.5) * sin(sin(0.5)))),
    ("t = tanh(x); t*t + t", 0.5, (1 - tanh(0.5) ** 2) * (2 * tanh(0.5) + 1)),
    ("e = exp(x); e/(1 + e)", 0.5, exp(0.5) / (1 + exp(0.5)) ** 2),
]


@pytest.mark.parametrize(("program", "x", "slope"), FAN_OUT)
def test_shared_node_adds_contributions(program: str, x: float, slope: float) -> None:
    assert trace(program, {"x": x}).gradient["x"] == pytest.approx(slope, abs=1e-15)


def quotient(graph: Graph, values: Mapping[str, float], name: str, step: float) -> float:
    """The central difference quotient of the output."""
    up, down = ({**values, name: values[name] + s} for s in (step, -step))
    above, below = (evaluate(graph, moved)[graph.output] for moved in (up, down))
    return (above - below) / (up[name] - down[name])


SMOOTH_TEXTS = expressions((*VARIABLES, "2", "0.5", "pi"), (*SMOOTH, "logsumexp"))


@given(traces(SMOOTH_TEXTS, MODERATE))
def test_gradient_of_a_smooth_program_is_the_difference_quotient(result: Trace) -> None:
    notes = any(sent.note for step in steps(result.sweep) for sent in step.contributions)
    assume(not notes and not result.problems)
    for name, slope in result.gradient.items():
        coarse, fine = (quotient(result.graph, result.bindings, name, h) for h in (1e-4, 1e-5))
        if isfinite(coarse) and isfinite(fine) and isclose(coarse, fine, rel_tol=1e-5):
            assert slope == pytest.approx(fine, rel=1e-4, abs=1e-6)


def test_differences_follow_most_smooth_programs() -> None:
    """So that the law above does not hold by skipping."""
    result = trace("sin(x*y) + tanh(x/y)^2*exp(-y)", {"x": 0.7, "y": 1.3})
    for name, slope in result.gradient.items():
        for step in (1e-4, 1e-5):
            assert slope == pytest.approx(quotient(result.graph, result.bindings, name, step))


@given(traces(numbers=MODERATE))
def test_gradient_by_a_subset_is_a_part_of_the_whole_gradient(result: Trace) -> None:
    whole = trace(result.graph, result.bindings).gradient
    assert all(identical(slope, whole[name]) for name, slope in result.gradient.items())


def test_wrt_takes_names_and_patterns_in_order_of_appearance() -> None:
    values = {"w2": 1, "x": 2, "w1": 3, "W": 4}
    assert list(trace("w2*x + w1*W", values, ["w*"]).gradient) == ["w2", "w1"]
    assert list(trace("w2*x + w1*W", values, ["W", "x"]).gradient) == ["x", "W"]
    with pytest.raises(BackpropError, match="y"):
        trace("w2*x + w1*W", values, ["x", "y"])


@pytest.mark.parametrize(("x", "slope"), [(0.0, 0.0), (-1.0, -2.0), (-3.0, -6.0), (2.0, 4.0)])
def test_constant_exponent_is_sent_nothing_and_spoils_nothing(x: float, slope: float) -> None:
    result = trace("x^2", {"x": x})
    assert result.gradient == {"x": slope}
    assert [sent.slot for sent in result.sweep.step(1).contributions] == [0]
    assert not result.problems


def test_partial_of_an_inactive_operand_is_never_evaluated() -> None:
    def refuse(*_: float) -> bool:
        raise AssertionError("evaluated")

    power = INFIX["^"]
    base, exponent = power.partials
    refusing = exponent._replace(special=(SpecialCase(refuse, nan, None),))
    row = replace(power, partials=(base, refusing))
    builder = Builder()
    x, two = builder.variable("x"), builder.constant(2.0)
    graph = builder.graph([(None, builder.add(row, (x, two)))])
    swept = sweep(route(graph, (x,)), evaluate(graph, {"x": -1.0}))
    assert swept.adjoints[x] == -2.0


def test_rule_of_a_product_names_the_constant_multiple() -> None:
    def rules(program: str, wrt: list[str] | None = None) -> list[str]:
        result = trace(program, dict.fromkeys(parse(program).variables, 1), wrt)
        return [sent.rule for sent in result.sweep.step(1).contributions]

    assert rules("4*x") == ["constant multiple rule"]
    assert rules("x*y", ["x"]) == ["constant multiple rule"]
    assert rules("x*y") == ["product rule", "product rule"]
    assert rules("x*x") == ["product rule", "product rule"]
    assert rules("x^y") == ["power rule", "exponential rule"]


def test_contract_example_visits_g_e_c() -> None:
    result = trace("(4*x+1)^2", {"x": 1})
    assert result.value == 25
    assert result.gradient == {"x": 40}
    visits = [(result.graph.ref(step.node), step.adjoint) for step in steps(result.sweep)]
    assert visits == [("g", 1), ("e", 10), ("c", 10)]


def test_output_that_is_a_variable_has_no_steps_and_adjoint_one() -> None:
    for program in ("x", "y = x", "t = x^2; x"):
        result = trace(program, {"x": 3})
        assert len(result.sweep) == 0
        assert result.gradient == {"x": 1}
        assert result.sweep.route.frontier(0) == [result.graph.output]


@pytest.mark.parametrize(
    ("program", "wrt"), [("2 + 3", None), ("t = x; 5", None), ("x*y", []), ("t = x; y^2", ["x"])]
)
def test_output_out_of_reach_has_no_steps_and_gradient_zero(
    program: str, wrt: list[str] | None
) -> None:
    values = dict.fromkeys(parse(program).variables, 2.0)
    result = trace(program, values, wrt)
    assert len(result.sweep) == 0
    assert set(result.gradient.values()) <= {0.0}
    assert not any(result.sweep.route.active)


def test_any_named_node_can_be_the_output() -> None:
    text = "t = x^2; u = t*y; v = u; u + t"
    graph, values = parse(text), {"x": 3.0, "y": 5.0}
    assert trace(graph.with_output("t"), values).gradient == {"x": 6, "y": 0}
    assert trace(graph.with_output("u"), values).gradient == {"x": 30, "y": 9}
    assert graph.with_output("v").output == graph.by_name["u"]
    assert trace(graph.with_output("x"), values).gradient == {"x": 1, "y": 0}
    with pytest.raises(BackpropError, match="w"):
        graph.with_output("w")


@pytest.mark.parametrize(
    ("values", "fragment"),
    [
        ({}, "x"),
        ({"x": 1}, "y"),
        ({"x": 1, "y": 2, "z": 3}, "z"),
        ({"x": 1, "y": 2, "t": 3}, "t"),
        ({"x": nan, "y": 2}, "finite"),
    ],
)
def test_values_that_do_not_fit_are_refused(values: dict[str, float], fragment: str) -> None:
    with pytest.raises(BackpropError, match=fragment):
        trace("t = x*y; t^2", values)


@given(traces(SHARED, MODERATE))
def test_gradient_is_the_sum_over_all_paths(result: Trace) -> None:
    """The chain rule as a sum over paths, the slow way."""
    graph, swept = result.graph, result.sweep
    assume(not result.problems)
    partials = {
        (step.node, sent.slot): sent.partial for step in steps(swept) for sent in step.contributions
    }

    def paths(node: int) -> list[float]:
        """The products of the partials along every path from the output to the node."""
        if node == graph.output:
            return [1.0]
        edges = [(user, slot) for user, slot in partials if graph.operands[user][slot] == node]
        return [product * partials[edge] for edge in edges for product in paths(edge[0])]

    for leaf in swept.route.wrt:
        terms = paths(leaf) if swept.route.active[leaf] else []
        size = fsum(map(abs, terms))
        assert result.gradient[graph.names[leaf]] == pytest.approx(fsum(terms), abs=1e-12 * size)


EXTREME = [
    ("logsumexp(x, x)", {"x": 1e17}, {"x": 1.0}),
    ("logsumexp(x, y)", {"x": 1e17, "y": 1e17}, {"x": 0.5, "y": 0.5}),
    ("max(x, y)", {"x": 1e308, "y": 1e308}, {"x": 0.5, "y": 0.5}),
    ("x^0", {"x": 1e-310}, {"x": 0.0}),
    ("x^1e17", {"x": -1.0}, {"x": -1e17}),
    ("x^2", {"x": 1e200}, {"x": 2e200}),
    ("x^2", {"x": 1e-200}, {"x": 2e-200}),
]


@pytest.mark.parametrize(("program", "values", "slopes"), EXTREME)
def test_slopes_hold_where_the_numbers_are_extreme(
    program: str, values: dict[str, float], slopes: dict[str, float]
) -> None:
    assert trace(program, values).gradient == pytest.approx(slopes, rel=1e-12)


def test_thousands_of_leaves_are_chosen_at_once() -> None:
    names = [f"x{i}" for i in range(20_000)]
    result = trace(" + ".join(names), dict.fromkeys(names, 1.0))
    assert result.gradient == dict.fromkeys(names, 1.0)
