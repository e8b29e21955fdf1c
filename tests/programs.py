"""Random programs for the tests of laws."""

from __future__ import annotations

from backprop_tui.engine.ops import FUNCTIONS, INFIX
from hypothesis import strategies as st

VARIABLES = ("x", "y", "z")
LITERALS = ("0", "1", "2", "3", "0.5", "1.25", "1e-3", "pi", "e")
SMOOTH = ("exp", "sin", "cos", "tanh", "atan", "sigmoid", "softplus", "erf", "sinh", "asinh")
"""Functions without a kink or a pole, whose random nests differences can follow."""


def arities(name: str) -> list[int]:
    """How many operands a function may be given, at most three."""
    counts = [row.arity for row in FUNCTIONS[name]]
    return [1, 2, 3] if None in counts else [count for count in counts if count]


def calls(inner: st.SearchStrategy[str], names: tuple[str, ...]) -> st.SearchStrategy[str]:
    """A function of inner expressions."""
    shapes = [(name, count) for name in names for count in arities(name)]
    return st.sampled_from(shapes).flatmap(
        lambda shape: st.lists(inner, min_size=shape[1], max_size=shape[1]).map(
            lambda operands: f"{shape[0]}({', '.join(operands)})"
        )
    )


def expressions(
    leaves: tuple[str, ...] = (*VARIABLES, *LITERALS),
    functions: tuple[str, ...] = tuple(FUNCTIONS),
    operators: tuple[str, ...] = tuple(INFIX),
    size: int = 12,
) -> st.SearchStrategy[str]:
    """An expression as text, every operation but a call in parentheses."""
    return st.recursive(
        st.sampled_from(leaves),
        lambda inner: st.one_of(
            st.builds("({}{}{})".format, inner, st.sampled_from(operators), inner),
            inner.map("(-{})".format),
            calls(inner, functions),
        ),
        max_leaves=size,
    )


@st.composite
def programs(draw: st.DrawFn) -> str:
    """A few statements, each free to use the names before it."""
    leaves, lines = (*VARIABLES, *LITERALS), []
    for name in draw(st.sampled_from(("", "t", "tu"))):
        lines.append(f"{name} = {draw(expressions(leaves, size=6))}")
        leaves = (*leaves, name, name)
    return "\n".join([*lines, draw(expressions(leaves, size=8))])


NUMBERS = st.sampled_from((0.0, 1.0, -1.0, 2.0, -0.5, 0.3, 710.0, 1e200, -1e-200)) | st.floats(
    allow_nan=False, allow_infinity=False
)
"""Values for a variable, the awkward ones often."""
MODERATE = st.floats(-2, 2)
