"""The drawing of a session's view for a window."""

from __future__ import annotations

from ..session.session import Session
from .boxes import LABELS, NUMBERS
from .drawing import LEVELS, Drawing
from .neuron_drawing import NeuronDrawing
from .weight_drawing import WeightDrawing


def drawing(session: Session, width: int, height: int, least: int = LABELS) -> Drawing:
    """The drawing for a window: in the way chosen, or the fullest that fits.

    Its boxes show no less than `least`, whether it fits or not.
    """
    least = NUMBERS if session.view.name == "weight" else least
    levels = [level for level in LEVELS if level >= least]
    if session.view.zoom is not None:
        levels = [max(LABELS, session.view.zoom)]
    if session.view.name == "neurons" and session.trace.places:
        return _neurons(session, levels, width)
    ways = (True, False) if session.view.upright is None else (not session.view.upright,)
    kind = WeightDrawing if session.view.name == "weight" else Drawing
    made = [kind(session, level, across) for level in levels for across in ways]
    if not made[0].is_whole:
        made.sort(key=lambda one: one.level != NUMBERS)
        return made[0]
    for one in made:
        if one.fits(width, height):
            return one
    return next((one for one in made if one.level == NUMBERS), made[0])


def _neurons(session: Session, levels: list[int], width: int) -> Drawing:
    """Layers side by side that fit across; downwards they scroll."""
    made = [NeuronDrawing(session, level, True) for level in levels]
    return next((one for one in made[:-1] if one.fits_across(width)), made[-1])


def boxes(session: Session) -> int:
    """How many boxes are drawn at most."""
    level = NUMBERS if session.view.zoom is None else max(LABELS, session.view.zoom)
    if session.view.name == "neurons":
        return sum(map(len, NeuronDrawing(session, level, True).neurons.windows))
    return (WeightDrawing if session.view.name == "weight" else Drawing)(session, level, True).count
