"""Every end is clean, and nothing crashes on the way there: signals, streams, bytes, errors."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from backprop_tui.engine import Sample
from backprop_tui.tui.app.explorer import Explorer
from backprop_tui.tui.command.arguments import main
from backprop_tui.tui.panes.lines import LinePane
from backprop_tui.tui.screens.help import Help
from backprop_tui.tui.screens.palette import Palette
from backprop_tui.tui.session.opening import open_session
from backprop_tui.tui.system import output
from backprop_tui.tui.system.driver import TerminalDriver
from backprop_tui.tui.system.environment import ALLOWED, WEB_DRIVER, settle
from backprop_tui.tui.system.file import RESTORED, TerminalFile
from backprop_tui.tui.system.signals import ASKING, KILLING
from textual.command import CommandList
from textual.events import MouseDown
from textual.widgets import Input
from textual.widgets._toast import Toast
from textual.worker import WorkerFailed

from pty_terminal import PROGRAM, Terminal, restored
from sure import sure
from test_terminal import ARTICLE

SHELL = " ".join(PROGRAM)
BAD_INPUT = (
    b"\xff", b"\xe9", b"\xc3", b"\xa9", b"\x80\xbf\xfe", b"\xed\xa0\x80", b"\x00\x01\x1c\x7f",
    b"\x1b[200~\xe9\xff\x1b[201~", b"\x1b[55296;1;55296u", b"\x1b[99999999999;1u", b"\x1b[1;:u",
    b"\x1b[97;;1114112u", b"\x1b[::;::u", b"\x1b[<0;0;0M", b"\x1b[<99999;99999;99999M",
    b"\x1b[<0;5;5m", b"\x1b[M\xff\xff\xff", b"\x1b[?2048;1$y", b"\x1b[999999;999999R",
    b"\x1b[48;99999999;99999999;0;0t", b"\x1b[48;0;0;0;0t", b"\x1b[<3;4;5M", b"\x1b" * 40,
    b"\x1b[" + b"9;" * 40, b"\x1bP\xff\x1b\\", b"\x1b]0;\xff\x07",
)  # fmt: skip
"""Bytes that are no UTF-8, half characters, and sequences that terminals do not send."""
HOSTILE = {
    "TEXTUAL_DRIVER": "no.such:Driver", "TEXTUAL_COLOR_SYSTEM": "mauve", "TEXTUAL_LOG": "log.txt",
    "TEXTUAL_DEBUG": "1", "TEXTUAL_THEME": "no-such,textual-light", "TEXTUAL_FPS": "0",
    "TEXTUAL_FILTERS": "x", "TEXTUAL_SCREENSHOT": "1", "TEXTUAL_PRESS": "q", "TEXTUAL": "debug",
    "TEXTUAL_SHOW_RETURN": "1", "ESCDELAY": "99999999", "COLUMNS": "99999999", "LINES": "-1",
}  # fmt: skip
"""Variables of the environment by which the framework would crash, hang, press keys or log them."""


def patched(line: str, *arguments: str) -> tuple[str, ...]:
    """The command after one line of Python, by which something in it fails."""
    first = "import sys\nfrom backprop_tui.tui.command.arguments import main"
    code = f"{first}\n{line}\nsys.exit(main({arguments}))"
    return (sys.executable, "-c", code)


def explorer() -> Explorer:
    return Explorer(open_session(Sample("(4*x+1)^2", values={"x": 1.0})))


def test_no_byte_typed_and_no_variable_set_ends_the_screen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with monkeypatch.context() as patch:
        for name, said in HOSTILE.items():
            patch.setenv(name, said)
        with Terminal((*ARTICLE, "--digits", "3"), 80, 24) as terminal:
            terminal.wait("step 0/3")
            for typed in BAD_INPUT:
                os.write(terminal.file, typed)
            terminal.settle()
            terminal.resize(100, 30).wait("step 0/3").press("n").wait("step 1/3").press("e")
            terminal.wait("Program:")
            for typed in (b"+\xc3", b"\xa9", b"\x1b[200~ \xff\x1b[201~"):
                os.write(terminal.file, typed)
                terminal.settle()
            terminal.wait("(4*x+1)^2+é �")
            terminal.press("\x11")
            assert terminal.wait_exit() == 0
            assert restored(terminal.raw)
    assert list(tmp_path.iterdir()) == []


def test_the_environment_keeps_what_is_sane(monkeypatch: pytest.MonkeyPatch) -> None:
    sane = {
        "TEXTUAL_DRIVER": WEB_DRIVER, "TEXTUAL_ANIMATIONS": "none", "TEXTUAL_FPS": "30",
        "TEXTUAL_COLOR_SYSTEM": "256", "TEXTUAL_THEME": "nord", "COLUMNS": "80", "OTHER": "-1",
    }  # fmt: skip
    for said, left in ((HOSTILE, {"TEXTUAL_THEME"}), (sane, set(sane))):
        with monkeypatch.context() as patch:
            for name in {*ALLOWED, *HOSTILE}:
                patch.delenv(name, raising=False)
            for name, word in said.items():
                patch.setenv(name, word)
            settle()
            assert {name for name in said if name in os.environ} == left


def test_a_terminal_that_nobody_reads_holds_up_no_end() -> None:
    """Nor the terminal itself: it is restored for whoever reads on."""
    with Terminal(ARTICLE, 200, 60) as terminal:
        terminal.wait("step 0/3").fill("t")
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.ended_unread(seconds=60) == 143
        assert restored(terminal.raw + terminal.left_over())


def test_an_end_that_is_cut_short_while_the_terminal_does_not_read_restores_it() -> None:
    """As a signal does that comes meanwhile; and what is given back is given back once."""
    driver = TerminalDriver.__new__(TerminalDriver)
    written: list[str] = []

    class Unread(TerminalFile):
        def __init__(self) -> None:
            pass

        def end(self, last: str) -> None:
            if not written:
                written.append("waits")
                driver.give_back()
            written.append(last)

    driver.is_on, driver.attrs_before, driver.terminal = True, None, Unread()
    driver.give_back()
    driver.give_back()
    assert written == ["waits", RESTORED, RESTORED]


def test_a_closed_terminal_ends_it() -> None:
    with Terminal(ARTICLE, 80, 24) as terminal:
        terminal.wait("step 0/3").hang_up()
        assert terminal.ended_unread(seconds=60) == 129


def test_standard_error_may_be_a_file_and_ignored_signals_stay_ignored(tmp_path: Path) -> None:
    """As nohup asks."""
    log = tmp_path / "log"
    code = f"trap '' HUP; exec {SHELL} x^2 x=1 2>{log}"
    with Terminal(("sh", "-c", code), 80, 24) as terminal:
        terminal.wait("step 0/1")
        os.kill(terminal.pid, signal.SIGHUP)
        terminal.press("n").wait("step 1/1").press("q")
        assert terminal.wait_exit() == 0
        assert restored(terminal.raw)
    assert log.read_text() == ""


def test_ctrl_z_gives_the_terminal_to_the_shell_and_fg_takes_it_back() -> None:
    with Terminal(("bash", "--norc", "-i"), 80, 24) as terminal:
        os.write(terminal.file, f"{SHELL} x^2 x=1\n".encode())
        terminal.wait("step 0/1").type("\x1a")
        terminal.wait("Stopped")
        assert restored(terminal.raw)
        os.write(terminal.file, b"fg\n")
        terminal.press("n").wait("step 1/1").press("q").settle(0.5)
        os.write(terminal.file, b"exit 7\n")
        assert terminal.wait_exit() == 7
        assert restored(terminal.raw)


def test_suspending_once_more_while_it_is_suspended_leaves_no_thread_behind() -> None:
    """The key comes from the terminal itself as soon as that is given back."""
    line = (
        "import os, signal\nfrom backprop_tui.tui.system.driver import TerminalDriver as D\n"
        "disable, sent = D.disable_input, []\n"
        "def again(self):\n"
        "    if not sent:\n"
        "        sent.append(os.kill(os.getpid(), signal.SIGTSTP))\n"
        "    disable(self)\n"
        "D.disable_input = again"
    )
    with Terminal(patched(line, "x^2", "x=1"), 80, 24) as terminal:
        terminal.wait("step 0/1").type("\x1a")
        terminal.settle(1)
        terminal.press("n").wait("step 1/1").press("q")
        assert terminal.wait_exit() == 0
        assert restored(terminal.raw)


def test_what_kills_restores_the_terminal_and_the_text_typed_is_offered_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with Terminal(ARTICLE, 80, 24) as terminal:
        terminal.wait("step 0/3").press("v").wait("Values:").press("backspace", "2").wait("81")
        terminal.press("esc").wait("step 0/3").press("e").wait("Program:").press("+", "[/b]")
        terminal.wait("not part of the language")
        os.kill(terminal.pid, signal.SIGQUIT)
        assert terminal.wait_exit() == -signal.SIGQUIT
        assert restored(terminal.raw)
    (kept,) = (tmp_path / "backprop-tui" / "kept").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    with Terminal((*PROGRAM, "x^2", "x=3"), 80, 24) as terminal:
        terminal.wait("was kept").press("\x10").wait("Search").press("reopen").wait(
            "(4*x+1)^2+[/b]"
        )
        terminal.press("enter").wait("Program:").press(*["backspace"] * 4, "1")
        terminal.wait("82")
        terminal.press("esc").wait("step 0/").press("q")
        assert terminal.wait_exit() == 0
    assert not kept.exists()


@pytest.mark.parametrize(
    "line",
    [
        "from backprop_tui.tui.app.explorer import Explorer as E\nE.action_fold = lambda e: 1 / 0",
        "from backprop_tui.tui.system.driver import TerminalDriver as D\n"
        "D.process_message = lambda self, message: 1 / 0",
    ],
)
def test_an_error_of_the_program_itself_is_reported_in_one_line(
    line: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with Terminal(patched(line, "x^2 + 1", "x=7"), 80, 24) as terminal:
        terminal.wait("step 0/2").press("enter")
        assert terminal.wait_exit() == 70
        assert restored(terminal.raw)
        (report,) = (tmp_path / "backprop-tui" / "reports").iterdir()
        after = terminal.raw[terminal.raw.rfind(b"?1049l") :].decode()
    assert after.count("\n") == 1
    assert str(report) in after
    assert report.stat().st_mode & 0o777 == 0o600
    text = report.read_text()
    assert "ZeroDivisionError" in text
    assert "Program:\nx^2 + 1\nValues:\nx = 7" in text


SIGNALLED = """
import json, os, resource, signal, time
from backprop_tui.tui.system import signals
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
signals.PATIENCE = 0.2
ended = {}
def run(sent, ignored=None, stays=0):
    reading, writing = os.pipe()
    if not (pid := os.fork()):
        for number in {*signals.ASKING, *signals.KILLING} - {ignored}:
            signal.signal(number, signal.SIG_DFL)
        if ignored:
            signal.signal(ignored, signal.SIG_IGN)
        say = lambda word: os.write(writing, f"{word} ".encode())
        with signals.on_screen(say, lambda: say("restored")):
            for number in sent:
                os.kill(os.getpid(), number)
            until = time.monotonic() + stays
            while time.monotonic() < until:
                time.sleep(0.05)
        after = [signal.getsignal(number) for number in sent]
        say("as before" if all(one in signal.Handlers for one in after) else "changed")
        os._exit(7)
    os.close(writing)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return open(reading).read().strip(), status
