"""The process in which SymPy works within limits: checks and closed forms, asked and answered.

Uses `opinions` and the rooms below it.
"""
