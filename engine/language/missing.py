"""Functions of other libraries that the language lacks, and what computes them in it."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..table.ops import FUNCTIONS
from ..text.words import nearest

LIKELY = 0.8
"""How like a missing function's name another is that is taken for it."""
ATOMIC = re.compile(r"\w+(\.\d+)?")
SOFT = (
    "no gradient passes a whole number that jumps; softmax weights, exp(a - logsumexp(a, b)), move"
)


class Instead(NamedTuple):
    """What computes a missing function."""

    parameters: str
    """Their names, a letter each; `*` for any number, of which `{a}` is the first."""
    text: str
    """The expression; `{a:b}` is an argument in brackets where it has parts."""
    words: str = ""
    """What to know about it."""


def _same(name: str, parameters: str = "x") -> Instead:
    return Instead(parameters, f"{name}({{all}})")


MISSING = {
    **dict.fromkeys(("arsinh", "argsinh"), _same("asinh")),
    **dict.fromkeys(("arcosh", "argcosh"), _same("acosh")),
    **dict.fromkeys(("artanh", "argtanh"), _same("atanh")),
    **dict.fromkeys(("tg", "tangent"), _same("tan")),
    **dict.fromkeys(("ctg", "cotan"), _same("cot")),
    "sh": _same("sinh"),
    "ch": _same("cosh"),
    "th": _same("tanh"),
    "cosec": _same("csc"),
    "arctg": _same("atan"),
    **dict.fromkeys(("lg", "log₁₀", "log_10"), _same("log10")),
    **dict.fromkeys(("ld", "lb", "log₂", "log_2"), _same("log2")),
    **dict.fromkeys(("loge", "log_e", "nlog"), _same("ln")),
    **dict.fromkeys(("fabs", "absolute", "magnitude"), _same("abs")),
    **dict.fromkeys(("sgn", "signum"), _same("sign")),
    **dict.fromkeys(("heaviside", "Heaviside", "unitstep", "H"), _same("step")),
    **dict.fromkeys(("maximum", "fmax", "amax", "Max", "reduce_max"), _same("max", "*")),
    **dict.fromkeys(("minimum", "fmin", "amin", "Min", "reduce_min"), _same("min", "*")),
    **dict.fromkeys(("expit", "logistic", "sigm", "sig"), _same("sigmoid")),
    **dict.fromkeys(("log_sigmoid", "log_expit", "logsig"), _same("logsigmoid")),
    **dict.fromkeys(("average", "avg", "reduce_mean"), _same("mean", "*")),
    **dict.fromkeys(("reduce_sum", "fsum"), _same("sum", "*")),
    **dict.fromkeys(("product", "reduce_prod"), _same("prod", "*")),
    **dict.fromkeys(("logaddexp", "lse", "reduce_logsumexp"), _same("logsumexp", "*")),
    **dict.fromkeys(("log1pexp", "log1p_exp"), _same("softplus")),
    **dict.fromkeys(("leakyrelu", "lrelu", "LeakyReLU"), _same("leaky_relu")),
    **dict.fromkeys(("ReLU", "ramp"), _same("relu")),
    "ceiling": _same("ceil"),
    **dict.fromkeys(("rint", "around", "nearbyint"), _same("round")),
    **dict.fromkeys(("ifelse", "cond", "iif", "select"), _same("where", "cab")),
    "clip_by_value": _same("clamp", "xlh"),
    **dict.fromkeys(("gammaln", "loggamma", "lngamma"), _same("lgamma")),
    **dict.fromkeys(("psi", "ψ"), _same("digamma")),
    "trigamma": Instead("x", "polygamma(1, {x})"),
    "celu": _same("elu"),
    **dict.fromkeys(("cuberoot", "curt"), _same("cbrt")),
    **dict.fromkeys(("pow", "power"), Instead("ab", "{a:b}^{b:b}")),
    **dict.fromkeys(("add", "plus"), Instead("ab", "{a} + {b}")),
    **dict.fromkeys(("sub", "subtract"), Instead("ab", "{a} - {b:b}")),
    **dict.fromkeys(("mul", "multiply", "times"), Instead("ab", "{a:b}*{b:b}")),
    **dict.fromkeys(("div", "divide", "true_divide"), Instead("ab", "{a:b}/{b:b}")),
    **dict.fromkeys(("neg", "negative"), Instead("x", "-{x:b}")),
    **dict.fromkeys(("reciprocal", "inv"), Instead("x", "1/{x:b}")),
    **dict.fromkeys(("mod", "remainder"), Instead("ab", "{a} - {b:b}*floor({a:b}/{b:b})")),
    "floor_divide": Instead("ab", "floor({a:b}/{b:b})"),
    **dict.fromkeys(("trunc", "fix"), Instead("x", "sign({x})*floor(abs({x}))")),
    "frac": Instead("x", "{x} - sign({x})*floor(abs({x}))"),
    **dict.fromkeys(("sqr", "sq"), Instead("x", "{x:b}^2")),
    "cube": Instead("x", "{x:b}^3"),
    "exp2": Instead("x", "2^{x:b}"),
    "exp10": Instead("x", "10^{x:b}"),
    **dict.fromkeys(("root", "nthroot"), Instead("xn", "{x:b}^(1/{n:b})")),
    "sech": Instead("x", "1/cosh({x})"),
    "csch": Instead("x", "1/sinh({x})"),
    "coth": Instead("x", "1/tanh({x})"),
    **dict.fromkeys(("asec", "arcsec"), Instead("x", "acos(1/{x:b})")),
    **dict.fromkeys(("acsc", "arccsc"), Instead("x", "asin(1/{x:b})")),
    **dict.fromkeys(("acot", "arccot"), Instead("x", "atan(1/{x:b})")),
    "versin": Instead("x", "1 - cos({x})"),
    "sinpi": Instead("x", "sin(pi*{x:b})"),
    "cospi": Instead("x", "cos(pi*{x:b})"),
    **dict.fromkeys(("deg2rad", "radians"), Instead("x", "{x:b}*pi/180")),
    **dict.fromkeys(("rad2deg", "degrees"), Instead("x", "{x:b}*180/pi")),
    "fma": Instead("abc", "{a:b}*{b:b} + {c}"),
    "lerp": Instead("abt", "{a} + {t:b}*({b} - {a:b})"),
    "dist": Instead("ab", "abs({a} - {b:b})"),
    "hardtanh": Instead("x", "clamp({x}, -1, 1)"),
    "relu6": Instead("x", "clamp({x}, 0, 6)"),
    **dict.fromkeys(("hardsigmoid", "hard_sigmoid"), Instead("x", "clamp({x:b}/6 + 0.5, 0, 1)")),
    **dict.fromkeys(
        ("hardswish", "hard_swish", "hard_silu"), Instead("x", "{x:b}*clamp({x:b}/6 + 0.5, 0, 1)")
    ),
    **dict.fromkeys(("softsign", "soft_sign"), Instead("x", "{x:b}/(1 + abs({x}))")),
    "tanhshrink": Instead("x", "{x} - tanh({x})"),
    "softshrink": Instead("x", "{x} - clamp({x}, -0.5, 0.5)"),
    "hardshrink": Instead("x", "where(abs({x}) > 0.5, {x}, 0)"),
    "selu": Instead("x", "1.0507009873554805*max({x}, 0) + 1.7580993408473766*expm1(min({x}, 0))"),
    "logit": Instead("x", "ln({x}) - log1p(-{x:b})"),
    "log1mexp": Instead(
        "x", "where({x} < ln(2), ln(-expm1(-{x:b})), log1p(-exp(-{x:b})))", "this is ln(1 - e^-x)"
    ),
    **dict.fromkeys(
        ("logcosh", "log_cosh", "lncosh"), Instead("x", "{x} + softplus(-2*{x:b}) - ln(2)")
    ),
    **dict.fromkeys(
        ("ndtr", "normcdf", "norm_cdf", "Phi", "Φ"), Instead("x", "erfc(-{x:b}/sqrt(2))/2")
    ),
    "entr": Instead("x", "-xlogy({x}, {x})"),
    "rel_entr": Instead("xy", "xlogy({x}, {x}) - xlogy({x}, {y})"),
    "xlog1py": Instead("xy", "{x:b}*log1p({y})"),
    **dict.fromkeys(
        ("gamma", "tgamma", "Γ", "Gamma"), Instead("x", "exp(lgamma({x}))", "for x above 0")
    ),
    **dict.fromkeys(("factorial", "fact"), Instead("n", "exp(lgamma({n} + 1))")),
    "betaln": Instead("ab", "lgamma({a}) + lgamma({b}) - lgamma({a} + {b})"),
    "beta": Instead("ab", "exp(lgamma({a}) + lgamma({b}) - lgamma({a} + {b}))"),
    "softmax": Instead(
        "*", "exp({a} - logsumexp({all}))", "this is the weight of the first; each has its own"
    ),
    "log_softmax": Instead("*", "{a} - logsumexp({all})", "this is the first; each has its own"),
    "argmax": Instead("ab", "{b} > {a}", SOFT),
    "argmin": Instead("ab", "{a} > {b}", SOFT),
    "median": Instead("abc", "max(min({a}, {b}), min(max({a}, {b}), {c}))", "of three"),
    **dict.fromkeys(
        ("detach", "stop_gradient"),
        Instead("", "", "hold a leaf fixed to send nothing to it: --wrt names the others"),
    ),
}
"""By name, in every spelling."""


