"""The page on the engine from Python: complete, and every example gives what it says."""

import doctest
import inspect
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from backprop_tui import engine

PAGE = (Path(__file__).parent.parent / "docs/api.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^##|\Z)", PAGE, re.M | re.S))
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)


def attributes(of: type) -> set[str]:
    """What a class of ours has for others: fields, properties and methods."""
    ours = [base for base in of.__mro__ if base.__module__.startswith("backprop_tui")]
    names = {name for base in ours for name in (*vars(base), *getattr(base, "__annotations__", ()))}
    return {name for name in names if not name.startswith("_")}


def called(function: Callable[..., object]) -> str:
    """A function with its arguments and their defaults."""
    arguments = [a for a in inspect.signature(function).parameters.values() if a.name != "self"]
    texts = [a.name if a.default is a.empty else f"{a.name}={a.default!r}" for a in arguments]
    return f"{function.__name__}({', '.join(texts)})".replace("'", '"')


def quoted(name: str) -> set[str]:
    """The words that stand in backticks in the section of a name, or in its table."""
    code = re.sub(r"^```.*?^```", "", SECTIONS[name], flags=re.M | re.S)
    return {word for part in re.findall(r"`([^`]+)`", code) for word in re.findall(r"\w+", part)}


def test_every_public_name_has_a_section_and_nothing_else_has() -> None:
    assert set(SECTIONS) == set(engine.__all__)


@pytest.mark.parametrize("name", engine.__all__)
def test_a_section_names_every_argument_and_attribute(name: str) -> None:
    public = getattr(engine, name)
    named = set(inspect.signature(public).parameters)
    if inspect.isclass(public):
        assert named | attributes(public) <= quoted(name)
    else:
        assert sorted(named) == sorted(re.findall(r"^\| `(\w+)` \|", SECTIONS[name], re.M))


@pytest.mark.parametrize("name", engine.__all__)
def test_a_section_says_what_is_raised(name: str) -> None:
    public = getattr(engine, name)
    found = [public, *(vars(public).values() if inspect.isclass(public) else ())]
    said = " ".join(inspect.getdoc(one) or "" for one in found if not isinstance(one, str))
    assert set(re.findall(r"\w+Error", said)) - quoted(name) <= {name}


@pytest.mark.parametrize("name", engine.__all__)
def test_every_function_and_method_stands_there_as_it_is_called(name: str) -> None:
    public = getattr(engine, name)
    methods = attributes(public) if inspect.isclass(public) else ()
    found = [public, *(vars(public).get(method) for method in methods)]
    for function in filter(inspect.isfunction, found):
        assert f"`{called(function)}`" in SECTIONS[name]


@pytest.mark.parametrize("name", engine.__all__)
def test_every_section_has_an_example(name: str) -> None:
    assert ">>> " in SECTIONS[name]


def test_every_example_gives_what_it_says() -> None:
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner()
    names: dict[str, object] = {}
    told: list[str] = []
    for number, text in enumerate(EXAMPLES):
        example = parser.get_doctest(text, names, f"example {number}", "docs/api.md", 0)
        runner.run(example, out=told.append, clear_globs=False)
        names = example.globs
    assert not told, "".join(told)
    assert runner.tries >= len(engine.__all__)
