"""The words about nodes and steps, read back and held against the sweep that they speak of."""

from __future__ import annotations

import re
from math import isfinite

import pytest
from backprop_tui.engine import ParseError, Trace, parse, trace
from backprop_tui.engine.explain.reports import Report
from backprop_tui.engine.explain.steps import MANY_SENT, Explanation
from backprop_tui.engine.export.dot import dot
from backprop_tui.engine.language.show import equation
from backprop_tui.engine.text.spans import plain
from backprop_tui.engine.text.words import FEW
from hypothesis import given, settings

from programs import MODERATE, traces

SHARED = "u = x*x + y\nv = sin(u)*u*u + max(x, y, y)\nv*v + u*x + 3*w"
POINT = {"x": 0.7, "y": 1.5, "w": 2.0}
AS_TYPED = str.maketrans({"−": "-", "·": "*", "×": "*"})


def traced(program: str) -> Trace:
    """A program at the point, as far as it has variables."""
    graph = parse(program)
    return trace(graph, {name: POINT[name] for name in graph.variables})


def shared(wrt: list[str] | None = None) -> Trace:
    return trace(SHARED, POINT, wrt)


def said(lines: list[tuple[tuple[str, str], ...]], label: str) -> list[str]:
    """What stands on the lines of a label."""
    texts = map(plain, lines)
    return [text.removeprefix(label).strip() for text in texts if text.startswith(label + " ")]


def nodes_of(result: Trace, text: str) -> list[int]:
    """The nodes named in a list: a, b and c."""
    by_name = {result.graph.pretty(node): node for node in range(len(result.graph))}
    return [by_name[word] for word in re.split(r", | and ", text)]


def number(text: str) -> float:
    """A number as it is shown, read back."""
    return float(text.translate(AS_TYPED).strip("()"))


@settings(max_examples=15)
@given(traces(numbers=MODERATE))
def test_a_node_waits_for_those_users_that_have_not_sent(result: Trace) -> None:
    words, route = Explanation(result.sweep), result.sweep.route
    for position in route.positions:
        for node in range(len(result.graph)):
            left = [
                u for e, u in enumerate(route.users) if route.targets[e] == node and e >= position
            ]
            found = said(words.node(node, position), "waits for")
            if len(set(left)) <= FEW:
                named = [one for text in found for one in nodes_of(result, text)]
                assert named == list(dict.fromkeys(left))


@pytest.mark.parametrize("program", ["x*x", "max(x, y, x, x, y)", "x^x + y", SHARED])
def test_an_operand_used_more_than_once_is_told_by_its_place(program: str) -> None:
    """Of k places of one operand the words name each once, from the first to the last."""
    result = traced(program)
    words, route, graph = Explanation(result.sweep), result.sweep.route, result.graph
    for step, node in enumerate(route.order, 1):
        lines = [plain(line) for line in words.moment(route.positions[step])]
        labels = re.findall(r"^to (\S+) (?:\((\d+) of (\d+)\))?", "\n".join(lines), re.M)
        for operand in {i for i in graph.operands[node] if route.active[i]}:
            places = graph.operands[node].count(operand)
            found = [(k, of) for name, k, of in labels if name == graph.pretty(operand)]
            if places == 1:
                assert found == [("", "")]
            elif len(labels) == len(route.sent_in(step)):
                assert found == [(f"{k}", f"{places}") for k in range(1, places + 1)]


@pytest.mark.parametrize("wrt", [None, ["x"], ["y", "w"], []])
def test_the_kind_of_a_leaf_is_what_the_sweep_takes_it_for(wrt: list[str] | None) -> None:
    result = shared(wrt)
    words, free = Explanation(result.sweep), POINT.keys() if wrt is None else wrt
    for node in range(len(result.graph)):
        if result.graph.is_leaf(node):
            name = result.graph.names.get(node)
            kind = "a variable" if name in free else "held fixed" if name else "a constant"
            assert plain(words.forward(node)).endswith(f"    {kind}")


@settings(max_examples=25)
@given(traces(numbers=MODERATE))
def test_of_the_ready_nodes_the_one_evaluated_last_is_next(result: Trace) -> None:
    words, route, graph = Explanation(result.sweep), result.sweep.route, result.graph
    for (_, position), node in zip(enumerate(route.positions[1:]), route.order[1:], strict=False):
        (text,) = said(words.onward(position), "next")
        assert text.startswith(f"{graph.pretty(node)}, because")
        ready = {
            n for n in range(len(graph)) if not graph.is_leaf(n)
            and (got := result.sweep.received(n, position)) and got.begun and got.complete
            and n not in route.order[: route.step_at(position)]
        }  # fmt: skip
        assert node == max(ready), "ids are in the order of evaluation"
        listed = re.search(r"of the ready nodes \((.*)\) it was evaluated last", text)
        assert bool(listed) == (len(ready) > 1)
        if listed:
            names = listed[1].removesuffix(", …").split(", ")
            assert {n for name in names for n in nodes_of(result, name)} <= ready
            assert len(names) == min(len(ready), FEW)


