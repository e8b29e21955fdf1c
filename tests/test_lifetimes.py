"""What was found lives as long as what it is about, and is found once."""

from __future__ import annotations

import copy
import gc
import math
import pickle
import sys
import weakref
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from inspect import get_annotations
from pathlib import Path
from pkgutil import walk_packages
from types import CodeType, FrameType
from typing import Any

import backprop_tui
import pytest
from backprop_tui.engine import Trace, load
from backprop_tui.engine.calculus.sweep import Sweep
from backprop_tui.engine.text.memo import memoized
from backprop_tui.tui.drawings.drawing import Drawing
from backprop_tui.tui.drawings.picture import graph_picture
from backprop_tui.tui.drawings.views import drawing
from backprop_tui.tui.layout import Diagram, Edge
from backprop_tui.tui.layout.canvas import canvas
from backprop_tui.tui.layout.layered import shape_of
from backprop_tui.tui.present.frame import header_line
from backprop_tui.tui.present.layers_pane import layers_picture
from backprop_tui.tui.present.picture import Picture, offset
from backprop_tui.tui.present.plots.plots import curve
from backprop_tui.tui.present.row_pane import row_picture
from backprop_tui.tui.present.tree_pane import tree_picture
from backprop_tui.tui.present.values_pane import values_picture
from backprop_tui.tui.session.descent import updated
from backprop_tui.tui.session.edits import with_values
from backprop_tui.tui.session.opening import open_session
from backprop_tui.tui.session.session import Session
from backprop_tui.tui.session.viewing import PLOT, VIEWS, seen_as

WIDTH, HEIGHT = 60, 8
"""A small window, as every one of thousands is drawn."""


@dataclass(frozen=True, eq=False)
class Thing:
    """Something about which more can be found."""

    number: int


def test_a_result_is_found_once_and_dies_with_what_it_is_about() -> None:
    found = []

    @memoized(2)
    def sum_of(thing: Thing, one: int, other: int) -> list[int]:
        found.append((thing.number, one, other))
        return [thing.number + one + other]

    thing = Thing(1)
    assert sum_of(thing, 2, 3) == [6]
    assert sum_of(thing, 2, 3) is sum_of(thing, 2, 3)
    assert sum_of(Thing(5), 2, 3) == [10]
    assert found == [(1, 2, 3), (5, 2, 3)]
    result = weakref.ref(copy.copy(thing)), weakref.ref(thing)
    del thing
    assert [one() for one in result] == [None, None]


def test_of_the_other_arguments_the_last_asked_for_are_kept() -> None:
    found = []

    @memoized(2)
    def twice(thing: Thing, number: int) -> int:
        found.append(number)
        return 2 * number

    thing = Thing(0)
    assert [twice(thing, number) for number in (1, 2, 1, 3, 1, 2, 3)] == [2, 4, 2, 6, 2, 4, 6]
    assert found == [1, 2, 3, 2, 3]


def test_no_copy_and_no_pickle_takes_results_along() -> None:
    found = []

    @memoized(1)
    def root(thing: Thing) -> float:
        found.append(thing.number)
        return math.sqrt(thing.number)

    thing = Thing(16)
    assert root(thing) == 4
    others = pickle.loads(pickle.dumps(thing)), copy.deepcopy(thing), replace(thing, number=9)
    assert [root(other) for other in others] == [4, 4, 3]
    assert found == [16, 16, 16, 9]


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Two neurons between an input and an output, over four rows of data."""
    (tmp_path / "rows.csv").write_text("x,y\n0.5,1\n-1,0.25\n2,-1\n0,0\n")
    (tmp_path / "network.toml").write_text(
        '[network]\nsizes = [1, 2, 1]\nactivation = "tanh"\ncost = "squared error"\n'
        'data = "rows.csv"\ntargets = ["y"]\ninit = "xavier"\nseed = 1\n'
    )
    return open_session(load(str(tmp_path / "network.toml")), digits=3)


def drawn(session: Session, width: int) -> Picture:
    """The drawing of a session's view."""
    return graph_picture(drawing(session, width, HEIGHT), width)


PICTURES: dict[str, tuple[Callable[[Session, int], Picture], ...]] = {
    "tree": (tree_picture, values_picture),
    "graph": (drawn,),
    "neurons": (drawn, row_picture),
    "weight": (drawn,),
    "layers": (layers_picture, row_picture),
}
"""What the panes of each view draw."""


def show(session: Session) -> None:
    """Draws what is in sight of a view."""
    header_line(session, WIDTH)
    if session.view.name == PLOT:
        curve(session, WIDTH, HEIGHT)
        return
    for present in PICTURES[session.view.name]:
        picture = present(session, WIDTH)
        top = offset(picture, HEIGHT)
        for y in range(top, min(picture.height, top + HEIGHT)):
            picture.line(y)


