"""The words of the parser's errors: what was expected, what was found, what to write instead."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..table.operation import ATOM, Operation
from ..table.ops import NEGATION
from .missing import advice, arguments, closing, suggested
from .tokens import END, NAME, NUMBER, SYMBOL, Token

LONGEST = 60
"""Characters of an argument that a message repeats."""


class Waiting(NamedTuple):
    """An operator or an opened bracket that waits for its right end."""

    text: str
    start: int
    power: int
    """Binding power; 0 for a bracket."""
    operation: Operation | None
    rows: tuple[Operation, ...] = ()
    """What an opened bracket calls: the rows that bear the function's name."""
    depth: int = 0
    """How many operands stood on the stack when a bracket was opened."""
    prefix: bool = False
    exponent: Token | None = None
    """Of a function written as sin²(x), its exponent."""


def found(token: Token) -> str:
    """A token as a message names it."""
    kind, text, _, _ = token
    if kind == END:
        return "the end"
    return "the end of the line" if text == "\n" else text


def needed(top: Waiting | None) -> str:
    """What is expected where an operand is, after the last operator or bracket that waits."""
    if top is None:
        return "an expression"
    if top.rows and top.text != "|":
        return f"an operand of {top.text}"
    after = top.operation.name if top.operation and top.power < ATOM else top.text
    return f"an operand after {'-' if top.operation is NEGATION else after}"


INVERSES = {
    **{name: f"a{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{"exp": "ln", "ln": "exp", "log": "exp"},
}
"""Functions to those that undo them."""


def no_inverse(name: str, text: str, bracket: int) -> str:
    """What to write in place of sin^-1(x), whose bracket opens at a place."""
    end = closing(text, bracket)
    given = text[bracket : end + 1] if end and end - bracket < LONGEST else "(…)"
    ways = [f"{INVERSES[name]}{given} for the inverse"] if name in INVERSES else []
    ways.append(f"1/{name}{given} for one over it")
    return f"{name}^-1 can be read in two ways: write {' or '.join(ways)}"


def no_function(name: str, is_known: bool, text: str, start: int) -> str:
    """Why a name before a bracket calls nothing; `is_known` where it names a number."""
    multiply = f"to multiply, write {name}*(…)"
    if is_known:
        return f"{name} is no function: {multiply}"
    heading = re.compile(rf"(^|[;\n])?[^\S\n]*{re.escape(name)}\s*\([^()]*\)[^\S\n]*=(?!=)")
    if heading.match(text, start):
        return f"the parameters of a function are names, as in {name}(x) = …"
    later = next((found for found in heading.finditer(text, start) if found[1] is not None), None)
    if later:
        line = text.count("\n", 0, later.end()) + 1
        return f"{name} is used before its definition on line {line}"
    known = advice(name, arguments(text, start + len(name)))
    hint = f": {known}" if known else suggested(name) or f"; {multiply}"
    return f"there is no function {name}{hint}"


def chained(before: str, after: str) -> str:
    """Why no comparison follows another: a < b < c is read by few languages as it is meant."""
    return (
        f"comparisons are not chained: write (a {before} b)*(b {after} c) where both must hold, or "
        f"brackets around the one that comes first"
    )


def misplaced(token: Token, before: Token, opened: Waiting | None = None) -> str:
    """Why a token cannot follow a finished operand."""
    kind, text, _, _ = token
    if text == ")":
        return "this ) closes nothing" if opened is None else "a | is open: close it before )"
    if text == ",":
        return "a comma stands only between the operands of a function"
    if text == "=":
        return (
            "= names a statement (y = x^2) or defines a function (f(x) = x^2): "
            "it has no place inside an expression, where == compares"
        )
    if kind == NUMBER and before[0] == NUMBER:
        return f"two numbers side by side: write {before[1]}*{text} to multiply"
    if kind in (NAME, NUMBER) or text in ("(", "|", "√"):
        if before[0] == SYMBOL or text == "|":
            return f"expected an operator before {text}: write * there to multiply"
        shown = text + ("…" if kind == SYMBOL else "")
        return f"expected an operator before {text}: write {before[1]}*{shown} to multiply"
    return f"expected an operator, found {found(token)}"
