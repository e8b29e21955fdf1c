"""Large graphs: what is looked at for a key, what is made beside the screen, and in which order."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from backprop_tui.engine import Graph, ParseError, Sample, parse
from backprop_tui.engine.text.spans import plain
from backprop_tui.tui.app.explorer import Explorer
from backprop_tui.tui.drawings.boxes import EQUATIONS, LABELS, NUMBERS
from backprop_tui.tui.drawings.drawing import Drawing
from backprop_tui.tui.drawings.extent import MOST_BOXES, MOST_WIRES
from backprop_tui.tui.drawings.neurons import windows
from backprop_tui.tui.export.svg import svg
from backprop_tui.tui.layout import layered
from backprop_tui.tui.layout.order import ordered
from backprop_tui.tui.present.picture import clip, offset
from backprop_tui.tui.present.tree_pane import _guides, tree_picture
from backprop_tui.tui.session import edits, large, tree
from backprop_tui.tui.session.large import is_large
from backprop_tui.tui.session.opening import Opening, Tell, open_session
from backprop_tui.tui.session.parts import MOST_VALUES, PART, program_part
from backprop_tui.tui.session.session import Session
from backprop_tui.tui.session.viewing import ZOOMS
from textual.pilot import Pilot
from textual.widgets import TextArea

from noted import noted
from screens import screen_text, viewed
from sure import sure

DEPTH = 4_000
CHAIN = "\n".join(["h0 = tanh(x)", *(f"h{i} = tanh(h{i - 1})" for i in range(1, DEPTH))])
SHARED = "\n".join(["h0 = tanh(w)", *(f"h{i} = tanh(w*h{i - 1})" for i in range(1, 1_000))])
WIDE = f"sum({', '.join(f'x{i}' for i in range(10_000))})"
DENSE = ";".join(
    [*(f"s{i} = sum({', '.join(f'x{j}' for j in range(60))})" for i in range(60)),
     f"sum({', '.join(f's{i}' for i in range(60))})"]
)  # fmt: skip


@cache
def opened(program: str, view: str = "tree") -> Session:
    return open_session(Sample(program), view=view)


class Counted(list[int]):
    """A column that counts how often it is looked at."""

    looks = 0

    def __getitem__(self, index: Any) -> Any:
        self.looks += 1
        return super().__getitem__(index)


def test_the_rows_in_sight_of_a_deep_tree_look_at_few_levels() -> None:
    session = opened(CHAIN).seek(DEPTH)
    parents = Counted(session.tree.parents)
    vars(session.unrolled)["tree"] = replace(session.tree, parents=parents)
    picture = tree_picture(session, 60)
    top = offset(picture, 20)
    for row in range(top, top + 20):
        picture.line(row)
    assert 0 < parents.looks < 20 * 60
    for row in range(DEPTH - 20, DEPTH):
        picture.line(row)
    parents.looks = 0
    for row in range(DEPTH - 20, DEPTH):
        tree_picture(session.seek(0), 60).line(row)
    assert parents.looks < 20 * 60 + DEPTH, "the way up is gone once, not for every row"


@pytest.mark.parametrize("program", [SHARED[:700].rpartition("\n")[0], "a=x*y\nb=a+1\nc=a*b\nx^2"])
def test_guides_are_those_of_the_whole_way_cut_off(program: str) -> None:
    session = opened(program)
    tree = session.tree
    for row in range(len(tree)):
        way = [row]
        while tree.depths[way[-1]]:
            way.append(tree.parents[way[-1]])
        signs = ["  " if tree.lasts[at] else "│ " for at in way[1:-1]][::-1]
        whole = "".join([*signs, "└─" if tree.lasts[row] else "├─"]) if tree.depths[row] else ""
        for shift in (0, 2, 10):
            cut = f"‹{whole[shift + 1 :]}" if shift and len(whole) > shift else whole[shift:]
            for room in (0, 3, 8, 60):
                assert clip(_guides(session, row, shift, room), room) == clip(cut, room)


def test_a_tree_that_is_not_seen_is_not_made() -> None:
    session = open_session(Sample(CHAIN), view="graph").move(3).choose(5)
    assert not session.unrolled.is_made
    assert len(session.tree) == DEPTH + 1
    assert session.unrolled.is_made


def test_folding_looks_at_each_node_once(monkeypatch: pytest.MonkeyPatch) -> None:
    session = opened(SHARED, "graph")
    asked, users_of = noted(Graph.users_of)
    monkeypatch.setattr(Graph, "users_of", users_of)
    hidden = Drawing(session.fold(), NUMBERS, True).seen.hidden
    assert set(hidden[session.graph.output]) >= {n for n in range(len(session.graph) - 1)
                                                 if session.graph.names.get(n) != "w"}  # fmt: skip
    assert len(asked) == len({node for _, node in asked})


@pytest.mark.parametrize("program", [CHAIN, SHARED, WIDE, DENSE, f"sum({', '.join('x' * 3_000)})"])
@pytest.mark.parametrize("zoom", [*ZOOMS, None])
@pytest.mark.parametrize("apart", [False, True])
def test_a_drawing_is_bounded_and_says_what_it_leaves_out(
    program: str, zoom: int | None, apart: bool
) -> None:
    session = viewed(opened(program, "graph").seek(1), zoom=zoom, leaves_apart=apart)
    level = NUMBERS if zoom is None else max(LABELS, zoom)
    one = Drawing(session, level, True)
    shown = one.shown
    assert 1 < len(shown.boxes) <= MOST_BOXES
    assert len(shown.edges) <= MOST_WIRES
    heading = plain(one.heading(0, 200) or ())
    missing = len(session.graph) - len(set(shown.nodes.values()))
    assert f"{missing:,} of" in heading if missing and not shown.copies else heading
    if zoom == ZOOMS[0]:
        assert "− widens" not in heading


def test_more_of_a_sum_is_drawn_from_farther_away() -> None:
    session = opened(WIDE, "graph")
    seen = (viewed(session, zoom=zoom) for zoom in (0, -1, -2, -3))
    counts = [len(Drawing(one, LABELS, True).shown.boxes) for one in seen]
    assert all(one < other for one, other in pairwise(counts))


def test_the_box_of_a_long_sum_says_how_many_it_adds() -> None:
    one = Drawing(opened(WIDE, "graph").seek(1), EQUATIONS, True)
    box = one.box(one.session.graph.output)
    assert "10,000" in box.title
    assert len(box.lines) < 20
    assert sum(map(len, svg(one.session))) < 100_000


def test_windows_of_a_deep_network_are_bounded() -> None:
    from backprop_tui.engine.network.description import read_network

    sizes = [8] * 200
    network = read_network(
        {"sizes": sizes, "activation": "tanh", "cost": "squared error", "init": "xavier",
         "seed": 1, "input": [0.0] * 8, "target": [0.0] * 8}
    )  # fmt: skip
    shown = list(map(len, windows(network, None, 32)))
    assert sum(shown) <= MOST_BOXES
    assert sum(one * other for one, other in pairwise(shown)) <= MOST_WIRES


Use = Callable[[Explorer, Pilot[None]], Awaitable[None]]


class Gate:
    """Lets a thread wait until the test says so."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.open = threading.Event()

    def __call__(self, name: str) -> str:
        self.asked.append(name)
        assert self.open.wait(10)
        return name


