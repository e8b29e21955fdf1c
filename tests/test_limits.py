"""Laws of what is taken in: limits, what is read, and the messages of what is beyond."""

import io
import os
import socket
import sys
import threading
import time
import tomllib
import tracemalloc
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from backprop_tui.engine import (
    BackpropError,
    FileError,
    Graph,
    NetworkError,
    ParseError,
    Sample,
    descend,
    load,
    load_bundled,
    parse,
    trace,
    trace_network,
)
from backprop_tui.engine.files.bindings import read_bindings
from backprop_tui.engine.files.toml_places import has_more_keys, places_of_keys
from backprop_tui.engine.language.expressions import AT_ONCE
from backprop_tui.engine.language.tokens import Token, tokens
from backprop_tui.engine.layers.data_rows import mean_over_rows
from backprop_tui.engine.network.csv_file import read_data
from backprop_tui.engine.text import bounds
from backprop_tui.engine.text.bounds import MESSAGE, TEXT, UPDATES, WORD, Limit
from backprop_tui.engine.text.reading import ReadError, read_file, read_stream
from backprop_tui.engine.text.words import COMPARED, nearest, said
from backprop_tui.tui.command.arguments import main
from backprop_tui.tui.command.exports import EXPORTS
from backprop_tui.tui.session.entries import JOBS
from backprop_tui.tui.session.opening import open_session
from hypothesis import given, settings
from hypothesis import strategies as st

from sure import sure

FEW = Limit("a test", 1_000, "bytes")


