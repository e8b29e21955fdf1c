"""The table's formulas, parsed once and compiled once to functions of the numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any

from ..language.graph import Graph
from ..language.parse import parse_formula
from ..language.show import DATA, WIDEST, Atom, Spelling, expression, signed
from ..table.operation import ATOM, PRODUCT, Kit, Operation, Partial, SpecialCase
from ..table.reductions import FLOATS, OTHERS

Given = tuple[float, ...]
"""The numbers that the formulas of a slot are given, in the order of the operation's `names`."""
Slope = float | Callable[[Given], float]
"""A partial: a constant, or a function of what its formula is given."""


@cache
def slopes(operation: Operation) -> tuple[Slope, ...]:
    """The partials of an operation, one for each operand (a single one where variadic)."""
    return tuple(_slope(operation, partial) for partial in operation.partials)


def partial_of(operation: Operation, slot: int) -> Partial:
    """The table's partial for an operand slot."""
    return operation.partials[0 if operation.variadic else slot]


def given(
    operation: Operation,
    slot: int,
    operands: Sequence[float],
    value: float,
    kit: Kit = FLOATS,
) -> Given:
    """What the formulas of this slot are given, from the values of the operands and of the node."""
    return of_slot(operation, operands[slot], common(operation, operands, value, kit), kit)


def common(
    operation: Operation,
    operands: Sequence[float],
    value: float,
    kit: Kit = FLOATS,
) -> Given:
    """The same without what differs from slot to slot: for all slots it is made once."""
    if not operation.variadic:
        return (*operands, value)
    return (*operation.shared.of(kit, operands, value), value)


def of_slot(operation: Operation, operand: float, common: Given, kit: Kit = FLOATS) -> Given:
    """What the formulas of one slot are given, from its operand and what all slots share."""
    if not operation.variadic:
        return common
    each = operation.shared.each
    return (operand, *common) if each is None else each(kit, operand, common)


def not_taken(operation: Operation, slot: int, operands: Sequence[float]) -> bool:
    """True for the operand that a choice does not take: exactly 0 is sent to it, whatever the
    adjoint is."""
    return operation.decides and slot != (1 if operands[0] != 0 else 2)


def partial(graph: Graph, values: Sequence[float], node: int, slot: int) -> float:
    """The local partial of a node by the operand in a slot; nan where the node has no value."""
    operation, value = graph.operations[node], values[node]
    assert operation is not None
    operands = [values[i] for i in graph.operands[node]]
    slope = slopes(operation)[0 if operation.variadic else slot]
    if not_taken(operation, slot, operands):
        return 0.0
    if value != value:
        return value
    if isinstance(slope, float):
        return slope
    return slope(given(operation, slot, operands, value))


def special_case(operation: Operation, slot: int, given: Given) -> SpecialCase | None:
    """The special case in which a partial is, if any."""
    special = partial_of(operation, slot).special
    return next((case for case in special if case.when(*given)), None)


@cache
def formula_graph(operation: Operation, formula: str) -> Graph:
    """A formula of this operation as a graph of its own."""
    return parse_formula(formula, operation.names)


def formula(
    graph: Graph,
    node: int,
    slot: int,
    shown: Callable[[int], str] | None = None,
    spelling: Spelling = DATA,
    exact: bool = False,
    named: Mapping[str, str] | None = None,
) -> str:
    """The partial of a node by an operand as text.

    Each operand and the node itself are written by their refs, or as `shown` says; what all slots
    share by its name, or as `named` has it. `exact` gives the form evaluated where it differs from
    the one shown.
    """
    operation = graph.operations[node]
    assert operation is not None
    operands, partial = graph.operands[node], partial_of(operation, slot)
    chosen = (
        partial.exact if exact and partial.exact and not operation.variadic else partial.formula
    )
    rule = formula_graph(operation, chosen)
    meant = dict(zip(operation.names, operands, strict=False))
    if operation.variadic:
        meant = {"a": operands[slot]}
    meant["y"] = node
    write = shown or graph.ref
    common = {name: signed(text) for name, text in (named or {}).items()}
    common["n"] = str(len(operands)), ATOM
    if OTHERS in rule.variables_by_name:
        common[OTHERS] = _product([write(i) for s, i in enumerate(operands) if s != slot], spelling)
    atoms = [
        signed(write(meant[name])) if name in meant else common.get(name, (name, ATOM))
        for name in rule.variables
    ]
    pieces = _around(operation, chosen, tuple(power for _, power in atoms), spelling)
    return "".join(atoms[piece][0] if isinstance(piece, int) else piece for piece in pieces)


