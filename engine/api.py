"""The doors of the engine: a program or a network comes in, a trace goes out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from .calculus.forward import check_bindings, named
from .calculus.route import choose_leaves, route
from .files.sample import of_network
from .language.graph import Graph
from .language.parse import parse
from .tracing.trace import Trace


def trace(
    program: str | Graph,
    values: Mapping[str, float] | None = None,
    wrt: str | Collection[str] | None = None,
) -> Trace:
    """Parses, evaluates and differentiates a program.

    `values` gives each variable a finite number, of any kind that a double holds or rounds. `wrt`
    names the leaves to differentiate by, by name or shell pattern; a text alone is one of them;
    every variable when None. Raises ParseError for the program and BackpropError for the values
    and names.
    """
    given = {} if values is None else named(values)
    graph = program if isinstance(program, Graph) else parse(program, given)
    bindings = check_bindings(graph, given)
    leaves = choose_leaves(graph, graph.variables if wrt is None else wrt)
    return Trace(bindings, route(graph, leaves))


def trace_network(
    description: Mapping[str, Any], wrt: str | Collection[str] | None = None, row: int = 1
) -> Trace:
    """A network as its graph, evaluated and differentiated.

    `description` has the keys of a sample file's `[network]` table: sizes, activation, cost,
    weights `[l - 2][j - 1][k - 1]` and biases, or init and seed, input, target, reduction; or for
    samples data, a path from the current directory, with inputs, targets or label (and separator,
    decimal, header, missing, scale), of which `row`, from 1, is traced. Weights, biases, input and
    target may be NumPy arrays. `wrt` names leaves as in `trace`; every weight and bias when None.
    `to_dict()` adds the layers and the unrolled parameters. Raises NetworkError, which names the
    key, and BackpropError.
    """
    from .network.description import read_network

    sample = of_network(read_network(description, row=row))
    leaves = tuple(sample.values) if wrt is None else wrt
    return replace(trace(sample.graph(), sample.bindings, leaves), lowered=sample.lowered)
