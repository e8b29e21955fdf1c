"""The function names that no variable can bear."""

from __future__ import annotations

RESERVED = frozenset(
    {
        *("exp", "expm1", "ln", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "xlogy"),
        *("sin", "cos", "tan", "asin", "acos", "atan", "atan2", "hypot"),
        *("arcsin", "arccos", "arctan", "arctan2"),
        *("sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "arcsinh", "arccosh", "arctanh"),
        *("sigmoid", "relu", "leaky_relu", "elu", "softplus", "silu", "swish", "gelu", "mish"),
        *("erf", "abs", "sign", "step", "floor", "ceil"),
        *("min", "max", "sum", "mean", "logsumexp"),
    }
)
"""Those of version 1. Later ones are functions before `(` alone, elsewhere ordinary names, so that
what was written before means what it did."""
