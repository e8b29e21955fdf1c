"""Between the program and its system: terminal, signals, streams, folders, environment.

Uses the engine's texts and errors.
"""
