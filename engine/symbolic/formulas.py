"""A graph's nodes as SymPy expressions, in which no number is infinite or too long to read.

SymPy works out what is made of constants: x/0 becomes an infinity without a sign, 1.01^365 a
fraction of 730 digits, 3^1e9 never ends. Constants that would lead there stand as symbols.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from ..language.graph import Graph
from ..language.show import literal
from ..table.constants import CONSTANTS
from ..table.ops import INFIX

BITS = 256
"""Binary digits that a numerator or a denominator may have."""
POWER_BITS = 4 * BITS
"""Those of a power that is worked out to see how many it has."""
LEAST, MOST = 1e-5, 1e5
"""The sizes between which a value made of constants is worked out."""
WHOLE = 1e15
"""The largest whole exponent that is a number where nothing is raised to it but symbols."""


class NoFormError(Exception):
    """Why SymPy has no form of a program."""


class Formulas:
    """Every node's expression, over the symbols of the variables and of the named nodes."""

    def __init__(
        self, graph: Graph, values: Sequence[float], expanded: bool, *, folds: bool = True
    ) -> None:
        """`expanded` writes names out; without `folds` every constant is a symbol.

        Raises NoFormError.
        """
        import sympy

        self.sympy: Any = sympy
        self.graph, self.values, self.folds = graph, values, folds
        self.symbols: dict[int, Any] = {
            node: sympy.Symbol(graph.pretty(node), real=True)
            for node in graph.names
            if graph.is_leaf(node) or not expanded
        }
        """By node: what stands for it in the expressions of others."""
        self.forms: list[Any] = []
        """By node: its own expression."""
        self.exact: list[bool] = []
        """By node: True where it is made of numbers alone."""
        for node in range(len(graph)):
            self._add(node)

    def _add(self, node: int) -> None:
        operands, is_constant = self.graph.operands[node], node in self.graph.constants
        of_numbers = all(self.exact[i] for i in operands) if operands else is_constant
        self.exact.append(of_numbers and node not in self.symbols)
        fits = self._is_tame(node) and not self._is_long_power(node)
        self.forms.append(self._form(node) if fits else None)
        if not fits or is_wild(self.forms[node]):
            self._open(node)

    def _is_tame(self, node: int) -> bool:
        """True where its value may be worked out: it has one, of a moderate size."""
        if not self.exact[node]:
            return True
        value, operands = self.values[node], self.graph.operands[node]
        if value == 0:
            operation = self.graph.operations[node]
            underflows = (
                operation is not None
                and operation.nonzero
                and all(self.values[i] for i in operands)
            )
            return self.folds and not underflows
        return self.folds and LEAST <= abs(value) <= MOST

    def _is_long_power(self, node: int) -> bool:
        """True where SymPy would raise a number and the result be longer than POWER_BITS."""
        if self.graph.operations[node] is not INFIX["^"]:
            return False
        base, exponent = map(self._operand, self.graph.operands[node])
        return bool(exponent.is_Rational and abs(exponent) * _raised_bits(base) > POWER_BITS)

    def _form(self, node: int) -> Any:
        """The expression of a node over what stands for its operands."""
        operation, constants = self.graph.operations[node], self.graph.constants
        if operation is not None:
            operands = [self._operand(i) for i in self.graph.operands[node]]
            if operation is INFIX["^"] and not _raised_bits(operands[0]):
                operands[1] = self._whole(self.graph.operands[node][1]) or operands[1]
            return operation.sympy(self.sympy, *operands)
        if node in self.symbols:
            return self.symbols[node]
        named = CONSTANTS.get(self.graph.symbols.get(node, ""))
        return named.sympy(self.sympy) if named else self.sympy.Rational(repr(constants[node]))

    def _operand(self, node: int) -> Any:
        return self.symbols.get(node, self.forms[node])

    def _whole(self, node: int) -> Any:
        """A constant exponent that is whole as a number, though it is too large for a factor."""
        value = self.graph.constants.get(node)
        is_whole = value is not None and abs(value) <= WHOLE and value == int(value)
        return self.sympy.Integer(int(value)) if is_whole and value is not None else None

    def _open(self, node: int) -> None:
        """Makes symbols of the numbers beneath a node, and what uses them anew."""
        changed = set()
        for under in self._beneath(node):
            self.exact[under] = False
            if under in self.graph.constants and under not in self.symbols:
                self.symbols[under] = self._symbol(under)
                changed.add(under)
            if under == node or not changed.isdisjoint(self.graph.operands[under]):
                changed.add(under)
                self.forms[under] = self._form(under)
        if is_wild(self.forms[node]):
            raise NoFormError(f"SymPy finds no finite form of {self.graph.pretty(node)}")

    def _symbol(self, constant: int) -> Any:
        """One of its own for each constant: two zeros do not cancel."""
        name = self.graph.symbols.get(constant) or literal(self.graph.constants[constant])
        return _written(self.sympy.Dummy)(name, real=True)

    def _beneath(self, node: int) -> list[int]:
        """The node and what it is made of, down to symbols, operands first."""
        found, stack = {node}, [node]
        while stack:
            for operand in self.graph.operands[stack.pop()]:
                if operand not in found and operand not in self.symbols:
                    found.add(operand)
                    stack.append(operand)
        return sorted(found)


@cache
def _written(dummy: Any) -> Any:
    """Symbols like SymPy's dummies, which it would print with a mark before the name."""
    return type("Written", (dummy,), {"_sympystr": lambda symbol, printer: symbol.name})


def is_wild(form: Any) -> bool:
    """True where a number that is infinite, not real or too long stands at the top of a form."""
    return any(map(is_wild_number, _top(form)))


def _top(form: Any) -> Iterator[Any]:
    yield form
    for part in form.args:
        yield part
        yield from part.args


def is_wild_number(form: Any) -> bool:
    """True of a number that is infinite, not real or longer than BITS."""
    if form.is_Rational:
        return bool(max(form.p.bit_length(), form.q.bit_length()) > BITS)
    return bool(form.is_number and form.is_Atom and not form.is_finite) or form.is_real is False


def _raised_bits(base: Any) -> int:
    """The length of the longest number that SymPy raises when it raises the base; 0 for none."""
    parts = base.args if base.is_Mul else (base,)
    numbers = [part.base if part.is_Pow and part.exp.is_number else part for part in parts]
    rational = (number for number in numbers if number.is_Rational and abs(number) != 1)
    return max((max(n.p.bit_length(), n.q.bit_length()) for n in rational), default=0)
