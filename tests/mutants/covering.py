"""A plugin of pytest: notes which lines of the program each test runs, how long it takes, and
whether it fails.

Started programs are measured too: coverage begins in each of them, and names the test after the
variable that pytest sets.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

NOTES, MARKS = ".covered", ".times.json"
SETTINGS = """[run]
context = ${PYTEST_CURRENT_TEST-}
data_file = %s
parallel = True
patch = _exit
source = %s
"""
_taken: dict[str, float] = defaultdict(float)
_failed: set[str] = set()


def settings(top: Path) -> dict[str, str]:
    """Variables by which every Python started in a copy of the tree is measured."""
    file = top / ".covering.ini"
    sources = f"{top / 'engine'},{top / 'tui'}"
    file.write_text(SETTINGS % (top / NOTES, sources), encoding="utf-8")
    return {"COVERAGE_PROCESS_START": str(file)}


def test_of(name: str) -> str:
    """The test function's id, without its parameters and without the phase."""
    return name.partition("[")[0].partition(" (")[0]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart() -> None:
    """Imports the whole program, so that no line of a module's own is put down to a test."""
    if coverage.Coverage.current() is None:
        return
    for name in ("backprop_tui.engine", "backprop_tui.tui"):
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """What is run from here on is put down to this test."""
    measured = coverage.Coverage.current()
    if measured is not None:
        measured.switch_context(test_of(item.nodeid))
    return (yield)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Notes a phase of a test, in the process that gathers them."""
    _taken[test_of(report.nodeid)] += report.duration
    if report.failed:
        _failed.add(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Writes what was noted, where all workers' reports come together."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        found = {"seconds": _taken, "failed": sorted(_failed)}
        Path(session.config.rootpath, MARKS).write_text(json.dumps(found), encoding="utf-8")
