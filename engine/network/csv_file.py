"""The reader of CSV files: their rows as inputs and targets."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from math import isfinite
from os import PathLike
from os.path import join
from typing import Any, NamedTuple

from ..text.bounds import CELLS, COLUMNS, CSV, ROWS, Limit
from ..text.errors import NetworkError
from ..text.reading import ReadError, read_file, text_of
from ..text.words import briefly, cited, counted, listed, suggestion
from .data import Data, Vector

MOST_CLASSES = 1_000
"""How many columns or classes a message names at most."""


def read_data(
    path: Any,
    inputs: Any = None,
    targets: Any = None,
    label: Any = None,
    folder: str | PathLike[str] | None = None,
) -> Data:
    """The data of a CSV file with a header row.

    `inputs` names columns, every other one when None; `targets` names columns, or `label` one
    whose values are classes. `path` is relative to `folder`, the current directory when None.
    Raises NetworkError, with the name of the argument that is wrong, for whatever cannot be used.
    """
    if not isinstance(path, str) or not path:
        raise NetworkError("data", f"data must be the path of a CSV file, found {briefly(path)}")
    if targets is not None and label is not None:
        raise NetworkError("label", "targets and label are both given: give one of the two")
    if targets is None and label is None:
        needed = "targets, the names of columns, or label, the name of one"
        raise NetworkError("data", f"data needs {needed}")
    table = _read_table(path, folder)
    key, names = ("targets", targets) if label is None else ("label", [label])
    aims = table.places(key, names)
    if inputs is None:
        aimed = frozenset(aims)
        places: Sequence[int] = [i for i in range(len(table.header)) if i not in aimed]
        if not places:
            raise NetworkError("data", f"{table.name} has no column left for the inputs")
    else:
        places = table.places("inputs", inputs)
    vectors = table.vectors(places)
    if label is not None:
        goals, classes = _one_hot(table.labels(aims[0]), label)
    else:
        goals, classes = table.vectors(aims), ()
    return Data(path, vectors, goals, tuple(table.header[i] for i in places), classes)


class _Table(NamedTuple):
    """The fields of a file as text."""

    name: str
    """The file's, as messages show it."""
    header: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]
    """The line of the file where each starts, and its fields."""

    def places(self, key: str, names: Any) -> tuple[int, ...]:
        """Where the named columns stand, from 0."""
        needed = "the name of a column" if key == "label" else "names of columns"
        shaped = isinstance(names, Sequence) and not isinstance(names, str) and len(names) > 0
        if not shaped or not all(isinstance(name, str) for name in names):
            found = names[0] if shaped and key == "label" else names
            raise NetworkError(key, f"{key} must be {needed}, found {briefly(found)}")
        places = {name: place for place, name in enumerate(self.header)}
        given = set[str]()
        for name in names:
            if name not in places:
                hint = suggestion(cited(name), map(cited, self.header))
                message = f"{self.name} has no column {cited(name)}{hint}"
                raise NetworkError(key, f"{message} (columns: {listed(map(cited, self.header))})")
            if name in given:
                raise NetworkError(key, f"{key} names the column {cited(name)} twice")
            given.add(name)
        return tuple(places[name] for name in names)

    def vectors(self, places: Sequence[int]) -> tuple[Vector, ...]:
        """The numbers of the columns at these places, by row."""
        found = []
        for row, (_, fields) in enumerate(self.rows):
            numbers = [_number(fields[place]) for place in places]
            if None in numbers:
                place = places[numbers.index(None)]
                text = fields[place]
                wrong = "nothing" if not text else f'"{cited(text)}"'
                column = cited(self.header[place])
                raise self.error(row, f"column {column}: expected a finite number, found {wrong}")
            found.append(tuple(number for number in numbers if number is not None))
        return tuple(found)

    def labels(self, place: int) -> list[str]:
        """The label of each row."""
        for row, (_, fields) in enumerate(self.rows):
            if not fields[place]:
                raise self.error(row, f"the label {cited(self.header[place])} is blank")
        return [fields[place] for _, fields in self.rows]

    def error(self, row: int, message: str) -> NetworkError:
        """What is wrong in a row, from 0, with its number, from 1, and its line."""
        place = f"row {row + 1} (line {self.rows[row][0]})"
        return NetworkError("data", f"{self.name}: {place}: {message}")


