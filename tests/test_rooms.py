"""The rooms: which way imports point between them, and which imports come late."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted(path for top in ("engine", "tui") for path in (ROOT / top).rglob("*.py"))
MOST_FILES = 16
"""In one room: as many as one look takes in."""

ARROWS = {
    "engine.text": "",
    "engine.table": "",
    "engine.language": "table text",
    "engine.calculus": "language table text",
    "engine.diagnosis": "calculus language table text",
    "engine.exact": "calculus language table",
    "engine.opinions": "exact calculus language table text",
    "engine.symbolic": "opinions calculus language table",
    "engine.explain": "opinions diagnosis calculus language text",
    "engine.network": "calculus language table text",
    "engine.tracing": "network opinions diagnosis calculus language text export",
    "engine.layers": "tracing network explain diagnosis calculus table text",
    "engine.descent": "layers tracing network calculus text",
    "engine.files": "descent network calculus language text",
    "engine.export": "descent layers tracing opinions calculus language",
    "engine": "files descent tracing network diagnosis calculus language text",
    "tui": "",
    "tui.system": "tui engine engine.text",
    "tui.session": "system engine engine.symbolic engine.files engine.descent engine.layers "
    "engine.network engine.explain engine.calculus engine.language engine.text",
    "tui.present": "session engine engine.symbolic engine.descent engine.layers engine.tracing "
    "engine.opinions engine.network engine.explain engine.calculus engine.language engine.text",
    "tui.present.plots": "present session engine.descent engine.language engine.text",
    "tui.layout": "engine.text",
    "tui.drawings": "layout present session engine engine.layers engine.network engine.explain "
    "engine.calculus engine.language engine.text",
    "tui.present.pages": "drawings present session engine engine.layers engine.network "
    "engine.language engine.table engine.text",
    "tui.export": "drawings layout present session engine.descent engine.layers engine.opinions "
    "engine.explain engine.language engine.text",
    "tui.panes": "drawings present present.plots session engine engine.language engine.text",
    "tui.screens": "panes present present.pages session engine engine.files engine.text",
    "tui.app": "tui screens panes drawings present present.plots session system engine "
    "engine.descent engine.language",
    "tui.command": "tui app export session system engine engine.export engine.files "
    "engine.symbolic engine.descent engine.layers engine.opinions engine.text",
    "tui.start": "command system",
}
"""Each room, from the lowest floor up, with the rooms that it uses."""
UPWARD = {
    ("engine.tracing", "engine.export"): "Trace.to_dict: a method where users look for it",
}
"""The arrows that point to a higher floor, with the reason."""
LATE = {
    "engine.descent.curves": "brings NumPy",
    "engine.layers.data_rows": "brings NumPy",
    "engine.opinions.differences": "brings NumPy",
    "engine.export.dot": "for this format alone",
    "engine.export.json": "for this format alone",
    "engine.files.sample_file": "brings TOML, which a program that is typed does not need",
    "engine.network.description": "brings CSV, which a program does not need",
    "engine.symbolic.asking": "for some questions alone",
    "engine.symbolic.checking": "brings NumPy",
    "engine.symbolic.closed_forms": "for its question alone",
    "engine.text.bounds": "the engine is not needed to print the help",
    "engine.text.words": "the engine is not needed to print the help",
    "tui.app.screen": "brings Textual",
    "tui.command.arguments": "an interrupt while it is loaded ends quietly",
    "tui.command.printing": "the screen prints nothing",
    "tui.command.run": "not needed to print the help",
    "tui.drawings.views": "opening a small program draws nothing",
    "tui.export.descent": "for this format alone",
    "tui.export.drawing": "for this format alone",
    "tui.export.svg": "for this format alone",
    "tui.export.text": "for this format alone",
    "tui.panes.editor": "the first screen has none",
    "tui.panes.graph_pane": "the first screen has none",
    "tui.panes.plot_pane": "the first screen has none",
    "tui.present.layers_pane": "the first screen has none",
    "tui.present.plots.kinds": "the first screen has none",
    "tui.present.row_pane": "the first screen has none",
    "tui.screens.browser": "the first screen is another",
    "tui.screens.help": "the first screen is another",
    "tui.screens.notation": "the first screen is another",
    "tui.screens.palette": "the first screen is another",
    "tui.session.matrices": "of networks alone",
    "tui.start": "the folder is taken off the path first",
    "tui.system.crashes": "for an error of the program itself",
    "tui.system.output": "the screen prints nothing",
}
"""The modules that are imported when they are needed, inside a function, with the reason."""


class Import(NamedTuple):
    """One module of ours imported by another."""

    by: str
    module: str
    is_late: bool


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path) for path in FILES}
PACKAGES = {name_of(path) for path in FILES if path.name == "__init__.py"}


def room_of(module: str) -> str:
    """The package in which a module stands; what starts the command is a floor of its own."""
    if module in ("tui.start", "tui.__main__"):
        return "tui.start"
    return module if module in PACKAGES else module.rpartition(".")[0]


def modules_of(node: ast.ImportFrom, by: str, is_package: bool) -> Iterator[str]:
    """Our modules that a `from ... import` statement names."""
    if node.level:
        parts = by.split(".")[: None if is_package else -1]
        start = ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [node.module])])
    elif (node.module or "").startswith("backprop_tui."):
        start = (node.module or "").removeprefix("backprop_tui.")
    else:
        return
    if start == "engine":
        yield start
        return
    for alias in node.names:
        yield f"{start}.{alias.name}" if f"{start}.{alias.name}" in MODULES else start


def statements(tree: ast.AST, is_late: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """Every statement with whether it stands in a function; expressions hold none."""
    is_late = is_late or isinstance(tree, ast.FunctionDef | ast.AsyncFunctionDef)
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.expr):
            yield node, is_late
            yield from statements(node, is_late)


def imports() -> Iterator[Import]:
    for path in FILES:
        by = name_of(path)
        for node, is_late in statements(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                for module in modules_of(node, by, by in PACKAGES):
                    yield Import(by, module, is_late)


IMPORTS = tuple(imports())


def rooms_named(room: str) -> set[str]:
    """The rooms that a row of the table lets it use, by their full names."""
    top = room.partition(".")[0]
    names = ARROWS[room].split()
    return {
        name if name.partition(".")[0] in ("engine", "tui") else f"{top}.{name}" for name in names
    }


def test_every_room_stands_in_the_table() -> None:
    assert {room_of(module) for module in MODULES} == set(ARROWS)


@pytest.mark.parametrize("room", ARROWS)
def test_a_room_uses_the_rooms_of_its_row_and_no_other(room: str) -> None:
    used = {room_of(one.module) for one in IMPORTS if room_of(one.by) == room} - {room}
    assert used == rooms_named(room)


def test_arrows_point_down() -> None:
    floor = {room: number for number, room in enumerate(ARROWS)}
    upward = {
        (room, used) for room in ARROWS for used in rooms_named(room) if floor[used] > floor[room]
    }
    assert upward == set(UPWARD)


def test_late_imports_are_those_with_a_reason() -> None:
    assert {one.module for one in IMPORTS if one.is_late} == set(LATE)


def test_no_module_needs_one_that_needs_it() -> None:
    """Types included."""
    needs = {module: set[str]() for module in MODULES}
    for one in IMPORTS:
        if (room_of(one.by), room_of(one.module)) not in UPWARD:
            needs[one.by].add(one.module)
    while free := [module for module, needed in needs.items() if not needed & needs.keys()]:
        for module in free:
            del needs[module]
    assert not needs


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_no_module_bears_the_name_of_what_its_package_exports(package: str) -> None:
    exported = getattr(importlib.import_module(f"backprop_tui.{package}"), "__all__", ())
    assert not {f"{package}.{name}" for name in exported} & MODULES


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_a_room_is_small_enough_to_know(package: str) -> None:
    assert len(list((ROOT / package.replace(".", "/")).glob("*.py"))) <= MOST_FILES


FRAMEWORK = ("tui.app", "tui.panes", "tui.screens", "tui.system")
"""The rooms that know Textual."""


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_the_framework_is_known_to_few_rooms(path: Path) -> None:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    named = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    named += [a.name for node in nodes if isinstance(node, ast.Import) for a in node.names]
    loaded = {name.partition(".")[0] for name in named} & {"textual", "textual_plot", "rich"}
    assert not loaded or room_of(name_of(path)) in FRAMEWORK
