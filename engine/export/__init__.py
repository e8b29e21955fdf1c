"""A trace as data: JSON and DOT.

Uses every other room of the engine but `api`.
"""
