"""Text that is in no file: kept when the program ends unasked, and offered by the next start."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from backprop_tui.engine import BackpropError
from backprop_tui.engine.language.show import DIGITS
from textual.app import SystemCommand

from ..session import kept
from ..session.session import Session
from ..system.state import files, when
from .editing import Editing


class Keeping:
    """Knows what was opened, and what the state folder holds of it and of earlier starts."""

    def __init__(self, editing: Editing, opened: Session | None) -> None:
        self.editing = editing
        self.stage = editing.stage
        self.opened = opened
        """The session as it was opened; None for one that is in no file."""
        self.file: Path | None = None
        """The file of the state folder that the session came from."""

    def say(self) -> None:
        """Says where text is that an earlier end kept."""
        for path in files(kept.KIND)[:1]:
            words = f"Text of {when(path)} was kept: reopen it by Ctrl+P. It is in {path}"
            self.stage.notify(words, markup=False, timeout=10)

    def keep(self) -> None:
        """Writes what is not saved to the state folder, as far as there is one."""
        session, drafts = self.stage.session, self.editing.pending
        if session is not None and kept.unsaved(self.opened, session, drafts):
            with suppress(OSError):
                kept.keep(session, drafts)
                self.throw_away()

    def throw_away(self) -> None:
        """Removes the file that the session came from."""
        if self.file is not None:
            with suppress(OSError):
                self.file.unlink()
            self.file = None

    def commands(self) -> Iterator[SystemCommand]:
        """What the palette does with kept text."""
        found = files(kept.KIND)
        for path in found:
            yield SystemCommand(
                f"Reopen the text kept from {when(path)}",
                # The framework reads markup here: a bracket of the program is none.
                kept.summary(path).replace("[", r"\["),
                partial(self._reopen, path),
            )
        if found:
            yield SystemCommand("Throw all kept text away", "No way back", self._throw_all_away)

    async def _reopen(self, path: Path) -> None:
        digits = DIGITS if self.stage.session is None else self.stage.session.view.digits
        try:
            found = kept.reopened(path, digits)
        except BackpropError as error:
            self.stage.notify(str(error), severity="error", markup=False)
            return
        self.keep()
        self.stage.session, self.opened, self.file = found.session, None, path
        self.editing.drafts = dict(found.drafts)
        for name in list(found.drafts)[:1]:
            await self.stage.run_action(f"edit('{name}')")

    def _throw_all_away(self) -> None:
        self.file = None
        for path in files(kept.KIND):
            with suppress(OSError):
                path.unlink()
