"""Random programs for the tests of laws."""

from __future__ import annotations

from backprop_tui.engine import Trace, parse, trace
from backprop_tui.engine.table.ops import FUNCTIONS, INFIX
from hypothesis import strategies as st

VARIABLES = ("x", "y", "z")
LITERALS = ("0", "1", "2", "3", "0.5", "1.25", "1e-3", "pi", "e")
SMOOTH = ("exp", "sin", "cos", "tanh", "atan", "sigmoid", "softplus", "erf", "sinh", "asinh")
"""Functions without a kink or a pole, whose random nests differences can follow."""
NUMBERS = st.sampled_from((0.0, 1.0, -1.0, 2.0, -0.5, 0.3, 710.0, 1e200, -1e-200)) | st.floats(
    allow_nan=False, allow_infinity=False
)
"""Values for a variable, the awkward ones often."""
MODERATE = st.floats(-2, 2)


def expressions(
    leaves: tuple[str, ...] = (*VARIABLES, *LITERALS),
    functions: tuple[str, ...] = tuple(FUNCTIONS),
    operators: tuple[str, ...] = tuple(INFIX),
    size: int = 12,
) -> st.SearchStrategy[str]:
    """An expression as text, every operation but a call in parentheses."""
    called = {count: [f for f in functions if takes(f, count)] for count in (1, 2, 3)}

    def around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.builds("({}{}{})".format, inner, st.sampled_from(operators), inner),
            inner.map("(-{})".format),
            *(calls(names, inner, count) for count, names in called.items() if names),
        )

    return st.recursive(st.sampled_from(leaves), around, max_leaves=size)


def calls(names: list[str], inner: st.SearchStrategy[str], count: int) -> st.SearchStrategy[str]:
    """A function of this many operands."""

    def written(name: str, *operands: str) -> str:
        whole = any(row.whole for row in FUNCTIONS[name])
        first = [str(len(operands[0]) % 4)] if whole else []
        return f"{name}({', '.join([*first, *operands[len(first) :]])})"

    return st.builds(written, st.sampled_from(names), *[inner] * count)


def takes(function: str, count: int) -> bool:
    """True if the function can be given this many operands."""
    return any(row.arity in (None, count) for row in FUNCTIONS[function])


EXPRESSIONS = {
    name: expressions((*VARIABLES, *LITERALS, *name), size=7) for name in ("", "t", "tu")
}


@st.composite
def programs(draw: st.DrawFn) -> str:
    """A few statements, each free to use the names before it."""
    names = draw(st.sampled_from(("", "t", "tu")))
    lines = [f"{name} = {draw(EXPRESSIONS[names[:i]])}" for i, name in enumerate(names)]
    return "\n".join([*lines, draw(EXPRESSIONS[names])])


PROGRAMS = programs()


@st.composite
def traces(
    draw: st.DrawFn,
    texts: st.SearchStrategy[str] = PROGRAMS,
    numbers: st.SearchStrategy[float] = NUMBERS,
) -> Trace:
    """A random program at random values, differentiated by all or some of its variables."""
    graph = parse(draw(texts))
    values = {name: draw(numbers) for name in graph.variables}
    wrt = [name for name in graph.variables if draw(st.booleans())]
    return trace(graph, values, draw(st.sampled_from((None, None, wrt))))
