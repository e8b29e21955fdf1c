"""Graphs and numbers to text."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from ..table.operation import ATOM, COMPARISON, PREFIX, Operation
from ..table.ops import PRODUCT_OF
from .graph import Definition, Graph

MINUS = "\N{MINUS SIGN}"
DIGITS = 6
"""Significant digits of a number unless asked otherwise."""
LONGEST = 1_000
"""Characters beyond which a subexpression is not spelled out."""
WIDEST, KEPT = 8, 4
"""Operands beyond which people read the first few and the last alone."""

Atom = tuple[str, int]
"""A text that stands for a node, and how tightly it binds."""


class Spelling(NamedTuple):
    """How operators are written."""

    plain: bool
    """The language's own signs, else those of print."""
    product: str
    minus: str

    def infix(self, operation: Operation) -> str:
        """The sign of a binary operator with its spaces."""
        if operation is PRODUCT_OF:
            return self.product
        if self.plain:
            return (
                f" {operation.name} "
                if operation.symbol and " " in operation.symbol
                else operation.name
            )
        return operation.symbol or operation.name


DATA = Spelling(True, "*", "-")
"""Program text, JSON, CSV."""
PRINT = Spelling(False, "\N{MIDDLE DOT}", MINUS)
"""Formulas on the screen and in text."""
NUMBERS = Spelling(False, " \N{MULTIPLICATION SIGN} ", MINUS)
"""Formulas with numbers put in, where a dot would read as a decimal point."""


@lru_cache(maxsize=4096)
def number(value: float, digits: int = DIGITS, minus: str = MINUS) -> str:
    """A number to that many significant digits; scientific outside 1e-4 to 1e7."""
    if not math.isfinite(value):
        return "nan" if value != value else "inf" if value > 0 else f"{minus}inf"
    if value == 0:
        return "0"
    sign, size = minus if value < 0 else "", abs(value)
    if 1e-4 <= size < 1e7:
        if size == int(size):
            return f"{sign}{int(size)}"
        text = f"{size:.{max(0, digits - 1 - math.floor(math.log10(size)))}f}"
        return sign + (text.rstrip("0").rstrip(".") if "." in text else text)
    mantissa, exponent = f"{size:.{digits - 1}e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    power = int(exponent)
    return f"{sign}{mantissa}e{minus if power < 0 else ''}{abs(power)}"


def near_whole(value: float, digits: int = DIGITS) -> str:
    """The same, but with how far it is from a whole number that so few digits make of it."""
    text = number(value, digits)
    is_whole = text.lstrip(MINUS).isdigit()
    off = value - round(value) if is_whole else 0.0
    if not off:
        return text
    return f"{number(round(value))} {MINUS if off < 0 else '+'} {number(abs(off), 1)}"


def literal(value: float) -> str:
    """A number in the language, as short as reads back to the same double."""
    if abs(value) < 1e16 and value == int(value):
        return str(int(value))
    return repr(value).replace("e+", "e")


def program(graph: Graph) -> str:
    """The program, normalised; it parses back to the same graph."""
    lines, defined = list[str](), 0
    for index, (name, _) in enumerate(graph.statements):
        while defined < len(graph.definitions) and graph.definitions[defined].before <= index:
            lines.append(definition(graph.definitions[defined]))
            defined += 1
        if name not in graph.functions:
            lines.append((f"{name} = " if name else "") + _statement(graph, index))
    return "\n".join(lines)


def definition(function: Definition, spelling: Spelling = DATA) -> str:
    """The definition of a function, as the language writes it."""
    body = as_written(function.body, function.body.output, spelling)
    return f"{function.name}({', '.join(function.parameters)}) = {body}"


def as_written(written: Graph, node: int, spelling: Spelling = DATA) -> str:
    """A part of a body or a statement that holds calls."""
    return expression(written, node, lambda _: None, spelling)


def derivative(graph: Graph, node: int) -> str:
    """The symbol of a node's adjoint, as people write it."""
    return f"∂{graph.pretty(graph.output)}/∂{graph.pretty(node)}"


def equation(graph: Graph, node: int, spelling: Spelling = PRINT) -> str:
    """What the node computes from its operands, each by its ref; a constant's number."""

    def atom(i: int) -> Atom | None:
        if i == node:
            return None
        return (graph.ref(i), ATOM) if spelling.plain else mention(graph, i)

    return expression(graph, node, atom, spelling)


def mention(graph: Graph, node: int) -> Atom:
    """What a node is called where people read, and how tightly that binds."""
    text, operation = graph.pretty(node), graph.operations[node]
    if text.startswith("(") and operation:
        return text[1:-1], operation.power
    return text, ATOM


