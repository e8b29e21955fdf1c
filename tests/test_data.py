"""Data: a CSV file read beside a plain reading, its rows as samples, and every bad file."""

from __future__ import annotations

import asyncio
import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from backprop_tui.engine import (
    BackpropError,
    FileError,
    NetworkError,
    load,
    load_bundled,
    trace_network,
)
from backprop_tui.engine.descent.plan import Plan
from backprop_tui.engine.network.csv_file import MOST_CLASSES, read_data
from backprop_tui.engine.network.description import read_network
from backprop_tui.engine.network.network import with_row
from backprop_tui.tui.command.arguments import main
from backprop_tui.tui.session.edits import with_program, with_values
from backprop_tui.tui.session.opening import open_session
from backprop_tui.tui.session.session import Session
from backprop_tui.tui.session.viewing import other_sample
from hypothesis import given
from hypothesis import strategies as st

from screens import screen_text
from sure import sure

DIGITS = Path(__file__).parent.parent / "samples/digits.csv"
TABLE = "x,y,kind,mass\n1,2.5,b,-3\n0.5, 1e-3 ,a,4\n-7,0,b,5\n"
NET: dict[str, Any] = {"sizes": [2, 3, 2], "activation": "tanh", "init": "xavier", "seed": 2}


def written(folder: Path, text: str | bytes, name: str = "table.csv") -> str:
    """The path of a new file with this content."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def plain(path: Path | str) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_digits_are_as_a_plain_reading_has_them() -> None:
    data, rows = read_data(str(DIGITS), label="digit"), plain(DIGITS)
    assert len(data.inputs) == len(data.targets) == len(rows) == 400
    assert data.columns == tuple(f"pixel_{i}_{j}" for i in range(8) for j in range(8))
    assert data.classes == tuple("0123456789")
    for vector, target, row in zip(data.inputs, data.targets, rows, strict=True):
        assert vector == tuple(float(row[name]) for name in data.columns)
        assert [k for k in range(10) if target[k]] == [int(row["digit"])]
    counts = Counter(row["digit"] for row in rows)
    assert len(counts) == 10
    assert max(counts.values()) - min(counts.values()) <= 3
    assert all(0 <= pixel <= 1 and pixel * 16 == int(pixel * 16)
               for vector in data.inputs for pixel in vector)  # fmt: skip


FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.tuples(FINITE, FINITE, FINITE), min_size=1, max_size=8), st.permutations("abc"))
def test_numbers_come_back_whole_in_the_order_asked(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[float, float, float]],
    names: list[str],
) -> None:
    text = "a,b,c\n" + "".join(",".join(map(repr, row)) + "\n" for row in rows)
    path = written(tmp_path_factory.mktemp("data"), text)
    data = read_data(path, inputs=names[:2], targets=names[2:])
    for row, vector, target in zip(rows, data.inputs, data.targets, strict=True):
        assert vector + target == tuple(row["abc".index(name)] for name in names)


@given(st.lists(st.sampled_from(("red", "Red", "blue", "2", "10", "é")), min_size=1, max_size=12))
def test_a_label_is_one_hot_over_its_sorted_values(
    tmp_path_factory: pytest.TempPathFactory, labels: list[str]
) -> None:
    text = "x,kind\n" + "".join(f"{i},{label}\n" for i, label in enumerate(labels))
    path = written(tmp_path_factory.mktemp("data"), text)
    if len(set(labels)) == 1:
        with pytest.raises(NetworkError, match="the label kind has only one value, "):
            read_data(path, label="kind")
        return
    data = read_data(path, label="kind")
    numbers = all(label.isdigit() for label in labels)
    assert data.classes == tuple(sorted(set(labels), key=int if numbers else str))
    for label, target in zip(labels, data.targets, strict=True):
        assert sum(target) == max(target) == 1
        assert data.classes[target.index(1)] == label


def test_labels_that_are_the_same_number_are_one_class(tmp_path: Path) -> None:
    data = read_data(written(tmp_path, "x,k\n1,1.0\n2,1\n3,-2\n"), label="k")
    assert data.classes == ("-2", "1.0")
    assert data.targets == ((0, 1), (0, 1), (1, 0))


def test_columns_not_asked_for_are_not_read(tmp_path: Path) -> None:
    path = written(tmp_path, TABLE)
    data = read_data(path, inputs=["mass", "x"], targets=["y"])
    assert (data.path, data.columns, data.classes) == (path, ("mass", "x"), ())
    assert data.inputs == ((-3, 1), (4, 0.5), (5, -7))
    assert data.targets == ((2.5,), (1e-3,), (0,))
    assert read_data(path, label="kind").columns == ("x", "y", "mass")


def test_spaces_blank_lines_quotes_and_other_line_ends_are_read(tmp_path: Path) -> None:
    text = '\ufeff"a, or so", b\r\n\r\n 1 ,"2"\r\n\r\n3,\t4'
    data = read_data(written(tmp_path, text), targets=["b"])
    assert data.columns == ("a, or so",)
    assert data.inputs + data.targets == ((1,), (3,), (2,), (4,))


LABEL: dict[str, Any] = {"label": "kind"}
BAD_FILES = [
    ("", LABEL, "data", "is empty"),
    ("\n \n", LABEL, "data", "is empty"),
    (b"x,kind\n1,a\n\xff,b\n", LABEL, "data", "is not UTF-8 text: the byte 0xff cannot stand in "
                                              "line 3"),
    ("1,2\n3,4\n", LABEL, "data", 'seems to have no header: in its first row "1" is a number'),
    ("x,kind\n", LABEL, "data", "has a header but no rows"),
    ("x,,kind\n1,2,a\n", LABEL, "data", "has no name for column 2"),
    ("x,kind,x\n1,a,2\n", LABEL, "data", "names the column x twice"),
    ("x,kind\n1,a\n\n2\n", LABEL, "data", "row 2 (line 4): found 1 field, needed 2"),
    ("x,kind\n1,a,7\n", LABEL, "data", "row 1 (line 2): found 3 fields, needed 2"),
    ("x,kind\n1,a\nten,b\n", LABEL, "data",
     'row 2 (line 3): column x: expected a finite number, found "ten"'),
    ("x,kind\n1,a\n,b\n", LABEL, "data", "column x: expected a finite number, found nothing"),
    ("x,kind\nnan,b\n", LABEL, "data", 'column x: expected a finite number, found "nan"'),
    ("x,kind\n1e999,b\n", LABEL, "data", 'found "1e999"'),
    ("x,kind\n1_0,b\n", LABEL, "data", 'found "1_0"'),
    ("x,kind\n1,a\n2, \n", LABEL, "data", "row 2 (line 3): the label kind is blank"),
    ('x,kind\n1,a\n2,"b\n', LABEL, "data", "line 3 is not valid CSV"),
    ("kind\na\n", LABEL, "data", "no column left for the inputs"),
    (TABLE, {"label": "kin"}, "label",
     "has no column kin; did you mean kind? (columns: x, y, kind and mass)"),
    (TABLE, {"inputs": ["x", "mas"], "targets": ["y"]}, "inputs", "did you mean mass?"),
    (TABLE, {"targets": ["z"]}, "targets", "has no column z (columns: x, y, kind and mass)"),
    (TABLE, {"targets": ["y", "y"]}, "targets", "names the column y twice"),
    (TABLE, {"targets": "y"}, "targets", "targets must be names of columns, found 'y'"),
    (TABLE, {"targets": []}, "targets", "targets must be names of columns, found []"),
    (TABLE, {"label": ["kind"]}, "label", "must be the name of a column, found ['kind']"),
    (TABLE, {"inputs": [1], **LABEL}, "inputs", "must be names of columns, found [1]"),
    (TABLE, {"targets": ["kind"]}, "data", 'column kind: expected a finite number, found "b"'),
    (TABLE, {"targets": ["y"], **LABEL}, "label", "targets and label are both given"),
    (TABLE, {}, "data", "data needs targets, the names of columns, or label"),
    ("x,k\n" + "".join(f"1,{i}\n" for i in range(MOST_CLASSES + 1)), {"label": "k"}, "label",
     "has 1,001 values, at most 1,000 can be classes"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "columns", "key", "words"), BAD_FILES)
def test_a_bad_file_names_key_row_and_column(
    tmp_path: Path, text: str | bytes, columns: dict[str, Any], key: str, words: str
) -> None:
    with pytest.raises(NetworkError) as caught:
        read_data(written(tmp_path, text), **columns)
    assert caught.value.key == key
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("absent.csv", "absent.csv cannot be read: no such file"),
        (".", ". is not a regular file"),
        ("a\0b", "a\\x00b cannot be read: no file has such a name"),
        ("", "data must be the path of a CSV file"),
        (3, "data must be the path of a CSV file, found 3"),
    ],
)
def test_a_file_that_is_none_is_named(tmp_path: Path, path: object, words: str) -> None:
    with pytest.raises(NetworkError) as caught:
        read_data(path, label="kind", folder=tmp_path)
    assert caught.value.key == "data"
    assert words in str(caught.value)


def test_text_from_the_file_is_shown_escaped_and_short(tmp_path: Path) -> None:
    for text in ("a\x1b[31m,kind\n1,x\n", "z" * 10_000 + ",kind\n1,x\n"):
        with pytest.raises(NetworkError) as caught:
            read_data(written(tmp_path, text), label="kin\u202e")
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 500


def test_a_folder_is_where_a_relative_path_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, TABLE)
    description = {**NET, "data": "table.csv", "inputs": ["x", "mass"], "label": "kind"}
    assert sure(read_network(description, tmp_path).data).path == "table.csv"
    monkeypatch.chdir(tmp_path)
    assert sure(sure(trace_network(description).network).data).classes == ("a", "b")


BAD_KEYS = [
    ({"input": [1, 2]}, "input", "the samples are the rows of data"),
    ({"target": [1, 2]}, "target", "target cannot be given too"),
    ({"reduction": "sum"}, "reduction", "reduction cannot be given too"),
    ({"inputs": ["x"]}, "inputs", "1 input column (x), but the input layer has 2 neurons"),
    ({"sizes": [2, 3, 3]}, "label", "2 classes (a and b), but the last layer has 3 neurons"),
    ({"sizes": [2, 1], "data": "three.csv"}, "label",
     "the label has 3 classes (a, b and c), but the last layer has 1 neuron: "
     "the label b of row 1 is outside"),
    ({"sizes": [2, 1], "activation": ["softmax"]}, "label", "the softmax of 1 neuron is always 1"),
    ({"label": "kinds"}, "label", "did you mean kind?"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "key", "words"), BAD_KEYS)
def test_a_network_that_does_not_fit_its_data_names_key_file_and_line(
    tmp_path: Path, change: dict[str, Any], key: str, words: str
) -> None:
    written(tmp_path, TABLE)
    written(tmp_path, f"{TABLE}1,2,c,3\n", "three.csv")
    description = {**NET, "data": "table.csv", "inputs": ["x", "mass"], "label": "kind", **change}
    with pytest.raises(NetworkError) as caught:
        read_network(description, tmp_path)
    assert caught.value.key == key
    assert words in str(caught.value)
    path = sample_file(tmp_path, description)
    with pytest.raises(FileError) as found:
        load(path)
    assert found.value.line == list(description).index(key) + 2
    assert words in str(found.value)


def test_without_inputs_every_other_column_is_counted(tmp_path: Path) -> None:
    path = written(tmp_path, TABLE)
    with pytest.raises(NetworkError, match=r"3 input columns .x, y and mass., but .* 2"):
        read_network({**NET, "data": path, "label": "kind"})
    with pytest.raises(NetworkError, match=r"1 target column, but .* 2"):
        read_network({**NET, "data": path, "inputs": ["x", "mass"], "targets": ["y"]})


@pytest.mark.parametrize("key", ["inputs", "targets", "label"])
def test_columns_without_data_are_an_error(key: str) -> None:
    with pytest.raises(NetworkError, match="there is no data") as caught:
        read_network({**NET, "input": [1, 2], "target": [0, 1], key: "x"})
    assert caught.value.key == key


def sample_file(folder: Path, description: dict[str, Any], more: str = "") -> Path:
    lines = (f"{key} = {json.dumps(value)}\n" for key, value in description.items())
    return Path(written(folder, "[network]\n" + "".join(lines) + more, "net.toml"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A sample file with three rows of data."""
    written(tmp_path, TABLE)
    description = {**NET, "data": "table.csv", "inputs": ["x", "mass"], "label": "kind"}
    return sample_file(tmp_path, description)


