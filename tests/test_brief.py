"""What is written of a line: a terminal shows the same as for every style named whole."""

from __future__ import annotations

import pyte
from backprop_tui.tui.panes.brief import BriefStrip
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

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


def shown(*strips: Strip) -> list[object]:
    """The cells of a terminal that was sent the strips, and then a letter."""
    screen = pyte.Screen(80, 1)
    stream = pyte.Stream(screen)
    for strip in strips:
        stream.feed(strip.render(Console(color_system="truecolor")))
    stream.feed("z")
    return [screen.buffer[0][x] for x in range(80)]


def brief(strip: Strip) -> BriefStrip:
    return BriefStrip(strip, strip.cell_length)


@given(STRIPS)
def test_a_strip_looks_as_the_framework_would_draw_it(strip: Strip):
    assert shown(brief(strip)) == shown(strip)


@given(STRIPS, st.sets(st.integers(1, 70)))
def test_so_do_its_parts(strip: Strip, cuts: set[int]):
    ends = [*sorted(cut for cut in cuts if cut < strip.cell_length), strip.cell_length]
    assert shown(*brief(strip).divide(ends)) == shown(*strip.divide(ends))
    for start, end in zip([0, *ends], ends, strict=False):
        assert shown(brief(strip).crop(start, end)) == shown(strip.crop(start, end))
        assert shown(brief(strip).crop(0, end)) == shown(strip.crop(0, end))


def test_a_style_that_goes_on_is_not_named_again():
    ground = Style(color="#e0e0e0", bgcolor="#121212")
    texts = [("a", ground), ("b", ground + Style(bold=True)), ("c", ground)]
    segments = [Segment(text, style) for text, style in texts]
    written = BriefStrip(segments, 3).render(Console(color_system="truecolor"))
    assert written.count("48;2;") == 1
    assert len(written) < len(Strip(segments).render(Console(color_system="truecolor")))
