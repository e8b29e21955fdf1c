"""Program text to a graph: an operator-precedence parser with a stack of its own."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from .errors import ParseError, suggestion
from .graph import Builder, Graph
from .ops import (
    ABSOLUTE,
    ATOM,
    CONSTANTS,
    FUNCTIONS,
    INFIX,
    NEGATION,
    PRODUCT_OF,
    SQUARE_ROOT,
    Operation,
)
from .tokens import BREAK, END, NAME, NUMBER, SIGN, Token, tokens

NESTING = 10_000
"""How many brackets, signs and operators may wait for their right end at once."""


def parse(text: str, names: Collection[str] = ()) -> Graph:
    """The graph of a program.

    `names` are variables even if the language has a constant of that name. Raises ParseError,
    which says what was expected, what was found and where.
    """
    return _Parser(text, names).program()


class _Waiting(NamedTuple):
    """An operator or an opened bracket that waits for its right end."""

    token: Token
    power: int
    """Binding power; 0 for a bracket."""
    operation: Operation | None
    rows: tuple[Operation, ...] = ()
    """What an opened bracket calls: the rows that bear the function's name."""
    depth: int = 0
    """How many operands stood on the stack when a bracket was opened."""
    prefix: bool = False


_Operand = tuple[int, int, int]
"""A node and the span that its text takes, brackets included; plain, since there are so many."""

_INFIX = {name: _Waiting(Token(SIGN, name, 0, 0), row.power, row) for name, row in INFIX.items()}
_PRODUCT = _INFIX[PRODUCT_OF.name]


