"""How a session is seen: each function gives the session seen another way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from backprop_tui.engine import BackpropError

from .descent import carried
from .session import Session

TREE, GRAPH, NEURONS, WEIGHT, LAYERS, PLOT = "tree", "graph", "neurons", "weight", "layers", "plot"
VIEWS = (TREE, GRAPH, NEURONS, WEIGHT, LAYERS)
"""How a graph can be seen; the last three are for networks."""
CYCLE = (TREE, GRAPH)
"""The views of an expression in the order of the key."""
NETWORK_CYCLE = (NEURONS, GRAPH, WEIGHT, TREE)
"""Those of a network; the layers, and the plots of descent, have keys of their own."""
ZOOMS = range(-3, 3)
FARTHEST = 40
"""How often the range of a plot can be doubled, or halved."""


def views_of(session: Session) -> tuple[str, ...]:
    """How the graph can be seen, in the order of the key."""
    return NETWORK_CYCLE if session.trace.places else CYCLE


def _ways(session: Session) -> tuple[str, ...]:
    """All ways to see the graph, those that have keys of their own too."""
    return (*(VIEWS if session.trace.places else CYCLE), PLOT)


def _seen(session: Session, **changes: Any) -> Session:
    """With some of the view changed, the count used up."""
    return replace(session, view=replace(session.view, **changes), count="")


def next_view(session: Session) -> Session:
    """Seen in the next way."""
    views = views_of(session)
    now = session.view.name if session.view.name in views else session.view.before
    return _seen(session, name=views[(views.index(now) + 1) % len(views)])


def with_layers(session: Session) -> Session:
    """Seen layer by layer, or as before. BackpropError where there are no layers."""
    return as_before(session) if session.view.name == LAYERS else seen_as(session, LAYERS)


def with_plot(session: Session, plots: Sequence[str]) -> Session:
    """With the first plot shown, then the next; after the last one seen as before."""
    if session.view.name != PLOT:
        return _seen(seen_as(session, PLOT), plot=plots[0])
    following = plots.index(session.view.plot) + 1 if session.view.plot in plots else len(plots)
    if following == len(plots):
        return as_before(session)
    return _seen(session, plot=plots[following])


def as_before(session: Session) -> Session:
    """Seen as before the layers or a plot."""
    return _seen(session, name=session.view.before)


def seen_as(session: Session, view: str) -> Session:
    """Seen in one way. BackpropError for a way in which only networks can be seen."""
    if view not in _ways(session):
        raise BackpropError(f"only a network can be seen as {view}: this is an expression")
    before = session.view.before if session.view.name in (LAYERS, PLOT) else session.view.name
    return _seen(session, name=view, before=before)


def seen_as_far_as_possible(session: Session) -> Session:
    """Seen, now and before, as it was: as a graph where that was a way to see networks."""
    known = _ways(session)
    view, before = (
        view if view in known else "graph" for view in (session.view.name, session.view.before)
    )
    return replace(session, view=replace(session.view, name=view, before=before))


def entered(session: Session) -> Session:
    """Folded where graphs are folded; elsewhere to a neuron's graph, or to a weight's alone."""
    if session.view.name not in (NEURONS, LAYERS):
        return session.fold()
    return seen_as(session, "weight" if session.graph.is_leaf(session.selected) else "graph")


def other_sample(session: Session, samples: int) -> Session:
    """With another of a network's samples shown, its node selected in place of the one now.

    So many times the count typed on or back. With data, another row: the inputs and targets alone
    differ. BackpropError where there is one sample alone, or no network.
    """
    network, by = session.trace.network, samples * session.times
    if network is None:
        raise BackpropError("this is an expression: networks have samples")
    if network.data is not None:
        return at_row(session, min(max(network.row + by, 1), len(network.data.inputs)))
    if len(network.inputs) == 1:
        raise BackpropError("this network has one sample alone")
    number = min(max(session.cursor.sample + by, 1), len(network.inputs))
    node = session.trace.places.in_sample(session.selected, number)
    session = session.choose(node)
    return replace(session, cursor=replace(session.cursor, sample=number))


def at_row(session: Session, row: int) -> Session:
    """At another row of the data; the graph, the place and the parameters are kept."""
    sample = session.source.sample.at_row(row)
    assert sample.lowered is not None
    bindings = {**session.trace.bindings, **sample.lowered.samples}
    traced = replace(session.trace, bindings=bindings, lowered=sample.lowered)
    source = replace(session.source, sample=sample)
    descent = replace(session.descent, reached=carried(session, traced))
    return replace(session, source=source, trace=traced, descent=descent, count="")


def zoomed(session: Session, levels: int, now: int) -> Session:
    """With more or less in each box than `now`; below labels alone, with more boxes.

    Of a plot, with a smaller or larger range.
    """
    if session.view.name == PLOT:
        zoom = min(max(session.view.plot_zoom + levels, -FARTHEST), FARTHEST)
        return _seen(session, plot_zoom=zoom)
    return _seen(session, zoom=min(max(now + levels, ZOOMS[0]), ZOOMS[-1]))


def turned(session: Session, upright: bool) -> Session:
    """Extent the other way. BackpropError between neurons, which always stand in columns."""
    if session.view.name == NEURONS:
        raise BackpropError("neurons always stand in columns: the graph (t) can be turned")
    return _seen(session, upright=upright)


def with_leaves(session: Session) -> Session:
    """With a leaf drawn once, or once for each use. BackpropError between neurons."""
    if session.view.name == NEURONS:
        raise BackpropError("weights stand beside their wires here: the graph (t) has leaves")
    return _seen(session, leaves_apart=not session.view.leaves_apart)
