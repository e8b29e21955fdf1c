"""The sample browser's list and preview."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_tui.engine import Sample
from backprop_tui.engine.language.show import number, program
from backprop_tui.engine.text.spans import Line
from backprop_tui.engine.text.words import escaped

from ...session.session import Session
from ..picture import SELECTED, Picture, clip, left, wrap

NAME = 20
TITLED = 44
"""The width of a list from which it has room for titles."""


def matching(name: str, sample: Sample, words: str) -> bool:
    """True when every word stands in the name, the title, the tags, the text or the program."""
    where = " ".join([name, sample.title, *sample.tags, sample.about, sample.program]).lower()
    return all(word in where for word in words.lower().split())


def list_picture(titles: Sequence[tuple[str, str]], chosen: int, width: int) -> Picture:
    """Names and titles, one marked as chosen."""

    def line(index: int) -> Line:
        name, title = titles[index]
        mark = "› " if index == chosen else "  "
        text: Line = (
            (mark, "current" if index == chosen else "plain"),
            (left(name, NAME), "strong"),
        )
        if width >= TITLED:
            text = (*text, (clip(title, width - NAME - 2), "plain"))
        return (SELECTED, *text) if index == chosen else text

    return Picture(len(titles), line, chosen)


def about_lines(session: Session, width: int) -> list[Line]:
    """What a sample is about: its text, its program, values and gradient."""
    sample, trace, words = session.source.sample, session.trace, session.explanation
    values = ", ".join(f"{name} = {number(value)}" for name, value in trace.bindings.items())
    output = trace.graph.pretty(trace.graph.output)
    lines: list[Line] = [((escaped(sample.title), "strong"),), ()]
    lines += [((escaped(" ".join(text.split())), "plain"),) for text in sample.about.split("\n\n")]
    lines += [(), *(((text, "forward"),) for text in program(trace.graph).split("\n"))]
    lines += [(("at ", "muted"), (values, "plain"))] if values else []
    lines += [((f"{output} = {number(trace.value)}", "strong"),), *words.gradient()]
    return [row for line in lines for row in wrap(line, width, 0)]
