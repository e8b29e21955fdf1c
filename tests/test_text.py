"""The text twin: what the screen says, as text."""

from backprop_tui.engine import Sample
from backprop_tui.engine.text.spans import plain
from backprop_tui.tui.export.text import text
from backprop_tui.tui.present.step_pane import step_picture
from backprop_tui.tui.session.opening import open_session
from backprop_tui.tui.session.session import Session

ARTICLE = """\
Program
  (4*x + 1)^2
  g = 25

Nodes
  node  name  equation  value  ∂g/∂node  received
  a           constant      4            inactive
  b     x     variable      1        40  1 of 1, complete
  c           a·x           4        10  1 of 1, complete
  d           constant      1            inactive
  e           c + d         5        10  1 of 1, complete
  f           constant      2            inactive
  g           e^f          25         1  the seed
"""


def opened(program: str, **values: float) -> Session:
    return open_session(Sample(program=program, values=values, fixed={}))


def test_the_article_has_the_labels_and_numbers_that_it_prints() -> None:
    lines = "\n".join(text(opened("(4*x+1)^2", x=1.0)))
    assert lines.startswith(ARTICLE)
    assert lines.endswith("Gradient\n  ∂g/∂x = 40")


def test_every_step_is_told_in_the_words_of_the_step_pane() -> None:
    session = opened("t = x*y\nsin(t)*t + x", x=1.0, y=2.0)
    told = "\n".join(text(session))
    for step in range(len(session.trace.sweep) + 1):
        picture = step_picture(session.seek(step), 1000)
        words = [plain(picture.line(row)) for row in range(picture.height)]
        assert "\n".join(f"  {line}" for line in words) in told


def test_with_a_step_the_sweep_stops_there() -> None:
    told = "\n".join(text(opened("(4*x+1)^2", x=1.0), at=1))
    assert "Step 1 of 3" in told
    assert "Step 2 of 3" not in told
    assert "none yet" in told
    assert "Gradient" not in told


def test_problems_are_told_with_their_cause() -> None:
    told = "\n".join(text(opened("ln(x)*2", x=0.0)))
    assert "ln(0) is −inf: a logarithm needs an operand above 0" in told
