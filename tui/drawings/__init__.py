"""Graphs and networks drawn: which part, what stands in the boxes, how it all looks now.

Uses `layout`, `present` and `session`; no Textual.
"""