class _Argument(str):
    """An argument's text; with the format `b` in brackets, unless it has no parts."""

    __slots__ = ()

    def __format__(self, form: str) -> str:
        return f"({self})" if form == "b" and not is_atomic(self) else str(self)


def is_atomic(text: str) -> bool:
    """True for a name, a number or one call: what needs no brackets."""
    name = ATOMIC.match(text)
    if name is None:
        return False
    after = text[name.end() :]
    return not after or (after[0] == "(" and closing(after, 0) == len(after) - 1)


def closing(text: str, start: int) -> int | None:
    """Where the bracket that opens at a place is closed; None where it is not."""
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if depth == 0:
            return place
    return None


def arguments(text: str, start: int) -> list[str]:
    """The arguments in the bracket that opens at a place; none where it is not closed."""
    end = closing(text, start)
    found, depth = [""], 0
    for character in text[start + 1 : end] if end else "":
        depth += (character == "(") - (character == ")")
        if character == "," and not depth:
            found.append("")
        else:
            found[-1] += character
    return [" ".join(each.split()) for each in found] if any(found) else []


def instead(name: str, given: list[str]) -> str | None:
    """What computes a call of a function that is missing; None where nothing is known to."""
    known = MISSING.get(name)
    if known is None or not known.text:
        return None
    names = "abcdefghijklmnopqrstuvwxyz" if known.parameters == "*" else known.parameters
    if not given or (known.parameters != "*" and len(given) != len(names)):
        return None
    texts = {one: _Argument(text) for one, text in zip(names, given, strict=False)}
    return known.text.format(all=", ".join(given), **texts)


def advice(name: str, given: list[str]) -> str | None:
    """What to write for a missing function; None where the table does not know it."""
    known = MISSING.get(name)
    if known is None:
        return None
    text = instead(name, given)
    if text is None and known.text:
        example = ["a", "b", "c"] if known.parameters == "*" else list(known.parameters)
        text = f"{instead(name, example)} for {name}({', '.join(example)})"
    return "; ".join(filter(None, (f"write {text}" if text else "", known.words)))


def suggested(name: str) -> str:
    """The nearest name that means something here, and what computes it; nothing where none is."""
    from difflib import SequenceMatcher

    near = filter(None, (nearest(name, FUNCTIONS), nearest(name, MISSING)))
    found = [(SequenceMatcher(None, name, one).ratio(), one in FUNCTIONS, one) for one in near]
    likely = [one for one in found if one[1] or one[0] >= LIKELY]
    if not likely:
        return ""
    _, is_function, match = max(likely)
    return f"; did you mean {match}" + ("?" if is_function else f": {advice(match, [])}")


def is_known(name: str) -> bool:
    """True for a function of the language, and for one of which it is known what computes it."""
    return name in FUNCTIONS or name in MISSING
