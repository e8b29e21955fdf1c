"""Draws the pictures of the README: the real screen, by the program itself."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from backprop_tui.engine import Sample, load_bundled
from backprop_tui.tui.app.explorer import Explorer
from backprop_tui.tui.session.opening import open_session
from rich.color import Color
from rich.segment import Segment
from rich.style import Style

PICTURES = {
    "screen": (Sample(program="(4*x+1)^2", values={"x": 1.0}), 28, ("n", "n")),
    "network": (load_bundled("neurons"), 34, ("1", "2", "n")),
    "descent": (load_bundled("rosenbrock"), 34, (*"1000d", "p", "p", "p", "p")),
}
"""For each picture a sample, the height of the window, and the keys pressed."""
WIDTH = 120
CELL = (8.43, 18)
"""Units of a column and of a row, at the size of the font."""
FONT = 'font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace'


async def screen(sample: Sample, height: int, keys: tuple[str, ...]) -> list[list[Segment]]:
    """The screen after some keys, as rows of segments."""
    app = Explorer(open_session(sample))
    async with app.run_test(size=(WIDTH, height)) as pilot:
        await pilot.press(*keys)
        await pilot.pause(1)
        return [list(strip) for strip in app.screen._compositor.render_strips()]


def svg(rows: list[list[Segment]]) -> Iterator[str]:
    """The rows as an SVG that needs nothing from elsewhere."""
    width, height = WIDTH * CELL[0] + 16, len(rows) * CELL[1] + 16
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -8 {width:.0f} {height:.0f}">'
        f'<rect x="-8" y="-8" width="{width:.0f}" height="{height:.0f}" rx="8" fill="#121212"/>'
        f"<style>text {{ {FONT}; white-space: pre }}</style>"
    )
    for row, segments in enumerate(rows):
        column = 0
        for text, style, _ in segments:
            yield from segment(text, style or Style(), column, row)
            column += Segment(text).cell_length
    yield "</svg>"


def segment(text: str, style: Style, column: int, row: int) -> Iterator[str]:
    """A run of text on its background."""
    front, back = shade(style.color, "#e0e0e0"), shade(style.bgcolor, "#121212")
    if style.reverse:
        front, back = back, front
    x, y = column * CELL[0], row * CELL[1]
    width = Segment(text).cell_length * CELL[0]
    if back != "#121212":
        yield f'<rect x="{x:.1f}" y="{y}" width="{width + 0.3:.1f}" height="18" fill="{back}"/>'
    if text.strip():
        start = x + (len(text) - len(text.lstrip())) * CELL[0]
        weight = ' font-weight="bold"' if style.bold else ""
        length = Segment(text.strip()).cell_length * CELL[0]
        yield (
            f'<text x="{start:.1f}" y="{y + 14}" fill="{front}"{weight} xml:space="preserve" '
            f'textLength="{length:.1f}">{escape(text.strip())}</text>'
        )


def shade(color: Color | None, default: str) -> str:
    """A colour as SVG writes it."""
    return default if color is None else color.get_truecolor().hex


if __name__ == "__main__":
    for name, (sample, height, keys) in PICTURES.items():
        made = "\n".join(svg(asyncio.run(screen(sample, height, keys)))) + "\n"
        Path(__file__).with_name(f"{name}.svg").write_text(made, encoding="utf-8")
