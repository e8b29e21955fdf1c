"""What the program costs, beside its peers, as one table of ratios: `make bench`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import batch_costs
import engine_costs
import key_costs
import large_costs
import layout_costs
import limit_costs
import screen_costs
from costs import Row

HEADINGS = ("what", "ours", "peer", "ratio", "goal", "met")


def rows() -> Iterator[Row]:
    """Every measurement, made when asked for."""
    yield from screen_costs.rows()
    yield from key_costs.rows()
    yield from engine_costs.rows()
    yield from batch_costs.rows()
    yield from layout_costs.rows()
    yield from large_costs.rows()
    yield from limit_costs.rows()


def main() -> None:
    """Prints the table, a row as soon as it is measured."""
    template = "{:<46} {:>12} {:>12} {:>7} {:>8}  {}"
    print(template.format(*HEADINGS))
    for row in rows():
        print(template.format(*row.cells()), flush=True)


if __name__ == "__main__":
    main()
