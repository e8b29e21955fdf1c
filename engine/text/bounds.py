"""The limits on what is taken in: a row for each, and the words for what is beyond it."""

from __future__ import annotations

from typing import NamedTuple


class Limit(NamedTuple):
    """One limit: what it bounds, the largest that is taken, and what that counts."""

    what: str
    most: int
    unit: str
    hint: str = ""
    """What to do instead, where there is something."""

    @property
    def words(self) -> str:
        """The message for what is beyond: `a program can have 16,000,000 bytes at most`."""
        hint = f": {self.hint}" if self.hint else ""
        return f"{self.what} can have {self.most:,} {self.unit} at most{hint}"


TEXT = Limit("a program", 16_000_000, "bytes")
NODES = Limit("a graph", 1_500_000, "nodes")
EXPLAINED = Limit("a graph printed as text", 100_000, "nodes", "a larger one opens on the screen")
LISTED = Limit(
    "a graph printed as JSON or dot", 200_000, "nodes", "a larger one opens on the screen"
)
CALLS = Limit("a program", 3_000_000, "calls of its functions and arguments of these")
NAMES = Limit("a program", 1_500_000, "names")
NAME_LENGTH = Limit("a name", 1_000, "characters")
OPERANDS = Limit("an operation", 100_000, "operands")
NESTING = Limit("a program", 10_000, "levels")
TOML = Limit("a sample file", 16_000_000, "bytes")
CSV = Limit("a CSV file", 64_000_000, "bytes")
COLUMNS = Limit("a CSV file", 10_000, "columns")
ROWS = Limit("a CSV file", 1_000_000, "rows")
CELLS = Limit("a CSV file", 4_000_000, "cells")
KEYS = Limit("a sample file", 100_000, "keys")
DEPTH = Limit("a key of a sample file", 100, "parts")
DIGITS = Limit("a whole number", 4_300, "digits")
PRODUCTS = Limit("a network", 700_000, "products of a weight")
LEARNED = Limit("a network", 500_000_000, "products of a weight over all rows of its data")
UPDATES = Limit("descent", 1_000_000, "updates")
MESSAGE = Limit("a message", 2_000, "characters")
WORD = Limit("a word of a message", 200, "characters")
