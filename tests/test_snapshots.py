"""Whole screens are as they were when they were last looked at."""

import pytest

from snapshots import FOLDER, STATES, path_of, shown


@pytest.mark.parametrize("name", STATES)
def test_a_screen_is_as_it_was_last_seen(name: str) -> None:
    assert shown(name) == path_of(name).read_text(encoding="utf-8"), "see it: make snapshots"


def test_every_picture_is_of_a_state() -> None:
    assert set(FOLDER.glob("*.txt")) == set(map(path_of, STATES))
