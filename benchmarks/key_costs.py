"""What keys cost in every view and in large graphs: CPU of the screen's thread, and bytes.

A large graph is opened beside the screen, and what takes long is found there: the screen's own
thread answers. Its CPU is measured, which other programs disturb less than the time on a clock.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from costs import NETWORK, Row, side_by_side
from pty_terminal import PROGRAM, Terminal

BARE = (sys.executable, str(Path(__file__).with_name("bare_app.py")))
STEPS = "nnNN" * 4
WALK = "n" * 8 + "N" * 8
"""The keys in a large graph: a pane scrolls now and then, as on every longer walk."""
PATIENCE, QUIET = 1.0, 0.1
"""Seconds in which a key that changes the screen is answered, and of silence after its answer."""
LONG = 900
"""Seconds that the largest graph gets to be opened, while other programs run."""
CHAIN = 'program = """\n{program}\n"""\n[values]\nw = 0.9\nx = 0.5\n'


class Seen(NamedTuple):
    """A program, how often bare a step of it may cost, and by view the bytes of a step.

    The bytes are those of before there were large graphs, of which no view may write more: of the
    commit 1cb5d52, measured beside this one by the keys below.
    """

    name: str
    arguments: tuple[str, ...]
    keys: str
    times: float
    bytes: dict[str, int]


class Key(NamedTuple):
    """Keys as a person would say, those that prepare for them, and what they may cost at most.

    That is a number of bare steps, of which 24 take 50 ms, or of the bare application's palettes.
    """

    what: str
    before: tuple[str, ...]
    key: str
    most: float
    palettes: bool = False


STEP = 24
KEYS = (
    Key("n", (), "n", STEP),
    Key("G", (), "G", STEP),
    Key("g", (), "g", STEP),
    Key("Enter", ("n",), "enter", STEP),
    Key("Enter again", (), "enter", STEP),
    Key("Down", (), "down", STEP),
    Key("t", (), "t", STEP),
    Key("n in the next view", (), "n", STEP),
    Key("Left there", (), "left", STEP),
    Key("Enter there", ("n",), "enter", STEP),
    Key("− there", (), "-", STEP),
    Key("v opens", (), "v", 2, palettes=True),
    Key("a character in v", ("tab",), "1", STEP),
    Key("e opens", ("esc",), "e", 2, palettes=True),
    Key("a character in e", (), "1", STEP),
    Key("w opens", ("esc",), "w", 2, palettes=True),
    Key("?", ("esc",), "?", 2, palettes=True),
    Key("a first plot", ("esc", "esc"), "p", 3, palettes=True),
)
"""In this order, after the screen stands."""


def rows() -> Iterator[Row]:
    """The measurements."""
    with TemporaryDirectory() as folder:
        files = _files(Path(folder))
        yield from _views(files)
        for name in ("100,000", "784-100-10"):
            yield from _keys(name, files[name])
        for name in ("100,000", "1,000,000"):
            yield _first_frame(name, files[name])


def _files(folder: Path) -> dict[str, str]:
    """The large programs, by name."""
    texts = {f"784-{n}-10": NETWORK.format(sizes=[784, n, 10]) for n in (30, 100)}
    for count in (100_000, 1_000_000):
        lines = (f"h{i} = tanh(w*h{i - 1})" for i in range(1, count // 2))
        texts[f"{count:,}"] = CHAIN.format(program="\n".join(["h0 = tanh(w*x)", *lines]))
    found = {}
    for number, (name, text) in enumerate(texts.items()):
        path = folder / f"{number}.toml"
        path.write_text(text)
        found[name] = str(path)
    return found


def _views(files: dict[str, str]) -> Iterator[Row]:
    """A step in every view: its CPU beside one of the bare application, and its bytes."""
    for seen in (
        Seen("(4*x + 1)^2", ("(4*x + 1)^2", "x=1"), STEPS, 5.5, {"tree": 2_070, "graph": 2_740}),
        Seen("2-2-2", ("neurons", "--at", "6"), STEPS, 5.5, {
            "neurons": 4_830, "graph": 7_150, "weight": 3_750, "layers": 2_310, "tree": 6_040}),
        Seen("digits", ("digits", "--at", "200"), WALK, 5.5, {
            "neurons": 7_880, "graph": 4_710, "weight": 1_880, "layers": 2_530, "tree": 6_050}),
        Seen("784-30-10", (files["784-30-10"], "--at", "2000"), WALK, 5.5, {
            "neurons": 2_690, "graph": 2_480, "weight": 1_800, "layers": 2_910, "tree": 2_890}),
        Seen("a chain of 1,000,000", (files["1,000,000"],), WALK, 8, {
            "tree": 3_790, "graph": 3_630}),
    ):  # fmt: skip
        for view, most in seen.bytes.items():
            command = (*PROGRAM, *seen.arguments, "--view", view)
            ours, peer, written = steps(command, seen.keys)
            what = f"a step, {seen.name}, {view}"
            yield Row(f"{what} / one label", ours, peer, "ms", seen.times)
            yield Row(f"bytes of {what}", written, None, "B", most)


def _keys(name: str, path: str) -> Iterator[Row]:
    """What each key costs the screen's thread."""
    with Terminal(BARE) as bare, Terminal((*PROGRAM, path)) as terminal:
        bare.wait("step ")
        step = median(press(bare, key)[0] for key in STEPS)
        palette = press(bare, "\x10", rest=True)[0]
        opened(terminal)
        for key in KEYS:
            for one in key.before:
                press(terminal, one)
                _rest(terminal)
            ours = press(terminal, key.key, rest=True)[0]
            peer = palette if key.palettes else step
            beside = "bare's Ctrl+P" if key.palettes else "one label"
            yield Row(f"{key.what}, {name} / {beside}", ours, peer, "ms", key.most)


