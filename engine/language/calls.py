"""The text of calls: as they are written, with the arguments of the calls around them put in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..table.operation import ATOM
from .graph import Graph
from .show import DATA, LONGEST, PRINT, Atom, Spelling, bounded

QUOTED = 24
"""Characters of what stands for a node where people read."""
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


class Quotes(Mapping[int, str]):
    """What nameless nodes of calls are called where people read: what they compute.

    Operators stand in brackets. What would be too long has its label; of a call the function stays.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.calls = CallTexts(graph, QUOTED, PRINT)
        self._known: dict[int, str | None] = {}

    def __getitem__(self, node: int) -> str:
        if node not in self._known:
            self._known[node] = self._quote(node) if self._is_quoted(node) else None
        text = self._known[node]
        if text is None:
            raise KeyError(node)
        return text

    def __iter__(self) -> Iterator[int]:
        return (node for node in range(len(self.graph)) if self.get(node))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __reduce__(self) -> tuple[type[Quotes], tuple[Graph]]:
        return Quotes, (self.graph,)

    def _is_quoted(self, node: int) -> bool:
        graph = self.graph
        return node not in graph.names and graph.grouped[node] >= 0

    def call(self, group: int) -> str:
        """A call, short enough to be quoted."""
        return self.calls.text(group) or f"{self.graph.groups[group].name}(…)"

    def _call_of(self, node: int) -> str | None:
        """The outermost call whose output a node is, where the call made it."""
        groups = self.graph.calls_of.get(node, ())
        return self.call(groups[0]) if groups and self._is_quoted(node) else None

    def _quote(self, node: int) -> str | None:
        call, graph = self._call_of(node), self.graph
        if call:
            return call

        def atom(i: int) -> Atom | None:
            text = None if i == node else graph.names.get(i) or self._call_of(i)
            return (text, ATOM) if text else None

        text, operation = bounded(graph, node, atom, QUOTED, PRINT), graph.operations[node]
        return f"({text})" if text and operation and operation.power else text


def call_words(graph: Graph, group: int) -> str:
    """A call as people read it, with the name of its output where that has one."""
    shown, output = graph.shown, graph.groups[group].output
    quotes = shown if isinstance(shown, Quotes) else Quotes(graph)
    name = graph.names.get(output)
    return f"{name} = {quotes.call(group)}" if name else quotes.call(group)


def said_once(name: str, equation: str) -> str:
    """A node's equation after its name, which may be what it computes already."""
    name = name[1:-1] if name.startswith("(") else name
    return equation if name == equation else f"{name} = {equation}"


def with_quotes(graph: Graph) -> Graph:
    """A graph whose calls are quoted, if it has any."""
    return replace(graph, shown=Quotes(graph)) if graph.groups else graph
