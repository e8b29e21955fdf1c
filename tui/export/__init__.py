"""A session as text to read, as a drawing and as SVG, from what the screen shows.

Uses `drawings`, `present` and `session`; no Textual.
"""
