"""Names pasted with their modules, and methods: what to write in their place."""

from __future__ import annotations

import re

from ..table.constants import CONSTANTS
from ..table.ops import FUNCTIONS
from .missing import arguments, closing, instead, is_atomic, is_known, suggested

MODULES = frozenset(
    {
        *("torch", "np", "numpy", "math", "F", "jnp", "jax", "tf", "nn", "keras", "K", "scipy"),
        *("special", "sp", "sympy", "cmath", "mpmath", "mp", "onp", "anp", "xp", "lax", "autograd"),
        *("functional", "cp", "cupy", "mx", "paddle", "T", "tt", "pt", "theano", "th", "Math"),
    }
)
"""What other libraries are called where their functions are used."""
DOTTED = re.compile(r"(?<![\w.])((?:[^\W\d]\w*\s*\.\s*)+)([^\W\d]\w*)")
"""A name after the names of modules, or after what it is a method of."""


def pasted(text: str, dot: int) -> tuple[str, str, int, int] | None:
    """What an error says of a name with dots in it, as ParseError takes it; None for other dots."""
    around = (each for each in DOTTED.finditer(text) if each.start() < dot < each.end())
    found = next(around, None)
    if found is None:
        return None
    owner, name = found[1].split(".")[0].strip(), found[2]
    start, end = found.start(), found.end(1)
    if owner not in MODULES and not text.startswith("(", found.end()):
        return None
    if not (is_known(name) or (name in CONSTANTS and owner in MODULES)):
        return (
            f"a name has no dots, and there is no function {name}{suggested(name)}",
            text,
            start,
            end,
        )
    first, last = _statement(text, found.start())
    repaired = _repaired(text[first:last])
    kind = "module" if owner in MODULES else "dot"
    return f"names stand without a {kind}: write {repaired}", text, start, end


def _statement(text: str, place: int) -> tuple[int, int]:
    """The statement around a place, without a comment after it; lines that brackets join whole."""
    first = max(text.rfind(end, 0, place) for end in "\n;") + 1
    last = _end(text, place)
    while last < len(text) and text.count("(", first, last) > text.count(")", first, last):
        last = _end(text, last + 1)
    while first and text.count("(", first, last) < text.count(")", first, last):
        first = max(text.rfind(end, 0, first - 1) for end in "\n;") + 1
    return first, last


def _end(text: str, place: int) -> int:
    """Where the line, the statement or what precedes a comment ends after a place."""
    return min((at for end in "\n;#" if (at := text.find(end, place)) >= 0), default=len(text))


def _repaired(text: str) -> str:
    """A statement with every name without its module, and what computes those that are missing."""
    for found in reversed(list(DOTTED.finditer(text))):
        text = _without(text, found)
    return " ".join(text.split())


def _without(text: str, found: re.Match[str]) -> str:
    """The text with one dotted name put right; what stands to the right of it has been."""
    owner, name, (start, end) = found[1].split(".")[0].strip(), found[2], found.span()
    close = closing(text, end) if text.startswith("(", end) else None
    if close is None:
        return text[:start] + name + text[end:] if owner in MODULES else text
    given = arguments(text, end)
    if owner not in MODULES:
        given.insert(0, owner)
    call = f"{name}({', '.join(given)})"
    if name not in FUNCTIONS:
        call = instead(name, given) or call
    whole = not text[:start].strip() and not text[close + 1 :].strip()
    if not (whole or is_atomic(call)):
        call = f"({call})"
    return text[:start] + call + text[close + 1 :]
