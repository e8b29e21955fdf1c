"""Gradient descent: its plan, its methods, its updates, and the cost beside them.

Uses `layers`, `tracing` and the rooms below them.
"""
