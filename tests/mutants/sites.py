"""Where a source file can be mutated, and how: small changes of its text, found by its syntax.

Nothing that changes no behaviour is mutated: docstrings, annotations, decorators, asserts that
narrow a type, imports.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, NamedTuple

COMPARISONS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"), ast.In: ("in", "not in"), ast.NotIn: ("not in", "in"),
}  # fmt: skip
ARITHMETIC: dict[type[ast.AST], tuple[str, str]] = {
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"), ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"), ast.Mod: ("%", "//"), ast.Pow: ("**", "*"),
    ast.BitAnd: ("&", "|"), ast.BitOr: ("|", "&"), ast.And: ("and", "or"), ast.Or: ("or", "and"),
}  # fmt: skip
FUNCTIONS = {"min": "max", "max": "min", "all": "any", "any": "all"}
SYMMETRIC = {*FUNCTIONS, "isinstance", "hasattr", "getattr", "cast", "hypot"}
"""Functions whose operands are not swapped: it changes nothing, or is no small change."""
OPPOSITES = (
    "left right", "first last", "before after", "above below", "forward backward", "falls rises",
    "forward reverse", "smaller larger", "smallest largest", "more fewer", "input output",
    "operand user", "row column", "positive negative", "lower upper", "lowest highest",
    "weakest strongest", "start end", "up down", "numerator denominator", "overflow underflow",
    "value derivative", "weights biases", "weight bias", "true false", "one two", "never always",
    "inside outside", "within beyond", "next previous", "earlier later", "inf nan",
)  # fmt: skip
OPPOSITE = {a: b for pair in OPPOSITES for a, b in (pair.split(), pair.split()[::-1])}
BOUND = 20
"""Whole numbers up to this one grow by 1, which is a bound off by one; larger ones are doubled."""
WORD = re.compile(r"(?<![\\\w])[A-Za-z]{2,}(?!\w)")
FORMULA = re.compile(r"[\w\s.,()+*/^-]*[)\w]\s*[-+*/^]\s*[(\w][\w\s.,()+*/^-]*")
SIGNS = {"+": "-", "-": "+", "*": "/", "/": "*", "^": "*"}
UNCHANGED = {"annotation", "returns", "decorator_list", "type_params", "bases"}
"""Fields of syntax that are types, or wrap what they stand on."""
SKIPPED = (ast.Assert, ast.Import, ast.ImportFrom)


class Mutation(NamedTuple):
    """One change of a file's text: the bytes from `start` to `end` give way to `put`."""

    path: Path
    start: int
    end: int
    put: bytes
    kind: str
    lines: tuple[range, ...]
    """Lines that run the changed place, from the narrowest: its own, its statement's, its
    function's; empty where it runs when the module is imported."""

    def applied(self, source: bytes) -> bytes:
        """The source with the change."""
        return source[: self.start] + self.put + source[self.end :]


class _Place(NamedTuple):
    """A file's text as its syntax tree addresses it, by line and byte."""

    source: bytes
    begins: list[int]

    def start(self, node: Any) -> int:
        line, column = int(node.lineno), int(node.col_offset)
        return self.begins[line - 1] + column

    def end(self, node: Any) -> int:
        line, column = int(node.end_lineno), int(node.end_col_offset)
        return self.begins[line - 1] + column

    def text(self, node: ast.AST) -> bytes:
        return self.source[self.start(node) : self.end(node)]

    def has(self, node: ast.AST) -> bool:
        """False where the tree misplaces a node, as before Python 3.12 inside of f-strings."""
        if not isinstance(node, ast.expr):
            return type(node) in _CHANGES
        try:
            there = ast.parse(b"(" + self.text(node) + b")", mode="eval").body
        except SyntaxError:
            return False
        return ast.dump(there) == ast.dump(node)


Change = tuple[int, int, bytes, str]
"""From where to where, what is put there, of which kind."""


