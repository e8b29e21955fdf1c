"""The errors that bad input raises."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache


class BackpropError(Exception):
    """Bad input, said in one message; every error of this package is one of these."""


class ParseError(BackpropError):
    """Program text that cannot be read: what was expected, what was found, and where."""

    def __init__(self, message: str, text: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.span = (start, end)
        """Offsets into the text in characters, from 0, half-open."""
        self.line = text.count("\n", 0, start) + 1
        """The line, from 1."""
        self.column = start - (text.rfind("\n", 0, start) + 1) + 1
        """The column in characters, from 1."""

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}"

    def excerpt(self, room: int = 76) -> tuple[str, str]:
        """The offending line and, below it, carets under the span; cut to `room` characters."""
        line = self.text.split("\n")[self.line - 1]
        start = max(0, self.column - 1 - room * 2 // 3)
        shown = escaped(line[start : start + room])
        before = escaped(line[start : self.column - 1])
        length = min(self.span[1] - self.span[0], len(line) - self.column + 1, room // 3)
        marked = escaped(line[self.column - 1 : self.column - 1 + length])
        carets = " " * cell_width(before) + "^" * max(1, cell_width(marked))
        return ("…" if start else "") + shown, (" " if start else "") + carets


class FileError(BackpropError):
    """A sample file that cannot be used: the file, the line where one is known, and why."""

    def __init__(self, message: str, path: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}, line {self.line}"
        return f"{escaped(place)}: {self.message}"


class NetworkError(BackpropError):
    """A description of a network that cannot be used: the key that is wrong, and why."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


def counted(count: int, noun: str) -> str:
    """How many there are of something: `1 row`, `2 rows`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None when none is near."""
    from difflib import get_close_matches

    matches = get_close_matches(name, list(known), n=1, cutoff=0.6)
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


def cited(text: str, length: int = 60) -> str:
    """A text that was given, as a message cites it: cut to a length, nothing invisible."""
    return escaped(shortened(text, length))


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
