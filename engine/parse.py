"""Program text to a graph: an operator-precedence parser with a stack of its own."""

from __future__ import annotations

from collections.abc import Collection

from .constants import CONSTANTS
from .errors import ParseError
from .graph import Builder, Graph
from .misread import Waiting, found, misplaced, needed, no_function
from .ops import (
    ABSOLUTE,
    ATOM,
    FUNCTIONS,
    INFIX,
    NEGATION,
    PRODUCT_OF,
    SQUARE_ROOT,
    Operation,
)
from .tokens import BREAK, END, NAME, NUMBER, Token, tokens

NESTING = 10_000
"""How many brackets, signs and operators may wait for their right end at once."""
ENDS = frozenset((BREAK, END))


def parse(text: str, names: Collection[str] = ()) -> Graph:
    """The graph of a program.

    `names` are variables even if the language has a constant of that name. Raises ParseError,
    which says what was expected, what was found and where.
    """
    return _Parser(text, names).program()


def reads_as(graph: Graph, text: str, names: Collection[str] = ()) -> bool:
    """True where a graph that was parsed is the one that `parse` would make of this text.

    `names` matter as far as the language has constants of these names.
    """
    variables, constants = graph.variables_by_name, set(graph.symbols.values())
    return (
        graph.text == text
        and all(name in names for name in CONSTANTS if name in variables)
        and not any(name in names for name in constants)
    )


_Operand = tuple[int, int, int]
"""A node and the span that its text takes, brackets included; plain, since there are so many."""

INFIXES = {name: Waiting(name, 0, row.power, row) for name, row in INFIX.items()}


