"""The command palette."""

from __future__ import annotations

from textual import on
from textual.command import CommandList, CommandPalette
from textual.widgets import Input, OptionList

from .leaving import Leaving


class Palette(CommandPalette, Leaving[None]):
    """The framework's; keys that come before its list has room do nothing, nor after its end."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """False for a key of the list that the framework could not answer yet."""
        has_room = any(found.scrollable_content_region for found in self.query(CommandList))
        return action != "command_list" or has_room

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def choose_once(self, event: Input.Submitted | OptionList.OptionSelected) -> None:
        """Keeps a second Enter from the framework's own method, which comes after this one."""
        if not self.is_current:
            event.stop()
            event.prevent_default()
