"""Draws the picture of the README: the real screen, by the program itself."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from backprop_tui.engine import Sample
from backprop_tui.tui.app import Explorer
from backprop_tui.tui.session import open_session
from rich.color import Color
from rich.segment import Segment
from rich.style import Style

SAMPLE = Sample(program="(4*x+1)^2", values={"x": 1.0})
SIZE = (120, 28)
CELL = (8.43, 18)
"""Units of a column and of a row, at the size of the font."""
FONT = 'font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace'


async def screen() -> list[list[Segment]]:
    """The screen after the second step, as rows of segments."""
    app = Explorer(open_session(SAMPLE, at=2))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        return [list(strip) for strip in app.screen._compositor.render_strips()]


def svg(rows: list[list[Segment]]) -> Iterator[str]:
    """The rows as an SVG that needs nothing from elsewhere."""
    width, height = SIZE[0] * CELL[0] + 16, SIZE[1] * CELL[1] + 16
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
    made = "\n".join(svg(asyncio.run(screen()))) + "\n"
    Path(__file__).with_name("screen.svg").write_text(made, encoding="utf-8")
