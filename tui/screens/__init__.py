"""The screens beside the main one: sample browser, help, notation.

Uses Textual, `panes` and `present`.
"""
