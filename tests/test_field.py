"""Cases from the field: files, exercises and data sets as people have them, with what is right."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from backprop_tui.tui.command.arguments import main

FIELD = Path(__file__).parent / "truth/field"
CASES = json.loads((FIELD / "cases.json").read_text(encoding="utf-8"))["cases"]


def cases(kind: str) -> list[Any]:
    """The cases of a kind, each with its id."""
    return [pytest.param(case, id=case["id"]) for case in CASES if case["kind"] == kind]


def source(case: dict[str, Any]) -> list[str]:
    """What a case gives the command: a file, or a program with its values."""
    if case["toml"]:
        return [str(FIELD / "nets" / case["toml"])]
    return [case["program"], *(f"{name}={value!r}" for name, value in case["bindings"].items())]


@pytest.mark.parametrize("case", cases("csv"))
def test_a_file_is_read_or_refused_with_what_its_owner_needs_to_hear(
    case: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = case["expect"]
    status = main([*source(case), *case["options"]])
    out, err = capsys.readouterr()
    assert status == (0 if wanted["accept"] == "yes" else 2)
    if status:
        assert out == ""
        assert len(err.strip().split("\n")) == 1
        assert re.search(wanted["says"], err)
        advice = re.sub(r"\S+\.(csv|toml)\S*", "", err)
        assert re.search(wanted["hint"] or "", advice)
    else:
        assert [line.split()[0] for line in out.split("\n")[:3]] == ["update", "0", "1"]
        assert "warning" not in err.lower()
