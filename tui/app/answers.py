"""Answers to what is asked beside the steps: sought in a thread, shown as they are found."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from functools import partial

from textual.worker import get_current_worker

from ..panes.lines import LinePane
from ..session.questions import request_of, work_on
from ..session.session import Answer, Request, Session
from .stage import Stage


class Answers:
    """Seeks what the step pane must know; what was sought before is given up."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.wanted: Request | None = None
        """What is sought, or was found."""

    def seek(self) -> None:
        """Sets to work on what the session asks, unless that is under way or done."""
        session = self.stage.session
        if session is None:
            return
        request = request_of(session, self.stage.query_one("#step", LinePane).room)
        if request == self.wanted:
            return
        self.wanted = request
        self.stage.workers.cancel_group(self.stage, "answer")
        if request is not None:
            work = partial(self._work, session, request)
            self.stage.run_worker(work, thread=True, group="answer")

    def _work(self, session: Session, request: Request) -> None:
        """Runs beside the screen: hands over what is found, as often as it grows."""
        worker = get_current_worker()
        with closing(work_on(session, request)) as found:
            for content in found:
                if worker.is_cancelled:
                    return
                if content is not None:
                    self.stage.call_from_thread(self._found, Answer(request, content))

    def _found(self, answer: Answer) -> None:
        if self.stage.session is not None and answer.request == self.wanted:
            session = self.stage.session
            self.stage.session = replace(session, asked=replace(session.asked, answer=answer))
