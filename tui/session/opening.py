"""How a session begins: over a sample, with what was asked for; a large one stage by stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from backprop_tui.engine import BackpropError, Graph, Sample, trace
from backprop_tui.engine.calculus.route import choose_leaves
from backprop_tui.engine.descent.plan import Plan
from backprop_tui.engine.language.show import DIGITS

from .calls import shut_at_first
from .session import DEFAULT_PLAN, Descent, Session, Source, View
from .tree import Unrolled
from .viewing import seen_as, views_of

ASSUMED = 1.0
"""The value at which the screen opens a variable that was given none."""
READING, BUILDING = "reading", "building the graph"
"""The first stages of opening."""

Tell = Callable[[str], None]
"""Is told what is being done."""


def ignore(stage: str) -> None:
    """Tells nobody."""


class Opening:
    """A session that is made beside the screen, and what is being done of it now."""

    def __init__(self, name: str, make: Callable[[Tell], Session]) -> None:
        self.name = name
        self._make = make
        self.stages = [READING]
        """What has been done, and last what is being done."""

    def make(self, look_up: Callable[[Session], Session]) -> Session | BackpropError:
        """The session with all looked up that drawing it takes, or why there is none."""
        try:
            session = self._make(self.stages.append)
        except BackpropError as error:
            return error
        self.stages.append("evaluating every node")
        _ = session.trace.values
        self.stages.append("sweeping back from the output")
        _ = session.trace.sweep
        self.stages.append("looking for numbers that went wrong")
        _ = session.trace.troubles
        self.stages.append("drawing")
        return look_up(session)


def open_session(
    sample: Sample,
    *,
    of: str | None = None,
    wrt: Sequence[str] | None = None,
    at: int | None = None,
    digits: int = DIGITS,
    complete: bool = False,
    view: str | None = None,
    plan: Plan | None = None,
    tell: Tell = ignore,
) -> Session:
    """A session over a sample; `of` names another output, `at` the step to open at.

    `view` is how it is seen, the first way that there is when None, and `plan` how to descend. A
    variable without a value is assumed to be 1, or an error when values must be `complete`. Raises
    BackpropError for a program, a name, a step or a view that cannot be used. `tell` is told what
    is being done.
    """
    tell(BUILDING)
    graph = sample.graph()
    if of is not None:
        graph = graph.with_output(of)
    given = sample.bindings
    missing = [] if complete else [name for name in graph.variables if name not in given]
    bindings = {**given, **dict.fromkeys(missing, ASSUMED)}
    patterns = tuple(wrt) if wrt is not None else sample.wrt
    tell(f"finding the way back through {len(graph):,} nodes")
    traced = trace(graph, bindings, leaves_of(graph, sample, patterns))
    traced = replace(traced, lowered=sample.lowered)
    session = Session(
        Source(sample, frozenset(missing), of, patterns),
        traced,
        Unrolled(graph, shut=shut_at_first(graph)),
        view=View(digits=digits),
        descent=Descent(plan or sample.descent or DEFAULT_PLAN),
    ).seek(0)
    session = seen_as(session, view or views_of(session)[0])
    step = sample.at if at is None else at
    return session if step is None else session.go_to(step)


def leaves_of(graph: Graph, sample: Sample, patterns: Sequence[str] | None) -> tuple[str, ...]:
    """The names to differentiate by: those asked for, else every variable not held fixed."""
    if patterns is None:
        return tuple(name for name in graph.variables if name not in sample.fixed)
    return tuple(graph.names[leaf] for leaf in choose_leaves(graph, patterns))
