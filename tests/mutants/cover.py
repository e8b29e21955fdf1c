"""Which tests run which lines: recorded once, kept until a file of the program or tests changes."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path

from coverage import CoverageData

from .copies import PACKAGES, ROOT, Copy, tests
from .covering import MARKS, NOTES, settings, test_of
from .sites import Mutation

KEPT = ROOT / ".mutants" / "cover.json"
LONGEST = 3_600
"""Seconds in which all tests must end while they are measured."""


@dataclass(frozen=True)
class Cover:
    """What each test runs, and how long it takes."""

    lines: dict[str, dict[str, list[str]]]
    """By file, from a line to the tests that run it."""
    seconds: dict[str, float]

    def tests(self, mutation: Mutation) -> list[str]:
        """The tests that run the mutated place, those that take least first.

        What runs when its module is imported is run by every test of the module, and of those
        that import it; what no test is seen to run, in a process that is killed, by its room's.
        """
        name = mutation.path.relative_to(ROOT).as_posix()
        by_line = self.lines.get(name, {})
        for lines in mutation.lines:
            found = {test for line in lines for test in by_line.get(str(line), ())}
            if found:
                return self._ordered(found)
        room = [file for file in self.lines if Path(file).parent == Path(name).parent]
        return self._ordered(self._any([name, *self._importers.get(name, ())]) or self._any(room))

    def _any(self, files: Iterable[str]) -> set[str]:
        """The tests that run any line of some files."""
        return {test for file in files for by in self.lines.get(file, {}).values() for test in by}

    def _ordered(self, found: Iterable[str]) -> list[str]:
        return sorted(set(found) & self.seconds.keys(), key=lambda test: (self.seconds[test], test))

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
    program, by_file = _stamps()
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    if kept and old:
        kept["lines"] = {
            name: _moved(lines, kept["texts"][name], copy.top / name)
            for name, lines in kept["lines"].items()
            if (copy.top / name).exists()
        }
    elif kept.get("program") != program:
        kept = {"files": {}, "lines": {}, "seconds": {}}
    stale = [file for file, stamp in by_file.items() if kept["files"].get(file) != stamp]
    gone = {*kept["files"], *stale} - (by_file.keys() - {*stale})
    lines = {
        name: {line: [test for test in tests if _file(test) not in gone]
               for line, tests in by_line.items()}
        for name, by_line in kept["lines"].items()
    }  # fmt: skip
    seconds = {test: spent for test, spent in kept["seconds"].items() if _file(test) not in gone}
    if stale:
        print(f"Recording which lines the tests of {len(stale)} files run …", flush=True)
        found = _recorded(copy, stale)
        seconds |= found.seconds
        for name, by_line in found.lines.items():
            for line, tests in by_line.items():
                lines.setdefault(name, {}).setdefault(line, []).extend(tests)
        KEPT.parent.mkdir(exist_ok=True)
        texts = {name: (copy.top / name).read_text(encoding="utf-8") for name in lines}
        kept = {"program": program, "files": by_file, "texts": texts}
        kept |= {"lines": lines, "seconds": seconds}
        KEPT.write_text(json.dumps(kept), encoding="utf-8")
    return Cover(lines, seconds)


def _moved(lines: dict[str, list[str]], text: str, file: Path) -> dict[str, list[str]]:
    """The tests by line, each line where it stands in the file as it is now."""
    now = file.read_text(encoding="utf-8")
    pair = SequenceMatcher(None, text.splitlines(), now.splitlines(), autojunk=False)
    return {
        f"{block.b + i + 1}": lines[f"{block.a + i + 1}"]
        for block in pair.get_matching_blocks() for i in range(block.size)
        if f"{block.a + i + 1}" in lines
    }  # fmt: skip


def _file(test: str) -> str:
    return test.partition("::")[0]


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


def _recorded(copy: Copy, files: list[str]) -> Cover:
    """Their tests run once, in two processes; those that fail unmeasured as well are left out."""
    measured = settings(copy.top)
    options = ("-n", "2", "-p", "mutants.covering", "-p", "no:cacheprovider", "--tb=no")
    copy.run("-m", "pytest", *options, *files, limit=LONGEST, more=measured)
    marks = json.loads((copy.top / MARKS).read_text(encoding="utf-8"))
    seconds = dict(marks["seconds"])
    for test in marks["failed"]:
        if tests(copy, [test], LONGEST)[0] != 0:
            print(f"left out, since it fails without a mutation: {test}")
            del seconds[test]
    return Cover(_lines(copy.top), seconds)


def _lines(top: Path) -> dict[str, dict[str, list[str]]]:
    """What the measured processes wrote, put together."""
    found: dict[str, dict[str, set[str]]] = {}
    for notes in top.glob(f"{NOTES}.*"):
        data = CoverageData(basename=notes)
        data.read()
        for file in data.measured_files():
            name = Path(file).relative_to(top).as_posix()
            lines = found.setdefault(name, {})
            for line, contexts in data.contexts_by_lineno(file).items():
                lines.setdefault(str(line), set()).update(map(test_of, filter(None, contexts)))
    return {name: {line: sorted(tests) for line, tests in lines.items() if tests}
            for name, lines in found.items()}  # fmt: skip
