"""Everything the screen depends on, as one frozen value; every method returns a new one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from backprop_tui.engine import BackpropError, Graph, Sample, Trace
from backprop_tui.engine.descent.plan import Plan
from backprop_tui.engine.descent.points import Point
from backprop_tui.engine.explain.steps import Explanation
from backprop_tui.engine.language.show import DIGITS

from .calls import is_foldable, shut_around
from .tree import Tree, Unrolled

LARGEST_COUNT = 1_000_000_000
DEFAULT_PLAN = Plan()


@dataclass(frozen=True, slots=True)
class Request:
    """A question as work beside the screen takes it: with another one its answer is another."""

    question: str
    variant: int
    trace: Trace
    node: int | None
    """The node that it is about."""
    width: int
    """The cells of a line."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What work beside the screen has found so far."""

    request: Request
    content: Any


@dataclass(frozen=True, slots=True)
class Source:
    """What the trace was made from."""

    sample: Sample
    assumed: frozenset[str] = frozenset()
    """The variables that were given no value."""
    of: str | None = None
    """The named node chosen as the output, instead of the last statement."""
    patterns: tuple[str, ...] | None = None
    """What to differentiate by, as asked; None for every variable not held fixed."""
    edited: bool = False
    """True when the program is not the sample's any more."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where in the sweep, and on which node."""

    position: int = 0
    """How many contributions have been sent."""
    selected: int = 0
    """The node chosen; stepping chooses the node of the step."""
    row: int | None = None
    """The row of the tree that was selected; None for the first one of the selected node."""
    leaf: int | None = None
    """The leaf chosen last; None before one was."""
    leaf_before: int | None = None
    """The leaf chosen before that one."""
    sample: int = 1
    """Of a network's samples, the one shown, from 1."""


