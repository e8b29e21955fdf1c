"""What the bundled samples say of themselves: their figures, and the ways out that they name."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from pathlib import Path

import mpmath
import pytest
from backprop_tui.engine import Trace, descend, load_bundled, parse, trace, trace_network
from backprop_tui.engine.descent.methods import METHODS
from backprop_tui.engine.opinions.check import check
from backprop_tui.tui.present.pages.glossary import ACTIVATIONS, COSTS, DESCENTS
from backprop_tui.tui.session.opening import open_session

WAYS_OUT = {
    "broken-angle": ("acos(c)", "acos(min(c, 1 - 1e-9))"),
    "broken-angle, atan2": ("acos(c)", "atan2(|x*v - y*u|, x*u + y*v)"),
    "broken-branch": ("step(x)*sqrt(x)", "where(x > 0, sqrt(where(x > 0, x, 1)), 0)"),
    "broken-crossentropy": ("-(y*ln(p) + (1 - y)*ln(1 - p))", "softplus(z) - y*z"),
    "broken-deviation": (
        "mean(x1^2, x2^2, x3^2) - m^2\nsqrt(v)",
        "mean((x1 - m)^2, (x2 - m)^2, (x3 - m)^2)\nsqrt(v + 1e-12)",
    ),
    "broken-direction": ("sqrt(x^2 + y^2)", "sqrt(x^2 + y^2 + 1e-12)"),
    "broken-likelihood": ("-ln(exp(-z^2/2)/s)", "z^2/2 + ln(s)"),
    "broken-power": ("(a - y)^1.5", "|a - y|^1.5"),
    "broken-softmax": (
        "e1 = exp(z1)\ne2 = exp(z2)\n-ln(e1/(e1 + e2))",
        "logsumexp(z1, z2) - z1",
    ),
}
"""By sample: what of its program goes, and what its words put there."""


def traced(name: str, *, old: str = "", new: str = "") -> Trace:
    """A bundled sample's trace, with a part of its program in another form."""
    sample = load_bundled(name.partition(",")[0])
    assert old in sample.program
    leaves = [name for name in sample.graph().variables if name not in sample.fixed]
    return trace(sample.program.replace(old, new), sample.bindings, leaves)


@pytest.mark.parametrize("name", WAYS_OUT)
def test_the_way_out_that_a_sample_names_leads_out(name: str) -> None:
    """Every number is finite there and none is wrong; for the sample as it is that is not so."""
    old, new = WAYS_OUT[name]
    assert traced(name).problems
    out = traced(name, old=old, new=new)
    assert not out.problems
    found = {one.verdict for one in check(out.sweep, sympy=False)}
    assert found <= {"agree", "kink", "imprecise"}


@pytest.mark.parametrize("name", [name for name in WAYS_OUT if "cross" not in name])
def test_a_sample_s_words_spell_the_way_out_as_it_was_tried(name: str) -> None:
    said = load_bundled(name.partition(",")[0]).about
    words = "".join(said.split()).replace("\N{MINUS SIGN}", "-")
    for line in WAYS_OUT[name][1].split("\n"):
        if name not in ("broken-power", "broken-softmax"):
            assert "".join(line.split()) in words


def largest_deltas(name: str) -> list[float]:
    """The largest |δ| of each layer, from layer 2."""
    layers = open_session(load_bundled(name)).trace.to_dict()["layers"]
    return [max(abs(one) for row in layer["delta"] for one in row) for layer in layers]


def test_what_deep_relu_says_of_the_gradient_that_is_lost() -> None:
    said = load_bundled("deep-relu").about.replace(",", "")
    for name in ("deep-relu", "deep-sigmoid"):
        deltas = largest_deltas(name)
        lost = deltas[-1] / deltas[0]
        assert f"{float(f'{lost:.2g}'):g}" in said


def test_what_vanishing_warns_of_is_there() -> None:
    left = traced("vanishing")
    assert abs(left.gradient["x"]) < 0.5**14 < 0.0001
    assert "vanishing" in {symptom.kind for symptom in left.symptoms}


def test_conventions_chained_need_not_be_a_slope_of_the_whole() -> None:
    """x + |x| has the slopes 0 and 2 at 0; relu(x) - relu(-x) is x, whose slope is 1."""
    (found,) = check(traced("kink").sweep)
    assert (found.verdict, found.gradient, found.one_sided) == ("kink", 0, (0, 2))
    (found,) = check(trace("relu(x) - relu(-x)", {"x": 0}).sweep)
    assert (found.verdict, found.gradient, found.derivative) == ("differ", 0, 1)


def test_what_broken_likelihood_cannot_hold() -> None:
    power = mpmath.exp(-(mpmath.mpf(40) ** 2) / 2)
    assert (
        mpmath.nstr(power, 2).replace("-", "\N{MINUS SIGN}")
        in load_bundled("broken-likelihood").about
    )


def test_the_sample_of_the_chain_rule_has_as_many_functions_as_it_says() -> None:
    sample = load_bundled("chain")
    operations = sum(operation is not None for operation in sample.graph().operations)
    assert "three" in sample.title
    assert operations == 3


