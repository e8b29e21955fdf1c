"""The forward pass, the route, the reverse sweep, forward mode and paths: numbers on a graph.

Uses `language` and the rooms below it.
"""
