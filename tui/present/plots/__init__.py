"""What is plotted of gradient descent.

Uses `present` and `session`; no Textual.
"""
