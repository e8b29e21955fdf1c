"""Program text to a graph, and graphs back to text.

Uses `table` and `text`.
"""
