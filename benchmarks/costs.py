"""A measurement beside a peer's, and how to make one."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

NETWORK = """title = "{sizes}"
[network]
sizes = {sizes}
activation = ["sigmoid", "softmax"]
cost = "cross entropy"
init = "xavier"
seed = 1
input = "random"
target = [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
"""
"""The sample file of a network of these sizes, ten of them in its last layer."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `peer` is None where the goal is a number of the unit itself."""

    what: str
    ours: float
    peer: float | None
    unit: str
    goal: float

    @property
    def ratio(self) -> float:
        """Ours over the peer's, or ours alone."""
        return self.ours if self.peer is None else self.ours / self.peer

    def cells(self) -> tuple[str, ...]:
        """The cells of the table."""
        peer = "" if self.peer is None else f"{self.peer:.4g} {self.unit}"
        ratio = "" if self.peer is None else f"{self.ratio:.2f}"
        met = "yes" if self.ratio <= self.goal else "no"
        return self.what, f"{self.ours:.4g} {self.unit}", peer, ratio, f"<= {self.goal:g}", met


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes, what earlier ones left behind cleared away first."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def side_by_side(
    ours: Callable[[], float], peer: Callable[[], float], runs: int
) -> tuple[float, float]:
    """The medians of two measurements made in turn, after one of each that is not counted."""
    pairs = [(ours(), peer()) for _ in range(runs + 1)][1:]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