@dataclass(frozen=True, slots=True)
class View:
    """How it is seen; what changes this is viewing.py."""

    name: str = "tree"
    before: str = "tree"
    """The view from which the layers or a plot were entered."""
    digits: int = DIGITS
    zoom: int | None = None
    """How much a box of a drawing shows, below 0 how much more of a large graph; None: by room."""
    upright: bool | None = None
    """True where users are drawn above their operands, False: to their right; None: by room."""
    leaves_apart: bool = False
    """True where every use of a leaf is drawn as a box of its own."""
    plot: str = "curve"
    """Which plot is shown: a key of PLOTS."""
    plot_zoom: int = 0
    """How often the range plotted has been halved; below 0, doubled."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked beside the steps."""

    question: str = ""
    """A key of QUESTIONS, or nothing."""
    variant: int = 0
    """Which of the question's variants."""
    answer: Answer | None = None
    """What is known of the last question asked."""


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """A point of a descent and the trace there: with another trace the point means nothing."""

    point: Point
    trace: Trace
    following: Point | None = None
    """The point after it, where it was found before it was asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Descent:
    """How gradient descent goes on, how far it has come, and whether it is under way."""

    plan: Plan = DEFAULT_PLAN
    reached: Reached | None = None
    running: bool = False
    """True while updates are made one after the other."""


@dataclass(frozen=True, eq=False)
class Session:
    """A trace, a position in its sweep, and what the user has chosen to see."""

    source: Source
    trace: Trace
    unrolled: Unrolled
    cursor: Cursor = Cursor()
    view: View = View()
    asked: Asked = Asked()
    descent: Descent = Descent()
    count: str = ""
    """Digits typed so far: how often the next key is to be repeated."""
    working: bool = False
    """True while a session that is to come after this one is made beside the screen."""

    @property
    def position(self) -> int:
        """How many contributions have been sent."""
        return self.cursor.position

    @property
    def selected(self) -> int:
        """The node chosen."""
        return self.cursor.selected

    @property
    def graph(self) -> Graph:
        """The graph of the program."""
        return self.trace.graph

    @property
    def tree(self) -> Tree:
        """The rows of the tree."""
        return self.unrolled.tree

    @property
    def folds(self) -> frozenset[int]:
        """The operations that hide what only they use."""
        return self.unrolled.folds

    @property
    def shut(self) -> frozenset[int]:
        """The groups of the calls that are folded."""
        return self.unrolled.shut

    @cached_property
    def row(self) -> int:
        """The row of the tree that stands for the selected node."""
        if self.cursor.row is not None:
            return self.cursor.row
        return self.tree.place(self.graph, self.selected)

    @cached_property
    def explanation(self) -> Explanation:
        """The words for this trace."""
        return Explanation(self.trace.sweep, self.view.digits)

    @cached_property
    def just_sent(self) -> range:
        """The contributions sent so far by the step under way or just completed."""
        return self.explanation.just_sent(self.position)

    @property
    def step(self) -> int:
        """How many steps are complete."""
        return self.trace.sweep.route.step_at(self.position)

    @property
    def current(self) -> int:
        """The node of the step under way or just completed; the output at the seed."""
        step = self.explanation.current(self.position)
        return self.trace.sweep.route.order[step - 1] if step else self.graph.output

    def seek(self, step: int) -> Session:
        """At the end of a step, kept within the sweep; its node selected."""
        sweep = self.trace.sweep
        return self._at(sweep.route.positions[min(max(step, 0), len(sweep))])

    def go_to(self, step: int) -> Session:
        """At the end of a step. BackpropError when the sweep has no such step."""
        return self.seek(self.trace.step_meant(step))

    def move(self, steps: int) -> Session:
        """So many times the count typed in steps on or back; a step under way counts as one."""
        amount = steps * self.times
        sweep = self.trace.sweep
        whole = self.position == sweep.route.positions[self.step]
        return self.seek(self.step + amount + (0 if whole or amount > 0 else 1))

    def send(self, contributions: int) -> Session:
        """So many times the count typed in contributions on or back."""
        position = self.position + contributions * self.times
        return self._at(min(max(position, 0), self.trace.sweep.route.positions[-1]))

    def typed(self, digit: str) -> Session:
        """With one more digit of a count; a leading 0 counts nothing."""
        count = (self.count + digit).lstrip("0")
        return replace(self, count=count if int(count or 0) <= LARGEST_COUNT else self.count)

    @property
    def chosen(self) -> int | None:
        """The leaf chosen last, else the first that is differentiated by."""
        route = self.trace.sweep.route
        leaf = self.cursor.leaf
        return leaf if leaf in route.free else next(iter(route.wrt), None)

    @property
    def folded_layers(self) -> tuple[tuple[int, ...], ...]:
        """The layers of a network of which every neuron is folded, each by its neurons."""
        layers = (layer for layers in self.trace.places.neurons for layer in layers[1:])
        return tuple(tuple(layer) for layer in layers if self.folds.issuperset(layer))

    @property
    def sample_words(self) -> str:
        """Which of a network's samples is shown, or row of its data; nothing for one alone."""
        network = self.trace.network
        if network is None:
            return ""
        if network.data is not None:
            return f"row {network.row} of {len(network.data.inputs):,}"
        samples = len(network.inputs)
        return f"sample {self.cursor.sample} of {samples}" if samples > 1 else ""

    def plain(self) -> Session:
        """Without a count or a question, the node of the step selected."""
        return self._at(self.position).unasked()

    def choose(self, node: int, row: int | None = None) -> Session:
        """With another node selected, its folded ancestors left as they are."""
        node = min(max(node, 0), len(self.graph) - 1)
        is_free = self.graph.is_leaf(node) and node in self.trace.sweep.route.free
        now = self.cursor
        leaves = (node, now.leaf) if is_free and node != now.leaf else (now.leaf, now.leaf_before)
        sample = self._sample_seen(node) or now.sample
        return replace(self, cursor=Cursor(now.position, node, row, *leaves, sample), count="")

    def choose_trouble(self) -> Session:
        """With the next problem selected, in the order met; the warnings after the problems."""
        found = [problem.node for problem in self.trace.problems]
        found += [symptom.node for symptom in self.trace.symptoms]
        nodes = list(dict.fromkeys(found))
        if not nodes:
            return self
        after = nodes.index(self.selected) + 1 if self.selected in nodes else 0
        return self.choose(nodes[after % len(nodes)]).unasked()

    def ask(self, question: str, variants: int) -> Session:
        """With a question in place of the step; asked again, its next variant, then the step."""
        variant = self.asked.variant + 1 if question == self.asked.question else 0
        asked = Asked(question if variant < variants else "", variant)
        return replace(self, asked=asked, count="")

    def unasked(self) -> Session:
        """With the step in place of a question."""
        return replace(self, asked=replace(self.asked, question=""))

    def choose_row(self, rows: int) -> Session:
        """With the selection moved by so many rows of the tree."""
        row = min(max(max(self.row, 0) + rows * self.times, 0), len(self.tree) - 1)
        return self.choose(self.tree.nodes[row], row)

    def choose_next(self, nodes: int) -> Session:
        """With the selection moved by so many nodes in id order."""
        return self.choose(self.selected + nodes * self.times)

    def fold(self) -> Session:
        """With the call that the selected operation ends hidden, or shown again.

        Of another operation, with what only it uses hidden; of a network's neuron asked again, with
        its whole layer hidden first. BackpropError for a leaf.
        """
        calls = [
            g for g in self.graph.calls_of.get(self.selected, ()) if is_foldable(self.graph, g)
        ]
        call = shut_around(self.graph, self.shut, self.selected)
        if call is not None:
            return self.refolded(self.folds, self.shut - {call})
        if self.graph.is_leaf(self.selected):
            name = self.graph.pretty(self.selected)
            raise BackpropError(f"{name} is a leaf: it hides nothing that could be folded")
        ended = self.graph.calls_of.get(self.selected, ())
        if calls := [group for group in ended if is_foldable(self.graph, group)]:
            return self.refolded(self.folds, self.shut | set(calls))
        layer = self.trace.places.beside(self.selected)
        if self.selected not in self.folds:
            folds = self.folds | {self.selected}
        elif self.folds.issuperset(layer):
            folds = self.folds - {self.selected, *layer}
        else:
            folds = self.folds | set(layer)
        return self.refolded(folds, self.shut)

    def refolded(self, folds: frozenset[int], shut: frozenset[int]) -> Session:
        """With other operations folded, and other calls."""
        cursor = replace(self.cursor, row=None)
        return replace(self, unrolled=self.unrolled.refolded(folds, shut), cursor=cursor, count="")

    @property
    def times(self) -> int:
        """How often the next key is to be repeated."""
        return int(self.count or 1)

    def _sample_seen(self, node: int) -> int | None:
        """The sample at which a node is seen: its own, or of the output that which comes next."""
        if node == self.graph.output:
            node = next(iter(self.trace.sweep.route.order[1:2]), node)
        return self.trace.places.sample_of(node)

    def _at(self, position: int) -> Session:
        moved = replace(self, cursor=replace(self.cursor, position=position), count="")
        return moved.choose(moved.current)
