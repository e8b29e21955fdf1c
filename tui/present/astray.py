"""The words for a descent that went astray: why, and what was tried and went down."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backprop_tui.engine import Trace
from backprop_tui.engine.descent.divergence import Astray, Trial
from backprop_tui.engine.language.show import literal
from backprop_tui.engine.layers.rows import first_problems, rows_not_finite, told
from backprop_tui.engine.text.words import escaped

Number = Callable[[float], str]


def cause(there: Trace, at_start: bool) -> Iterator[str]:
    """What has no number at a point, with data in which rows; nothing where it is only too large.

    At the start of a descent that is told too.
    """
    rows = rows_not_finite(there)
    causes = [problem for _, problem in first_problems(there, rows)] or there.problems[:1]
    if causes and (at_start or causes[0].kind != "overflow"):
        named = rows if at_start else rows[:1]
        yield from told(there, named) if rows else [f"{causes[0].message}: {causes[0].why}"]


def reasons(found: Astray, output: str, rate: float, number: Number) -> Iterator[str]:
    """Why a descent at a rate went astray, a sentence each; every remedy named was tried."""
    if found.falls:
        yield f"{output} falls below every double: on this way it has no minimum"
    elif not found.updates:
        yield "each update takes long, so nothing else was tried: a smaller rate may go down"
    elif found.slower is None and found.scaled is None:
        yield f"at no smaller rate {output} was seen to fall in {found.updates} updates"
    if (unlike := found.unlike) is not None:
        large, small, ratio = (
            number(float(f"{size:.3g}")) for size in (unlike.size, unlike.other, unlike.ratio)
        )
        names = escaped(unlike.large), escaped(unlike.small)
        words = f"{names[0]} is about {large}, {names[1]} about {small}"
        yield f"columns of unlike scale: {words}, a ratio of {ratio}"
    if found.slower is not None:
        cause = "" if found.unlike else f"the rate {literal(rate)} is too large: "
        way = f"--rate {literal(found.slower.rate)}"
        yield f"{cause}with {way} {_falls(found.slower, output, number)}"
    if found.scaled is not None:
        way = 'scale = "standard"'
        if found.scaled.rate != rate:
            way += f" and --rate {literal(found.scaled.rate)}"
        yield f"with {way} {_falls(found.scaled, output, number)}"


def _falls(trial: Trial, output: str, number: Number) -> str:
    before, after = number(trial.before), number(trial.after)
    return f"{output} falls from {before} to {after} in {trial.updates} updates (tried)"
