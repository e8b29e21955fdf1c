"""What is kept, and what is given up, when another program, sample or leaf takes its place."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from backprop_tui.engine import BackpropError, Sample, descend, load, load_bundled
from backprop_tui.engine.text.spans import plain
from backprop_tui.engine.text.words import cell_width
from backprop_tui.tui.app.explorer import Explorer
from backprop_tui.tui.panes.lines import LinePane
from backprop_tui.tui.present.row_pane import row_picture
from backprop_tui.tui.present.step_pane import step_picture
from backprop_tui.tui.screens.browser import Browser
from backprop_tui.tui.screens.page import Page
from backprop_tui.tui.session.edits import with_values, with_wrt
from backprop_tui.tui.session.opening import open_session
from backprop_tui.tui.session.viewing import next_view, views_of
from textual.pilot import Pilot
from textual.widgets import TextArea

from screens import screen_text
from sure import sure

Use = Callable[[Explorer, Pilot[None]], Awaitable[None]]


def on_screen(use: Use, name: str = "sigmoid", size: tuple[int, int] = (120, 36)) -> None:
    async def main() -> None:
        app = Explorer(open_session(load_bundled(name), digits=9))
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await use(app, pilot)

    asyncio.run(main())


async def edit(app: Explorer, pilot: Pilot[None], text: str) -> None:
    """Puts another text in the place of the program."""
    await pilot.press("e")
    sure(app.editing.editor).query_one(TextArea).text = text
    await pilot.pause()


@pytest.mark.parametrize("key", ["d", "greater_than_sign", "R", "p"])
def test_a_descent_over_a_program_without_variables_says_so(key: str) -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press(key)
        await edit(app, pilot, "3")
        assert sure(app.editing.editor).error is None
        await pilot.press("escape", "n", "d", "escape", "p")
        await pilot.resize_terminal(90, 30)
        await pilot.pause()
        assert sure(app.session).trace.value == 3
        assert app.is_running

    on_screen(use, "saddle")


@pytest.mark.parametrize("keys", [("p",), ("l",), ("l", "p"), ("t", "p"), ("t", "t", "t", "l")])
def test_a_network_edited_away_is_seen_as_an_expression(keys: tuple[str, ...]) -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press(*keys)
        await edit(app, pilot, "x^2")
        await pilot.press("escape", "escape")
        for _ in range(3):
            await pilot.press("t")
            assert sure(app.session).view.name in views_of(sure(app.session))

    on_screen(use, "xor")


def test_a_draft_belongs_to_its_sample() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await edit(app, pilot, "(4*x+1")
        await pilot.press("escape", "e")
        assert "(4*x+1" in screen_text(app)
        await pilot.press("escape", "o", "enter")
        await pilot.pause()
        await pilot.press("e")
        assert (
            sure(app.editing.editor).query_one(TextArea).text
            == sure(app.session).source.sample.program
        )
        assert sure(app.session).view.digits == 9, "asked for at the start, for every sample"

    on_screen(use)


def test_the_focus_is_where_it_was_after_a_look_at_the_samples() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("e", "escape", "tab")
        assert app.focused is not None
        before = app.focused.id
        await pilot.press("o", "escape")
        assert app.focused.id == before
        await pilot.press("t", "o", "escape")
        assert app.focused.id == "graph"

    on_screen(use)


def test_the_step_is_read_on_where_it_was_when_a_count_is_typed() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("n", "shift+tab", "down", "down")
        pane = app.query_one("#step", LinePane)
        assert app.focused is pane
        assert pane.scroll_offset.y == 2
        await pilot.press("2")
        assert pane.scroll_offset.y == 2
        await pilot.press("n")
        assert pane.scroll_offset.y == 0

    on_screen(use, size=(60, 16))


def test_a_leaf_that_is_differentiated_by_no_more_is_not_the_chosen_one() -> None:
    session = open_session(Sample(program="x*y", values={"x": 2.0, "y": 3.0}))
    names = session.graph.by_name
    there = session.choose(names["x"])
    assert there.chosen == names["x"]
    assert with_wrt(there, ["y"]).chosen == names["y"]
    assert with_wrt(with_wrt(there, ["y"]), []).chosen == names["x"]


def test_the_row_shows_the_numbers_that_are_computed_with() -> None:
    session = open_session(load_bundled("regression-data"))
    changed = with_values(session, {"x1": 99.5})
    assert session.trace.bindings["x1"] != 99.5
    shown = row_picture(changed, 40)
    assert any("99.5" in plain(shown.line(y)) for y in range(shown.height))


def test_a_column_of_the_data_cannot_be_held_at_another_value(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    path = tmp_path / "net.toml"
    table = "[network]\nsizes = [1, 1]\ninit = 'xavier'\ndata = 'rows.csv'\ntargets = ['b']\n"
    path.write_text(f"{table}[fixed]\nw2_1_1 = 5\n", encoding="utf-8")
    assert load(path).bindings["w2_1_1"] == 5
    path.write_text(f"{table}[fixed]\nx1 = 5\n", encoding="utf-8")
    with pytest.raises(BackpropError, match="line 7: the values of x1 are those of the data"):
        load(path)


@pytest.mark.parametrize("key", ["o", "question_mark", "m"])
def test_a_page_that_has_been_left_is_drawn_no_more(key: str) -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press(key)
        await pilot.pause()
        page = app.screen
        assert isinstance(page, Page | Browser)
        await pilot.press("escape")
        await pilot.pause(0.1)
        assert page is not app.screen
        page.draw()

    on_screen(use, "xor")


def test_a_page_comes_back_to_what_was_read_after_any_sizes() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("question_mark", "end")
        await pilot.pause()
        read = screen_text(app).splitlines()[1:5]
        assert any(map(str.strip, read))
        for size in ((130, 28), (120, 60), (70, 40), (199, 17), (120, 36)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert screen_text(app).splitlines()[1:5] == read

    on_screen(use)


@pytest.mark.parametrize("name", ["sigmoid", "digits"])
@pytest.mark.parametrize("edited", [False, True])
def test_the_panes_share_all_the_room_of_every_window(name: str, edited: bool) -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("n", "e" if edited else "g")
        for size in ((60, 16), (60, 40), (109, 21), (109, 22), (110, 16), (110, 21), (200, 17),
                     (120, 22), (120, 36)):  # fmt: skip
            await pilot.resize_terminal(*size)
            await pilot.pause()
            main = app.query_one("#main")
            panes = [pane for pane in main.children if pane.display]
            assert sum(pane.region.area for pane in panes) == main.region.area, size
            assert all(main.region.contains_region(pane.region) for pane in panes)
            assert all(pane.region.height > 2 for pane in panes), (size, panes)

    on_screen(use, name)


def test_an_input_that_rows_give_is_no_parameter() -> None:
    sample = load_bundled("regression-data")
    session = with_wrt(open_session(sample), ["x1", "w*"])
    alone = with_wrt(session, ["w*"])
    assert session.trace.wrt == ("w2_1_1", "x1")
    for one, other in zip(descend(session.trace, 3), descend(alone.trace, 3), strict=True):
        assert one.bindings == other.bindings
    with pytest.raises(BackpropError, match="the rows of data give what is differentiated by"):
        descend(with_wrt(session, ["x1"]).trace, 1)


def test_a_heading_that_does_not_fit_says_so() -> None:
    names = [f"a_long_name_{i}" for i in range(6)]
    session = open_session(Sample(program=f"sum({', '.join(names)})")).seek(1)
    for width in (58, 60, 200):
        ((text, _),) = step_picture(session, width).header or ()
        assert cell_width(text) <= width
        assert text.endswith("…") == (width < 200)


def test_an_expression_has_the_views_of_one() -> None:
    session = open_session(Sample(program="x*y", values={"x": 2.0, "y": 3.0}))
    assert next_view(next_view(session)).view == session.view
