"""Many value sets through one graph at once: the operation table over arrays.

The only module that imports NumPy; whoever needs it imports this one late.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from math import fsum
from typing import Any, NamedTuple

import numpy

from ..language.graph import Graph
from ..table.operation import Kit, Operation
from ..table.vectors import Array, centre, greatest
from . import rules
from .route import Route
from .rules import compiled_partial, of_slot

ARRAYS = Kit(
    numpy.exp, lambda operands: greatest(numpy, *operands), numpy.frexp, numpy.ldexp, numpy.where,
    partial(centre, numpy),
)  # fmt: skip


FEW = 256
"""Numbers that Python adds exactly in less time than NumPy takes to add them."""


class Swept(NamedTuple):
    """The output and its gradient for each value set."""

    value: Array
    """By set."""
    gradient: dict[str, Array]
    """By `wrt` leaf, then by set."""


def evaluate_many(graph: Graph, bindings: Mapping[str, Array]) -> list[Array]:
    """The value of every node, by id; `bindings` gives every variable a number or an array.

    Arrays have one element for each value set; what depends on none of them is a single number.
    Equals `evaluate` on each set. Never raises.
    """
    values: list[Array] = []
    with numpy.errstate(all="ignore"):
        for node, (operation, operands) in enumerate(
            zip(graph.operations, graph.operands, strict=True)
        ):
            if operation is not None:
                values.append(
                    value_over_arrays(operation)(*[values[operand] for operand in operands])
                )
            elif node in graph.constants:
                values.append(numpy.float64(graph.constants[node]))
            else:
                values.append(numpy.asarray(bindings[graph.names[node]], dtype=float)[()])
    return values


def sweep_many(route: Route, bindings: Mapping[str, Array], sets: int) -> Swept:
    """The output and the gradient for so many value sets, by one reverse sweep over arrays."""
    graph = route.graph
    values, deciding = evaluate_many(graph, bindings), frozenset(graph.deciding)
    adjoints: dict[int, Array] = {graph.output: numpy.float64(route.active[graph.output])}
    with numpy.errstate(all="ignore"):
        slopes, sums = _partials(route, values), set[int]()
        for user, target, slope in zip(route.users, route.targets, slopes, strict=True):
            amount = adjoints[user] if slope is None else adjoints[user] * slope
            if slope is not None and user in deciding:
                amount = numpy.where(slope == 0, 0.0, amount)
            before = adjoints.get(target)
            if before is None:
                adjoints[target] = amount
            elif target in sums and before.shape == amount.shape:
                before += amount
            else:
                adjoints[target] = before + amount
                if adjoints[target].shape:
                    sums.add(target)
    return Swept(
        spread(values[graph.output], (sets,)),
        {graph.names[leaf]: spread(adjoints.get(leaf, 0.0), (sets,)) for leaf in route.wrt},
    )


def spread(value: Array, shape: tuple[int, ...]) -> Array:
    """What all value sets share, once for each of them; an array of that shape as it is."""
    return numpy.broadcast_to(value, shape)


def mean(column: Array) -> float:
    """The mean of numbers that need not be finite; of few numbers their sum is rounded once."""
    if len(column) <= FEW:
        with suppress(OverflowError, ValueError):
            return fsum(column.tolist()) / len(column)
    with numpy.errstate(all="ignore"):
        return float(column.mean())


def means(lines: Array) -> list[float]:
    """The mean of each line of such numbers."""
    with numpy.errstate(all="ignore"):
        found: list[float] = lines.mean(axis=1).tolist()
    return found


def places_not_finite(columns: Iterable[Array], sets: int) -> list[int]:
    """The value sets, from 0, at which one of several numbers is not finite."""
    found = numpy.zeros(sets, dtype=bool)
    for column in columns:
        found |= ~numpy.isfinite(column)
    return [int(place) for place in numpy.flatnonzero(found)]


def columns_of(vectors: Sequence[Sequence[float]]) -> Array:
    """Vectors, one a value set, as an array for each of their places."""
    return numpy.ascontiguousarray(numpy.array(vectors, dtype=float).T)


def _partials(route: Route, values: Sequence[Array]) -> Iterator[Array | None]:
    """The local partial of every contribution; None for 1 everywhere."""
    graph, last = route.graph, -1
    common: tuple[Array, ...] = ()
    undefined = numpy.isnan(sum(values)).any()
    for user, slot, target in zip(route.users, route.slots, route.targets, strict=True):
        operation = graph.operations[user]
        assert operation is not None
        slope = _slopes(operation)[0 if operation.variadic else slot]
        if callable(slope):
            if user != last:
                last, operands = user, [values[operand] for operand in graph.operands[user]]
                value = values[user]
                common = rules.common(operation, operands, value, ARRAYS)
            slope = slope(of_slot(operation, values[target], common, ARRAYS))
        if undefined:
            is_undefined = numpy.isnan(values[user])
            if operation.decides:
                is_undefined = is_undefined & (slope != 0)
            slope = numpy.where(is_undefined, values[user], slope)
        yield None if isinstance(slope, float) and slope == 1.0 else slope


@cache
def value_over_arrays(operation: Operation) -> Callable[..., Array]:
    """The value function of an operation over arrays."""
    if isinstance(operation.arrays, str):
        found: Callable[..., Array] = getattr(numpy, operation.arrays)
        return found
    return partial(operation.arrays, numpy)


@cache
def _slopes(operation: Operation) -> tuple[Any, ...]:
    """The partials of an operation: each a constant, or a function of the numbers as arrays."""
    return tuple(
        _with_special(*compiled_partial(operation, entry, value_over_arrays))
        for entry in operation.partials
    )


def _with_special(plain: Any, special: Sequence[tuple[Callable[..., Any], Any]]) -> Any:
    """The formula of a partial, or what its first special case that holds gives."""
    if not special:
        return plain

    def slope(given: Sequence[Array]) -> Array:
        found = plain(given) if callable(plain) else plain
        for when, there in reversed(special):
            here = when(*given)
            if here.any():
                found = numpy.where(here, there(given) if callable(there) else there, found)
        return found

    return slope
