"""Functions that the language lacks, names with their modules, sin²(x): what to write instead."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from typing import Any

import pytest
from backprop_tui.engine import ParseError, parse, trace
from backprop_tui.engine.language.missing import MISSING, advice, instead
from backprop_tui.engine.language.show import program

ORDINARY = (0.3, -1.7, 2.5, 7.0)
POSITIVE = (0.3, 1.7, 4.2)
INSIDE = (0.3, -0.9, 0.05)
Reference = tuple[str, Callable[..., float], tuple[float, ...]]
"""Names, the function as the other libraries define it, and points for each argument."""


def clip(x: float, low: float, high: float) -> float:
    return sorted((low, x, high))[1]


def logsumexp(*xs: float) -> float:
    return math.log(sum(map(math.exp, xs)))


REFERENCES: list[Reference] = [
    ("arsinh argsinh", math.asinh, ORDINARY),
    ("arcosh argcosh", math.acosh, (1.5, 3.0)),
    ("artanh argtanh", math.atanh, INSIDE),
    ("tg tangent", math.tan, ORDINARY),
    ("ctg cotan", lambda x: math.cos(x) / math.sin(x), ORDINARY),
    ("sh", math.sinh, ORDINARY),
    ("ch", math.cosh, ORDINARY),
    ("th", math.tanh, ORDINARY),
    ("cosec", lambda x: 1 / math.sin(x), ORDINARY),
    ("arctg", math.atan, ORDINARY),
    ("lg log₁₀ log_10", math.log10, POSITIVE),
    ("ld lb log₂ log_2", math.log2, POSITIVE),
    ("loge log_e nlog", math.log, POSITIVE),
    ("fabs absolute magnitude", math.fabs, ORDINARY),
    ("sgn signum", lambda x: math.copysign(1, x), ORDINARY),
    ("heaviside Heaviside unitstep H", lambda x: float(x > 0), ORDINARY),
    ("maximum fmax amax Max reduce_max", max, ORDINARY),
    ("minimum fmin amin Min reduce_min", min, ORDINARY),
    ("expit logistic sigm sig", lambda x: 1 / (1 + math.exp(-x)), ORDINARY),
    ("log_sigmoid log_expit logsig", lambda x: -math.log(1 + math.exp(-x)), ORDINARY),
    ("average avg reduce_mean", lambda *xs: statistics.fmean(xs), ORDINARY),
    ("reduce_sum fsum", lambda *xs: math.fsum(xs), ORDINARY),
    ("product reduce_prod", lambda *xs: math.prod(xs), ORDINARY),
    ("logaddexp lse reduce_logsumexp", logsumexp, ORDINARY),
    ("log1pexp log1p_exp", lambda x: math.log(1 + math.exp(x)), ORDINARY),
    ("leakyrelu lrelu LeakyReLU", lambda x: x if x > 0 else x / 100, ORDINARY),
    ("ReLU ramp", lambda x: max(x, 0.0), ORDINARY),
    ("ceiling", math.ceil, ORDINARY),
    ("rint around nearbyint", round, ORDINARY),
    ("ifelse cond iif select", lambda c, a, b: a if c else b, (0.0, 1.0, 3.0)),
    ("clip_by_value", lambda x, low, high: min(max(x, low), high), (-1.0, 0.5, 2.0)),
    ("gammaln loggamma lngamma", math.lgamma, POSITIVE),
    ("psi ψ", lambda x: (math.lgamma(x + 1e-5) - math.lgamma(x - 1e-5)) / 2e-5, POSITIVE),
    ("trigamma", lambda x: sum(1 / (x + k) ** 2 for k in range(20_000)) + 1 / (x + 19_999.5),
     POSITIVE),
    ("celu", lambda x: x if x > 0 else math.exp(x) - 1, ORDINARY),
    ("cuberoot curt", lambda x: math.copysign(abs(x) ** (1 / 3), x), ORDINARY),
    ("pow power", math.pow, POSITIVE),
    ("add plus", lambda a, b: a + b, ORDINARY),
    ("sub subtract", lambda a, b: a - b, ORDINARY),
    ("mul multiply times", lambda a, b: a * b, ORDINARY),
    ("div divide true_divide", lambda a, b: a / b, ORDINARY),
    ("neg negative", lambda x: -x, ORDINARY),
    ("reciprocal inv", lambda x: 1 / x, ORDINARY),
    ("mod remainder", lambda a, b: a % b, ORDINARY),
    ("floor_divide", lambda a, b: a // b, ORDINARY),
    ("trunc fix", math.trunc, ORDINARY),
    ("frac", lambda x: math.modf(x)[0], ORDINARY),
    ("sqr sq", lambda x: x * x, ORDINARY),
    ("cube", lambda x: x * x * x, ORDINARY),
    ("exp2", lambda x: 2.0**x, ORDINARY),
    ("exp10", lambda x: 10.0**x, ORDINARY),
    ("root nthroot", lambda x, n: math.exp(math.log(x) / n), POSITIVE),
    ("sech", lambda x: 2 / (math.exp(x) + math.exp(-x)), ORDINARY),
    ("csch", lambda x: 2 / (math.exp(x) - math.exp(-x)), ORDINARY),
    ("coth", lambda x: (math.exp(2 * x) + 1) / (math.exp(2 * x) - 1), ORDINARY),
    ("asec arcsec", lambda x: math.pi / 2 - math.asin(1 / x), (1.5, -3.0)),
    ("acsc arccsc", lambda x: math.pi / 2 - math.acos(1 / x), (1.5, -3.0)),
    ("acot arccot", lambda x: math.atan2(1, x), POSITIVE),
    ("versin", lambda x: 2 * math.sin(x / 2) ** 2, ORDINARY),
    ("sinpi", lambda x: math.cos(math.pi * (x - 0.5)), ORDINARY),
    ("cospi", lambda x: math.sin(math.pi * (x + 0.5)), ORDINARY),
    ("deg2rad radians", math.radians, ORDINARY),
    ("rad2deg degrees", math.degrees, ORDINARY),
    ("fma", lambda a, b, c: a * b + c, ORDINARY),
    ("lerp", lambda a, b, t: (1 - t) * a + t * b, ORDINARY),
    ("dist", lambda a, b: math.dist((a,), (b,)), ORDINARY),
    ("hardtanh", lambda x: clip(x, -1, 1), ORDINARY),
    ("relu6", lambda x: clip(x, 0, 6), ORDINARY),
    ("hardsigmoid hard_sigmoid", lambda x: clip((x + 3) / 6, 0, 1), ORDINARY),
    ("hardswish hard_swish hard_silu", lambda x: x * clip(x + 3, 0, 6) / 6, ORDINARY),
    ("softsign soft_sign", lambda x: x / (1 + abs(x)), ORDINARY),
    ("tanhshrink", lambda x: x - math.tanh(x), ORDINARY),
    ("softshrink", lambda x: math.copysign(max(abs(x) - 0.5, 0), x), ORDINARY),
    ("hardshrink", lambda x: x if abs(x) > 0.5 else 0.0, ORDINARY),
    ("selu", lambda x: 1.0507009873554805
     * (x if x > 0 else 1.6732632423543772 * (math.exp(x) - 1)), ORDINARY),
    ("logit", lambda x: math.log(x / (1 - x)), (0.3, 0.9)),
    ("log1mexp", lambda x: math.log(1 - math.exp(-x)), (0.1, 0.69, 0.7, 5.0)),
    ("logcosh log_cosh lncosh", lambda x: math.log(math.cosh(x)), ORDINARY),
    ("ndtr normcdf norm_cdf Phi Φ", statistics.NormalDist().cdf, ORDINARY),
    ("entr", lambda x: -x * math.log(x), POSITIVE),
    ("rel_entr", lambda x, y: x * math.log(x / y), POSITIVE),
    ("xlog1py", lambda x, y: x * math.log(1 + y), POSITIVE),
    ("gamma tgamma Γ Gamma", math.gamma, POSITIVE),
    ("factorial fact", lambda n: float(math.factorial(int(n))), (0.0, 1.0, 5.0)),
    ("betaln", lambda a, b: math.log(math.gamma(a) * math.gamma(b) / math.gamma(a + b)), POSITIVE),
    ("beta", lambda a, b: math.gamma(a) * math.gamma(b) / math.gamma(a + b), POSITIVE),
    ("softmax", lambda a, *xs: math.exp(a) / sum(map(math.exp, (a, *xs))), ORDINARY),
    ("log_softmax", lambda a, *xs: a - logsumexp(a, *xs), ORDINARY),
    ("argmax", lambda a, b: float((a, b).index(max(a, b))), (1.0, 2.0, 2.0)),
    ("argmin", lambda a, b: float((a, b).index(min(a, b))), (1.0, 2.0, 2.0)),
    ("median", lambda *xs: statistics.median(xs), ORDINARY),
]  # fmt: skip
BY_NAME = {name: row for row in REFERENCES for name in row[0].split()}
COMPUTED = sorted(name for name, known in MISSING.items() if known.text)


def points(count: int, numbers: tuple[float, ...]) -> list[list[float]]:
    """So many arguments at a time, in turns."""
    return [
        [numbers[(start + step) % len(numbers)] for step in range(count)]
        for start in range(len(numbers))
    ]


@pytest.mark.parametrize("name", COMPUTED)
def test_what_is_written_instead_computes_what_is_missing(name: str) -> None:
    _, function, numbers = BY_NAME[name]
    parameters = MISSING[name].parameters
    names = ["p", "q", "r"][: 3 if parameters == "*" else len(parameters)]
    for given in points(len(names), numbers):
        values = dict(zip(names, given, strict=True))
        simple = instead(name, names)
        assert simple is not None
        used = {one: values[one] for one in parse(simple).variables}
        assert trace(simple, used).value == pytest.approx(function(*given), rel=1e-8, abs=1e-12)
        long = instead(name, [f"{one} - 0" for one in names])
        assert long is not None
        assert trace(long, used).value == trace(simple, used).value


def test_every_row_of_the_tests_is_in_the_table() -> None:
    assert set(BY_NAME) >= set(COMPUTED)
    assert not [name for name in MISSING if advice(name, []) == ""]


@pytest.mark.parametrize("name", sorted(MISSING))
def test_a_missing_function_is_told_what_computes_it(name: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(f"1 + {name}(x + 1)")
    assert f"there is no function {name}: " in caught.value.message
    assert (instead(name, ["x + 1"]) or "") in caught.value.message
    assert "did you mean" not in caught.value.message


def test_a_name_that_is_nearly_that_of_a_missing_function_leads_to_what_computes_it() -> None:
    with pytest.raises(ParseError, match=r"did you mean hardtanh: write clamp\(x, -1, 1\)"):
        parse("hardtanhh(x)")


# What was pasted, and the text that the message holds.
PASTED = [
    ("math.sqrt(x)", "sqrt(x)"),
    ("torch.log(x) + np.exp(2x) # np.sin", "log(x) + exp(2x)"),
    ("a = 1\ny = torch.nn.functional.relu(a - torch.pi)\ny", "y = relu(a - pi)"),
    ("a = 1; b = F.softplus(a); b", "b = softplus(a)"),
    ("2*np.power(x + 1, np.exp(3))", "2*((x + 1)^exp(3))"),
    ("tf.maximum(0, x)", "max(0, x)"),
    ("(np.sin(x)\n+ 1)", "(sin(x) + 1)"),
    ("x.exp()", "exp(x)"),
    ("x.pow(2)", "x^2"),
    ("jax.nn.sigmoid(x*1.5)", "sigmoid(x*1.5)"),
    ("K . tanh( x )", "tanh(x)"),
]


@pytest.mark.parametrize(("text", "written"), PASTED)
def test_a_name_with_its_module_is_shown_without(text: str, written: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert caught.value.message.endswith(f": write {written}")
    parse(f"a = 1\n{written}")
    start, end = caught.value.span
    assert text[start:end].rstrip().endswith(".")


@pytest.mark.parametrize("text", ["torch.foo(x)", "x.T", "x.y", "1.5.2", "x.", "np.random.rand(3)"])
def test_other_dots_are_errors_too(text: str) -> None:
    with pytest.raises(ParseError, match=r"dots?\b|decimal point"):
        parse(text)


# What is written, and the same with the power after the bracket.
POWERS = [
    ("sin²(x)", "sin(x)^2"),
    ("cos²(x) + tanh^2(x)", "cos(x)^2 + tanh(x)^2"),
    ("-sin²(x)", "-(sin(x)^2)"),
    ("2sin³(x)cos²(x)", "2*sin(x)^3*cos(x)^2"),
    ("sin**2(x)^3", "(sin(x)^2)^3"),
    ("2^sin²(x)", "2^(sin(x)^2)"),
    ("max²(x, y)", "max(x, y)^2"),
    ("f(t) = t + 1; f²(x)", "f(t) = t + 1; f(x)^2"),
    ("x²(y)", "x^2*y"),
    ("σ²(x)", "sigmoid(x)^2"),
    ("σ = 3; σ²(x)", "σ = 3; σ^2*x"),
    ("σ*σ(x)", "(σ)*sigmoid(x)"),
    ("clamp + clip^2", "(clamp) + (clip)^2"),
    ("x⁻¹ + 2⁻²y", "x^-1 + 2^-2*y"),
]


@pytest.mark.parametrize(("text", "explicit"), POWERS)
def test_a_power_may_stand_between_a_function_and_its_bracket(text: str, explicit: str) -> None:
    assert parse(text) == parse(explicit)
    assert parse(program(parse(text))) == parse(text)


def test_a_name_with_a_value_is_no_function_before_an_exponent() -> None:
    assert parse("σ²(x)", names=["σ"]) == parse("σ^2*x")


REFUSED: list[tuple[str, tuple[Any, ...]]] = [
    ("sin^-1(x + 1)", ("asin(x + 1)", "1/sin(x + 1)")),
    ("cosh⁻¹(x)", ("acosh(x)", "1/cosh(x)")),
    ("relu^-1(x)", ("1/relu(x)",)),
    ("f(x) = x; f^-1(2)", ("1/f(2)",)),
    ("sin^0.5(x)", ("sin(…)^0.5",)),
    ("sin^1(x)", ("2, 3, …",)),
    ("sin^n(x)", ("sin is a function",)),
    ("sin^2 + 1", ("sin is a function",)),
]


@pytest.mark.parametrize(("text", "parts"), REFUSED)
def test_other_exponents_are_errors_that_say_what_to_write(
    text: str, parts: tuple[str, ...]
) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert all(part in caught.value.message for part in parts)
