"""The reader of CSV files: their rows as inputs and targets."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import Any

from ..text.errors import NetworkError
from ..text.words import briefly, cited
from .csv_format import Format
from .csv_table import Table, read_table
from .data import Data, Vector
from .scaling import standardized

MOST_CLASSES = 1_000
"""How many classes a label can have at most."""


def read_data(
    path: Any,
    inputs: Any = None,
    targets: Any = None,
    label: Any = None,
    folder: str | PathLike[str] | None = None,
    *,
    outputs: int | None = None,
    separator: Any = None,
    decimal: Any = None,
    header: Any = None,
    missing: Any = None,
    scale: Any = None,
) -> Data:
    """The data of a CSV file.

    `inputs` names columns, every other one when None; `targets` names columns, or `label` one
    whose values are classes: one-hot, but 0 and 1 where two are told apart by one of `outputs`.
    `path` is relative to `folder`, the current directory when None. What is between fields and
    before decimals is found when None; `header` false names the columns c1, c2, …; `missing` may
    be "skip", `scale` "standard". Raises NetworkError, with the name of the argument that is
    wrong, for whatever cannot be used.
    """
    if not isinstance(path, str) or not path:
        raise NetworkError("data", f"data must be the path of a CSV file, found {briefly(path)}")
    if targets is not None and label is not None:
        raise NetworkError("label", "targets and label are both given: give one of the two")
    if targets is None and label is None:
        needed = "targets, the names of columns, or label, the name of one"
        raise NetworkError("data", f"data needs {needed}")
    skips = _chosen("missing", missing, "skip")
    scales = _chosen("scale", scale, "standard")
    table = read_table(path, folder, label, header, (separator, decimal))
    key, names = ("targets", targets) if label is None else ("label", [label])
    aims = table.places(key, names)
    places = _inputs(table, aims, inputs)
    used = table.without((*places, *aims)) if skips else table
    columns = tuple(table.header[place] for place in places)
    vectors = tuple(zip(*map(used.numbers, places), strict=True))
    goals, classes = _targets(used, aims, label, outputs)
    data = Data(
        path, vectors, goals, columns, classes, tuple(line for line, _ in used.rows),
        len(table.rows) - len(used.rows),
    )  # fmt: skip
    return standardized(data) if scales else data


def _chosen(key: str, given: Any, word: str) -> bool:
    """Whether a key is given; its only value is this word."""
    if given is not None and not (isinstance(given, str) and given == word):
        found = f'"{cited(given)}"' if isinstance(given, str) else briefly(given)
        raise NetworkError(key, f'{key} can be "{word}", found {found}')
    return given is not None


def _inputs(table: Table, aims: Sequence[int], inputs: Any) -> Sequence[int]:
    """Where the columns of the inputs stand."""
    if inputs is not None:
        return table.places("inputs", inputs)
    left = [place for place, name in enumerate(table.header) if name and place not in aims]
    if not left:
        raise NetworkError("data", f"{table.name} has no column left for the inputs")
    return left


def _targets(
    table: Table, places: Sequence[int], label: Any, outputs: int | None
) -> tuple[tuple[Vector, ...], tuple[str, ...]]:
    """The targets by row, and the classes where they are those of a label."""
    if label is None:
        return tuple(zip(*map(table.numbers, places), strict=True)), ()
    goals, classes = _one_hot(table.labels(places[0]), label, table.form)
    if len(classes) == 2 and outputs == 1:
        goals = tuple(goal[1:] for goal in goals)
    return goals, classes


def _one_hot(
    labels: Sequence[str], column: str, form: Format
) -> tuple[tuple[Vector, ...], tuple[str, ...]]:
    """1 at the place of each row's class, else 0; and the classes, sorted.

    Numerically where all labels are numbers, so that 1 and 1.0 are one class, else as text.
    """
    values: dict[str, Any] = {text: form.number(text) for text in labels}
    if None in values.values():
        values = {text: text for text in values}
    spelled: dict[Any, str] = {}
    for text, value in values.items():
        spelled.setdefault(value, text)
    if len(spelled) > MOST_CLASSES:
        message = f"the label {cited(column)} has {len(spelled):,} values, at most"
        hint = "a number to be fitted is named in targets"
        raise NetworkError("label", f"{message} {MOST_CLASSES:,} can be classes; {hint}")
    if len(spelled) == 1:
        message = f"the label {cited(column)} has only one value, {cited(labels[0])}"
        raise NetworkError("label", f"{message}: there is no other class to tell it from")
    order = sorted(spelled)
    units = {
        value: tuple(float(place == other) for other in range(len(order)))
        for place, value in enumerate(order)
    }
    return tuple(units[values[text]] for text in labels), tuple(spelled[v] for v in order)
