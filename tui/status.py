"""The exit statuses of the command, beside 0 and 128 + n after signal n."""

WRONG_GRADIENT, BAD_INPUT, FAILED, INTERRUPTED = 1, 2, 70, 130
"""A check found a gradient that differs or is lost; bad input; an error of our own; Ctrl+C."""
HUNG_UP = 129
"""The terminal is gone."""
