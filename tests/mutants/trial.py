"""One mutant, tried: the tests that run it, to the first that fails."""

from __future__ import annotations

import ast
import difflib
from pathlib import Path
from typing import NamedTuple

from .copies import ROOT, Copy, run_tests
from .cover import Cover
from .sites import Mutation

PATIENCE = 60, 1
"""Seconds, and times what the tests take, after which a mutant hangs, which is noticed."""

NONE_LEFT = 5
"""What pytest ends with where no test is left to run."""


class Outcome(NamedTuple):
    """What became of a mutant: `killed`, `hangs`, `survives`, or `unfit` where it cannot run."""

    fate: str
    place: str
    """The file and the line, and the kind of the mutation."""
    by: str
    """The test that noticed, or how many did not."""
    change: str
    """The lines before and after."""

    def __str__(self) -> str:
        told = f"{self.fate:<9}{self.place}; {self.by}"
        return f"{told}\n{self.change}" if self.fate == "survives" else told


def outcome(mutation: Mutation, covered: Cover, copy: Copy) -> Outcome:
    """What becomes of a mutant in a copy of the tree."""
    source, names = copy.text(mutation.path), covered.tests(mutation)
    text = mutation.applied(source)
    line = 1 + source.count(b"\n", 0, mutation.start)
    place = f"{mutation.path.relative_to(ROOT)}:{line}: {mutation.kind}"
    change = _change(source, text)
    limit = PATIENCE[0] + PATIENCE[1] * sum(covered.seconds[test] for test in names)
    with copy.changed(mutation.path, text):
        if not _parses(text) or not _imports(mutation.path, copy):
            return Outcome("unfit", place, "", change)
        status, output = run_tests(copy, names, limit, covered.failing) if names else (0, "")
    if status is None:
        return Outcome("hangs", place, f"no end within {limit:.0f} s", change)
    if status in (0, NONE_LEFT):
        return Outcome("survives", place, f"{len(names)} tests", change)
    failed = [line for line in output.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return Outcome("killed", place, failed[0] if failed else output[-200:], change)


def _change(before: bytes, after: bytes) -> str:
    old, new = (text.decode().splitlines() for text in (before, after))
    lines = list(difflib.unified_diff(old, new, n=0, lineterm=""))[3:]
    return "\n".join(f"    {line}" for line in lines[:6])


def _parses(text: bytes) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _imports(path: Path, copy: Copy) -> bool:
    module = ".".join(("backprop_tui", *path.relative_to(ROOT).with_suffix("").parts))
    return copy.run("-c", f"import {module}", limit=PATIENCE[0])[0] == 0
