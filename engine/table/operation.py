"""An operation: what a row of the table may say, and where its formulas do not hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

LETTERS = "abcdfghijklmnopqrstuvwx"
"""The names of operands in formulas, in order: without e, the constant, and y, the result."""
ATOM, POWER, PREFIX, PRODUCT, SUM, COMPARISON = 6, 5, 4, 3, 2, 1
"""Binding powers, the tightest first; a sign stands between a power and a product."""


KINKS = "kink", "tie", "bounds"
"""How the notes begin of special cases in which the value bends."""


class Remedy(NamedTuple):
    """What programs usually do about a number that is not finite."""

    words: str = ""
    formula: str = ""
    """What is written in the operation's place: over its operands x and y, and a small ε."""

    @property
    def text(self) -> str:
        """Both as one sentence; empty where there is no remedy."""
        return ": ".join(filter(None, self))


class Kit(NamedTuple):
    """What formulas of any number of operands are given by: over doubles, arrays, exact numbers."""

    exp: Callable[[Any], Any]
    greatest: Callable[[Sequence[Any]], Any]
    frexp: Callable[[Any], Any]
    ldexp: Callable[[Any, Any], Any]
    where: Callable[[Any, Any, Any], Any]
    centre: Callable[..., Any]
    """The mean of the operands in two parts."""


class Shared(NamedTuple):
    """What formulas of any number of operands take beside the one meant and the result."""

    names: tuple[str, ...] = ()
    of: Callable[[Kit, Sequence[Any], Any], tuple[Any, ...]] = lambda kit, operands, y: ()
    """From the operands and the result: what all slots share."""
    each: Callable[[Kit, Any, tuple[Any, ...]], tuple[Any, ...]] | None = None
    """From one operand, and what all share with the result: what its formulas are given."""


NOTHING = Shared()


class SpecialCase(NamedTuple):
    """Where a formula does not hold: a condition, the partial there, the sentence shown."""

    when: Callable[..., bool]
    """Written with & and |, so that it serves arrays too; the first that holds counts."""
    partial: float | str | None
    """The partial there, or the formula that holds; None only adds the sentence."""
    note: str | None
    """None where the slope is smooth and only the formula evaluated has a gap."""
    remedy: Remedy = Remedy()
    """What programs usually do where the slope is not finite."""

    @property
    def is_kink(self) -> bool:
        """True where the value has a slope on each side, as a kink or a tie says of itself."""
        return self.note is not None and self.note.startswith(KINKS)


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
    remedy: Remedy = Remedy()
    """What programs usually do at the edge of the domain."""
    beyond: Callable[..., float] | None = None
    """How far outside of the domain the operands lie; None where they stand at its edge."""
    far: Remedy = Remedy()
    """What may be meant far outside, where an ε would hide that something is wrong."""


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
    shared: Shared = NOTHING
    """What its formulas take, when `variadic`."""
    whole: bool = False
    """True where the first operand must be a whole-number literal, not below 0."""
    decides: bool = False
    """True where the first operand only chooses which of the other two is the value, the second
    unless it is 0: nothing is ever sent to it, and exactly 0 to the one not taken."""
    nonzero: bool = False
    """True where operands other than 0 give a value other than 0, unless it underflows."""
    additive: bool = False
    """True where operands that are nearly opposite leave few digits of the value."""
    commutes: bool = False
    """True for a binary operator whose operands may change places."""
    dull: str = ""
    """What a node is called whose partial is nearly 0."""

    @property
    def arity(self) -> int | None:
        """How many operands it takes; None for one or more."""
        return None if self.variadic else len(self.partials)

    @cached_property
    def is_flat(self) -> bool:
        """True where it is constant between its jumps."""
        return all(partial.formula == "0" for partial in self.partials)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that its formulas may use, in the order in which values are handed to them."""
        if self.variadic:
            return ("a", *self.shared.names, "y")
        return (*LETTERS[: len(self.partials)], "y")
