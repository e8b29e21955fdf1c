"""A sample: a program or a network with its values, and what to show of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from ..descent.plan import Plan
from ..language.graph import Graph
from ..language.parse import parse, reads_as
from ..network.lowering import parameters_of, pretty, program_of, samples_of
from ..network.network import Network, with_row
from ..text.frozen import ReadOnly
from ..text.words import briefly

NONE: Mapping[str, float] = ReadOnly()
"""No values."""


class Sample(NamedTuple):
    """A program, what it is about, its values and what to show of it."""

    program: str
    title: str = ""
    about: str = ""
    tags: tuple[str, ...] = ()
    values: Mapping[str, float] = NONE
    fixed: Mapping[str, float] = NONE
    """Variables held fixed, with their values."""
    wrt: tuple[str, ...] | None = None
    """Names or shell patterns to differentiate by; None for every variable not held fixed."""
    at: int | None = None
    """The step to open at."""
    breakpoints: tuple[str, ...] = ()
    """Names or labels of nodes."""
    network: Network | None = None
    """The network that the program spells out, if it does."""
    descent: Plan | None = None
    """How to descend, where the sample says so."""
    path: str | None = None
    """The file that it was read from."""
    read: Graph | None = None
    """The graph of the program, where it was parsed to check the sample: `graph` gives it again."""

    def __repr__(self) -> str:
        return f"<Sample {briefly(self.title or self.program)}>"

    @property
    def bindings(self) -> dict[str, float]:
        """All values that the sample gives, fixed or not."""
        return {**self.values, **self.fixed}

    def graph(self) -> Graph:
        """The graph of the program. Raises ParseError."""
        given = self.bindings
        if self.read is not None and reads_as(self.read, self.program, given):
            return self.read
        graph = parse(self.program, given)
        return graph if self.network is None else with_network_names(graph)

    def at_row(self, row: int) -> Sample:
        """The sample of another row of its data, from 1. BackpropError where there is none."""
        network = with_row(self.network, row)
        fixed = ReadOnly({**self.fixed, **samples_of(network)})
        return self._replace(fixed=fixed, network=network)


def of_network(network: Network) -> Sample:
    """A network as a sample: its parameters are free, inputs and targets held fixed."""
    return Sample(
        program_of(network),
        values=ReadOnly(parameters_of(network)),
        fixed=ReadOnly(samples_of(network)),
        network=network,
    )


def with_network_names(graph: Graph) -> Graph:
    """The graph with the names of a network shown as mathematics writes them."""
    return replace(graph, shown=_Pretty(graph.by_name))


class _Pretty(Mapping[str, str]):
    """Names of a network as mathematics writes them, each written when it is asked for."""

    def __init__(self, names: Collection[str]) -> None:
        self.names = names

    def __getitem__(self, name: str) -> str:
        if name not in self.names:
            raise KeyError(name)
        return pretty(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)
