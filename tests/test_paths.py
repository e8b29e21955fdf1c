"""Paths and forward mode: two other ways to the same gradient."""

from __future__ import annotations

from dataclasses import replace
from heapq import heappop
from itertools import pairwise
from math import fsum, isfinite, nan, prod

import pytest
from backprop_tui.engine import Sample, Trace, parse, trace
from backprop_tui.engine.calculus import paths
from backprop_tui.engine.calculus.paths import Path, Paths, strongest
from backprop_tui.engine.calculus.sweep import Sweep
from backprop_tui.engine.calculus.tangents import tangents
from backprop_tui.engine.explain.reports import Report
from backprop_tui.engine.text.spans import Line, plain
from backprop_tui.tui.present.answers import report
from backprop_tui.tui.session.opening import open_session
from hypothesis import given, settings

from noted import noted
from programs import MODERATE, VARIABLES, expressions, traces
from sure import sure

SHARED = expressions((*VARIABLES, "x", "2"), ("tanh", "sin", "cos"), ("+", "-", "*"), size=16)


def walked(result: Trace, node: int) -> list[float]:
    """The product along every path, by walking all of them."""
    graph, active = result.graph, result.sweep.route.active
    if node == graph.output:
        return [1.0]
    return [
        partial * product
        for user in dict.fromkeys(graph.users_of(node))
        if active[user]
        for slot, operand in enumerate(graph.operands[user])
        if operand == node
        for partial in [partial_sent(result, user, slot)]
        for product in walked(result, user)
    ]


def partial_sent(result: Trace, user: int, slot: int) -> float:
    step = result.sweep.step(sure(result.sweep.route.visited(user)))
    return next(sent.partial for sent in step.contributions if sent.slot == slot)


@given(traces(SHARED, MODERATE))
@settings(max_examples=100)
def test_every_path_is_listed_once_largest_first_and_they_sum_to_the_adjoint(result: Trace) -> None:
    for node in range(len(result.graph)):
        if not result.sweep.route.active[node]:
            continue
        expected = walked(result, node)
        found = Paths(result.sweep, node)
        assert found.count == len(expected)
        listed = found.listed(len(expected) + 1)
        assert sorted(p.product for p in listed) == pytest.approx(
            sorted(expected), rel=1e-12, abs=1e-300
        )
        sizes = [abs(p.product) for p in listed]
        assert all(b <= a * (1 + 1e-12) for a, b in pairwise(sizes))
        assert len({p.edges for p in listed}) == len(listed)
        total = fsum(p.product for p in listed)
        assert abs(total - result.sweep.adjoints[node]) <= 1e-12 * fsum(sizes)


@given(traces(SHARED, MODERATE))
def test_paths_run_along_edges_from_the_output_to_the_node(result: Trace) -> None:
    route = result.sweep.route
    for leaf in route.wrt:
        for path in Paths(result.sweep, leaf).listed(20):
            ends = [result.graph.output, *(route.targets[c] for c in path.edges)]
            assert ends[:-1] == [route.users[c] for c in path.edges]
            assert ends[-1] == leaf
            partials = [result.sweep.partials[c] for c in path.edges]
            assert path.product == pytest.approx(prod(partials))


def test_a_count_beyond_any_list_is_exact() -> None:
    program = "h0 = x + 0\n" + "\n".join(f"h{i} = h{i - 1} + h{i - 1}" for i in range(1, 301))
    result = trace(program, {"x": 1.0})
    found = Paths(result.sweep, result.graph.by_name["x"])
    assert found.count == 2**300
    assert found.multiplications == 300 * 2**300
    assert found.sweep_multiplications == 601
    listed = found.listed()
    assert len(listed) == 100
    assert result.value == result.gradient["x"] == 2.0**300
    assert found.total(listed) == 2.0**300


