"""What may spoil a gradient although every number is finite: each with its threshold."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from math import isfinite, log10
from sys import float_info
from typing import NamedTuple

from ..calculus.paths import Path, strongest
from ..calculus.sweep import Sweep
from ..language.show import NUMBERS, number, with_numbers
from .remedies import form
from .ties import nested_ties

LOST = 1e8
"""Operands so many times larger than their sum leave half of the digits or fewer.

Rounding them by 1e-16 of their size is then 1e-8 of the sum.
"""
PASSED_ON = 0.01
"""The part of a relative error that counts as passed on."""
DULL = 1e-6
"""A partial below this hardly lets anything pass: a sigmoid's beyond 13.8, a tanh's beyond 7.6."""
NOTHING = "no gradient passes"
VANISHING, EXPLODING = 1e-4, 1e4
"""The product along a path, for a seed of 1, outside of which a chain is worth a word."""
LONG = 6
"""Edges from which a path counts as a chain: with fewer it is one factor that is small or large.

Over so many, VANISHING is 0.22 an edge, less than the 0.25 that a sigmoid passes at best.
"""
LISTED = 1_000
"""Warnings of each pass that are listed; of more, one says from where on."""


class Symptom(NamedTuple):
    """A warning: where, of which kind, in words."""

    node: int
    kind: str
    """`underflow`, `lost digits`, `saturated`, `dead`, `flat`, `vanishing`, `exploding`, `ties`,
    `symmetry`; or `more` for those that are not listed, at the first of them."""
    message: str
    remedy: str = ""
    """What is written instead, in words that the message ends with; empty where nothing is due."""


def symptoms(sweep: Sweep) -> tuple[Symptom, ...]:
    """The warnings about a sweep: by node for the forward pass, then for the backward pass.

    At most `LISTED` of each, then one that says so.
    """
    absorbed: dict[int, float] = {}
    return (
        *_listed(_forward(sweep, absorbed), "forward"),
        *_listed(_backward(sweep, absorbed), "backward"),
        *(Symptom(node, "ties", *words) for node, *words in nested_ties(sweep)),
        *_chains(sweep),
    )


def _listed(found: Iterator[Symptom], phase: str) -> Iterator[Symptom]:
    """The first of a pass, and that there are more: the rest is not looked for."""
    yield from islice(found, LISTED)
    beyond = next(found, None)
    if beyond is not None:
        yield further(beyond.node, f"warnings of the {phase} pass", LISTED)


def further(node: int, what: str, listed: int) -> Symptom:
    """That there are more than are listed, at the first of them that is not."""
    words = f"{what} are listed up to here, {listed:,} of them; there are more"
    return Symptom(node, "more", words)


def _forward(sweep: Sweep, absorbed: dict[int, float]) -> Iterator[Symptom]:
    """By node; the sums that have nothing left of their smaller term are noted with it."""
    graph, values = sweep.graph, sweep.values
    exact = bytearray(len(graph))
    for node, (operation, operands) in enumerate(
        zip(graph.operations, graph.operands, strict=True)
    ):
        value = values[node]
        whole = value.is_integer() if isfinite(value) else False
        if operation is None:
            exact[node] = whole
            continue
        exact[node] = whole and operation.power > 0 and all(exact[i] for i in operands)
        sizes = [abs(values[i]) for i in operands]
        if (
            operation.nonzero
            and abs(value) < float_info.min
            and all(0 < s <= float_info.max for s in sizes)
        ):
            name = graph.pretty(node)
            shown = "is 0" if value == 0 else "has few digits left"
            yield Symptom(node, "underflow", f"{name} {shown}: too small for a double")
        if operation.additive and isfinite(value) and not exact[node]:
            largest = max(sizes)
            yield from _lost_digits(sweep, node, largest)
            if len(sizes) == 2 and largest == abs(value) and 0 < min(sizes) < largest:
                absorbed[node] = min(sizes)


def _lost_digits(sweep: Sweep, node: int, largest: float) -> Iterator[Symptom]:
    graph, value = sweep.graph, abs(sweep.values[node])
    if largest < LOST * value or largest == 0 or len(set(graph.operands[node])) == 1:
        return
    left = int(log10(value / largest / float_info.epsilon)) if value else 0
    digits = f"about {left} of 16 digits are" if left > 1 else "no digit is"
    text = (
        f"{graph.pretty(node)}: terms up to {number(largest)} leave {number(value)}: if they were "
        f"rounded, {digits} right (warned of from a ratio of 1e8)"
    )
    yield _with_form(sweep, node, "lost digits", text)


def _with_form(sweep: Sweep, node: int, kind: str, text: str) -> Symptom:
    """A warning with the form that would keep the digits, where one is known."""
    remedy = form(sweep.graph, sweep.values, node) or ""
    return Symptom(node, kind, "; ".join(filter(None, (text, remedy))), remedy)


def _backward(sweep: Sweep, absorbed: dict[int, float]) -> Iterator[Symptom]:
    graph, route = sweep.graph, sweep.route
    last, needed = -1, set[int]()
    for edge, (user, partial) in enumerate(zip(route.users, sweep.partials, strict=True)):
        operation, adjoint = graph.operations[user], sweep.adjoints[user]
        if operation is None:
            continue
        if (operation.dull and abs(partial) < DULL) or (operation.is_flat and user != last):
            yield _dull(sweep, user, partial)
        last = user
        target = route.targets[edge]
        if absorbed and _needs_digits(sweep, user, target, partial, user in needed):
            needed.add(target)
            if target in absorbed:
                yield _absorbed(sweep, target, absorbed.pop(target))
        if partial and adjoint and abs(partial * adjoint) < float_info.min:
            to = graph.pretty(target)
            message = f"what {graph.pretty(user)} sends to {to} is too small for a double"
            yield Symptom(user, "underflow", message)


def _dull(sweep: Sweep, node: int, partial: float) -> Symptom:
    """That a node lets nothing pass, or hardly anything."""
    graph, operation = sweep.graph, sweep.graph.operations[node]
    assert operation is not None
    name = graph.pretty(node)
    if operation.is_flat:
        words = f"{operation.name} is constant between its jumps: {NOTHING}"
        return Symptom(node, "flat", f"{name} is flat: {words}")
    passes = "hardly any gradient passes (warned of below 1e−6)" if partial else NOTHING
    at = f"at {number(sweep.values[graph.operands[node][0]])} the partial of {operation.name}"
    words = f"{name} is {operation.dull}: {at} is {number(partial)}: {passes}"
    return Symptom(node, operation.dull, words)


def _needs_digits(sweep: Sweep, user: int, target: int, partial: float, are_needed: bool) -> bool:
    """True where a relative error of an operand is many times larger in the value, or where the
    value's own digits are needed and it is not much smaller."""
    operand, value = sweep.values[target], sweep.values[user]
    carried = abs(partial * operand)
    return isfinite(value) and carried > (PASSED_ON if are_needed else LOST) * abs(value)


