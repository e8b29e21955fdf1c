"""The panes of the screen, one widget a file.

Uses Textual, `drawings`, `present` and `session`.
"""
