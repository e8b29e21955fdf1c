"""Inputs as text and as data: programs, values, files, tables, command lines."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, NamedTuple

from backprop_tui.engine import Trace, bundled, parse, trace
from backprop_tui.engine.network.lowering import ACTIVATION, COST
from backprop_tui.engine.table.ops import FUNCTIONS, INFIX
from hypothesis import strategies as st

from called import written
from programs import LITERALS, NUMBERS, PROGRAMS, VARIABLES, takes

SHAPES = st.sampled_from(
    [f"({{}} {row} {{}})" for row in INFIX] * 5
    + ["(-{})"]
    + [
        f"{name}({', '.join(['{}'] * count)})".replace("polygamma({}", "polygamma(2")
        for name in FUNCTIONS
        for count in (1, 2, 3)
        if takes(name, count)
    ]
)
LEAVES = st.sampled_from((*VARIABLES, *VARIABLES, *LITERALS))


@st.composite
def deep(draw: st.DrawFn, depth: int = 4) -> str:
    """An expression of many operations, as deep as that at most."""

    def made(left: int) -> str:
        if left == 0 or (left < depth and draw(st.integers(0, 3)) == 3):
            return draw(LEAVES)
        shape = draw(SHAPES)
        return shape.format(*(made(left - 1) for _ in range(shape.count("{}"))))

    return made(depth)


DEEP = deep()


DEFINED = written().map(lambda made: made.text)
"""Programs with functions of their own."""


class Case(NamedTuple):
    """A program at values, differentiated by all or some of its variables."""

    program: str
    values: dict[str, float]
    wrt: list[str] | None = None

    def trace(self) -> Trace:
        """The program traced."""
        return trace(*self)


@st.composite
def cases(
    draw: st.DrawFn,
    texts: st.SearchStrategy[str] = PROGRAMS | DEEP | DEFINED,
    numbers: st.SearchStrategy[float] = NUMBERS,
) -> Case:
    """A random program at random values."""
    program = draw(texts)
    names = parse(program).variables
    values = {name: draw(numbers) for name in names}
    wrt = [name for name in names if draw(st.booleans())]
    return Case(program, values, draw(st.sampled_from((None, None, wrt))))


PIECES = st.sampled_from(
    [
        *"xyze0123456789.+-*/^()|,;=\n\r\t #_√²·−π\x1b\u202e\u200b",
        "sin(",
        "max(",
        "**",
        "1e4",
        "f(x) = ",
        "f(",
        "σ²(",
    ]
)
"""What programs are made of, and what they must not hold."""
TEXTS = st.one_of(st.text(), st.lists(PIECES).map("".join), st.text("x+-*/^()|,1 \n="))
"""Any text, more often one that looks like a program."""
ODD = (
    "\x00", "\x1b[2J", "\u202e", "\ud800", "\udcff", "\u2028", "\ufeff", "日本", "é", "𝛼", "ß", "½",
    "1e308", "1e-320", "1e400", "9" * 400, "9" * 5_000, "0x" + "f" * 5_000, "0.1", "-0", "inf",
    "nan", "1_0", "1e", "..", "'", '"', '"""', "\\", "\\u0000", "[", "]", "[[", "]]", "{", "}",
    "=", ":", "%", "--", "-", "x", "x" * 3_000, "y " * 400, "(" * 600, "-" * 600, "x^" * 300,
    "x+" * 300, "\n" * 300, ";" * 50, "true", "null", "2024-01-01", "*", "w*", "é" * 70,
)  # fmt: skip
"""What hand-written readers stumble over."""
STUMBLES = st.integers(0, len(ODD) - 1).map(lambda place: ODD[place])


@st.composite
def mutated(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """A text with a few pieces cut out, put in, doubled or exchanged."""
    text = draw(texts)
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 30)))
        put = draw(st.sampled_from(("", text[start:end] * 2)) | STUMBLES | st.text())
        text = text[:start] + put + text[end:]
    return text


@cache
def sample_texts() -> tuple[str, ...]:
    """The bundled sample files that are not long."""
    folder = files("backprop_tui.samples")
    found = ((folder / f"{name}.toml").read_text(encoding="utf-8") for name in bundled())
    return tuple(text for text in found if len(text) < 3_000)


def joined(parts: st.SearchStrategy[str], between: str, most: int) -> st.SearchStrategy[str]:
    """A few parts in a row."""
    return st.lists(parts, max_size=most).map(between.join)


PROGRAM_TEXTS = PROGRAMS | DEEP | DEFINED | mutated(PROGRAMS | DEEP | DEFINED) | TEXTS
NUMBER_TEXTS = st.sampled_from(
    ("1", "-2.5", "pi/2", "1e3", "0", "2^3", "sqrt(2)", "1/0", "1e400", "ln(0)", "-1e-310", "e")
) | st.floats().map(repr)
NAMES = st.sampled_from(("x", "y", "z", "w1", "α", "e", "t", "sin", "x2")) | st.text(max_size=5)
VALUE_TEXTS = mutated(joined(st.builds("{}={}".format, NAMES, NUMBER_TEXTS), "\n", 4)) | TEXTS
TOML_TEXTS = mutated(st.deferred(lambda: st.sampled_from(sample_texts())))
TOML_BYTES = TOML_TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary()

