"""Questions to a process of its own: what it may see and take, and every way in which it ends."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from backprop_tui.engine import Trace, load_bundled, trace
from backprop_tui.engine.language.parse import parse
from backprop_tui.engine.opinions.check import check
from backprop_tui.engine.symbolic import asking
from backprop_tui.engine.symbolic.asking import UnansweredError, ask
from backprop_tui.engine.symbolic.checking import second_opinions
from backprop_tui.engine.symbolic.closed_forms import FormRequest

from pty_terminal import PROGRAM, Terminal

MODULES = (
    "sympy", "json", "mpmath", "numpy", "textual", "textual_plot", "rich", "sitecustomize",
    "usercustomize", "pickle", "argparse", "subprocess", "queue", "threading", "resource", "gc",
    "signal", "random", "__future__", "typing", "platformdirs", "tomllib", "csv",
)  # fmt: skip
"""What the program imports, or Python by itself, and somebody may have put beside the data."""
TESTED = """
import os, signal, sys
sys.path[:] = sys.argv[1:]
from backprop_tui.engine.symbolic import answering
def endless():
    yield os.getpid()
    while True:
        pass
def stubborn():
    yield os.getpid()
    yield 3**10**9
def silent():
    signal.pause()
    yield
def hungry():
    yield bytearray(answering.MEMORY)
def gone():
    os._exit(3)
    yield
def broken():
    print("noise")
    yield os.getpid()
    raise KeyError("a secret")
def partly(graph, wrt, numbers, nodes):
    sweep = answering.Sweep(answering.route(graph, wrt), *numbers)
    yield next(answering.check(sweep, nodes, sympy=False))
    raise MemoryError
def echo(*words):
    yield from words
