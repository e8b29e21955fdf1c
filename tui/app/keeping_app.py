"""The application's unsaved text: kept when it ends unasked, and offered by the next start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from backprop_tui.engine import BackpropError
from backprop_tui.engine.language.show import DIGITS
from textual.app import SystemCommand

from ..session import kept
from ..session.opening import Opening
from ..session.session import Session
from ..system.state import files, when
from .descent_app import DescentApp


class KeepingApp(DescentApp):
    """Knows what was opened and what was typed since."""

    def __init__(self, start: Session | Opening | None, styles: Sequence[str]) -> None:
        super().__init__(start, styles)
        self.opened = start if isinstance(start, Session) else None
        """The session as it was opened; None for one that is in no file."""
        self.drafts: dict[str, str] = {}
        """Texts that did not take effect, by the name of their edit."""
        self.reopened: Path | None = None
        """The file of the state folder that the session came from."""

    def on_ready(self) -> None:
        """Says where text is that an earlier end kept."""
        for path in files(kept.KIND)[:1]:
            words = f"Text of {when(path)} was kept: reopen it by Ctrl+P. It is in {path}"
            self.notify(words, markup=False, timeout=10)

    def keep(self) -> None:
        """Writes what is not saved to the state folder, as far as there is one."""
        drafts = self.drafts | (self.editor.pending if self.editor is not None else {})
        session = self.session
        if session is not None and kept.unsaved(self.opened, session, drafts):
            with suppress(OSError):
                kept.keep(session, drafts)
                self.throw_away()

    def throw_away(self) -> None:
        """Removes the file that the session came from."""
        if self.reopened is not None:
            with suppress(OSError):
                self.reopened.unlink()
            self.reopened = None

    def kept_commands(self) -> Iterator[SystemCommand]:
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
        digits = DIGITS if self.session is None else self.session.digits
        try:
            found = kept.reopened(path, digits)
        except BackpropError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self.keep()
        self.session, self.opened, self.reopened = found.session, None, path
        self.drafts = dict(found.drafts)
        for name in list(found.drafts)[:1]:
            await self.run_action(f"edit('{name}')")

    def _throw_all_away(self) -> None:
        self.reopened = None
        for path in files(kept.KIND):
            with suppress(OSError):
                path.unlink()
