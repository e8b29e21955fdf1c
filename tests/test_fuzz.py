"""The fuzzer itself: what it finds, what it lets pass, and the seeds of past findings."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest
from backprop_tui.engine import trace
from backprop_tui.engine.table.ops import FUNCTIONS
from hypothesis import strategies as st

from fuzz.laws import check_message, forward_is_reverse, value_and_gradient_are_true
from fuzz.limits import SlownessError, limited
from fuzz.oracle import UnclearError, truths
from fuzz.rounds import play
from fuzz.targets import BY_NAME, TARGETS, Target
from fuzz.texts import Case
from fuzz.watched import Heart

QUICK = {"parse": 30, "toml": 10, "csv": 30, "truth": 8}
"""Targets that are tried in every run of the tests, and on how many inputs."""


@pytest.mark.parametrize("name", QUICK)
def test_a_round_finds_nothing(name: str) -> None:
    assert play(BY_NAME[name], seed=14, examples=QUICK[name]) >= QUICK[name]


SEEDS = [
    pytest.param(target, seed, id=f"{target.name}-{place}")
    for target in TARGETS
    for place, seed in enumerate(target.seeds)
]


@pytest.mark.parametrize(("target", "seed"), SEEDS)
def test_what_once_broke_a_law_keeps_it(target: Target, seed: object) -> None:
    with limited(target.seconds):
        target.law(seed)


def test_a_finding_is_shrunk_and_told() -> None:
    def law(text: str) -> None:
        assert "?" not in text

    with pytest.raises(AssertionError) as caught:
        play(Target("planted", st.text("ab?"), law, 100), seed=1, examples=500)
    assert any("given='?'" in note for note in caught.value.__notes__)


def test_what_takes_too_long_is_a_finding() -> None:
    def spin() -> None:
        end = time.process_time() + 5
        while time.process_time() < end:
            pass

    with pytest.raises(SlownessError), limited(0.05):
        spin()


@pytest.mark.parametrize("message", ["", "a\x1b[2J", "word " * 1_000])
def test_a_message_that_is_no_good_is_a_finding(message: str) -> None:
    with pytest.raises(AssertionError):
        check_message(message)


def test_a_wrong_formula_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    (sine,) = FUNCTIONS["sin"]
    value_and_gradient_are_true(Case("sin(x)*x", {"x": 0.7}))
    broken = replace(sine, partials=(sine.partials[0]._replace(formula="cos(a) + a/1000"),))
    monkeypatch.setitem(FUNCTIONS, "sin", (broken,))
    with pytest.raises(AssertionError):
        value_and_gradient_are_true(Case("sin(x)*x", {"x": 0.7}))


def test_a_sweep_that_forgets_a_contribution_is_a_finding() -> None:
    made = trace("x*x + sin(x)", {"x": 0.7})
    forward_is_reverse(made)
    lost = replace(made.sweep, adjoints=[0.5 * adjoint for adjoint in made.sweep.adjoints])
    made.__dict__["sweep"] = lost
    with pytest.raises(AssertionError):
        forward_is_reverse(made)


def test_the_oracle_knows_published_derivatives() -> None:
    value, slopes = truths(trace("(4*x + 1)^2", {"x": 1}).graph, {"x": 1.0}, ["x"])
    assert value.holds(25.0)
    assert slopes["x"].holds(40.0)
    assert not slopes["x"].holds(40.000001)


@pytest.mark.parametrize("text", ["abs(x)", "max(x, 0)", "ln(x)", "1/x", "sqrt(x)", "floor(x)"])
def test_the_oracle_is_silent_at_edges(text: str) -> None:
    with pytest.raises(UnclearError):
        truths(trace(text, {"x": 0}).graph, {"x": 0.0}, ["x"])


def test_cancellation_widens_what_counts_as_rounding() -> None:
    graph = trace("(x + 1e8) - x", {"x": 0.3}).graph
    value, _ = truths(graph, {"x": 0.3}, ["x"])
    assert value.holds(1e8 + 1e-6)
    assert not value.holds(1e8 + 1)


def test_the_heart_of_a_loop_feels_what_keeps_it_busy(tmp_path: Path) -> None:
    heart = Heart(str(tmp_path / "beats"))

    async def screen() -> None:
        heart.start(asyncio.get_running_loop())
        await asyncio.sleep(0.03)
        end = time.process_time() + 0.15
        while time.process_time() < end:
            pass
        await asyncio.sleep(0.05)

    asyncio.run(screen())
    assert float((tmp_path / "beats").read_text()) >= 0.15
