"""How a CSV file is written: what stands between fields, and before the decimals of a number."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from itertools import islice
from math import isfinite
from typing import Any, NamedTuple

from ..text.bounds import COLUMNS
from ..text.errors import NetworkError
from ..text.words import briefly, cited

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
"""What is looked for where a file is not said to have another."""
FIRST = 20
"""Lines of a file that are looked at."""
NO_SEPARATOR = re.compile(r"[\w\"'.+\-\r\n]|\s(?<![\t ])")
"""A character that is a part of numbers and names, or ends a line."""
WITH_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+(?:[eE][+-]?[0-9]+)?")
"""A number whose decimals stand behind a comma, or whose thousands do."""
IN_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")


class Format(NamedTuple):
    """What separates the fields of a file, and the decimals of its numbers from the rest."""

    separator: str = ","
    decimal: str = "."

    def number(self, text: str) -> float | None:
        """The finite number that a field spells, None when it spells none."""
        if self.decimal == ",":
            if "." in text:
                return None
            text = text.replace(",", ".", 1)
        return plain_number(text)


def plain_number(text: str) -> float | None:
    """The finite number that a text spells with a decimal point, None when it spells none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) and "_" not in text else None


def format_of(text: str, name: str, separator: Any, decimal: Any) -> Format:
    """How a text is written: as said, else as its first lines show.

    Raises NetworkError for what can be neither, and where the lines can be read in two ways.
    """
    _check(separator, decimal)
    lines = list(islice(io.StringIO(text, newline=""), FIRST))
    found = separator if separator is not None else _separator(lines, name)
    return Format(found, decimal if decimal is not None else _decimal(fields_of(lines, found)))


def _check(separator: Any, decimal: Any) -> None:
    is_one = isinstance(separator, str) and len(separator) == 1
    if separator is not None and (not is_one or NO_SEPARATOR.fullmatch(separator)):
        needed = "separator must be one character between fields, such as ;"
        raise NetworkError("separator", f"{needed}, found {_found(separator)}")
    if decimal is not None and decimal not in (".", ","):
        message = f"decimal must be . or , before the decimals, found {_found(decimal)}"
        raise NetworkError("decimal", message)


def _found(given: Any) -> str:
    return f'"{cited(given)}"' if isinstance(given, str) else briefly(given)


def fields_of(lines: Sequence[str], separator: str) -> list[list[str]]:
    """The fields of the lines that are not blank; none where they cannot be split so."""
    import csv

    if any(line.count(separator) > COLUMNS.most for line in lines):
        return []
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=separator != " ")
    try:
        rows = [[field.strip() for field in fields] for fields in reader]
    except csv.Error:
        return []
    return [row for row in rows if any(row)]


def _separator(lines: Sequence[str], name: str) -> str:
    """The one that splits the first line; of several the one that leaves no doubt."""
    split = {mark: rows for mark in SEPARATORS if (rows := fields_of(lines, mark))}
    able = [mark for mark, rows in split.items() if len(rows[0]) > 1]
    if len(able) < 2:
        return able[0] if able else ","
    even = [mark for mark in able if len({len(row) for row in split[mark]}) == 1] or able
    sure = [mark for mark in even if _explains(split[mark], mark, able)] if len(even) > 1 else even
    if len(sure) != 1:
        words = " or ".join(SEPARATORS[mark] for mark in even)
        spelled = even[-1].replace("\t", "\\t")
        hint = f'say which: separator = "{spelled}", or another'
        raise NetworkError("data", f"the fields of {name} may be separated by {words}: {hint}")
    return sure[0]


def _explains(rows: Sequence[Sequence[str]], mark: str, able: Sequence[str]) -> bool:
    """True where no field below the first line holds what else may separate, but in a number."""
    others = [other for other in able if other != mark]
    return not any(
        other in field and not WITH_COMMA.fullmatch(field)
        for row in rows[1:] or rows
        for field in row
        for other in others
    )


def _decimal(rows: Sequence[Sequence[str]]) -> str:
    """A comma where numbers have one, none has a point, and one cannot be in thousands."""
    fields = [field for row in rows for field in row]
    commas = [field for field in fields if WITH_COMMA.fullmatch(field)]
    points = any("." in field and plain_number(field) is not None for field in fields)
    is_sure = any(not IN_THOUSANDS.fullmatch(field) for field in commas)
    return "," if is_sure and not points else "."
