"""A neural network: its description, its data, and its lowering to a program with places.

Uses `calculus`, `language`, `table` and `text`.
"""
