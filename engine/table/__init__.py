"""The operation table: for each operation its values, partials, special cases and words in one row.

Uses no other room. NumPy is imported when many values are asked for at once.
"""
