"""Expressions to nodes: operator precedence with a stack of its own."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice

from ..table.constants import CONSTANTS
from ..table.names import RESERVED
from ..table.operation import ATOM, COMPARISON, SUM, Operation
from ..table.ops import (
    ABSOLUTE,
    CALL,
    FUNCTIONS,
    INFIX,
    NEGATION,
    PRODUCT_OF,
    SQUARE_ROOT,
)
from ..text.bounds import NAMES, NESTING, NODES, OPERANDS
from ..text.errors import ParseError
from .expansion import Expansion
from .graph import Builder
from .misread import Waiting, chained, found, misplaced, needed, no_function, no_inverse
from .tokens import BREAK, END, NAME, NUMBER, Token, tokens

AT_ONCE, KEPT = 20_000, 2
"""How many tokens are made at a time, and how many are looked back at or ahead."""
ORDERS = 1_000
"""The largest whole number that an operation takes as a literal."""
ENDS = frozenset((BREAK, END))

_Operand = tuple[int, int, int]
"""A node and the span that its text takes, brackets included; plain, since there are so many."""

INFIXES = {name: Waiting(name, 0, operation.power, operation) for name, operation in INFIX.items()}


class Expressions:
    """Reads expressions, one after the other, into a builder; tokens come as they are needed."""

    def __init__(self, text: str, names: Collection[str], literals: bool = True) -> None:
        self.text = text
        self.literals = literals
        """True where a whole-number literal must be one."""
        self.stream = tokens(text)
        self.tokens: list[Token] = []
        """Those around the place reached: the two before it, and some that follow."""
        self.at = 0
        self.last = 0
        """The place up to which there is a token after the next; more are made there."""
        self.builder = Builder()
        """Of the graph; while what holds calls is read, of that as it is written."""
        self.open = 0
        """How many brackets wait for their right end."""
        self.before: Token = (BREAK, "", 0, 0)
        """The token taken last, line breaks in brackets left out."""
        self.variables = frozenset(names)
        self.met: dict[str, int] = {}
        self.operands: list[_Operand] = []
        self.waiting: list[Waiting] = []
        self.expansion = Expansion(text, self.builder, self.met)
        self.functions = self.expansion.definitions
        self.defining = ""
        """The function whose body is read."""

    def token(self) -> Token:
        """The token at the place reached, with the one after it at hand."""
        if self.at >= self.last:
            self.more()
        return self.tokens[self.at]

    def more(self) -> None:
        """Makes tokens beyond the place reached, and forgets those before it."""
        self.check_size()
        kept = self.tokens[max(0, self.at - KEPT) :]
        self.at = min(self.at, KEPT)
        self.tokens = kept + list(islice(self.stream, AT_ONCE))
        is_end = bool(self.tokens) and self.tokens[-1][0] == END
        self.last = len(self.tokens) + 1 if is_end else len(self.tokens) - KEPT

    def check_size(self) -> None:
        """ParseError where there are more nodes or names than a graph can have."""
        for limit, count in ((NODES, len(self.builder.operations)), (NAMES, len(self.met))):
            if count > limit.most:
                end = self.tokens[min(self.at, len(self.tokens) - 1)]
                raise self.error(limit.words, end)

    def ahead(self, places: int) -> Token:
        """The token so many places on; the last one beyond the end."""
        while self.at + places >= len(self.tokens) and self.tokens[-1][0] != END:
            self.tokens += islice(self.stream, AT_ONCE)
            self.last = len(self.tokens) + (1 if self.tokens[-1][0] == END else -KEPT)
        return self.tokens[min(self.at + places, len(self.tokens) - 1)]

    def expression(self) -> int:
        """The node of one statement's expression, read up to its end."""
        wanted, waiting = True, self.waiting
        while True:
            if self.at >= self.last:
                self.more()
            kind, text, _, _ = token = self.tokens[self.at]
            if kind in ENDS:
                if not waiting or text != "\n" or not self.open:
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
            self.before = token
        if wanted:
            raise self.error(f"expected {self.needed()}, found {found(token)}", token)
        self.reduce(0)
        if waiting:
            text, start, *_ = waiting[-1]
            message = f"{text} is never closed: a {'|' if text == '|' else ')'} is missing"
            raise ParseError(message, self.text, start, start + len(text))
        return self.operands.pop()[0]

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
            power, operation = (ATOM, SQUARE_ROOT) if text == "√" else (NEGATION.power, NEGATION)
            return self.wait(Waiting(text, start, power, operation, prefix=True))
        raise self.error(f"expected {self.needed()}, found {found(token)}", token)

    def name(self, token: Token) -> bool:
        """Takes a name: a function before a bracket, else the node it stands for."""
        _, name, start, end = token
        if self.tokens[self.at][1] == "(":
            self.at += 1
            return self.call(token)
        node = self.met.get(name)
        if node is None:
            if self.tokens[self.at][1] == "^" and (exponent := self.exponent(token)):
                self.at += 3
                return self.call(token, exponent)
            node = self.met_first(token)
            if name not in CONSTANTS or name in self.variables:
                self.met[name] = node
        self.operands.append((node, start, end))
        return False

    def met_first(self, token: Token) -> int:
        """The node of a name that stands for none yet; a constant is a node at each place."""
        _, name, start, end = token
        if name in RESERVED or name in self.functions:
            raise self.error(f"{name} is a function: write {name}(…)", token)
        if name in CONSTANTS and name not in self.variables:
            return self.builder.constant(CONSTANTS[name].value, name, start, end)
        return self.builder.variable(name, start, end)

    def exponent(self, token: Token) -> Token | None:
        """The exponent between a function and its bracket, as in sin²(x); None where none is."""
        name, known = token[1], {*self.variables, *self.expansion.met}
        if name in known or not (name in FUNCTIONS or name in self.functions):
            return None
        _, power, bracket, after = (self.ahead(places) for places in range(4))
        if power[1] == "-" and bracket[0] == NUMBER and after[1] == "(":
            raise self.error(no_inverse(name, self.text, after[2]), token, bracket)
        if power[0] != NUMBER or bracket[1] != "(":
            return None
        if not float(power[1]).is_integer() or float(power[1]) < 2:
            message = f"the exponent between {name} and its bracket is 2, 3, …: write it after the"
            raise self.error(f"{message} bracket, {name}(…)^{power[1]}", power)
        return power

    def call(self, token: Token, exponent: Token | None = None) -> bool:
        """Opens the bracket of a function, its exponent consumed where it has one."""
        _, name, start, _ = token
        rows = FUNCTIONS.get(name)
        if rows is None and name in self.functions:
            rows = (CALL,)
        if rows is None:
            raise self.error(self.no_function(token), token)
        depth = len(self.operands)
        return self.wait(Waiting(name, start, 0, None, rows, depth, False, exponent))

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
            raise self.error(misplaced(token, self.before), token)
        assert infix.operation is not None
        if infix.power == COMPARISON:
            self.check_chain(token)
        self.reduce(infix.power + infix.operation.right)
        return self.wait(infix)

    def check_chain(self, token: Token) -> None:
        """ParseError for a comparison of what a comparison gives."""
        self.reduce(SUM)
        before = self.waiting[-1] if self.waiting else None
        if before and before.power == COMPARISON:
            raise self.error(chained(before.text, token[1]), token)

    def implies_product(self, kind: str, text: str) -> bool:
        """A number before a name or bracket multiplies, and so does `)` before any of the three."""
        before, sign, _, _ = self.before
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
            raise self.error(misplaced(token, self.before, opened), token)
        if len(operands) - opened.depth > OPERANDS.most:
            end = opened.start + len(opened.text)
            raise ParseError(OPERANDS.words, self.text, opened.start, end)
        if text == ",":
            if not opened.rows:
                raise self.error(misplaced(token, self.before), token)
            return True
        waiting.pop()
        self.open -= 1
        start, depth = opened.start, opened.depth
        ids = tuple([node for node, _, _ in operands[depth:]])
        del operands[depth:]
        node = ids[0]
        if opened.rows:
            operation = self.overload(opened, len(ids), end)
            if operation.whole and self.literals:
                self.check_whole(opened, ids[0])
            node = self.builder.add(operation, ids, start, end)
            if operation is CALL:
                self.called(opened, node, len(ids), end)
            if opened.exponent:
                node = self.raised(node, opened.exponent, start, end)
        operands.append((node, start, end))
        return False

    def raised(self, node: int, exponent: Token, start: int, end: int) -> int:
        """The power of a function's value."""
        _, text, first, last = exponent
        number = self.builder.constant(float(text), None, first, last)
        return self.builder.add(INFIX["^"], (node, number), start, end)

    def check_whole(self, opened: Waiting, node: int) -> None:
        """ParseError for a first operand that is no whole-number literal."""
        number = self.builder.constants.get(node, -1.0)
        if not (number.is_integer() and 0 <= number <= ORDERS):
            start, end = self.builder.starts[node], self.builder.ends[node]
            wanted = f"a whole number from 0 to {ORDERS:,} as its first operand, written out"
            message = f"{opened.text} takes {wanted}, found {self.text[start:end]}"
            raise ParseError(message, self.text, start, end)

    def overload(self, opened: Waiting, count: int, end: int) -> Operation:
        """The operation called that takes this many operands."""
        for operation in opened.rows:
            if operation.variadic or len(operation.partials) == count:
                return operation
        counts = " or ".join(str(operation.arity) for operation in opened.rows)
        raise self.wrong_count(opened, counts, count, end)

    def called(self, opened: Waiting, node: int, count: int, end: int) -> None:
        """Says of a node of what is written which function it calls."""
        taken = len(self.functions[opened.text].parameters)
        if count != taken:
            raise self.wrong_count(opened, str(taken), count, end)
        self.builder.symbols[node] = opened.text

    def wrong_count(self, opened: Waiting, counts: str, count: int, end: int) -> ParseError:
        plural = "" if counts == "1" else "s"
        message = f"{opened.text} takes {counts} operand{plural}, found {count}"
        return ParseError(message, self.text, opened.start, end)

    def no_function(self, token: Token) -> str:
        """Why a name before a bracket calls nothing."""
        name = token[1]
        if name == self.defining:
            return f"{name} calls itself: a function can use those that are defined before it"
        return no_function(name, self.is_number(name), self.text, token[2])

    def is_number(self, name: str) -> bool:
        """True for a name that stands for a number, here or in the program around."""
        return name in self.met or name in self.expansion.met or name in CONSTANTS

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
        self.open += not entry.power
        if len(self.waiting) > NESTING.most:
            message = f"nested deeper than {NESTING.most:,} {NESTING.unit}"
            raise self.error(message, self.tokens[self.at - 1])
        return True

    def needed(self) -> str:
        """What the parser waits for where an operand is expected."""
        return needed(self.waiting[-1] if self.waiting else None)

    def error(self, message: str, first: Token, last: Token | None = None) -> ParseError:
        return ParseError(message, self.text, first[2], (last or first)[3])
