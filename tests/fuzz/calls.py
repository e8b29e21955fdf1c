"""Calls of the Python API with arguments of every type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy
from backprop_tui.engine import descend, load, load_bundled, parse, trace, trace_network
from hypothesis import strategies as st

from programs import PROGRAMS

from .laws import refusals
from .texts import JUNK, networks

ARTICLE = trace("(4*x + 1)^2*y", {"x": 1.0, "y": 2.0})
SIMPLE = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(), st.sampled_from((10**400, 2**63)),
    st.sampled_from(("x", "y", "xy", "x*y", "w*", "", "sin", "\x1b", "a.toml", "square", b"x")),
    st.sampled_from((Decimal("0.1"), Fraction(1, 3), 1j, numpy.float32(0.5), numpy.int64(2),
                     numpy.float64("nan"), numpy.array([1.0, 2.0]), numpy.bool_(True))),
    st.sampled_from(("plain", "adam", "momentum")),
)  # fmt: skip
"""One object of some type; fresh ones each time where they can be changed."""
OBJECTS = st.recursive(
    SIMPLE | JUNK | st.builds(object),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=2).map(tuple),
        st.dictionaries(st.sampled_from(("x", "y", "z", 1, None, b"x")), inner, max_size=3),
    ),
    max_leaves=4,
)


def _traced(*arguments: Any, **named: Any) -> None:
    made = trace(*arguments, **named)
    made.to_dict()
    repr(made)


CALLS: Mapping[str, Callable[..., object]] = {
    "parse": parse,
    "trace": _traced,
    "trace_network": trace_network,
    "descend": lambda *arguments, **named: descend(ARTICLE, *arguments, **named)[-1].gradient,
    "load": load,
    "load_bundled": load_bundled,
    "at": ARTICLE.at,
    "to_dict": ARTICLE.to_dict,
    "with_output": ARTICLE.graph.with_output,
}
KEYWORDS = {
    "parse": ("names",), "trace": ("values", "wrt"), "trace_network": ("wrt", "row"),
    "descend": ("rate", "method"), "to_dict": ("checked",),
}  # fmt: skip
FIRST: Mapping[str, st.SearchStrategy[Any]] = {
    "trace": PROGRAMS | OBJECTS,
    "trace_network": networks() | OBJECTS,
    "descend": st.integers(-1, 5) | OBJECTS,
    "load": OBJECTS.filter(lambda given: not hasattr(given, "__index__")),
}
"""What the first argument often is, where anything at all would end there."""


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, list[Any], dict[str, Any]]:
    """A function's name, its arguments in order and those by name."""
    name = draw(st.sampled_from(tuple(CALLS)))
    named = draw(st.lists(st.sampled_from(KEYWORDS[name]), unique=True)) if name in KEYWORDS else []
    return name, [draw(FIRST.get(name, OBJECTS))], {key: draw(OBJECTS) for key in named}


def a_wrong_argument_is_refused(given: tuple[str, list[Any], dict[str, Any]]) -> None:
    """Every error is a BackpropError, whatever the type of what was handed over."""
    name, arguments, named = given
    with refusals():
        CALLS[name](*arguments, **named)
