"""Values and derivatives with as many digits as it takes, by SymPy and mpmath.

Uses `calculus` and the rooms below it. Runs in the process of `symbolic`, never in the screen's.
"""