@settings(max_examples=40)
@given(SHARED)
def test_the_sum_over_paths_is_found_without_the_adjoints(program: str) -> None:
    """Added path by path, and by forward mode; the sweep is spoilt, and neither looks at it."""
    result = trace(program, dict.fromkeys(parse(program).variables, 0.7))
    spoilt = replace(result.sweep, adjoints=[nan] * len(result.graph))
    for leaf in result.wrt:
        node = result.graph.by_name[leaf]
        found = Paths(spoilt, node)
        if found.count > 200:
            continue
        every = found.listed(found.count)
        sizes = sum(abs(path.product) for path in every)
        for listed in (every, every[:1]):
            got, wanted = found.total(listed), result.gradient[leaf]
            assert got == pytest.approx(wanted, rel=1e-9, abs=1e-12 * sizes, nan_ok=True)


def test_a_sum_over_paths_that_is_not_the_adjoint_is_told() -> None:
    """0.1 + 0.2 + 0.3 in two orders: the words give both where they differ as shown."""
    sweep = trace("x*(0.1 + 0.2*y)", {"x": 1.0, "y": 3.0}).sweep
    assert "their sum: ∂g/∂x" in plain(report_of(sweep)[-2])
    wrong = replace(sweep, adjoints=[2 * one for one in sweep.adjoints])
    assert plain(report_of(wrong)[-2]).startswith("their sum: 0.7; the sweep")


def report_of(sweep: Sweep) -> list[Line]:
    return Report(sweep).paths(sweep.graph.by_name["x"])


def test_what_is_not_listed_is_added_up() -> None:
    session = open_session(Sample("+".join(["x"] * 150), values={"x": 2.0}))
    told = "\n".join(map(plain, report(session).paths(0)))
    assert "150 paths lead" in told
    assert "and 50 more, which add 50" in told


def test_the_strongest_path_is_the_largest_product() -> None:
    result = trace("sin(x)*exp(x) + x/3", {"x": 2.0})
    x = result.graph.by_name["x"]
    best = strongest(result.sweep)
    assert best.sizes[x] == max(map(abs, walked(result, x)))
    assert best.path(result.sweep, x) == Paths(result.sweep, x).listed(1)[0]
    assert Path((), 1.0) == Paths(result.sweep, result.graph.output).listed(1)[0]


@given(traces(numbers=MODERATE))
@settings(max_examples=400)
def test_forward_mode_and_reverse_mode_agree(result: Trace) -> None:
    sweep = result.sweep
    if not all(map(isfinite, [*result.values, *sweep.adjoints])):
        return
    for leaf in sweep.route.wrt:
        found = tangents(result.graph, result.values, leaf)[result.graph.output]
        scale = fsum(abs(p.product) for p in Paths(sweep, leaf).listed(1000)) or 1.0
        if isfinite(found) and isfinite(scale):
            assert abs(found - sweep.adjoints[leaf]) <= 1e-12 * scale


def test_forward_mode_has_a_tangent_for_nodes_that_the_output_does_not_use() -> None:
    result = trace("t = x^2\nx + 1", {"x": 3.0})
    found = tangents(result.graph, result.values, result.graph.by_name["x"])
    assert found[result.graph.by_name["t"]] == 6
    assert found[result.graph.output] == 1


@given(traces(SHARED, MODERATE))
def test_the_strongest_path_is_that_of_the_list(result: Trace) -> None:
    best, route = strongest(result.sweep), result.sweep.route
    for leaf in route.wrt:
        if not route.active[leaf]:
            assert best.path(result.sweep, leaf) == Path((), 1.0)
            continue
        path, listed = best.path(result.sweep, leaf), Paths(result.sweep, leaf).listed(1)[0]
        assert abs(path.product) == pytest.approx(best.sizes[leaf], rel=1e-12)
        assert abs(listed.product) == pytest.approx(best.sizes[leaf], rel=1e-12)
        if leaf != result.graph.output:
            assert route.targets[path.edges[-1]] == leaf
            assert route.users[path.edges[0]] == result.graph.output


def test_of_paths_nearly_as_large_each_is_followed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A weight shared by a chain has paths that differ by roundings: none is begun in vain."""
    links = 2_000
    text = "\n".join(["h0 = x", *(f"h{i} = tanh(w*h{i - 1})" for i in range(1, links))])
    result = trace(text, {"x": 0.5, "w": 0.9})
    taken, pop = noted(heappop)
    monkeypatch.setattr(paths, "heappop", pop)
    assert len(Paths(result.sweep, result.graph.by_name["w"]).listed(5)) == 5
    assert len(taken) == 5
