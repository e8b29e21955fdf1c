"""The command palette."""

from __future__ import annotations

from textual.command import CommandList, CommandPalette


class Palette(CommandPalette):
    """The framework's; keys that come before its list has room do nothing."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """False for a key of the list that the framework could not answer yet."""
        has_room = any(found.scrollable_content_region for found in self.query(CommandList))
        return action != "command_list" or has_room
