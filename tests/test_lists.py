"""What stands in one list stands in those that go with it: keys, views, formats, samples, names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from backprop_tui.engine import bundled
from backprop_tui.engine.descent.methods import METHODS
from backprop_tui.engine.files.sample_file import ANY, SCHEMA
from backprop_tui.engine.network.lowering import ACTIVATION, COST
from backprop_tui.engine.table.ops import OPERATIONS
from backprop_tui.tui.app.explorer import Explorer
from backprop_tui.tui.command.exports import EXPORTS
from backprop_tui.tui.panes.views import NEEDED, VIEW_PANES
from backprop_tui.tui.present.answers import WORDINGS
from backprop_tui.tui.present.keys import KEYS, Key
from backprop_tui.tui.session.descent import QUESTION as DESCENT
from backprop_tui.tui.session.questions import QUESTIONS
from backprop_tui.tui.session.viewing import PLOT, VIEWS

from fuzz.oracle import FUNCTIONS, VARIADIC

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """A section of the README."""
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.shown)
def test_every_key_does_something_and_is_in_the_readme(key: Key) -> None:
    assert hasattr(Explorer, f"action_{key.action.partition('(')[0]}")
    rows = re.findall(r"^\| (.+?) \|", section("Keys"), re.M)
    listed = {word for row in rows for word in re.split(r"[ ,·/]+", row)} | {"/"}
    assert set(key.shown.split()) <= listed


def test_every_view_has_its_panes() -> None:
    assert set(VIEW_PANES) == {*VIEWS, PLOT}
    styles = (ROOT / "tui/app/app.tcss").read_text(encoding="utf-8")
    assert all(f"#main.-{name} #{name}" in styles for name in NEEDED)
    assert all(view in section("Command line") for view in VIEWS)


def test_the_fuzzer_knows_every_operation() -> None:
    known = {*FUNCTIONS, *((name, None) for name in VARIADIC)}
    assert {(operation.name, operation.arity) for operation in OPERATIONS} == known


def test_every_question_has_words_and_a_key() -> None:
    keys = {key.action for key in KEYS}
    assert set(QUESTIONS) == set(WORDINGS)
    assert {f"ask('{name}')" for name in QUESTIONS if name != DESCENT} <= keys


def test_every_format_is_in_the_readme() -> None:
    assert all(f"`-f {name}`" in section("Command line") for name in EXPORTS)


def test_every_sample_file_is_in_the_course() -> None:
    assert {path.stem for path in (ROOT / "samples").glob("*.toml")} == set(bundled())


@pytest.mark.parametrize("name", [*COST, *ACTIVATION, *METHODS])
def test_every_name_of_a_sample_file_is_in_the_readme(name: str) -> None:
    assert re.search(rf"\b{name}\b", section("Sample files"))


def keys_of(schema: Mapping[str, Any]) -> Iterator[str]:
    for key, value in schema.items():
        if key != ANY:
            yield key
            yield from keys_of(value) if isinstance(value, Mapping) else ()


@pytest.mark.parametrize("key", sorted({*keys_of(SCHEMA)} - {"breakpoints"}))
def test_every_key_of_a_sample_file_is_in_the_readme(key: str) -> None:
    """But for breakpoints, which are read and of no use yet."""
    assert re.search(rf"\b{key}\b", section("Sample files"))
