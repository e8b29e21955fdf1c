"""The screen, run without a terminal: it is a function of the session."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from backprop_tui.engine import Sample, load_bundled
from backprop_tui.engine.text.words import escaped
from backprop_tui.tui.app.explorer import Explorer
from backprop_tui.tui.session.opening import open_session
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import TextArea

from screens import screen_text, strips
from sure import sure

PROGRAM = "t = x*y\nu = sin(t) + t\nu/(1 + x^2)*max(x, y, 0)"
SIZES = [(120, 36), (80, 24), (60, 16)]
Use = Callable[[Explorer, Pilot[None]], Awaitable[Any]]


def run(
    use: Use, program: str = PROGRAM, size: tuple[int, int] = (120, 36), toasts: bool = False,
    **fields: Any,
) -> Any:  # fmt: skip
    values = {"x": 1.0, "y": 2.0} if program == PROGRAM else {"x": 1.0}
    sample = Sample(program=program, values=values, fixed={}, **fields)

    async def main() -> Any:
        app = Explorer(open_session(sample))
        async with app.run_test(size=size, notifications=toasts) as pilot:
            await pilot.pause()
            return await use(app, pilot)

    return asyncio.run(main())


def cells(app: Explorer) -> list[str]:
    """Every line of the screen with its styles."""
    return [repr(list(strip)) for strip in strips(app)]


@pytest.mark.parametrize(
    ("program", "size"),
    [*((PROGRAM, size) for size in SIZES), ("+".join(["sin(x*x)"] * 40), SIZES[1])],
)
def test_a_step_looks_the_same_from_either_side(program: str, size: tuple[int, int]) -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        last = min(5, len(sure(app.session).trace.sweep))
        seen = []
        for _ in range(last + 1):
            seen.append(cells(app))
            await pilot.press("n")
        for wanted in reversed(seen):
            await pilot.press("N")
            assert cells(app) == wanted
        await pilot.press("G", *["N"] * 3, "g")
        assert cells(app) == seen[0]

    run(use, program, size)


def test_a_contribution_looks_the_same_from_either_side() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        seen = []
        for _ in range(6):
            seen.append(cells(app))
            await pilot.press("s")
        for wanted in reversed(seen):
            await pilot.press("S")
            assert cells(app) == wanted

    run(use)


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_drawn_beyond_the_window(size: tuple[int, int]) -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        for key in ("n", "s", "e", "escape", "v", "escape", "down", "z", "z", "question_mark"):
            await pilot.press(key)
            assert {strip.cell_length for strip in app.screen._compositor.render_strips()} == {
                size[0]
            }

    run(use, size=size)


def test_selecting_a_node_in_one_pane_selects_it_in_all() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("tab", "up", "up")
        node = sure(app.session).selected
        assert node == sure(app.session).graph.output - 2
        assert sure(app.session).tree.nodes[sure(app.session).row] == node
        assert f"Node {sure(app.session).graph.ref(node)}" in screen_text(app)
        await pilot.press("escape")
        assert sure(app.session).selected == sure(app.session).graph.output

    run(use)


def test_a_click_selects_and_a_second_one_folds() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.click("#tree", offset=(10, 2))
        assert sure(app.session).row == 1
        assert not sure(app.session).folds
        rows = len(sure(app.session).tree)
        await pilot.click("#tree", offset=(10, 2))
        assert sure(app.session).folds == {sure(app.session).selected}
        assert len(sure(app.session).tree) < rows
        await pilot.click("#values", offset=(10, 2))
        assert sure(app.session).selected == 0

    run(use)


def test_edits_follow_as_they_are_typed_and_a_bad_one_keeps_the_last_good_graph() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("2", "n", "e", "backspace", "3")
        assert sure(app.session).trace.value == 125
        assert sure(app.session).step == 2
        await pilot.press("asterisk")
        assert "expected an operand after *" in screen_text(app)
        assert sure(app.session).trace.value == 125
        await pilot.press("escape", "n")
        assert sure(app.session).step == 3

    run(use, "(4*x+1)^2")


def test_a_call_is_typed_key_by_key_and_the_last_good_graph_stays_until_it_is_whole() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("2", "n", "e")
        for key in ("+", "f", "("):
            await pilot.press({"+": "plus", "(": "left_parenthesis"}.get(key, key))
            assert sure(app.session).trace.value == 100
        assert "expected an operand of f" in screen_text(app)
        await pilot.press("2", "right_parenthesis")
        assert sure(app.session).trace.value == 117
        await pilot.press("escape")
        assert "f(2)" in screen_text(app)

    run(use, "f(t) = 7t + 3; f(x)^2")


def test_a_place_given_up_on_the_way_of_an_edit_is_found_again() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("2", "n", "e", "backspace", "backspace")
        assert sure(app.session).step == 0
        await pilot.press("^", "2")
        assert sure(app.session).step == 2

    run(use, "(4*x+1)^2")


@pytest.mark.parametrize("size", [*SIZES, (60, 18), (200, 17)])
def test_what_is_wrong_is_in_sight_however_long_the_text(size: tuple[int, int]) -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("e")
        names = "\n".join(f"t{i} = x + {i}" for i in range(9))
        text = f"{names}\nt0 + nosuch(x + t1)*t2 + t3 + t4"
        sure(app.editing.editor).query_one(TextArea).text = text
        await pilot.pause()
        await pilot.resize_terminal(*size)
        await pilot.pause()
        shown = screen_text(app)
        assert "line 10" in shown
        assert "did you mean cosh?" in " ".join(shown.replace("│", " ").split())
        assert "^^^^^^" in shown
        assert "t3 + t4" in shown

    run(use, size=(90, 30))


@pytest.mark.parametrize("title", ["[red]x[/red]", "[/]", "a\x1b[31mb", "tab\there", "\u202eback"])
def test_titles_are_shown_literally(title: str) -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        assert escaped(title) in screen_text(app)
        await pilot.press("n")
        assert escaped(title) in screen_text(app)

    run(use, "x^2", title=title)


@pytest.mark.parametrize("typed", ["[red]x[/red]", "[/]", "[@click=app.quit]x[/]"])
def test_hostile_text_in_the_editor_is_a_message_and_no_more(typed: str) -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("e")
        sure(app.editing.editor).query_one(TextArea).text = typed
        await pilot.pause()
        assert typed in screen_text(app)
        assert "is not part of the language" in screen_text(app)
        assert app.is_running

    run(use, "x^2")


def test_a_window_too_small_says_so_and_recovers() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        before = cells(app)
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        assert "60 × 16" in screen_text(app)
        assert "40 × 10" in screen_text(app)
        await pilot.resize_terminal(120, 36)
        await pilot.pause()
        assert cells(app) == before

    run(use)


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (100, 18), (160, 50)])
def test_a_window_made_another_size_looks_like_one_opened_at_it(size: tuple[int, int]) -> None:
    async def opened(app: Explorer, pilot: Pilot[None]) -> list[str]:
        return cells(app)

    async def resized(app: Explorer, pilot: Pilot[None]) -> list[str]:
        await pilot.resize_terminal(*size)
        await pilot.pause(0.1)
        return cells(app)

    assert run(resized) == run(opened, size=size)


@pytest.mark.parametrize("size", [(80, 30), (60, 16)])
def test_help_stays_where_it_is_read_when_the_window_changes(size: tuple[int, int]) -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("question_mark", *["pagedown"] * 2, "down")
        read = screen_text(app).splitlines()[1][:20]
        assert read.strip()
        for there in (size, (120, 36)):
            await pilot.resize_terminal(*there)
            await pilot.pause()
            assert screen_text(app).splitlines()[1][:20] == read

    run(use)


def test_a_chain_of_thousands_opens_and_steps() -> None:
    program = "h0 = tanh(x)\n" + "\n".join(f"h{i} = tanh(h{i - 1})" for i in range(1, 5000))

    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("G")
        assert "step 5000/5000" in screen_text(app)
        await pilot.press("2", "5", "0", "0", "N")
        assert "step 2500/5000" in screen_text(app)
        assert "h2500" in screen_text(app)

    run(use, program)


def test_a_sample_is_opened_once_however_often_enter_is_pressed() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("o", "slash", *"xor")
        for _ in range(3):
            app.post_message(Key("enter", None))
        await pilot.pause(0.3)
        assert sure(app.session).source.sample.title == load_bundled("xor").title
        await pilot.press("o", "escape", "escape", "n")
        assert sure(app.session).step == 1

    run(use)


@pytest.mark.parametrize("size", SIZES)
def test_the_browser_gives_the_words_and_the_tree_most_of_a_small_window(
    size: tuple[int, int],
) -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press("o")
        await pilot.pause(0.1)
        preview, about = app.screen.query_one("#preview"), app.screen.query_one("#about")
        assert about.size.width >= (0.5 if size[0] == 120 else 0.55) * size[0]
        assert preview.display == (size[1] > 16)
        assert size[1] != 24 or preview.size.height > 1.5 * about.size.height

    run(use, size=size)


def test_keys_sent_at_once_reach_the_filter() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        for key in ("o", "slash", *"neur", "enter"):
            app.post_message(Key(key, key if len(key) == 1 else "/" if key == "slash" else None))
        await pilot.pause(0.5)
        assert sure(app.session).source.sample.title == load_bundled("neurons").title

    run(use)


TYPED = (
    "1", "n", "v", "backspace", *"25", "backspace", "escape", "n",
    "e", *"+y", "left", "backspace", "minus", "escape", "s",
    "colon", "backspace", "2", "enter", "n", "N", "escape",
    "w", "x", "enter", "n", "e", "home", "delete", *"y*", "escape", "s",
)  # fmt: skip
"""Keys that open fields, change what stands in them and leave them, and keys for what is behind."""


def test_keys_that_come_at_once_do_what_they_do_one_by_one() -> None:
    def key(name: str) -> Key:
        return Key(name, {"minus": "-", "colon": ":"}.get(name, name if len(name) == 1 else None))

    def use(at_once: int) -> Use:
        async def type_all(app: Explorer, pilot: Pilot[None]) -> Any:
            for place in range(0, len(TYPED), at_once):
                for name in TYPED[place : place + at_once]:
                    app.post_message(key(name))
                await pilot.pause()
                while app.typed.is_taking:
                    await pilot.pause()
                await pilot.pause()
            session = sure(app.session)
            return (
                session.source.sample.program,
                session.trace.bindings,
                session.position,
                cells(app),
            )

        return type_all

    one_by_one = run(use(1), "x^2 + 3*x")
    assert one_by_one[:2] == ("y^2 + 3*x-y", {"x": 2.0, "y": 1.0})
    assert run(use(len(TYPED)), "x^2 + 3*x") == run(use(3), "x^2 + 3*x") == one_by_one


@pytest.mark.parametrize("key", ["question_mark", "o"])
def test_a_window_that_was_too_small_behind_another_screen_recovers(key: str) -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press(key)
        await pilot.resize_terminal(50, 10)
        await pilot.pause()
        await pilot.resize_terminal(120, 36)
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        assert "needs a window" not in screen_text(app)
        await pilot.resize_terminal(50, 10)
        await pilot.pause()
        await pilot.press(key)
        await pilot.pause()
        assert "needs a window" in screen_text(app)

    run(use)


@pytest.mark.parametrize("key", ["question_mark", "o"])
def test_a_window_made_too_small_under_a_page_says_so_when_the_page_is_left(key: str) -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press(key)
        await pilot.resize_terminal(50, 10)
        await pilot.press("escape")
        await pilot.pause()
        assert "needs a window" in screen_text(app)

    run(use)


def test_a_key_that_is_held_down_in_vain_is_answered_once() -> None:
    async def use(app: Explorer, pilot: Pilot[None]) -> None:
        await pilot.press(*["right_square_bracket"] * 5)
        assert screen_text(app).count("networks have samples") == 1

    run(use, "x^2", toasts=True)
