"""The command line: what was asked for; everything else is imported only when it is needed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from ..status import FAILED, INTERRUPTED
from ..system import collector
from ..system.environment import settle
from ..system.signals import unwinding_interrupts
from ..system.streams import flushed, put, say
from ..version import VERSION
from .exports import EXPORTS

VIEWS = ("tree", "graph", "neurons", "weight", "layers")
"""The views of session.py, which to import would make --help slow; a test holds them equal."""
METHODS = ("plain", "momentum", "adam")
"""The methods of descent.py, for the same reason; the same test."""
LARGEST = 10**15
"""The largest whole number that an option takes."""
USAGE = "backprop-tui [options] [SOURCE] [NAME=VALUE ...]"
EXAMPLES = """
SOURCE is program text, a .toml file, the name of a bundled sample, or - for standard input.
Without SOURCE the sample browser opens.

  backprop-tui '(4*x+1)^2' x=1          walk the sweep; n and N step, ? helps
  backprop-tui sigmoid                  open a bundled sample (--list names them)
  backprop-tui 'x*y + sin(x)' x=pi y=2 --wrt x --format text
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; its exit status.

    0 fine, 1 a check found a gradient that differs or is lost, 2 bad input, 70 an error of the
    program itself, 128 + n after signal n.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        return flushed(_run(words))
    except KeyboardInterrupt:
        return flushed(INTERRUPTED)
    except BrokenPipeError:
        return flushed(0)
    except SystemExit as end:
        return flushed(end.code if isinstance(end.code, int) else 0)
    except Exception as error:  # The one border at which an error of our own becomes a report.
        from ..system.crashes import report

        say(f"backprop-tui: {report(error, words)}")
        return flushed(FAILED)


def _run(words: list[str]) -> int:
    parser = _parser()
    given, positionals = _split(parser, words)
    options = parser.parse_args(given)
    settle()
    collector.rest()
    from .run import run

    unwinding_interrupts()
    return run(options, positionals)


class Parser(argparse.ArgumentParser):
    """The library's; its messages are bounded, and lost where they cannot be written."""

    def error(self, message: str) -> NoReturn:
        from backprop_tui.engine.text.words import said

        super().error(said(message))

    def _print_message(self, message: str, file: object = None) -> None:
        if file is sys.stdout:
            put(message)
        else:
            say(message.rstrip("\n"))


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="backprop-tui", usage=USAGE, allow_abbrev=False, epilog=EXAMPLES,
        description="A debugger for gradients: walk the backward pass of any expression.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    add = parser.add_argument
    add("--wrt", metavar="NAMES", help="differentiate by these leaves: comma-separated, w* matches")
    add("--of", metavar="NAME", help="differentiate this named node instead of the last statement")
    add("-f", "--format", choices=EXPORTS, help="print instead of opening the screen")
    add("-o", "--output", metavar="FILE", help="write there; the ending gives the format")
    add(
        "--at",
        metavar="STEP",
        type=_whole(),
        help="open at this step, or print the state after it",
    )
    add("--row", metavar="K", type=_whole(), help="the row of the network's data, from 1")
    add("--check", action="store_true", help="print second opinions on the gradient")
    add("--check-nodes", action="store_true", help="print second opinions on every active node")
    add("--descend", metavar="N", type=_whole(0), help="print N updates of gradient descent")
    add("--rate", metavar="R", type=float, help="the learning rate of descent (default 0.1)")
    add("--method", choices=METHODS, help="the method of descent (default plain)")
    add(
        "--digits",
        metavar="N",
        type=_whole(1, 17),
        default=6,
        help="significant digits shown, 1 to 17 (default 6)",
    )
    add("--list", action="store_true", help="list the bundled samples")
    add("--view", choices=VIEWS, help="open on this view")
    add("--ascii", action="store_true", help="draw with ASCII characters alone")
    add("--theme", metavar="NAME", help="colours of the screen, such as textual-light")
    add("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    add("--version", action="version", version=f"backprop-tui {VERSION}")
    return parser


def _whole(least: int = -LARGEST, most: int = LARGEST) -> Callable[[str], int]:
    """Reads a whole number between bounds."""

    def read(word: str) -> int:
        digits = word.removeprefix("-")
        is_number = digits.isdecimal() and digits.isascii() and len(digits) <= len(str(LARGEST))
        if not is_number or not least <= int(word) <= most:
            bounds = "" if least < 0 else f" from {least} to {most:,}"
            raise argparse.ArgumentTypeError(f"expected a whole number{bounds}, found {word}")
        return int(word)

    return read


def _split(parser: argparse.ArgumentParser, arguments: list[str]) -> tuple[list[str], list[str]]:
    """Options with their values, and positionals: what starts with - but is no option is text."""
    flags: dict[str, bool] = {
        flag: action.nargs != 0 for action in parser._actions for flag in action.option_strings
    }
    given: list[str] = []
    positionals: list[str] = []
    rest = iter(arguments)
    for word in rest:
        flag, has_value, _ = word.partition("=")
        if word == "--":
            positionals += rest
        elif flag in flags and (not has_value or flag.startswith("--")):
            given.append(word)
            if flags[flag] and not has_value:
                given += [value for value in [next(rest, None)] if value is not None]
        elif word[:2] == "-f" and word[2:] in EXPORTS:
            given += ["-f", word[2:]]
        else:
            positionals.append(word)
    return given, positionals
