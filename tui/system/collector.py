"""The garbage collector: it rests while the program starts, and leaves alone what is there then."""

from __future__ import annotations

import gc


def rest() -> None:
    """Has nothing collected while the program starts, which makes no cycles worth the time.

    To collect while importing and mounting would cost a tenth of the start.
    """
    gc.disable()


def collect() -> None:
    """Has all collected that there is, as usual: for a print, which may be a long one."""
    gc.enable()


def collect_what_is_new() -> None:
    """Has that collected which is made from now on: after the first screen.

    To go through a graph of 50,000 nodes would hold up a step for 15 ms.
    """
    gc.freeze()
    gc.enable()
