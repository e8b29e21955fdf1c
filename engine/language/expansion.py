"""Calls of functions that a program defines, expanded: what is written becomes nodes."""

from __future__ import annotations

from array import array
from typing import Any, NamedTuple

from ..table.constants import CONSTANTS
from ..table.ops import CALL
from ..text.bounds import CALLS, NODES
from ..text.errors import ParseError
from .graph import Builder, Definition, Graph, Group

PLACES = 3
"""Of calls inside calls, how many an error names."""


class Size(NamedTuple):
    """How much an expansion makes; beyond the limits, not how far beyond."""

    nodes: int
    calls: int
    """The calls, and their arguments."""

    def plus(self, nodes: int, calls: int) -> Size:
        """With so many more."""
        nodes, calls = self.nodes + nodes, self.calls + calls
        return Size(min(nodes, NODES.most + 1), min(calls, CALLS.most + 1))


class Frame:
    """A body, or a statement, that is being expanded."""

    __slots__ = ("group", "ids", "written")

    def __init__(self, written: Graph, ids: list[int], group: int) -> None:
        self.written = written
        self.ids = ids
        """The nodes that stand for those written, as far as they are made."""
        self.group = group
        """The group that is being made; -1 of a statement."""


class Expansion:
    """The functions defined so far, and the nodes that calls of them have become."""

    def __init__(self, text: str, builder: Builder, met: dict[str, int]) -> None:
        self.text = text
        self.builder = builder
        self.met = met
        """The names of the program that stand for a node; those first met here are added."""
        self.definitions: dict[str, Definition] = {}
        self.sizes: dict[str, Size] = {}
        self.calls = 0
        """The calls made so far, and their arguments."""
        self.written: dict[int, Graph] = {}
        self.groups: list[Group] = []
        self.grouped = array("q")
        self.first_in: dict[int, int] = {}
        """The variables that calls were the first to name, with the group of the call."""

    def define(self, definition: Definition) -> None:
        """Adds a function, which makes no node."""
        self.definitions[definition.name] = definition
        self.sizes[definition.name] = self.size(definition.body)

    def size(self, written: Graph) -> Size:
        """How much the expansion of a body makes."""
        size = Size(0, 0)
        for node, operation in enumerate(written.operations):
            if operation is CALL:
                size = size.plus(*self.size_of_call(written, node))
            elif operation is not None or node in written.constants:
                size = size.plus(1, 0)
        return size

    def size_of_call(self, written: Graph, node: int) -> Size:
        """How much the expansion of a call makes, its arguments left out."""
        return self.sizes[written.symbols[node]].plus(0, 1 + len(written.operands[node]))

    def check_size(self, written: Graph) -> None:
        """ParseError at the first call of a statement that makes too much, before it is made."""
        nodes, calls = len(self.builder.operations), self.calls
        for node, operation in enumerate(written.operations):
            size = self.size_of_call(written, node) if operation is CALL else Size(1, 0)
            nodes, calls = nodes + size.nodes, calls + size.calls
            if operation is CALL and (nodes > NODES.most or calls > CALLS.most):
                limit = NODES if nodes > NODES.most else CALLS
                message = f"expanding this call of {written.symbols[node]} makes too much: "
                raise self.error(message + limit.words, written, node)
        self.calls = calls

    def statement(self, written: Graph, index: int) -> int:
        """The node of a statement, its calls expanded."""
        self.check_size(written)
        if CALL in written.operations:
            self.written[index] = written
        frames = [Frame(written, [], -1)]
        while True:
            call = self._up_to_a_call(frames)
            if call is not None:
                frames.append(self._entered(frames[-1], call, index))
                continue
            frame = frames.pop()
            output = frame.ids[frame.written.output]
            if not frames:
                return output
            self.groups[frame.group] = self.groups[frame.group]._replace(output=output)
            frames[-1].ids.append(output)

    def fields(self) -> dict[str, Any]:
        """The fields of the finished graph that say what was defined and called."""
        self._group_up_to(len(self.builder.operations), -1)
        return {
            "definitions": tuple(self.definitions.values()),
            "written": self.written,
            "groups": tuple(self.groups),
            "grouped": self.grouped if self.groups else (),
        }

    def error(self, message: str, written: Graph, node: int) -> ParseError:
        """An error at a part of what is written."""
        return ParseError(message, self.text, written.starts[node], written.ends[node])

    def _entered(self, frame: Frame, call: int, index: int) -> Frame:
        """The body of the function that is called, its arguments in the parameters' place."""
        name = frame.written.symbols[call]
        arguments = [frame.ids[operand] for operand in frame.written.operands[call]]
        inside = None if frame.group < 0 else frame.group
        self.groups.append(Group(name, -1, tuple(arguments), inside, index, call))
        return Frame(self.definitions[name].body, arguments, len(self.groups) - 1)

    def _up_to_a_call(self, frames: list[Frame]) -> int | None:
        """Makes the nodes of the last frame up to its next call; None where there is no more."""
        written, ids, group = frames[-1].written, frames[-1].ids, frames[-1].group
        for node in range(len(ids), len(written.operations)):
            operation = written.operations[node]
            if operation is CALL:
                return node
            if node in written.names:
                ids.append(self._named(frames, node))
            elif (known := self.met.get(written.symbols.get(node, ""))) is not None:
                ids.append(known)
            else:
                ids.append(self._made(written, node, ids, group))
        return None

    def _made(self, written: Graph, node: int, ids: list[int], group: int) -> int:
        """The node of an operation or a constant that is written in a group."""
        operation, start, end = written.operations[node], written.starts[node], written.ends[node]
        if operation is None:
            symbol = written.symbols.get(node)
            made = self.builder.constant(written.constants[node], symbol, start, end)
        else:
            operands = tuple([ids[operand] for operand in written.operands[node]])
            made = self.builder.add(operation, operands, start, end)
        if group >= 0:
            self._group_up_to(made, -1)
            self.grouped.append(group)
        return made

    def _group_up_to(self, node: int, group: int) -> None:
        self.grouped.extend([group] * (node - len(self.grouped)))

    def _named(self, frames: list[Frame], node: int) -> int:
        """The node of a name: what it is at the call."""
        written = frames[-1].written
        name = written.names[node]
        known = self.met.get(name)
        if known is not None:
            return known
        if name in self.definitions:
            raise self.error(_bare(name) + self._places(frames[-1].group), written, node)
        if name in CONSTANTS and name in self.builder.symbols.values():
            message = f"{name} is a constant above and a variable here: give one another name"
            raise self.error(message, written, node)
        made = self.builder.variable(name, written.starts[node], written.ends[node])
        self.met[name] = made
        if frames[-1].group >= 0:
            self.first_in[made] = frames[-1].group
        return made

    def called(self, node: int) -> str:
        """Where the calls stand that made a node, the nearest first; nothing for other nodes."""
        known = self.grouped[node] if node < len(self.grouped) else -1
        return self._places(self.first_in.get(node, known))

    def _places(self, group: int | None) -> str:
        places = list[str]()
        while group is not None and group >= 0:
            _, _, _, group, statement, node = self.groups[group]
            inside = None if group is None else self.groups[group].name
            written = self.definitions[inside].body if inside else self.written[statement]
            start = written.starts[node]
            line = self.text.count("\n", 0, start) + 1
            column = start - self.text.rfind("\n", 0, start)
            places.append(f", called at line {line}, column {column}")
        return "".join(places[:PLACES])


def _bare(name: str) -> str:
    """What is wrong with a function's name without a bracket after it."""
    return f"{name} is a function: write {name}(…)"
