"""What the command does: a source and values to a session, then the screen or a text."""

from __future__ import annotations

import argparse
import gc
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from backprop_tui.engine import BackpropError, ParseError, Sample
from backprop_tui.engine.descent.descent import points
from backprop_tui.engine.descent.plan import Plan, check_plan
from backprop_tui.engine.descent.points import Point
from backprop_tui.engine.files.bindings import read_bindings
from backprop_tui.engine.files.loading import bundled, load, load_bundled
from backprop_tui.engine.text.bounds import EXPLAINED, LISTED, TEXT
from backprop_tui.engine.text.reading import ReadError, read_file, read_stream, text_of
from backprop_tui.engine.text.words import cited, escaped, nearest

from ..session.large import is_large
from ..session.opening import Opening, Tell, ignore, open_session
from ..session.session import Session
from ..status import BAD_INPUT, WRONG_GRADIENT
from ..system.ascii import to_ascii
from ..system.environment import is_served
from ..system.streams import say

if TYPE_CHECKING:
    from backprop_tui.engine.opinions.check import Checked

READ = (None, "text", "drawing")
"""The formats that are read by people: ASCII is for them."""
LISTS = {"text": EXPLAINED, "json": LISTED, "dot": LISTED}
"""The formats that list every node, and how many they take."""
ENDINGS = {".json": "json", ".txt": "text", ".dot": "dot", ".gv": "dot", ".svg": "svg"}


def run(options: argparse.Namespace, positionals: list[str]) -> int:
    """Does what was asked for; bad input is one message on standard error and status 2."""
    try:
        return _run(options, positionals)
    except BackpropError as error:
        _complain(error)
        return BAD_INPUT


def _run(options: argparse.Namespace, positionals: list[str]) -> int:
    prints = options.format or options.output or options.check or options.check_nodes
    on_screen = not prints and options.descend is None and _is_terminal()
    if not on_screen:
        gc.enable()
    if options.check or options.check_nodes:
        from backprop_tui.engine.symbolic.asking import prepare

        prepare()
    if options.list or not (positionals or on_screen):
        from ..system.output import write

        lines = _sample_list()
        write(map(to_ascii, lines) if options.ascii else lines, options.output)
        return 0
    if on_screen:
        return _show(_start(positionals, options), options)
    return _export(_session(positionals, options, on_screen), options)


def _start(positionals: list[str], options: argparse.Namespace) -> Session | Opening | None:
    """What the screen starts with: a session; one that takes a while is made beside it."""
    if not positionals:
        return None
    source = positionals[0]
    if source in bundled() or not is_large(source):
        return _session(positionals, options, on_screen=True)
    return Opening(source, lambda tell: _session(positionals, options, on_screen=True, tell=tell))


def _is_terminal() -> bool:
    streams = (sys.stdin, sys.stdout)
    seen = all(s is not None and s.isatty() for s in streams) and os.environ.get("TERM") != "dumb"
    return seen or is_served()


def _session(
    positionals: list[str], options: argparse.Namespace, on_screen: bool, tell: Tell = ignore
) -> Session:
    source, *words = positionals
    bindings: dict[str, float] = {}
    for word in words:
        if "=" not in word:
            raise BackpropError(
                f"{cited(word)}: expected NAME=VALUE after the program"
                " (a program with blanks needs quotes)"
            )
        found = read_bindings(word)
        twice = next((name for name in found if name in bindings), None)
        if twice is not None:
            raise BackpropError(f"{twice} is given two values")
        bindings |= found
    sample = _sample(source, bindings)
    sample = sample if options.row is None else sample.at_row(options.row)
    values = {name: value for name, value in bindings.items() if name not in sample.fixed}
    fixed = {name: bindings.get(name, value) for name, value in sample.fixed.items()}
    sample = sample._replace(values={**sample.values, **values}, fixed=fixed)
    wrt = options.wrt.replace(",", " ").split() if options.wrt is not None else None
    if wrt == []:
        raise BackpropError("--wrt names no leaf")
    return open_session(
        sample, of=options.of, wrt=wrt, at=options.at, digits=options.digits,
        complete=not on_screen, view=options.view or (None if on_screen else "graph"),
        plan=_plan(sample.descent or Plan(), options), tell=tell,
    )  # fmt: skip


def _plan(plan: Plan, options: argparse.Namespace) -> Plan:
    """The sample's plan of descent with what the options say instead."""
    rate = plan.rate if options.rate is None else options.rate
    updates = plan.updates if options.descend is None else options.descend
    plan = plan._replace(rate=rate, method=options.method or plan.method, updates=updates)
    return check_plan(plan)


def _sample(source: str, bindings: dict[str, float]) -> Sample:
    if source == "-":
        return Sample(program=_standard_input())
    if source in bundled():
        return load_bundled(source)
    kind = _kind(source)
    if stat.S_ISFIFO(kind):
        return Sample(program=_program(source, lambda: read_file(source, TEXT, fifo=True)))
    is_path = os.sep in source or source in (os.curdir, os.pardir)
    is_text = not kind or (stat.S_ISDIR(kind) and not is_path)
    if source.endswith(".toml") or not is_text:
        return load(source)
    if source.startswith("--") and source[2:].replace("-", "").isalpha() and not bindings:
        raise BackpropError(f"there is no option {source} (--help lists them)")
    match = nearest(source, bundled()) if source.isidentifier() and len(source) > 2 else None
    if match and source not in bindings:
        raise BackpropError(
            f"there is no sample {source}; did you mean {match}? "
            f"(for a variable of that name give it a value: {source}=1)"
        )
    return Sample(program=source)


def _kind(source: str) -> int:
    """The mode of the file of this name; 0 where there is none."""
    try:
        return os.stat(source).st_mode
    except (OSError, ValueError):
        return 0


