"""An operation: what a row of the table may say, and where its formulas do not hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

LETTERS = "abcdfghijklmnopqrstuvwx"
"""The names of operands in formulas, in order: without e, the constant, and y, the result."""
ATOM, POWER, PREFIX, PRODUCT, SUM = 5, 4, 3, 2, 1
"""Binding powers, the tightest first; a sign stands between a power and a product."""


class SpecialCase(NamedTuple):
    """Where a formula does not hold: a condition, the partial there, the sentence shown."""

    when: Callable[..., bool]
    """Written with & and |, so that it serves arrays too; the first that holds counts."""
    partial: float | str | None
    """The partial there, or the formula that holds; None only adds the sentence."""
    note: str | None
    """None where the slope is smooth and only the formula evaluated has a gap."""
    remedy: str = ""
    """What programs usually do where the slope is not finite."""


class Partial(NamedTuple):
    """The derivative of an operation by one of its operands."""

    rule: str
    formula: str
    """The form shown."""
    exact: str | None = None
    """The form evaluated, where the one shown loses digits."""
    alone: str | None = None
    """The rule's name when every other operand is inactive."""
    special: tuple[SpecialCase, ...] = ()


class Fault(NamedTuple):
    """Where an operation has no finite real value: a condition, the kind of problem, the reason."""

    when: Callable[..., bool]
    kind: str
    why: str
    remedy: str = ""
    """What programs usually do about it."""


@dataclass(frozen=True, eq=False)
class Operation:
    """One row of the table."""

    name: str
    value: Callable[..., float]
    partials: tuple[Partial, ...]
    """One for each operand; a single one that serves all when `variadic`."""
    sympy: Callable[..., Any]
    """The SymPy form: takes the sympy module, then the operands as SymPy expressions."""
    arrays: str | Callable[..., Any]
    """The value function over arrays: NumPy's by its name, or one that takes the module first."""
    faults: tuple[Fault, ...] = ()
    aliases: tuple[str, ...] = ()
    power: int = 0
    """Binding power as an infix or prefix operator; 0 for a function."""
    right: bool = False
    """True for an operator that groups from the right."""
    symbol: str | None = None
    """The operator as the screen shows it."""
    variadic: bool = False
    nonzero: bool = False
    """True where operands other than 0 give a value other than 0, unless it underflows."""
    additive: bool = False
    """True where operands that are nearly opposite leave few digits of the value."""
    dull: str = ""
    """What a node is called whose partial is nearly 0."""

    @property
    def arity(self) -> int | None:
        """How many operands it takes; None for one or more."""
        return None if self.variadic else len(self.partials)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that its formulas may use, in the order in which values are handed to them."""
        if self.variadic:
            return ("a", "n", "k", "h", "m", "s", "y")
        return (*LETTERS[: len(self.partials)], "y")
