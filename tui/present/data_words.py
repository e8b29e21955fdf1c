"""What was done to a file of data before a network learns from its rows, in words."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_tui.engine.language.show import DIGITS, number
from backprop_tui.engine.network.data import Data
from backprop_tui.engine.text.words import counted, escaped


def remarks(data: Data, digits: int = DIGITS) -> Iterator[str]:
    """The rows left out, then how each column was scaled; nothing where all is as in the file."""
    if data.skipped:
        rows = counted(data.skipped, "row")
        yield f"{rows} of the file left out: a value that is used is missing"
    if data.scales:
        yield "inputs scaled to mean 0, deviation 1; in the file:"
    for name, (mean, deviation) in zip(data.columns, data.scales, strict=False):
        of = f"deviation {number(deviation, digits)}" if deviation else "constant, so it is 0"
        yield f"  {escaped(name)}: mean {number(mean, digits)}, {of}"
