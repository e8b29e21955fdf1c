"""Help, notation and palettes over the main screen, each imported when it is opened."""

from __future__ import annotations

from textual.command import CommandPalette
from textual.theme import ThemeProvider

from .stage import Stage


class Screens:
    """Opens them."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    async def help(self) -> None:
        """Opens the help."""
        from ..screens.help import Help

        await self.stage.push_screen(Help())

    async def notation(self) -> None:
        """Opens the notation of a network."""
        from ..screens.notation import Notation

        session = self.stage.session
        if session is not None and session.trace.places:
            await self.stage.push_screen(Notation(session))
        else:
            self.stage.notify("This is an expression: networks have a notation", markup=False)

    async def palette(self) -> None:
        """Opens the command palette, where there is room for it."""
        from ..screens.palette import Palette

        is_open = isinstance(self.stage.screen, CommandPalette)
        if not is_open and not self.stage.has_class("-too-small"):
            await self.stage.push_screen(Palette(id="--command-palette", placeholder="Search"))

    def themes(self) -> None:
        """Opens a palette of the themes."""
        from ..screens.palette import Palette

        self.stage.push_screen(Palette([ThemeProvider], placeholder="Search for themes…"))