def _product(factors: Sequence[str], spelling: Spelling) -> Atom:
    """Factors as one text; of very many only how many they are."""
    if len(factors) > WIDEST:
        return f"the product of the {len(factors):,} others", ATOM
    shown = [text if power else f"({text})" for text, power in map(signed, factors)]
    return spelling.product.join(shown) or "1", PRODUCT if len(shown) > 1 else ATOM


@cache
def _around(
    operation: Operation, formula: str, powers: tuple[int, ...], spelling: Spelling
) -> tuple[str | int, ...]:
    """A formula's text as pieces, with the places of its variables where their texts belong.

    Which brackets it takes depends on how tightly those texts bind, and on nothing else.
    """
    rule = formula_graph(operation, formula)
    places = {node: place for place, node in enumerate(rule.variables_by_name.values())}

    def atom(i: int) -> Atom | None:
        return (f"\0{places[i]}\0", powers[places[i]]) if i in places else None

    pieces = expression(rule, rule.output, atom, spelling).split("\0")
    return tuple(int(piece) if at % 2 else piece for at, piece in enumerate(pieces))


def compiled_partial(
    operation: Operation, partial: Partial, value_of: Callable[[Operation], Callable[..., Any]]
) -> tuple[Any, list[tuple[Callable[..., Any], Any]]]:
    """The formula of a partial, and its special cases: each condition, and the partial there.

    A formula is a constant or a function of the numbers; `value_of` gives the function by which an
    operation of a formula is evaluated.
    """

    def made(text: str) -> Any:
        rule = formula_graph(operation, text)
        return _compiled(rule, rule.output, operation.names, value_of)

    special = [
        (case.when, made(case.partial) if isinstance(case.partial, str) else float(case.partial))
        for case in partial.special
        if case.partial is not None
    ]
    return made(partial.exact or partial.formula), special


def _slope(operation: Operation, partial: Partial) -> Slope:
    plain: Slope
    plain, special = compiled_partial(operation, partial, attrgetter("value"))
    if not special:
        return plain

    def slope(given: Given) -> float:
        for when, there in special:
            if when(*given):
                return there if isinstance(there, float) else there(given)
        return plain if isinstance(plain, float) else plain(given)

    return slope


def _compiled(
    rule: Graph,
    node: int,
    names: Sequence[str],
    value_of: Callable[[Operation], Callable[..., Any]],
) -> Slope:
    """A formula's node as a function; what is made of constants alone is computed here."""
    if node in rule.constants:
        return rule.constants[node]
    operation = rule.operations[node]
    if operation is None:
        return itemgetter(names.index(rule.names[node]))
    operands = [_compiled(rule, operand, names, value_of) for operand in rule.operands[node]]
    if all(isinstance(operand, float) for operand in operands):
        return float(operation.value(*operands))
    value = value_of(operation)
    if len(operands) == 1 and not isinstance(f := operands[0], float):
        return lambda given: value(f(given))
    return _binary(value, *operands)


def _binary(value: Callable[..., float], f: Slope, g: Slope) -> Slope:
    if isinstance(f, float):
        assert not isinstance(g, float)
        return lambda given: value(f, g(given))
    if isinstance(g, float):
        return lambda given: value(f(given), g)
    return lambda given: value(f(given), g(given))
