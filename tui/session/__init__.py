"""Everything the screen depends on, as one frozen value, and whatever turns it into another.

Uses the engine and `system`; no Textual.
"""
