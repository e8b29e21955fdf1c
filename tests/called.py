"""Random programs with functions of their own, and the same with the calls put in by hand."""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st

# A tree is a name, a number, or the name of an operation or of a function with its operands.
Tree = Any
OPERATIONS = {"+": 2, "*": 2, "sin": 1, "max": 3}


class Function(NamedTuple):
    name: str
    parameters: tuple[str, ...]
    body: Tree


class Call(NamedTuple):
    name: str
    output: str
    arguments: tuple[str, ...]
    inside: int | None


def text_of(tree: Tree) -> str:
    if not isinstance(tree, tuple):
        return str(tree)
    name, *operands = tree
    texts = [text_of(operand) for operand in operands]
    return f"({texts[0]} {name} {texts[1]})" if name in "+*" else f"{name}({', '.join(texts)})"


class ByHand:
    """A program with its calls put in, a statement for each operation, in evaluation order."""

    def __init__(self, functions: list[Function]) -> None:
        self.functions = {function.name: function for function in functions}
        self.lines: list[str] = []
        self.calls: list[Call] = []
        self.made: dict[str, int] = {}
        """The names that stand for nodes made inside calls, with the number of the call."""

    def put(self, tree: Tree, scope: dict[str, str], call: int | None = None) -> str:
        """The name of a tree's node; its statements are written before."""
        if isinstance(tree, str):
            return scope[tree] if tree in scope else self.named(tree, None)
        if not isinstance(tree, tuple):
            return self.named(str(tree), call)
        name, *operands = tree
        names = [self.put(operand, scope, call) for operand in operands]
        if name not in self.functions:
            return self.named(text_of((name, *names)), call)
        function, number = self.functions[name], len(self.calls)
        self.calls.append(Call(name, "", tuple(names), call))
        inner = dict(zip(function.parameters, names, strict=True))
        output = self.put(function.body, inner, number)
        self.calls[number] = self.calls[number]._replace(output=output)
        return output

    def named(self, text: str, call: int | None) -> str:
        name = f"n{len(self.lines)}"
        self.lines.append(f"{name} = {text}")
        if call is not None:
            self.made[name] = call
        return name


@st.composite
def trees(draw: st.DrawFn, leaves: tuple[Any, ...], functions: list[Function], depth: int) -> Tree:
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(leaves))
    arities = OPERATIONS | {one.name: len(one.parameters) for one in functions}
    name = draw(st.sampled_from([*arities, *(one.name for one in functions)]))
    return (name, *(draw(trees(leaves, functions, depth - 1)) for _ in range(arities[name])))


class Written(NamedTuple):
    text: str
    by_hand: ByHand
    flat: str


@st.composite
def written(draw: st.DrawFn) -> Written:
    """A program with functions and named statements between them, and the same put in by hand."""
    functions: list[Function] = []
    lines: list[str] = []
    hand = ByHand(functions)
    scope: dict[str, str] = {}
    for name in "fgh"[: draw(st.integers(1, 3))]:
        parameters = ("a", "x")[: draw(st.integers(1, 2))]
        body = draw(trees((*parameters, *parameters, "x", "k", 2, 0.5), functions, 2))
        lines.append(f"{name}({', '.join(parameters)}) = {text_of(body)}")
        functions.append(Function(name, parameters, body))
        hand.functions[name] = functions[-1]
        if draw(st.booleans()):
            statement = f"t{name}"
            tree = draw(trees(("x", "y", 3, *scope), functions, 2))
            lines.append(f"{statement} = {text_of(tree)}")
            scope[statement] = hand.put(tree, dict(scope))
    tree = draw(trees(("x", "y", 3, *scope), functions, 3))
    lines.append(text_of(tree))
    output = hand.put(tree, dict(scope))
    return Written("\n".join(lines), hand, "\n".join([*hand.lines, output]))
