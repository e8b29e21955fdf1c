"""The table of targets: what is made, the law that it is held to, the seeds of past findings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st

from . import calls, keys, laws, texts, verdicts
from .texts import DEEP, Case, cases

SMALL_NUMBERS = st.floats(-4, 4).map(lambda x: round(x, 3)) | st.sampled_from((1e4, -30.0, 1e-5))
CLEAR = cases(DEEP, SMALL_NUMBERS)
"""Programs at numbers where the truth is mostly clear."""


class Target(NamedTuple):
    """What one round tries."""

    name: str
    inputs: st.SearchStrategy[Any]
    law: Callable[[Any], None]
    examples: int
    """In a round: a few seconds."""
    seconds: float = 1.0
    """Of CPU that one input may take."""
    size: Callable[[Any], int] = lambda given: 1
    """How many things an input tries."""
    unit: str = "inputs"
    seeds: tuple[Any, ...] = ()
    """Inputs that once broke the law."""


TARGETS = (
    Target(
        "parse", texts.PROGRAM_TEXTS, laws.any_text_is_read_or_refused, 2_000, unit="texts",
        seeds=("|x\ny|", "-" * 9_000 + "|" + "\n" * 20_000 + "x|", "+".join(
            [f"{c}1" for c in "abcdefghijklmnopqrstuvwxyz"]
            + [f"node{c}1" for c in "abcdefghijklmnopqrstuvwxyz"]
        )),
    ),
    Target(
        "trace", cases(), laws.a_trace_is_right_in_every_way, 300, unit="programs",
        seeds=(
            Case("gelu(1)*x", {"x": 1}), Case("erf(x) + y", {"x": 1, "y": 2}, ["y"]),
            Case("x/0", {"x": 1}),
        ),
    ),
    Target("values", texts.VALUE_TEXTS, laws.values_come_back, 2_000, unit="texts",
           seeds=("\x1b=", "x=\u202e1", "x=1\ny=" + "9" * 400)),
    Target("network", texts.networks(), laws.a_description_is_read_or_refused, 200,
           unit="descriptions", seeds=({"sizes": [10**5_000, 1]},)),
    Target("toml", texts.TOML_BYTES, laws.a_file_is_read_or_refused, 150, unit="files",
           seeds=(b"[network]\nsizes = [0x" + b"f" * 5_000 + b", 1]",)),
    Target("csv", texts.TABLES, laws.a_table_is_read_or_refused, 500, unit="tables"),
    Target("command", texts.COMMANDS, laws.a_command_ends_well, 100, 8.0, unit="command lines",
           seeds=(
               (["x/0", "x=1", "--check"], ""), (["x*1.01^365", "x=1", "--check"], ""),
               (["x^2", "x=1", "--descend", str(2**63)], ""), (["x", "x=1", "-o", "y " * 500], ""),
               (["x", "-f", "z" * 100_000], ""), (["x", "x=1", "--rate", "9" * 400], ""),
           )),
    Target("api", calls.calls(), calls.a_wrong_argument_is_refused, 500, unit="calls",
           seeds=(("trace", ["x*y"], {"values": 5}), ("parse", [None], {}),
                  ("load", [b"x"], {}), ("descend", [10**30], {}))),
    Target("truth", CLEAR, laws.value_and_gradient_are_true, 200, 8.0, unit="programs",
           seeds=(Case("x - atan2(y, 1)/y", {"x": 0, "y": 1e-5}),)),
    Target("verdicts", CLEAR, laws.verdicts_are_true, 10, 60.0, unit="programs",
           seeds=(Case("floor(x)", {"x": 20.5}), Case("max(x, x, x)", {"x": 2}))),
    Target("list", verdicts.CASES, verdicts.every_verdict_is_the_first_that_holds, 50, 60.0,
           unit="programs"),
    Target("keys", keys.PLAYS, keys.any_keys_do_no_harm, 4, 60.0,
           lambda play: len(play.events), "keys",
           seeds=(keys.Play(["x"], (80, 24), [b"\xff"], "quit"),
                  keys.Play(["gelu(1)*x"], (80, 24), [b"p"], "quit"))),
)  # fmt: skip
BY_NAME = {target.name: target for target in TARGETS}
