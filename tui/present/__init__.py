"""The session as rows and lines: plain text with style names, one file a pane.

Uses `session` and the engine; no Textual.
"""