async def until(holds: Callable[[], bool]) -> None:
    """Until a condition holds, or that has taken too long."""
    for _ in range(1_000):
        if holds():
            return
        await asyncio.sleep(0.01)


async def settled(app: Explorer) -> None:
    """Until nothing is made beside the screen any more."""
    await until(lambda: not app.changes.beside.is_working)
    await asyncio.sleep(0)


def run(test: Use, start: Session | Opening, *, size: tuple[int, int] = (120, 36)) -> None:
    """Runs a test on an application of a size."""

    async def work() -> None:
        app = Explorer(start)
        async with app.run_test(size=size) as pilot:
            await test(app, pilot)

    asyncio.run(work())


def test_of_what_one_owner_asks_for_the_last_counts_and_owners_take_turns() -> None:
    gate = Gate()
    done: list[str] = []

    async def test(app: Explorer, pilot: Pilot[None]) -> None:
        for name in ("a1", "a2", "a3"):
            app.changes.beside.ask("a", partial(gate, name), done.append)
        app.changes.beside.then(lambda: done.append("between"))
        app.changes.beside.ask("b", lambda: gate("b1"), done.append)
        app.changes.beside.then(lambda: done.append("after"))
        assert done == []
        gate.open.set()
        await settled(app)
        await pilot.pause()
        assert done == ["a3", "between", "b1", "after"]
        assert gate.asked == ["a1", "a3", "b1"], "what was asked in between is not begun"

    run(test, opened("x^2"))