ask, kill = signals.ASKING, signals.KILLING
print(json.dumps({
    "kill": [[number, *run([number])] for number in kill],
    "ignored": [[number, *run([number], ignored=number)] for number in (*ask, *kill)],
    "ask": [[number, *run([number])] for number in ask],
    "twice": [[number, *run([number, signal.SIGHUP])] for number in ask],
    "held up": [[number, *run([number], stays=60)] for number in ask],
}))
"""
"""Every signal that is taken, each in a process of its own: what was done, and the exit status."""


def test_every_signal_is_taken_as_it_is_meant() -> None:
    made = subprocess.run([sys.executable, "-c", SIGNALLED], stdout=subprocess.PIPE, check=True)
    found = json.loads(made.stdout)
    assert {number for number, *_ in found["kill"]} >= {
        signal.SIGQUIT, signal.SIGABRT, signal.SIGALRM, signal.SIGUSR1, signal.SIGUSR2,
    }  # fmt: skip
    assert found["kill"] == [[number, "restored", -number] for number in KILLING]
    assert found["ignored"] == [[number, "as before", 7] for number in (*ASKING, *KILLING)]
    for number, *ended in found["ask"]:
        assert ended == [f"{128 + number} as before", 7]
    for number, *ended in found["twice"]:
        assert ended == [f"{128 + number} {128 + number} as before", 7]
    for number, *ended in found["held up"]:
        assert ended == [f"{128 + number} restored", 128 + number]


@pytest.mark.parametrize("place", ["message", "worker", "line"])
def test_an_error_anywhere_in_the_screen_ends_it(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> BaseException | None:
        app = explorer()
        with contextlib.suppress(ZeroDivisionError, WorkerFailed):
            async with app.run_test():
                if place == "worker":
                    app.run_worker(lambda: 1 / 0, thread=True)
                elif place == "message":
                    app.call_later(lambda: 1 / 0)
                else:
                    monkeypatch.setattr(LinePane, "render_line", lambda pane, y: 1 / 0)
                    app.screen.refresh(layout=True)
                while app.is_running:
                    await asyncio.sleep(0.01)
        return app.failure

    assert isinstance(asyncio.run(run()), ZeroDivisionError)


def test_no_end_waits_for_work_beside_the_screen() -> None:
    goes_on = threading.Event()
    workers: list[threading.Thread] = []

    def work() -> None:
        workers.append(threading.current_thread())
        goes_on.wait(60)

    async def run() -> None:
        app = explorer()
        async with app.run_test() as pilot:
            app.run_worker(work, thread=True)
            while not workers:
                await pilot.pause(0.01)
            await pilot.press("q")

    asyncio.run(run())
    assert workers[0].is_alive()
    assert workers[0].daemon
    goes_on.set()
    workers[0].join()


def test_what_is_left_twice_is_left_once() -> None:
    """A key that is held is queued more often than there is something to leave."""

    async def run() -> None:
        app = explorer()
        async with app.run_test() as pilot:
            await app.push_screen(Help())
            await app.push_screen(Help())
            front = app.screen
            front.dismiss()
            front.dismiss()
            await pilot.pause()
            assert len(app.screen_stack) == 2
            app.screen.dismiss()
            await app.push_screen(palette := Palette())
            await pilot.press(*"Visit the")
            while palette.query_one(CommandList).option_count != 1:
                await pilot.pause(0.01)
            for _ in range(4):
                palette.post_message(Input.Submitted(palette.query_one(Input), "Visit the"))
            while isinstance(app.screen, Palette):
                await pilot.pause(0.01)
            await pilot.pause(0.1)
            assert len(app.screen_stack) == 1
            assert sure(app.session).step == 1

    asyncio.run(run())


def test_a_click_on_what_has_just_gone_is_none() -> None:
    async def run() -> None:
        app = explorer()
        async with app.run_test(notifications=True) as pilot:
            app.notify("going", markup=False)
            await pilot.pause(0.1)
            (toast,) = app.screen.query(Toast)
            x, y = toast.region.x + 3, toast.region.y + 1
            press = MouseDown(toast, x, y, 0, 0, 1, False, False, False, x, y)
            # Gone, and not drawn over yet: the time between two frames.
            around = sure(toast.parent)
            toast._detach()
            assert app.screen.get_widget_at(x, y)[0] is toast
            await app.on_event(press)
            toast._attach(around)
            await pilot.press("n")
            assert sure(app.session).step == 1

    asyncio.run(run())


@pytest.mark.parametrize(
    ("argument", "out", "err", "unbuffered", "status"),
    [
        ("--help", "/dev/full", None, "", 2),
        ("--version", "/dev/full", None, "1", 2),
        ("x^", None, "/dev/full", "", 2),
        ("--help", "closed", None, "", 0),
    ],
)
def test_what_cannot_be_written_is_bad_input_and_a_closed_pipe_none(
    argument: str, out: str | None, err: str | None, unbuffered: str, status: int
) -> None:
    reading, closed = os.pipe()
    os.close(reading)
    full = os.open("/dev/full", os.O_WRONLY)
    streams = {None: subprocess.PIPE, "/dev/full": full, "closed": closed}
    made = subprocess.run(
        [*PROGRAM, argument], stdout=streams[out], stderr=streams[err], check=False,
        env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
    )  # fmt: skip
    os.close(full)
    os.close(closed)
    assert made.returncode == status
    said = (made.stderr or b"").decode()
    assert said.count("\n") == (out == "/dev/full")
    assert "Exception" not in said


def test_an_interrupt_is_quiet_from_the_start() -> None:
    code = (
        "import os, signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import backprop_tui.tui.start\nos.kill(os.getpid(), signal.SIGINT)\ninput()"
    )
    made = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, stdin=subprocess.DEVNULL, check=False
    )
    assert (made.returncode, made.stdout, made.stderr) == (130, b"", b"")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_no_half_written_file(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whatever it interrupts: the file as it was, and no other beside it."""
    target = tmp_path / "out.json"
    target.write_text("before")
    before = {one: signal.getsignal(one) for one in ASKING}
    signal.signal(number, signal.default_int_handler)
    for place, name in ((output, "_write_all"), (Path, "chmod"), (Path, "replace")):
        with monkeypatch.context() as patch:
            original = getattr(place, name)

            def interrupted(*given: object, original: Callable[..., object] = original) -> object:
                os.kill(os.getpid(), number)
                return original(*given)

            patch.setattr(place, name, interrupted)
            with pytest.raises(SystemExit) as ended:
                output.write(["after"], str(target))
        assert ended.value.code == 128 + number
        assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]
        for one in ASKING:
            signal.signal(one, signal.default_int_handler)
    for one, taker in before.items():
        signal.signal(one, taker)


