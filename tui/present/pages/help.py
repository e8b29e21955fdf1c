"""The help page: made from the key list, the table of operations and the glossary."""

from __future__ import annotations

from itertools import groupby

from backprop_tui.engine.table.constants import CONSTANTS
from backprop_tui.engine.table.operation import Operation
from backprop_tui.engine.table.ops import OPERATIONS
from backprop_tui.engine.text.spans import Line

from ..keys import KEYS
from ..marks import FLAGS, MARKS, MEANINGS
from ..picture import wrap
from .glossary import (
    ACTIVATIONS,
    CONVENTIONS,
    COSTS,
    DESCENTS,
    GLOSSARY,
    LANGUAGE,
    LARGE_GRAPHS,
)

COLUMN = 20


def help_lines(width: int) -> list[Line]:
    """The whole page, wrapped to the width."""
    lines = [
        *_keys(),
        *_section("Marks", [(f"{mark}  {name}", MEANINGS[name]) for name, mark in _marks()]),
        *_section("Words", GLOSSARY),
        *_section("Activations of a network", ACTIVATIONS),
        *_section("Costs of a network", COSTS),
        *_section("Gradient descent", DESCENTS),
        *_section("Large graphs", LARGE_GRAPHS),
        *_section("The language", [*LANGUAGE, *_names()]),
        *_section("Conventions", [*CONVENTIONS, *_conventions()]),
    ]  # fmt: skip
    return [row for line in lines for row in wrap(line, width, COLUMN)]


def _marks() -> list[tuple[str, str]]:
    return [(name, mark) for name, (mark, _) in (MARKS | FLAGS).items()]


def _keys() -> list[Line]:
    lines: list[Line] = []
    for group, keys in groupby(KEYS, key=lambda key: key.group):
        lines += _section(group, [(key.shown, key.help) for key in keys])
    return lines


def _section(title: str, entries: list[tuple[str, str]]) -> list[Line]:
    return [
        ((title, "strong"),),
        *(((f"  {word:<{COLUMN - 3}} ", "rule"), (text, "plain")) for word, text in entries),
        (),
    ]


def _names() -> list[tuple[str, str]]:
    rows = (row for row in OPERATIONS if not row.power)
    functions = ", ".join(" = ".join((row.name, *row.aliases)) for row in rows)
    constants = f"{', '.join(CONSTANTS)}: unless the program or a value defines the name"
    return [("functions", functions), ("constants", constants)]


def _conventions() -> list[tuple[str, str]]:
    """The convention of every row of the table that has one."""
    return [
        (row.name if first else "", note)
        for row in OPERATIONS
        for first, note in zip((True, *[False] * 9), dict.fromkeys(_notes(row)), strict=False)
    ]


def _notes(row: Operation) -> list[str]:
    return [case.note for partial in row.partials for case in partial.special if case.note]