class _Parser:
    def __init__(self, text: str, names: Collection[str]) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.at = 0
        self.builder = Builder()
        self.variables = frozenset(names)
        self.named: set[str] = set()
        self.met: dict[str, int] = {}
        self.operands: list[_Operand] = []
        self.waiting: list[Waiting] = []

    def program(self) -> Graph:
        statements: list[tuple[str | None, int]] = []
        unnamed: tuple[Token, Token] | None = None
        while (token := self.tokens[self.at])[0] != END:
            if token[0] == BREAK:
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
            statements.append((name, node))
        if not statements:
            raise ParseError(
                "the program is empty: type an expression such as (4*x + 1)^2",
                self.text,
                0,
                len(self.text),
            )
        return self.builder.graph(statements, self.text)

    def definition(self) -> str | None:
        """The name that this statement gives, its `=` consumed."""
        kind, name, _, _ = token = self.tokens[self.at]
        if kind != NAME or self.tokens[self.at + 1][1] != "=":
            return None
        if name in FUNCTIONS:
            raise self.error(f"{name} is a function and cannot be assigned to", token)
        if name in self.named:
            raise self.error(f"{name} is assigned twice", token)
        self.at += 2
        return name

    def define(self, name: str, node: int) -> None:
        """Gives a node its name. ParseError at an earlier use of the name, if there is one."""
        if name in self.met or (name in CONSTANTS and name in self.builder.symbols.values()):
            raise self.used_early(name)
        self.named.add(name)
        self.met[name] = node
        self.builder.names.setdefault(node, name)

    def used_early(self, name: str) -> ParseError:
        symbols = self.builder.symbols
        node = self.met.get(name)
        if node is None:
            node = next(node for node, symbol in symbols.items() if symbol == name)
        start, end = self.builder.starts[node], self.builder.ends[node]
        return ParseError(f"{name} is used before its definition", self.text, start, end)

    def expression(self) -> int:
        """The node of one statement's expression, read up to its end."""
        wanted, all_tokens, waiting = True, self.tokens, self.waiting
        while True:
            kind, text, _, _ = token = all_tokens[self.at]
            if kind in ENDS:
                if not waiting or text != "\n" or not self.in_brackets():
                    break
                self.at += 1
                continue
            self.at += 1
            if not wanted:
                wanted = self.operator(token)
            elif kind == NAME:
                wanted = self.name(token)
            else:
                wanted = self.operand(token)
        if wanted:
            raise self.error(f"expected {self.needed()}, found {found(token)}", token)
        self.reduce(0)
        if waiting:
            text, start, *_ = waiting[-1]
            message = f"{text} is never closed: a {'|' if text == '|' else ')'} is missing"
            raise ParseError(message, self.text, start, start + len(text))
        return self.operands.pop()[0]

    def in_brackets(self) -> bool:
        """Where a line break is a space."""
        return any(not entry.power for entry in self.waiting)

    def operand(self, token: Token) -> bool:
        """Takes what is no name where an operand is expected; True if one is still expected."""
        kind, text, start, end = token
        if kind == NUMBER:
            self.operands.append((self.builder.constant(float(text), None, start, end), start, end))
            return False
        prefix = self.waiting[-1] if self.waiting else None
        if text == "(" or text == "|":
            rows = (ABSOLUTE,) if text == "|" else ()
            return self.wait(Waiting(text, start, 0, None, rows, len(self.operands)))
        if text in ("+", "-", "√") and not (prefix and prefix.power == ATOM and text != "√"):
            if text == "+":
                return True
            power, row = (ATOM, SQUARE_ROOT) if text == "√" else (NEGATION.power, NEGATION)
            return self.wait(Waiting(text, start, power, row, prefix=True))
        raise self.error(f"expected {self.needed()}, found {found(token)}", token)

    def name(self, token: Token) -> bool:
        """Takes a name: a function before a bracket, else the node it stands for."""
        _, name, start, end = token
        if self.tokens[self.at][1] == "(":
            self.at += 1
            return self.call(token)
        node = self.met.get(name)
        if node is None:
            node = self.met_first(token)
            if name not in CONSTANTS or name in self.variables:
                self.met[name] = node
        self.operands.append((node, start, end))
        return False

    def met_first(self, token: Token) -> int:
        """The node of a name that stands for none yet; a constant is a node at each place."""
        _, name, start, end = token
        if name in FUNCTIONS:
            raise self.error(f"{name} is a function: write {name}(…)", token)
        if name in CONSTANTS and name not in self.variables:
            return self.builder.constant(CONSTANTS[name].value, name, start, end)
        return self.builder.variable(name, start, end)

    def call(self, token: Token) -> bool:
        _, name, start, _ = token
        rows = FUNCTIONS.get(name)
        if rows is None:
            raise self.error(no_function(name, name in self.met or name in CONSTANTS), token)
        return self.wait(Waiting(name, start, 0, None, rows, len(self.operands)))

    def operator(self, token: Token) -> bool:
        """Takes a token where an operator is expected; True if an operand is expected after it."""
        kind, text, _, _ = token
        if text == ")" or text == "," or text == "|":
            return self.close(token)
        infix = INFIXES.get(text)
        if infix is None and self.implies_product(kind, text):
            self.at -= 1
            infix = INFIXES[PRODUCT_OF.name]
        if infix is None:
            raise self.error(misplaced(token, self.tokens[self.at - 2]), token)
        assert infix.operation is not None
        self.reduce(infix.power + infix.operation.right)
        return self.wait(infix)

    def implies_product(self, kind: str, text: str) -> bool:
        """A number before a name or bracket multiplies, and so does `)` before any of the three."""
        before, sign, _, _ = self.tokens[self.at - 2]
        if before == NUMBER:
            return kind == NAME or text == "("
        return sign == ")" and (kind in (NUMBER, NAME) or text == "(")

    def close(self, token: Token) -> bool:
        """Takes `)`, `,` or a closing `|`; True after a comma."""
        _, text, _, end = token
        waiting, operands = self.waiting, self.operands
        if waiting and waiting[-1].power:
            self.reduce(0)
        opened = waiting[-1] if waiting else None
        if opened is None or (opened.text == "|") != (text == "|"):
            raise self.error(misplaced(token, self.tokens[self.at - 2], opened), token)
        if text == ",":
            if not opened.rows:
                raise self.error(misplaced(token, self.tokens[self.at - 2]), token)
            return True
        waiting.pop()
        start, depth = opened.start, opened.depth
        ids = tuple([node for node, _, _ in operands[depth:]])
        del operands[depth:]
        node = ids[0]
        if opened.rows:
            node = self.builder.add(self.overload(opened, len(ids), end), ids, start, end)
        operands.append((node, start, end))
        return False

    def overload(self, opened: Waiting, count: int, end: int) -> Operation:
        """The row of the function called that takes this many operands."""
        for row in opened.rows:
            if row.variadic or len(row.partials) == count:
                return row
        counts = " or ".join(str(row.arity) for row in opened.rows)
        plural = "" if counts == "1" else "s"
        message = f"{opened.text} takes {counts} operand{plural}, found {count}"
        raise ParseError(message, self.text, opened.start, end)

    def reduce(self, power: int) -> None:
        """Applies the waiting operators that bind at least as tightly as `power`."""
        operands, waiting, add = self.operands, self.waiting, self.builder.add
        while waiting and (top := waiting[-1]).power and top.power >= power:
            waiting.pop()
            right, _, end = operands.pop()
            ids: tuple[int, ...] = (right,)
            if top.prefix:
                start = top.start
            else:
                left, start, _ = operands.pop()
                ids = (left, right)
            operands.append((add(top.operation, ids, start, end), start, end))

    def wait(self, entry: Waiting) -> bool:
        self.waiting.append(entry)
        if len(self.waiting) > NESTING:
            raise self.error(f"nested deeper than {NESTING:,} levels", self.tokens[self.at - 1])
        return True

    def needed(self) -> str:
        """What the parser waits for where an operand is expected."""
        return needed(self.waiting[-1] if self.waiting else None)

    def error(self, message: str, first: Token, last: Token | None = None) -> ParseError:
        return ParseError(message, self.text, first[2], (last or first)[3])