class Ended(NamedTuple):
    """How the command ended, and what it printed."""

    status: str | int | None
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in this process, with these bytes on its standard input."""

    def run(*arguments: str, stdin: bytes = b"") -> Ended:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            status: str | int | None = main(["-f", "text", *arguments])
        except SystemExit as end:
            status = end.code
        return Ended(status, *capsys.readouterr())

    return run


class Endless(io.BytesIO):
    """A stream that never ends, and counts what was asked of it."""

    given = 0

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        self.given += size
        return b"x" * size


def test_a_stream_without_an_end_is_read_to_the_limit_and_no_further() -> None:
    stream = Endless()
    with pytest.raises(ReadError, match="a test can have 1,000 bytes at most"):
        read_stream(stream, FEW)
    assert stream.given == FEW.most + 1


def test_a_file_of_the_limit_is_read_and_one_byte_more_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * FEW.most)
    assert len(read_file(str(path), FEW)) == FEW.most
    path.write_bytes(b"x" * (FEW.most + 1))
    with pytest.raises(ReadError, match="1,000 bytes at most"):
        read_file(str(path), FEW)


def kinds(tmp_path: Path) -> dict[str, Path | str]:
    """What is no regular file, by what it is called."""
    folder, fifo, bound = tmp_path / "folder", tmp_path / "fifo", tmp_path / "socket"
    folder.mkdir()
    os.mkfifo(fifo)
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(bound))
    server.close()
    return {"a directory": folder, "a FIFO": fifo, "a socket": bound, "a device": "/dev/zero"}


def test_only_regular_files_are_samples_and_data(tmp_path: Path) -> None:
    for words, path in kinds(tmp_path).items():
        with pytest.raises(FileError, match=words):
            load(path)
        with pytest.raises(NetworkError, match=words):
            read_data(str(path), label="kind")


def test_a_file_in_proc_that_never_ends_is_none(tmp_path: Path) -> None:
    for path in ("/proc/kmsg", "/proc/self/mem"):
        if os.path.exists(path):
            with pytest.raises(FileError):
                load(path)


def test_sources_that_are_no_files_are_refused_with_one_message(tmp_path: Path, run: Run) -> None:
    for words, path in kinds(tmp_path).items():
        words = "nobody has written to it within 2 s" if words == "a FIFO" else words
        made = run(str(path))
        assert (made.status, made.out) == (2, "")
        assert words in made.err
        assert made.err.count("\n") == 1


def test_a_folder_is_refused_by_its_path_and_is_text_by_its_name(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "y.toml").mkdir()
    monkeypatch.chdir(tmp_path)
    for source in ("./x", "y.toml", str(tmp_path / "x")):
        assert "a directory" in run(source).err
    assert run("x", "x=2").status == 0


def test_a_fifo_holds_program_text_however_slowly_it_comes(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)

    def write() -> None:
        with open(fifo, "w", encoding="utf-8") as stream:
            for piece in ("y = x^2", "\r\n", "y·3"):
                stream.write(piece)
                stream.flush()
                time.sleep(0.05)

    writer = threading.Thread(target=write)
    writer.start()
    assert read_file(str(fifo), FEW, fifo=True) == "y = x^2\r\ny·3".encode()
    writer.join()


def test_standard_input_is_bounded_and_must_be_text(run: Run) -> None:
    beyond = run("-", "x=1", stdin=b"x" * (TEXT.most + 1))
    assert beyond == (2, "", f"backprop-tui: standard input is too large: {TEXT.words}\n")
    wrong = run("-", "x=1", stdin=b"x\n+\xff")
    assert "standard input is not UTF-8 text: the byte 0xff cannot stand in line 2" in wrong.err
    assert run("-", "x=1", stdin="y = x\r\n2·y".encode()).status == 0


def test_what_a_message_cites_is_cut_wherever_it_comes_from(run: Run) -> None:
    long, words, digits = "y" * 100_000, "y " * 50_000, "9" * 5_000
    for arguments in (
        ["x", "x=1", "-f", long],
        ["x", "x=1", "-o", words],
        ["x", "x=1", "--digits", digits],
        ["x", "x=1", "--at", digits],
        ["x", "x=1", "--row", digits],
        ["x", "x=1", "--descend", "9223372036854775807"],
        ["x", "x=1", "--descend", digits],
        ["x", "x=1", "--method", long],
        ["x", "x=1", "--wrt", long],
        ["x", "x=1", "--of", words],
        ["x", f"{long}=1"],
        [f"{long[:200]}.toml"],
        [f"{words}.toml"],
        [f"{long}(x)", "x=1"],
    ):
        made = run(*arguments)
        lines = made.err.removesuffix("\n").split("\n")
        assert (made.status, made.out) == (2, "")
        assert all(len(line) <= MESSAGE.most + 100 for line in lines)
        assert all(len(word) <= WORD.most for line in lines for word in line.split(" "))


LONG = "a" * 5_000 + " \U000e0001" * 1_000 + "\x1b" * 300
"""A word too long, a message too long, a word too long once it is escaped."""


@settings(max_examples=40)
@given(st.text() | st.sampled_from(("\x1b[31m", "\0", "\u202e", "\u3164", "a\nb", LONG)))
def test_an_error_is_one_line_of_bounded_words_and_says_so_again(text: str) -> None:
    message = said(f"found {text}")
    assert all(c.isprintable() or unicodedata.category(c) == "Zs" for c in message)
    assert len(message) <= MESSAGE.most
    assert all(len(word) <= WORD.most for word in message.split(" "))
    assert said(message) == message == str(BackpropError(f"found {text}"))


def test_errors_of_files_and_values_escape_what_a_terminal_obeys() -> None:
    for text in ("\x1b=", "x\0=", "\u202ex=y", "x=\x1b"):
        with pytest.raises(BackpropError) as caught:
            read_bindings(text)
        assert str(caught.value).isprintable()


def test_a_suggestion_among_many_names_compares_few_of_them() -> None:
    few = ["alpha", "beta", "width"]
    assert nearest("aplha", few) == "alpha"
    many = [f"n{i}" for i in range(100_000)]
    assert nearest("widht", [*many, *few]) == "width"
    assert nearest("y" * 100_000, [*few, "y" * 99_999]) is None


def test_a_suggestion_does_not_compare_all_of_many_names(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []

    def none_is_close(word: str, names: list[str], **rest: Any) -> list[str]:
        given.extend(names)
        return []

    monkeypatch.setattr("difflib.get_close_matches", none_is_close)
    nearest("n12345678", [f"{letter}{i}" for i in range(10_000) for letter in "nm"])
    assert len(given) == COMPARED
    assert {name[0] for name in given} == {"n"}


def test_updates_of_descent_are_bounded_by_a_message() -> None:
    traced = trace("x^2", {"x": 1})
    for steps in (UPDATES.most + 1, 2**63 - 1, 10**30, 16**5000):
        with pytest.raises(BackpropError, match="1,000,000 updates at most"):
            descend(traced, steps)
    for rate in (10**400, 16**5000):
        with pytest.raises(BackpropError, match="a number that a double holds"):
            descend(traced, 1, rate=rate)


def lowered(monkeypatch: pytest.MonkeyPatch, module: str, name: str, most: int) -> None:
    """The same limit with a smaller number, so that what is beyond is small too."""
    limit = getattr(bounds, name)._replace(most=most)
    monkeypatch.setattr(sys.modules[f"backprop_tui.engine.{module}"], name, limit)


PROGRAMS: list[tuple[str, int, Callable[[int], str]]] = [
    ("NODES", 100, lambda n: "+".join(["x"] * n)),
    ("NAMES", 100, lambda n: "\n".join([*(f"y{i} = x" for i in range(n - 1)), "x"])),
    ("OPERANDS", 100, lambda n: f"sum({', '.join(['x'] * n)})"),
    ("TEXT", 100, lambda n: "x" + " " * (n - 1)),
    ("TEXT", 100, lambda n: "α" * (n // 2)),
    ("NESTING", 100, lambda n: "-" * n + "x"),
]


@pytest.mark.parametrize(("name", "most", "text"), PROGRAMS, ids=[row[0] for row in PROGRAMS])
def test_a_program_of_the_limit_is_read_and_the_next_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, most: int, text: Callable[[int], str]
) -> None:
    lowered(monkeypatch, f"language.{'parse' if name == 'TEXT' else 'expressions'}", name, most)
    parse(text(most))
    with pytest.raises(BackpropError, match=f"{most} {getattr(bounds, name).unit}|deeper than"):
        parse(text(most + 2))


def test_a_name_is_bounded() -> None:
    most = bounds.NAME_LENGTH.most
    assert parse("x" * most).variables == ("x" * most,)
    with pytest.raises(ParseError, match="a name can have 1,000 characters at most"):
        parse("2 + " + "x" * (most + 1))


@pytest.mark.parametrize("piece", ["(", "x+", "x,", "\n", "y=x\n", "2x ", "#", "x" * 99 + "+"])
def test_no_more_tokens_are_made_than_the_limits_let_in(
    monkeypatch: pytest.MonkeyPatch, piece: str
) -> None:
    """Of a text far beyond a limit only a part is ever cut into words."""
    lowered(monkeypatch, "language.expressions", "NODES", 1_000)
    for module in ("parse", "expressions"):
        lowered(monkeypatch, f"language.{module}", "OPERANDS", 1_000)
    made = 0

    def counted(text: str) -> Iterator[Token]:
        nonlocal made
        for token in tokens(text):
            made += 1
            yield token

    monkeypatch.setattr(sys.modules["backprop_tui.engine.language.expressions"], "tokens", counted)
    with pytest.raises(BackpropError):
        parse(f"sum({piece * 100_000}")
    assert made <= 3 * AT_ONCE or piece in ("\n", "#")


WORDS = ("x", "12", "1e-5", ".5", "5.", "**", "*", "#c\n", "\n", "  ", "(", ")", "|", "²", "α1",
         "long_name", "1e", "E-", "1.5e+10", "sin(", ",", ";", "f=")  # fmt: skip


@settings(max_examples=60)
@given(st.lists(st.sampled_from(WORDS), max_size=25).map("".join), st.sampled_from((1, 2, 5, 9)))
def test_a_text_read_piece_by_piece_is_the_text_read_at_once(text: str, piece: int) -> None:
    def outcome() -> str | tuple[Graph, list[int], list[int]]:
        try:
            graph = parse(text)
        except ParseError as error:
            return str(error)
        return graph, list(graph.starts), list(graph.ends)

    whole = outcome()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("backprop_tui.engine.language.tokens.PIECE", piece)
        patch.setattr(sys.modules["backprop_tui.engine.language.expressions"], "AT_ONCE", piece + 2)
        found = outcome()
    assert isinstance(found, str) if isinstance(whole, str) else found == whole


def test_a_line_break_in_bars_is_a_space_to_what_follows_it() -> None:
    with pytest.raises(ParseError, match=r"write x\*y to multiply"):
        parse("|x\ny|")
    assert parse("|2\n\nx|") == parse("|2 x|")
    text = "-" * 9_000 + "|" + "\n" * 20_000 + "x|"
    assert trace(text, {"x": 3}).value == 3


TABLE = "a,b,kind\n1,2,x\n1,2,y\n1,2,x\n"
SHEETS = [("COLUMNS", 3), ("ROWS", 3), ("CELLS", 12), ("CSV", len(TABLE))]


@pytest.mark.parametrize(("name", "most"), SHEETS, ids=[row[0] for row in SHEETS])
def test_a_table_of_the_limit_is_read_and_a_smaller_limit_refuses_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, most: int
) -> None:
    (tmp_path / "data.csv").write_text(TABLE)
    lowered(monkeypatch, "network.csv_table", name, most)
    assert len(read_data("data.csv", label="kind", folder=tmp_path).inputs) == 3
    lowered(monkeypatch, "network.csv_table", name, most - 1)
    with pytest.raises(NetworkError, match=f"too large: .* {most - 1:,} "):
        read_data("data.csv", label="kind", folder=tmp_path)


SAMPLES = [
    ("KEYS", 5, 'program = "a=1"\n[values]\nx={y=1}\n[[t]]\n'),
    ("KEYS", 3, 'a = """\nx = [\n[y]\n"""\nb = [\n[1],\n[2]]\n[t]\n'),
]


@pytest.mark.parametrize(("name", "count", "text"), SAMPLES)
def test_the_keys_of_a_file_are_counted_before_it_is_read(name: str, count: int, text: str) -> None:
    for shift in (-1, 0, 1):
        assert has_more_keys(text, count + shift) == (shift < 0)


@given(st.sampled_from(['"', "'", '"""', "'''"]), st.text("\"'\\\n =[#a", max_size=12))
def test_a_string_ends_where_a_reader_of_toml_says(quote: str, inner: str) -> None:
    text = f"k = {quote}{inner}{quote}\nlast = 1\n"
    try:
        keys = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert not has_more_keys(text, len(keys))
    assert has_more_keys(text, len(keys) - 1)
    assert text[places_of_keys(text)[("last",)] :] == " 1\n"