def test_in_the_normal_density_what_is_said_to_be_shared_is() -> None:
    graph = load_bundled("gaussian").graph()
    shared = {name for name, node in graph.by_name.items() if len(graph.users_of(node)) > 1}
    assert shared == {"s"}


def test_the_end_of_the_saddle_is_what_its_words_say() -> None:
    """C = x²/1 + y⁴/4 − y²/2 at (0, 1), in fractions, and its gradient there."""
    sample = load_bundled("saddle")
    there = trace(sample.program, {"x": 0, "y": 1})
    assert there.graph.ref(there.graph.output) == "C"
    assert there.value == Fraction(1, 4) - Fraction(1, 2)
    assert not any(there.gradient.values())


SAMPLES_OF_Z = (-3.0, -0.4, 0.0, 0.7, 2.5)


@pytest.mark.parametrize(("names", "formula"), ACTIVATIONS[:-1])
def test_an_activation_is_what_help_says(names: str, formula: str) -> None:
    for name in names.split(", "):
        for z in SAMPLES_OF_Z:
            network = trace_network(
                {"sizes": [1, 1], "activation": name, "cost": "squared error", "input": [z],
                 "weights": [[[1.0]]], "biases": [[0.0]], "target": [0.0]}
            )  # fmt: skip
            (found,) = network.to_dict()["layers"][0]["a"][0]
            assert found == pytest.approx(trace(formula, {"z": z}).value, rel=1e-13)


@pytest.mark.parametrize(("name", "words"), COSTS)
def test_a_cost_is_what_help_says(name: str, words: str) -> None:
    """The formula in the words, at every output, added up or averaged as they say."""
    over, _, rest = words.partition("of ")
    formula = re.split(r"[;,] (?=after)", rest)[0]
    last = {"cross entropy": "softmax", "binary cross entropy": "sigmoid"}.get(name, "tanh")
    targets = [0.0, 1.0] if last != "tanh" else [-1.5, 0.25]
    network = trace_network(
        {"sizes": [1, 2], "activation": last, "cost": name, "input": [0.8],
         "weights": [[[1.0], [-2.0]]], "biases": [[0.3, 0.1]], "target": targets}
    )  # fmt: skip
    outputs = network.to_dict()["layers"][-1]["a"][0]
    terms = []
    for a, y in zip(outputs, targets, strict=True):
        known = {"a": a, "y": y}
        used = {name: known[name] for name in parse(formula).variables}
        terms.append(trace(formula, used).value)
    scale = {"sum ": 1.0, "half the sum ": 0.5, "mean ": 1 / len(terms)}[over]
    assert network.value == pytest.approx(sum(terms) * scale, rel=1e-12)


@pytest.mark.parametrize(("name", "words"), [one for one in COSTS if "from z" in one[1]])
def test_a_cost_from_the_weighted_sums_is_the_one_of_the_outputs(name: str, words: str) -> None:
    formula = re.split(r"from z[:,](?: as)? ", words)[1].split(", of all")[0]
    z1, z2, y = 0.7, -1.1, 1.0
    known = {"z": z1, "z1": z1, "z2": z2, "y": y}
    used = {name: known[name] for name in parse(formula).variables}
    a = math.exp(z1) / (math.exp(z1) + math.exp(z2))
    if name == "binary cross entropy":
        a = 1 / (1 + math.exp(-z1))
    assert trace(formula, used).value == pytest.approx(-math.log(a), rel=1e-13)


def test_the_methods_of_descent_are_what_help_says() -> None:
    """Three updates of x^2/2, whose gradient is x, by the words' formulas in plain arithmetic."""
    assert [name for name, _ in DESCENTS] == list(METHODS)
    for method, expected in (("plain", plainly()), ("momentum", heavily()), ("adam", adaptively())):
        points = descend(trace("x^2/2", {"x": 1.0}), 3, rate=0.1, method=method)
        assert [point.bindings["x"] for point in points[1:]] == pytest.approx(expected, rel=1e-13)


def plainly() -> list[float]:
    return [0.9, 0.81, 0.729]


def heavily() -> list[float]:
    x, v, found = 1.0, 0.0, []
    for _ in range(3):
        v = 0.9 * v + x
        x -= 0.1 * v
        found.append(x)
    return found


def adaptively() -> list[float]:
    x, m, v, found = 1.0, 0.0, 0.0, []
    for k in (1, 2, 3):
        m, v = 0.9 * m + 0.1 * x, 0.999 * v + 0.001 * x**2
        x -= 0.1 * m / (1 - 0.9**k) / (math.sqrt(v / (1 - 0.999**k)) + 1e-8)
        found.append(x)
    return found


@pytest.mark.parametrize("rows", [ACTIVATIONS, COSTS])
def test_the_readme_has_the_formulas_of_help(rows: list[tuple[str, str]]) -> None:
    page = (Path(__file__).parent.parent / "README.md").read_text()
    for name, words in rows:
        assert f"| {name} | {words.replace('|', chr(92) + '|')} |" in page
