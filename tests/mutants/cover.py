"""Which tests run which lines: recorded once, kept until a file of the program or tests changes."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

from coverage import CoverageData

from .copies import PACKAGES, ROOT, Copy, run_tests
from .covering import MARKS, NOTES, settings, test_of
from .sites import Mutation

KEPT = ROOT / ".mutants" / "cover.json"
Record = dict[str, Any]
"""Of a file of tests: its `stamp`; by test the `seconds` it takes; by file and test the `lines`;
those `failing` without a mutation, with their parameters."""
MOST = 0.15
"""The share of all tests' time after which a mutant counts as one that survives."""
AT_ONCE = 6
"""Files of tests that are recorded before what is known is written down."""
LONGEST = 3_600
"""Seconds in which all tests must end while they are measured."""


@dataclass(frozen=True)
class Cover:
    """What each test runs, and how long it takes."""

    lines: dict[str, dict[int, list[str]]]
    """By file, from a line to the tests that run it."""
    seconds: dict[str, float]
    failing: list[str]

    def tests(self, mutation: Mutation) -> list[str]:
        """The tests that run the mutated place, those that take least first.

        What runs when its module is imported is run by every test of the module, and of those
        that import it; what no test is seen to run, in a process that is killed, by its room's.
        """
        name = mutation.path.relative_to(ROOT).as_posix()
        by_line = self.lines.get(name, {})
        for lines in mutation.lines:
            found = {test for line in lines for test in by_line.get(line, ())}
            if found:
                return self._ordered(found)
        room = [file for file in self.lines if Path(file).parent == Path(name).parent]
        return self._ordered(self._any([name, *self._importers.get(name, ())]) or self._any(room))

    def _any(self, files: Iterable[str]) -> set[str]:
        """The tests that run any line of some files."""
        return {test for file in files for by in self.lines.get(file, {}).values() for test in by}

    def _ordered(self, found: set[str]) -> list[str]:
        """Those that take least first, as many as take no more than MOST of all tests' time."""
        known = sorted((taken, test) for test, taken in self.seconds.items() if test in found)
        most = MOST * sum(self.seconds.values())
        count = sum(so_far <= most for so_far in accumulate(taken for taken, _ in known))
        return [test for _, test in known[: max(1, count)]]

    @cached_property
    def _importers(self) -> dict[str, list[str]]:
        """From a file of the program to those that import it."""
        found: dict[str, list[str]] = {}
        for name in PACKAGES:
            for file in sorted((ROOT / name).rglob("*.py")):
                for imported in _imported(file):
                    found.setdefault(imported, []).append(file.relative_to(ROOT).as_posix())
        return found


def _imported(file: Path) -> set[str]:
    """The files from which one imports names, as paths from the top."""
    found = set()
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.ImportFrom):
            module = Path(*(node.module or "").split("."))
            above = ROOT if module.parts[:1] == ("backprop_tui",) else file.parents[node.level - 1]
            module = module.relative_to("backprop_tui") if above == ROOT else module
            names = [above / module, *(above / module / each.name for each in node.names)]
            found |= {p.with_suffix(".py").relative_to(ROOT).as_posix() for p in names
                      if p.with_suffix(".py").is_file()}  # fmt: skip
    return found


def cover(copy: Copy, *, old: bool) -> Cover:
    """What was kept, and recorded anew what has changed: the tests of a file, or all of them.

    With `old` what was recorded of the program as it was will do, its lines where they are now.
    """
    program, stamps = _stamps()
    texts = {name: copy.text(ROOT / name).decode() for name in _program()}
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    records: dict[str, Record] = {}
    if kept and (old or kept["program"] == program):
        moves = {name: _moves(text, texts.get(name, "")) for name, text in kept["texts"].items()}
        records = {file: _moved(record, moves) for file, record in kept["records"].items()}
    stale = [file for file, stamp in stamps.items()
             if file not in records or records[file]["stamp"] != stamp]  # fmt: skip
    for first in range(0, len(stale), AT_ONCE):
        files = stale[first : first + AT_ONCE]
        print(f"Recording which lines are run by {', '.join(files)} …", flush=True)
        found = _recorded(copy, files)
        records |= {file: {"stamp": stamps[file], **found[file]} for file in files}
        KEPT.parent.mkdir(exist_ok=True)
        kept = {"program": program, "texts": texts, "records": records}
        KEPT.write_text(json.dumps(kept), encoding="utf-8")
    return _joined([records[file] for file in stamps])


