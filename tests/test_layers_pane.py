"""The layers pane and the notation: whole numbers at every width, in the words of this network."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

import pytest
from backprop_tui.engine import load_bundled, trace
from backprop_tui.engine.files.sample import of_network
from backprop_tui.engine.language.show import number
from backprop_tui.engine.layers.equations import in_use
from backprop_tui.engine.layers.substitution import Substitution
from backprop_tui.engine.network.description import read_network
from backprop_tui.engine.network.lowering import COST
from backprop_tui.engine.network.notation import superscript
from backprop_tui.engine.text.spans import plain
from backprop_tui.engine.text.words import cell_width
from backprop_tui.tui.drawings.views import drawing
from backprop_tui.tui.present.layers_pane import NONE, layers_picture
from backprop_tui.tui.present.marks import HELD
from backprop_tui.tui.present.pages.notation import notation_picture
from backprop_tui.tui.present.step_pane import step_picture
from backprop_tui.tui.session.edits import with_wrt
from backprop_tui.tui.session.matrices import beside_in_layers
from backprop_tui.tui.session.opening import open_session
from backprop_tui.tui.session.session import Session
from backprop_tui.tui.session.viewing import with_layers

from sure import sure

WITHOUT_SIGNS = str.maketrans("‹›▶", "   ")
THREE = {"sizes": [2, 3], "init": "xavier", "seed": 2, "input": [1, 2]}


@cache
def opened(name: str, wrt: str | None = None) -> Session:
    return open_session(load_bundled(name), wrt=wrt.split() if wrt else None)


def at_end(session: Session) -> Session:
    return session.seek(len(session.trace.sweep))


def at(session: Session, name: str) -> Session:
    return session.choose(session.graph.by_name[name])


def said(session: Session, width: int = 118) -> list[str]:
    """The pane's lines, the equation on top first."""
    picture = layers_picture(session, width)
    assert picture.header is not None
    return [plain(picture.header), *(plain(picture.line(i)) for i in range(picture.height))]


def notation(session: Session) -> str:
    picture = notation_picture(session, 400)
    return "\n".join(plain(picture.line(i)) for i in range(picture.height))


@pytest.mark.parametrize("width", [*range(58, 62), 78, 118])
@pytest.mark.parametrize("name", ["neurons", "xor", "deep-sigmoid", "softmax-classifier"])
def test_every_column_is_whole_at_every_width(name: str, width: int) -> None:
    """W, b, z, a, δ, ∂C/∂W and ∂C/∂b of every layer, whole numbers, none cut."""
    session = at_end(opened(name))
    network = session.trace.network
    assert network is not None
    lines = said(session, width)
    assert all(cell_width(line) <= width for line in lines)
    titles = " ".join(lines).split()
    shapes = (f"W{superscript(layer)} is {after} × {before}" for layer, (before, after)
              in enumerate(pairwise(network.sizes), 2))  # fmt: skip
    assert all(shape in " ".join(titles) for shape in shapes)
    for layer in range(2, network.layers + 1):
        high = superscript(layer)
        weight = f"w{high}ⱼ₁"
        for title in (weight, f"b{high}", f"z{high}", f"a{high}", f"δ{high}", f"∂C/∂{weight}"):
            assert title in titles
        assert f"∂C/∂b{high}" in titles
    table = [line.translate(WITHOUT_SIGNS).split()[1:] for line in lines if line[:1] == "a"]
    for cell in (cell for row in table for cell in row if cell != "…"):
        assert cell == number(float(cell.replace("−", "-")), 4)


@pytest.mark.parametrize("width", [58, 78, 98, 118, 138])
def test_a_column_with_a_long_name_is_whole_too(width: int) -> None:
    """The names of the weights from the 100th neuron on are longer than their numbers."""
    table = {
        "sizes": [120, 12, 2],
        "init": "xavier",
        "seed": 3,
        "input": "random",
        "target": [0, 1],
    }
    session = at(open_session(of_network(read_network(table))), "w2_11_117")
    titles = " ".join(said(session, width)).split()
    for title in ("w²ⱼ[117]", "∂C/∂w²ⱼ[117]", "∂C/∂b²", "∂C/∂b³"):
        assert title in titles


@pytest.mark.parametrize("name", ["deep-sigmoid", "deep-relu"])
def test_a_small_number_keeps_its_size_in_its_cell(name: str) -> None:
    session = at_end(opened(name))
    words = " ".join(said(session)).replace("▶", " ").split()
    for parameter, slope in session.trace.gradient.items():
        if parameter[:1] == "b":
            texts = [number(slope, digits) for digits in (4, 3, 2)]
            assert any(text in words for text in texts), (parameter, slope)


