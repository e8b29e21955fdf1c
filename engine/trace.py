"""A program traced: its graph, the forward values, the finished sweep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from .errors import BackpropError
from .forward import check_bindings, evaluate
from .graph import Graph
from .parse import parse
from .problems import Problem, problems
from .route import Route, choose_leaves, route
from .sweep import Sweep, sweep
from .symptoms import Symptom, symptoms

if TYPE_CHECKING:
    from .check import Checked
    from .data import Data
    from .network import Network


@dataclass(frozen=True, eq=False)
class Trace:
    """One program at one set of values, with everything that was computed from it."""

    bindings: Mapping[str, float]
    """The value of each variable, in order of appearance."""
    route: Route
    network: Network | None = None
    """The network that the program spells out, if it does."""

    @property
    def graph(self) -> Graph:
        """The program as a computation graph."""
        return self.route.graph

    @property
    def data(self) -> Data | None:
        """The data set of which the network's sample is a row, if it is."""
        return None if self.network is None else self.network.data

    @cached_property
    def values(self) -> Sequence[float]:
        """The value of every node, by id; computed when first asked for."""
        return evaluate(self.graph, self.bindings)

    @cached_property
    def sweep(self) -> Sweep:
        """The finished reverse sweep; made when first asked for."""
        return sweep(self.route, self.values)

    @property
    def value(self) -> float:
        """The value of the output."""
        return self.values[self.graph.output]

    @property
    def wrt(self) -> tuple[str, ...]:
        """The leaves differentiated by, in order of appearance."""
        return tuple(self.graph.names[leaf] for leaf in self.route.wrt)

    @property
    def gradient(self) -> dict[str, float]:
        """The derivative of the output by each `wrt` leaf, in order of appearance."""
        return {self.graph.names[leaf]: self.sweep.adjoints[leaf] for leaf in self.route.wrt}

    def at(self, bindings: Mapping[str, float]) -> Trace:
        """The same program and leaves at other values; those not given stay as they are.

        Raises BackpropError for a value that is not finite or a name that the program lacks.
        """
        return replace(self, bindings=check_bindings(self.graph, {**self.bindings, **bindings}))

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """The first causes of every number that is not finite, in the order met."""
        return problems(self.sweep)

    @cached_property
    def symptoms(self) -> tuple[Symptom, ...]:
        """What may spoil the gradient although every number is finite."""
        return symptoms(self.sweep)

    @cached_property
    def problems_by_node(self) -> Mapping[int, Sequence[Problem]]:
        """The problems at each node that has one, by id."""
        return _by_node(self.problems)

    @cached_property
    def symptoms_by_node(self) -> Mapping[int, Sequence[Symptom]]:
        """The symptoms at each node that has one, by id."""
        return _by_node(self.symptoms)

    @cached_property
    def troubles(self) -> Mapping[int, str]:
        """The nodes at which there is a `problem` or a `warning`, by id."""
        warned = dict.fromkeys(self.symptoms_by_node, "warning")
        return warned | dict.fromkeys(self.problems_by_node, "problem")

    def step_meant(self, at: int | None) -> int:
        """The step; the last one when None. BackpropError when the sweep has no such step."""
        last = len(self.route)
        if at is None:
            return last
        if not 0 <= at <= last:
            raise BackpropError(f"there is no step {at}: the sweep has the steps 0 to {last}")
        return at

    def to_dict(
        self, at: int | None = None, checked: Iterable[Checked] | None = None
    ) -> dict[str, Any]:
        """The trace as plain data, as the JSON format has it; `at` stops after that step.

        `checked` adds second opinions. Raises BackpropError for a step out of range.
        """
        from .export.json import document

        return document(self, at, checked)


Found = TypeVar("Found", Problem, Symptom)


def _by_node(found: Iterable[Found]) -> dict[int, list[Found]]:
    """What was found, by its node."""
    at: dict[int, list[Found]] = {}
    for one in found:
        at.setdefault(one.node, []).append(one)
    return at


def trace(
    program: str | Graph,
    values: Mapping[str, float] | None = None,
    wrt: Sequence[str] | None = None,
) -> Trace:
    """Parses, evaluates and differentiates a program.

    `values` gives each variable a finite number. `wrt` names the leaves to differentiate by, by
    name or shell pattern; every variable when None. Raises ParseError for the program and
    BackpropError for the values and names.
    """
    bindings = dict(values or {})
    graph = program if isinstance(program, Graph) else parse(program, bindings)
    bindings = check_bindings(graph, bindings)
    leaves = choose_leaves(graph, graph.variables if wrt is None else wrt)
    return Trace(bindings, route(graph, leaves))


def trace_network(
    description: Mapping[str, Any], wrt: Sequence[str] | None = None, row: int = 1
) -> Trace:
    """A network as its graph, evaluated and differentiated.

    `description` has the keys of a sample file's `[network]` table: sizes, activation, cost,
    weights `[l - 2][j - 1][k - 1]` and biases, or init and seed, input, target, reduction; or for
    samples data, a path from the current directory, with inputs, targets or label, of which `row`,
    from 1, is traced. `wrt` names leaves, by name or shell pattern; every weight and bias when
    None. `to_dict()` adds the layers and the unrolled parameters. Raises NetworkError, which names
    the key, and BackpropError.
    """
    from .network_table import read_network
    from .sample import of_network

    network = read_network(description, row=row)
    sample = of_network(network)
    leaves = tuple(sample.values) if wrt is None else wrt
    return replace(trace(sample.graph(), sample.bindings, leaves), network=network)
