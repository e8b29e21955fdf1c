"""Where the keys of a file in TOML stand, which its reader does not tell."""

from __future__ import annotations

import re

WORDS = (
    r'"""(?:[^"\\]++|\\.|"(?!""))*+"{3,5}' r"|'''.*?'{3,5}" r'|"(?:[^"\\]++|\\.)*+"' r"|'[^']*+'"
    r"|#[^\n]*"
)  # fmt: skip
"""A string or a comment in valid TOML.

Possessive: what could be given back of a long string would take a hundred bytes a character.
"""
TOKEN = rf"{WORDS}|[\n=\[\]{{}}]|[^\s\"'#=\[\]{{}}]+"
"""A string, a comment, a line break, a sign or a piece of something else in valid TOML."""
WHOLE = r"(?<![\w.+-])[+-]?([0-9](?:_?[0-9]){%d,}+)(?![\w.])(?!\s*=)"
"""A whole number of more digits than that in valid TOML; in a string it may be anything."""


def places_of_keys(text: str) -> dict[tuple[str, ...], int]:
    """Where the value of each key and the header of each table starts, by the path to it."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    head, depth, in_value = "", 0, False
    for match in re.finditer(TOKEN, text + "\n", re.DOTALL):
        token = match[0]
        if in_value:
            depth += (token in ("[", "{")) - (token in ("]", "}"))
            in_value = token != "\n" or depth > 0
        elif token == "=":
            found[(*table, *_path(f"{head} = 0"))] = match.end()
            head, in_value = "", True
        elif token == "\n" and head:
            table = _path(head)
            found.setdefault(table, match.start())
            head = ""
        elif not token.startswith(("\n", "#")):
            head += token
    return found


def has_more_keys(text: str, most: int) -> bool:
    """Whether a file has more keys and tables than that, found without reading it as TOML."""
    if text.count("=") + text.count("[") <= most:
        return False
    found, depth, in_value, in_head = 0, 0, False, False
    for match in re.finditer(TOKEN, text + "\n", re.DOTALL):
        token = match[0]
        if in_value:
            depth += (token in ("[", "{")) - (token in ("]", "}"))
            found += token == "="
            in_value = token != "\n" or depth > 0
        elif token == "=":
            found, in_value, in_head = found + 1, True, False
        elif token == "\n":
            found, in_head = found + in_head, False
        else:
            in_head = in_head or token == "["
        if found > most:
            return True
    return False


def long_number(text: str, most: int) -> re.Match[str] | None:
    """The first whole number with more digits than that, as group 1; None where there is none."""
    if re.search(WHOLE % most, text) is None:
        return None
    found = re.finditer(f"{WORDS}|{WHOLE % most}", text, re.DOTALL)
    return next((match for match in found if match[1]), None)


def _path(statement: str) -> tuple[str, ...]:
    """The path of names that a key or a header in TOML spells."""
    import tomllib

    table, path = tomllib.loads(statement), []
    while isinstance(table, dict) and table:
        [(name, table)] = table.items()
        path.append(name)
    return tuple(path)