@pytest.mark.parametrize("width", [58, 78, 118])
def test_the_equation_with_numbers_is_shortened_and_keeps_its_result(width: int) -> None:
    session = at_end(opened("neurons"))
    for name in ("a2_1", "a3_2", "w3_1_2", "b2_2"):
        node = session.graph.by_name[name.replace("a", "z", 1)]
        slope = session.trace.sweep.adjoints[node]
        line = said(session.choose(session.graph.by_name[name]), width)[0]
        assert cell_width(line) <= width
        assert line.endswith((f"= {number(slope)}", f"= {number(slope, 4)}"))


def test_up_and_down_go_through_the_rows_of_the_layers_shown() -> None:
    session, seen = with_layers(opened("neurons")), []
    for _ in range(6):
        session = beside_in_layers(session, 1)
        seen.append(session.graph.names[session.selected])
    assert seen == ["a3_1", "a3_2", "a2_1", "a2_2", "a2_2", "a2_2"]
    back = [beside_in_layers(session.typed(str(k)), -1) for k in (1, 2, 3, 9)]
    assert [one.graph.names[one.selected] for one in back] == ["a2_1", "a3_2", "a3_1", "a3_1"]


def test_a_weight_leads_to_the_weight_below_in_its_column() -> None:
    session = at(opened("softmax-classifier"), "w3_2_4")
    for row, name in ((1, "w3_3_4"), (2, "w2_1_3"), (-1, "w3_1_4")):
        moved = beside_in_layers(session, row)
        assert moved.graph.names[moved.selected] == name
    assert beside_in_layers(at(session, "b2_1"), 1).selected == session.graph.by_name["b2_2"]
    assert beside_in_layers(at(session, "x1"), -1).selected == session.graph.by_name["a2_4"]
    product = session.choose(session.graph.operands[session.graph.by_name["z3_1"]][0])
    assert beside_in_layers(product, 1).selected == session.graph.by_name["w3_2_1"]


def test_what_is_held_fixed_is_not_said_to_be_none_yet() -> None:
    session = at_end(opened("neurons", "x*"))
    assert said(at(session, "w2_1_1"))[0] == (
        "BP4  ∂C/∂w²₁₁ = x₁ · δ²₁: nothing is sent to w²₁₁, it is held fixed"
    )
    row = next(line for line in said(session) if line.startswith("a²₁"))
    assert row.split()[-3:] == [HELD] * 3
    before = next(line for line in said(session.seek(0)) if line.startswith("a²₁"))
    assert before.split()[-4:] == [NONE, *[HELD] * 3]
    text = notation(session)
    assert "none yet" not in text
    assert "∂C/∂b³₂: none, it is held fixed" in text


def test_the_notation_says_what_is_differentiated_by() -> None:
    plainly = notation(opened("neurons"))
    assert "2 numbers, x₁ and x₂; held fixed while C is differentiated" in plainly
    assert "(below); C is differentiated by them" in plainly
    turned = notation(opened("neurons", "x*"))
    assert "2 numbers, x₁ and x₂; C is differentiated by them" in turned
    assert "(below); held fixed while C is differentiated" in turned
    some = notation(opened("neurons", "w3_*"))
    assert "C is differentiated by 4 of the 12, the others are held fixed" in some
    assert "the target: 1 number, y₁; 4 samples;" in notation(opened("xor"))
    assert "3 numbers, x₁ … x₃;" in notation(opened("softmax-classifier"))


def test_a_derivative_that_has_not_come_is_not_styled_as_a_result() -> None:
    session = opened("neurons")
    for step, expected in ((0, "waiting"), (len(session.trace.sweep), "sum")):
        picture = notation_picture(session.seek(step), 118)
        assert picture.line(picture.height - 1)[-1][1] == expected


def test_the_induction_names_the_later_weights() -> None:
    words = "seen from layer l it is a function of zˡ and of the weights and biases of later layers"
    assert words in notation(opened("neurons"))