def with_numbers(graph: Graph, node: int, shown: Callable[[int], str], spelling: Spelling) -> str:
    """What the node computes, the text of a number in the place of each operand."""
    return expression(graph, node, lambda i: None if i == node else signed(shown(i)), spelling)


def subexpression(graph: Graph, node: int) -> str:
    """The node's expression in program text, down to named nodes."""
    return expression(graph, node, _named_below(graph, node, DATA), DATA)


def excerpt(graph: Graph, node: int, longest: int, spelling: Spelling = DATA) -> str | None:
    """The node's expression down to named nodes; None where it has more characters than that."""
    return bounded(graph, node, _named_below(graph, node, spelling), longest, spelling)


def bounded(
    graph: Graph,
    node: int,
    atom: Callable[[int], Atom | None],
    longest: int,
    spelling: Spelling,
) -> str | None:
    """The node as text, down to where `atom` stops; None where it is longer than that."""
    text = ""
    for piece in _written(graph, node, atom, spelling):
        text += piece
        if len(text) > longest:
            return None
    return text


def texts(graph: Graph) -> list[str | None]:
    """The subexpression of every node, None where it is longer than LONGEST."""
    sizes: list[int] = []
    found: list[str | None] = []
    for node, operands in enumerate(graph.operands):
        least = 1 + sum(1 if i in graph.names else sizes[i] for i in operands)
        text = excerpt(graph, node, LONGEST) if least <= LONGEST else None
        sizes.append(len(text) if text else LONGEST + 1)
        found.append(text)
    return found


def expression(
    graph: Graph, node: int, atom: Callable[[int], Atom | None], spelling: Spelling
) -> str:
    """The node as text with the fewest parentheses; `atom` says where to stop."""
    return "".join(_written(graph, node, atom, spelling))


def _named_below(graph: Graph, node: int, spelling: Spelling) -> Callable[[int], Atom | None]:
    """Stops at the named nodes below one."""
    name = graph.ref if spelling.plain else graph.pretty
    return lambda i: (name(i), ATOM) if i in graph.names and i != node else None


def _written(
    graph: Graph, node: int, atom: Callable[[int], Atom | None], spelling: Spelling
) -> Iterator[str]:
    stack: list[str | tuple[int, int]] = [(node, 0)]
    while stack:
        piece = stack.pop()
        if isinstance(piece, str):
            yield piece
            continue
        current, needed = piece
        text, power = atom(current) or _leaf(graph, current) or ("", 0)
        operation = graph.operations[current]
        if text or operation is None:
            yield text if power >= needed else f"({text})"
            continue
        name = graph.symbols.get(current) or operation.name
        pieces = _pieces(operation, name, graph.operands[current], spelling)
        if operation.power and operation.power < needed:
            pieces = ["(", *pieces, ")"]
        stack.extend(reversed(pieces))


def signed(text: str) -> Atom:
    """A number's text as an atom: a negative one, or a sum, has brackets beside any operator."""
    return text, 0 if text.startswith(("-", MINUS)) or " " in text else ATOM


def _pieces(
    operation: Operation, name: str, operands: tuple[int, ...], spelling: Spelling
) -> list[str | tuple[int, int]]:
    if not operation.power:
        pieces: list[str | tuple[int, int]] = [f"{name}("]
        is_long = not spelling.plain and len(operands) > WIDEST
        for operand in operands[:KEPT] if is_long else operands:
            pieces += [(operand, 0), ", "]
        if is_long:
            pieces += [f"… {len(operands) - KEPT - 1:,} more, ", (operands[-1], 0), ""]
        return [*pieces[:-1], ")"]
    if operation.arity == 1:
        return [spelling.minus, (operands[0], PREFIX)]
    # What groups from the left has brackets on its right, a - (b - c), a power on its left, and a
    # comparison on both; but after ^ a sign has none, 2^-x: nothing else could begin there.
    left, right = operands
    looser = operation.right or operation.power == COMPARISON
    tighter = PREFIX if operation.right else operation.power + 1
    return [(left, operation.power + looser), spelling.infix(operation), (right, tighter)]


def _leaf(graph: Graph, node: int) -> Atom | None:
    if node in graph.constants:
        return graph.symbols.get(node) or literal(graph.constants[node]), ATOM
    return (graph.names[node], ATOM) if graph.is_leaf(node) else None


def _named(graph: Graph, node: int) -> Atom | None:
    return (graph.names[node], ATOM) if node in graph.names else None


def _statement(graph: Graph, index: int) -> str:
    """A statement's expression: a new name for an earlier node is that node's name."""
    if index in graph.written:
        return as_written(graph.written[index], graph.written[index].output)
    name, node = graph.statements[index]
    if name and graph.names.get(node) == name:
        return subexpression(graph, node)
    return expression(graph, node, lambda i: _named(graph, i), DATA)
