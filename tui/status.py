"""The exit statuses of the command, beside 0 and 128 + n after signal n."""

DIFFER, BAD_INPUT, INTERRUPTED = 1, 2, 130
"""A check found a wrong gradient; bad input; Ctrl+C."""