@pytest.mark.parametrize(
    ("activation", "cost", "target", "first"),
    [
        ("softmax", "cross entropy", [0, 1, 0], "δᴸⱼ = aᴸⱼ − yⱼ"),
        ("softmax", "cross entropy", [1, 1, 0], "δᴸⱼ = aᴸⱼ · Σᵢ yᵢ − yⱼ"),
        ("softmax", "half squared error", [0, 1, 0], "δᴸⱼ = Σᵢ ∂C/∂aᴸᵢ · ∂aᴸᵢ/∂zᴸⱼ"),
        ("softmax", "binary cross entropy", [0, 1, 0], "δᴸⱼ = Σᵢ ∂C/∂aᴸᵢ · ∂aᴸᵢ/∂zᴸⱼ"),
        ("sigmoid", "binary cross entropy", [1, 1, 0.25], "δᴸⱼ = aᴸⱼ − yⱼ"),
    ],
)
def test_bp1_of_what_is_computed_from_z_is_the_equation_in_use(
    activation: str, cost: str, target: list[float], first: str
) -> None:
    """Its numbers, read back from the line, give δ; and the cost is said to be one of z or a."""
    given = {**THREE, "activation": activation, "cost": cost, "target": target}
    session = at_end(open_session(of_network(read_network(given))))
    assert f"BP1  {first}" in said(session)[1]
    for j in (1, 2, 3):
        line = said(at(session, f"z2_{j}"), 400)[0]
        assert line.startswith(f"BP1  δ²{'₀₁₂₃'[j]} = ")
        *_, put_in, result = line.split(" = ")
        value = trace(put_in).value
        assert value == pytest.approx(float(result.replace("−", "-")), abs=1e-5)
    of_sums = "Σᵢ ∂C" not in first
    assert ("computed from zᴸ" in notation(session)) == of_sums
    heading = plain(sure(drawing(session, 200, 60).heading(0, 200)))
    assert ("cost, from z" in heading) == of_sums
    why = "C is computed from the weighted sums, so that it cannot overflow"
    moment = step_picture(at(session, "a2_1"), 400)
    lines = [plain(moment.line(k)) for k in range(moment.height)]
    assert any(why in line for line in lines) == of_sums


def test_bp1_of_other_activations_is_as_in_the_book() -> None:
    assert said(opened("xor"))[1].endswith("BP1  δᴸⱼ = ∂C/∂aᴸⱼ · σ′(zᴸⱼ)")


def test_the_number_selected_is_in_brackets_and_the_one_just_received_has_a_marker() -> None:
    session = opened("neurons")
    for name in ("w2_1_2", "b3_1", "z2_2", "a3_2"):
        chosen = at(session, name)
        value = number(chosen.trace.values[chosen.selected], 4)
        assert " ".join(said(chosen)).count("‹") == 1
        assert f"‹{value}›" in " ".join(said(chosen))
    last = at_end(session)
    assert f"▶{number(last.trace.gradient['w2_1_1'], 4)} " in " ".join(said(last))


TWO_SAMPLES = {
    "sizes": [2, 3, 3], "init": "xavier", "seed": 5,
    "input": [[0.5, -1], [0.3, 0.8]], "target": [[0, 1, 0], [1, 0, 0]],
}  # fmt: skip


def two_samples(cost: str, *activation: str) -> Session:
    network = read_network({**TWO_SAMPLES, "cost": cost, "activation": activation})
    return open_session(of_network(network))


def stated(line: str) -> tuple[str, float] | None:
    """The numbers that a line puts in, and its result; None where it states no result."""
    *_, put_in, result = line.split(" = ")
    put_in, read = put_in.split(": ")[-1], result.replace("−", "-")
    if not re.fullmatch(r"[-\d.]+(e-?\d+)?", read) or "…" in put_in or "δ" in put_in:
        return None
    return put_in.replace("e−", "e-").replace("−", "-").replace("×", "*"), float(read)


@cache
def worth(put_in: str) -> float:
    """What numbers come to, computed once however many lines state them."""
    return trace(put_in).value


def check(session: Session, position: int, width: int, relative: float) -> int:
    """How many lines state a result; that of each is what its numbers come to."""
    count = 0
    words, names = Substitution(session.trace, session.view.digits), session.graph.by_name
    for node in [node for name, node in names.items() if name[0] in "wbz"]:
        line = plain(words.line(node, position, width))
        assert not re.search(r"= .*none.* = [^n]", line), line
        if found := stated(line):
            put_in, result = found
            size = worth(re.sub(r"(?<!e)-", "+", put_in))
            assert worth(put_in) == pytest.approx(result, rel=relative, abs=relative * size), line
            count += 1
    return count


@pytest.mark.parametrize("name", ["neurons", "xor", "deep-sigmoid", "softmax-classifier"])
def test_a_result_is_what_the_numbers_before_it_come_to(name: str) -> None:
    """At every position, whether they are all there or not."""
    session = opened(name)
    last = len(session.trace.sweep.route.users)
    counts = [check(session, position, 400, 3e-5) for position in range(0, last + 1)]
    assert counts[0] == 0
    assert counts == sorted(counts)
    assert counts[-1] > len(session.trace.wrt) / 2
    assert sum(check(session, position, 118, 3e-3) for position in range(0, last + 1, 3))


LAST = [
    (cost, activation)
    for cost in COST
    for activation in ("softmax", "identity", "sigmoid")
    if cost != "cross entropy" or activation == "softmax"
    if cost != "binary cross entropy" or activation != "identity"
]
"""Every cost with every kind of last layer that it goes with."""


