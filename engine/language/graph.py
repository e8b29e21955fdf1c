"""The computation graph: immutable, without values, operands before users."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from itertools import chain, count
from typing import Any, NamedTuple

from ..table.operation import Operation
from ..text.errors import BackpropError
from ..text.frozen import ReadOnly, Unchanging, column, read_only
from ..text.words import briefly, cited, counted, suggestion

LETTERS = "abcdefghijklmnopqrstuvwxyz"
LETTERED = 20
"""Graphs of at most this many nodes are labelled by letters."""
COLUMNS = ("starts", "ends", "grouped")
"""The columns of a graph that hold a number for each node."""


class Node(NamedTuple):
    """One node, made on demand from the columns of its graph."""

    id: int
    label: str
    name: str | None
    operation: Operation | None
    """None for a leaf."""
    operands: tuple[int, ...]
    constant: float | None
    """The number of a constant, None for every other node."""

    @property
    def ref(self) -> str:
        """What the node is called wherever it is mentioned: its name, else its label."""
        return self.name or self.label


class Definition(NamedTuple):
    """A function that the program defines, `name(parameters) = body`."""

    name: str
    parameters: tuple[str, ...]
    body: Graph
    """As written: its first nodes are the parameters, and calls stand unexpanded."""
    before: int
    """The index of the statement that it stands before."""


class Group(NamedTuple):
    """One call: what its function made of its arguments."""

    name: str
    """The function's."""
    output: int
    arguments: tuple[int, ...]
    inside: int | None
    """The index of the group in whose function's body the call stands; None in a statement."""
    statement: int
    """The index of the statement to which it belongs."""
    node: int
    """The call among the nodes of what is written there, the body or the statement."""


