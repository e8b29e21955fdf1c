"""A sample: a program with its values, read from a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from os import PathLike, fspath
from typing import Any

from .errors import BackpropError, FileError, ParseError, escaped, suggestion
from .forward import check_bindings
from .parse import parse


@dataclass(frozen=True, slots=True)
class Sample:
    """A program, what it is about, its values and what to show of it."""

    program: str
    title: str = ""
    about: str = ""
    tags: tuple[str, ...] = ()
    values: Mapping[str, float] = field(default_factory=dict)
    fixed: Mapping[str, float] = field(default_factory=dict)
    """Variables held fixed, with their values."""
    wrt: tuple[str, ...] | None = None
    """Names or shell patterns to differentiate by; None for every variable not held fixed."""
    at: int | None = None
    """The step to open at; None for the seed."""
    breakpoints: tuple[str, ...] = ()
    """The names or labels of nodes."""
    path: str | None = None
    """The file that it was read from, for messages."""

    @property
    def bindings(self) -> dict[str, float]:
        """All values that the file gives, fixed or not."""
        return {**self.values, **self.fixed}


ANY = "*"
"""In a schema: a key of any name."""
INTEGERS = 2**63
"""TOML's integers lie below this."""
LARGEST = 1 << 26
"""A file of more bytes than this is refused before it fills the memory."""

SCHEMA: Mapping[str, Any] = {
    "title": "a string",
    "about": "a string",
    "tags": "an array of strings",
    "program": "a string",
    "values": {ANY: "a finite number"},
    "fixed": {ANY: "a finite number"},
    "explore": {
        "wrt": "an array of strings",
        "at": "a whole number of 0 or more",
        "breakpoints": "an array of strings",
    },
}
"""Every key with the type of its value, a table's type being the schema of its keys."""

TYPES: Mapping[str, Callable[[Any], bool]] = {
    "a string": lambda value: isinstance(value, str),
    "an array of strings": lambda value: (
        isinstance(value, list) and all(isinstance(item, str) for item in value)
    ),
    "a finite number": lambda value: type(value) in (int, float) and _is_finite(value),
    "a whole number of 0 or more": lambda value: type(value) is int and 0 <= value < INTEGERS,
}

BUNDLED = (
    *("square", "linear-square", "sigmoid"),
    *("constant-rule", "linear-rule", "power-rule", "exponential-rule", "logarithm-rule"),
    *("sum-rule", "product-rule", "chain-rule"),
    *("fan-out", "shared", "self-power", "speelpenning"),
    *("softplus", "gaussian", "logistic-loss", "rosenbrock"),
    *("vanishing", "exploding", "overflow"),
)
"""The bundled samples in the order of a course: the article, its rules, sharing, models, trouble."""


def load(path: str | PathLike[str]) -> Sample:
    """The sample in a file. Raises FileError, with the line where one is known."""
    name = fspath(path)
    try:
        with open(name, "rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FileError(f"cannot be read: {reason}", name) from None
    except ValueError:
        raise FileError("cannot be read: no file can have this name", name) from None
    return _read(data, name)


def bundled() -> tuple[str, ...]:
    """The names of the bundled samples, in the order in which to study them."""
    return BUNDLED


def load_bundled(name: str) -> Sample:
    """The bundled sample of this name. Raises BackpropError when there is none."""
    from importlib.resources import files

    if name not in BUNDLED:
        hint = suggestion(name, BUNDLED)
        raise BackpropError(f"there is no bundled sample {escaped(name)}{hint}")
    file = files("backprop_tui.samples") / f"{name}.toml"
    return _read(file.read_bytes(), str(file))


def _read(data: bytes, path: str) -> Sample:
    """The sample that a file's bytes describe."""
    file = _File(path, _text(data, path))
    table = file.table()
    file.check(table, SCHEMA)
    if "program" not in table:
        what = "is empty: it needs" if not table else "has no program: it needs a line such as"
        raise FileError(f'the file {what} program = "(4*x + 1)^2"', path)
    values, fixed = (
        {name: float(value) for name, value in table.get(key, {}).items()}
        for key in ("values", "fixed")
    )
    explore = table.get("explore", {})
    sample = Sample(
        table["program"],
        table.get("title", ""),
        table.get("about", ""),
        tuple(table.get("tags", ())),
        values,
        fixed,
        tuple(explore["wrt"]) if "wrt" in explore else None,
        explore.get("at"),
        tuple(explore.get("breakpoints", ())),
        path,
    )
    file.check_names(sample)
    return sample


def _text(data: bytes, path: str) -> str:
    if len(data) > LARGEST:
        raise FileError(f"is larger than {LARGEST >> 20} MiB: no sample is", path)
    if b"\0" in data:
        raise FileError("is binary: a sample is a text file", path)
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"is not UTF-8 text: the byte 0x{data[error.start]:02x} cannot stand here"
        raise FileError(message, path, line) from None


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    text: str

    def table(self) -> dict[str, Any]:
        """The file as TOML reads it."""
        import tomllib

        try:
            return tomllib.loads(self.text)
        except RecursionError:
            raise FileError("is nested too deeply", self.path) from None
        except ValueError as error:
            message, _, place = str(error).partition(" (at ")
            line = re.match(r"line (\d+)", place)
            last = self.text.rstrip().count("\n") + 1 if place else None
            message = f"TOML: {escaped(message[:1].lower() + message[1:])}"
            raise FileError(message, self.path, int(line[1]) if line else last) from None

    def check(self, table: dict[str, Any], schema: Mapping[str, Any], *path: str) -> None:
        """FileError for a key that the schema lacks, or a value of another type than it says."""
        for key, value in table.items():
            expected = schema.get(ANY) or schema.get(key)
            if expected is None:
                hint = suggestion(key, schema) or f"; known here: {', '.join(schema)}"
                raise self.error(f"unknown key {_dotted(*path, key)}{hint}", *path, key)
            is_table = not isinstance(expected, str)
            if not (isinstance(value, dict) if is_table else TYPES[expected](value)):
                message = f"{_dotted(*path, key)} must be {'a table' if is_table else expected}"
                raise self.error(f"{message}, found {_found(value)}", *path, key)
            if is_table:
                self.check(value, expected, *path, key)

    def check_names(self, sample: Sample) -> None:
        """FileError for a program that cannot be read, or a name that it lacks."""
        try:
            graph = parse(sample.program, sample.bindings)
        except ParseError as error:
            raise FileError(error.message, self.path, self.program_line(error)) from error
        anything = dict.fromkeys(graph.variables, 0.0)
        for key, names in (("values", sample.values), ("fixed", sample.fixed)):
            for name in names:
                if name not in anything:
                    self.check_by(lambda: check_bindings(graph, {name: 0.0}), key, name)
                if key == "fixed" and name in sample.values:
                    raise self.error(f"{name} stands in values and in fixed", key, name)
        ...
