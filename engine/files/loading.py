"""Samples from files: the bundled ones and others."""

from __future__ import annotations

from os import PathLike, fspath

from ..text.bounds import TOML
from ..text.errors import BackpropError, FileError
from ..text.reading import ReadError, read_file
from ..text.words import briefly, cited, suggestion
from .sample import Sample

COURSE = (
    "square composition sigmoid constant linear power exponential logarithm sum product chain "
    "fanout shared selfpower speelpenning softplus gaussian logistic softmax rosenbrock "
    "saddle too-small too-large vanishing exploding kink overflow broken-crossentropy "
    "broken-softmax broken-likelihood broken-entropy broken-norm broken-direction broken-mask "
    "broken-branch broken-power broken-deviation broken-angle neurons xor linear-regression "
    "learn-xor regression-data softmax-classifier digits deep-sigmoid deep-relu"
)
"""The bundled samples in teaching order: article, rules, sharing, models, trouble, networks."""


def bundled() -> tuple[str, ...]:
    """The names of the bundled samples, in the order in which to study them."""
    return tuple(COURSE.split())


def load_bundled(name: str) -> Sample:
    """The bundled sample of this name. Raises BackpropError when there is none."""
    from importlib.resources import files

    from .sample_file import read_sample

    if not isinstance(name, str) or name not in bundled():
        hint = suggestion(cited(name), bundled())
        raise BackpropError(f"there is no bundled sample {cited(name)}{hint}")
    file = files("backprop_tui.samples") / f"{name}.toml"
    return read_sample(str(file), file.read_bytes())


def load(path: str | PathLike[str]) -> Sample:
    """The sample in a regular file. Raises FileError, with the line where one is known."""
    from .sample_file import read_sample

    name = fspath(path) if isinstance(path, (str, PathLike)) else path
    if not isinstance(name, str):
        raise BackpropError(f"the path of a sample file is text or a Path, found {briefly(path)}")
    try:
        data = read_file(name, TOML)
    except ReadError as error:
        raise FileError(str(error), name) from error
    return read_sample(name, data)
