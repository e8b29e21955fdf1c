"""The map: what ARCHITECTURE.md and CONTRIBUTING.md name exists, and no room or word is missing."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from backprop_tui.tui.present.pages.glossary import GLOSSARY

ROOT = Path(__file__).parent.parent
PAGES = {
    name: (ROOT / name).read_text(encoding="utf-8")
    for name in ("ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "docs/api.md")
}
QUOTED = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
FENCED = re.compile(r"^```.*?^```", re.M | re.S)
FILE = re.compile(r"(?:[\w.-]+/)*[\w-]*\.(?:py|toml|md|tcss|csv|in|yaml)|(?:[\w.-]+/)+")
DOTTED = re.compile(r"(?:backprop_tui\.)?((?:engine|tui)(?:\.\w+)+)")
TEST = re.compile(r"(test_\w+\.py)::(test_\w+)")


def quoted(page: str) -> list[str]:
    """What stands in backticks on a page, but for its examples."""
    return QUOTED.findall(FENCED.sub("", PAGES[page]))


@cache
def names_in(path: Path) -> frozenset[str]:
    """What a module defines; of its classes the members too, as `Class.member`."""
    return frozenset(_defined(ast.parse(path.read_text(encoding="utf-8")).body, ""))


def _defined(body: list[ast.stmt], before: str) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield before + node.name
            yield from _defined(node.body, f"{before}{node.name}." if not before else "…")
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield before + node.target.id
        elif isinstance(node, ast.Assign):
            targets = (t for target in node.targets for t in ast.walk(target))
            yield from (before + t.id for t in targets if isinstance(t, ast.Name))


def exists(dotted: str) -> bool:
    """True for a package, a module, or what a module defines."""
    parts = dotted.split(".")
    for count in range(len(parts), 0, -1):
        path, name = ROOT.joinpath(*parts[:count]), ".".join(parts[count:])
        if path.is_dir():
            return not name
        if (file := path.with_suffix(".py")).is_file():
            return not name or name in names_in(file)
    return False


@pytest.mark.parametrize("page", PAGES)
def test_what_is_linked_to_is_there(page: str) -> None:
    text = FENCED.sub("", PAGES[page])
    titles = re.findall(r"^#+ (.+)$", text, re.M)
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in anchors
        elif "://" not in target:
            assert (ROOT / page).parent.joinpath(target).exists(), target


@pytest.mark.parametrize("page", ["ARCHITECTURE.md", "CONTRIBUTING.md", "docs/api.md"])
def test_every_file_and_name_that_is_named_is_there(page: str) -> None:
    found = quoted(page)
    files = {word for word in found if FILE.fullmatch(word)}
    names = {match[1] for word in found if (match := DOTTED.fullmatch(word))}
    assert files | names
    beside = (ROOT, ROOT / "tests", ROOT / "docs", ROOT / "benchmarks")
    assert not {f for f in files if not any((place / f).exists() for place in beside)}
    assert not {name for name in names if not exists(name)}


@pytest.mark.parametrize("page", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_every_command_and_test_that_is_named_is_there(page: str) -> None:
    found = quoted(page)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([\w-]+):", makefile, re.M)
    assert {word.split()[1] for word in found if re.match(r"make [a-z]", word)} <= set(targets)
    for file, test in TEST.findall(" ".join(found)):
        assert f"def {test}(" in (ROOT / "tests" / file).read_text(encoding="utf-8"), test


def test_every_room_is_on_the_map() -> None:
    found = (path for top in ("engine", "tui") for path in (ROOT / top).rglob("__init__.py"))
    rooms = {f"{path.parent.relative_to(ROOT).as_posix()}/" for path in found} - {"engine/", "tui/"}
    listed = re.findall(r"^\| `([^`]+/)` \|", PAGES["ARCHITECTURE.md"], re.M)
    assert sorted(listed) == sorted(rooms)


def test_every_word_of_the_screen_is_on_the_map() -> None:
    section = PAGES["ARCHITECTURE.md"].partition("\n## Words\n")[2].partition("\n## ")[0]
    terms = re.findall(r"^\| ([^|]+) \|", section, re.M)
    assert not {word for word, _ in GLOSSARY} - {part for term in terms for part in parts(term)}


def parts(term: str) -> set[str]:
    """A row's first cell: the whole of it, and each word of several."""
    return {term, *term.split(", ")}
