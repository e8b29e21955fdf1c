"""Whole screens as text, for a reviewer to read in a diff: `make snapshots` writes them anew."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from backprop_tui.engine import Sample, load_bundled
from backprop_tui.tui.app.explorer import Explorer
from backprop_tui.tui.session.opening import open_session

from screens import screen_text

FOLDER = Path(__file__).parent / "snapshots"
PATIENCE = 40
"""How often a screen is looked at until it is twice the same."""


class State(NamedTuple):
    """A screen: what is opened, and the keys pressed one after the other."""

    opened: str | Sample
    keys: tuple[str, ...] = ()
    size: tuple[int, int] = (120, 36)


SQUARE = Sample("(4*x+1)^2", values={"x": 1.0})
STATES = {
    "start": State(SQUARE),
    "step": State(SQUARE, ("n", "n")),
    "end": State("fanout", ("G",), (80, 24)),
    "least": State("sigmoid", ("n",), (60, 16)),
    "graph": State("gaussian", ("t", "n", "n", "n")),
    "node": State("softmax", ("n", "n", "down", "down", "down")),
    "paths": State("fanout", ("down", "down", "a"), (100, 30)),
    "neurons": State("neurons", ("n", "n", "n")),
    "weight": State("neurons", ("t", "n")),
    "layers": State("xor", ("l", "n", "n", "n")),
    "notation": State("neurons", ("m",)),
    "row": State("digits", ("n",)),
    "descent": State("rosenbrock", ("1", "0", "d", "p", "p")),
    "problem": State("broken-softmax", ("J",)),
    "editor": State(SQUARE, ("e", "end", "plus"), (80, 24)),
    "samples": State(SQUARE, ("o", "slash", "s", "o", "f", "t"), (100, 30)),
    "help": State(SQUARE, ("question_mark",), (100, 30)),
}
"""Each screen by the name of its file."""


NO_THUMB = dict.fromkeys(map(ord, "▁▂▃▄▅▆▇"), " ")


async def _shown(state: State) -> str:
    sample = load_bundled(state.opened) if isinstance(state.opened, str) else state.opened
    app = Explorer(open_session(sample))
    async with app.run_test(size=state.size) as pilot:
        await pilot.press(*state.keys)
        before = ""
        for _ in range(PATIENCE):
            await pilot.pause(0.05)
            if before == (before := screen_text(app)):
                return before
    raise AssertionError(f"the screen does not come to rest:\n{before}")


def shown(name: str) -> str:
    """The screen of this name, without the space at the ends of its lines.

    And without the ends of scroll bars there: those tell how much is out of sight.
    """
    width = STATES[name].size[0]
    lines = asyncio.run(_shown(STATES[name])).split("\n")
    seen = (
        line[:-1] + line[-1:].translate(NO_THUMB) if len(line) == width else line for line in lines
    )
    return "".join(f"{line.rstrip()}\n" for line in seen)


def path_of(name: str) -> Path:
    """The file in which the screen stands."""
    return FOLDER / f"{name}.txt"


def written() -> Iterator[str]:
    """Writes every screen, and gives the names of those that have changed."""
    FOLDER.mkdir(exist_ok=True)
    for old in set(FOLDER.glob("*.txt")) - set(map(path_of, STATES)):
        old.unlink()
        yield f"{old.stem} (gone)"
    for name in STATES:
        path, text = path_of(name), shown(name)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            yield name


if __name__ == "__main__":
    print("changed: " + (", ".join(written()) or "none"))