def test_links_pipes_and_devices_are_written_as_meant(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(output, "PATIENCE", 0.1)
    export = ["x", "x=1", "-f", "json", "-o"]
    for link, place in (("loop1", "loop2"), ("loop2", "loop1"), ("there", "gone")):
        Path(link).symlink_to(place)
    os.mkfifo("pipe")
    for target, status in (("loop1", 2), (".", 2), ("pipe", 2), ("/dev/full", 2), ("there", 0)):
        assert main([*export, target]) == status
        said = capfd.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == (1 if status else 0)
    assert all(Path(link).is_symlink() for link in ("loop1", "loop2", "there"))
    made = Path("gone").read_text()
    assert main([*export, "/dev/stdout"]) == 0
    assert capfd.readouterr().out == made
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(Path("pipe").read_text()))
    monkeypatch.setattr(output, "PATIENCE", 20)
    reader.start()
    assert main([*export, "pipe"]) == 0
    reader.join()
    assert read == [made]


def test_an_error_of_its_own_in_print_is_reported_too_and_old_reports_go(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("nothing to divide by")

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr("backprop_tui.tui.command.run.run", fail)
    folder = tmp_path / "backprop-tui" / "reports"
    folder.mkdir(parents=True)
    for day in range(10, 40):
        (folder / f"2020-01-{day}T00-00-00-1.txt").touch()
    assert main(["x*y", "x=1"]) == 70
    said = capsys.readouterr()
    left = sorted(folder.iterdir())
    assert said.out == ""
    assert said.err == (
        f"backprop-tui: an error of the program itself; the report is in {left[-1]}\n"
    )
    assert "'x*y'" in left[-1].read_text()
    assert [path.name[:10] for path in left[:-1]] == [f"2020-01-{day}" for day in range(21, 40)]
    for path in folder.parent.rglob("*"):
        path.chmod(0o500)
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null/nowhere")
    assert main(["x*y", "x=1"]) == 70
    assert "nothing to divide by" in capsys.readouterr().err
