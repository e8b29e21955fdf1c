"""A program traced: its graph, the forward values, the finished sweep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from ..calculus.forward import check_bindings, evaluate, named, whole
from ..calculus.route import Route
from ..calculus.sweep import Sweep, sweep
from ..diagnosis.problems import LISTED, Problem, problems
from ..diagnosis.symptoms import Symptom, further, symptoms
from ..language.graph import Graph
from ..network.places import NOWHERE, Places
from ..opinions.checked import Checked
from ..text.errors import BackpropError
from ..text.frozen import ReadOnly, Unchanging, read_only
from ..text.words import FEW, briefly, listed
from .symmetry import symmetric

if TYPE_CHECKING:
    from ..network.data import Data
    from ..network.lowering import Lowered
    from ..network.network import Network


@dataclass(frozen=True, eq=False, repr=False)
class Trace(Unchanging):
    """One program at one set of values, with everything that was computed from it.

    Nothing of it can be changed. It can be copied and pickled; what was computed is left out of
    the pickle and computed anew when it is asked for.
    """

    bindings: Mapping[str, float]
    """The value of each variable, in order of appearance."""
    route: Route
    lowered: Lowered | None = None
    """The network that the program spells out, if it does, and its places."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "bindings", read_only(self.bindings))

    def __repr__(self) -> str:
        few = [f"{briefly(name)}: {value!r}" for name, value in islice(self.bindings.items(), FEW)]
        return f"<Trace of {self.graph!r} at {listed(few, len(self.bindings)) or 'no values'}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return Trace, (self.bindings, self.route, self.lowered)

    @property
    def graph(self) -> Graph:
        """The program as a computation graph."""
        return self.route.graph

    @property
    def network(self) -> Network | None:
        """The network that the program spells out, if it does."""
        return None if self.lowered is None else self.lowered.network

    @property
    def places(self) -> Places:
        """Where the nodes belong in the network; nowhere where there is none."""
        return NOWHERE if self.lowered is None else self.lowered.places

    @property
    def data(self) -> Data | None:
        """The data set of which the network's sample is a row, if it is."""
        return None if self.lowered is None else self.lowered.network.data

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
    def gradient(self) -> ReadOnly[str, float]:
        """The derivative of the output by each `wrt` leaf, in order of appearance.

        A dict that refuses writes.
        """
        names, adjoints = self.graph.names, self.sweep.adjoints
        return ReadOnly({names[leaf]: adjoints[leaf] for leaf in self.route.wrt})

    def at(self, bindings: Mapping[str, float]) -> Trace:
        """The same program and leaves at other values; those not given stay as they are.

        Raises BackpropError for a value that is not finite or a name that the program lacks.
        """
        given = {**self.bindings, **named(bindings)}
        return replace(self, bindings=check_bindings(self.graph, given))

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """The first causes of every number that is not finite, in the order met; at most LISTED."""
        return self._causes[:LISTED]

    @cached_property
    def _causes(self) -> tuple[Problem, ...]:
        """The problems, and of more than are listed the next."""
        return problems(self.sweep)

    @cached_property
    def symptoms(self) -> tuple[Symptom, ...]:
        """What may spoil the gradient although every number is finite."""
        more = [further(found.node, "problems", LISTED) for found in self._causes[LISTED:]]
        alike = symmetric(self.values, self.places)
        return (*symptoms(self.sweep), *alike, *more)

    @cached_property
    def problems_by_node(self) -> Mapping[int, Sequence[Problem]]:
        """The problems at each node that has one, by id."""
        return ReadOnly(_by_node(self.problems))

    @cached_property
    def symptoms_by_node(self) -> Mapping[int, Sequence[Symptom]]:
        """The symptoms at each node that has one, by id."""
        return ReadOnly(_by_node(self.symptoms))

    @cached_property
    def troubles(self) -> Mapping[int, str]:
        """The nodes at which there is a `problem` or a `warning`, by id."""
        warned = dict.fromkeys(self.symptoms_by_node, "warning")
        return ReadOnly(warned | dict.fromkeys(self.problems_by_node, "problem"))

    def step_meant(self, at: int | None) -> int:
        """The step; the last one when None. BackpropError when the sweep has no such step."""
        last = len(self.route)
        if at is None:
            return last
        step = whole(at)
        if step is None or not 0 <= step <= last:
            message = f"there is no step {briefly(at)}: the sweep has the steps 0 to {last}"
            raise BackpropError(message)
        return step

    def to_dict(
        self, at: int | None = None, checked: Iterable[Checked] | None = None
    ) -> dict[str, Any]:
        """The trace as plain data, as the JSON format has it; `at` stops after that step.

        `checked` adds second opinions. Raises BackpropError for a step out of range and for what
        are no second opinions.
        """
        from ..export.json import document

        given = list(checked) if isinstance(checked, Iterable) else checked
        if given is not None and not (
            isinstance(given, list) and all(isinstance(found, Checked) for found in given)
        ):
            raise BackpropError(f"{briefly(checked)} is not what check() gives: second opinions")
        return document(self, at, given)


Found = TypeVar("Found", Problem, Symptom)


def _by_node(found: Iterable[Found]) -> dict[int, list[Found]]:
    """What was found, by its node."""
    at: dict[int, list[Found]] = {}
    for one in found:
        at.setdefault(one.node, []).append(one)
    return at