answering._import_sympy = lambda: None
questions = endless, stubborn, silent, hungry, gone, broken, echo
answering.QUESTIONS |= {question.__name__: question for question in questions}
answering.QUESTIONS["check"] = partly
answering.main()
"""
"""The process with questions of the test's own, which import nothing else."""


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The processes started during a test, which answer the test's own questions."""
    made: list[subprocess.Popen[bytes]] = []

    class Recorded(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            made.append(self)

    asking.dismiss()
    monkeypatch.setattr(subprocess, "Popen", Recorded)
    monkeypatch.setattr(asking, "BOOT", TESTED)
    yield made
    asking.dismiss()


def answers(question: str, *request: object) -> list[Any]:
    return [reply for reply in ask(question, *request) if reply is not None]


def is_gone(pid: int, seconds: float = 20.0) -> bool:
    """True once the process has ended, though nobody may have waited for it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        command = ["ps", "-o", "stat=", "-p", str(pid)]
        state = subprocess.run(command, capture_output=True, check=False).stdout
        if not state.strip() or state.startswith(b"Z"):
            return True
        time.sleep(0.05)
    return False


# What the process may see


def hostile(folder: Path) -> Callable[[], set[str]]:
    """Fills a folder with modules that leave a mark when they are run; what has left one."""
    for name in MODULES:
        mark = f"open({str(folder / name)!r} + '.ran', 'w').close()\n"
        (folder / f"{name}.py").write_text(mark + "raise SystemExit('executed')\n")
    return lambda: {path.stem for path in folder.glob("*.ran")}


def test_nothing_in_the_folder_is_executed_by_any_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    executed = hostile(tmp_path)
    monkeypatch.chdir(tmp_path)
    command = [*PROGRAM, "(4*x+1)^2", "x=1", "--check", "--descend", "1", "-f", "json"]
    made = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(made.stdout)["check"]["x"]["sympy"] == 40
    with Terminal((*PROGRAM, "(4*x+1)^2", "x=1")) as terminal:
        terminal.wait("step 0/3").press("!").wait("agree").press("=").wait("32⋅x + 8")
        terminal.press("p").settle(0.5)
        terminal.press("q")
        assert terminal.wait_exit() == 0
    assert executed() == set()


def test_variables_of_python_and_sympy_do_not_reach_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: list[subprocess.Popen[bytes]]
) -> None:
    executed = hostile(tmp_path)
    monkeypatch.chdir(tmp_path)
    for name in ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONUSERBASE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("SYMPY_USE_CACHE", "nonsense")
    monkeypatch.setattr(sys, "path", ["", ".", *sys.path])
    asking._idle.clear()
    monkeypatch.setattr(asking, "BOOT", TESTED.replace("answering._import_sympy", "ignored"))
    assert answers("echo", "x") == ["x"]
    assert executed() == set()
    assert len(started) == 1


# What comes back


def cases() -> Iterator[Trace]:
    """Programs and networks, with an output that is not the last and a variable for a constant."""
    yield trace("t = x*y\nsin(t)*t + e^x", {"x": 1.5, "y": 0.5})
    yield trace("e*x + pi", {"x": 1.5, "e": 2.0})
    yield trace(parse("t = x*y; sin(t)").with_output("t"), {"x": 1 / 3, "y": 0.1})
    yield trace("max(x, y)/(x - y) + ln(y)", {"x": 0.0, "y": 0.0})
    network = load_bundled("xor")
    yield trace(network.graph(), network.bindings, ["w2_*", "b3_1"])


def test_the_process_finds_what_would_be_found_here() -> None:
    for case in cases():
        nodes = [node for node in range(len(case.graph)) if case.route.active[node]]
        found = [checked for checked in second_opinions(case.sweep, nodes) if checked is not None]
        assert repr(found) == repr(list(check(case.sweep, nodes)))


def test_the_process_is_asked_again_and_keeps_no_name_for_another_program() -> None:
    for values, derivative in (({"x": 1.0, "e": 2.0}, 2.0), ({"x": 1.0}, math.e)):
        graph = parse("e*x", values)
        request = FormRequest(graph, values, graph.by_name["x"], True, False, 80)
        (found,) = answers("closed form", request)
        assert found.value == pytest.approx(derivative)


def test_numbers_arrive_to_the_last_bit(started: list[subprocess.Popen[bytes]]) -> None:
    sent = (0.1, 5e-324, float("inf"), -0.0, 1 / 3)
    assert list(map(repr, answers("echo", *sent))) == list(map(repr, sent))
    assert str(answers("echo", float("nan"))) == "[nan]"


def test_one_process_answers_one_question_after_another(
    started: list[subprocess.Popen[bytes]],
) -> None:
    asking.prepare()
    for word in "abc":
        assert answers("echo", word) == [word]
    assert len(started) == 1
    asking.dismiss()
    assert started[0].returncode is not None


def test_a_process_that_died_meanwhile_is_replaced(started: list[subprocess.Popen[bytes]]) -> None:
    asking.prepare()
    started[0].kill()
    started[0].wait()
    assert answers("echo", 1) == [1]
    assert len(started) == 2


# How it ends


@pytest.mark.parametrize("question", ["endless", "stubborn"])
def test_closing_a_question_ends_its_process(
    question: str, started: list[subprocess.Popen[bytes]]
) -> None:
    with closing(ask(question)) as replies:
        assert any(replies)
    assert [process.returncode for process in started] == [-signal.SIGKILL]
    assert not asking._idle


def test_a_question_without_an_answer_ends_after_its_time(
    monkeypatch: pytest.MonkeyPatch, started: list[subprocess.Popen[bytes]]
) -> None:
    monkeypatch.setattr(asking, "PATIENCE", 1.0)
    with pytest.raises(UnansweredError, match="SymPy gave no answer within 1 seconds"):
        answers("silent")
    assert started[0].returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("hungry", "SymPy would take more than 2 GB of memory"),
        ("gone", r"SymPy ended without an answer \(status 3\)"),
        ("broken", "SymPy failed: KeyError"),
    ],
)
def test_what_cannot_be_answered_says_why(
    question: str, reason: str, started: list[subprocess.Popen[bytes]]
) -> None:
    with pytest.raises(UnansweredError, match=f"^{reason}$"):
        answers(question)
    assert started[0].returncode is not None


def test_what_cannot_be_started_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    asking.dismiss()
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(UnansweredError, match="SymPy cannot be started: No such file"):
        answers("echo")


def test_differences_stay_where_sympy_fails(started: list[subprocess.Popen[bytes]]) -> None:
    case = trace("sin(x)*y", {"x": 1.0, "y": 2.0})
    found = [checked for checked in second_opinions(case.sweep, case.route.wrt) if checked]
    assert [checked.node for checked in found] == list(case.route.wrt)
    assert {checked.verdict for checked in found} == {"agree"}
    assert found[1].sympy_note == "SymPy would take more than 2 GB of memory"


ASKING = f"""
import os, sys
from backprop_tui.engine.symbolic import asking
from backprop_tui.tui.command.arguments import main
asking.BOOT = {TESTED!r}.replace("= partly", "= lambda *_: map(pow, [3], [10**9])")
original = asking._Process.converse
def converse(process, request):
    with open("pid", "w") as file:
        file.write(f"{{process.popen.pid}}\\n")
    return original(process, request)
asking._Process.converse = converse
sys.exit(main(sys.argv[1:]))
"""
"""The command with a check that never ends; a file says which process works on it."""


def worker(folder: Path) -> int:
    """The process at work; the file that names it is taken away."""
    file, end = folder / "pid", time.monotonic() + 20
    while not (file.exists() and file.read_text().endswith("\n")):
        assert time.monotonic() < end
        time.sleep(0.02)
    pid = int(file.read_text())
    file.unlink()
    return pid


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("working", [False, True])
def test_any_end_of_the_command_ends_its_process(
    sent: signal.Signals, working: bool, tmp_path: Path
) -> None:
    command, pipe = [sys.executable, "-c", ASKING, "x^2", "x=1", "--check"], subprocess.PIPE
    with subprocess.Popen(command, cwd=tmp_path, stdout=pipe, stderr=pipe) as made:
        pid = worker(tmp_path)
        if working:
            time.sleep(0.5)
        made.send_signal(sent)
        assert made.communicate(timeout=20) == (b"", b"")
        assert made.returncode in (-sent, 128 + sent)
    assert is_gone(pid)


@pytest.mark.parametrize("way", ["leave", "kill"])
def test_a_question_on_the_screen_ends_when_it_is_left(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Terminal((sys.executable, "-c", ASKING, "x^2", "x=1")) as terminal:
        terminal.wait("step 0/1").press("!")
        pid = worker(tmp_path)
        terminal.press("n").wait("step 1/1").press("N").wait("step 0/1")
        if way == "kill":
            os.kill(terminal.pid, signal.SIGKILL)
            assert is_gone(pid)
            return
        terminal.press("esc").wait("Step 0 of 1")
        assert is_gone(pid)
        terminal.press("!")
        pid = worker(tmp_path)
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert is_gone(pid)
