"""Draws the picture of the README: the real screen, by the program itself."""

import asyncio
import re
from pathlib import Path

from backprop_tui.engine import Sample
from backprop_tui.tui.app import Explorer
from backprop_tui.tui.session import open_session

SAMPLE = Sample(program="(4*x+1)^2", values={"x": 1.0})


async def draw() -> str:
    """The screen at 120 by 32 cells, after the second step, as SVG that fetches nothing."""
    app = Explorer(open_session(SAMPLE, at=2))
    async with app.run_test(size=(120, 32)) as pilot:
        await pilot.pause()
        picture = app.export_screenshot(title="backprop-tui '(4*x+1)^2' x=1")
    picture = re.sub(r"@font-face \{.*?\}", "", picture, flags=re.S)
    return picture.replace("Fira Code", "DejaVu Sans Mono")


if __name__ == "__main__":
    Path(__file__).with_name("screen.svg").write_text(asyncio.run(draw()), encoding="utf-8")
