"""Second opinions on every adjoint, by differences and exactly, and the verdict on it.

Uses `exact`, `calculus` and the rooms below them.
"""
