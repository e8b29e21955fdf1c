"""The neurons of a network in columns, the weights beside the wires, as the sweep stands."""

from __future__ import annotations

from functools import cached_property

from backprop_tui.engine.layers.layer import is_from_sums, network_of
from backprop_tui.engine.network.network import Network
from backprop_tui.engine.network.places import Place
from backprop_tui.engine.text.spans import Line
from backprop_tui.engine.text.words import cell_width

from ..layout import Diagram
from ..layout.canvas import BoxLook
from ..present.marks import BRACKETS
from ..present.picture import clip, left
from .boxes import EQUATIONS, LABELS, NUMBERS, mark_of
from .drawing import PENS, Drawing
from .neuron_boxes import NeuronTexts, neuron_diagram
from .neuron_rows import NeuronRows
from .neurons import Neurons, neurons, windows

WINDOW = {LABELS: 4, NUMBERS: 3, EQUATIONS: 3}
"""Neurons shown of each layer of a network that is too large to be drawn whole."""
SAMPLES = 8
"""Samples, from the first, for all of which a level must fit."""


class NeuronDrawing(Drawing):
    """A network as it is usually drawn: a box for each input and neuron, and one for the cost."""

    @cached_property
    def network(self) -> Network:
        """The network drawn."""
        return network_of(self.session.trace)

    @cached_property
    def place(self) -> Place | None:
        """Where the selected node belongs."""
        return self.session.trace.places.get(self.session.selected)

    @cached_property
    def neurons(self) -> Neurons:
        """What is drawn of the sample shown."""
        return self._around(self.place, self.session.cursor.sample)

    @cached_property
    def texts(self) -> NeuronTexts:
        """What stands in the boxes."""
        session = self.session
        return NeuronTexts(
            NeuronRows(session.trace, session.view.digits, self.level), session.position
        )

    @cached_property
    def diagram(self) -> Diagram:
        """Where the boxes and wires are."""
        return neuron_diagram(
            self.session.trace, self.session.view.digits, self.neurons, self.level
        )

    def fits_across(self, width: int) -> bool:
        """True where there is room across, around the first neurons of every sample too.

        A level that depended on what is shown alone would change from step to step.
        """
        trace, digits = self.session.trace, self.session.view.digits
        samples = range(1, min(len(self.network.inputs), SAMPLES) + 1)
        firsts = (self._around(None, sample) for sample in samples)
        diagrams = (neuron_diagram(trace, digits, first, self.level) for first in firsts)
        return all(one.width <= width for one in diagrams) and self.diagram.width <= width

    def _around(self, place: Place | None, sample: int) -> Neurons:
        """What is drawn of a sample around a place."""
        room = WINDOW[self.level] << max(0, -(self.session.view.zoom or 0))
        return neurons(self.session.trace, sample, windows(self.network, place, room))

    @property
    def selected_box(self) -> int | None:
        """The box to which the selected node belongs."""
        return self.neurons.box_of(self.place)

    def heading(self, start: int, width: int) -> Line:
        """What each column is, and how much of it is shown."""
        boxes = [self.diagram.boxes[layer[0]] for layer in reversed(self.diagram.layers)]
        ends = [*(box.x for box in boxes[1:]), start + width]
        text = " " * max(0, boxes[0].x - start)
        for layer, end in enumerate(ends, 1):
            room = max(0, end - start - cell_width(text))
            words = self._column(layer)
            text += left(next((one for one in words if len(one) + 1 < room), words[-1]), room)
        return ((clip(text, width), "muted"),)

    def node_at(self, x: int, y: int) -> int | None:
        """The weight, bias or target in whose row a cell is, else the node of its box."""
        box = self._box_at(x, y)
        if box is None:
            return None
        row = y - self.diagram.boxes[box].y - 1
        nodes = self.texts.nodes(self.neurons.units[box])
        return nodes[row] if 0 <= row < len(nodes) else box

    def neighbour(self, way: str, times: int) -> int | None:
        """Up and down through a column, weight by weight; left and right from layer to layer."""
        place = self.place
        if place is None:
            return None
        if way in ("up", "down"):
            return self._down(place, times if way == "down" else -times)
        step = times if way == "right" else -times
        if place.source:
            inward = step < 0
            layer = place.layer - 1 if inward else place.layer
            return self._neuron(layer, place.source if inward else place.neuron)
        if place.letter in "by" and abs(step) == 1:
            return self._neuron(min(place.layer, self.network.layers), place.neuron)
        return self._neuron(max(1, place.layer + step), place.neuron)

    def edge(self, index: int) -> int | None:
        """The contribution sent along a wire; where only the weight gets one, that."""
        edge, route = self.diagram.wires[index].edge, self.session.trace.sweep.route
        way = self.neurons.units[edge.user].ways[edge.slot]
        if self.neurons.units[edge.user].letter == "C":
            node = way if route.active[way] else self.neurons.units[edge.operand].weighted_sum
            return max(route.arrivals(node), default=None) if route.active[node] else None
        sent = route.sent_by(way)
        last = sent[-1] if sent else None
        return next((c for c in sent if route.targets[c] == edge.operand), last)

    def is_lit(self, index: int, sent: int) -> bool:
        """True where the path chosen goes through the weight of a wire, or on to the cost."""
        route = self.session.trace.sweep.route
        if self.neurons.units[self.diagram.wires[index].edge.user].letter == "C":
            return not self.lit.isdisjoint(route.arrivals(route.targets[sent]))
        return route.users[sent] in {route.users[lit] for lit in self.lit}

    def box(self, box: int) -> BoxLook:
        session, unit = self.session, self.neurons.units[box]
        status = self.texts.state(unit)
        pen, style = PENS.get(status, ("plain", "plain"))
        row = self.texts.rows.seen_in(unit, session.selected) if box == self.selected_box else None
        is_selected = row == box
        if is_selected and status != "current":
            style = "marked"
        mark = mark_of(status, None)[0] + self.texts.rows.flag(box)[0]
        inner = self.diagram.boxes[box].width - 2
        ends = BRACKETS if is_selected else "  "
        title = clip(f"{ends[0]}{mark} {self.texts.rows.title(unit)}", inner - 1) + ends[1]
        return BoxLook(pen, style, title, self.texts.lines(unit, inner, row))

    def _column(self, layer: int) -> list[str]:
        """The heading of a column, at length and in short."""
        if layer > self.network.layers:
            text = self.session.sample_words
            name = "cost, from z" if is_from_sums(self.network) else "cost"
            return [f"{name}, {text}", text, "cost"] if text else [name, "cost"]
        size, shown = self.network.sizes[layer - 1], len(self.neurons.windows[layer - 1])
        part = f"{shown} of {size:,}" if shown < size else ""
        name = "input" if layer == 1 else f"layer {layer}"
        if self._is_free(layer):
            return [f"{name}: {part}", part] if part else [name]
        what = "held fixed" if layer == 1 else "w and b held fixed"
        return (
            [f"{name}: {part}, {what}", f"{part}, {what}", f"{shown}/{size:,} fixed", "fixed"]
            if part
            else [f"{name}, {what}", what, "fixed"]
        )

    def _is_free(self, layer: int) -> bool:
        """True where C is differentiated by an input of those shown, or a weight or bias."""
        active = self.session.trace.sweep.route.active
        units = (unit for unit in self.neurons.units.values() if unit.layer == layer)
        leaves = (leaf for unit in units for leaf in (*unit.rows, unit.bias, unit.node))
        is_leaf = self.session.graph.is_leaf
        return any(leaf is not None and is_leaf(leaf) and active[leaf] for leaf in leaves)

    def _down(self, place: Place, times: int) -> int:
        """So many entries down the column: each neuron, its weights, its bias; the cost, y."""
        graph, sizes, places = self.session.graph, self.network.sizes, self.session.trace.places
        sample, several = self.session.cursor.sample, places.samples > 1
        if place.layer == 1:
            return self._neuron(1, min(max(place.neuron + times, 1), sizes[0]))
        if place.layer > len(sizes):
            last = sizes[-1] + several
            row = place.neuron if place.letter == "y" else 0
            if several and self.session.selected == graph.output:
                row = last
            row = min(max(row + times, 0), last)
            if row > sizes[-1]:
                return graph.output
            return places.node(Place("y" if row else "C", place.layer, row or 1, 0, sample))
        before = sizes[place.layer - 2]
        entries = before + 2
        entry = before + 1 if place.letter == "b" else place.source
        index = (place.neuron - 1) * entries + entry + times
        index = min(max(index, 0), sizes[place.layer - 1] * entries - 1)
        neuron, entry = index // entries + 1, index % entries
        if not entry:
            return self._neuron(place.layer, neuron)
        letter, source = ("w", entry) if entry <= before else ("b", 0)
        return places.node(Place(letter, place.layer, neuron, source))

    def _neuron(self, layer: int, neuron: int) -> int:
        """The node of a neuron, the last of its layer at most; beyond the last layer the cost."""
        places, sample = self.session.trace.places, self.session.cursor.sample
        if layer > len(places.sizes):
            return places.costs[sample - 1]
        neurons = places.neurons[sample - 1][layer - 1]
        return neurons[min(neuron, len(neurons)) - 1]
