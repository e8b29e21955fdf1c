"""What is read from outside: samples, and values as text.

Uses `descent`, `network`, `language` and the rooms below them.
"""