def _absorbed(sweep: Sweep, node: int, term: float) -> Symptom:
    """That a sum has nothing left of a term, where its last digits are needed."""
    put_in = with_numbers(sweep.graph, node, lambda i: number(sweep.values[i]), NUMBERS)
    text = f"{sweep.graph.pretty(node)}: {put_in} is {number(sweep.values[node])}: the term "
    text += f"{number(term)} is absorbed, and no digit of it is left where it is needed"
    return _with_form(sweep, node, "lost digits", text)


def _chains(sweep: Sweep) -> Iterator[Symptom]:
    """The leaf whose strongest path is weakest, and the one whose path is strongest."""
    best = strongest(sweep)
    sizes = {
        leaf: size for leaf in sweep.route.wrt if 0 < (size := best.sizes[leaf]) <= float_info.max
    }
    if not sizes:
        return
    for leaf, kind, limit, verb in (
        (min(sizes, key=sizes.__getitem__), "vanishing", VANISHING, "is lost"),
        (max(sizes, key=sizes.__getitem__), "exploding", EXPLODING, "is gained"),
    ):
        beyond = sizes[leaf] < limit if limit < 1 else sizes[leaf] > limit
        path = best.path(sweep, leaf) if beyond else None
        if path and len(path.edges) >= LONG:
            yield Symptom(leaf, kind, _chain_words(sweep, leaf, path, limit, verb))


def _chain_words(sweep: Sweep, leaf: int, path: Path, limit: float, verb: str) -> str:
    """How much a chain loses or gains, and at which edge most."""
    graph, route, partials = sweep.graph, sweep.route, sweep.partials
    choose = min if limit < 1 else max
    edge = choose(path.edges, key=lambda c: abs(partials[c]))
    side = "below" if limit < 1 else "above"
    return (
        f"along the strongest path from {graph.pretty(leaf)}, of {len(path.edges)} edges, "
        f"the product is {number(path.product)}, {side} {number(limit)}: most {verb} from "
        f"{graph.pretty(route.users[edge])} to {graph.pretty(route.targets[edge])} "
        f"(× {number(partials[edge])})"
    )
