"""The command line: what was asked for, and what is done about it.

Uses every room; each is imported when it is needed, so that `--help` is quick.
"""
