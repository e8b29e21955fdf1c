"""The fields of a CSV file as text: a header, and rows of as many fields."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from os import PathLike
from os.path import join
from typing import Any, NamedTuple

from ..text.bounds import CELLS, COLUMNS, CSV, ROWS, Limit
from ..text.errors import NetworkError
from ..text.reading import ReadError, read_file, text_of
from ..text.words import briefly, cited, counted, listed, suggestion
from .csv_format import WITH_COMMA, Format, format_of

Row = tuple[int, list[str]]
"""The line of the file where a row starts, and its fields."""
MISSING = frozenset(("", "?", "NA", "nan", "null"))
"""What stands for a value that is not there; `nan` and `null` in capitals too."""
TRUTH = {word: value for value, words in ((1.0, "True true TRUE"), (0.0, "False false FALSE"))
         for word in words.split()}  # fmt: skip
UTF_8 = 'save the file as UTF-8 (a spreadsheet calls it "CSV UTF-8")'


class Table(NamedTuple):
    """The fields of a file as text."""

    name: str
    """The file's, as messages show it."""
    form: Format
    header: tuple[str, ...]
    """The names of the columns; empty for those that are ignored."""
    rows: tuple[Row, ...]

    def places(self, key: str, names: Any) -> tuple[int, ...]:
        """Where the named columns stand, from 0."""
        needed = "the name of a column" if key == "label" else "names of columns"
        shaped = isinstance(names, Sequence) and not isinstance(names, str) and len(names) > 0
        if not shaped or not all(isinstance(name, str) for name in names):
            found = names[0] if shaped and key == "label" else names
            raise NetworkError(key, f"{key} must be {needed}, found {briefly(found)}")
        # Of the columns without a name only the first, an index, can be meant by "".
        places = {name: place for place, name in reversed([*enumerate(self.header)])}
        given = set[str]()
        for name in names:
            if name not in places:
                known = [cited(column) for column in self.header if column]
                message = f"{self.name} has no column {cited(name)}"
                hint = suggestion(cited(name), known)
                raise NetworkError(key, f"{message}{hint} (columns: {listed(known)})")
            if name in given:
                raise NetworkError(key, f"{key} names the column {cited(name)} twice")
            given.add(name)
        return tuple(places[name] for name in names)

    def without(self, places: Sequence[int]) -> Table:
        """Without the rows in which a field at one of these places is missing."""
        kept = (
            row for row in self.rows if not any(map(is_missing, map(row[1].__getitem__, places)))
        )
        left = self._replace(rows=tuple(kept))
        if not left.rows:
            message = f"{self.name}: in every row a value is missing that is used"
            raise NetworkError("missing", f'{message}: missing = "skip" leaves no row')
        return left

    def numbers(self, place: int) -> list[float]:
        """The numbers of a column, by row; where all are True or False, 1 and 0."""
        texts = [fields[place] for _, fields in self.rows]
        is_truth = next((text for text in texts if text), "") in TRUTH
        read: Callable[[str], float | None] = TRUTH.get if is_truth else self.form.number
        found = [number for text in texts if (number := read(text)) is not None]
        if len(found) < len(texts):
            row = next(row for row, text in enumerate(texts) if read(text) is None)
            needed = "True or False, as above" if is_truth else "a finite number"
            wrong = f'"{cited(texts[row])}"' if texts[row] else "nothing"
            column = f"column {cited(self.header[place])}"
            hint = self._hint(texts[row])
            raise self.error(row, f"{column}: expected {needed}, found {wrong}{hint}")
        return found

    def labels(self, place: int) -> list[str]:
        """The label of each row."""
        for row, (_, fields) in enumerate(self.rows):
            if is_missing(fields[place]):
                what = f'"{fields[place]}", which means missing' if fields[place] else "blank"
                message = f"the label {cited(self.header[place])} is {what}"
                raise self.error(row, f"{message}{self._hint(fields[place])}")
        return [fields[place] for _, fields in self.rows]

    def _hint(self, text: str) -> str:
        """What to do about a field that is no number."""
        if is_missing(text):
            return '; missing = "skip" leaves such rows out'
        if self.form.decimal == "." and WITH_COMMA.fullmatch(text):
            return f'; decimal = "," reads it as {text.replace(",", ".")}'
        if self.form.decimal == "," and Format().number(text) is not None:
            return '; decimals are read behind a comma here: if that is wrong, decimal = "."'
        return ""

    def error(self, row: int, message: str) -> NetworkError:
        """What is wrong in a row, from 0, with its number, from 1, and its line."""
        place = f"row {row + 1} (line {self.rows[row][0]})"
        return NetworkError("data", f"{self.name}: {place}: {message}")


