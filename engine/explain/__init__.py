"""The words for nodes, steps and answers: the one source of them.

Uses `diagnosis`, `opinions`, `calculus` and the rooms below them.
"""
