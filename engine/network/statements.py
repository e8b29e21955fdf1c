"""A program in the making, statement by statement: its text, its nodes, and where they stand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, chain, repeat
from operator import add
from string import Formatter
from typing import TypeVar

from ..language.graph import Builder, Graph
from ..language.parse import parse
from ..table.ops import FUNCTIONS, PRODUCT_OF
from ..text.bounds import NAMES, NODES, OPERANDS, TEXT, Limit
from ..text.errors import NetworkError

T = TypeVar("T")
Operand = tuple[str, int | None]
"""The text of an operand and its node; None for a leaf, which is made where it is first met."""
Named = Mapping[str, Operand]
"""What the names of a formula stand for."""
Operands = tuple[Sequence[str], Sequence[int]]
"""The texts of many operands, and their nodes."""


class Statements:
    """What the parser would make of the text, made beside it.

    NetworkError as soon as it is larger than a program can be.
    """

    def __init__(self) -> None:
        self.builder = Builder()
        self.lines: list[str] = []
        self.length = 0
        """Characters of the lines, with their ends."""
        self.given: list[tuple[str | None, int]] = []

    @property
    def size(self) -> int:
        """How many nodes there are; the next one made has this id."""
        return len(self.builder.operations)

    def graph(self, shown: Mapping[int, str]) -> Graph:
        """The finished graph."""
        return self.builder.graph(self.given, "\n".join(self.lines), shown)

    def state(self, name: str, template: str, operands: Named) -> int:
        """A statement of a formula in which names stand for operands; its node."""
        node = self._formula(template, self._start(name), operands)
        return self._end(name, written(template, operands), node)

    def state_sum(self, name: str, template: str, term: str, operands: Sequence[Named]) -> int:
        """A statement of a formula of a total: the sum of terms, one alone in brackets; its node.

        The terms differ in what the names stand for.
        """
        texts = [written(term, one) for one in operands]
        function = "sum" if len(texts) > 1 else ""
        at = start = self._start(name) + template.index("{")
        nodes = list[int]()
        for text, one in zip(texts, operands, strict=True):
            at += len(", " if nodes else f"{function}(")
            nodes.append(self._formula(term, at, one))
            at += len(text)
        total = f"{function}({', '.join(texts)})"
        node = self._call(function, nodes, start, at + 1) if function else nodes[0]
        return self.state(name, template, {"total": (total, node)})

    def state_call(self, name: str, function: str, operands: Operands) -> int:
        """A statement of a function of many operands; its node."""
        texts, nodes = operands
        text, start = f"{function}({', '.join(texts)})", self._start(name)
        return self._end(name, text, self._call(function, nodes, start, start + len(text)))

    def state_products(self, name: str, one: Operands, other: Operands, last: str) -> int:
        """A statement of the sum of products and a last variable; its node.

        Operands whose nodes are not there yet are variables: they become them, by turns.
        """
        function, first = "sum", self.size
        start = self._start(name)
        left, right = ([*map(len, texts)] for texts, _ in (one, other))
        long = [a + b + len("*, ") for a, b in zip(left, right, strict=True)]
        *starts, end = accumulate(long, initial=start + len(f"{function}("))
        signs = [*map(add, starts, left)]
        rights = [at + len("*") for at in signs]
        ends = [*map(add, rights, right)]
        columns = ((one, starts, signs), (other, rights, ends))
        new = [column for column in columns if column[0][1][0] >= first]
        builder, kinds = self.builder, len(new) + 1
        builder.operations += [*[None] * len(new), PRODUCT_OF] * len(starts)
        pairs = zip(one[1], other[1], strict=True)
        builder.operands += _by_turns([*[repeat(())] * len(new), pairs])
        builder.starts += _by_turns([*(begins for _, begins, _ in new), starts])
        builder.ends += _by_turns([*(stops for _, _, stops in new), ends])
        texts = list(_by_turns([texts for (texts, _), _, _ in new]))
        nodes = list(_by_turns([nodes for (_, nodes), _, _ in new]))
        builder.names.update(zip(nodes, texts, strict=True))
        builder.variables.update(zip(texts, nodes, strict=True))
        added = builder.variable(last, end, end + len(last))
        products = range(first + len(new), first + kinds * len(starts), kinds)
        node = self._call(function, (*products, added), start, end + len(f"{last})"))
        terms = map("*".join, zip(one[0], other[0], strict=True))
        return self._end(name, f"{function}({', '.join(terms)}, {last})", node)

    def _start(self, name: str) -> int:
        """Where the expression of the next statement starts."""
        return self.length + len(f"{name} = ")

    def _end(self, name: str, text: str, node: int) -> int:
        """Puts a statement down whose nodes are there."""
        self.lines.append(f"{name} = {text}")
        self.length += len(self.lines[-1]) + 1
        self.given.append((name, node))
        names = self.builder.names
        names.setdefault(node, name)
        sizes = (TEXT, self.length), (NODES, self.size), (NAMES, len(names))
        for limit, found in sizes:
            if found > limit.most:
                raise _too_large(limit)
        return node

    def _call(self, function: str, operands: Sequence[int], start: int, end: int) -> int:
        """A node of a function of any number of operands."""
        if len(operands) > OPERANDS.most:
            raise _too_large(OPERANDS)
        (row,) = FUNCTIONS[function]
        return self.builder.add(row, tuple(operands), start, end)

    def _formula(self, template: str, at: int, operands: Named) -> int:
        """The nodes of a formula whose text starts there, but for those that are there; its own."""
        graph, names, spans = _parsed(template)
        shifts = [*accumulate((len(operands[name][0]) - len(name) for name in names), initial=at)]
        builder, nodes = self.builder, list[int]()
        for node, (row, (begin, before, end, until)) in enumerate(
            zip(graph.operations, spans, strict=True)
        ):
            begin, end = begin + shifts[before], end + shifts[until]
            if row is not None:
                used = tuple([nodes[operand] for operand in graph.operands[node]])
                nodes.append(builder.add(row, used, begin, end))
            elif node in graph.constants:
                nodes.append(builder.constant(graph.constants[node], None, begin, end))
            else:
                text, known = operands[graph.names[node]]
                nodes.append(builder.variable(text, begin, end) if known is None else known)
        return nodes[graph.output]


def _by_turns(columns: Sequence[Iterable[T]]) -> Iterator[T]:
    """The first of each column, then the second of each, to the end of the shortest."""
    return chain.from_iterable(zip(*columns, strict=False))


def _too_large(limit: Limit) -> NetworkError:
    hint = "give fewer neurons, or fewer samples"
    return NetworkError("sizes", f"as a program it is too large: {limit.words}; {hint}")


@lru_cache(maxsize=64)
def _parsed(template: str) -> tuple[Graph, tuple[str, ...], tuple[tuple[int, int, int, int], ...]]:
    """The graph of a formula with its names bare, these in the order of the text, and by node
    where it starts and after how many of them, where it ends and after how many."""
    text, names, ends = "", list[str](), list[int]()
    for between, name, *_ in Formatter().parse(template):
        text += between + (name or "")
        if name:
            names.append(name)
            ends.append(len(text))
    graph = parse(text)
    spans = zip(graph.starts, graph.ends, strict=True)
    return (
        graph,
        tuple(names),
        tuple(
            (begin, bisect_right(ends, begin), end, bisect_right(ends, end)) for begin, end in spans
        ),
    )


def written(template: str, operands: Named) -> str:
    """A formula with the texts of its operands put in."""
    return template.format_map({name: text for name, (text, _) in operands.items()})
