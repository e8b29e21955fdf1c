"""A trace: one program at one set of values, with everything that was computed from it.

Uses `diagnosis`, `network`, `calculus` and the rooms below them.
"""