@pytest.mark.parametrize("quote", ['"', "'", '"""', "'''"])
def test_a_long_string_is_passed_over_in_little_memory(quote: str) -> None:
    text = f"k = {quote}{'x == y ' * 30_000}{quote}\n"
    tracemalloc.start()
    try:
        assert has_more_keys(text, 0)
        assert not has_more_keys(text, 1)
        assert tracemalloc.get_traced_memory()[1] < 5 * len(text)
    finally:
        tracemalloc.stop()


def test_a_sample_file_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "sample.toml"
    for text, words in (
        ("#" * (bounds.TOML.most + 1), "a sample file can have 16,000,000 bytes at most"),
        ("a=1\n" * (bounds.KEYS.most + 1), "100,000 keys at most"),
        (".".join(["a"] * 101) + "=1", "100 parts at most"),
        (f"x = {{b={'a.' * 101}c=1}}", "100 parts at most"),
        ("[" + ".".join(['"a"'] * 101) + "]", "100 parts at most"),
        ("x = " + "[" * 50_000, "nested too deeply"),
        (f"[network]\nsizes = [0x{'f' * 5_000}, 1]", "products of a weight"),
        (f'program = "x"\n[descent]\nupdates = 0x{"f" * 5_000}', "a whole number from 0"),
        (f'program = "x"\n[descent]\nmethod = 0x{"f" * 5_000}', "one of plain"),
        (f'program = "x"\n[values]\nx = 0x{"f" * 5_000}', "a number too large for a double"),
    ):
        path.write_text(text)
        with pytest.raises(FileError) as caught:
            load(path)
        assert words in str(caught.value)


