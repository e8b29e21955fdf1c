"""What must hold for any input: refused in one good message, or read and right in every way."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from math import isfinite, isnan
from typing import Any

import numpy
from backprop_tui.engine import BackpropError, Graph, Sample, Trace, parse, trace_network
from backprop_tui.engine.calculus.batch import evaluate_many, sweep_many
from backprop_tui.engine.calculus.forward import evaluate
from backprop_tui.engine.calculus.route import route
from backprop_tui.engine.calculus.sweep import Sweep, sweep
from backprop_tui.engine.calculus.tangents import tangents
from backprop_tui.engine.descent.descent import points
from backprop_tui.engine.export.dot import dot
from backprop_tui.engine.files.bindings import bindings_text, read_bindings
from backprop_tui.engine.files.sample_file import read_sample
from backprop_tui.engine.language.show import program
from backprop_tui.engine.network.csv_file import read_data
from backprop_tui.engine.opinions.check import check
from backprop_tui.engine.text.words import invisible
from backprop_tui.tui.command.arguments import main
from backprop_tui.tui.export.drawing import drawing_text
from backprop_tui.tui.export.svg import svg
from backprop_tui.tui.export.text import text as told
from backprop_tui.tui.session.opening import open_session

from .oracle import UnclearError, truths
from .texts import Case

LONGEST = 2_000
"""Characters of a message."""
DRAWN = 60
"""Nodes up to which a graph is drawn and printed in every format."""
CLOSE = 1e-9


def check_message(message: str) -> None:
    """One message: not empty, not endless, nothing in it that a terminal would obey."""
    assert message.strip(), "an error without a word"
    assert len(message) <= LONGEST, f"{len(message):,} characters: {message[:200]}…"
    hidden = [c for c in message if invisible(c) and c != "\n"]
    assert not hidden, f"{hidden[:5]} in {message[:200]!r}"


@contextlib.contextmanager
def refusals() -> Iterator[None]:
    """Lets bad input be refused, if that is said well; whatever else is raised is a finding."""
    try:
        yield
    except BackpropError as error:
        check_message(str(error))


def any_text_is_read_or_refused(text: str) -> None:
    """A program has a text that reads as the same graph."""
    with refusals():
        graph = parse(text)
        assert parse(program(graph), graph.variables) == graph


def values_come_back(text: str) -> None:
    """Values have a text that reads as the same values."""
    with refusals():
        found = read_bindings(text)
        assert all(map(isfinite, found.values()))
        if all(map(str.isidentifier, found)):
            assert read_bindings(bindings_text(found)) == found


def a_trace_is_right_in_every_way(case: Case) -> None:
    """Forward mode, arrays of value sets and every format agree with the sweep."""
    result = case.trace()
    forward_is_reverse(result)
    leaves = result.route.wrt
    columns = {name: [value, -value] for name, value in result.bindings.items()}
    if columns:
        found = next(differences(result.graph, leaves, columns), None)
        assert found is None, found
    document = strict(result.to_dict())
    last = len(result.route)
    assert strict(result.to_dict(at=last)) == document
    assert strict(result.to_dict(at=last // 2))["steps"] == document["steps"][: last // 2]
    if len(result.graph) <= DRAWN:
        every_format_is_written(result)


def forward_is_reverse(result: Trace) -> None:
    """Both modes agree as far as the contributions, each counted by its size, allow."""
    sizes = sweep(result.route, result.values)
    sums = [0.0] * len(result.graph)
    sums[result.graph.output] = 1.0
    for index, (user, target) in enumerate(
        zip(result.route.users, result.route.targets, strict=True)
    ):
        sums[target] += abs(sizes.partials[index]) * sums[user]
    for leaf in result.route.wrt:
        forward = tangents(result.graph, result.values, leaf)[result.graph.output]
        reverse = result.sweep.adjoints[leaf]
        if all(map(isfinite, (forward, reverse, sums[leaf]))):
            assert abs(forward - reverse) <= CLOSE * sums[leaf] + 1e-300, (forward, reverse)


def strict(document: Mapping[str, Any]) -> Any:
    """The document through JSON, in which no number may be missing or infinite."""
    return json.loads(json.dumps(document, allow_nan=False))


def every_format_is_written(result: Trace) -> None:
    """Text, drawing, DOT and SVG hold nothing that a terminal would obey."""
    wrt = result.wrt or None
    sample = Sample(program(result.graph), values=result.bindings, wrt=wrt)
    session = open_session(sample, complete=True, view="graph")
    session = session.seek(len(session.trace.route))
    for lines in (told(session), drawing_text(session), dot(result), svg(session)):
        assert not any(invisible(c) for line in lines for c in line if c != "\n")


def same(many: float, one: float) -> bool:
    """True for equal numbers within 1e-12 of their size, infinities and nan as they are."""
    if not isfinite(one):
        return many == one or (isnan(many) and isnan(one))
    return abs(many - one) <= 1e-12 * max(abs(many), abs(one)) + 1e-300


def differences(
    graph: Graph, leaves: tuple[int, ...], columns: dict[str, list[float]],
    shared: Collection[str] = (),
) -> Iterator[tuple[str, dict[str, float]]]:  # fmt: skip
    """Where a node's value or the gradient is another set by set than for all sets at once.

    All sets share the first number of the variables that are `shared`.
    """
    sets = len(next(iter(columns.values())))
    arrays: dict[str, Any] = {
        name: column[0] if name in shared else numpy.array(column)
        for name, column in columns.items()
    }
    way = route(graph, leaves)
    values, swept = evaluate_many(graph, arrays), sweep_many(way, arrays, sets)
    spread = [numpy.broadcast_to(value, (sets,)) for value in values]
    for k in range(sets):
        bindings = {name: column[k] for name, column in columns.items()}
        one = sweep(way, evaluate(graph, bindings))
        many = [value[k] for value in spread]
        pairs = {graph.ref(node): (many[node], value) for node, value in enumerate(one.values)}
        pairs["output"] = swept.value[k], one.values[graph.output]
        for leaf in leaves:
            name = graph.names[leaf]
            pairs[f"gradient {name}"] = swept.gradient[name][k], one.adjoints[leaf]
        yield from ((what, bindings) for what, pair in pairs.items() if not same(*pair))


def sizes(swept: Sweep) -> list[float]:
    """What the sweep gives when every contribution counts by its size: where terms cancel, each is
    rounded by itself."""
    found, way = [0.0] * len(swept.graph), swept.route
    found[swept.graph.output] = 1.0
    for user, target, partial in zip(way.users, way.targets, swept.partials, strict=True):
        found[target] += abs(partial) * found[user]
    return found


def value_and_gradient_are_true(case: Case) -> None:
    """What the sweep finds is what mpmath finds, wherever that is clear."""
    result = case.trace()
    with contextlib.suppress(UnclearError):
        value, slopes = truths(result.graph, result.bindings, result.wrt)
        assert value.holds(result.value), (result.value, value)
        terms = sizes(result.sweep)
        for name, slope in slopes.items():
            found, rounding = result.gradient[name], 1e-12 * terms[result.graph.by_name[name]]
            holds = slope.holds(found) or abs(found - slope.number) <= rounding
            assert not isfinite(found) or holds, (name, found, slope)


def verdicts_are_true(case: Case) -> None:
    """A gradient that is right to the last digits is not called wrong, a wrong one not right."""
    result = case.trace()
    with contextlib.suppress(UnclearError):
        _, slopes = truths(result.graph, result.bindings, result.wrt)
        for found in check(result.sweep):
            slope = slopes[result.graph.names[found.node]]
            near = abs(found.gradient - slope.number) <= 1e-12 * abs(slope.number)
            if near and found.verdict in ("differ", "lost", "undefined", "kink"):
                raise AssertionError((found, slope.number))
        wrong = [adjoint * 1.001 for adjoint in result.sweep.adjoints]
        for found in check(replace(result.sweep, adjoints=wrong)):
            slope = slopes[result.graph.names[found.node]]
            far = abs(found.gradient - slope.number) > 1e-4 * abs(slope.number) + slope.slack
            assert not far or found.verdict != "agree", (found, slope.number)


def a_description_is_read_or_refused(description: dict[str, Any]) -> None:
    """A network's program reads as the same graph; the trace of it is written whole."""
    with refusals():
        made = trace_network(description)
        assert parse(made.graph.text) == made.graph
        strict(made.to_dict())