def mutations(path: Path, source: bytes) -> list[Mutation]:
    """Every mutation of a file, in the order of its text."""
    begins = [0, *accumulate(len(line) for line in source.splitlines(keepends=True))]
    place = _Place(source, begins)
    found = []
    for node, around in _walk(ast.parse(source), ()):
        if not place.has(node):
            continue
        for start, end, put, kind in _CHANGES.get(type(node), _none)(node, place):
            own = 1 + source.count(b"\n", 0, start)
            lines = (range(own, own + 1), *around) if around else ()
            found.append(Mutation(path, start, end, put, kind, lines))
    return sorted(found, key=lambda each: each.start)


def _walk(node: ast.AST, around: tuple[range, ...]) -> Iterator[tuple[ast.AST, tuple[range, ...]]]:
    """The nodes below one that may be mutated, each with the lines of statement and function."""
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if name in UNCHANGED or not isinstance(child, ast.AST) or _is_skipped(child):
                continue
            inside = around
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                inside = (range(child.lineno, (child.end_lineno or 0) + 1),)
            elif around and isinstance(child, ast.stmt):
                inside = (range(child.lineno, (child.end_lineno or 0) + 1), around[-1])
            if isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant):
                continue
            yield child, inside
            yield from _walk(child, inside)


def _is_skipped(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return isinstance(node, SKIPPED) or (isinstance(node, ast.keyword) and node.arg == "strict")


def _none(node: Any, place: _Place) -> Iterator[Change]:
    yield from ()


def _between(place: _Place, a: ast.AST, b: ast.AST, old: str, new: str) -> Iterator[Change]:
    """The sign that stands between two operands."""
    at = place.source.find(old.encode(), place.end(a), place.start(b))
    if at >= 0:
        yield at, at + len(old), new.encode(), "sign"


def _compare(node: ast.Compare, place: _Place) -> Iterator[Change]:
    for (a, b), op in zip(pairwise([node.left, *node.comparators]), node.ops, strict=True):
        yield from _between(place, a, b, *COMPARISONS[type(op)])


def _arithmetic(node: ast.BinOp, place: _Place) -> Iterator[Change]:
    sides = (node.left, node.right)
    if type(node.op) in ARITHMETIC and not any(map(_is_sequence, sides)):
        yield from _between(place, *sides, *ARITHMETIC[type(node.op)])


def _is_sequence(node: ast.AST) -> bool:
    """Texts and lists are joined and repeated by signs that have no other meaning there."""
    if isinstance(node, ast.BinOp):
        return _is_sequence(node.left) or _is_sequence(node.right)
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return is_text or isinstance(node, ast.JoinedStr | ast.List | ast.Tuple | ast.ListComp)


def _logic(node: ast.BoolOp, place: _Place) -> Iterator[Change]:
    for a, b in pairwise(node.values):
        yield from _between(place, a, b, *ARITHMETIC[type(node.op)])


def _unary(node: ast.UnaryOp, place: _Place) -> Iterator[Change]:
    sign = {ast.USub: "-", ast.Not: "not"}.get(type(node.op), "")
    if sign:
        yield place.start(node), place.start(node) + len(sign), b"", "sign lost"


def _choice(node: ast.IfExp, place: _Place) -> Iterator[Change]:
    yield from _swapped(place, node.body, node.orelse, "branches swapped")


def _swapped(place: _Place, a: ast.AST, b: ast.AST, kind: str) -> Iterator[Change]:
    start, end = place.start(a), place.end(b)
    first, second, gap = place.text(a), place.text(b), place.source[place.end(a) : place.start(b)]
    if first != second:
        yield start, end, second + gap + first, kind


def _branch(node: ast.If, place: _Place) -> Iterator[Change]:
    test = place.text(node.test)
    yield place.start(node.test), place.end(node.test), b"not (" + test + b")", "branch turned"


def _call(node: ast.Call, place: _Place) -> Iterator[Change]:
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if isinstance(node.func, ast.Name) and name in FUNCTIONS:
        yield place.start(node), place.end(node.func), FUNCTIONS[name].encode(), "function"
    alike = len({type(each) for each in node.args[:2]} - {ast.Starred}) == 1
    if len(node.args) > 1 and alike and name not in SYMMETRIC:
        yield from _swapped(place, node.args[0], node.args[1], "operands swapped")


def _statement(node: ast.Expr, place: _Place) -> Iterator[Change]:
    yield place.start(node), place.end(node), b"pass", "statement lost"


def _listed(node: ast.List, place: _Place) -> Iterator[Change]:
    """A list without one of its elements."""
    if isinstance(node.ctx, ast.Load):
        for each in node.elts:
            if isinstance(each, ast.Call | ast.Starred | ast.Tuple):
                yield from _without(each, place)


def _keyword(node: ast.keyword, place: _Place) -> Iterator[Change]:
    """A named tuple, such as the special cases of a partial, without one of its elements."""
    if isinstance(node.value, ast.Tuple):
        for each in node.value.elts:
            yield from _without(each, place)


def _without(each: ast.AST, place: _Place) -> Iterator[Change]:
    end = place.end(each)
    comma = place.source[end : end + 1] == b","
    yield place.start(each), end + comma, b"*()" + b"," * comma, "element lost"


def _constant(node: ast.Constant, place: _Place) -> Iterator[Change]:
    value, start, end = node.value, place.start(node), place.end(node)
    if isinstance(value, bool):
        yield start, end, str(not value).encode(), "constant"
    elif isinstance(value, int):
        more = value + 1 if value <= BOUND else 2 * value
        yield start, end, str(more).encode(), "constant"
    elif isinstance(value, float):
        yield start, end, repr(10 * value or 1.0).encode(), "constant"
    elif isinstance(value, str):
        yield from _formula(start, place.text(node)) or _sentence(start, place.text(node))


def _formula(start: int, text: bytes) -> list[Change]:
    """One sign of a formula in the program's own language."""
    inner = text.decode()
    if not FORMULA.fullmatch(inner[1:-1]) or not set("(*/^").intersection(inner):
        return []
    signs = (i for i in range(2, len(inner)) if inner[i] in SIGNS and inner[i - 1] != "(")
    at = next(signs, 0)
    return [(start + at, start + at + 1, SIGNS[inner[at]].encode(), "formula")] if at else []


def _sentence(start: int, text: bytes) -> list[Change]:
    """A word of a sentence: its opposite, or the longest lost. None where it is no sentence."""
    written = text.decode()
    shown = _literal(written)
    words = list(WORD.finditer(shown))
    if len(words) < 2 or " " not in shown:
        return []
    meant = next((word for word in words if word[0] in OPPOSITE), None)
    word = meant or max(words, key=lambda each: len(each[0]))
    at = start + len(written[: word.start()].encode())
    put = OPPOSITE[word[0]] if meant else ""
    return [(at, at + len(word[0]), put.encode(), "word" if meant else "word lost")]


def _literal(written: str) -> str:
    """A string as written, with all that stands in braces, or before a quote, blotted out."""
    depth, found = 0, []
    for char in re.sub(r"\b[bfru]+(?=[\"'])", lambda m: "\0" * len(m[0]), written):
        depth += char == "{"
        found.append("\0" if depth else char)
        depth -= char == "}"
    return "".join(found)


def _joined(node: ast.JoinedStr, place: _Place) -> Iterator[Change]:
    yield from _sentence(place.start(node), place.text(node))


_CHANGES: dict[type[ast.AST], Callable[[Any, _Place], Iterator[Change]]] = {
    ast.Compare: _compare, ast.BinOp: _arithmetic, ast.BoolOp: _logic, ast.UnaryOp: _unary,
    ast.IfExp: _choice, ast.If: _branch, ast.Call: _call, ast.Expr: _statement,
    ast.List: _listed, ast.keyword: _keyword, ast.Constant: _constant, ast.JoinedStr: _joined,
}  # fmt: skip
