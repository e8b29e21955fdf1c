"""ASCII for terminals and fonts that have nothing else: one character for each."""

from __future__ import annotations

TABLE = str.maketrans(
    {
        "▶": ">", "●": "*", "◉": "@", "◐": "%", "○": "o", "·": ".", "▸": "+", "‹": "<", "›": ">",
        "∂": "d", "σ": "s", "δ": "d", "−": "-", "×": "x", "→": ">", "←": "<", "↑": "^", "↓": "v",
        "ℝ": "R", "…": "~", "Σ": "S", "π": "p", "τ": "t", "ε": "e", "√": "r", "≤": "<", "≥": ">",
        "│": "|", "─": "-", "├": "+", "└": "+", "┘": "+", "┐": "+", "┌": "+", "━": "=", "╭": "+",
        "┏": "#", "┓": "#", "┗": "#", "┛": "#", "┃": "#", "┣": "#", "┫": "#", "┳": "#", "┻": "#",
        "╸": "=", "╺": "=", "╹": "#", "╻": "#", "┄": ".", "┆": ":", "╴": "-", "╶": "-", "╵": "|",
        "╷": "|", "┼": "|", "┿": "|", "╂": "|", "╋": "*", "╮": "+", "╯": "+", "╰": "+", "┤": "+",
        "┬": "+", "┴": "+",
        "⁰": "0", "¹": "1", "²": "2",
        "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9", "⋅": "*", "“": '"',
        "”": '"', "’": "'",
    }
)  # fmt: skip
"""Every sign of the screen's own, and the one that stands for it; wires that cross pass under."""


def to_ascii(text: str) -> str:
    """The text in ASCII, as wide as it was; what has no stand-in is a question mark."""
    if text.isascii():
        return text
    return "".join(c if c.isascii() else "?" for c in text.translate(TABLE))
