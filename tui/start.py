"""Where the command starts: an interrupt ends it quietly, however little of it is there yet."""

import os

from .system.folder import leave_out
from .system.signals import quiet_interrupts

quiet_interrupts()


def main() -> int:
    """Runs the command; its exit status."""
    _fill_streams()
    leave_out()
    from .command.arguments import main as run

    status = run()
    quiet_interrupts()
    return status


def _fill_streams() -> None:
    """Has no file that is opened later take the place of a standard stream that was closed."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(number)