def _first_frame(name: str, path: str) -> Row:
    """Until something is on the screen, which says what is being opened."""
    ours, peer = side_by_side(
        lambda: _start((*PROGRAM, path), b"leaves"), lambda: _start(BARE, b"step 0/"), 5
    )
    return Row(f"start to first frame, {name} nodes / bare app", ours, peer, "ms", 1.5)


def _start(command: Sequence[str], wanted: bytes) -> float:
    """Milliseconds of the main thread from the start of a process to its first frame."""
    with Terminal(command) as terminal:
        while wanted not in terminal.raw:
            terminal.receive(5)
            assert terminal.status is None, "the program ended before its first screen"
        return _used(terminal)


def steps(
    command: Sequence[str], keys: str, peer: Sequence[str] = BARE, beside: str = ""
) -> tuple[float, float, float]:
    """Milliseconds of a step of one and of the other, by turns, and the bytes that one writes.

    The keys of the other are the same, or those beside.
    """
    with Terminal(command) as terminal, Terminal(peer) as other:
        opened(terminal)
        opened(other)
        turns = zip(keys, beside or keys, strict=True)
        pairs = [(press(terminal, key), press(other, key_beside)) for key, key_beside in turns]
    ours, theirs = (median(pair[side][0] for pair in pairs) for side in (0, 1))
    return ours, theirs, median(pair[0][1] for pair in pairs)


def press(terminal: Terminal, key: str, *, rest: bool = False) -> tuple[float, int]:
    """Milliseconds of the screen's thread for a key, and the bytes written until it is silent.

    With `rest`, until no other thread works for it any more.
    """
    used, written = _used(terminal), len(terminal.raw)
    terminal.type(key)
    terminal.read(PATIENCE)
    terminal.settle(QUIET)
    if rest:
        _rest(terminal)
    return _used(terminal) - used, len(terminal.raw) - written


def opened(terminal: Terminal) -> None:
    """Waits until a session stands and nothing is worked on."""
    terminal.wait("step ", LONG)
    _rest(terminal)


def _rest(terminal: Terminal) -> None:
    """Waits until the process has used next to no CPU for a moment."""
    while True:
        before = ticks(terminal)
        terminal.settle(0.3)
        time.sleep(0.1)
        if ticks(terminal) - before <= 2:
            return


def _used(terminal: Terminal) -> float:
    """Milliseconds of CPU that the process's first thread has used, which is the screen's."""
    path = Path(f"/proc/{terminal.pid}/task/{terminal.pid}/schedstat")
    return int(path.read_text().split()[0]) / 1e6


def ticks(terminal: Terminal) -> int:
    """Hundredths of a second that all threads of the process have used."""
    fields = Path(f"/proc/{terminal.pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
