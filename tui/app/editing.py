"""The editor at the foot of the screen: opened, left, and what its text does to the session."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from backprop_tui.engine import BackpropError
from textual.widget import Widget

from ..panes.key_pane import KeyPane
from ..present.keys import EDITOR_KEYS, FILTER_KEYS, KEYS
from ..session.entries import JOBS
from ..session.large import is_quickly_edited
from ..session.session import Session
from .changes import Changes

if TYPE_CHECKING:
    from ..panes.editor import EditorPane


class Editing:
    """One editor at a time, and the texts that did not take effect."""

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        self.stage = changes.stage
        self.editor: EditorPane | None = None
        self.drafts: dict[str, str] = {}
        """Texts that did not take effect, by the name of their edit."""
        self.focused_before: Widget | None = None
        changes.followers.append(self.go_on_from)

    @property
    def pending(self) -> dict[str, str]:
        """The drafts, and what was typed and has not taken effect yet."""
        return self.drafts | (self.editor.pending if self.editor is not None else {})

    def holds(self, widget: Widget | None) -> bool:
        """True for a field of the editor."""
        return widget is not None and self.editor in widget.ancestors

    async def open(self, name: str) -> None:
        """Opens an editor; keys typed meanwhile wait for it."""
        session = self.stage.session
        if session is None or self.editor is not None:
            return
        from ..panes.editor import EditorPane

        self.focused_before = self.stage.focused
        self.editor = EditorPane(JOBS[name], session, self.drafts.pop(name, None))
        screen = self.stage.screen
        screen.add_class("-editing")
        filters = self.editor.part.filter is not None
        self.stage.query_one(KeyPane).show_keys(FILTER_KEYS if filters else EDITOR_KEYS)
        await screen.mount(self.editor, before="#timeline")
        self.editor.begin()

    def go_on_from(self, session: Session) -> None:
        """An edit goes on from a session that something else has changed."""
        if self.editor is not None:
            self.editor.session = session

    def take(self, editor: EditorPane, *, final: bool) -> None:
        """Lets an edited text take effect; of a large program beside the screen."""
        text = editor.text
        if editor is not self.editor or self.stage.session is None:
            return
        if is_quickly_edited(self.stage.session, text):
            self._taken(editor, text, editor.outcome(text), final=final)
            return
        look_up = self.changes.looking_up()
        editor.waits = True

        def work() -> Session | BackpropError:
            made = editor.outcome(text)
            return made if isinstance(made, BackpropError) else look_up(made)

        self.changes.work(editor, work, lambda made: self._taken(editor, text, made, final=final))

    def _taken(
        self, editor: EditorPane, text: str, made: Session | BackpropError, *, final: bool
    ) -> None:
        """Shows what an edited text makes of the session, or says under it why it cannot.

        One that cannot be used and whose editor was left meanwhile is kept as a draft.
        """
        editor.waits, is_open = False, editor is self.editor
        if isinstance(made, BackpropError):
            if is_open:
                editor.complain(made)
            elif editor.job.live:
                self._keep_draft(editor.job.name, editor.whole(text))
            return
        self.stage.session = replace(made, working=False) if made.working else made
        if not is_open:
            self.drafts.pop(editor.job.name, None)
            self.go_on_from(made)
            return
        editor.settled = text
        editor.complain(None)
        if final:
            self.close()
        else:
            editor.ask_again()

    def filter(self, editor: EditorPane, words: str) -> None:
        """Shows other values to be edited, once what was typed before has taken effect."""
        self.changes.beside.then(lambda: self._filter(editor, words))

    def _filter(self, editor: EditorPane, words: str) -> None:
        if editor is self.editor and self.stage.session is not None:
            editor.choose_values(self.stage.session, words)

    def leave(self) -> None:
        """Closes the editor; a text that did not take effect comes back with the next one."""
        editor = self.editor
        if editor is not None and editor.waits:
            self.drafts[editor.job.name] = editor.whole(editor.text)
        elif editor is not None and editor.job.live and editor.error:
            self._keep_draft(editor.job.name, editor.whole(editor.text))
        self.close()

    def _keep_draft(self, name: str, text: str) -> None:
        self.drafts[name] = text
        self.stage.notify(
            "The text cannot be used as it is: the last good one stays. Open the editor again "
            "to go on with it.", severity="warning", markup=False, timeout=6,
        )  # fmt: skip

    def close(self) -> None:
        """Closes the editor, if there is one."""
        if self.editor is not None:
            self.editor.remove()
            self.editor = None
            self.stage.screen.remove_class("-editing")
            self.stage.query_one(KeyPane).show_keys(KEYS)
            self.stage.set_focus(self.focused_before)