@pytest.mark.parametrize(
    ("program", "values"),
    [
        ("relu(x)", {"x": 0.0}), ("abs(x)", {"x": 0.0}), ("leaky_relu(x)", {"x": 0.0}),
        ("clamp(x, 0, 1)", {"x": 0.0}), ("clamp(x, 0, 1)", {"x": 1.0}), ("floor(x)", {"x": 2.0}),
        ("x^0.5", {"x": 0.0}), ("0^x", {"x": 2.0}), ("sqrt(x)", {"x": 0.0}),
        ("sigmoid(x)", {"x": 40.0}), ("tanh(x)", {"x": 20.0}), ("asin(x)", {"x": 0.9999999999}),
        ("x/y", {"x": 3.0, "y": 7.0}), ("log(x, y)", {"x": 3.0, "y": 7.0}),
        ("silu(x)", {"x": -40.0}), ("xlogy(x, y)", {"x": 0.0, "y": 2.0}), (SHARED, POINT),
    ],
)  # fmt: skip
def test_a_local_partial_is_what_the_formula_before_it_comes_to(
    program: str, values: dict[str, float]
) -> None:
    """With its numbers put in it is a program of its own; else it says that it is a convention."""
    result = trace(program, values)
    words, route = Explanation(result.sweep, 12), result.sweep.route
    found = 0
    for position in route.positions[1:]:
        for line in map(plain, words.moment(position)):
            match = re.match(r"to .*?  (∂\S+/∂\S+ = .*?)(?:  \(.*\))?$", line)
            if match is None:
                continue
            found += 1
            *before, last = match[1].split(" = ")
            shown = number(last.removesuffix(" by convention"))
            if last.endswith("by convention"):
                assert len(before) == 1
            elif len(before) > 2:
                put_in = trace(before[-1].translate(AS_TYPED), {}).value
                assert put_in == pytest.approx(shown, rel=1e-6, abs=0)
    assert found == len(route.users)


@pytest.mark.parametrize("count", [MANY_SENT, MANY_SENT + 1, 40])
def test_of_very_many_contributions_those_around_the_last_are_spelled_out(count: int) -> None:
    """Those before, those spelled out and those after are all; what was just sent is among them."""
    names = [f"x{i}" for i in range(count)]
    result = trace(f"sum({', '.join(names)})", dict.fromkeys(names, 1.0))
    words = Explanation(result.sweep)
    order = [result.graph.pretty(target) for target in result.sweep.route.targets]
    for position in range(1, count + 1):
        text = "\n".join(map(plain, words.moment(position)))
        shown = re.findall(r"^to (\S+)", text, re.M)
        before = re.search(r"(\d+) sent before", text)
        after = re.search(r"^ +and (\d+) more", text, re.M)
        first = int(before[1]) if before else 0
        assert shown == order[first : first + len(shown)]
        assert first + len(shown) + (int(after[1]) if after else 0) == count
        if position < count:
            assert order[position - 1] in shown
            assert order[position] in shown
            assert 1 < len(shown) <= MANY_SENT
        waiting = re.findall(r"^to (\S+) +not sent yet", text, re.M)
        assert waiting == [name for name in shown if name in order[position:]]


@pytest.mark.parametrize(
    ("program", "values"),
    [
        ("u = exp(x)\nv = u*y\nv + 1", {"x": 800.0, "y": 2.0}),
        ("u = ln(x)\nsin(u) + x", {"x": -1.0}),
        ("u = x*y\nsqrt(u) + 1", {"x": 0.0, "y": 2.0}),
        ("u = x^2 + y^2\nv = 3*u\nsqrt(v)", {"x": 0.0, "y": 0.0}),
    ],
)
def test_what_follows_from_a_problem_is_not_finite_either(
    program: str, values: dict[str, float]
) -> None:
    """And all that is not finite follows from a problem, or is one."""
    result = trace(program, values)
    words, graph, sweep = Report(result.sweep), result.graph, result.sweep
    met = {problem.node for problem in result.problems}
    for problem in result.problems:
        (text,) = said(words.problem(problem), "chain")
        names = text.removeprefix("what follows: ").split(" → ")
        assert names == [graph.pretty(node) for node in problem.chain]
        met |= {*problem.chain}
        for node in problem.chain:
            assert not (isfinite(result.values[node]) and isfinite(sweep.adjoints[node]))
    assert met >= {node for node, value in enumerate(result.values) if not isfinite(value)}
    assert met >= {node for node, value in enumerate(sweep.adjoints) if not isfinite(value)}