@pytest.fixture
def digits_of_python() -> Iterator[Callable[[int], None]]:
    """What sets how many digits of a whole number Python itself reads; reset afterwards."""
    before = sys.get_int_max_str_digits()
    yield sys.set_int_max_str_digits
    sys.set_int_max_str_digits(before)


@pytest.mark.parametrize("setting", [0, 4_300, 1_000_000])
def test_the_digits_of_a_whole_number_are_bounded_however_python_is_set(
    tmp_path: Path, digits_of_python: Callable[[int], None], setting: int
) -> None:
    digits_of_python(setting)
    path, most = tmp_path / "sample.toml", bounds.DIGITS.most
    for start, digits in (("x = ", "9"), ("x = [0.5, -", "1_0"), ('a = "\'"\nx = {y = +', "7")):
        path.write_text(f"# a\n{start}{digits * (most + 1)}")
        with pytest.raises(FileError, match=r"line [23]: .*a whole number can have 4,300 d"):
            load(path)
    long = "9" * (most + 1)
    path.write_text(f"program = 'x' # = {long}\ntitle = '= {long}'\n[values]\nx = {long}e-{most}\n")
    assert load(path).values == {"x": 10}
    path.write_text(f"program = 'x'\n[values]\nx = {'9' * most}\n")
    with pytest.raises(FileError, match=r"line 3: .* found a number too large for a double"):
        load(path)
    with pytest.raises(BackpropError, match="4,300 digits at most"):
        JOBS["step"].effect(open_session(Sample("x")), long)


