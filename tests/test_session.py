"""The session: moving through time, choosing nodes, editing without losing the place."""

from dataclasses import replace

import pytest
from backprop_tui.engine import BackpropError, ParseError, Sample, load_bundled
from backprop_tui.engine.text.spans import line_width, plain
from backprop_tui.engine.text.words import cell_width
from backprop_tui.tui.present.answers import WORDINGS
from backprop_tui.tui.present.picture import offset
from backprop_tui.tui.present.step_pane import step_picture
from backprop_tui.tui.present.tree_pane import tree_picture
from backprop_tui.tui.present.values_pane import values_picture
from backprop_tui.tui.session.edits import with_program, with_values, with_wrt
from backprop_tui.tui.session.entries import JOBS
from backprop_tui.tui.session.opening import open_session
from backprop_tui.tui.session.questions import QUESTIONS
from backprop_tui.tui.session.session import Session

from screens import viewed

PROGRAM = "t = x*y\nu = sin(t) + t\nu/(1 + x^2)*max(x, y, 0)"


def opened(program: str = PROGRAM, **values: float) -> Session:
    return open_session(Sample(program=program, values=values or {"x": 1.0, "y": 2.0}, fixed={}))


def state(session: Session) -> tuple[object, ...]:
    return session.position, session.selected, session.row, session.count


def test_moving_there_and_back_is_no_move() -> None:
    session = opened()
    for step in range(len(session.trace.sweep) + 1):
        there = session.seek(step)
        assert state(there.move(1).move(-1) if step < len(session.trace.sweep) else there) == state(
            there
        )
        assert state(session.seek(len(session.trace.sweep)).seek(step)) == state(there)


def test_every_question_has_its_words_and_a_title_for_each_variant() -> None:
    assert list(WORDINGS) == list(QUESTIONS)
    for name, wording in WORDINGS.items():
        variants = QUESTIONS[name].variants(opened())
        assert len(wording.titles) in (1, variants)
        assert len({wording.title(variant) for variant in range(variants)}) == len(wording.titles)


@pytest.mark.parametrize("width", [*range(58, 84), 118])
@pytest.mark.parametrize("detail", QUESTIONS)
def test_what_is_shown_instead_of_the_step_names_the_way_back(detail: str, width: int) -> None:
    session = opened().ask(detail, 1)
    for variant in range(QUESTIONS[detail].variants(session)):
        header = step_picture(
            replace(session, asked=replace(session.asked, variant=variant)), width
        ).header
        assert header is not None
        ((text, _),) = header
        assert cell_width(text) <= width
        assert "Esc" in text
        assert text.endswith(")")
        assert text.count("(") == text.count(")")


@pytest.mark.parametrize("width", [*range(58, 72), 118])
@pytest.mark.parametrize("name", ["x", "a_name_that_is_long", "日本語のなま"])
@pytest.mark.parametrize("nodes", [1, 2_000])
def test_every_column_of_the_values_is_whole(width: int, name: str, nodes: int) -> None:
    session = opened("+".join([name] * nodes), **{name: 1.0})
    picture = values_picture(session, width)
    for line in (picture.header, *map(picture.line, (0, nodes - 1))):
        assert line is not None
        assert line_width(line) <= width
    assert picture.header is not None
    assert "".join(text for text, _ in picture.header).endswith("  received")
    words = ["seed"] if nodes == 1 else ["0", "of", str(nodes)]
    assert plain(picture.line(0)).split()[-len(words) :] == words


@pytest.mark.parametrize("digits", [3, 6, 12])
def test_every_number_of_the_values_is_whole(digits: int) -> None:
    session = viewed(opened().seek(99), digits=digits)
    picture, words = values_picture(session, 118), session.explanation
    for node, value in enumerate(session.trace.values):
        cells = plain(picture.line(node)).split()
        assert words.number(value) in cells
        received = session.trace.sweep.received(node, session.position)
        assert received is None or words.number(received.adjoint) in cells


