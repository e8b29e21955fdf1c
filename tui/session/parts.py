"""What an editor shows at first: of a long program a part, of very many values some."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fnmatch import translate

from backprop_tui.engine.files.bindings import bindings_text

from .session import Session

LONGEST = 30_000
"""Characters of a program that an editor shows whole; of a longer one the part around a node."""
PART = 8_000
"""Characters of such a part, at most."""
MOST_VALUES = 200
"""Values that are shown at a time, and names."""
WILD = frozenset("*?[")
"""What makes a word of a filter a shell pattern."""


@dataclass(frozen=True, slots=True)
class Part:
    """A text to edit, and what there is beside it that stays as it is."""

    text: str
    before: str = ""
    after: str = ""
    at: int | None = None
    """Where typing begins, an offset into the text; None at its end."""
    filter: str | None = None
    """What chooses the values shown; None where all are."""
    words: str = ""
    """What is not shown; nothing where all is."""

    @property
    def whole(self) -> str:
        """The text with what stands before and after it."""
        return self.before + self.text + self.after


def program_part(session: Session) -> Part:
    """The program, or its lines around the selected node where it is long."""
    program = session.source.sample.program
    lead = len(program) - len(program.lstrip("\n"))
    return _around(program.strip("\n"), session.graph.starts[session.selected] - lead)


def drafted(part: Part, draft: str) -> Part:
    """A part with a draft in place of its own text: of a long one where it differs.

    The draft is the text with what stood around it.
    """
    if len(draft) <= LONGEST:
        return replace(part, text=draft, before="", after="", at=None)
    pairs = enumerate(zip(draft, part.whole, strict=False))
    return _around(draft, next((place for place, (a, b) in pairs if a != b), len(draft)))


def _around(text: str, place: int) -> Part:
    """A program, or of a long one the part around a place."""
    if len(text) <= LONGEST:
        return Part(text)
    at = min(max(place, 0), len(text))
    start, end = max(0, at - PART // 2), min(len(text), at + PART // 2)
    start = _after(text, start, at) if start else 0
    end = _before(text, at, end) if end < len(text) else end
    return Part(
        text[start:end], text[:start], text[end:], at - start,
        words=f"{_place(text, start, end)}; what is not shown stays as it is",
    )  # fmt: skip


def _after(text: str, start: int, end: int) -> int:
    """Where the first line between two places begins, else the first word, else the start."""
    found = (text.find(character, start, end) + 1 for character in "\n ")
    return next(filter(None, found), start)


def _before(text: str, start: int, end: int) -> int:
    """Where the last line between two places ends, else the last word, else the end."""
    found = (text.rfind(character, start, end) for character in "\n ")
    return next((place for place in found if place > start), end)


def _place(text: str, start: int, end: int) -> str:
    """Which lines a part has, or which characters where lines are long."""
    lines, first = text.count("\n") + 1, text.count("\n", 0, start) + 1
    last = first + text.count("\n", start, end)
    if last - first < 2:
        return f"characters {start + 1:,} to {end:,} of {len(text):,}, around this place"
    return f"lines {first:,} to {last:,} of {lines:,}, around this place"


def values_part(session: Session, words: str) -> Part:
    """The values; of very many those that match a filter, or else from the selected leaf on."""
    bindings = session.trace.bindings
    if len(bindings) <= MOST_VALUES:
        return Part(bindings_text(dict(bindings)))
    names = matching(bindings, words)
    leaf = session.selected if session.graph.names.get(session.selected) in bindings else None
    first = names.index(session.graph.names[leaf]) if leaf is not None and not words.split() else 0
    shown = names[first : first + MOST_VALUES]
    text = bindings_text({name: bindings[name] for name in shown})
    begins = len(text.partition("\n")[0]) if leaf is not None or words.split() else None
    return Part(text, at=begins, filter=words, words=_counted(shown, names, len(bindings), words))


def matching(names: Iterable[str], words: str) -> list[str]:
    """The names of which every word is a part, or a pattern that fits."""
    found = list(names)
    for word in words.split():
        if WILD.intersection(word):
            fits = re.compile(translate(word)).match
            found = [name for name in found if fits(name)]
        else:
            found = [name for name in found if word in name]
    return found


def _counted(shown: list[str], names: list[str], count: int, words: str) -> str:
    """How many values are shown, of those that match and of all."""
    if not names:
        return f"no name of {count:,} matches the filter"
    if len(shown) == len(names):
        return f"{len(shown):,} of {count:,} values; what is not shown stays as it is"
    of = f"{len(names):,} that match, of {count:,}" if words.split() else f"{count:,}"
    more = "a longer filter" if words.split() else "a filter"
    return f"{len(shown):,} of {of} values, from {shown[0]} on: {more} shows others"


def wrt_part(session: Session) -> Part:
    """The leaves differentiated by; of very many the patterns that were asked for, if any."""
    names = session.trace.wrt
    if len(names) <= MOST_VALUES:
        return Part(", ".join(names))
    words = f"now {len(names):,} leaves; nothing stands for every leaf that is not held fixed"
    return Part(", ".join(session.source.patterns or ()), words=words)
