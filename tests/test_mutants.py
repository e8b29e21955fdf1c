"""What `make mutants` changes: each kind of change, and nothing that changes no behaviour."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from mutants.sites import mutations

ROOT = Path(__file__).parent.parent
CHANGED = [
    ("a < b", {"a <= b"}),
    ("a is not b", {"a is b"}),
    ("a not in b", {"a in b"}),
    ("a - b", {"a + b"}),
    ("a and b", {"a or b"}),
    ("not a", {" a"}),
    ("-a", {"a"}),
    ("7", {"8"}),
    ("4096", {"8192"}),
    ("0.5", {"5.0"}),
    ("True", {"False"}),
    ("a if c else b", {"b if c else a"}),
    ("f(a, b)", {"f(b, a)"}),
    ("f(a, 'b')", set()),
    ("min(a, b)", {"max(a, b)"}),
    ("[f(a), b]", {"[*(), b]"}),
    ("f(special=(a, b))", {"f(special=(*(), b))", "f(special=(a, *()))"}),
    ("'y*(1 - y)'", {"'y/(1 - y)'"}),
    ("'the slope on the left is {left}'", {"'the slope on the right is {left}'"}),
    ("f'{left} is on the left: {a < b}'", {"f'{left} is on the right: {a < b}'",
                                           "f'{left} is on the left: {a <= b}'"}),
    ("'sum rule'", {"'sum '"}),
    ("'plain'", set()),
    ("'utf-8'", set()),
    ("'a' + b", set()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CHANGED)
def test_each_kind_of_change(text: str, expected: set[str]) -> None:
    source = f"r = {text}".encode()
    found = {each.applied(source).decode().removeprefix("r = ") for each in mutations(ROOT, source)}
    assert found - {"f'{left} is on the left: {a < b}'"} == expected


def test_statements_and_branches_change() -> None:
    source = b"def f(a=1):\n    g(a)\n    if a:\n        return 2\n"
    found = {each.applied(source).decode() for each in mutations(ROOT, source)}
    text = source.decode()
    assert found == {
        text.replace("a=1", "a=2"), text.replace("g(a)", "pass"),
        text.replace("if a", "if not (a)"), text.replace("2", "3"),
    }  # fmt: skip


def behaviour(source: bytes) -> str:
    """A file without what changes nothing: docstrings and annotations."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign):
            node.annotation = ast.Constant(None)
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        if isinstance(body := getattr(node, "body", None), list):
            body[:] = [each for each in body if not _is_text(each)] or [ast.Pass()]
    return ast.dump(tree)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


@pytest.mark.parametrize("name", ["engine/calculus/tangents.py", "tui/present/marks.py"])
def test_every_mutation_of_a_file_changes_what_it_does(name: str) -> None:
    file = ROOT / name
    source = file.read_bytes()
    found, whole = mutations(file, source), behaviour(source)
    assert len(found) > 5
    for each in found:
        changed = each.applied(source)
        assert changed[: each.start] == source[: each.start]
        assert changed[each.start + len(each.put) :] == source[each.end :]
        assert behaviour(changed) != whole, each
        assert all(lines for lines in each.lines)
