"""The package: what is installed, and which way imports point."""

import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ROOMS = ("engine", "tui", "samples")


def modules_after(code: str) -> set[str]:
    """The top-level modules loaded once the code has run in a Python of its own."""
    script = f"{code}\nimport sys\nprint('\\n'.join(m.split('.')[0] for m in sys.modules))"
    made = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    return set(made.stdout.split("\n"))


def imported_rooms(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8")
    return {room for room in ROOMS if f"backprop_tui.{room}" in text}


def test_every_folder_with_code_is_a_package_that_is_installed():
    folders = {
        "backprop_tui." + ".".join(path.parent.relative_to(ROOT).parts)
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
    }
    assert set(SETTINGS["tool"]["setuptools"]["packages"]) == folders


@pytest.mark.parametrize("package", ["engine", "samples", "tui"])
def test_every_file_of_a_package_is_installed_with_it(package: str):
    patterns = SETTINGS["tool"]["setuptools"]["package-data"][f"backprop_tui.{package}"]
    for path in (ROOT / package).iterdir():
        if path.is_file() and path.suffix != ".py":
            assert any(map(path.match, patterns)), path


def test_every_dependency_has_a_bounded_range():
    project = SETTINGS["project"]
    optional = project["optional-dependencies"].values()
    for requirement in chain(project["dependencies"], *optional):
        assert ">=" in requirement, requirement
        assert "<" in requirement, requirement


@pytest.mark.parametrize("path", sorted((ROOT / "engine").rglob("*.py")), ids=str)
def test_the_engine_never_imports_the_screen(path: Path):
    text = path.read_text(encoding="utf-8")
    assert "tui" not in imported_rooms(path)
    for word in ("textual", "rich"):
        assert f"import {word}" not in text
        assert f"from {word}" not in text


def test_the_engine_loads_neither_screen_nor_algebra():
    loaded = modules_after("import backprop_tui.engine")
    assert not loaded & {"textual", "rich", "sympy", "numpy", "mpmath"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["--help"],
        ["--list"],
        ["(4*x+1)^2", "x=1", "--format", "text"],
        ["(4*x+1)^2", "x=1", "--format", "json"],
    ],
)
def test_printing_loads_neither_screen_nor_algebra(arguments: list[str]):
    code = (
        "import contextlib, io\nfrom backprop_tui.tui.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        f"    main({arguments!r})"
    )
    assert not modules_after(code) & {"textual", "rich", "sympy", "numpy"}


def test_the_version_is_one():
    from backprop_tui.tui.version import VERSION

    assert f"## {VERSION}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
