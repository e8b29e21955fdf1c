"""One round: a target's law on so many inputs of one seed; Hypothesis shrinks what breaks it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings

from .limits import bound_memory, limited
from .targets import Target

SETTINGS = settings(
    database=None, deadline=None, derandomize=False, report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
    print_blob=False,
)  # fmt: skip


def play(target: Target, seed: int, examples: int, notes: Path | None = None) -> int:
    """How many things were tried without a finding; a finding is raised, shrunk.

    `notes` holds the input that is being tried, for when it ends this process.
    """
    tried = 0
    sys.set_int_max_str_digits(0)

    @hypothesis.seed(seed)
    @settings(SETTINGS, max_examples=examples)
    @given(target.inputs)
    def holds(given: Any) -> None:
        nonlocal tried
        tried += target.size(given)
        if notes is not None:
            notes.write_text(repr(given)[:100_000], encoding="utf-8", errors="backslashreplace")
        with limited(target.seconds):
            target.law(given)

    holds()
    return tried


def run(target: Target, seed: int, examples: int, notes: Path) -> None:
    """A round in a process of its own: prints what was tried."""
    bound_memory()
    print(json.dumps({"tried": play(target, seed, examples, notes)}))
