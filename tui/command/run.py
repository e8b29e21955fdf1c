"""What the command does: the screen, a print, or the list of samples."""

from __future__ import annotations

import argparse
import os
import sys

from backprop_tui.engine import BackpropError, ParseError
from backprop_tui.engine.files.loading import bundled, load_bundled
from backprop_tui.engine.text.words import escaped

from ..session.opening import Opening
from ..session.session import Session
from ..status import BAD_INPUT
from ..system.ascii import to_ascii
from ..system.collector import collect
from ..system.environment import is_served
from ..system.streams import say
from .source import session_of, start_of


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
        collect()
    if options.check or options.check_nodes:
        from backprop_tui.engine.symbolic.asking import prepare

        prepare()
    if options.list or not (positionals or on_screen):
        return _list(options)
    if on_screen:
        return _show(start_of(positionals, options), options)
    from .printing import print_session

    return print_session(session_of(positionals, options, on_screen=False), options)


def _is_terminal() -> bool:
    streams = (sys.stdin, sys.stdout)
    seen = all(s is not None and s.isatty() for s in streams) and os.environ.get("TERM") != "dumb"
    return seen or is_served()


def _list(options: argparse.Namespace) -> int:
    """Prints the names and titles of the bundled samples."""
    from ..system.output import write

    samples = [(name, load_bundled(name).title) for name in bundled()]
    width = max(len(name) for name, _ in samples)
    lines = [f"{name:<{width}}  {title}" for name, title in samples]
    write(map(to_ascii, lines) if options.ascii else lines, options.output)
    return 0


def _show(start: Session | Opening | None, options: argparse.Namespace) -> int:
    from ..app.screen import run

    return run(start, theme=options.theme, mouse=not options.no_mouse, ascii=options.ascii)


def _complain(error: BackpropError) -> None:
    """One message on standard error, with the offending line and a caret where there is one."""
    say(f"backprop-tui: {escaped(str(error))}")
    cause = error if isinstance(error, ParseError) else error.__cause__
    if isinstance(cause, ParseError) and cause.text.strip():
        for line in cause.excerpt():
            say(f"  {line}")