@pytest.mark.parametrize("program", ["x*x + x", "u = x*y\nu*u + sin(u)*x", "2*x + 3*y + w", "x"])
def test_both_modes_and_the_paths_are_counted(program: str) -> None:
    """Griewank and Walther, ch. 3: forward mode once for each input, reverse once for each output;
    the sweep multiplies once along each edge between nodes on a path."""
    result = traced(program)
    words, route = Report(result.sweep), result.sweep.route
    leaf = route.wrt[0]
    modes = plain(words.forward_mode(leaf)[-1])
    sweeps = re.search(r"forward mode needs (\d+) sweeps?, reverse mode (\d+)", modes)
    assert sweeps is not None
    assert [int(n) for n in sweeps.groups()] == [len(result.gradient), 1]
    edges = sum(
        route.active[operand] for node, operands in enumerate(result.graph.operands)
        for operand in operands if route.active[node]
    )  # fmt: skip
    if leaf != result.graph.output:
        assert f"the sweep takes {edges:,} for every node" in plain(words.paths(leaf)[-1])


def test_forward_mode_goes_in_the_order_of_evaluation_from_its_leaf() -> None:
    """Each tangent is the difference quotient of that node by the leaf."""
    result, step = shared(), 1e-6
    above, below = (result.at({**POINT, "x": POINT["x"] + side * step}) for side in (1, -1))
    head, _, *rows = map(plain, Report(result.sweep).forward_mode(result.graph.by_name["x"])[:-2])
    told = r"∂node/∂(.) in the order of evaluation, from ∂(.)/∂(.) = 1$"
    assert re.findall(told, head) == [("x", "x", "x")]
    assert [row.split()[0] for row in rows] == list(map(result.graph.pretty, range(len(rows))))
    for node, row in enumerate(rows):
        slope = (above.values[node] - below.values[node]) / (2 * step)
        assert number(row.split()[1]) == pytest.approx(slope, rel=1e-4, abs=1e-6)


KINKS = [("abs(x)", 0.0), ("relu(x)", 0.0), ("leaky_relu(x)", 0.0), ("max(x, 2*x)", 0.0),
         ("min(3*x, 5 - x)", 1.25), ("abs(x - 1)*2", 1.0), ("max(-x, x/2)", 0.0)]  # fmt: skip


@pytest.mark.parametrize(("program", "at"), KINKS)
def test_the_slopes_beside_a_kink_are_those_of_the_values_there(program: str, at: float) -> None:
    """Left and right, in the words of the check and of the step, against the values beside it."""
    from backprop_tui.engine.opinions.check import check

    result = trace(program, {"x": at})
    here, step = result.value, 2.0**-20
    left, right = ((result.at({"x": at + d}).value - here) / d for d in (-step, step))
    assert left < right or "min" in program
    report = Report(result.sweep)
    texts = [plain(report.check(found)) for found in check(result.sweep)]
    steps = Explanation(result.sweep)
    texts += [
        plain(line) for position in result.sweep.route.positions for line in steps.moment(position)
        if len(result.graph) == 2
    ]  # fmt: skip
    told = [
        (number(a), number(b))
        for text in texts
        for a, b in re.findall(r"slope (?:is )?(\S+) on the left(?: and|,) ([^\s;]+) on", text)
    ]
    assert told
    assert all(pair == pytest.approx((left, right), rel=1e-6) for pair in told)


@settings(max_examples=15)
@given(traces(numbers=MODERATE))
def test_in_dot_what_is_on_no_path_is_dashed(result: Trace) -> None:
    """A node without an adjoint; an edge along which nothing is sent, which has no partial."""
    text, route, graph = "\n".join(dot(result)), result.sweep.route, result.graph
    dashed = {int(n) for n in re.findall(r"^  n(\d+) \[.*style=dashed\];$", text, re.M)}
    assert dashed == {node for node in range(len(graph)) if not route.active[node]}
    edges = re.findall(r"^  n(\d+) -> n(\d+)(?: \[(?:label=\"(.*)\"|style=dashed)\]);$", text, re.M)
    sent = sorted((route.targets[e], route.users[e]) for e in range(len(route.users)))
    assert sorted((int(a), int(b)) for a, b, partial in edges if partial) == sent
    assert len(edges) == sum(map(len, graph.operands))


@pytest.mark.parametrize("count", [7, 8, 9, 12, 40])
def test_of_very_many_operands_those_left_out_are_counted(count: int) -> None:
    names = [f"x{i}" for i in range(count)]
    result = trace(f"max({', '.join(names)})", dict.fromkeys(names, 1.0))
    inside = equation(result.graph, result.graph.output).removeprefix("max(").removesuffix(")")
    more = re.search(r"… ([\d,]+) more", inside)
    shown = [word for word in inside.split(", ") if "…" not in word]
    first = len(shown) - 1 if more else len(shown)
    assert shown == [*names[:first], *names[count - len(shown) + first :]]
    assert len(shown) + (int(more[1]) if more else 0) == count
    assert (count > 8) == bool(more)


@pytest.mark.parametrize(
    "text", ["a = 1 + later*2\nlater = 3\na", "a = x\nb = a + sin( soon )\nsoon = b"]
)
def test_a_name_used_before_its_definition_is_what_is_marked(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text)
    start, end = caught.value.span
    assert text[start:end] == str(caught.value).split(": ")[1].split()[0]
    line, carets = caught.value.excerpt()
    assert line[carets.index("^") : len(carets)] == text[start:end]
