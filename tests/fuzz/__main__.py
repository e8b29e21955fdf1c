"""`python -m fuzz`: rounds over all targets until the time is over; exit status 1 on findings."""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import count, cycle
from pathlib import Path

from .rounds import run
from .targets import BY_NAME, TARGETS, Target

LONGEST_ROUND = 900
"""Seconds after which a round, shrinking included, is given up as hanging."""
SHOWN = 2_400
"""Characters of a traceback, and of an input, that are printed."""


def main() -> int:
    """Plays rounds; prints what was tried and every finding, with the seed that brings it back."""
    options = _options()
    if options.seed is not None and len(options.target) == 1:
        target = BY_NAME[options.target[0]]
        run(target, options.seed, options.examples or target.examples, options.notes)
        return 0
    targets = [BY_NAME[name] for name in options.target] or list(TARGETS)
    seeds = count(random.SystemRandom().randrange(10**9) if options.seed is None else options.seed)
    end = time.monotonic() + options.seconds
    tried, found = Counter[str](), dict[str, str]()
    for target, seed in zip(cycle(targets), seeds, strict=False):
        if time.monotonic() > end:
            break
        tried[target.name] += _round(target, seed, options.examples or target.examples, found)
    print("tried: " + ", ".join(f"{tried[t.name]:,} {t.unit} ({t.name})" for t in targets))
    print(f"findings: {len(found)}")
    return 1 if found else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    add = parser.add_argument
    add("--seconds", type=float, default=600, help="for how long (default ten minutes)")
    add("--target", nargs="*", default=[], choices=[*BY_NAME], help="these targets alone")
    add("--seed", type=int, help="of the first round; with one target this round alone")
    add("--examples", type=int, help="inputs in a round")
    add("--notes", type=Path, help="a file that holds the input being tried")
    return parser.parse_args()


def _round(target: Target, seed: int, examples: int, found: dict[str, str]) -> int:
    """Plays a round in a process of its own; how many things it tried. Prints a new finding."""
    words = ["--target", target.name, "--seed", f"{seed}", "--examples", f"{examples}"]
    with tempfile.NamedTemporaryFile() as notes:
        command = [sys.executable, "-m", "fuzz", *words, "--notes", notes.name]
        try:
            made = subprocess.run(
                command, capture_output=True, text=True, errors="replace",
                stdin=subprocess.DEVNULL, timeout=LONGEST_ROUND, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            errors = f"no end within {LONGEST_ROUND} s of {Path(notes.name).read_text()}"
        else:
            if made.returncode == 0:
                return int(json.loads(made.stdout.splitlines()[-1])["tried"])
            errors = made.stderr
            if made.returncode < 0:
                errors += f"killed by signal {-made.returncode} at {Path(notes.name).read_text()}"
    kind = _kind(target, errors)
    if kind not in found:
        found[kind] = errors
        print(f"\nFINDING in {target.name}, again by: make fuzz ARGS='{' '.join(words)}'")
        trace, _, case = errors.partition("Failing test case")
        print(f"{_cut(trace)}\n{_cut(case)}")
        sys.stdout.flush()
    return 0


def _cut(text: str) -> str:
    """A text without its middle, where it is long."""
    return text if len(text) <= SHOWN else f"{text[: SHOWN // 3]}\n…\n{text[-SHOWN * 2 // 3 :]}"


def _kind(target: Target, errors: str) -> str:
    """Where a finding arose and of which type it is: what makes it new."""
    places = re.findall(r'File "([^"]+)", line (\d+)', errors)
    last = re.findall(r"^(\w[\w.]*(?:Error|Slow|Exception|Failure))", errors, re.M)
    return f"{target.name} {places[-1:]} {last[-1:]}"


if __name__ == "__main__":
    sys.exit(main())