def test_a_row_is_the_network_with_that_input_and_target(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for row, (inputs, target) in enumerate([([1, -3], [0, 1]), ([0.5, 4], [1, 0])], 1):
        assert main([str(path), "--row", str(row), "-f", "json"]) == 0
        found = json.loads(capsys.readouterr().out)
        wanted = trace_network({**NET, "input": inputs, "target": target}).to_dict()
        assert {key: found[key] for key in wanted} == wanted


@pytest.mark.parametrize("row", [0, 4, -1])
def test_a_row_that_there_is_not_says_how_many_there_are(
    path: Path, row: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(path), "--row", str(row), "-f", "json"]) == 2
    words = f"there is no row {row}: the data have the rows 1 to 3"
    assert words in capsys.readouterr().err
    with pytest.raises(BackpropError, match=words):
        load(path).at_row(row)


@pytest.mark.parametrize("source", ["square", "xor"])
def test_a_row_is_of_data_only(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([source, "--row", "1", "-f", "text"]) == 2
    assert "only a network with data has rows" in capsys.readouterr().err
    with pytest.raises(BackpropError, match="only a network with data has rows"):
        trace_network({**NET, "input": [1, 2], "target": [0, 1]}, row=2)


def test_rows_share_everything_but_inputs_and_targets(path: Path) -> None:
    network = sure(load(path).network)
    third = with_row(network, 3)
    assert (third.row, third.inputs, third.targets) == (3, ((-7, 5),), ((0, 1),))
    assert third._replace(inputs=network.inputs, targets=network.targets, row=1) == network
    assert load(path).at_row(3).program == load(path).program


def test_another_row_keeps_place_selection_and_parameters(path: Path) -> None:
    session = with_values(open_session(load(path)), {"b2_1": 0.25}).seek(3)
    session = session.choose(session.graph.by_name["a2_2"])
    other = other_sample(session, 1)
    assert sure(other.trace.network).row == 2
    assert other.graph is session.graph
    assert other.trace.sweep.route is session.trace.sweep.route
    for key in ("cursor", "row", "folds", "view"):
        assert getattr(other, key) == getattr(session, key)
    changed = {name for name, value in other.trace.bindings.items()
               if value != session.trace.bindings[name]}  # fmt: skip
    assert changed == {"x1", "x2", "y1", "y2"}
    assert other_sample(other, -1).trace.bindings == session.trace.bindings


def row_of(session: Session) -> int:
    """The row of data that is shown."""
    return sure(session.trace.network).row


def test_rows_end_at_the_first_and_the_last(path: Path) -> None:
    session = open_session(load(path))
    assert row_of(other_sample(session, -1)) == 1
    assert row_of(other_sample(session.typed("9"), 1)) == 3
    assert row_of(with_program(other_sample(session, 1), session.source.sample.program)) == 2


def test_the_screen_goes_through_the_rows(path: Path) -> None:
    from backprop_tui.tui.app.explorer import Explorer

    async def use() -> None:
        app = Explorer(open_session(load(path)))
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.pause()
            first = screen_text(app)
            assert "row 1 of 3" in first
            await pilot.press("right_square_bracket", "right_square_bracket")
            assert "row 3 of 3" in screen_text(app)
            assert sure(app.session).trace.value == load_row(path, 3).trace.value
            await pilot.press("left_square_bracket", "left_square_bracket")
            assert screen_text(app) == first
            await pilot.press("l")
            assert "W² is 3 × 2, row 1 of 3" in screen_text(app)

    asyncio.run(use())


def load_row(path: Path, row: int) -> Session:
    return open_session(load(path).at_row(row))


def test_a_plan_of_descent_is_read(tmp_path: Path) -> None:
    def plan(text: str) -> Plan | None:
        file = written(tmp_path, f'program = "x^2"\n[values]\nx = 1\n{text}', "p.toml")
        return load(file).descent

    assert plan("") is None
    assert plan("[descent]\n") == Plan()
    found = plan('[descent]\nrate = 1\nmethod = "adam"\nupdates = 0\nbatch = 32\nseed = -1\n')
    assert found == Plan(1.0, "adam", 0, 32, -1)
    assert isinstance(found.rate, float)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("rate = 0", "descent.rate must be a finite number above 0, found the number 0"),
        ("rate = -0.1", "descent.rate must be a finite number above 0"),
        ("rate = nan", "descent.rate must be a finite number above 0"),
        ('rate = "fast"', "descent.rate must be a finite number above 0"),
        ('method = "adan"', "descent.method must be one of plain, momentum, adam, found the string "
                            '"adan"; did you mean adam?'),
        ("method = 1", "descent.method must be one of plain, momentum, adam"),
        ("updates = -1", "descent.updates must be a whole number from 0"),
        ("updates = 1.5", "descent.updates must be a whole number from 0"),
        ("batch = 0", "descent.batch must be a whole number from 1"),
        ("seed = true", "descent.seed must be a whole number"),
        ("steps = 3", "unknown key descent.steps"),
    ],
)  # fmt: skip
def test_a_bad_plan_names_key_file_and_line(tmp_path: Path, line: str, words: str) -> None:
    path = written(tmp_path, f'program = "x^2"\n\n[descent]\n{line}\n', "p.toml")
    with pytest.raises(FileError) as caught:
        load(path)
    assert (caught.value.path, caught.value.line) == (path, 4)
    assert words in str(caught.value)


@pytest.mark.parametrize(("name", "rows"), [("digits", 400), ("regression-data", 21)])
def test_bundled_data_is_found_from_anywhere(
    name: str, rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sample = load_bundled(name)
    assert len(sure(sure(sample.network).data).inputs) == rows
    assert sample.descent is not None
