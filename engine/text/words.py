"""How messages and panes write texts: listed, counted, cut, escaped, in cells of a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import Any

from .bounds import MESSAGE, WORD

FEW = 6
"""How many names a sentence lists before it says how many more there are."""
COUNTED = 10**18
"""Counts from here on are not spelled out: Python refuses to write the largest of them."""
LIKELY, COMPARED = 60, 1_000
"""Characters of a name, and how many names, that are compared in search of a suggestion."""


def listed(names: Iterable[str], count: int | None = None) -> str:
    """Names as a sentence lists them: `a`, `a and b`, `a, b and 3 more`.

    `count` says how many there are where only the first are given.
    """
    unique = list(dict.fromkeys(names))
    count = len(unique) if count is None else count
    if count > FEW:
        return f"{', '.join(unique[:FEW])} and {count - FEW:,} more"
    return (
        " and ".join([", ".join(unique[:-1]), unique[-1]]) if len(unique) > 1 else "".join(unique)
    )


def counted(count: int, noun: str) -> str:
    """How many there are of something: `1 row`, `2 rows`."""
    shown = f"{count:,}" if count < COUNTED else f"more than {COUNTED:,}"
    return f"{shown} {noun}{'' if count == 1 else 's'}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None when none is near.

    Of many names the first that start alike are compared, and none that are long.
    """
    from difflib import get_close_matches

    if len(name) > LIKELY:
        return None
    likely = [other for other in known if len(other) <= LIKELY]
    if len(likely) > COMPARED:
        likely = list(islice((other for other in likely if other[:1] == name[:1]), COMPARED))
    matches = get_close_matches(name, likely, n=1, cutoff=0.6)
    return matches[0] if matches else None


def suggestion(name: str, known: Iterable[str]) -> str:
    """`; did you mean …?` with the nearest known name, or nothing."""
    match = nearest(name, known)
    return f"; did you mean {match}?" if match else ""


FILLERS = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Letters and marks that show as nothing."""


def invisible(character: str) -> bool:
    """True for characters that a terminal would obey or hide instead of show."""
    return character in FILLERS or unicodedata.category(character) in (
        "Cc",
        "Cf",
        "Cs",
        "Co",
        "Cn",
        "Zl",
        "Zp",
    )


def escaped(text: str) -> str:
    """`text` with its invisible characters written as escapes, safe to print anywhere."""
    if text.isprintable() and FILLERS.isdisjoint(text):
        return text
    return "".join(
        character.encode("unicode_escape").decode() if invisible(character) else character
        for character in text
    )


def shortened(text: str, length: int = 120) -> str:
    """A text cut to a length, with an ellipsis."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def cited(given: object, length: int = 60) -> str:
    """What was given, as a message cites it: a text as it is, all else briefly."""
    text = given if isinstance(given, str) else briefly(given)
    return escaped(shortened(text, length))


def briefly(value: object) -> str:
    """How a value is written in Python, short whatever it holds."""
    return escaped(shortened(_brief().repr(value), LIKELY))


@lru_cache(maxsize=1)
def _brief() -> Any:
    """What writes values without ever writing all of a large one."""
    from reprlib import Repr

    class Brief(Repr):
        def repr_int(self, value: int, level: int) -> str:
            if abs(value) < COUNTED:
                return repr(value)
            digits = int(value.bit_length() * 0.30103) + 1
            return f"a whole number of about {digits:,} digits"

        def repr_bytes(self, value: bytes, level: int) -> str:
            return repr(value[:LIKELY])

        repr_bytearray = repr_bytes

    return Brief()


def said(message: str) -> str:
    """A message as it is shown: one line, nothing invisible, neither it nor a word too long."""
    words = (escaped(shortened(word, WORD.most)) for word in message.split(" "))
    return shortened(" ".join(shortened(word, WORD.most) for word in words), MESSAGE.most)


def flush_left(text: str, width: int) -> str:
    """A text with blanks after it, up to a width in cells."""
    return text + " " * (width - cell_width(text))


def flush_right(text: str, width: int) -> str:
    """A text with blanks before it, up to a width in cells."""
    return " " * (width - cell_width(text)) + text


@lru_cache(maxsize=4096)
def cell_width(text: str) -> int:
    """How many terminal cells a text takes: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
