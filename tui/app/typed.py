"""What is typed, one after another: a key is done with before the next one is begun."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from textual.app import App
from textual.events import Key, Paste
from textual.message_pump import MessagePump


class Typed:
    """Keys and pastes in their order.

    The framework hands a letter to the text field that has the focus at once, while a key such as
    Backspace, which is bound, goes up to the application before it does something: of two that come
    quickly the second would be done first, or be typed into what the first one leaves.
    """

    def __init__(self, app: App[None], take: Callable[[Key | Paste], Awaitable[None]]) -> None:
        self._app = app
        self._take = take
        self._waiting: deque[Key | Paste] = deque()
        self.is_taking = False

    async def add(self, event: Key | Paste) -> None:
        """Has an event done once all before it are."""
        self._waiting.append(event)
        if not self.is_taking:
            await self._next()

    async def _next(self) -> None:
        self.is_taking = bool(self._waiting)
        if self.is_taking:
            goes_to = self._app.focused or self._app.screen
            way = goes_to.ancestors_with_self
            await self._take(self._waiting.popleft())
            await self._follow(way)

    async def _follow(self, way: Sequence[MessagePump]) -> None:
        """Goes the way of the event, behind it in every queue; one that is closed is passed by."""
        for index, pump in enumerate(way):
            if pump.call_later(self._follow, way[index + 1 :]):
                return
        await self._next()