@dataclass(frozen=True, repr=False)
class Graph(Unchanging):
    """A program as nodes in evaluation order; a node's id is its index in every column.

    An edge is a pair (user, slot), so x*x has two edges to one node. Graphs are equal where their
    nodes, names, statements, functions and outputs are; they can be hashed, copied and pickled.
    """

    operations: tuple[Operation | None, ...]
    operands: tuple[tuple[int, ...], ...]
    constants: Mapping[int, float]
    symbols: Mapping[int, str]
    """The names of constants written by name (e, pi, tau), by id; of calls unexpanded, whose."""
    names: Mapping[int, str]
    variables_by_name: Mapping[str, int]
    """The variables in order of appearance."""
    statements: tuple[tuple[str | None, int], ...]
    """The program's statements as written: the name given, if any, and the node meant."""
    output: int
    text: str = field(compare=False, default="", repr=False)
    starts: Sequence[int] = field(compare=False, default=(), repr=False)
    """Where each node is written: offsets into the text, in characters, from 0, half-open."""
    ends: Sequence[int] = field(compare=False, default=(), repr=False)
    shown: Mapping[int, str] = field(compare=False, default_factory=dict, repr=False)
    """What nodes are called where people read, if that is not their ref."""
    definitions: tuple[Definition, ...] = ()
    """The functions that the program defines, in order."""
    written: Mapping[int, Graph] = field(default_factory=dict, repr=False)
    """The statements that hold calls, by index, as they were written: with the calls unexpanded."""
    groups: tuple[Group, ...] = ()
    """The calls, in the order in which their bodies begin: one after that which it is inside."""
    grouped: Sequence[int] = field(compare=False, default=(), repr=False)
    """By node: the group of the innermost call that made it, -1 for none; empty without groups."""

    def __post_init__(self) -> None:
        for name in ("constants", "symbols", "names", "variables_by_name", "shown", "written"):
            object.__setattr__(self, name, read_only(getattr(self, name)))
        for name in COLUMNS:
            object.__setattr__(self, name, column("q", getattr(self, name)))

    def __len__(self) -> int:
        return len(self.operations)

    def __hash__(self) -> int:
        return hash((self.operations, self.operands, self.statements, self.output))

    def __repr__(self) -> str:
        return f"<Graph of {counted(len(self), 'node')}: {briefly(self.text)}>"

    def __reduce__(self) -> tuple[Any, ...]:
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        given |= {name: array("q", given[name]) for name in COLUMNS}
        return Graph, tuple(given.values())

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes in id order."""
        return tuple(map(self.node, range(len(self))))

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables in order of appearance."""
        return tuple(self.variables_by_name)

    def node(self, node: int) -> Node:
        """The node with this id."""
        return Node(
            node,
            self.label(node),
            self.names.get(node),
            self.operations[node],
            self.operands[node],
            self.constants.get(node),
        )

    def label(self, node: int) -> str:
        """The node's short label: a letter in small graphs, else v and its id."""
        labels, prefix = self._labels
        return labels[node] if labels else f"{prefix}{node}"

    def ref(self, node: int) -> str:
        """What the node is called wherever it is mentioned: its name, else its label."""
        return self.names.get(node) or self.label(node)

    def pretty(self, node: int) -> str:
        """What the node is called where people read: its ref, as mathematics writes it."""
        return self.shown.get(node) or self.ref(node)

    def is_leaf(self, node: int) -> bool:
        """True for a constant or a variable."""
        return self.operations[node] is None

    @cached_property
    def by_name(self) -> ReadOnly[str, int]:
        """Every name of the program, aliases included, to its node."""
        named = {name: node for name, node in self.statements if name}
        return ReadOnly({**self.variables_by_name, **named})

    @cached_property
    def functions(self) -> ReadOnly[str, Definition]:
        """The functions that the program defines, by name."""
        return ReadOnly({definition.name: definition for definition in self.definitions})

    def call(self, group: Group) -> Graph:
        """What is written where a call stands: the body that it is in, or the statement."""
        if group.inside is None:
            return self.written[group.statement]
        return self.functions[self.groups[group.inside].name].body

    def span(self, group: Group) -> tuple[int, int]:
        """Where a call is written: offsets into the text, in characters, from 0, half-open."""
        written = self.call(group)
        return written.starts[group.node], written.ends[group.node]

    @cached_property
    def group_nodes(self) -> tuple[tuple[int, ...], ...]:
        """By group: the nodes that its call made, without those of the calls inside it."""
        found: list[list[int]] = [[] for _ in self.groups]
        for node, group in enumerate(self.grouped):
            if group >= 0:
                found[group].append(node)
        return tuple(map(tuple, found))

    @cached_property
    def deciding(self) -> tuple[int, ...]:
        """The nodes of which the first operand only chooses between the others, ascending."""
        rows = {row for row in set(self.operations) if row is not None and row.decides}
        found = enumerate(self.operations) if rows else ()
        return tuple(node for node, row in found if row in rows)

    @cached_property
    def edges(self) -> Sequence[tuple[int, ...]]:
        """By node the operands along whose slots a sweep may send: all but conditions.

        Of a node that decides they are the last ones, else all.
        """
        if not self.deciding:
            return self.operands
        deciding = frozenset(self.deciding)
        pairs = enumerate(self.operands)
        return [operands[node in deciding :] for node, operands in pairs]

    @cached_property
    def calls_of(self) -> ReadOnly[int, tuple[int, ...]]:
        """The groups whose output a node is, the outermost first, by node."""
        found: dict[int, list[int]] = {}
        for index, group in enumerate(self.groups):
            found.setdefault(group.output, []).append(index)
        return ReadOnly({node: tuple(groups) for node, groups in found.items()})

    @cached_property
    def group_ranges(self) -> tuple[tuple[int, int], ...]:
        """By group: between which ids stand the nodes that it made, and the calls inside it."""
        first, last = [len(self)] * len(self.groups), [0] * len(self.groups)
        for node, group in enumerate(self.grouped):
            if group >= 0:
                first[group], last[group] = min(first[group], node), node + 1
        for index in reversed(range(len(self.groups))):
            around = self.groups[index].inside
            if around is not None:
                first[around] = min(first[around], first[index])
                last[around] = max(last[around], last[index])
        return tuple(zip(first, last, strict=True))

    def made_by(self, group: int) -> tuple[int, ...]:
        """The nodes that a call made, with those of the calls inside it, ascending."""
        return tuple(node for node in range(*self.group_ranges[group]) if self.grouped[node] >= 0)

    def groups_around(self, node: int) -> list[int]:
        """The groups that a node is made in, the innermost first."""
        group = self.grouped[node] if self.groups else -1
        found = list[int]()
        while group >= 0:
            found.append(group)
            inside = self.groups[group].inside
            group = -1 if inside is None else inside
        return found

    @property
    def without_text(self) -> Graph:
        """The graph alone, without where it is written."""
        return replace(self, text="", starts=(), ends=())

    def with_output(self, name: str) -> Graph:
        """The same nodes with another named node as the output. BackpropError if it has none."""
        if not isinstance(name, str) or name not in self.by_name:
            hint = suggestion(cited(name), self.by_name)
            raise BackpropError(f"no node of the program is named {cited(name)}{hint}")
        node = self.by_name[name]
        if node == self.output:
            return self
        return replace(self, output=node, statements=(*self.statements, (None, node)))

    @cached_property
    def users(self) -> tuple[Sequence[int], Sequence[int]]:
        """Where each node's value goes: offsets by node, and the users' ids, ascending.

        The users of node i stand at `ids[offsets[i]:offsets[i + 1]]`, one entry for each slot.
        """
        offsets = array("q", bytes(8 * (len(self) + 1)))
        for operands in self.operands:
            for node in operands:
                offsets[node + 1] += 1
        for node in range(len(self)):
            offsets[node + 1] += offsets[node]
        fill, ids = array("q", offsets), array("q", bytes(8 * offsets[-1]))
        for user, operands in enumerate(self.operands):
            for node in operands:
                ids[fill[node]] = user
                fill[node] += 1
        return column("q", offsets), column("q", ids)

    def users_of(self, node: int) -> Sequence[int]:
        """The ids of the nodes that use this one, ascending, one entry for each slot."""
        offsets, ids = self.users
        return ids[offsets[node] : offsets[node + 1]]

    @cached_property
    def _labels(self) -> tuple[str, str]:
        taken = {*self.by_name, *self.symbols.values(), *self.functions}
        taken.update(name for function in self.definitions for name in function.parameters)
        letters = "".join(letter for letter in LETTERS if letter not in taken)
        if len(self) <= min(LETTERED, len(letters)):
            return letters, ""
        numbered = (f"v{number}_" for number in count())
        prefixes = chain(("v", "u", *LETTERS), (f"node{letter}" for letter in LETTERS), numbered)
        clashing = {name.rstrip("0123456789") for name in taken if name[-1] in "0123456789"}
        return "", next(prefix for prefix in prefixes if prefix not in clashing)


