"""What an input may cost: seconds of CPU, and memory."""

from __future__ import annotations

import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

MEMORY = 1_500_000
"""kB that the fuzzer itself may come to hold."""
ADDRESSES = 4 << 30
"""Bytes of addresses beyond which memory is refused, so that nothing else has to suffer."""


class SlownessError(AssertionError):
    """An input that takes longer than it may."""


DIGITS = sys.get_int_max_str_digits()
"""Of a whole number that Python writes out: the program has it so, the fuzzer writes any."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises SlownessError beyond so many seconds of CPU, AssertionError where memory has grown."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise SlownessError(f"more than {seconds:g} s of CPU")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    sys.set_int_max_str_digits(DIGITS)
    try:
        yield
    finally:
        sys.set_int_max_str_digits(0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert held <= MEMORY, f"{held:,} kB are held"


def bound_memory() -> None:
    """Has this process refused what goes beyond ADDRESSES."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
