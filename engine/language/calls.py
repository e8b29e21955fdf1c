"""The text of calls: as they are written, with the arguments of the calls around them put in."""

from __future__ import annotations

from ..table.operation import ATOM
from .graph import Graph
from .show import DATA, LONGEST, Atom, Spelling, bounded

ENDLESS = "…" * (LONGEST + 1)
"""Stands for an argument that is too long: what it is put into is too long too."""


class CallTexts:
    """The texts of a graph's calls, each made when it is asked for.

    Down to the names of the statement in which the outermost call stands, none of them longer than
    so many characters.
    """

    def __init__(self, graph: Graph, longest: int = LONGEST, spelling: Spelling = DATA) -> None:
        self.graph = graph
        self.longest = longest
        self.spelling = spelling
        self._known: dict[int | None, tuple[Atom, ...]] = {None: ()}
        """By group: what stands for the parameters in its body; in a statement nothing does."""

    def text(self, group: int) -> str | None:
        """A call as it is written, the arguments put in; None where it is longer than that."""
        found = self.graph.groups[group]
        return self._part(found.inside, self.graph.call(found), found.node)[0]

    def _part(self, inside: int | None, written: Graph, node: int) -> tuple[str | None, int]:
        """A part of what is written in a group, and how tightly it binds."""
        arguments = self._arguments(inside)

        def atom(i: int) -> Atom | None:
            return arguments[i] if i < len(arguments) else None

        put_in, operation = atom(node), written.operations[node]
        text = bounded(written, node, atom, self.longest, self.spelling)
        power = operation.power if operation else 0
        return text, put_in[1] if put_in else power or ATOM

    def _arguments(self, group: int | None) -> tuple[Atom, ...]:
        """What stands for the parameters in the body of a group: found from the outermost in."""
        way = list[int]()
        while group is not None and group not in self._known:
            way.append(group)
            group = self.graph.groups[group].inside
        for inner in reversed(way):
            found = self.graph.groups[inner]
            written = self.graph.call(found)
            parts = [self._part(found.inside, written, i) for i in written.operands[found.node]]
            self._known[inner] = tuple([(text or ENDLESS, power) for text, power in parts])
        return self._known[way[0] if way else group]
