"""A traced network as the textbook has it: layers, the four equations, the rows of its data.

Uses `tracing`, `explain`, `network` and the rooms below them.
"""
