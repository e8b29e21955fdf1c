"""A session's graph drawn in one way: which part of it, how its boxes and wires look now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

from backprop_tui.engine.paths import Paths
from backprop_tui.engine.spans import Line

from .drawn import WHOLE, Drawn, drawn
from .layout import Diagram
from .layout.canvas import BoxLook, WireLook, picture_row
from .layout.raster import Raster, raster
from .present.boxes import EQUATIONS, LABELS, NUMBERS, diagram, fitted, rows, sign, title
from .present.picture import clip
from .session import Session

LEVELS = (EQUATIONS, NUMBERS, LABELS)
REACH = {LABELS: 80, NUMBERS: 40, EQUATIONS: 24}
"""How many nodes are drawn of a graph that is too large to be drawn whole."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """The drawing of a session; everything about it is found when it is asked for."""

    session: Session
    level: int
    across: bool

    @cached_property
    def shown(self) -> Drawn:
        """Which part of the graph is drawn."""
        session, graph = self.session, self.session.graph
        center = session.selected if len(graph) > WHOLE else None
        reach = REACH[self.level] << max(0, -(session.zoom or 0))
        return drawn(session.trace.sweep.route, session.folds, center, reach, session.leaves_apart)

    @cached_property
    def diagram(self) -> Diagram:
        """Where its boxes and wires are."""
        trace = self.session.trace
        return diagram(trace.sweep, self.session.digits, self.shown, self.level, self.across)

    @cached_property
    def middle(self) -> tuple[int, int]:
        """The cell in the middle of the selected node's box."""
        box = self.shown.box_of(self.session.selected)
        if box is None:
            return 0, 0
        x, y, width, height = self.diagram.boxes[box]
        return x + width // 2, y + height // 2

    def row(self, y: int, start: int, end: int) -> Line:
        """One row between two columns."""
        return picture_row(self._raster, y, start, end, self.box, self.wire)

    @cached_property
    def box(self) -> Callable[[int], BoxLook]:
        """How a node's box looks: the node of the step, waiting or sent, or without a part."""
        return cache(self._box)

    @cached_property
    def wire(self) -> Callable[[int], WireLook]:
        """How an edge looks: on the path chosen, just sent, never sent along, or neither."""
        return cache(self._wire)

    def _box(self, box: int) -> BoxLook:
        session, node = self.session, self.shown.nodes[box]
        words, inner = session.explanation, self.diagram.boxes[box].width - 2
        state = words.state(node, session.position)
        pen, style = PENS.get(state, ("plain", "plain"))
        if node == session.selected and state != "current":
            style = "marked"
        mark, mark_style = sign(words, node, session.position, session.trace.troubles.get(node))
        if self.level == LABELS:
            text = f"{mark}{session.graph.sign(node)}"
            return BoxLook(pen, style, "", [((clip(text, inner), mark_style),)])
        head = f" {mark} {title(words, self.shown, node, self.level)} "
        lines = rows(words, self.shown, node, self.level, session.position)
        return BoxLook(pen, style, clip(head, inner), [fitted(line, inner) for line in lines])

    def _wire(self, index: int) -> WireLook:
        session, route = self.session, self.session.trace.sweep.route
        sent = self.contribution(index)
        if sent is None:
            return WireLook("weak", "muted")
        if self._lit:
            return (
                WireLook("strong", "current") if sent in self._lit else WireLook("plain", "muted")
            )
        if sent >= session.position:
            return WireLook("plain", "plain")
        step = session.explanation.current(session.position)
        just = step > 0 and sent >= route.starts[step - 1]
        return WireLook("strong", "current") if just else WireLook("plain", "plain")

    def contribution(self, index: int) -> int | None:
        """The contribution sent along an edge, for a folded user the last; None where none is."""
        edge, route = self.diagram.wires[index].edge, self.session.trace.sweep.route
        operand = self.shown.nodes[edge.operand]
        if not (route.active[edge.user] and route.active[operand]):
            return None
        if edge.user in self.shown.folded:
            return route.arrivals(operand)[-1]
        number = route.visited(edge.user) or 1
        sent = range(route.starts[number - 1], route.starts[number])
        return next((c for c in sent if route.slots[c] == edge.slot), None)

    @cached_property
    def _raster(self) -> Raster:
        return raster(self.diagram)

    @cached_property
    def _lit(self) -> frozenset[int]:
        """The contributions along the path chosen, where paths are asked for."""
        session = self.session
        if session.detail != "paths":
            return frozenset()
        listed = Paths(session.trace.sweep, session.selected).listed(session.variant + 1)
        return frozenset(listed[-1].contributions) if listed else frozenset()


PENS = {"current": ("strong", "current"), "inactive": ("weak", "muted")}
"""The pen and the style of a box, for the states that have their own."""


def drawing(session: Session, width: int, height: int, least: int = LABELS) -> Drawing:
    """The drawing for a window: in the way chosen, or the fullest that fits.

    Its boxes show no less than `least`, whether it fits or not.
    """
    levels = [level for level in LEVELS if level >= least]
    if session.zoom is not None:
        levels = [max(least, session.zoom)]
    ways = (True, False) if session.upright is None else (not session.upright,)
    made = [Drawing(session, level, across) for level in levels for across in ways]
    if len(session.graph) > WHOLE:
        made.sort(key=lambda one: one.level != NUMBERS)
        return made[0]
    for one in made:
        if one.diagram.width <= width and one.diagram.height <= height:
            return one
    return next((one for one in made if one.level == NUMBERS), made[0])


def neighbour(one: Drawing, way: str) -> int | None:
    """The node that an arrow key leads to: along a wire, or beside in the layer."""
    shown, box = one.shown, one.shown.box_of(one.session.selected)
    if box is None:
        return None
    along = {True: ("left", "right"), False: ("down", "up")}[one.across]
    if way == along[0]:
        found = [edge.operand for edge in shown.edges if edge.user == box]
    elif way == along[1]:
        found = [edge.user for edge in shown.edges if edge.operand == box]
    else:
        layer = next(layer for layer in one.diagram.layers if box in layer)
        place = layer.index(box) + (1 if way in ("down", "right") else -1)
        found = [layer[place]] if 0 <= place < len(layer) else []
    return shown.nodes[found[0]] if found else None
