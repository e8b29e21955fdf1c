"""Program text to a graph: statements, the names that they give, and functions."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..table.constants import CONSTANTS
from ..table.names import RESERVED
from ..table.ops import FUNCTIONS
from ..text.bounds import OPERANDS, TEXT
from ..text.errors import BackpropError, ParseError
from ..text.words import briefly
from .calls import with_quotes
from .expressions import Expressions
from .graph import Builder, Definition, Graph
from .tokens import BREAK, END, NAME, Token


def parse(text: str, names: Collection[str] = ()) -> Graph:
    """The graph of a program.

    `names` are variables even if the language has a constant of that name. Raises ParseError,
    which says what was expected, what was found and where; BackpropError for what is no text.
    """
    if not isinstance(text, str):
        raise BackpropError(f"a program is text, found {briefly(text)}")
    if len(text) > TEXT.most or (not text.isascii() and _bytes(text) > TEXT.most):
        raise BackpropError(TEXT.words)
    names = [names] if isinstance(names, str) else names
    if not isinstance(names, Collection) or not all(isinstance(name, str) for name in names):
        raise BackpropError(f"names must be a collection of texts, found {briefly(names)}")
    return _Parser(text, names).program()


def parse_formula(text: str, names: Collection[str]) -> Graph:
    """The graph of a formula of the table, in which a name may stand where a literal must."""
    return _Parser(text, names, literals=False).program()


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


def _bytes(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))


class _Parser(Expressions):
    """Reads a program: its statements, the names that they give, and functions."""

    def __init__(self, text: str, names: Collection[str], literals: bool = True) -> None:
        super().__init__(text, names, literals)
        self.statements: list[tuple[str | None, int]] = []
        self.named: set[str] = set()

    def program(self) -> Graph:
        unnamed: tuple[Token, Token] | None = None
        last: Definition | None = None
        while (token := self.token())[0] != END:
            if token[0] == BREAK:
                self.at += 1
                continue
            if unnamed:
                raise self.error(
                    "an unnamed statement before the last cannot be used by any other: "
                    "name it (t = …), or put the lines in brackets to join them",
                    *unnamed,
                )
            is_heading = self.tokens[self.at + 1][1] == "(" and token[0] == NAME
            last = self.function() if is_heading else None
            if last:
                continue
            name = self.definition()
            node = self.statement() if self.functions else self.expression()
            if name:
                self.define(name, node)
            else:
                unnamed = token, self.tokens[self.at - 1]
            self.statements.append((name, node))
        self.check_size()
        if last:
            self.end_with(last)
        if not self.statements:
            raise ParseError(
                "the program is empty: type an expression such as (4*x + 1)^2",
                self.text,
                0,
                len(self.text),
            )
        calls = self.expansion.fields() if self.functions else {}
        return with_quotes(self.builder.graph(self.statements, self.text, **calls))

    def statement(self) -> int:
        """The node of a statement in a program with functions."""
        written = self.written(())
        return self.expansion.statement(written, len(self.statements))

    def written(self, parameters: Sequence[Token]) -> Graph:
        """An expression as it is written, with calls unexpanded, its parameters the first nodes."""
        builder, met = self.builder, self.met
        self.builder = Builder()
        for _, name, start, end in parameters:
            self.builder.variable(name, start, end)
        self.met = dict(self.builder.variables)
        written = self.builder.graph([(None, self.expression())])
        self.builder, self.met = builder, met
        return written

    def end_with(self, function: Definition) -> None:
        """Makes the body of the last definition the output, its parameters what their names are."""
        node = self.expansion.statement(function.body, len(self.statements))
        self.statements.append((function.name, node))
        self.builder.names.setdefault(node, function.name)

    def function(self) -> Definition | None:
        """The function whose name and bracket stand here, its text consumed; None where it is
        called."""
        size = 2
        while (token := self.ahead(size))[0] == NAME or token[1] == ",":
            size += 1
            if size > 2 * OPERANDS.most + 2:
                raise self.error(OPERANDS.words, token)
        if self.ahead(size)[1] != ")" or self.ahead(size + 1)[1] != "=":
            return None
        (_, name, _, _), *between = heading = self.tokens[self.at : self.at + size + 2]
        self.check_function(heading[0])
        parameters = self.parameters(between[1:-2], heading)
        self.at += len(heading)
        self.defining = name
        body = self.written(parameters)
        self.defining = ""
        names = tuple([text for _, text, _, _ in parameters])
        function = Definition(name, names, body, len(self.statements))
        self.expansion.define(function)
        return function

    def check_function(self, token: Token) -> None:
        """ParseError where a function cannot have this name."""
        name = token[1]
        if name in FUNCTIONS:
            raise self.error(f"{name} is a function of the language: choose another name", token)
        if name in self.functions:
            raise self.error(f"{name} is defined twice", token)
        if name in self.met or name in self.variables:
            raise self.error(f"{name} stands for a number: a function needs another name", token)

    def parameters(self, between: Sequence[Token], heading: Sequence[Token]) -> list[Token]:
        """The parameters among the tokens of a heading. ParseError where they are none."""
        if not between:
            name = heading[0][1]
            message = f"{name} has no parameter: write {name}(x) = …, or {name} = … for a number"
            raise self.error(message, heading[0], heading[-2])
        known = set[str]()
        for place, token in enumerate(between):
            kind, name, _, _ = token
            if (kind == NAME) == (place % 2 == 1) or (place == len(between) - 1 and kind != NAME):
                message = "parameters are names with commas between them, as in f(x, y) = …"
                raise self.error(message, token)
            if name in known:
                raise self.error(f"the parameter {name} is named twice", token)
            if name in RESERVED or name in self.functions or token[1] == heading[0][1]:
                raise self.error(f"{name} is a function and cannot be a parameter", token)
            if kind == NAME:
                known.add(name)
        return list(between[::2])

    def definition(self) -> str | None:
        """The name that this statement gives, its `=` consumed."""
        kind, name, _, _ = token = self.tokens[self.at]
        if kind != NAME or self.tokens[self.at + 1][1] != "=":
            return None
        if name in RESERVED or name in self.functions:
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
        message = f"{name} is used before its definition{self.expansion.called(node)}"
        return ParseError(message, self.text, start, end)
