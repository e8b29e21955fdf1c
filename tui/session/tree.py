"""The rows of the tree: the graph unrolled from its output, each shared operation once."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from backprop_tui.engine import Graph

from .calls import shut_at, used_by_call

NONE: frozenset[int] = frozenset()
PAGE = 24
"""Rows beyond which an operand counts as long."""


@dataclass(frozen=True, eq=False)
class Tree:
    """The rows as columns. A row is an edge from the row of its parent, or a root."""

    nodes: Sequence[int]
    parents: Sequence[int]
    """The row of the user above; -1 for a root."""
    depths: Sequence[int]
    lasts: bytearray
    """1 for the last operand of its user."""
    repeats: bytearray
    """1 where the node is an operation that an earlier row shows with its operands."""
    first: Sequence[int]
    """By node: its first row, -1 where a fold hides it."""
    depth: int
    """The depth of the deepest row."""

    def __len__(self) -> int:
        return len(self.nodes)

    @cached_property
    def _known(self) -> dict[tuple[int, int], int]:
        """What `above` has found, by its arguments."""
        return {}

    def above(self, row: int, depth: int) -> int:
        """The row at a depth, at most the row's own, that leads to it.

        What was found is kept: the row below asks for the same, and the way can be long.
        """
        at, known = row, self._known
        while self.depths[at] > depth and (at, depth) not in known:
            at = self.parents[at]
        found = known.get((at, depth), at)
        if at != row:
            known[row, depth] = found
        return found

    def place(self, graph: Graph, node: int) -> int:
        """The first row of a node, or of the nearest one above it where a fold hides it."""
        above, met = deque([node]), {node}
        while self.first[above[0]] < 0:
            users = [user for user in graph.users_of(above.popleft()) if user not in met]
            above.extend(dict.fromkeys(users))
            met.update(users)
        return self.first[above[0]]


@dataclass(frozen=True, eq=False)
class Unrolled:
    """The tree of a graph with folds, made when it is first asked for: few views show it."""

    graph: Graph
    folds: frozenset[int] = NONE
    shut: frozenset[int] = NONE
    """The groups of the calls that are folded."""
    before: Unrolled | None = None
    """The same with other folds, from which this was made: to fold and unfold gives it back."""

    @cached_property
    def tree(self) -> Tree:
        """The rows."""
        return tree(self.graph, self.folds, self.shut, self.measures)

    @cached_property
    def measures(self) -> Measures:
        """What of the graph no fold changes."""
        return measured(self.graph) if self.before is None else self.before.measures

    def refolded(self, folds: frozenset[int], shut: frozenset[int] = NONE) -> Unrolled:
        """The same graph with other folds."""
        before = self.before
        if before is not None and (before.folds, before.shut) == (folds, shut):
            return before
        return Unrolled(self.graph, folds, shut, self if before is None else self.over(self.graph))

    @property
    def is_made(self) -> bool:
        """True once the rows were asked for."""
        return "tree" in vars(self)

    def over(self, graph: Graph) -> Unrolled:
        """The same rows over a graph that differs in its numbers at most."""
        other = Unrolled(graph, self.folds, self.shut)
        known = ("tree", "measures")
        vars(other).update({name: vars(self)[name] for name in known if name in vars(self)})
        return other


@dataclass(frozen=True, eq=False)
class Measures:
    """What must be known of a graph before its tree is made."""

    unused: Sequence[int]
    """The nodes that nothing uses, but the output."""
    sizes: bytearray
    """By node: the rows of its subtree, or just more than a page where there are more."""


def measured(graph: Graph) -> Measures:
    """The measures of a graph."""
    unused = [n for n in range(len(graph)) if n != graph.output and not len(graph.users_of(n))]
    sizes = bytearray()
    for operands in graph.operands:
        sizes.append(min(PAGE + 1, 1 + sum(sizes[operand] for operand in operands)))
    return Measures(unused, sizes)


def tree(graph: Graph, folds: Collection[int], shut: Collection[int], measures: Measures) -> Tree:
    """The tree of a graph; the operands of the nodes in `folds` are left out.

    Below the output of a call that is `shut` stands what the call uses.

    The output is the first root; named nodes that nothing uses follow as roots of their own.
    An operand that would fill more than a page comes after those that do not, so that a long sum
    reads downward, term by term, as the sweep goes.
    """
    nodes, parents, depths = array("q"), array("q"), array("q")
    lasts, repeats = bytearray(), bytearray()
    first = array("q", [-1]) * len(graph)
    sizes = measures.sizes
    stack = [(root, -1, 0, 1) for root in reversed([graph.output, *measures.unused])]
    while stack:
        node, parent, depth, last = stack.pop()
        row = len(nodes)
        call = shut_at(graph, shut, node) if shut else None
        operands = graph.operands[node] if call is None else used_by_call(graph, call)
        repeat = not graph.is_leaf(node) and first[node] >= 0
        nodes.append(node)
        parents.append(parent)
        depths.append(depth)
        lasts.append(last)
        repeats.append(repeat)
        if first[node] < 0:
            first[node] = row
        if not repeat and node not in folds:
            shown = sorted(operands, key=lambda operand: sizes[operand] > PAGE)
            below = [(operand, row, depth + 1, 0) for operand in shown]
            below[-1:] = [(*last[:3], 1) for last in below[-1:]]
            stack += reversed(below)
    return Tree(nodes, parents, depths, lasts, repeats, first, max(depths))
