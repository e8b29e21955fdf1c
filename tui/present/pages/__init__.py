"""The pages beside the main screen as lines: help, notation, the sample browser's list.

Uses `drawings`, `present` and `session`; no Textual.
"""
