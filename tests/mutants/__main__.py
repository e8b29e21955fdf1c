"""`python -m mutants`: mutations drawn by a seed, each tried alone; prints those that no test
notices, and the score."""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

from .copies import ROOT, Copy
from .cover import Cover, cover
from .sites import Mutation, mutations
from .trial import Outcome, outcome

MUTATED = ("engine", "tui/present")
PROCESSES = 2


def main() -> int:
    """Draws, tries, prints; exit status 1 below the goal."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copies = [Copy(Path(folder, str(number))) for number in range(PROCESSES)]
        covered = cover(copies[0], old=options.old)
        drawn = _drawn(options.seed, options.under)
        print(f"seed {options.seed}: {options.number} of {len(drawn):,} mutations", flush=True)
        outcomes = list(_tried(drawn, options.number, covered, copies))
    return _report(outcomes, options.goal)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    add = parser.add_argument
    add("--number", type=int, default=100, help="how many mutants (default 100)")
    add("--seed", type=int, default=0, help="by which they are drawn")
    add("--under", nargs="*", default=MUTATED, help="files or folders that are mutated")
    add("--old", action="store_true", help="what was recorded before the program changed will do")
    add("--goal", type=float, default=85, help="per cent that tests should notice")
    return parser.parse_args()


def _drawn(seed: int, under: list[str]) -> list[Mutation]:
    """Every mutation of the files, in an order that the seed decides."""
    files = [
        file
        for place in (ROOT / name for name in under)
        for file in ([place] if place.is_file() else sorted(place.rglob("*.py")))
    ]
    found = [each for file in files for each in mutations(file, file.read_bytes())]
    random.Random(seed).shuffle(found)
    return found


def _tried(
    drawn: list[Mutation], number: int, covered: Cover, copies: list[Copy]
) -> Iterator[Outcome]:
    """The outcomes of so many mutants that can run, as they come."""
    free: Queue[Copy] = Queue()
    for copy in copies:
        free.put(copy)

    def attempt(mutation: Mutation) -> Outcome:
        copy = free.get()
        try:
            return outcome(mutation, covered, copy)
        finally:
            free.put(copy)

    waiting = iter(drawn)
    with ThreadPoolExecutor(len(copies)) as pool:
        while number:
            batch = [each for each, _ in zip(waiting, range(number), strict=False)]
            if not batch:
                return
            for found in pool.map(attempt, batch):
                if found.fate != "unfit":
                    number -= 1
                    print(found, flush=True)
                yield found


def _report(outcomes: list[Outcome], goal: float) -> int:
    fates = Counter(outcome.fate for outcome in outcomes)
    noticed, tried = fates["killed"] + fates["hangs"], fates.total() - fates["unfit"]
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    minutes = sum(each.ru_utime + each.ru_stime for each in used) / 60
    score = 100 * noticed / max(1, tried)
    print(f"{noticed} of {tried} noticed, {fates['hangs']} because they hang: {score:.0f} %")
    print(f"{fates['unfit']} more could not be imported; {minutes:.0f} minutes of CPU")
    return 0 if score >= goal else 1


raise SystemExit(main())
