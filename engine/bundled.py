"""The bundled samples."""

from __future__ import annotations

from .errors import BackpropError, escaped, suggestion
from .sample import Sample
from .sample_file import read_sample

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

    if name not in bundled():
        hint = suggestion(name, bundled())
        raise BackpropError(f"there is no bundled sample {escaped(name)}{hint}")
    file = files("backprop_tui.samples") / f"{name}.toml"
    return read_sample(str(file), file.read_bytes())