FIELDS = st.sampled_from(("1", "2.5", "", " ", "a", "nan", "inf", "1e400", "?", '"', "é", "0"))
ROWS = joined(FIELDS | st.text(max_size=4) | STUMBLES, ",", 4)
HEADERS = st.lists(st.sampled_from("abcd"), min_size=1, max_size=4).map(",".join)
CSV_TEXTS = mutated(st.builds("{}\n{}".format, HEADERS, joined(ROWS, "\n", 5)))
CSV_BYTES = CSV_TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass"))
COLUMNS = st.one_of(
    st.none(),
    st.sampled_from(("a", "b", "c", "d")),
    st.lists(st.sampled_from(("a", "b", "c")), max_size=3),
)
TABLES = st.tuples(CSV_BYTES, st.fixed_dictionaries({"inputs": COLUMNS}, optional={
    "targets": COLUMNS, "label": COLUMNS, "header": st.booleans(), "missing": st.just("skip"),
    "scale": st.just("standard"), "separator": st.sampled_from(",;\t e"),
    "decimal": st.sampled_from(".,"), "outputs": st.sampled_from((1, 2)),
}))  # fmt: skip
"""A file of data, the columns asked for, and how it is read."""

SMALL = st.floats(-3, 3) | st.integers(-3, 3)
JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6),
    st.builds(pow, st.just(10), st.just(5_000)), STUMBLES,
    st.sampled_from((-(10**400), 2**63, b"x", (), {}, [[]], [[[0]]], 1j)),
    st.lists(SMALL, max_size=3),
)  # fmt: skip
"""What is no part of a description."""


@st.composite
def networks(draw: st.DrawFn) -> dict[str, Any]:
    """A network that fits together, with at most two keys of junk."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=2, max_size=3))
    samples = draw(st.integers(0, 2))

    def vector(size: int) -> list[float]:
        return draw(st.lists(SMALL, min_size=size, max_size=size))

    def per_sample(size: int) -> Any:
        return [vector(size) for _ in range(samples)] if samples else vector(size)

    pairs = list(pairwise(sizes))
    made = {
        "sizes": sizes,
        "activation": [draw(st.sampled_from(tuple(ACTIVATION))) for _ in pairs],
        "cost": draw(st.sampled_from(tuple(COST))),
        "weights": [[vector(into) for _ in range(out)] for into, out in pairs],
        "biases": [vector(out) for _, out in pairs],
        "input": per_sample(sizes[0]),
        "target": per_sample(sizes[-1]),
    }
    if draw(st.booleans()):
        made |= {"init": "xavier", "seed": draw(st.integers(0, 9))}
        del made["weights"], made["biases"]
    keys = (*made, "reduction", "seed", "data", "label", "inputs", "init", "sises")
    for key in draw(st.lists(st.sampled_from(keys), max_size=2)):
        made[key] = draw(JUNK | st.sampled_from(("mean", "sum", "random", "softmax", "linear")))
    return made


OPTIONS = st.sampled_from(
    [["--check"], ["--check-nodes"], ["--list"], ["--ascii"], ["--version"], ["--help"], ["--"]]
)
WORDS = NUMBER_TEXTS | st.sampled_from(
    ("text", "json", "dot", "svg", "drawing", "x", "w*", "x,y", "3", "-1", "17", "0", "made.json",
     "made.txt", "made.svg", "no/such/file", "plain", "adam", "tree", "9" * 30)
) | STUMBLES  # fmt: skip
VALUED = st.builds(
    lambda flag, word: [flag, word],
    st.sampled_from(("--wrt", "--of", "-f", "-o", "--at", "--row", "--descend", "--rate",
                     "--method", "--digits", "--view", "--theme", "-x", "--formatt")),
    WORDS,
)  # fmt: skip
SOURCES = PROGRAM_TEXTS | st.sampled_from((*bundled(), ".", "/", "-", "..", "a.toml", "sqare"))
BINDINGS = st.builds("{}={}".format, st.sampled_from("xyz"), NUMBER_TEXTS) | VALUE_TEXTS
COMMANDS = st.tuples(
    st.builds(
        lambda source, values, options: [
            *(word for option in options for word in option), source, *values
        ],
        SOURCES,
        st.lists(BINDINGS, max_size=3),
        st.lists(OPTIONS | VALUED, max_size=3),
    ).map(lambda words: [word.replace("\x00", "") for word in words]),
    PROGRAM_TEXTS,
)  # fmt: skip
"""A command line, in which no word can hold a NUL, and what stands on its standard input."""