def test_what_is_forgotten_comes_to_nothing() -> None:
    gate = Gate()
    done: list[str] = []

    async def test(app: Explorer, pilot: Pilot[None]) -> None:
        app.changes.beside.ask("a", lambda: gate("a"), done.append)
        app.changes.beside.ask("b", lambda: gate("b"), done.append)
        app.changes.beside.forget()
        gate.open.set()
        await settled(app)
        await pilot.pause()
        assert done == []
        assert gate.asked == ["a"]

    run(test, opened("x^2"))


def test_an_error_beside_the_screen_is_one_of_the_application() -> None:
    async def test(app: Explorer, pilot: Pilot[None]) -> None:
        app.changes.beside.ask("a", lambda: 1 // 0, lambda found: None)
        await settled(app)

    with pytest.raises(ZeroDivisionError):
        run(test, opened("x^2"))


def test_keys_wait_for_what_is_made_beside_the_screen_and_come_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The screen of a large graph is what a small one's is after the same keys."""
    keys = [
        "n",
        "enter",
        "n",
        "t",
        "minus",
        "n",
        "backslash",
        "n",
        "enter",
        "t",
        "down",
        "enter",
        "n",
    ]
    texts = []

    async def test(app: Explorer, pilot: Pilot[None]) -> None:
        for key in keys:
            await pilot.press(key)
        await settled(app)
        await pilot.pause()
        await pilot.pause()
        texts.append(screen_text(app))

    run(test, open_session(Sample("a = x*y\nb = sin(a) + x\na*b")))
    monkeypatch.setattr(large, "LARGE", 0)
    threads = []

    def layout(*given: Any) -> Any:
        threads.append(threading.current_thread())
        return ordered(*given)

    monkeypatch.setattr(layered, "ordered", layout)
    layered.shape_of.cache_clear()
    run(test, open_session(Sample("a = x*y\nb = sin(a) + x\na*b")))
    assert texts[0] == texts[1]
    assert threads
    assert threading.main_thread() not in threads, "no layout on the screen's thread"


def test_the_first_frame_says_what_is_being_opened_and_the_session_follows() -> None:
    gate = Gate()

    def make(tell: Tell) -> Session:
        tell("building the graph")
        gate("made")
        return open_session(Sample("(4*x + 1)^2"), tell=tell)

    async def test(app: Explorer, pilot: Pilot[None]) -> None:
        await until(lambda: "building the graph" in screen_text(app))
        text = screen_text(app)
        assert "opening big.toml" in text
        assert "● reading" in text
        assert "▶ building the graph …" in text
        await pilot.press("n", "t", "e", "o", "question_mark", "ctrl+p", "1", "d")
        assert app.is_running
        assert len(app.screen_stack) == 1
        gate.open.set()
        await settled(app)
        await pilot.press("n")
        text = screen_text(app)
        assert "opening" not in text
        assert "step 1/3" in text
        await pilot.press("ctrl+c")
        assert app.is_running, "what is open is not left by one press"

    run(test, Opening("big.toml", make))


@pytest.mark.parametrize(("key", "status"), [("escape", 0), ("q", 0), ("ctrl+c", 130)])
def test_what_is_being_opened_can_be_left(key: str, status: int) -> None:
    gate = Gate()
    codes = []

    async def test(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press(key)
        await until(lambda: not app.is_running)
        codes.append((app.is_running, app.return_code))

    def make(tell: Tell) -> Session:
        gate("never")
        return opened("x^2")

    run(test, Opening("big", make))
    assert codes == [(False, status)]
    gate.open.set()


def test_what_cannot_be_opened_ends_with_its_message() -> None:
    failed = []

    async def test(app: Explorer, pilot: Pilot[None]) -> None:
        await settled(app)
        await pilot.pause()
        failed.append((app.launch.failed, app.return_code))

    def make(tell: Tell) -> Session:
        return open_session(Sample("x +"), tell=tell)

    run(test, Opening("x +", make))
    ((error, status),) = failed
    assert isinstance(error, ParseError)
    assert status == 2


def test_a_session_is_opened_beside_the_screen_by_size_alone(tmp_path: Path) -> None:
    assert not is_large("(4*x+1)^2")
    assert not is_large("neurons")
    assert is_large("+".join(["x"] * 20_000))
    for sizes, expected in (([2, 2, 1], False), ([784, 30, 10], True), (["a"], False)):
        path = tmp_path / "net.toml"
        path.write_text(f"[network]\nsizes = {sizes}\n")
        assert is_large(str(path)) == expected
    path.write_text("no table")
    assert not is_large(str(path)), "what is wrong with it is said by what reads it"
    path.write_text("#" * 40_000)
    assert is_large(str(path))


def test_while_a_large_program_is_edited_the_last_text_wins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is typed stands there at once; each text that takes effect is later than the last."""
    monkeypatch.setattr(large, "LARGE", 0)
    gate, seen = Gate(), []
    parsed: list[str] = []
    monkeypatch.setattr(edits, "parse", lambda text, names: gate(text) and parse(text, names))

    async def test(app: Explorer, pilot: Pilot[None]) -> None:
        app.watch(
            app, "session", lambda session: seen.append(session.source.sample.program), init=False
        )
        await pilot.press("e", *"+123")
        area = app.query_one("#text", TextArea)
        assert area.text == "x^2+123"
        assert sure(app.session).source.sample.program == "x^2"
        gate.open.set()
        await settled(app)
        await pilot.pause()
        assert sure(app.session).source.sample.program == "x^2+123"
        assert sure(app.session).trace.value == 124.0
        parsed.extend(gate.asked)
        await pilot.press("plus")
        await settled(app)
        await pilot.pause()
        assert sure(app.session).source.sample.program == "x^2+123", "the last good one stays"
        assert "expected" in screen_text(app)

    run(test, open_session(Sample("x^2")))
    assert len(parsed) == 2, "the first text, and the last of those typed meanwhile"
    assert set(seen) <= {"x^2", "x^2+123"}


def test_an_edit_that_is_left_while_it_is_worked_on_is_not_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(large, "LARGE", 0)
    gate = Gate()
    monkeypatch.setattr(edits, "parse", lambda text, names: gate(text) and parse(text, names))

    async def test(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("e", *"+1", "escape", "n")
        gate.open.set()
        await settled(app)
        await pilot.pause()
        await pilot.pause()
        assert sure(app.session).source.sample.program == "x^2+1"
        assert sure(app.session).step == 1
        await pilot.press("e", *"+", "escape")
        await settled(app)
        await pilot.pause()
        assert any("cannot be used as it is" in one.message for one in app._notifications)
        assert sure(app.session).source.sample.program == "x^2+1"
        await pilot.press("e")
        assert app.query_one("#text", TextArea).text == "x^2+1+", (
            "the text that cannot be used comes back"
        )

    run(test, open_session(Sample("x^2")))


def filtered(count: int = 1_000) -> Session:
    names = [f"w{i // 100}_{i % 100}" for i in range(count)]
    return open_session(Sample(f"sum({', '.join(names)})", values=dict.fromkeys(names, 0.5)))


def test_a_filter_chooses_the_values_that_are_edited_and_the_others_stay() -> None:
    session = filtered()

    async def test(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("v")
        assert sure(app.focused).id == "filter"
        assert len(app.query_one("#text", TextArea).text.split("\n")) == MOST_VALUES
        assert "200 of 1,000 values, from w0_0 on" in screen_text(app)
        await pilot.press(*"w3_*7")
        area = app.query_one("#text", TextArea)
        assert area.text.split("\n") == [f"w3_{i} = 0.5" for i in range(7, 100, 10)]
        assert "10 of 1,000 values" in screen_text(app)
        await pilot.press("enter", "backspace", "4", "tab", "end", "backspace", "8")
        assert area.text.split("\n") == [f"w3_{i} = 0.5" for i in range(8, 100, 10)]
        await pilot.press("end", *["backspace"] * 9, *"zz")
        assert area.text == ""
        assert "no name of 1,000 matches" in screen_text(app)
        changed = {n: v for n, v in sure(app.session).trace.bindings.items() if v != 0.5}
        assert changed == {"w3_7": 0.4}
        await pilot.press("escape")
        assert app.editing.editor is None

    run(test, session)


def test_the_selected_leaf_comes_first_of_very_many_values() -> None:
    session = filtered()
    session = session.choose(session.graph.by_name["w9_90"])

    async def test(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("v")
        assert sure(app.focused).id == "text"
        assert app.query_one("#text", TextArea).text.split("\n") == [
            f"w9_{i} = 0.5" for i in range(90, 100)
        ]
        await pilot.press("backspace", "7")
        assert sure(app.session).trace.bindings["w9_90"] == 0.7

    run(test, session)


def test_a_filter_waits_until_the_text_can_be_used() -> None:
    async def test(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("v", *"w1_1", "enter", "backspace", "minus", "tab", "1")
        text = app.query_one("#text", TextArea).text
        assert text.startswith("w1_1 = 0.-\n"), "what was typed is not lost to another filter"
        await pilot.press("tab", "backspace")
        await pilot.pause()
        assert sure(app.session).trace.bindings["w1_1"] == 0.0
        assert app.query_one("#text", TextArea).text.startswith("w1_11 = 0.5"), "then it is taken"

    run(test, filtered())


def test_of_a_long_program_the_part_around_the_selected_node_is_edited() -> None:
    lines = ["h0 = sin(x)", *(f"h{i} = sin(h{i - 1}) + {i}" for i in range(1, 2_000))]
    session = open_session(Sample("\n".join(lines), values={"x": 0.5}))
    session = session.choose(session.graph.by_name["h1000"])

    async def test(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("e")
        area = app.query_one("#text", TextArea)
        assert len(area.text) <= PART
        assert area.cursor_location[0] == area.text.split("\n").index(lines[1_000])
        assert set(area.text.split("\n")) < set(lines)
        await pilot.press("end", "5")
        await settled(app)
        await pilot.pause()
        edited = [*lines[:1_000], f"{lines[1_000]}5", *lines[1_001:]]
        assert sure(app.session).source.sample.program == "\n".join(edited)
        await pilot.press("end", "asterisk")
        await settled(app)
        await pilot.pause()
        assert f"{lines[1_000]}5*" in screen_text(app)
        await pilot.press("escape", "e")
        assert app.query_one("#text", TextArea).text.split("\n")[-1] != lines[-1]
        assert sure(sure(app.editing.editor).part).whole.startswith(lines[0])

    run(test, session)


@pytest.mark.parametrize(
    "program",
    [
        "\n".join(f"a{i} = x + {i}" for i in range(4_000)),
        " + ".join(f"x*{i}" for i in range(9_000)),
        "+".join("x" * 40_000),
    ],
)
def test_a_part_and_what_is_beside_it_are_the_whole_program(program: str) -> None:
    session = open_session(Sample(f"\n{program}\n"))
    for node in range(0, len(session.graph), len(session.graph) // 7):
        part = program_part(session.choose(node))
        assert part.whole == program
        assert 0 < len(part.text) <= PART
        start = len(part.before) + sure(part.at)
        assert program[start : start + 1] == session.graph.text.strip("\n")[start : start + 1]
        assert session.graph.starts[node] - 1 == start


def test_very_many_leaves_are_not_listed_to_choose_what_to_differentiate_by() -> None:
    async def test(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("w")
        assert app.query_one("#text", TextArea).text == ""
        assert "now 1,000 leaves" in screen_text(app)
        await pilot.press(*"w1_*", "enter")
        assert len(sure(app.session).trace.wrt) == 100
        await pilot.press("w")
        assert app.query_one("#text", TextArea).text.startswith("w1_0, w1_1, ")

    run(test, filtered())


def test_it_is_said_that_work_goes_on_and_not_for_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "LARGE", 0)
    gate = Gate()
    monkeypatch.setattr(edits, "parse", lambda text, names: gate(text) and parse(text, names))

    async def test(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("e", "plus", "escape")
        await until(lambda: "working …" in screen_text(app))
        assert "step 0/1 working …" in screen_text(app)
        await pilot.press("v")
        gate.open.set()
        await until(lambda: "working" not in screen_text(app))
        assert "working" not in screen_text(app), "though the text cannot be used"
        await pilot.press("backspace", "3")
        await settled(app)
        await pilot.pause()
        assert sure(app.session).trace.value == 9.0
        assert "working" not in screen_text(app)

    run(test, open_session(Sample("x^2")))


def test_folds_measure_a_graph_once_and_what_is_unfolded_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = open_session(Sample(SHARED))
    calls, measured = noted(tree.measured)
    monkeypatch.setattr(tree, "measured", measured)
    middle = session.choose(session.graph.by_name["h500"])
    folded = middle.fold()
    assert len(folded.tree) < len(session.tree)
    assert folded.fold().tree is session.tree
    again = folded.choose(session.graph.by_name["h700"]).fold()
    assert len(again.tree) < len(folded.tree)
    assert len(calls) == 1
    kept = again.unrolled
    for _ in range(5):
        kept = kept.refolded(kept.folds | {len(kept.folds)})
    assert sure(kept.before).before is None, "no more than one tree before is kept"


def test_the_words_about_a_node_that_very_many_use_name_few_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = opened(SHARED).seek(500)
    node = session.graph.by_name["w"]
    named, pretty = noted(Graph.pretty)
    monkeypatch.setattr(Graph, "pretty", pretty)
    lines = [plain(line) for line in session.explanation.node(node, session.position)]
    assert any("used by h0, v2, v4, v6, v8, v10 and 994 more" in line for line in lines)
    assert any("waits for" in line and " more" in line for line in lines)
    assert len(named) < 40
