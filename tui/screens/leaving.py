"""Leaving a screen: once, however many keys ask for it before it is gone."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

Result = TypeVar("Result")


class Leaving(ModalScreen[Result]):
    """A screen that only leaves while it is the one in front."""

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Leaves; the framework would take away whichever screen is in front, or fail."""
        if self.is_current:
            return super().dismiss(result)
        nothing: AwaitComplete = AwaitComplete.nothing()  # type: ignore[no-untyped-call]
        return nothing