@pytest.mark.parametrize("rows", range(4, 20))
def test_a_node_and_its_operands_are_in_sight_together(rows: int) -> None:
    session = opened("+".join(f"x*{i}" for i in range(1, 40)), x=1.0)
    graph, tree = session.graph, session.tree
    for step in range(len(session.trace.sweep) + 1):
        there = session.seek(step)
        picture = tree_picture(there, 58)
        top = offset(picture, rows)
        assert top <= there.row < top + rows
        operands = [row for row in range(len(tree)) if tree.parents[row] == there.row]
        near = [row for row in operands if row - there.row <= 2]
        assert len(graph.operands[there.selected]) == len(operands)
        assert all(top <= row < top + rows for row in near if rows > 4)


def test_contributions_pass_every_position_between_the_steps() -> None:
    session = opened()
    total = session.trace.sweep.route.positions[-1]
    positions = [0]
    for _ in range(total):
        session = session.send(1)
        positions.append(session.position)
    assert positions == list(range(total + 1))
    assert session.step == len(session.trace.sweep)
    assert session.send(1).position == total
    assert session.send(-1).position == total - 1


def test_back_from_within_a_step_is_its_beginning() -> None:
    session = opened().seek(1).send(1)
    begun = session.trace.sweep.route.positions[1]
    assert session.position == begun + 1
    assert session.move(-1).position == begun
    assert session.move(1).position == session.trace.sweep.route.positions[2]


def test_a_count_repeats_the_next_move_once() -> None:
    session = opened()
    assert session.typed("3").move(1).step == 3
    assert session.typed("3").move(1).move(1).step == 4
    assert session.typed("1").typed("0").typed("0").move(1).step == len(session.trace.sweep)
    assert session.typed("0").count == ""
    assert session.typed("2").typed("0").count == "20"


def test_a_step_out_of_range_is_refused_with_the_range() -> None:
    with pytest.raises(BackpropError, match="steps 0 to 8"):
        opened().go_to(9)


def test_stepping_selects_the_node_of_the_step() -> None:
    session = opened()
    sweep = session.trace.sweep
    assert session.selected == session.graph.output
    for step in range(1, len(sweep) + 1):
        moved = session.seek(step)
        assert moved.selected == sweep.route.order[step - 1]
        assert session.tree.nodes[moved.row] == moved.selected


def test_a_fold_hides_what_is_below_and_survives_stepping() -> None:
    session = opened().choose(opened().graph.by_name["u"]).fold()
    shown = set(session.tree.nodes)
    assert session.graph.by_name["t"] not in shown
    assert session.move(1).move(1).folds == session.folds
    assert len(session.fold().tree) == len(opened().tree)


def test_rows_of_the_tree_are_the_edges_below_their_first_place() -> None:
    session = opened()
    tree, graph = session.tree, session.graph
    for row in range(len(tree)):
        below = [r for r in range(len(tree)) if tree.parents[r] == row]
        operands = [] if tree.repeats[row] else sorted(graph.operands[tree.nodes[row]])
        assert sorted(tree.nodes[r] for r in below) == operands
        assert all(tree.depths[r] == tree.depths[row] + 1 for r in below)
    operations = [
        n for n, r in zip(tree.nodes, tree.repeats, strict=True) if graph.operands[n] and not r
    ]
    assert len(operations) == len(set(operations))


def test_an_unused_statement_is_a_root_of_its_own() -> None:
    session = opened("spare = x + 1\nx^2", x=3.0)
    roots = [n for n, d in zip(session.tree.nodes, session.tree.depths, strict=True) if d == 0]
    assert roots == [session.graph.output, session.graph.by_name["spare"]]


def test_editing_a_number_keeps_the_place() -> None:
    session = opened().seek(3)
    edited = with_program(session, PROGRAM.replace("1 + x", "5 + x"))
    assert state(edited) == state(session)
    assert edited.trace.value != session.trace.value


def test_editing_the_graph_begins_anew() -> None:
    assert with_program(opened().seek(3), PROGRAM + "+1").position == 0


def test_a_bad_edit_raises_and_changes_nothing() -> None:
    session = opened().seek(3)
    with pytest.raises(ParseError):
        with_program(session, "x +")
    assert session.step == 3


