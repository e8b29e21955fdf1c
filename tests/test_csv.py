"""CSV files as people have them: read as they are meant, or refused with what to do."""

from __future__ import annotations

import csv
import io
import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from backprop_tui.engine import NetworkError, load, trace, trace_network
from backprop_tui.engine.layers.data_rows import accuracy
from backprop_tui.engine.network.csv_file import read_data
from backprop_tui.engine.network.data import Data
from backprop_tui.engine.network.description import OF_DATA
from backprop_tui.engine.network.scaling import sizes, standardized
from backprop_tui.engine.text.spans import plain
from backprop_tui.tui.command.arguments import main
from backprop_tui.tui.present.pages.notation import notation_picture
from backprop_tui.tui.present.row_pane import row_picture
from backprop_tui.tui.session.opening import open_session
from backprop_tui.tui.session.viewing import other_sample
from hypothesis import given
from hypothesis import strategies as st

from sure import sure
from test_data import sample_file, written

NUMBERS = st.floats(-1e6, 1e6).map(lambda x: round(x, 3))
ROWS = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=6)


def text_of(rows: list[tuple[Any, ...]], separator: str, decimal: str) -> str:
    """The rows as Python's writer writes them, a header on top."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator)
    writer.writerow(["mass, in kg", "b", "y"])
    for row in rows:
        writer.writerow([str(field).replace(".", decimal) for field in row])
    return stream.getvalue()


@given(ROWS, st.sampled_from(",;\t"), st.sampled_from(".,"), st.booleans())
def test_separator_and_decimal_are_found_or_taken_as_said(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[float, ...]],
    separator: str,
    decimal: str,
    said: bool,
) -> None:
    # A last row in which no comma can stand before thousands leaves no doubt.
    rows = [*rows, (0.25, 0.5, 0.75)]
    path = written(tmp_path_factory.mktemp("data"), text_of(rows, separator, decimal))
    form: dict[str, Any] = {"separator": separator, "decimal": decimal} if said else {}
    data = read_data(path, targets=["y"], **form)
    assert data.columns == ("mass, in kg", "b")
    assert [(*x, *y) for x, y in zip(data.inputs, data.targets, strict=True)] == rows


def read(folder: Path, text: str | bytes, **given: Any) -> Data:
    return read_data(written(folder, text), **given)


READ = [
    ("pandas' index", ",a,y\n0,1,2\n1,3,4\n", {}, [[1], [3]], [[2], [4]]),
    ("an index of names", ",a,y\nMazda RX4,1,2\nDatsun,3,4\n", {}, [[1], [3]], [[2], [4]]),
    ("the index asked for", ",a,y\n7,1,2\n8,3,4\n", {"inputs": ["", "a"]}, [[7, 1], [8, 3]],
     [[2], [4]]),
    ("a comma at the end of every line", "a,y,\n1,2,\n3,4,\n", {}, [[1], [3]], [[2], [4]]),
    ("a comma at the end of the rows", "a,y\n1,2,\n3,4,\n", {}, [[1], [3]], [[2], [4]]),
    ("a comma at the end of the header", "a,y,\n1,2\n3,4\n", {}, [[1], [3]], [[2], [4]]),
    ("an empty column without a name", "a,,y\n1,,2\n3,,4\n", {}, [[1], [3]], [[2], [4]]),
    ("True and False", "a,y\nTrue,1\nFalse,2\n", {}, [[1], [0]], [[1], [2]]),
    ("TRUE and FALSE", "a,y\n1,TRUE\n2,FALSE\n", {}, [[1], [2]], [[1], [0]]),
    ("an old Mac's lines", "a,y\r1,2\r3,4", {}, [[1], [3]], [[2], [4]]),
    ("no header", "1,2\n3,4\n", {"header": False, "targets": ["c2"]}, [[1], [3]], [[2], [4]]),
    ("names that are numbers", "2019,2020\n1,2\n3,4\n", {"header": True, "targets": ["2020"]},
     [[1], [3]], [[2], [4]]),
    ("semicolons", "a b;y\n1,5;2\n3;4,25\n", {}, [[1.5], [3]], [[2], [4.25]]),
    ("a comma in a name", "a, b;y\n1,5;2\n3;4,25\n", {}, [[1.5], [3]], [[2], [4.25]]),
    ("no header and decimal commas", "1,5;2\n3;4,25\n", {"header": False, "targets": ["c2"]},
     [[1.5], [3]], [[2], [4.25]]),
    ("another separator", "a|y\n1|2\n", {"separator": "|"}, [[1]], [[2]]),
    ("blanks", "a y\n1 2\n", {"separator": " "}, [[1]], [[2]]),
    ("semicolons in words", 'n,a,y\nx;y,1,2\n"u;v",3,4\n', {"inputs": ["a"]}, [[1], [3]],
     [[2], [4]]),
    ("decimals said", "a;y\n1,234;2\n", {"decimal": ","}, [[1.234]], [[2]]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "asked", "inputs", "targets"), READ)
def test_everyday_files_are_read(
    tmp_path: Path, name: str, text: str, asked: dict[str, Any], inputs: Any, targets: Any
) -> None:
    data = read(tmp_path, text, **{"targets": ["y"], **asked})
    assert [list(row) for row in data.inputs] == inputs
    assert [list(row) for row in data.targets] == targets


HEADER = "header = false names the columns c1, c2, …; header = true takes it for the names"
REFUSED = [
    ("a first row of numbers", "1,2\n3,4\n", {}, "data", 'in its first row "1" is a number'),
    ("offers both", "1,2\n3,4\n", {}, "data", HEADER),
    ("one number in the first row", "a,2,y\n1,2,3\n", {}, "data", '"2" is a number'),
    ("a label in the first row", "p,x\nq,y\nr,x\n", {"targets": None, "label": "x"}, "data",
     'the label "x" is a value below too; header = false'),
    ("a percent sign", "a,y\n12%,1\n", {}, "data",
     'row 1 (line 2): column a: expected a finite number, found "12%"'),
    ("a date", "a,y\n2024-01-01,1\n", {}, "data", 'found "2024-01-01"'),
    ("thousands", "a;y\n1,234;2\n", {}, "data", 'found "1,234"; decimal = "," reads it as 1.234'),
    ("points among commas", "a;y\n1,5;2\n1.234,5;1\n", {}, "data", 'found "1.234,5"'),
    ("a point where commas were found", "a;y\n1,5;2\n" + "2;3\n" * 20 + "1.5;2\n", {}, "data",
     'row 22 (line 23): column a: expected a finite number, found "1.5"; decimals are read behind'),
    ("truth and a number", "a,y\nTrue,1\n2,1\n", {}, "data",
     'row 2 (line 3): column a: expected True or False, as above, found "2"'),
    ("nothing", "a,y\n1,2\n3,\n", {}, "data",
     'row 2 (line 3): column y: expected a finite number, found nothing; missing = "skip" leaves'),
    ("NA", "a,y\n1,2\nNA,1\n", {}, "data", 'found "NA"; missing = "skip" leaves such rows out'),
    ("a missing label", "a,y\n1,2\n3,null\n", {"targets": None, "label": "y"}, "data",
     'row 2 (line 3): the label y is "null", which means missing; missing = "skip"'),
    ("nothing left", "a,y\n?,2\n3,\n", {"missing": "skip"}, "missing", "leaves no row"),
    ("latin-1", "größe,y\n1,2\n".encode("latin-1"), {}, "data",
     'is not UTF-8 text: the byte 0xf6 cannot stand in line 1; save the file as UTF-8'),
    ("two separators", "a;b,y\nu;v,w\n", {}, "data", "may be separated by commas or semicolons"),
    ("one class", "a,y\n1,u\n2,u\n", {"targets": None, "label": "y"}, "label",
     "the label y has only one value, u"),
    ("a column without a name", "a,,y\n1,,2\n3,5,4\n", {}, "data", "has no name for column 2"),
    ("a short row", "a,b,y\n1,2,3\n4,5\n", {}, "data",
     "row 2 (line 3): found 2 fields, needed 3 as in the header"),
    ("a short row without header", "1,2,3\n4,5\n", {"header": False, "targets": ["c3"]}, "data",
     "row 2 (line 2): found 2 fields, needed 3 as in the first row"),
    ("separator of two", "a,y\n1,2\n", {"separator": ";;"}, "separator", 'found ";;"'),
    ("a letter between fields", "a,y\n1,2\n", {"separator": "e"}, "separator", 'found "e"'),
    ("no separator", "a,y\n1,2\n", {"separator": 5}, "separator", "found 5"),
    ("decimal", "a,y\n1,2\n", {"decimal": ";"}, "decimal", 'must be . or ,'),
    ("header", "a,y\n1,2\n", {"header": "no"}, "header", "must be true or false, found 'no'"),
    ("missing", "a,y\n1,2\n", {"missing": "drop"}, "missing", 'can be "skip", found "drop"'),
    ("scale", "a,y\n1,2\n", {"scale": True}, "scale", 'can be "standard", found True'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "asked", "key", "words"), REFUSED)
def test_what_leaves_doubt_is_refused_with_what_to_do(
    tmp_path: Path, name: str, text: str | bytes, asked: dict[str, Any], key: str, words: str
) -> None:
    with pytest.raises(NetworkError) as caught:
        read(tmp_path, text, **{"targets": ["y"], **asked})
    assert caught.value.key == key
    assert words in str(caught.value)


@pytest.mark.parametrize("word", ["", "?", "NA", "NaN", "nan", "null", "NULL"])
def test_rows_in_which_a_used_value_is_missing_are_left_out(tmp_path: Path, word: str) -> None:
    text = f"a,b,y\n1,{word},2\n{word},5,6\n3,4,{word}\n7,8,9\n"
    data = read(tmp_path, text, inputs=["a"], targets=["y"], missing="skip")
    assert (data.inputs, data.targets) == (((1,), (7,)), ((2,), (9,)))
    assert (data.skipped, data.lines) == (2, (2, 5))


def test_two_classes_fit_one_output_as_0_and_1(tmp_path: Path) -> None:
    text = "x,k\n1,b\n2,a\n3,b\n"
    assert read(tmp_path, text, label="k", outputs=2).targets == ((0, 1), (1, 0), (0, 1))
    data = read(tmp_path, text, label="k", outputs=1)
    assert (data.targets, data.classes) == (((1,), (0,), (1,)), ("a", "b"))
    numbers = read(tmp_path, "x,k\n1,0\n2,1\n3,1.0\n", label="k", outputs=1)
    assert numbers.targets == ((0,), (1,), (1,))


BINARY: dict[str, Any] = {
    "sizes": [1, 1], "activation": "sigmoid", "cost": "binary cross entropy",
    "weights": [[[1.0]]], "biases": [[-2.5]], "data": "table.csv", "label": "k",
}  # fmt: skip


def test_one_output_tells_the_second_class_from_a_half_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "x,k\n1,yes\n2,no\n3,yes\n4,yes\n")
    traced = trace_network(BINARY)
    # σ(x − 2.5) is a half or more for 3 and 4 alone.
    assert accuracy(traced, sure(traced.data)) == 3 / 4
    session = open_session(load(sample_file(tmp_path, BINARY)))
    for row, target in enumerate("1011"):
        picture = row_picture(other_sample(session, row), 40)
        lines = [plain(picture.line(k)) for k in range(picture.height)]
        assert f"label    {target}; 0 is no, 1 is yes" in lines
        assert any(line.startswith("yes ") and ("◂" in line) == (target == "1") for line in lines)
    assert "75.0% right" in lines[0]


WIDE = "a,b,c,y\n1e308,2,7,0\n-1e308,4,7,1\n5e307,9,7,0\n"


def test_a_scaled_column_has_mean_0_and_deviation_1(tmp_path: Path) -> None:
    raw = read(tmp_path, WIDE, targets=["y"])
    data = read(tmp_path, WIDE, targets=["y"], scale="standard")
    assert data.targets == raw.targets
    for column, before, (mean, deviation) in zip(
        zip(*data.inputs, strict=True), zip(*raw.inputs, strict=True), data.scales, strict=True
    ):
        assert sum(column) == pytest.approx(0, abs=1e-12)
        if deviation == 0:
            assert column == (0, 0, 0)
            assert {mean} == set(before)
            continue
        assert sum(x * x for x in column) == pytest.approx(3)
        exact = [Fraction(x) for x in before]
        middle = sum(exact, Fraction(0)) / 3
        variance = sum(((x - middle) ** 2 for x in exact), Fraction(0)) / 3
        assert abs(Fraction(mean) - middle) <= abs(middle) / 10**12
        assert abs(Fraction(deviation) ** 2 - variance) <= variance / 10**12
        for x, scaled in zip(before, column, strict=True):
            assert mean + scaled * deviation == pytest.approx(x, rel=1e-9)
    assert standardized(data) is data


def test_the_size_of_a_column_is_the_root_of_its_mean_square(tmp_path: Path) -> None:
    data = read(tmp_path, "a,b,y\n3,0,1\n-4,0,2\n", targets=["y"])
    assert sizes(data) == [pytest.approx(math.sqrt(12.5)), 0]
    assert sizes(read(tmp_path, WIDE, targets=["y"]))[0] == pytest.approx(
        1e308 * math.sqrt((1 + 1 + 0.25) / 3)
    )


SCALED: dict[str, Any] = {
    "sizes": [2, 1], "activation": "identity", "weights": [[[0.5, -1.0]]], "biases": [[0.25]],
    "data": "table.csv", "targets": ["y"], "scale": "standard", "missing": "skip",
}  # fmt: skip


def test_what_was_done_to_the_data_is_said_everywhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, "a,b,y\n1,7,5\n3,7,6\n,7,6\n")
    path = sample_file(tmp_path, SCALED)
    session = open_session(load(path))
    said = [
        "1 row of the file left out: a value that is used is missing",
        "inputs scaled to mean 0, deviation 1; in the file:",
        "  a: mean 2, deviation 1",
        "  b: mean 7, constant, so it is 0",
    ]
    picture = row_picture(session, 100)
    assert [plain(picture.line(k)) for k in range(picture.height)][-4:] == said
    assert main([str(path), "-f", "text"]) == 0
    lines = capsys.readouterr().out.split("\n")
    assert [line[2:] for line in lines if line[2:] in said] == said
    fixed = [line.split()[1] for line in lines if "held fixed, scaled" in line]
    assert fixed == ["x₁", "x₂"]
    assert sum("held fixed" in line for line in lines) >= 3
    page = notation_picture(session, 300)
    assert any("scaled to mean 0" in plain(page.line(k)) for k in range(page.height))
    assert main([str(path), "-f", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["data"]
    assert (found["rows"], found["skipped"]) == (2, 1)
    assert found["scale"] == [
        {"column": "a", "mean": 2.0, "deviation": 1.0},
        {"column": "b", "mean": 7.0, "deviation": 0.0},
    ]
    # The mean over the rows, by hand: x is (−1, 0) and (1, 0).
    assert found["value"] == pytest.approx(((0.25 - 0.5 - 5) ** 2 + (0.25 + 0.5 - 6) ** 2) / 4)


def test_a_file_with_nothing_done_to_it_says_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, "a,b,y\n1,7,5\n3,8,6\n")
    path = sample_file(tmp_path, {k: SCALED[k] for k in SCALED if k not in ("scale", "missing")})
    assert main([str(path), "-f", "json"]) == 0
    assert not {"skipped", "scale"} & set(json.loads(capsys.readouterr().out)["data"])
    assert main([str(path), "-f", "text"]) == 0
    assert "scaled" not in capsys.readouterr().out


@pytest.mark.parametrize("key", OF_DATA)
def test_every_key_of_data_is_in_the_readme(key: str) -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    assert f"\n{key} = " in readme or f"{key} = [" in readme


def test_an_output_that_is_not_finite_has_a_bar_all_the_same(tmp_path: Path) -> None:
    written(tmp_path, "a,b,y\n1,7,5\n3,8,6\n")
    plainly = {**SCALED, "weights": [[[1e308, 1e308]]], "scale": "standard"}
    session = open_session(load(sample_file(tmp_path, {**plainly, "biases": [[1e308]]})))
    shown = other_sample(session, 1)
    assert trace(shown.graph, shown.trace.bindings).value == math.inf
    picture = row_picture(shown, 40)
    assert any("█" in plain(picture.line(k)) for k in range(picture.height))
