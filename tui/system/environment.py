"""The environment, of which the framework gets no more than what can do no harm."""

from __future__ import annotations

import os
import re

WEB_DRIVER = "textual.drivers.web_driver:WebDriver"
"""The driver by which textual-serve shows a screen in a browser."""
ALLOWED = {
    "TEXTUAL_DRIVER": re.escape(WEB_DRIVER),
    "TEXTUAL_THEME": r"[\w,-]+",
    "TEXTUAL_COLOR_SYSTEM": "auto|standard|256|truecolor",
    "TEXTUAL_ANIMATIONS": "none|basic|full",
    "TEXTUAL_FPS": "[1-9][0-9]?|1[0-9][0-9]",
    "TEXTUAL_DISABLE_KITTY_KEY": "[01]",
    "TEXTUAL_SMOOTH_SCROLL": "[01]",
    "TEXTUAL_SPEEDUPS": "[01]",
    "TEXTUAL_DIM_FACTOR": "[0-9]{1,2}|100",
    "ESCDELAY": "[1-9][0-9]{0,3}",
    "COLUMNS": "[1-9][0-9]{0,2}",
    "LINES": "[1-9][0-9]{0,2}",
}
"""What a variable may say, as a pattern; one that says something else is not there."""
NOTHING = "(?!)"
"""The pattern that nothing fits."""


def settle() -> None:
    """Removes what the framework cannot stand, and all that has it write files or press keys."""
    for name, said in list(os.environ.items()):
        counts = name in ALLOWED or name == "TEXTUAL" or name.startswith("TEXTUAL_")
        if counts and not re.fullmatch(ALLOWED.get(name, NOTHING), said):
            del os.environ[name]


def is_served() -> bool:
    """True where the screen is shown in a browser."""
    return os.environ.get("TEXTUAL_DRIVER") == WEB_DRIVER