class _Parser:
    def __init__(self, text: str, names: Collection[str]) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.at = 0
        self.builder = Builder()
        self.variables = frozenset(names)
        self.named: dict[str, int] = {}
        self.met: dict[str, int] = {}
        self.operands: list[_Operand] = []
        self.waiting: list[_Waiting] = []

    def program(self) -> Graph:
        statements: list[tuple[str | None, int]] = []
        unnamed: tuple[Token, Token] | None = None
        while (token := self.tokens[self.at]).kind != END:
            if token.kind == BREAK:
                self.at += 1
                continue
            if unnamed:
                raise self.error(
                    "an unnamed statement before the last cannot be used by any other: "
                    "name it (t = …), or put the lines in brackets to join them",
                    *unnamed,
                )
            name = self.definition()
            node = self.expression()
            if name:
                self.define(name, node)
            else:
                unnamed = token, self.tokens[self.at - 1]
            statements.append((name.text if name else None, node))
        if not statements:
            raise ParseError(
                "the program is empty: type an expression such as (4*x + 1)^2",
                self.text,
                0,
                len(self.text),
            )
        return self.builder.graph(statements, self.text)

    def definition(self) -> Token | None:
        """The name that this statement gives, its `=` consumed."""
        name = self.tokens[self.at]
        if name.kind != NAME or self.tokens[self.at + 1].text != "=":
            return None
        if name.text in FUNCTIONS:
            raise self.error(f"{name.text} is a function and cannot be assigned to", name)
        if name.text in self.named:
            raise self.error(f"{name.text} is assigned twice", name)
        self.at += 2
        return name

    def define(self, name: Token, node: int) -> None:
        """Gives a node its name. ParseError at an earlier use of the name, if there is one."""
        if name.text in self.met or (
            name.text in CONSTANTS and name.text in self.builder.symbols.values()
        ):
            raise self.used_early(name.text)
        self.named[name.text] = self.met[name.text] = node
        self.builder.names.setdefault(node, name.text)

    def used_early(self, name: str) -> ParseError:
        symbols = self.builder.symbols
        node = self.met.get(name)
        if node is None:
            node = next(node for node, symbol in symbols.items() if symbol == name)
        start, end = self.builder.starts[node], self.builder.ends[node]
        return ParseError(f"{name} is used before its definition", self.text, start, end)

    def expression(self) -> int:
        """The node of one statement's expression, read up to its end."""
        wanted, all_tokens = True, self.tokens
        while True:
            token = all_tokens[self.at]
            if token.kind == BREAK or token.kind == END:
                if self.finished(token):
                    break
                self.at += 1
                continue
            self.at += 1
            wanted = self.operand(token) if wanted else self.operator(token)
            if len(self.waiting) > NESTING:
                raise self.error(f"nested deeper than {NESTING:,} levels", token)
        if wanted:
            raise self.error(f"expected {self.needed()}, found {_found(token)}", token)
        self.reduce(0)
        if self.waiting:
            opened = self.waiting[-1].token
            closing = "|" if opened.text == "|" else ")"
            raise self.error(f"{opened.text} is never closed: a {closing} is missing", opened)
        return self.operands.pop()[0]

    def finished(self, token: Token) -> bool:
        """At the end of the statement; a line break inside brackets is a space."""
        return token.text != "\n" or all(entry.power for entry in self.waiting)

    def operand(self, token: Token) -> bool:
        """Takes a token where an operand is expected; True if one is still expected after it."""
        kind, text, start, end = token
        if kind == NAME:
            return self.name(token)
        if kind == NUMBER:
            self.operands.append((self.builder.constant(float(text), None, start, end), start, end))
            return False
        prefix = self.waiting[-1] if self.waiting else None
        if text == "(" or text == "|":
            rows = (ABSOLUTE,) if text == "|" else ()
            return self.wait(_Waiting(token, 0, None, rows, len(self.operands)))
        if text in ("+", "-", "√") and not (prefix and prefix.power == ATOM and text != "√"):
            if text == "+":
                return True
            power, row = (ATOM, SQUARE_ROOT) if text == "√" else (NEGATION.power, NEGATION)
            return self.wait(_Waiting(token, power, row, prefix=True))
        raise self.error(f"expected {self.needed()}, found {_found(token)}", token)

    def name(self, token: Token) -> bool:
        """Takes a name: a function before a bracket, else the node it stands for."""
        name = token.text
        if self.tokens[self.at].text == "(":
            self.at += 1
            return self.call(token)
        node = self.met.get(name)
        if node is None:
            node = self.met_first(token)
            if name not in CONSTANTS or name in self.variables:
                self.met[name] = node
        self.operands.append((node, token.start, token.end))
        return False

    def met_first(self, token: Token) -> int:
        """The node of a name that stands for none yet; a constant is a node at each place."""
        name = token.text
        if name in FUNCTIONS:
            raise self.error(f"{name} is a function: write {name}(…)", token)
        if name in CONSTANTS and name not in self.variables:
            return self.builder.constant(CONSTANTS[name], name, token.start, token.end)
        return self.builder.variable(name, token.start, token.end)

    def call(self, token: Token) -> bool:
        name = token.text
        if name not in FUNCTIONS:
            if name in self.met or name in CONSTANTS:
                raise self.error(f"{name} is no function: to multiply, write {name}*(…)", token)
            hint = suggestion(name, FUNCTIONS) or f"; to multiply, write {name}*(…)"
            raise self.error(f"there is no function {name}{hint}", token)
        self.waiting.append(_Waiting(token, 0, None, FUNCTIONS[name], len(self.operands)))
        return True

    def operator(self, token: Token) -> bool:
        """Takes a token where an operator is expected; True if an operand is expected after it."""
        infix = _INFIX.get(token.text)
        if infix is None and self.implies_product(token):
            self.at -= 1
            infix = _PRODUCT
        if infix is not None:
            assert infix.operation is not None
            self.reduce(infix.power + infix.operation.right)
            self.waiting.append(infix)
            return True
        if token.text in (")", ",", "|"):
            return self.close(token)
        raise self.error(self.misplaced(token), token)

    def implies_product(self, token: Token) -> bool:
        """A number before a name or bracket multiplies, and so does `)` before any of the three."""
        before = self.tokens[self.at - 2]
        if before.kind == NUMBER:
            return token.kind == NAME or token.text == "("
        return before.text == ")" and (token.kind in (NUMBER, NAME) or token.text == "(")

    def close(self, token: Token) -> bool:
        """Takes `)`, `,` or a closing `|`; True after a comma."""
        if self.waiting and self.waiting[-1].power:
            self.reduce(0)
        opened = self.waiting[-1] if self.waiting else None
        is_bar = bool(opened and opened.token.text == "|")
        if opened is None or is_bar != (token.text == "|"):
            raise self.error(self.misplaced(token, opened), token)
        if token.text == ",":
            if not opened.rows:
                raise self.error("a comma stands only between the operands of a function", token)
            return True
        self.waiting.pop()
        start, end = opened.token.start, token.end
        ids = tuple([operand[0] for operand in self.operands[opened.depth :]])
        del self.operands[opened.depth :]
        node = ids[0]
        if opened.rows:
            node = self.builder.add(self.overload(opened, len(ids), token), ids, start, end)
        self.operands.append((node, start, end))
        return False

    def overload(self, opened: _Waiting, count: int, closing: Token) -> Operation:
        """The row of the function called that takes this many operands."""
        for row in opened.rows:
            if row.variadic or len(row.partials) == count:
                return row
        counts = " or ".join(str(row.arity) for row in opened.rows)
        plural = "" if counts == "1" else "s"
        name = opened.token.text
        raise self.error(
            f"{name} takes {counts} operand{plural}, found {count}", opened.token, closing
        )

    def reduce(self, power: int) -> None:
        """Applies the waiting operators that bind at least as tightly as `power`."""
        operands, waiting, add = self.operands, self.waiting, self.builder.add
        while waiting and (top := waiting[-1]).power and top.power >= power:
            waiting.pop()
            right, _, end = operands.pop()
            ids: tuple[int, ...] = (right,)
            if top.prefix:
                start = top.token.start
            else:
                left, start, _ = operands.pop()
                ids = (left, right)
            operands.append((add(top.operation, ids, start, end), start, end))

    def wait(self, entry: _Waiting) -> bool:
        self.waiting.append(entry)
        return True

    def needed(self) -> str:
        """What the parser waits for where an operand is expected."""
        top = self.waiting[-1] if self.waiting else None
        if top is None:
            return "an expression"
        if top.rows and top.token.text != "|":
            return f"an operand of {top.token.text}"
        after = top.operation.name if top.operation and top.power < ATOM else top.token.text
        sign = "-" if top.operation is NEGATION else after
        return f"an operand after {sign}"

    def misplaced(self, token: Token, opened: _Waiting | None = None) -> str:
        """Why a token cannot follow a finished operand."""
        before = self.tokens[self.at - 2]
        if token.text == ")":
            return "this ) closes nothing" if opened is None else "a | is open: close it before )"
        if token.text == ",":
            return "a comma stands only between the operands of a function"
        if token.text == "=":
            return "= gives a name to a statement (y = x^2): it has no place inside an expression"
        if token.kind == NUMBER and before.kind == NUMBER:
            return f"two numbers side by side: write {before.text}*{token.text} to multiply"
        if token.kind in (NAME, NUMBER) or token.text in ("(", "|", "√"):
            shown = token.text + ("…" if token.kind == SIGN else "")
            return (
                f"expected an operator before {token.text}: write {before.text}*{shown} to multiply"
            )
        return f"expected an operator, found {_found(token)}"

    def error(self, message: str, first: Token, last: Token | None = None) -> ParseError:
        end = (last or first).end
        return ParseError(message, self.text, first.start, max(end, first.start))


def _found(token: Token) -> str:
    if token.kind == END:
        return "the end"
    return "the end of the line" if token.text == "\n" else token.text