BOUNDS = {Session: 1, Trace: 3, Sweep: 3, Drawing: 0, Diagram: 64}
"""How many of each kind may be alive after however many changes."""


def alive() -> Counter[type]:
    """How many objects there are of each kind, with those that wait for the collector."""
    found = Counter(map(type, gc.get_objects()))
    return Counter({
        kind: sum(found[one] for one in found if issubclass(one, kind)) for kind in BOUNDS
    })  # fmt: skip


CHANGES: dict[str, Callable[[Session, int], Session]] = {
    "updates": lambda session, number: updated(session),
    "edits": lambda session, number: with_values(session, {"w2_1_1": number / 1000}),
    "seeks": lambda session, number: session.seek(7 * number % (len(session.trace.sweep) + 1)),
}
SHOWN = 4
"""Of so many changes one is shown, in one view after the other; a round would cost most there."""


@pytest.mark.parametrize("what", CHANGES)
def test_after_a_thousand_changes_nothing_of_the_old_numbers_is_alive(
    session: Session, what: str
) -> None:
    """Not even as garbage: to the collector a sweep is a few objects, however large it is."""
    ways = (*VIEWS, PLOT)
    gc.collect()
    before = alive()
    gc.disable()
    try:
        for number in range(1000):
            session = CHANGES[what](session, number)
            if number % SHOWN == 0:
                session = seen_as(session, ways[number // SHOWN % len(ways)])
                show(session)
        found = alive() - before
    finally:
        gc.enable()
    assert {kind.__name__: found[kind] for kind in BOUNDS if found[kind] > BOUNDS[kind]} == {}


def test_the_rows_of_a_layout_die_with_it() -> None:
    shape = shape_of(((7, 3), (8, 3)), (Edge(0, 1, 0),), True, False, True)
    shape_of.cache_clear()
    assert canvas(shape) is canvas(shape)
    gone = weakref.ref(shape)
    del shape
    assert gone() is None


def functions() -> Iterator[Any]:
    """Every function of the project that stands in a module, under whatever decorator."""
    for found in walk_packages(backprop_tui.__path__, "backprop_tui."):
        if not found.name.endswith("__main__"):
            module = import_module(found.name)
            own = (one for one in vars(module).values() if callable(one))
            yield from (one for one in own if getattr(one, "__module__", "") == found.name)


MEMOIZED: CodeType = memoized(1)(lambda about: about).__code__
PLAIN = {"str", "int", "float", "Style", "Color", "ColorSystem", "bool", "int | None",
         "tuple[Size, ...]", "tuple[Edge, ...]"}  # fmt: skip
"""The types of what is the same wherever it is met: texts, numbers, colours, sizes."""
OF_THE_TABLE = {"Operation", "str", "Any", "Spelling", "tuple[int, ...]"}
"""The types of what there is a fixed number of: a row of the operation table, its formulas, how
they are spelled, and whether each of their operands needs brackets."""


def test_what_is_kept_as_long_as_the_program_runs_is_plain_and_bounded() -> None:
    caches = [one for one in functions() if hasattr(one, "cache_parameters")]
    assert caches
    for one in caches:
        taken = set(get_annotations(one.__wrapped__)) - {"return"}
        kinds = {one.__wrapped__.__annotations__[name] for name in taken}
        if one.cache_parameters()["maxsize"] is None:
            assert kinds <= OF_THE_TABLE, one
        else:
            assert kinds <= PLAIN | {"Operation"}, one


@contextmanager
def computed() -> Iterator[Counter[tuple[str, tuple[Any, ...]]]]:
    """How often each of them was computed, by its arguments."""
    codes = {
        one.__wrapped__.__code__: f"{one.__module__}.{one.__qualname__}"
        for one in functions() if getattr(one, "__code__", None) is MEMOIZED
    }  # fmt: skip
    found: Counter[tuple[str, tuple[Any, ...]]] = Counter()

    def count(frame: FrameType, event: str, argument: object) -> None:
        if event == "call" and frame.f_code in codes:
            names = frame.f_code.co_varnames[: frame.f_code.co_argcount]
            found[codes[frame.f_code], tuple(frame.f_locals[name] for name in names)] += 1

    sys.setprofile(count)
    try:
        yield found
    finally:
        sys.setprofile(None)


@pytest.mark.parametrize("view", PICTURES)
def test_what_is_found_for_one_screen_is_found_once_for_the_whole_walk(
    session: Session, view: str
) -> None:
    session = seen_as(updated(session), view)
    with computed() as found:
        for step in range(len(session.trace.sweep) + 1):
            show(session.seek(step))
    assert {key[0] for key, times in found.items() if times > 1} == set()
    assert found