class Builder:
    """Builds a graph by appending nodes; every method returns the id of the node it stands for."""

    def __init__(self) -> None:
        self.operations: list[Operation | None] = []
        self.operands: list[tuple[int, ...]] = []
        self.constants: dict[int, float] = {}
        self.symbols: dict[int, str] = {}
        self.names: dict[int, str] = {}
        self.variables: dict[str, int] = {}
        self.starts: list[int] = []
        self.ends: list[int] = []

    def add(
        self, operation: Operation | None, operands: tuple[int, ...], start: int = 0, end: int = 0
    ) -> int:
        """A node of this operation (None for a leaf) over earlier nodes."""
        node = len(self.operations)
        self.operations.append(operation)
        self.operands.append(operands)
        self.starts.append(start)
        self.ends.append(end)
        return node

    def constant(
        self, value: float, symbol: str | None = None, start: int = 0, end: int = 0
    ) -> int:
        """A constant; `symbol` is the name that it was written by, if any."""
        node = self.add(None, (), start, end)
        self.constants[node] = value
        if symbol:
            self.symbols[node] = symbol
        return node

    def variable(self, name: str, start: int = 0, end: int = 0) -> int:
        """The variable of this name, made when first met."""
        node = self.variables.get(name)
        if node is None:
            node = self.add(None, (), start, end)
            self.variables[name] = node
            self.names[node] = name
        return node

    def graph(
        self,
        statements: Sequence[tuple[str | None, int]],
        text: str = "",
        shown: Mapping[int, str] | None = None,
        **calls: Any,
    ) -> Graph:
        """The finished graph; the last statement is the output.

        `calls` are the fields of functions and groups, where the program has any.
        """
        return Graph(
            tuple(self.operations),
            tuple(self.operands),
            self.constants,
            self.symbols,
            self.names,
            self.variables,
            tuple(statements),
            statements[-1][1],
            text,
            array("q", self.starts),
            array("q", self.ends),
            {} if shown is None else shown,
            **calls,
        )
