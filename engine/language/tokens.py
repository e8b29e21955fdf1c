"""Program text to tokens."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from string import ascii_letters

from ..text.bounds import NAME_LENGTH
from ..text.errors import ParseError
from ..text.words import FILLERS, escaped, invisible
from .pasted import pasted

NUMBER, NAME, SYMBOL, BREAK, END = "number", "name", "sign", "break", "end"
SPACE, BRACKET, SUPERSCRIPT, STRAY = "space", "bracket", "superscript", "stray"

LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"
TYPOGRAPHIC = {
    "·": "*", "×": "*", "÷": "/", "−": "-", "**": "^", "≤": "<=", "≥": ">=", "≠": "!=",
}  # fmt: skip
"""Signs that people paste or write instead of the language's own."""

WORDS = (
    r"[^\S\n]+|\#[^\n]*|{name}|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
    r"|\*\*|[<>=!]=|.|\n"
)
ASCII = re.compile(WORDS.format(name="[A-Za-z][A-Za-z0-9_]*"))
UNICODE = re.compile(WORDS.format(name=r"⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+|[^\W\d_][^\W⁰¹²³⁴⁵⁶⁷⁸⁹]*"))
"""The same with every alphabet; ASCII text, by far the most, is cut faster without."""

FIRST = {
    **dict.fromkeys(" \t#", SPACE),
    **dict.fromkeys(".0123456789", NUMBER),
    **dict.fromkeys("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", SUPERSCRIPT),
    **dict.fromkeys(ascii_letters, NAME),
    **dict.fromkeys("-+*/^,=|√<>·×÷−≤≥≠", SYMBOL),
    **dict.fromkeys("()", BRACKET),
    **dict.fromkeys(";\n", BREAK),
}
"""What a word is, by its first character."""
WHOLE = {word: FIRST[word[0]] for word in (" ", "  ", *"-+*/^,=|()\n;<>")} | {"!=": SYMBOL}
"""What a word is that needs no second look."""


PIECE = 1 << 16
"""Characters of the text that are cut into words at once."""
UNSURE = 3
"""How many words one may be that is cut off: 1, e and - of 1e-5."""

Token = tuple[str, str, int, int]
"""A piece of the program: what kind it is, how it reads, where it starts and ends.

Plain, since there are so many.
"""


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a program as they are asked for, the last one an END.

    ParseError for what belongs to no token. A line break inside parentheses is a space.
    """
    known, end, depth = dict(WHOLE), 0, 0
    plain = text.isascii()
    for word in _words(text, ASCII if plain else UNICODE):
        start = end
        end += len(word)
        kind = known.get(word)
        if kind == SPACE:
            continue
        if kind == BRACKET:
            kind = SYMBOL
            depth += 1 if word == "(" else -1
        elif kind == BREAK:
            if word == "\n" and depth > 0:
                continue
            depth = 0
        elif kind is None:
            kind = FIRST.get(word[0]) or _unusual(word)
            if kind == NAME:
                if len(word) > NAME_LENGTH.most:
                    raise ParseError(NAME_LENGTH.words, text, start, end)
                if not plain:
                    _check_name(text, word, start)
                known[word] = NAME
            elif kind == NUMBER:
                if word == "." and (message := pasted(text, start)):
                    raise ParseError(*message)
                _check_number(text, word, start, end)
            elif kind == SYMBOL:
                word = TYPOGRAPHIC.get(word, word)
            elif kind == SUPERSCRIPT and word != "⁻":
                yield SYMBOL, "^", start, end
                if word[0] == "⁻":
                    yield SYMBOL, "-", start, end
                kind, word = NUMBER, word.lstrip("⁻").translate(LOWERED)
            elif kind == SPACE:
                _check_space(text, start, end)
                continue
            else:
                raise _stray(text, start)
        yield kind, word, start, end
    yield END, "", end, end


def _words(text: str, pattern: re.Pattern[str]) -> Iterator[str]:
    """The words of a text, piece by piece, so that never all of them are there at once.

    The last few of a piece are cut anew with the next one: they may go on in it.
    """
    start, size = 0, PIECE
    while start < len(text):
        words = pattern.findall(text, start, start + size)
        if start + size < len(text):
            del words[-UNSURE:]
        yield from words
        size = PIECE if words else 2 * size
        start += sum(map(len, words))


def _unusual(word: str) -> str:
    """What a word is that starts with no character of FIRST."""
    return NAME if word[0].isalpha() else SPACE if word.isspace() else STRAY


UNNAMED = {"Co": "a private character", "Cn": "an unassigned character", "Cs": "half a character"}
"""What characters without a name of their own are called, by category."""


def describe(character: str) -> str:
    """A character as an error message names it: shown or escaped, with its Unicode name."""
    code = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "")
    kind = UNNAMED.get(unicodedata.category(character), "a control character")
    named = f"{code} {name}" if name else f"{code}, {kind}"
    return named if invisible(character) else f"{character} ({named})"


def _check_number(text: str, word: str, start: int, end: int) -> None:
    if word == ".":
        raise _stray(text, start)
    after = text[end : end + 2]
    if after[:1] == ".":
        raise ParseError("a number has one decimal point", text, end, end + 1)
    if word == "0" and after[:1] in ("x", "X", "b", "o") and after[1:].isdigit():
        raise ParseError(
            "numbers are decimal: hexadecimal, octal and binary are not read", text, start, end + 2
        )
    if math.isinf(float(word)):
        shown = word if len(word) <= 40 else f"{word[:30]}… ({len(word)} characters)"
        raise ParseError(f"{shown} is larger than a double can hold (1.8e308)", text, start, end)


def _check_name(text: str, word: str, start: int) -> None:
    for offset, character in enumerate(word):
        inner = offset and (
            (character.isdecimal() and character.isascii()) or character in SUBSCRIPTS
        )
        letter = character.isalpha() and character not in FILLERS
        if not (letter or inner or (offset and character == "_")):
            raise _stray(text, start + offset)


def _check_space(text: str, start: int, end: int) -> None:
    if text[start:end].isprintable():
        return
    if text[start] == "#":
        start += 1
    for offset in range(start, end):
        ends_line = text[offset : offset + 2] == "\r\n"
        if text[offset] not in " \t" and not ends_line and invisible(text[offset]):
            raise _stray(text, offset)


def _stray(text: str, position: int) -> ParseError:
    character = text[position]
    message = f"{describe(character)} is not part of the language"
    if character == "_":
        message = "a name starts with a letter, and a number holds no _"
    elif character == ".":
        message = "a decimal point needs a digit beside it"
    elif character in "[]{}":
        message = f"{character} is not part of the language: group with ( and )"
    elif character == "!":
        message = "! is not part of the language: there is no factorial, and unequal is written !="
    elif character == "&":
        message = "& is not part of the language: multiply comparisons, as (0 < x)*(x < 1)"
    return ParseError(escaped(message), text, position, position + 1)