def a_file_is_read_or_refused(content: bytes) -> None:
    """The sample in a file opens, or the message says why not."""
    with refusals():
        sample = read_sample("sample.toml", content)
        session = open_session(sample)
        list(islice(told(session), 1_000))
        list(islice(points(session.trace, session.descent.plan), 3))


def a_table_is_read_or_refused(given: tuple[bytes, Mapping[str, Any]]) -> None:
    """The rows of a file are vectors of finite numbers, as many as there are targets."""
    content, columns = given
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "data.csv"), "wb") as stream:
            stream.write(content)
        with refusals():
            data = read_data("data.csv", **columns, folder=folder)
            assert len(data.inputs) == len(data.targets) >= 1
            assert all(isfinite(number) for row in data.inputs for number in row)


def a_command_ends_well(given: tuple[list[str], str]) -> None:
    """Exit status 0, 1 or 2; with 2 one message on standard error, and nothing of a traceback."""
    arguments, piped = given
    output, errors = io.StringIO(), io.StringIO()
    before = os.getcwd(), sys.stdin
    with tempfile.TemporaryDirectory() as folder:
        try:
            os.chdir(folder)
            sys.stdin = io.StringIO(piped)
            with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
                status = _status(arguments)
        finally:
            os.chdir(before[0])
            sys.stdin = before[1]
    assert status in (0, 1, 2), status
    said = errors.getvalue()
    assert "Traceback" not in said, said
    if status == 2:
        check_message(said)
    assert not any(invisible(c) for c in output.getvalue() if c not in "\n"), "control characters"


def _status(arguments: list[str]) -> Any:
    try:
        return main(arguments)
    except SystemExit as end:
        return end.code
