"""Text that was not saved: kept in the state folder when the program ends unasked, and reopened."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from backprop_tui.engine import BackpropError, Sample
from backprop_tui.engine.files.bindings import bindings_text
from backprop_tui.engine.files.loading import load
from backprop_tui.engine.text.words import escaped, shortened

from ..system.state import put
from .opening import open_session
from .session import Session

KIND = "kept"
"""The files of the state folder that hold kept text."""


ROOM = 70
"""Characters of a program by which it is known again."""
MOST = 100_000
"""Characters of a text that a report shows."""


@dataclass(frozen=True, eq=False)
class Kept:
    """What was not saved: a session, and texts in an editor that did not take effect."""

    session: Session
    drafts: Mapping[str, str]
    """By the name of the edit."""


def unsaved(opened: Session | None, session: Session | None, drafts: Mapping[str, str]) -> bool:
    """True where there is something that is in no file: all of it where nothing was opened."""
    if session is None:
        return False
    return bool(
        drafts
        or opened is None
        or session.source.sample.program.strip() != opened.source.sample.program.strip()
        or session.trace.bindings != opened.trace.bindings
        or session.trace.wrt != opened.trace.wrt
    )


def keep(session: Session, drafts: Mapping[str, str]) -> Path:
    """Writes a session's text to the state folder. Raises OSError."""
    sample, values = session.source.sample, session.trace.bindings
    fixed = sample.fixed.keys() & values.keys()
    document = {
        "title": sample.title,
        "path": None if sample.path is None else os.path.abspath(sample.path),
        "program": sample.program.split("\n"),
        "values": {n: v for n, v in values.items() if n not in fixed | session.source.assumed},
        "fixed": {name: values[name] for name in fixed},
        "wrt": session.source.patterns,
        "of": session.source.of,
        "drafts": drafts,
    }
    return put(KIND, json.dumps(document, ensure_ascii=False, indent=1) + "\n", ".json")


def shown(session: Session) -> str:
    """A session's text for a report: the program and its values."""
    values = bindings_text(dict(session.trace.bindings))
    texts = "Program:", session.source.sample.program, "Values:", values
    return "\n".join(shortened(text, MOST) for text in texts)


def summary(path: Path) -> str:
    """What a file holds, in one line: the program that was typed; nothing where it is damaged."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        drafts, program = document["drafts"], document["program"]
        text = drafts.get("program") or "\n".join(program)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return ""
    return shortened(escaped(" ".join(text.split())), ROOM)


def reopened(path: Path, digits: int) -> Kept:
    """What was kept in a file. Raises BackpropError where it cannot be read any more."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        program, drafts = "\n".join(document["program"]), dict(document["drafts"])
        found = _sample(document["path"]) or Sample(program, document["title"])
        sample = found._replace(
            program=program,
            lowered=found.lowered if found.program == program else None,
            values=document["values"],
            fixed=document["fixed"],
        )
        session = open_session(sample, of=document["of"], wrt=document["wrt"], digits=digits)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise BackpropError(f"{path} cannot be read: {error}") from error
    return Kept(session, drafts)


def _sample(path: str | None) -> Sample | None:
    """The sample of a file, while it is there and can be read."""
    try:
        return load(path) if path is not None else None
    except BackpropError:
        return None