def test_editing_a_value_keeps_the_place_and_moves_every_number() -> None:
    session = opened().seek(3)
    edited = with_values(session, {"x": 2.0})
    assert state(edited) == state(session)
    assert edited.trace.gradient == opened(x=2.0, y=2.0).trace.gradient
    with pytest.raises(BackpropError, match="no variable"):
        with_values(session, {"q": 1.0})


def test_a_variable_without_a_value_is_assumed_until_it_is_given_one() -> None:
    session = open_session(Sample(program="x*y", values={"x": 3.0}, fixed={}))
    assert session.source.assumed == {"y"}
    assert session.trace.bindings == {"x": 3.0, "y": 1.0}
    assert with_values(session, {"y": 1.0}).source.assumed == frozenset()
    with pytest.raises(BackpropError, match="y"):
        open_session(Sample(program="x*y", values={"x": 3.0}, fixed={}), complete=True)


def test_a_new_variable_keeps_the_values_of_the_others() -> None:
    edited = with_program(opened("x^2", x=3.0), "x^2 + z")
    assert edited.trace.bindings == {"x": 3.0, "z": 1.0}
    assert edited.source.assumed == {"z"}


def test_held_fixed_is_left_out_unless_asked_for() -> None:
    sample = Sample(program="w*x + b", values={"w": 2.0, "b": 0.5}, fixed={"x": 3.0})
    assert open_session(sample).trace.wrt == ("w", "b")
    assert open_session(sample, wrt=["x"]).trace.wrt == ("x",)
    assert with_wrt(open_session(sample), ["*"]).trace.wrt == ("w", "x", "b")
    assert with_wrt(with_wrt(open_session(sample), ["x"]), []).trace.wrt == ("w", "b")


def test_another_output_is_differentiated() -> None:
    session = open_session(Sample(program=PROGRAM, values={"x": 1.0, "y": 2.0}, fixed={}), of="t")
    assert session.trace.gradient == {"x": 2.0, "y": 1.0}


def test_the_output_chosen_is_kept_in_an_edit() -> None:
    session = open_session(Sample("t = x*y\nt + x", values={"x": 2.0, "y": 3.0}), of="t")
    edited = with_program(session.seek(1), "t = x*y\nt + x + 0")
    assert edited.graph.ref(edited.graph.output) == "t"
    assert edited.trace.gradient == {"x": 3, "y": 2}
    assert with_program(edited, "x + y").trace.value == 5


def test_a_value_given_is_assumed_no_more_and_others_still_are() -> None:
    session = open_session(Sample("x*y"))
    assert session.source.assumed == {"x", "y"}
    edit = JOBS["values"].effect
    assert edit(session, "x = 1\ny = 1 ").source.assumed == {"x", "y"}
    assert edit(session, "x = 2\ny = 1").source.assumed == {"y"}


def test_a_step_into_a_fold_selects_the_row_above_it() -> None:
    session = opened()
    folded = session.choose(session.graph.by_name["u"]).fold()
    hidden = folded.choose(session.graph.by_name["t"])
    assert hidden.tree.nodes[hidden.row] == session.graph.by_name["u"]


@pytest.mark.parametrize(
    ("old", "new"), [("(a3_1 - y1)^2", "(a3_1 - y1)^4"), (")/2", ")/4"), ("sigmoid", "tanh")]
)
def test_a_program_that_is_no_more_the_network_is_shown_as_a_graph(old: str, new: str) -> None:
    session = open_session(load_bundled("neurons"))
    edited = with_program(session, session.source.sample.program.replace(old, new, 1))
    assert edited.trace.network is None
    assert edited.view.name == "graph"
    back = with_program(session, session.source.sample.program)
    assert (back.trace.network, back.view.name) == (session.trace.network, session.view.name)


def test_the_row_of_a_folded_node_is_found_however_many_paths_lead_up_from_it() -> None:
    """Each node is met once: there are 1.5·10¹⁸ paths from this one to the output."""
    lines = [f"p{i + 2} = p{i + 1}*p{i} + p{i}" for i in range(62)]
    session = open_session(Sample("\n".join(lines), values={"p0": 0.5, "p1": 0.25})).fold()
    chosen = session.choose(session.graph.by_name["p2"])
    assert chosen.row == session.row == 0
