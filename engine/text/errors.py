"""The errors that bad input raises."""

from __future__ import annotations

from typing import Any

from .words import cell_width, cited, escaped, said

PATH = 200
"""Characters of a path that a message shows."""


class BackpropError(Exception):
    """Bad input, said in one message; every error of this package is one of these.

    The message is one line of bounded length, its control characters escaped.
    """

    def __init__(self, message: str) -> None:
        super().__init__(said(message))


class ParseError(BackpropError):
    """Program text that cannot be read: what was expected, what was found, and where."""

    def __init__(self, message: str, text: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = str(self.args[0])
        self.text = text
        self.span = (start, end)
        """Offsets into the text in characters, from 0, half-open."""
        self.line = text.count("\n", 0, start) + 1
        """The line, from 1."""
        self.column = start - (text.rfind("\n", 0, start) + 1) + 1
        """The column in characters, from 1."""

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.text, *self.span)

    def excerpt(self, room: int = 76) -> tuple[str, str]:
        """The offending line and, below it, carets under the span; cut to `room` characters."""
        first = self.span[0] - self.column + 1
        last = self.text.find("\n", first)
        line = self.text[first : last if last >= 0 else len(self.text)]
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
        self.message = str(self.args[0])
        self.path = path
        self.line = line

    def __str__(self) -> str:
        line = "" if self.line is None else f", line {self.line}"
        return said(f"{cited(self.path, PATH)}{line}: {self.message}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.path, self.line)


class NetworkError(BackpropError):
    """A description of a network that cannot be used: the key that is wrong, and why."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.key, str(self))