def test_a_python_that_reads_fewer_digits_says_so(
    tmp_path: Path, digits_of_python: Callable[[int], None]
) -> None:
    digits_of_python(640)
    (tmp_path / "sample.toml").write_text("x = " + "9" * 641)
    with pytest.raises(FileError, match="more than 640 digits, the most that Python is set to"):
        load(tmp_path / "sample.toml")


def test_many_samples_are_refused_before_their_program_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lowered(monkeypatch, "network.statements", "TEXT", 10_000)
    samples = [[0.0]] * 200
    description = {"sizes": [1, 1], "init": "xavier", "input": samples, "target": samples}
    with pytest.raises(NetworkError, match="as a program it is too large"):
        trace_network(description)


@settings(max_examples=40)
@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**20), 10**20))
def test_a_value_written_as_a_number_is_what_the_language_reads(number: float) -> None:
    for text in (repr(number), f"+{number!r}", f" {number!r} # c"):
        value = parse(repr(number))
        assert read_bindings(f"x = {text}") == {"x": trace(value, {}).value}


def test_a_values_text_costs_no_parser_where_they_are_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("backprop_tui.engine.files.bindings.parse", None)
    text = "\n".join(f"x{i} = {i}.5" for i in range(1_000))
    assert read_bindings(text)["x999"] == 999.5


def test_the_readme_states_every_limit_as_it_is() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    stated = readme.partition("## Limits")[2].partition("##")[0]
    table = [limit for limit in vars(bounds).values() if isinstance(limit, Limit)]
    rows = [f"| {limit.what} | {limit.most:,} {limit.unit} |" for limit in table]
    assert [line for line in stated.split("\n") if line.startswith("| a")] == [
        row for row in rows if row.startswith("| a")
    ]
    assert all(row in stated for row in rows)


@pytest.mark.parametrize("form", ["text", "json", "dot"])
def test_a_graph_with_too_many_nodes_to_print_is_refused_and_drawn(
    form: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = sure(EXPORTS[form].limit)()._replace(most=6)
    monkeypatch.setitem(EXPORTS, form, EXPORTS[form]._replace(limit=lambda: limit))
    assert run("(4*x + 1)^2", "x=1", "-f", form) == (2, "", f"backprop-tui: {limit.words}\n")
    assert run("4*x + 1", "x=1", "-f", form).status == 0
    assert run("(4*x + 1)^2", "x=1", "-f", "svg").status == 0


def test_the_rows_of_data_are_bounded_by_what_the_network_makes_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data.csv").write_text(TABLE)
    monkeypatch.chdir(tmp_path)
    description = {"sizes": [2, 3, 1], "init": "xavier", "data": "data.csv", "label": "kind"}
    trace_network(description)
    lowered(monkeypatch, "network.description", "LEARNED", 26)
    with pytest.raises(NetworkError, match="26 products of a weight over all rows"):
        trace_network(description)


def test_the_mean_over_rows_is_the_same_however_many_are_held_at_once() -> None:
    sample = load_bundled("digits")
    traced = replace(trace(sample.graph(), sample.bindings), lowered=sample.lowered)
    for rows in (None, [5, 0, 17, 3, 2]):
        whole = mean_over_rows(traced, sure(traced.data), rows=rows)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("backprop_tui.engine.layers.data_rows.AT_ONCE", 90 * len(traced.graph))
            cost, gradient = mean_over_rows(traced, sure(traced.data), rows=rows)
        assert cost == pytest.approx(whole[0], rel=1e-12)
        assert gradient == pytest.approx(whole[1], rel=1e-9, abs=1e-15)
