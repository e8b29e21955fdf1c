"""What is written of a line: a terminal shows the same as for every style named whole."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pyte
import pytest
from backprop_tui.engine import Sample
from backprop_tui.tui.app.explorer import Explorer
from backprop_tui.tui.panes.lines import LinePane
from backprop_tui.tui.panes.strip import ShortStrip
from backprop_tui.tui.session.opening import open_session
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widget import Widget

from noted import noted

PROGRAM = "(4*x + 1)^2 + sin(x) + cos(x) + tanh(x)"
COLOURS = st.sampled_from([None, "default", "red", "bright_blue", "#0000ff", "#e0e0e0", "#121212"])
ATTRIBUTES = ("bold", "italic", "underline", "blink", "reverse", "strike")
STYLES = st.one_of(
    st.none(),
    st.builds(Style, color=COLOURS, bgcolor=COLOURS, **dict.fromkeys(ATTRIBUTES, st.booleans())),
)
TEXTS = st.sampled_from(["a", "  ", "∂C/∂w", "木x"])
STRIPS = st.lists(st.tuples(TEXTS, STYLES), max_size=13).map(
    lambda pairs: Strip([Segment(text, style) for text, style in pairs])
)


def shown(*strips: Strip) -> list[Any]:
    """The cells of a terminal that was sent the strips, and then a letter."""
    screen = pyte.Screen(80, 1)
    stream = pyte.Stream(screen)
    for strip in strips:
        stream.feed(strip.render(Console(color_system="truecolor")))
    stream.feed("z")
    return [screen.buffer[0][x] for x in range(80)]


def brief(strip: Strip) -> ShortStrip:
    return ShortStrip(strip, strip.cell_length)


@given(STRIPS)
def test_a_strip_looks_as_the_framework_would_draw_it(strip: Strip) -> None:
    assert shown(brief(strip)) == shown(strip)


@given(STRIPS, st.sets(st.integers(1, 70)))
def test_so_do_its_parts(strip: Strip, cuts: set[int]) -> None:
    ends = [*sorted(cut for cut in cuts if cut < strip.cell_length), strip.cell_length]
    assert shown(*brief(strip).divide(ends)) == shown(*strip.divide(ends))
    for start, end in zip([0, *ends], ends, strict=False):
        assert shown(brief(strip).crop(start, end)) == shown(strip.crop(start, end))
        assert shown(brief(strip).crop(0, end)) == shown(strip.crop(0, end))


def test_a_style_that_goes_on_is_not_named_again() -> None:
    ground = Style(color="#e0e0e0", bgcolor="#121212")
    texts = [("a", ground), ("b", ground + Style(bold=True)), ("c", ground)]
    segments = [Segment(text, style) for text, style in texts]
    written = ShortStrip(segments, 3).render(Console(color_system="truecolor"))
    assert written.count("48;2;") == 1
    assert len(written) < len(Strip(segments).render(Console(color_system="truecolor")))


def test_a_line_that_stands_is_divided_once() -> None:
    strip = brief(Strip([Segment("a line")]))
    assert strip.divide([2, 6]) is strip.divide([2, 6])


def looks(strips: Sequence[Strip]) -> list[object]:
    """Every cell, but for the colour of a letter that is not there."""
    return [
        (cell.bg, cell.reverse, cell.data.strip() and cell)
        for strip in strips
        for cell in shown(strip)
    ]


@pytest.mark.parametrize(
    ("theme", "looks_given"),
    [("textual-dark", ()), ("textual-light", ()), ("textual-dark", ("plain", "ascii"))],
)
def test_a_pane_composes_the_lines_that_changed_alone_and_as_the_framework_would(
    monkeypatch: pytest.MonkeyPatch, theme: str, looks_given: tuple[str, ...]
) -> None:
    made, compose = noted(LinePane.render_line)
    monkeypatch.setattr(LinePane, "render_line", compose)

    async def play() -> None:
        app = Explorer(open_session(Sample(PROGRAM, values={"x": 1.0})), *looks_given)
        async with app.run_test(size=(80, 24)) as pilot:
            app.theme = theme
            await pilot.pause()
            panes = [pane for pane in app.query(LinePane) if pane.size]
            before = {pane: list(pane._lines.items()) for pane in panes}
            made.clear()
            await pilot.press("n")
            await pilot.pause()
            after = {pane: list(pane._lines.items()) for pane in panes}
            changed = sum(len({*after[pane]} - {*before[pane]}) for pane in panes)
            assert 0 < len(made) <= changed
            for pane in panes:
                # The last column may be the scroll bar's, which is drawn over either.
                region = Region(0, 0, pane.outer_size.width - 1, pane.outer_size.height)
                ours, theirs = pane.render_lines(region), ScrollView.render_lines(pane, region)
                assert looks(ours) == looks(theirs)

            bars = [pane.vertical_scrollbar for pane in panes if pane.show_vertical_scrollbar]
            assert bars
            for bar in bars:
                region = Region(0, 0, *bar.outer_size)
                assert looks(bar.render_lines(region)) == looks(Widget.render_lines(bar, region))

    asyncio.run(play())


def test_a_scroll_bar_is_composed_when_it_changes_and_as_the_framework_would(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, compose = noted(Widget.render_lines)
    monkeypatch.setattr(Widget, "render_lines", compose)

    async def play() -> None:
        app = Explorer(open_session(Sample("tanh(" * 40 + "x" + ")" * 40, values={"x": 1.0})))
        async with app.run_test(size=(120, 24)) as pilot:
            await pilot.pause()
            tree = app.query_one("#tree", LinePane)
            bar = tree.vertical_scrollbar
            region = Region(0, 0, *bar.outer_size)
            seen = looks(bar.render_lines(region))
            made.clear()
            assert looks(bar.render_lines(region)) == seen
            assert not made
            for key in ("end", "home"):
                await pilot.press(key)
                await pilot.pause()
                assert (looks(bar.render_lines(region)) == seen) is (key == "home")
            app.theme = "textual-light"
            await pilot.pause()
            light = looks(bar.render_lines(region))
            assert light != seen
            assert light == looks(ScrollBar.render_lines(bar, region))

    asyncio.run(play())