def _read_table(path: str, folder: str | PathLike[str] | None) -> _Table:
    name = cited(path, 120)
    lines = list(_lines(_text(path, folder), name))
    if not lines:
        raise NetworkError("data", f"{name} is empty: it needs a header row, then rows of numbers")
    header = tuple(lines[0][1])
    if all(_number(field) is not None for field in header):
        message = f"{name} has no header: its first row must name the columns"
        raise NetworkError("data", f"{message}, found {listed(map(cited, header))}")
    met = set[str]()
    for place, column in enumerate(header):
        if not column:
            raise NetworkError("data", f"the header of {name} has no name for column {place + 1}")
        if column in met:
            message = f"the header of {name} names the column {cited(column)} twice"
            raise NetworkError("data", message)
        met.add(column)
    table = _Table(name, header, tuple(lines[1:]))
    if not table.rows:
        raise NetworkError("data", f"{name} has a header but no rows")
    for row, (_, fields) in enumerate(table.rows):
        if len(fields) != len(header):
            count = counted(len(fields), "field")
            raise table.error(row, f"found {count}, needed {len(header)} as in the header")
    return table


def _text(path: str, folder: str | PathLike[str] | None) -> str:
    """What the file holds."""
    try:
        return text_of(read_file(join(folder or "", path), CSV))
    except ReadError as error:
        raise NetworkError("data", f"{cited(path, 120)} {error}") from None


def _lines(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """The fields of each line that is not blank, with its number; quotes may span lines.

    NetworkError as soon as there are more columns, rows or cells than a file can have.
    """
    import csv

    line, commas, rows, cells = 1, 0, 0, 0

    def counted_lines() -> Iterator[str]:
        nonlocal commas
        for physical in io.StringIO(text, newline=""):
            commas += physical.count(",")
            _check(COLUMNS, commas + 1, name)
            yield physical

    reader = csv.reader(counted_lines(), strict=True, skipinitialspace=True)
    try:
        for fields in reader:
            stripped = [field.strip() for field in fields]
            if stripped not in ([], [""]):
                rows, cells = rows + 1, cells + len(stripped)
                _check(ROWS, rows - 1, name)
                _check(CELLS, cells, name)
                yield line, stripped
            line, commas = reader.line_num + 1, 0
    except csv.Error as error:
        raise NetworkError("data", f"{name}: line {line} is not valid CSV: {error}") from None


def _check(limit: Limit, found: int, name: str) -> None:
    if found > limit.most:
        raise NetworkError("data", f"{name} is too large: {limit.words}")


def _one_hot(labels: Sequence[str], column: str) -> tuple[tuple[Vector, ...], tuple[str, ...]]:
    """1 at the place of each row's class, else 0; and the classes, sorted.

    Numerically where all labels are numbers, so that 1 and 1.0 are one class, else as text.
    """
    values: dict[str, Any] = {text: _number(text) for text in labels}
    if None in values.values():
        values = {text: text for text in values}
    spelled: dict[Any, str] = {}
    for text, value in values.items():
        spelled.setdefault(value, text)
    if len(spelled) > MOST_CLASSES:
        message = f"the label {cited(column)} has {len(spelled):,} values, at most"
        hint = "a number to be fitted is named in targets"
        raise NetworkError("label", f"{message} {MOST_CLASSES:,} can be classes; {hint}")
    order = sorted(spelled)
    units = {
        value: tuple(float(place == other) for other in range(len(order)))
        for place, value in enumerate(order)
    }
    return tuple(units[values[text]] for text in labels), tuple(spelled[v] for v in order)


def _number(text: str) -> float | None:
    """The finite number that a field spells, None when it spells none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) and "_" not in text else None
