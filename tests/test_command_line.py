"""The command without a terminal: what is printed where, and the exit status."""

import io
import json
import os
import shlex
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from backprop_tui.tui.command.arguments import main

from sure import sure

COMMAND = [sys.executable, "-m", "backprop_tui.tui"]


def run(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """The command in this process."""
    out, err, typed = io.StringIO(), io.StringIO(), io.TextIOWrapper(io.BytesIO(text.encode()))
    status: Any
    with redirect_stdout(out), redirect_stderr(err), patch.object(sys, "stdin", typed):
        try:
            status = main([*arguments])
        except SystemExit as end:
            status = end.code
    return subprocess.CompletedProcess([*arguments], status, out.getvalue(), err.getvalue())


def started(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [*COMMAND, *arguments],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def document(*arguments: str, text: str = "") -> Any:
    made = run(*arguments, "-f", "json", text=text)
    assert made.returncode == 0, made.stderr
    assert made.stderr == ""
    return json.loads(made.stdout)


@pytest.mark.parametrize(
    ("arguments", "value"),
    [
        (["(4*x+1)^2", "x=1"], 25),
        (["-x^2", "x=3"], -9),
        (["--digits", "3", "x", "x=3"], 3),
        (["x*y", "x=2", "--wrt", "x", "y=-1e-3"], -2e-3),
        (["sin(x)", "x=pi/2"], 1),
        (["y = x^2", "x=3"], 9),
        (["square"], 25),
        (["square", "x=0"], 1),
        (["e*2", "e=5"], 10),
    ],
)
def test_source_and_values_stand_as_the_user_puts_them(arguments: list[str], value: float) -> None:
    assert document(*arguments)["value"] == pytest.approx(value)


def test_program_text_on_standard_input() -> None:
    arguments, text = ["-", "x=2", "-f", "json"], "t = x^3\nt + 1"
    made = started(*arguments, text=text)
    assert json.loads(made.stdout)["gradient"] == {"x": 12}
    alike = run(*arguments, text=text)
    assert (made.returncode, made.stdout, made.stderr) == (0, alike.stdout, alike.stderr)


def test_wrt_takes_patterns_and_of_another_output() -> None:
    made = document("t = w1*x + w2\nt^2", "w1=1", "w2=2", "x=3", "--wrt", "w*", "--of", "t")
    assert made["output"] == "t"
    assert made["gradient"] == {"w1": 3, "w2": 1}


def test_at_stops_the_steps() -> None:
    made = document("(4*x+1)^2", "x=1", "--at", "1")
    assert [step["step"] for step in made["steps"]] == [1]
    assert made["gradient"] == {"x": 40}


def test_without_a_terminal_text_is_printed() -> None:
    text = run("(4*x+1)^2", "x=1", "-f", "text").stdout
    assert started("(4*x+1)^2", "x=1").stdout == run("(4*x+1)^2", "x=1").stdout == text
    assert run().stdout == run("--list").stdout


def test_a_file_is_written_in_the_format_of_its_ending(tmp_path: Path) -> None:
    target = tmp_path / "made.json"
    assert run("x^2", "x=3", "-o", str(target)).stdout == ""
    assert json.loads(target.read_text(encoding="utf-8"))["value"] == 9
    assert os.listdir(tmp_path) == ["made.json"]
    assert run("x^2", "x=3", "-o", str(tmp_path / "made.xyz")).returncode == 2


def test_a_closed_pipe_ends_quietly() -> None:
    program = " + ".join(["sin(x)"] * 3000)
    command = [*COMMAND, program, "x=1", "-f", "text"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    printed, told = sure(process.stdout), sure(process.stderr)
    printed.read(10)
    printed.close()
    assert told.read() == b""
    told.close()
    assert process.wait(60) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([""], "empty"),
        (["(x+1", "x=1"], "never closed"),
        (["foo(x)", "x=1"], "no function foo"),
        (["sine(x)", "x=1"], "did you mean sin?"),
        (["x y", "x=1"], "x*y"),
        (["sin(x,y)", "x=1"], "takes 1 operand"),
        (["a=x; a=2", "x=1"], "assigned twice"),
        (["y=z; z=x", "x=1"], "before its definition"),
        (["x^2", "q=1", "x=1"], "no variable q"),
        (["x^2", "x=abc"], "abc is not a number"),
        (["x^2", "x=1e999"], "1e999"),
        (["x^2", "x=1/0"], "finite"),
        (["x^2"], "no value for the variable x"),
        (["nowhere.toml"], "nowhere.toml"),
        (["."], "directory"),
        (["x^2", "x=1", "--at", "7"], "steps 0 to 1"),
        (["x^2", "x=1", "--wrt", "w"], "no variable matches w"),
        (["x^2", "x=1", "--of", "t"], "named t"),
        (["sigmoyd"], "did you mean sigmoid?"),
        (["[red]x[/red]", "x=1"], "[ is not part of the language"),
        (["\x1b]0;t\x07x", "x=1"], "U+001B"),
        (["😀"], "GRINNING FACE"),
        (["x^2", "nonsense"], "NAME=VALUE"),
        (["x", "x=1", "--digits", "0"], "from 1 to 17"),
        (["x", "x=1", "--wrt", ""], "names no leaf"),
        (["x", "x=1", "x=2"], "two values"),
        (["x", "x=1", "--wrt", "\x1b[31my"], "no variable matches"),
        (["x", "x=1", "--of", "\x1b[31my"], "named"),
        (["x", "\x1b[31my=1"], "no variable"),
        (["--nosuch"], "no option --nosuch"),
        (["x", "x=1", "-o", "/"], "cannot write"),
        (["x", "x=1", "-o", "/nowhere/made.json"], "cannot write"),
        (["\u3164 + x", "x=1"], "U+3164"),
        (["x # a\ry+(", "x=1"], "U+000D"),
    ],
)
def test_bad_input_is_one_message_and_status_2(arguments: list[str], words: str) -> None:
    made = run(*arguments, "-f", "json")
    assert made.returncode == 2
    assert made.stdout == ""
    assert words in made.stderr
    assert "Traceback" not in made.stderr
    assert all(character.isprintable() or character == "\n" for character in made.stderr)


def test_the_offending_line_stands_above_a_caret() -> None:
    lines = run("t = x^2\nt + * 3", "x=1", "-f", "text").stderr.split("\n")
    assert lines[1:3] == ["  t + * 3", "      ^"]


def test_an_error_in_a_file_has_its_line_above_a_caret(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text('program = """\nt = x^2\nt + * 3\n"""\n', encoding="utf-8")
    first, *lines = run(str(path), "x=1", "-f", "text").stderr.split("\n")
    assert "line 3" in first
    assert lines[:2] == ["  t + * 3", "      ^"]


def test_a_step_that_a_files_sweep_lacks_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text('program = "x^2"\n[explore]\nat = 9\n', encoding="utf-8")
    assert "line 3: there is no step 9" in run(str(path), "x=1").stderr


@pytest.mark.parametrize(("tables", "words"), [
    ("[values]\nx = 1\n[fixed]\nx = 2\n", "line 7: x has a value in [values] too"),
    ("[values]\ny1 = 1\n", "line 7: y1 is held fixed in a network"),
])  # fmt: skip
def test_a_name_is_free_or_held_fixed(tmp_path: Path, tables: str, words: str) -> None:
    path = tmp_path / "bad.toml"
    network = "[network]\nsizes = [1, 1]\ninit = 'xavier'\ninput = [1]\ntarget = [0]\n"
    start = network if "y1" in tables else "program = 'x^2'\n\n\n"
    path.write_text(start + tables, encoding="utf-8")
    made = run(str(path), "-f", "json")
    assert made.returncode == 2
    assert words in made.stderr


def test_a_weight_can_be_held_fixed(tmp_path: Path) -> None:
    path = tmp_path / "net.toml"
    path.write_text(
        "[network]\nsizes = [1, 1]\nactivation = 'identity'\nweights = [[[2]]]\nbiases = [[0]]\n"
        "input = [3]\ntarget = [0]\n[fixed]\nw2_1_1 = 5\n",
        encoding="utf-8",
    )
    made = json.loads(run(str(path), "-f", "json").stdout)
    assert made["gradient"] == {"b2_1": 15.0}


@pytest.mark.parametrize("arguments", [
    ["x", "x=1", "--wrt", "{}"], ["x", "x=1", "--of", "{}"], ["x", "x=1", "{}"], ["{}"],
    ["{}(x)", "x=1"], ["{0} = x; {0} = x", "x=1"], ["x", "x={}"], ["x", "x=1", "-o", "{}"],
    ["x", "{}=q"], ["--{}"], ["a+b+{}", "q=1"],
])  # fmt: skip
def test_what_is_too_long_to_be_cited_is_cut(arguments: list[str]) -> None:
    made = run(*(word.format("y" * 5000) for word in arguments))
    assert made.returncode == 2
    assert len(made.stderr) < 1000
    assert "yyyyy" in made.stderr


def test_a_device_is_written_to_and_a_link_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "made.json", tmp_path / "link.json"
    target.touch(mode=0o600)
    link.symlink_to(target)
    assert run("x", "x=1", "-o", str(link)).returncode == 0
    assert link.is_symlink()
    assert json.loads(target.read_text(encoding="utf-8"))["value"] == 1
    assert target.stat().st_mode & 0o777 == 0o600
    assert run("x", "x=1", "-f", "json", "-o", "/dev/null").returncode == 0
    assert not Path("/dev/null").is_file()


def test_closed_streams_are_bad_input_or_no_output() -> None:
    command = " ".join(map(shlex.quote, [*COMMAND, "-", "-f", "text"]))
    made = subprocess.run(
        ["sh", "-c", f"{command} <&-"], capture_output=True, text=True, check=False
    )
    assert (made.returncode, made.stdout) == (2, "")
    assert "Traceback" not in made.stderr


def test_a_folder_hides_no_program_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    made = subprocess.run(
        [*COMMAND, "x", "x=1", "-f", "json"], cwd=tmp_path, capture_output=True, check=True
    )
    assert json.loads(made.stdout)["value"] == 1


@pytest.mark.parametrize("content", [b"\x00\xff\xfe", b"program = 3", b"programm = 'x'"])
def test_a_bad_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    made = run(str(path))
    assert made.returncode == 2
    assert "bad.toml" in made.stderr
    assert "Traceback" not in made.stderr
