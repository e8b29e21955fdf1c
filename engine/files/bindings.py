"""Values as text, `x = pi/2`, to numbers."""

from __future__ import annotations

import re
from math import isfinite

from ..calculus.forward import evaluate
from ..language.parse import parse
from ..language.show import literal, number
from ..text.bounds import TEXT
from ..text.errors import ParseError

LITERAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
"""A value that is a number and nothing else, as most are: it needs no parser."""


def read_bindings(text: str) -> dict[str, float]:
    """The values given as `NAME = VALUE`, one a line or separated by `;`.

    A value is a finite number or a constant expression. Raises ParseError with its place in
    `text`.
    """
    if len(text) > TEXT.most:
        raise ParseError(f"the values are too long: {TEXT.words}", text, 0, 0)
    found: dict[str, float] = {}
    start = 0
    for line in text.replace(";", "\n").split("\n"):
        statement = line.split("#")[0]
        if statement.strip():
            name, value = _binding(text, statement, start)
            if name in found:
                raise ParseError(f"{name} is given two values", text, *_span(start, statement))
            found[name] = value
        start += len(line) + 1
    return found


def _binding(text: str, statement: str, start: int) -> tuple[str, float]:
    name, equals, value = statement.partition("=")
    if not equals or not name.strip():
        span = _span(start, statement)
        raise ParseError("expected NAME = VALUE, such as x = 1.5", text, *span)
    at = start + len(name) + 1
    if not value.strip():
        raise ParseError(f"expected a number after {name.strip()} =", text, at, at)
    plain = LITERAL.fullmatch(value.strip())
    if plain is not None and isfinite(result := float(plain[0])):
        return name.strip(), result
    try:
        graph = parse(value)
    except ParseError as error:
        span = (at + error.span[0], at + error.span[1])
        raise ParseError(error.message, text, *span) from None
    if graph.variables or graph.by_name:
        wrong = next(iter(graph.by_name))
        raise ParseError(
            f"{wrong} is not a number: a value is a number or a constant expression such as pi/2",
            text, *_span(at, value),
        )  # fmt: skip
    result = evaluate(graph, {})[graph.output]
    if not isfinite(result):
        shown = f"the value of {name.strip()} is {number(result, minus='-')}"
        raise ParseError(f"{shown}: it must be a finite number", text, *_span(at, value))
    return name.strip(), result


def _span(start: int, piece: str) -> tuple[int, int]:
    """Where a piece that starts at some place stands, without the blanks around it."""
    start += len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())


def bindings_text(bindings: dict[str, float]) -> str:
    """Values as text that `read_bindings` reads back."""
    return "\n".join(f"{name} = {literal(value)}" for name, value in bindings.items())
