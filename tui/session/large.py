"""Large graphs: which sources take long to open, and which changes of a session long to show."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import pairwise
from typing import Any

from backprop_tui.engine.layers.rows import values_of_rows
from backprop_tui.engine.text.bounds import TOML
from backprop_tui.engine.text.reading import ReadError, read_file, text_of

from .session import Session
from .trouble import MOST_WORK
from .viewing import NEURONS, PLOT

LARGE = 5_000
"""Nodes beyond which other numbers, or another view, are looked up beside the screen."""
LARGE_TEXT, LARGE_DATA = 30_000, 300_000
"""Characters of a program that have about so many nodes, and bytes of a table of data."""
MANY_BOXES = 150
"""Boxes beyond which a drawing is laid out beside the screen."""
PLOTTING = "textual_plot"
"""What plots are drawn with, which takes a while to import."""
DRAWN = ("graph", "weight", NEURONS)
"""The views that are drawings."""


def is_large(source: str) -> bool:
    """True for program text, or a file of that name, which takes a while to open.

    A small file may describe a large network: its table is looked at.
    """
    try:
        size = os.path.getsize(source)
    except (OSError, ValueError):
        return len(source) > LARGE_TEXT
    if size > LARGE_TEXT or not source.endswith(".toml"):
        return size > LARGE_TEXT
    import tomllib

    # What is wrong with it is said by what reads it.
    with suppress(OSError, ValueError, RecursionError, ReadError):
        network = tomllib.loads(text_of(read_file(source, TOML))).get("network")
        if isinstance(network, dict):
            return _is_large(network, os.path.dirname(source))
    return False


def _is_large(network: Mapping[str, Any], folder: str) -> bool:
    """True for a table of a network with very many products, or much data."""
    sizes, given, data = (network.get(key) for key in ("sizes", "input", "data"))
    if not (isinstance(sizes, list) and all(isinstance(size, int) for size in sizes)):
        return False
    if isinstance(data, str) and os.path.getsize(os.path.join(folder, data)) > LARGE_DATA:
        return True
    is_table = isinstance(given, list) and all(isinstance(row, list) for row in given)
    samples = len(given) if isinstance(given, list) and is_table else 1
    products: int = samples * sum(one * other for one, other in pairwise(sizes))
    return products > LARGE


def is_small(session: Session) -> bool:
    """True where all that can be asked about a graph is found between two keys."""
    return len(session.graph) <= LARGE


def is_quickly_found(session: Session) -> bool:
    """True where that goes for all rows of its data too."""
    return is_small(session) and values_of_rows(session.trace) <= MOST_WORK


def is_quick(before: Session | None, session: Session, boxes: Callable[[Session], int]) -> bool:
    """True where a session can be shown at once after another one.

    `boxes` counts the boxes of its drawing, and is asked where that alone decides.
    """
    if before is None:
        return is_small(session)
    if session.view.name == PLOT and PLOTTING not in sys.modules:
        return False
    same = _look(before) == _look(session)
    if not is_small(session) and not (same and session.trace is before.trace):
        return False
    if session.view.name not in DRAWN:
        return True
    moves = (
        session.view.zoom is not None
        and session.view.zoom < 0
        and session.selected != before.selected
    )
    return (same and not moves) or boxes(session) <= MANY_BOXES


def is_quickly_edited(session: Session, text: str) -> bool:
    """True where what a text makes of a session can be found out between two keys."""
    return is_small(session) and len(text) <= LARGE_TEXT


def _look(session: Session) -> tuple[object, ...]:
    """What the rows of the tree, or the boxes of a drawing, depend on beside the numbers."""
    leaf = session.chosen if session.view.name == "weight" else None
    drawn = session.view.zoom, session.view.upright, session.view.leaves_apart, leaf
    return session.unrolled, session.view.name, drawn if session.view.name in DRAWN else ()
