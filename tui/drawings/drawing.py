"""A session's graph drawn in one way: which part of it, how its boxes and wires look now."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

from backprop_tui.engine.calculus.paths import Paths
from backprop_tui.engine.text.spans import Line

from ..layout import Box, Diagram
from ..layout.canvas import BoxLook, WireLook, canvas
from ..present.marks import BRACKETS
from ..present.picture import clip
from ..session.session import Session
from .boxes import (
    EQUATIONS,
    LABELS,
    NUMBERS,
    diagram,
    fitted,
    mark_of,
    rows,
    sizes_of,
    state,
    title,
)
from .extent import MOST_BOXES, Extent, extent, extent_around, is_whole
from .folding import Folded, folded

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
    def seen(self) -> Folded:
        """The graph with what is folded; in the view of a weight, the graph of that alone."""
        session = self.session
        return folded(
            session.trace.sweep.route, session.folds, session.folded_layers,
            session.trace.places, session.chosen if session.view.name == "weight" else None,
            session.shut,
        )  # fmt: skip

    @cached_property
    def shown(self) -> Extent:
        """Which part of the graph is drawn."""
        session = self.session
        if self.is_whole:
            return extent(self.seen, None, 0, session.view.leaves_apart)
        return extent_around(self.seen, self._center, self._nodes, session.view.leaves_apart)

    @property
    def _nodes(self) -> int:
        """How many nodes are drawn of a larger graph."""
        return min(MOST_BOXES, REACH[self.level] << max(0, -(self.session.view.zoom or 0)))

    @property
    def count(self) -> int:
        """How many boxes are drawn at most."""
        return len(self.seen.nodes) if self.is_whole else self._nodes

    @cached_property
    def is_whole(self) -> bool:
        """True where the graph is small enough to be drawn whole."""
        return is_whole(self.seen)

    @cached_property
    def diagram(self) -> Diagram:
        """Where its boxes and wires are."""
        trace = self.session.trace
        return diagram(trace.sweep, self.session.view.digits, self.shown, self.level, self.across)

    def fits(self, width: int, height: int) -> bool:
        """True where there is room for it whole: where its boxes alone are too large, no layout."""
        trace = self.session.trace
        sizes = sizes_of(trace.sweep, self.session.view.digits, self.shown, self.level, self.across)
        if sum(wide * high for wide, high in sizes.values()) > width * height:
            return False
        return self.diagram.width <= width and self.diagram.height <= height

    @cached_property
    def _selected(self) -> Box:
        """The place of the selected node's box; nowhere when it is not drawn."""
        box = self.selected_box
        return Box(0, 0, 0, 0) if box is None else self.diagram.boxes[box]

    @property
    def middle(self) -> tuple[int, int]:
        """The cell in the middle of the selected node's box."""
        x, y, width, height = self._selected
        return x + width // 2, y + height // 2

    @property
    def reach(self) -> tuple[int, int]:
        """The cells from there to the ends of the box, in columns and in rows."""
        return self._selected.width // 2, self._selected.height // 2

    @property
    def selected_box(self) -> int | None:
        """The box of the selected node, if it is drawn."""
        return self.shown.box_of(self.session.selected)

    @property
    def _center(self) -> int:
        """The node around which a large graph is drawn."""
        chosen = self.session.chosen
        if self.seen.holds(self.session.selected) or chosen is None:
            return self.session.selected
        return chosen

    def heading(self, start: int, width: int) -> Line | None:
        """What is drawn, and what is left out; None where there is nothing to say."""
        session, graph = self.session, self.session.graph
        network, shown = session.trace.network, self.shown
        text = ""
        if shown.copies:
            text = f"each leaf stands once: one for each use would make {shown.copies:,} boxes"
        elif shown.left_out:
            keys = "Enter unfolds" if self._nodes == MOST_BOXES else "− widens, Enter unfolds"
            text = f"around {graph.pretty(session.selected)}: {shown.left_out:,} of "
            text += f"{len(self.seen.nodes):,} nodes are not drawn ({keys})"
        elif shown.cut:
            text = f"{shown.cut:,} more wires lead into these boxes"
        elif network is not None:
            text = f"surgery: {network.weight_count:,} weights and {network.bias_count:,} biases "
            text += "are nodes here, and every product and sum; Enter folds a neuron, then "
            text += "a sample's layer" if session.sample_words else "its layer"
        return ((clip(text, width), "muted"),) if text else None

    def node_at(self, x: int, y: int) -> int | None:
        """The node whose box stands at a cell."""
        box = self._box_at(x, y)
        return None if box is None else self.shown.nodes[box]

    def neighbour(self, way: str, times: int) -> int | None:
        """The node that so many presses of an arrow key lead to: along wires, or beside."""
        box = self.selected_box
        for _ in range(times):
            following = None if box is None else self._beside(box, way)
            if following is None:
                break
            box = following
        return None if box is None else self.shown.nodes[box]

    def _beside(self, box: int, way: str) -> int | None:
        """The box along a wire, or beside in the layer."""
        along = {True: ("left", "right"), False: ("down", "up")}[self.across]
        if way == along[0]:
            found = [edge.operand for edge in self.shown.edges if edge.user == box]
        elif way == along[1]:
            found = [edge.user for edge in self.shown.edges if edge.operand == box]
        else:
            layer = next(layer for layer in self.diagram.layers if box in layer)
            place = layer.index(box) + (1 if way in ("down", "right") else -1)
            found = [layer[place]] if 0 <= place < len(layer) else []
        return found[0] if found else None

    def _box_at(self, x: int, y: int) -> int | None:
        for box, (left, top, wide, high) in self.diagram.boxes.items():
            if left <= x < left + wide and top <= y < top + high:
                return box
        return None

    def rows(self) -> Callable[[int, int, int], Line]:
        """What makes one row between two columns; it finds once how each box and wire looks.

        Kept here, that would lead back here: a drawing would wait for the garbage collector, and
        its sweep with it.
        """
        boxes, shape = tuple(self.diagram.boxes), self.diagram.shape
        assert shape is not None
        rows = canvas(shape).row
        box, wire = cache(lambda number: self.box(boxes[number])), cache(self.wire)
        return lambda y, start, end: rows(y, start, end, box, wire)

    def box(self, box: int) -> BoxLook:
        """How a node's box looks: the node of the step, waiting or sent, or without a part."""
        session, node = self.session, self.shown.nodes[box]
        words, inner = session.explanation, self.diagram.boxes[box].width - 2
        status = state(words, self.seen, node, session.position)
        pen, style = PENS.get(status, ("plain", "plain"))
        is_selected = box == self.selected_box
        if is_selected and status != "current":
            style = "marked"
        mark, mark_style = mark_of(status, session.trace.troubles.get(node))
        if self.level == LABELS:
            pen = "strong" if is_selected else pen
            text = f"{mark}{session.graph.pretty(node)}"
            return BoxLook(pen, style, "", [((clip(text, inner), mark_style),)])
        ends = BRACKETS if is_selected else "  "
        head = f"{ends[0]}{mark} {title(words, self.seen, node, self.level)}"
        lines = rows(words, self.seen, node, self.level, session.position)
        head = clip(head, inner - 1) + ends[1]
        return BoxLook(pen, style, head, [fitted(line, inner) for line in lines])

    def wire(self, index: int) -> WireLook:
        """How an edge looks: on the path chosen, just sent, never sent along, or neither."""
        sent = self.edge(index)
        if sent is None:
            return WireLook("weak", "muted")
        if self.lit:
            return LIT if self.is_lit(index, sent) else WireLook("plain", "muted")
        return LIT if sent in self.session.just_sent else WireLook("plain", "plain")

    def is_lit(self, index: int, sent: int) -> bool:
        """True where a wire is on the path chosen."""
        return sent in self.lit

    def edge(self, index: int) -> int | None:
        """The contribution sent along an edge, for a folded user the last; None where none is."""
        edge, route = self.diagram.wires[index].edge, self.session.trace.sweep.route
        operand = self.shown.nodes[edge.operand]
        if not (route.active[edge.user] and route.active[operand]):
            return None
        if edge.user in self.seen.hidden:
            return route.arrivals(operand)[-1]
        sent = route.sent_by(edge.user)
        place = bisect_left(route.slots, edge.slot, sent.start, sent.stop)
        return place if place < sent.stop and route.slots[place] == edge.slot else None

    @cached_property
    def lit(self) -> frozenset[int]:
        """The contributions along the path chosen, where paths are asked for."""
        session = self.session
        if session.asked.question != "paths":
            return frozenset()
        listed = Paths(session.trace.sweep, session.selected).listed(session.asked.variant + 1)
        return frozenset(listed[-1].edges) if listed else frozenset()


LIT = WireLook("strong", "current")
"""The wire of what was just sent, or of a path."""
PENS = {"current": ("strong", "current"), "inactive": ("weak", "muted")}
"""The pen and the style of a box, for the states that have their own."""