def is_missing(text: str) -> bool:
    """True for a field that stands for a value that is not there."""
    return text in MISSING or text.lower() in ("nan", "null")


def read_table(
    path: str, folder: str | PathLike[str] | None, label: Any, header: Any, form: tuple[Any, Any]
) -> Table:
    """The table in a file, its first row the names of the columns unless `header` is false.

    `form` says what separates fields and decimals, or None. Raises NetworkError for a file that
    is none, and for a first row of which nobody knows whether it is data.
    """
    if header is not None and not isinstance(header, bool):
        raise NetworkError("header", f"header must be true or false, found {briefly(header)}")
    name, text = cited(path, 120), _text(path, folder)
    found = format_of(text, name, *form)
    lines = list(_lines(text, found.separator, name))
    if not lines:
        raise NetworkError("data", f"{name} is empty: it needs a header row, then rows of numbers")
    if header is None:
        _check_header(name, found, lines, label)
    first = lines[0][1]
    while first and not first[-1]:
        first = first[:-1]
    rows = lines if header is False else lines[1:]
    if not rows:
        raise NetworkError("data", f"{name} has a header but no rows")
    names = [f"c{place}" for place in range(1, len(first) + 1)] if header is False else first
    table = Table(name, found, tuple(names), tuple(rows))
    return _checked(_even(table, header is False), label)


def _check_header(name: str, form: Format, lines: Sequence[Row], label: Any) -> None:
    """NetworkError for a first row that may be data: it is not taken for names unasked."""
    first, found = lines[0][1], None
    number = next((field for field in first if form.number(field) is not None), None)
    if number is not None:
        found = f'"{cited(number)}" is a number'
    elif label in first:
        place = first.index(label)
        if any(fields[place : place + 1] == [label] for _, fields in lines[1:]):
            found = f'the label "{cited(label)}" is a value below too'
    if found is not None:
        message = f"{name} seems to have no header: in its first row {found}"
        choice = "header = false names the columns c1, c2, …; header = true takes it for the names"
        raise NetworkError("data", f"{message}; {choice}")


def _even(table: Table, is_headless: bool) -> Table:
    """With as many fields in each row as there are names: empty ones at the end are cut off."""
    width, rows = len(table.header), list[Row]()
    needed = "the first row" if is_headless else "the header"
    for row, (line, fields) in enumerate(table.rows):
        if len(fields) < width or any(fields[width:]):
            count = counted(len(fields), "field")
            raise table.error(row, f"found {count}, needed {width} as in {needed}")
        rows.append((line, fields[:width]))
    return table._replace(rows=tuple(rows))


def _checked(table: Table, label: Any) -> Table:
    """NetworkError for two columns of one name, and for one without that holds something."""
    met = set[str]()
    for place, column in enumerate(table.header):
        if not column and place and any(fields[place] for _, fields in table.rows):
            message = f"the header of {table.name} has no name for column {place + 1}"
            raise NetworkError("data", message)
        if column and column in met:
            message = f"the header of {table.name} names the column {cited(column)} twice"
            raise NetworkError("data", message)
        met.add(column)
    return table


def _text(path: str, folder: str | PathLike[str] | None) -> str:
    """What the file holds."""
    name = cited(path, 120)
    try:
        data = read_file(join(folder or "", path), CSV)
    except ReadError as error:
        raise NetworkError("data", f"{name} {error}") from None
    try:
        return text_of(data)
    except ReadError as error:
        raise NetworkError("data", f"{name} {error}; {UTF_8}") from None


def _lines(text: str, separator: str, name: str) -> Iterator[Row]:
    """The fields of each line that is not blank, with its number; quotes may span lines.

    NetworkError as soon as there are more columns, rows or cells than a file can have.
    """
    import csv

    line, between, rows, cells = 1, 0, 0, 0

    def counted_lines() -> Iterator[str]:
        nonlocal between
        for physical in io.StringIO(text, newline=""):
            between += physical.count(separator)
            _check(COLUMNS, between + 1, name)
            yield physical

    spaced = separator != " "
    reader = csv.reader(counted_lines(), delimiter=separator, strict=True, skipinitialspace=spaced)
    try:
        for fields in reader:
            stripped = [field.strip() for field in fields]
            if stripped not in ([], [""]):
                rows, cells = rows + 1, cells + len(stripped)
                _check(ROWS, rows - 1, name)
                _check(CELLS, cells, name)
                yield line, stripped
            line, between = reader.line_num + 1, 0
    except csv.Error as error:
        raise NetworkError("data", f"{name}: line {line} is not valid CSV: {error}") from None


def _check(limit: Limit, found: int, name: str) -> None:
    if found > limit.most:
        raise NetworkError("data", f"{name} is too large: {limit.words}")
