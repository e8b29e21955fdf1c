"""The package: what is installed, and what is loaded when."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import metadata
from itertools import chain
from pathlib import Path

import pytest

from lowest import constraints

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


def test_every_folder_with_code_is_a_package_that_is_installed() -> None:
    folders = {
        "backprop_tui." + ".".join(path.parent.relative_to(ROOT).parts)
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
    }
    assert set(SETTINGS["tool"]["setuptools"]["packages"]) == folders


@pytest.mark.parametrize("package", ["engine", "samples", "tui"])
def test_every_file_of_a_package_is_installed_with_it(package: str) -> None:
    patterns = SETTINGS["tool"]["setuptools"]["package-data"][f"backprop_tui.{package}"]
    for path in (ROOT / package).iterdir():
        if path.is_file() and path.suffix != ".py":
            assert any(map(path.match, patterns)), path


def test_every_dependency_has_a_bounded_range() -> None:
    project = SETTINGS["project"]
    optional = project["optional-dependencies"].values()
    for requirement in chain(project["dependencies"], *optional):
        assert ">=" in requirement, requirement
        assert "<" in requirement, requirement


EXECUTING = dict.fromkeys(
    ("multiprocessing", "os.exec", "os.spawn", "os.system", "os.fork", "eval(", "exec(",
     "sympify", "parse_expr"), (),
) | {
    "subprocess": ("asking.py",), "pickle.load": ("asking.py", "answering.py"),
    "lambdify": ("arithmetic.py",),
}  # fmt: skip
"""Words by which code runs what it is given, and the files that may say them."""


@pytest.mark.parametrize("word", EXECUTING)
def test_nothing_runs_what_it_is_given_but_where_it_is_said(word: str) -> None:
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    using = {path.name for path in files if re.search(rf"\b{re.escape(word)}", path.read_text())}
    assert using <= set(EXECUTING[word])


def test_the_engine_loads_neither_screen_nor_algebra() -> None:
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
def test_printing_loads_neither_screen_nor_algebra(arguments: list[str]) -> None:
    code = (
        "import contextlib, io\nfrom backprop_tui.tui.command.arguments import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        f"    main({arguments!r})"
    )
    assert not modules_after(code) & {"textual", "rich", "sympy", "numpy"}


def test_the_version_is_one() -> None:
    from backprop_tui.tui.version import VERSION

    assert f"## {VERSION}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_description_for_an_index_shows_nothing_that_only_the_repository_holds() -> None:
    page = metadata("backprop-tui")["Description"]
    assert "# backprop-tui" in page
    assert "## From Python" in page
    assert re.findall(r"!\[|<img", page) == []
    assert re.findall(r"\]\((?!https?://)[^)]*\)", page) == []


def test_the_licences_are_those_of_the_code_and_of_the_digits() -> None:
    found = metadata("backprop-tui")
    assert found["License-Expression"] == "MIT AND CC-BY-4.0"
    assert found.get_all("License-File") == ["LICENSE", "samples/digits-LICENSE.txt"]
    assert "MIT License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "CC BY 4.0" in (ROOT / "samples/digits-LICENSE.txt").read_text(encoding="utf-8")


ALWAYS = {"README.md", "LICENSE", "MANIFEST.in", "pyproject.toml", "setup.py"}
"""Files that a source distribution holds unasked."""
MADE = {"build", "dist", "backprop_tui.egg-info", "PKG-INFO", "setup.cfg"}
"""What building leaves beside them, and in the source distribution."""


def test_every_file_is_in_the_source_distribution() -> None:
    lines = (ROOT / "MANIFEST.in").read_text(encoding="utf-8").splitlines()
    grafted = {line.split()[1] for line in lines if line.startswith("graft ")}
    included = {name for line in lines if line.startswith("include ") for name in line.split()[1:]}
    seen = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert seen - MADE == grafted | included | ALWAYS | set(ROOMS)


def test_the_lowest_versions_are_those_that_the_ranges_begin_with() -> None:
    project = {
        "dependencies": ["numpy>=2.2.1,<3"],
        "optional-dependencies": {"dev": ["textual-plot>=0.10.1,<0.12"]},
    }
    assert constraints(project) == ["numpy==2.2.1", "textual-plot==0.10.1"]
    asked = [
        *SETTINGS["project"]["dependencies"],
        *SETTINGS["project"]["optional-dependencies"]["dev"],
    ]
    assert len(constraints(SETTINGS["project"])) == len(asked)


RELIABILITY = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
PROMISES = [line for line in RELIABILITY.splitlines() if line.startswith("|")]


def test_every_promise_names_tests_that_there_are() -> None:
    rows = [line for line in PROMISES if not line.startswith(("| promise", "| ---"))]
    assert rows
    for row in rows:
        named = re.findall(r"(test_\w+\.py)::(test_\w+)", row.split(" | ")[1])
        assert named, row
        for file, test in named:
            assert f"def {test}(" in (ROOT / "tests" / file).read_text(encoding="utf-8"), row
