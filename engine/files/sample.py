"""A sample: a program or a network with its values, and what to show of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..descent.plan import Plan
from ..language.graph import Graph
from ..language.parse import parse, reads_as
from ..network.lowering import Lowered, lower
from ..network.network import Network, no_row
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
    lowered: Lowered | None = None
    """The network that the program spells out, if it does, and its places."""
    descent: Plan | None = None
    """How to descend, where the sample says so."""
    path: str | None = None
    """The file that it was read from."""
    read: Graph | None = None
    """The graph of the program, where it was parsed to check the sample: `graph` gives it again."""

    def __repr__(self) -> str:
        return f"<Sample {briefly(self.title or self.program)}>"

    @property
    def network(self) -> Network | None:
        """The network that the program spells out, if it does."""
        return None if self.lowered is None else self.lowered.network

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
        return graph if self.lowered is None else self.lowered.over(graph)

    def at_row(self, row: int) -> Sample:
        """The sample of another row of its data, from 1. BackpropError where there is none."""
        if self.lowered is None:
            raise no_row(row)
        lowered = self.lowered.at_row(row)
        return self._replace(fixed=ReadOnly({**self.fixed, **lowered.samples}), lowered=lowered)


def of_network(network: Network) -> Sample:
    """A network as a sample: its parameters are free, inputs and targets held fixed.

    NetworkError where it is larger than a program can be.
    """
    lowered = lower(network)
    return Sample(
        lowered.graph.text,
        values=ReadOnly(lowered.parameters),
        fixed=ReadOnly(lowered.samples),
        lowered=lowered,
        read=lowered.graph,
    )
