"""The sample-file format: what is in a file, checked, with the line of whatever is wrong."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from os.path import dirname
from typing import Any, NamedTuple

from ..calculus.forward import check_bindings, is_finite
from ..calculus.route import choose_leaves, route
from ..descent.methods import METHODS
from ..descent.plan import Plan, check_plan
from ..language.graph import Graph
from ..network.description import KEYS as NETWORK_KEYS
from ..network.description import read_network
from ..text.bounds import DEPTH, DIGITS, KEYS
from ..text.errors import BackpropError, FileError, NetworkError, ParseError
from ..text.frozen import ReadOnly
from ..text.words import cited, escaped, suggestion
from .sample import Sample, of_network
from .toml_places import has_more_keys, long_number, places_of_keys

PART = r"""\.[ \t]*+(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+"""
DEEP = re.compile(f"(?:{PART}){{{DEPTH.most}}}")
"""A key of more parts than it can have: its reader takes time that grows with their square."""
ANY = "*"
"""In a schema: keys of every name."""
METHOD = f"one of {', '.join(METHODS)}"
SCHEMA: Mapping[str, Any] = {
    "title": "a string",
    "about": "a string",
    "tags": "an array of strings",
    "program": "a string",
    "network": dict.fromkeys(NETWORK_KEYS, "anything"),
    "values": {ANY: "a finite number"},
    "fixed": {ANY: "a finite number"},
    "explore": {
        "wrt": "an array of strings",
        "at": "a whole number from 0",
        "breakpoints": "an array of strings",
    },
    "descent": {
        "rate": "a finite number above 0",
        "method": METHOD,
        "updates": "a whole number from 0",
        "batch": "a whole number from 1",
        "seed": "a whole number",
    },
}
"""Every key and the type of its value; the type of a table is the schema of its keys."""
TYPES: Mapping[str, Callable[[Any], bool]] = {
    "a string": lambda value: isinstance(value, str),
    "an array of strings": lambda value: (
        isinstance(value, list) and all(isinstance(item, str) for item in value)
    ),
    "a finite number": is_finite,
    "a finite number above 0": lambda value: is_finite(value) and float(value) > 0,
    METHOD: lambda value: isinstance(value, str) and value in METHODS,
    "a whole number": lambda value: type(value) is int and abs(value) < 2**63,
    "a whole number from 0": lambda value: type(value) is int and 0 <= value < 2**63,
    "a whole number from 1": lambda value: type(value) is int and 1 <= value < 2**63,
    "a table": lambda value: isinstance(value, dict),
    "anything": lambda value: True,
}


def read_sample(path: str, data: bytes) -> Sample:
    """The sample that the bytes of a file describe. Raises FileError."""
    file = _File(path, _text(path, data))
    table = file.table()
    file.check_keys(table, SCHEMA)
    base = file.base(table)
    fields = {**table, **table.get("explore", {})}
    for key in ("explore", "network", "program", "descent"):
        fields.pop(key, None)
    file.check_tables(table, base)
    settled = {key: _settled(value) for key, value in fields.items()}
    fixed, values = settled.get("fixed", {}), settled.get("values", {})
    settled["values"] = ReadOnly({**base.values, **values})
    settled["fixed"] = ReadOnly({**base.fixed, **fixed})
    sample = base._replace(**settled, descent=_plan(table.get("descent")), path=path)
    return sample._replace(read=file.check_names(sample))


def _settled(value: Any) -> Any:
    """A checked value as the sample holds it: arrays as tuples, numbers as floats."""
    if isinstance(value, dict):
        return {key: float(number) for key, number in value.items()}
    return tuple(value) if isinstance(value, list) else value


def _plan(table: dict[str, Any] | None) -> Plan | None:
    """The checked table of descent as a plan."""
    if table is None:
        return None
    return check_plan(Plan(**table))


def _text(path: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"the byte 0x{data[error.start]:02x} cannot stand here"
        raise FileError(f"is not UTF-8 text: {byte}", path, line) from None


class _File(NamedTuple):
    path: str
    text: str

    def table(self) -> dict[str, Any]:
        """What the file holds, as TOML reads it."""
        import tomllib

        if (deep := DEEP.search(self.text)) is not None:
            place = self.text.count("\n", 0, deep.start()) + 1
            raise FileError(f"is too deep: {DEPTH.words}", self.path, place)
        if has_more_keys(self.text, KEYS.most):
            raise FileError(f"is too large: {KEYS.words}", self.path)
        if (whole := long_number(self.text, DIGITS.most)) is not None:
            place = self.text.count("\n", 0, whole.start()) + 1
            count = sum(map(str.isdigit, whole[1]))
            raise FileError(f"is not valid: {DIGITS.words}, found {count:,}", self.path, place)
        try:
            return tomllib.loads(self.text)
        except RecursionError:
            raise FileError("is nested too deeply", self.path) from None
        except ValueError as error:
            if not isinstance(error, tomllib.TOMLDecodeError):
                most = f"{sys.get_int_max_str_digits():,} digits"
                message = f"a whole number has more than {most}, the most that Python is set to"
                raise FileError(f"is not valid: {message} read", self.path) from None
            message, _, where = str(error).partition(" (at ")
            line = re.match(r"line (\d+)", where)
            last = self.text.rstrip().count("\n") + 1 if where else None
            message = f"is not valid TOML: {escaped(message)}"
            raise FileError(message, self.path, int(line[1]) if line else last) from None

    def base(self, table: dict[str, Any]) -> Sample:
        """The program, or the network, before what else the file says."""
        if "network" in table:
            if "program" in table:
                raise self.error("the program is the network's: give one of the two", "program")
            try:
                return of_network(read_network(table["network"], dirname(self.path)))
            except NetworkError as error:
                raise self.error(str(error), "network", error.key) from None
        if "program" not in table:
            lack = "has no program" if table else "is empty"
            raise FileError(f'{lack}: it needs a line such as program = "(4*x + 1)^2"', self.path)
        return Sample(table["program"])

    def check_keys(self, table: dict[str, Any], schema: Mapping[str, Any], *path: str) -> None:
        """FileError for a key that the schema lacks, or a value of another type than it says."""
        for key, value in table.items():
            expected = schema.get(ANY) or schema.get(key)
            name = ".".join(cited(part) for part in (*path, key))
            if expected is None:
                hint = suggestion(key, schema) or f" (known here: {', '.join(schema)})"
                raise self.error(f"unknown key {name}{hint}", *path, key)
            kind = expected if isinstance(expected, str) else "a table"
            if not TYPES[kind](value):
                is_word = kind == METHOD and isinstance(value, str)
                hint = suggestion(value, METHODS) if is_word else ""
                raise self.error(f"{name} must be {kind}, found {_found(value)}{hint}", *path, key)
            if kind == "a table":
                self.check_keys(value, expected, *path, key)

    def check_tables(self, table: Mapping[str, Any], base: Sample) -> None:
        """FileError for a name that is free and held fixed, or that data give as well."""
        for name in table.get("values", {}):
            if name in table.get("fixed", {}):
                raise self.error(f"{cited(name)} has a value in [values] too", "fixed", name)
            if name in base.fixed:
                message = f"{name} is held fixed in a network: wrt names it to differentiate by it"
                raise self.error(message, "values", name)
        has_data = base.network is not None and base.network.data is not None
        for name in table.get("fixed", {}):
            if has_data and name in base.fixed:
                raise self.error(f"the values of {name} are those of the data", "fixed", name)

    def check_names(self, sample: Sample) -> Graph:
        """The graph. FileError for a program that cannot be read, or for a name that it lacks."""
        try:
            graph = sample.graph()
        except ParseError as error:
            raise FileError(error.message, self.path, self.program_line(error)) from error
        zeros = dict.fromkeys(graph.variables, 0.0)
        for key, names in (("values", sample.values), ("fixed", sample.fixed)):
            for name in names:
                if name not in zeros:
                    with self.errors_at(key, name):
                        check_bindings(graph, {name: 0.0})
        with self.errors_at("explore", "wrt"):
            leaves = choose_leaves(graph, sample.wrt or ())
        if sample.at is not None:
            self.check_step(sample, graph, leaves)
        refs = {*graph.by_name, *map(graph.ref, range(len(graph)))} if sample.breakpoints else ()
        for name in sample.breakpoints:
            if name not in refs:
                hint = suggestion(name, refs)
                message = f"no node is called {cited(name)}{hint}"
                raise self.error(message, "explore", "breakpoints")
        return graph

    def check_step(self, sample: Sample, graph: Graph, leaves: tuple[int, ...]) -> None:
        """FileError for a step that the sweep does not have."""
        free = tuple(n for name, n in graph.variables_by_name.items() if name not in sample.fixed)
        last = len(route(graph, free if sample.wrt is None else leaves))
        if sample.at is not None and sample.at > last:
            message = f"there is no step {sample.at}: the sweep has the steps 0 to {last}"
            raise self.error(message, "explore", "at")

    @contextmanager
    def errors_at(self, *path: str) -> Iterator[None]:
        """What is wrong in this block is an error at the line of a key."""
        try:
            yield
        except BackpropError as error:
            raise self.error(escaped(str(error)), *path) from None

    def error(self, message: str, *path: str) -> FileError:
        """An error at the line of a key, or of the nearest table around it."""
        places = places_of_keys(self.text)
        for length in range(len(path), 0, -1):
            for key, place in places.items():
                if key[:length] == path[:length]:
                    return FileError(message, self.path, self.text.count("\n", 0, place) + 1)
        return FileError(message, self.path)

    def program_line(self, error: ParseError) -> int | None:
        """The line of the file where the program's error stands, None where escapes hide it."""
        place = places_of_keys(self.text).get(("program",))
        if place is None:
            return None
        first = self.text.count("\n", 0, place) + 1
        value = self.text[place:].lstrip(" \t")
        if not value.startswith(('"""', "'''")):
            return first
        line = first + value.startswith(('"""\n', "'''\n")) + error.line - 1
        lines = self.text.split("\n")[line - 1 : line]
        return (
            line if any(error.text.split("\n")[error.line - 1] in text for text in lines) else None
        )


def _found(value: object) -> str:
    """A value as a message names it, in the words of TOML."""
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, str):
        return f'the string "{cited(value)}"'
    if isinstance(value, float) or (isinstance(value, int) and abs(value) < 2**63):
        return f"the number {value}"
    if isinstance(value, list):
        odd = next((item for item in value if not isinstance(item, str)), None)
        return "an array" if odd is None else f"an array that holds {_found(odd)}"
    names = {int: "a number too large for a double", dict: "a table"}
    return names.get(type(value), "a date or a time")