@pytest.mark.parametrize(("cost", "activation"), LAST)
def test_it_is_so_for_every_cost_and_last_layer(cost: str, activation: str) -> None:
    session = two_samples(cost, "identity", activation)
    last = len(session.trace.sweep.route.users)
    counts = [check(session, position, 400, 3e-5) for position in range(last + 1)]
    assert counts[0] == 0
    assert counts == sorted(counts)


def test_a_sum_that_is_not_complete_has_no_result() -> None:
    session = two_samples("squared error", "tanh", "softmax").seek(14)
    line = said(at(session, "z3_1_s2"), 400)[0]
    assert line.endswith("+ 0.230804 × (−0.0869263): ◐ 1 of 2 contributions so far")
    assert said(at(session.seek(13), "z3_1_s2"), 400)[0].endswith(": none yet")
    assert said(at(session.seek(15), "z3_1_s2"), 400)[0].endswith(" = −0.224461")


def test_of_several_samples_those_that_have_sent_are_written_the_last_first() -> None:
    session = opened("xor")
    shown = [said(at(session.seek(step), "w3_1_2"))[0] for step in (2, 12, 22)]
    assert shown == [
        "BP4  ∂C/∂w³₁₂ = a²₂ (4) · δ³₁ (4) + a²₂ (3) · δ³₁ (3) + a²₂ (2) · δ³₁ (2)"
        " + a²₂ (1) · δ³₁ (1): none yet",
        "BP4  ∂C/∂w³₁₂, 1 of 4 samples so far: a²₂ (4) · δ³₁ (4) = 0.119203 × 0.00766872"
        " = 0.000914134",
        "BP4  ∂C/∂w³₁₂, 2 of 4 samples so far: 0.880797 × (−0.00426297) + 0.119203 × 0.00766872"
        " = −0.00284068",
    ]
    general = "\n".join(said(session))
    assert "BP3  ∂C/∂bˡⱼ = Σ δˡⱼ, over the samples" in general
    assert "BP4  ∂C/∂wˡⱼₖ = Σ aˡ⁻¹ₖ · δˡⱼ, over the samples" in general
    assert "over the samples" not in "\n".join(said(opened("neurons")))


def test_a_partial_derivative_in_a_matrix_has_a_sign() -> None:
    """In every row, of the sign and of a number just received both."""
    session = opened("xor")
    for step in range(len(session.trace.sweep) + 1):
        now, received = session.seek(step), session.trace.sweep.received
        partial = 0
        for name in session.trace.wrt:
            got = received(session.graph.by_name[name], now.position)
            partial += got is not None and 0 < got.arrived < got.of
        assert "\n".join(said(now)[6:]).count("◐") == partial


def test_what_is_held_fixed_has_no_result_however_many_samples() -> None:
    session = at_end(with_wrt(opened("xor"), ["w2_1_1"]))
    assert said(at(session, "b3_1"), 400)[0].endswith(": nothing is sent to b³₁, it is held fixed")


@pytest.mark.parametrize("wrt", [None, "x*", "w2_*", "*"])
@pytest.mark.parametrize("name", ["neurons", "xor", "softmax-classifier"])
def test_the_equation_on_top_is_one_of_those_in_use(name: str, wrt: str | None) -> None:
    session = opened(name, wrt)
    told = 0
    for step in range(1, len(session.trace.sweep) + 1):
        there = session.seek(step)
        used = in_use(session.trace, there.position)
        first = said(there)[0]
        if used and first.startswith("BP"):
            told += 1
            assert first.split()[0] in used
        if "BP3" in used or "BP4" in used:
            assert re.match(r"BP[34]  ∂C/∂[wb].* = .*\d", first)
    assert told


def test_inputs_that_c_is_differentiated_by_have_a_block_of_their_own() -> None:
    session = at_end(opened("softmax-classifier", "x*"))
    lines = said(session)
    start = next(i for i, line in enumerate(lines) if line.startswith("Layer 1 of 3: 3 inputs"))
    assert lines[start + 1].split() == ["x", "∂C/∂x"]
    rows = [line.translate(WITHOUT_SIGNS).split() for line in lines[start + 2 : start + 5]]
    trace = session.trace
    names = ("x1", "x2", "x3")
    wanted = [[trace.bindings[name], trace.gradient[name]] for name in names]
    found = [[float(text.replace("−", "-")) for text in row[1:]] for row in rows]
    assert found == [pytest.approx(pair, rel=5e-4) for pair in wanted]
    assert "Layer 1" not in " ".join(said(opened("softmax-classifier")))