def _joined(records: Sequence[Record]) -> Cover:
    """The records of all test files in one."""
    seconds: dict[str, float] = {}
    failing = [test for record in records for test in record["failing"]]
    lines: dict[str, dict[int, list[str]]] = {}
    for record in records:
        seconds |= record["seconds"]
        for name, by_test in record["lines"].items():
            by_line = lines.setdefault(name, {})
            for test, run in by_test.items():
                for line in run:
                    by_line.setdefault(line, []).append(test)
    return Cover(lines, seconds, failing)


def _moves(old: str, new: str) -> dict[int, int]:
    """Where the lines of a text stand in a newer one."""
    if old == new:
        return {line: line for line in range(1, old.count("\n") + 2)}
    pair = SequenceMatcher(None, old.splitlines(), new.splitlines(), autojunk=False)
    blocks = pair.get_matching_blocks()
    return {block.a + i + 1: block.b + i + 1 for block in blocks for i in range(block.size)}


def _moved(record: Record, moves: dict[str, dict[int, int]]) -> Record:
    lines = {
        name: {test: [moves[name][line] for line in run if line in moves[name]]
               for test, run in tests.items()}
        for name, tests in record["lines"].items() if name in moves
    }  # fmt: skip
    return {**record, "lines": lines}


def _program() -> list[str]:
    """The files of the program."""
    found = [file for name in PACKAGES for file in (ROOT / name).rglob("*.py")]
    return sorted(file.relative_to(ROOT).as_posix() for file in found)


def _stamps() -> tuple[str, dict[str, str]]:
    """What tells whether the program has changed, or what the tests share; and each test file."""
    shared, by_file = hashlib.sha256(), {}
    for name in (*PACKAGES, "tests"):
        for file in sorted(path for path in (ROOT / name).rglob("*") if path.is_file()):
            path, text = file.relative_to(ROOT).as_posix(), file.read_bytes()
            if path.startswith("tests/test_"):
                by_file[path] = hashlib.sha256(text).hexdigest()
            elif not {"__pycache__", "mutants", "snapshots"} & {*file.parts}:
                shared.update(path.encode() + text)
    return shared.hexdigest(), by_file


def _recorded(copy: Copy, files: list[str]) -> dict[str, Record]:
    """Their tests run once, in two processes; those that fail unmeasured as well are left out."""
    measured = settings(copy.top)
    options = ("-n", "2", "-p", "mutants.covering", "-p", "no:cacheprovider", "--tb=no")
    copy.run("-m", "pytest", *options, *files, limit=LONGEST, more=measured)
    marks = json.loads((copy.top / MARKS).read_text(encoding="utf-8"))
    seconds = dict(marks["seconds"])
    found: dict[str, Record] = {file: {"seconds": {}, "lines": {}, "failing": []} for file in files}
    for test in marks["failed"]:
        if run_tests(copy, [test], LONGEST, ())[0] != 0:
            print(f"left out, since it fails without a mutation: {test}", flush=True)
            found[test.partition("::")[0]]["failing"].append(test)
    for test, spent in seconds.items():
        found[test.partition("::")[0]]["seconds"][test] = spent
    for name, line, test in _lines(copy.top):
        if test in seconds:
            by_test = found[test.partition("::")[0]]["lines"].setdefault(name, {})
            by_test.setdefault(test, []).append(line)
    return found


def _lines(top: Path) -> Iterator[tuple[str, int, str]]:
    """What the measured processes wrote: file, line, and a test that ran it."""
    found = set()
    for notes in sorted(top.glob(f"{NOTES}.*")):
        data = CoverageData(basename=notes)
        data.read()
        for file in data.measured_files():
            name = Path(file).relative_to(top).as_posix()
            for line, contexts in data.contexts_by_lineno(file).items():
                found |= {(name, line, test_of(context)) for context in contexts if context}
        notes.unlink()
    yield from sorted(found)
