"""`python -m backprop_tui.tui` runs the command."""

import sys

from .system.folder import leave_out


def run() -> int:
    """Runs the command, whose modules are imported once the current folder is off the path."""
    leave_out()
    from .start import main

    return main()


sys.exit(run())