def _standard_input() -> str:
    if sys.stdin is None:
        raise BackpropError("standard input is closed: there is no program to read")
    stream = sys.stdin.buffer
    return _program("standard input", lambda: read_stream(stream, TEXT))


def _program(name: str, read: Callable[[], bytes]) -> str:
    """Program text read from elsewhere. BackpropError for what cannot be read."""
    try:
        return text_of(read())
    except ReadError as error:
        raise BackpropError(f"{cited(name, 120)} {error}") from None


def _sample_list() -> list[str]:
    samples = [(name, load_bundled(name).title) for name in bundled()]
    width = max(len(name) for name, _ in samples)
    return [f"{name:<{width}}  {title}" for name, title in samples]


def _show(start: Session | Opening | None, options: argparse.Namespace) -> int:
    from ..app.screen import run

    return run(start, theme=options.theme, mouse=not options.no_mouse, ascii=options.ascii)


def _export(session: Session, options: argparse.Namespace) -> int:
    """Prints in the format asked for, with second opinions where they are; the exit status."""
    from ..export.descent import descent_lines
    from ..export.text import check_lines
    from ..system.output import write

    form = _format(options)
    limit = LISTS.get(form or "text")
    if limit is not None and len(session.graph) > limit.most:
        raise BackpropError(limit.words)
    at = session.step if options.at is not None else None
    checked = _checked(session, options)
    descent = _descent(session) if options.descend is not None else None
    if descent is not None and form not in (None, "text", "json"):
        raise BackpropError(f"--descend prints text or json, not {form}")
    lines: Iterable[str]
    if form is None and (checked is not None or descent is not None):
        lines = chain(
            check_lines(session, checked) if checked is not None else (),
            descent_lines(session, descent) if descent is not None else (),
        )
    else:
        lines = WRITERS[form or "text"](session, Asked(at, checked, descent))
    write(map(to_ascii, lines) if options.ascii and form in READ else lines, options.output)
    return WRONG_GRADIENT if any(found.is_wrong for found in checked or ()) else 0


class Asked(NamedTuple):
    """What a print is to hold beside the trace."""

    at: int | None
    """The step to stop at."""
    checked: list[Checked] | None
    """Second opinions."""
    descent: Iterator[Point] | None
    """The points of a descent, made as they are asked for."""


Writer = Callable[["Session", Asked], Iterable[str]]


def _text(session: Session, asked: Asked) -> Iterable[str]:
    from ..export.descent import descent_lines
    from ..export.text import text

    yield from text(session, asked.at, asked.checked)
    if asked.descent is not None:
        yield from ("", "Gradient descent")
        yield from (f"  {line}" for line in descent_lines(session, asked.descent))


def _json(session: Session, asked: Asked) -> Iterator[str]:
    from backprop_tui.engine.export.json import descent_rows, lines, parts

    found = parts(session.trace, asked.at, asked.checked)
    if asked.descent is not None:
        found = chain(found, [("descent", descent_rows(asked.descent))])
    return lines(found)


def _drawing(session: Session, asked: Asked) -> Iterable[str]:
    from ..export.drawing import drawn_text

    return drawn_text(_moment(session, asked.at))


def _dot(session: Session, asked: Asked) -> Iterable[str]:
    from backprop_tui.engine.export.dot import dot

    return dot(session.trace, asked.at, session.digits)


def _svg(session: Session, asked: Asked) -> Iterable[str]:
    from ..export.svg import svg

    return svg(_moment(session, asked.at))


def _moment(session: Session, at: int | None) -> Session:
    """The session at the step asked for, else at the end of the sweep."""
    return session.seek(len(session.trace.sweep)) if at is None else session


WRITERS: dict[str, Writer] = {
    "text": _text,
    "json": _json,
    "drawing": _drawing,
    "dot": _dot,
    "svg": _svg,
}
"""How each format is written."""


def _checked(session: Session, options: argparse.Namespace) -> list[Checked] | None:
    """Second opinions on the leaves, or on every active node, where they are asked for."""
    if not (options.check or options.check_nodes):
        return None
    from backprop_tui.engine.symbolic.checking import second_opinions

    route = session.trace.sweep.route
    active = [node for node in range(len(session.graph)) if route.active[node]]
    nodes = active if options.check_nodes else route.wrt
    found = [checked for checked in second_opinions(session.trace.sweep, nodes) if checked]
    if not found:
        say("backprop-tui: nothing to check: no leaf is differentiated by")
    return found


def _descent(session: Session) -> Iterator[Point]:
    """The start and every update; a word where it ends before its time.

    BackpropError at once where there is nothing to descend on.
    """
    made = islice(points(session.trace, session.plan), session.plan.updates + 1)
    return _told(chain([next(made)], made))


def _told(made: Iterator[Point]) -> Iterator[Point]:
    for point in made:
        yield point
        if not point.is_finite:
            words = f"descent ended at update {point.number}: it is not finite"
            say(f"backprop-tui: {words}")


def _format(options: argparse.Namespace) -> str | None:
    form: str | None = options.format
    if form is None and options.output is not None:
        form = ENDINGS.get(Path(options.output).suffix)
        if form is None:
            endings = " or ".join(ENDINGS)
            raise BackpropError(
                f"{cited(options.output)}: the ending gives the format: {endings}; or give -f"
            )
    return form


def _complain(error: BackpropError) -> None:
    """One message on standard error, with the offending line and a caret where there is one."""
    say(f"backprop-tui: {escaped(str(error))}")
    cause = error if isinstance(error, ParseError) else error.__cause__
    if isinstance(cause, ParseError) and cause.text.strip():
        for line in cause.excerpt():
            say(f"  {line}")
