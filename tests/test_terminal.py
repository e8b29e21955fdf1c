"""The program on a real pseudo-terminal, as a person uses it."""

import os
import re
import signal

import pytest

from pty_terminal import PROGRAM, Terminal, restored

ARTICLE = (*PROGRAM, "(4*x+1)^2", "x=1")


def test_opens_and_steps_both_ways() -> None:
    with Terminal(ARTICLE) as terminal:
        terminal.wait("step 0/3")
        for word in ("g = e^f", "e = c + d", "c = a·x", "∂g/∂g = 1"):
            assert word in terminal.text
        seen = [terminal.cells]
        for key, step in (("n", "1/3"), ("right", "2/3"), ("n", "3/3")):
            terminal.press(key).wait(f"step {step}")
            seen.append(terminal.cells)
        assert "10 × 4 = 40" in terminal.text
        for key, step in (("N", "2/3"), ("left", "1/3"), ("g", "0/3")):
            terminal.press(key).wait(f"step {step}")
            assert terminal.cells == seen[int(step[0])]
        terminal.press("end").wait("step 3/3").press("home").wait("step 0/3")
        terminal.press("2", "n").wait("step 2/3").press("S").wait("step 1/3")
        terminal.press(":").wait("Go to step").press("3", "enter").wait("step 3/3")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert restored(terminal.raw)


@pytest.mark.parametrize(("columns", "rows"), [(120, 36), (80, 24), (100, 18)])
def test_the_first_frame_is_the_finished_one(columns: int, rows: int) -> None:
    """But for the scroll bars: nothing is laid out for a window of another size first."""

    def above_the_steps(terminal: Terminal) -> list[str]:
        return [line.rstrip(" ▁▂▃▄▅▆▇█") for line in terminal.text.splitlines()[: rows - 2]]

    with Terminal(ARTICLE, columns, rows) as terminal:
        while b"step 0/3" not in terminal.raw:
            assert terminal.read(20)
        first = above_the_steps(terminal)
        terminal.settle(0.5)
        assert "∂g/∂g = 1" in terminal.text
        assert first == above_the_steps(terminal)


def test_an_edit_follows_and_a_bad_one_keeps_the_last_good_graph() -> None:
    with Terminal(ARTICLE) as terminal:
        terminal.wait("step 0/3").press("n", "e").wait("Program:")
        terminal.press("backspace", "3").wait("125")
        assert "step 1/3" in terminal.text
        terminal.press("^").wait("expected an operand after ^")
        assert "125" in terminal.text
        terminal.press("esc").wait(lambda text: "Program:" not in text)
        terminal.press("v").wait("Values: NAME").press("backspace", "2").wait("729")
        terminal.press("esc").wait("step 1/3")
        terminal.type("e")
        terminal.type("\x7f + q")
        terminal.wait("(4*x+1)^3 + q").press("esc").wait("step 0/4")
        terminal.type(":2\r")
        terminal.wait("step 2/4")


def test_the_browser_filters_and_opens_a_sample() -> None:
    with Terminal(PROGRAM) as terminal:
        terminal.wait("Samples").press("/", *"rosenb")
        terminal.wait(lambda text: "Speelpenning" not in text and "Rosenbrock's valley" in text)
        terminal.press("enter").wait("step 0/")
        assert "Rosenbrock" in terminal.text
        terminal.press("?").wait("Walk the sweep").press("esc").wait("step 0/")
        terminal.press("o").wait("Samples").press("esc").wait("step 0/").press("q")
        assert terminal.wait_exit() == 0


def test_a_small_window_works_and_a_smaller_one_says_so() -> None:
    with Terminal(ARTICLE, 80, 24) as terminal:
        terminal.wait("step 0/3").press("n").wait("step 1/3")
        for word in ("Tree", "Values", "power rule", "n next", "q quit"):
            assert word in terminal.text
        assert "60 × 16" in terminal.resize(50, 10).wait("60 × 16").text
        terminal.resize(80, 24).wait("step 1/3")


@pytest.mark.parametrize(
    ("sent", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_a_signal_leaves_the_terminal_restored(sent: signal.Signals, status: int) -> None:
    with Terminal(ARTICLE) as terminal:
        terminal.wait("step 0/3")
        os.kill(terminal.pid, sent)
        assert terminal.wait_exit() == status
        assert restored(terminal.raw)


def test_interrupting_twice_quits() -> None:
    with Terminal(PROGRAM) as terminal:
        terminal.wait("Samples").type("\x03")
        terminal.wait("Press Ctrl+C again").press("enter").wait("step 0/")
        terminal.press("n").wait("step 1/").press("\x03").wait("Ctrl+C again").press("\x03")
        assert terminal.wait_exit() == 130
        assert restored(terminal.raw)


def test_a_palette_in_a_window_that_shrinks_does_no_harm() -> None:
    """Nor do keys that come before it stands, nor a name that is wide."""
    with Terminal((*PROGRAM, "日本語*x", "x=1", "日本語=2"), 63, 33) as terminal:
        terminal.wait("step 0/1")
        for _ in range(2):
            terminal.type("\x10\x1b[6~\x1b[5~\x1b[6~\x1b[B\x1b[A")
            terminal.wait("Search").settle()
            terminal.press("esc").wait(lambda text: "Search" not in text)
        terminal.type("\x10")
        terminal.settle()
        terminal.resize(12, 5).resize(16, 20).resize(100, 30).wait("step 0/1")
        terminal.press("n").wait("step 1/1")


TOUR = (
    "th", "down", "esc", "esc", "?", "esc", "o", "esc", "e", "+", "esc", "p", "=", "esc",
)  # fmt: skip
"""Keys by which a palette, pages, an editor with its message, a toast and a plot are seen."""


def test_without_colour_none_is_sent_and_what_is_selected_is_reversed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with Terminal((*PROGRAM, "sigmoid")) as terminal:
        terminal.wait("step 0/4").press("n")
        assert reversed_lines(terminal.wait("step 1/4")) == ["▶ i = a/h"]
        terminal.press("\x10").settle()
        terminal.press("theme").wait("Choose the colours")
        assert "Theme" in reversed_lines(terminal)
        for key in TOUR:
            terminal.press(key)
        terminal.resize(50, 10).wait("at least 60 × 16")
        sent = re.findall(rb"\x1b\[([\d;]*)m", terminal.raw)
    codes = {code for one in sent for code in one.split(b";")}
    attributes = {b"0", b"1", b"2", b"3", b"4", b"7", b"22", b"23", b"24", b"27"}
    assert b"7" in codes <= attributes | {b"39", b"49"}


def reversed_lines(terminal: Terminal) -> list[str]:
    """What the lines say that are reversed from their start, up to a wide gap."""
    shown = zip(range(terminal.screen.lines), terminal.screen.display, strict=True)
    return [
        line.strip().partition("  ")[0] for y, line in shown if terminal.screen.buffer[y][2].reverse
    ]
