"""A trace as data: JSON and DOT.

Uses `layers`, `tracing`, `calculus`, `language` and the rooms below them.
"""
