"""What every room may use: words, marked text, errors, limits on what is taken in, frozen data.

Uses no other room.
"""
