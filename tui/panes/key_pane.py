"""The footer: the keys that act now. A click on one does what the key does."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.binding import Binding, BindingType

from ..present.frame import key_at, keys_line, keys_shown
from ..present.keys import Key
from ..present.picture import from_lines
from .lines import MARGIN, LinePane

OPENING = frozenset(
    ("edit", "browse", "filter", "help", "notation", "palette", "interrupt", "pane")
)
"""Actions that are done before the next key is looked at, since it may be meant for what opens.

Tab is among them because the framework gives it a meaning of its own.
"""


def bindings(keys: Sequence[Key]) -> list[BindingType]:
    """Keys as the framework binds them."""
    return [
        Binding(
            key.keys,
            key.action,
            key.help or key.short,
            show=False,
            priority=key.action.split("(")[0] in OPENING,
        )
        for key in keys
    ]


class KeyPane(LinePane):
    """One line of keys, as many as there is room for."""

    def __init__(self, keys: Sequence[Key]) -> None:
        super().__init__("keys", focusable=False)
        self.keys = keys

    def show_keys(self, keys: Sequence[Key]) -> None:
        """Shows other keys."""
        self.keys = keys
        self.draw()

    def draw(self) -> None:
        """As many keys as there is room for."""
        self.show(from_lines([keys_line(self._shown)]))

    def on_click(self, event: events.Click) -> None:
        """Does what the key clicked does."""
        event.stop()
        key = key_at(self._shown, event.x - len(MARGIN))
        if key is not None:
            self.app.simulate_key(key.keys.split(",")[0])

    @property
    def _shown(self) -> list[Key]:
        return keys_shown(self.keys, self.room)
