"""From what was given, a source and values, to a session."""

from __future__ import annotations

import argparse
import os
import stat
import sys
from collections.abc import Callable, Iterable

from backprop_tui.engine import BackpropError, Sample
from backprop_tui.engine.descent.plan import Plan, check_plan
from backprop_tui.engine.files.bindings import read_bindings
from backprop_tui.engine.files.loading import bundled, load, load_bundled
from backprop_tui.engine.text.bounds import TEXT
from backprop_tui.engine.text.reading import ReadError, read_file, read_stream, text_of
from backprop_tui.engine.text.words import cited, nearest

from ..session.large import is_large
from ..session.opening import Opening, Tell, ignore, open_session
from ..session.session import Session


def start_of(positionals: list[str], options: argparse.Namespace) -> Session | Opening | None:
    """What the screen starts with: a session; one that takes a while is made beside it."""
    if not positionals:
        return None
    source = positionals[0]
    if source in bundled() or not is_large(source):
        return session_of(positionals, options, on_screen=True)
    return Opening(source, lambda tell: session_of(positionals, options, on_screen=True, tell=tell))


def session_of(
    positionals: list[str], options: argparse.Namespace, *, on_screen: bool, tell: Tell = ignore
) -> Session:
    """The session asked for. BackpropError for what cannot be opened."""
    source, *words = positionals
    bindings = _bindings(words)
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


def _bindings(words: Iterable[str]) -> dict[str, float]:
    """The values given after the program. BackpropError for what is none, or given twice."""
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
    return bindings


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
    _check_meant(source, bindings)
    return Sample(program=source)


def _check_meant(text: str, bindings: dict[str, float]) -> None:
    """BackpropError for text that was meant as an option, or as the name of a sample."""
    if text.startswith("--") and text[2:].replace("-", "").isalpha() and not bindings:
        raise BackpropError(f"there is no option {text} (--help lists them)")
    match = nearest(text, bundled()) if text.isidentifier() and len(text) > 2 else None
    if match and text not in bindings:
        raise BackpropError(
            f"there is no sample {text}; did you mean {match}? "
            f"(for a variable of that name give it a value: {text}=1)"
        )


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
