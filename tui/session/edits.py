"""Edits of a session's program, values and leaves: each function gives the session after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from backprop_tui.engine import BackpropError, Graph, parse, trace
from backprop_tui.engine.calculus.route import choose_leaves

from .calls import shut_at_first
from .opening import ASSUMED, leaves_of
from .session import Session
from .tree import Unrolled
from .viewing import seen_as_far_as_possible


def with_program(session: Session, text: str) -> Session:
    """With another program: the place is kept while the graph differs in its numbers at most.

    Variables keep their values; new ones are assumed. Raises ParseError.
    """
    source, graph = session.source, parse(text, session.trace.bindings)
    sample = source.sample._replace(program=text)
    if sample.lowered is not None:
        if same_shape(graph, session.graph) and graph.constants == session.graph.constants:
            graph = sample.lowered.over(graph)
        else:
            sample = sample._replace(lowered=None)
    if source.of is not None and source.of in graph.by_name:
        graph = graph.with_output(source.of)
    bindings = {name: session.trace.bindings.get(name, ASSUMED) for name in graph.variables}
    assumed = frozenset(
        name for name in graph.variables
        if name in source.assumed or name not in session.trace.bindings
    )  # fmt: skip
    traced = trace(graph, bindings, leaves_of(graph, sample, _kept_patterns(session, graph)))
    traced = replace(traced, lowered=sample.lowered)
    edited = source.edited or text.strip() != source.sample.program.strip()
    source = replace(source, sample=sample, assumed=assumed, edited=edited)
    changed = replace(session, source=source, trace=traced, count="")
    changed = seen_as_far_as_possible(changed)
    if same_shape(graph, session.graph) and traced.wrt == session.trace.wrt:
        return replace(changed, unrolled=session.unrolled.over(graph))
    cursor = replace(session.cursor, leaf=None, leaf_before=None)
    unrolled = Unrolled(graph, shut=shut_at_first(graph))
    return replace(changed, unrolled=unrolled, cursor=cursor).seek(0)


def with_values(session: Session, bindings: Mapping[str, float]) -> Session:
    """With other values for some variables. BackpropError for a name that is none."""
    traced = session.trace.at(bindings)
    source = replace(session.source, assumed=session.source.assumed - bindings.keys())
    return replace(session, source=source, trace=traced, count="")


def with_wrt(session: Session, patterns: Sequence[str]) -> Session:
    """Differentiated by other leaves, from the seed; by no pattern, every one not held fixed.

    BackpropError for a pattern that fits none.
    """
    chosen = tuple(patterns) or None
    leaves = leaves_of(session.graph, session.source.sample._replace(wrt=None), chosen)
    traced = trace(session.graph, session.trace.bindings, leaves)
    traced = replace(traced, lowered=session.trace.lowered)
    return replace(session, source=replace(session.source, patterns=chosen), trace=traced).seek(0)


def _kept_patterns(session: Session, graph: Graph) -> tuple[str, ...] | None:
    """The patterns asked for, unless the new program has nothing that they match."""
    try:
        choose_leaves(graph, session.source.patterns or ())
    except BackpropError:
        return None
    return session.source.patterns


def same_shape(one: Graph, other: Graph) -> bool:
    """True when graphs differ in their numbers at most: a place in one is one in the other."""
    return (
        one.operations == other.operations
        and one.operands == other.operands
        and one.names == other.names
        and one.groups == other.groups
        and one.output == other.output
    )
