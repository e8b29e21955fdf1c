"""Formulas and names that people read, each tried with numbers, or as the textbook has it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from itertools import pairwise, product
from typing import Any, NamedTuple

import pytest
from backprop_tui.engine import ParseError, Trace, load_bundled, parse, trace, trace_network
from backprop_tui.engine.calculus.route import dependents
from backprop_tui.engine.descent.curves import AT_ONCE, costs, spaced
from backprop_tui.engine.descent.descent import batch_rows, points, update_numbers
from backprop_tui.engine.descent.methods import METHODS
from backprop_tui.engine.descent.plan import Plan
from backprop_tui.engine.files.sample import of_network
from backprop_tui.engine.layers.equations import EQUATIONS, OF_SAMPLES, OF_SOFTMAX, OF_TARGETS
from backprop_tui.engine.layers.equations import OF_SHARES as SHARES
from backprop_tui.engine.network.description import read_network
from backprop_tui.engine.network.places import Place
from backprop_tui.engine.symbolic.closed_forms import derivative_size
from backprop_tui.engine.text.spans import plain
from backprop_tui.tui.present.pages.notation import notation_picture
from backprop_tui.tui.session.opening import open_session

from sure import sure

SIZES = [2, 3, 4, 3]
"""Different sizes side by side, so that swapped indices miss."""
LAST = len(SIZES)
TABLE = {"sizes": SIZES, "init": "xavier", "seed": 3, "input": [0.5, -1.0], "activation": "tanh",
         "target": [0.2, 0.5, 0.3]}  # fmt: skip
HIGH, LOW = str.maketrans("ˡᴸ⁺⁻¹", "lL+-1"), str.maketrans("ⱼₖᵢ", "jki")
FACTOR = re.compile(r"(∂C/∂|∂aᴸᵢ/∂)?([awbzyδ])((?:[ˡᴸ](?:[⁺⁻]¹)?)?)([ⱼₖᵢ]+)")


class Factor(NamedTuple):
    """A symbol of an equation: what it is differentiated, its letter, layer and indices."""

    of: str
    letter: str
    layer: str
    indices: str

    def at(self, layer: int) -> int:
        """The layer meant, in an equation of a layer."""
        of_target = LAST + 1 if self.letter == "y" else LAST
        return {"l": layer, "l+1": layer + 1, "l-1": layer - 1}.get(self.layer, of_target)


class Book:
    """A network's numbers under the symbols of the book."""

    def __init__(self, result: Trace) -> None:
        self.trace = result

    def number(self, factor: Factor, layer: int, index: Mapping[str, int], sample: int) -> float:
        """A factor's number for indices."""
        at = factor.at(layer)
        letter = {"δ": "z", "a": "x" if at == 1 else "a"}.get(factor.letter, factor.letter)
        first, *more = (index[letter] for letter in factor.indices)
        shared = letter in "wb"
        node = self.trace.places.node(
            Place(letter, at, first, *(more or [0]), *[sample] * (not shared))
        )
        if factor.of == "∂aᴸᵢ/∂":
            return self.share(index["i"], first, sample)
        if factor.of or factor.letter == "δ":
            return self.trace.sweep.adjoints[node]
        value = self.trace.values[node]
        return 1 - math.tanh(value) ** 2 if letter == "z" else value

    def share(self, i: int, j: int, sample: int) -> float:
        """∂aᵢ/∂zⱼ of a softmax in the last layer, by a central difference."""
        places, step = self.trace.places, 1e-6
        z = [self.trace.values[places.node(Place("z", LAST, k, 0, sample))] for k in (1, 2, 3)]
        above, below = (
            [math.exp(value + side * (k == j)) for k, value in enumerate(z, 1)]
            for side in (step, -step)
        )
        return (above[i - 1] / sum(above) - below[i - 1] / sum(below)) / (2 * step)

    def total(self, text: str, layer: int, index: Mapping[str, int], samples: range) -> float:
        """The right side of an equation: products, summed over an index and over the samples."""
        found = 0.0
        for sign, part in re.findall(r"(^| [+−] )(.*?)(?=$| [+−] )", text):
            factors = [Factor(of, a, high.translate(HIGH), low.translate(LOW))
                       for of, a, high, low in FACTOR.findall(part)]  # fmt: skip
            summed = re.search("Σ([ᵢₖ])", part)
            letter = summed[1].translate(LOW) if summed else "none"
            sizes = [SIZES[min(f.at(layer), LAST) - 1] for f in factors if f.indices == letter]
            for i, sample in product(range(1, (sizes or [1])[0] + 1), samples):
                numbers = (self.number(f, layer, {**index, letter: i}, sample) for f in factors)
                found += (-1 if "−" in sign else 1) * math.prod(numbers)
        return found


CASES: list[tuple[str, dict[str, Any], range]] = [
    (EQUATIONS["BP1"], {}, range(4, 5)),
    (EQUATIONS["BP2"], {}, range(2, 4)),
    (EQUATIONS["BP3"], {}, range(2, 5)),
    (EQUATIONS["BP4"], {}, range(2, 5)),
    (OF_SOFTMAX, {"activation": ["tanh", "tanh", "softmax"]}, range(4, 5)),
    (SHARES, {"activation": ["tanh", "tanh", "softmax"], "cost": "cross entropy"}, range(4, 5)),
    (OF_TARGETS, {"activation": ["tanh", "tanh", "softmax"], "cost": "cross entropy",
                  "target": [0.2, 1.5, 0.3]}, range(4, 5)),
    *((equation, {"input": [[0.5, -1.0], [2.0, 0.3]], "target": [[0.2, 0.5, 0.3], [1, 0, 0]]},
       range(2, 5)) for equation in OF_SAMPLES.values()),
]  # fmt: skip


@pytest.mark.parametrize(("equation", "changed", "layers"), CASES)
def test_an_equation_holds_of_the_numbers_of_the_sweep(
    equation: str, changed: dict[str, Any], layers: range
) -> None:
    """Each symbol stands for its number; for every j and k the two sides are the same."""
    book = Book(trace_network({**TABLE, **changed}))
    left, right = equation.split(" = ")
    of, letter, high, low = FACTOR.findall(left)[0]
    result = Factor(of, letter, high.translate(HIGH), low.translate(LOW))
    samples = range(1, 1 + ("over the samples" in right) + 1)
    for layer in layers:
        for j, k in product(range(1, SIZES[layer - 1] + 1), range(1, SIZES[layer - 2] + 1)):
            index = {"j": j, "k": k}
            expected = book.number(result, layer, index, 1)
            assert book.total(right, layer, index, samples) == pytest.approx(expected, rel=1e-7)
            assert expected


POINT = {"x": 2.0, "y": 3.0}
RULES = [
    ("x + y", "x", "sum rule"), ("sum(x, y)", "x", "sum rule"), ("x - y", "y", "difference rule"),
    ("x*y", "x", "product rule"), ("xlogy(x, y)", "x", "product rule"),
    ("x*3", "x", "constant multiple rule"), ("3*x", "x", "constant multiple rule"),
    ("x/3", "x", "constant multiple rule"), ("-x", "x", "constant multiple rule"),
    ("xlogy(x, 3)", "x", "constant multiple rule"), ("3/x", "x", "quotient rule"),
    ("x/y", "x", "quotient rule"), ("x/y", "y", "quotient rule"), ("x^3", "x", "power rule"),
    ("3^x", "x", "exponential rule"), ("exp(x)", "x", "exponential rule"),
    ("ln(x)", "x", "logarithm rule"), ("log2(x)", "x", "logarithm rule"),
    ("log(x, y)", "x", "logarithm rule"), ("xlogy(x, y)", "y", "logarithm rule"),
]  # fmt: skip


@pytest.mark.parametrize(("program", "by", "rule"), RULES)
def test_a_step_names_the_rule_by_which_a_textbook_does_it(
    program: str, by: str, rule: str
) -> None:
    """Stewart, Calculus, ch. 3: the names of the rules of differentiation."""
    result = trace(
        program, {"x": 2.0, "y": 3.0} if "y" in program.replace("logy", "") else {"x": 2.0}
    )
    (sent,) = (
        sent for sent in result.sweep.step(1).contributions if sent.to == result.graph.by_name[by]
    )
    assert sent.rule == rule


@pytest.mark.parametrize("method", METHODS)
def test_the_rule_in_symbols_and_with_its_numbers_is_the_update(method: str) -> None:
    """Each line of it read as a program: Polyak 1964; Kingma and Ba, ICLR 2015, algorithm 1."""
    result = trace("(1 - x)^2 + 100*(y - x^2)^2", {"x": -1.2, "y": 1.0})
    before, *_, last, after = _first(result, Plan(1e-3, method), 5)
    assert before.number == 0
    numbers = update_numbers(last, after, "x")
    texts = {key: f"({value!r})" for key, value in numbers.items()}
    told = METHODS[method].formulas
    assert [line[0] for line in told][-1] == "θ"
    for name, symbols, put_in in told:
        by_numbers = put_in.format(**texts, k=after.number)
        carried = {"v": texts["v before"], "s": texts["s before"]}
        known = {"θ": texts["before"], "g": texts["slope"], "k": f"{after.number}"}
        in_symbols = symbols.format(**known).replace("η", texts["η"])
        for key in ("v′", "s′", "v", "s"):
            fresh = texts[key] if name not in ("v", "s") else carried.get(key, "")
            in_symbols = re.sub(rf"(?<!\w){key}(?!\w|′)", fresh, in_symbols)
        for text in (by_numbers, in_symbols):
            assert _computed(text) == pytest.approx(numbers[name], rel=1e-9), (name, text)


def _first(result: Trace, plan: Plan, count: int) -> list[Any]:
    """The first points of a descent, hanging together."""
    from backprop_tui.engine.descent.descent import start, update

    found = [start(result, plan)]
    for _ in range(count):
        found.append(update(result, found[-1], plan))
    assert len(list(zip(found, points(result, plan), strict=False))) == count + 1
    return found


def _computed(text: str) -> float:
    """A formula as it is printed, read as a program."""
    typed = text.translate(str.maketrans("−·×", "-**")).replace("²", "^2")
    typed = re.sub(r"√(\([^()]*\))", r"sqrt\1", typed)
    return trace(typed, {}).value


@pytest.mark.parametrize(("start", "then"), [("momentum", "plain"), ("adam", "momentum"),
                                             ("momentum", "adam"), ("plain", "adam")])  # fmt: skip
def test_another_method_begins_without_what_the_last_one_carried(start: str, then: str) -> None:
    """An update of it is its first one, from the same point."""
    from backprop_tui.engine.descent.descent import update

    result = trace("x^2 + 3*y^2 + x*y", {"x": 2.0, "y": -1.0})
    point = _first(result, Plan(0.01, start), 3)[-1]
    after = update(result, point, Plan(0.01, then))
    for name in ("x", "y"):
        g, number = point.slopes[point.names.index(name)], after.number
        mean, square = 0.1 * g / (1 - 0.9**number), 0.001 * g * g / (1 - 0.999**number)
        moved = {"plain": g, "momentum": g, "adam": mean / (math.sqrt(square) + 1e-8)}[then]
        place = after.names.index(name)
        assert after.theta[place] == pytest.approx(point.theta[place] - 0.01 * moved, rel=1e-12)
        told = update_numbers(point, after, name)
        assert (told["v before"], told["s before"]) == (0.0, 0.0)


def test_every_epoch_has_an_order_of_its_own_and_a_seed_decides_it() -> None:
    def epoch(number: int, seed: int) -> list[int]:
        plan = Plan(batch=7, seed=seed)
        batches = [batch_rows(50, number * 8 + i, plan) for i in range(8)]
        assert [len(batch or ()) for batch in batches] == [7] * 7 + [1]
        return [row for batch in batches for row in batch or ()]

    orders = [epoch(number, seed) for seed in (0, 1) for number in range(4)]
    assert all(sorted(order) == list(range(50)) for order in orders)
    assert len({tuple(order) for order in orders}) == len(orders)
    assert orders[:4] == [epoch(number, 0) for number in range(4)]
    assert all(a != b for a, b in pairwise(orders))


@pytest.mark.parametrize("batch", [2, 5])
def test_the_cost_is_of_all_rows_though_the_gradient_is_of_a_mini_batch(batch: int) -> None:
    """Half the squared error of a line: means over all rows, and over those of the batch."""
    result = open_session(load_bundled("regression-data")).trace
    data = sure(result.data)
    pairs = [(x[0], y[0]) for x, y in zip(data.inputs, data.targets, strict=True)]
    plan = Plan(0.01, batch=batch)
    for point in _first(result, plan, 4):
        w, b = (point.values[name] for name in ("w2_1_1", "b2_1"))
        cost = sum((w * x + b - y) ** 2 / 2 for x, y in pairs) / len(pairs)
        rows = sure(batch_rows(len(pairs), point.number, plan))
        slope = sum((w * x + b - y) * x for x, y in (pairs[row] for row in rows)) / len(rows)
        assert point.cost == pytest.approx(cost, rel=1e-12)
        assert dict(zip(point.names, point.slopes, strict=True))["w2_1_1"] == pytest.approx(slope)


def test_the_notation_is_that_of_its_numbers() -> None:
    """The weighted sum as it is written; from which neuron to which a weight leads."""
    session = open_session(of_network(read_network(TABLE)))
    book, picture = Book(session.trace), notation_picture(session, 400)
    text = "\n".join(plain(picture.line(row)) for row in range(picture.height))
    (formula,) = re.findall(r"the weighted sum: (.*)", text)
    (told,) = re.findall(r"from neuron (.) of layer l( − 1)? to neuron (.) of layer l( − 1)?", text)
    assert told == ("k", " − 1", "j", "")
    for layer in range(2, LAST + 1):
        for j in range(1, SIZES[layer - 1] + 1):
            node = session.trace.places.node(Place("z", layer, j, 0, 1))
            expected = session.trace.values[node]
            assert book.total(formula, layer, {"j": j}, range(1, 2)) == pytest.approx(expected)
        weight = session.trace.places.node(Place("w", layer, 1, 2))
        below = session.trace.places.neurons[0][layer - 2][1]
        above = session.trace.places.node(Place("z", layer, 1, 0, 1))
        (product_,) = set(session.graph.users_of(weight)) & set(session.graph.users_of(below))
        assert dependents(session.graph, [product_])[above]
    assert sure(re.search(r"l +a layer, 1 to (\d)", text))[1] == f"{LAST}"


@pytest.mark.parametrize("name", ["sin", "cos", "tan", "sinh", "tanh", "exp", "ln"])
def test_each_reading_of_a_power_minus_1_is_what_it_is_said_to_be(name: str) -> None:
    """The inverse undoes the function; the other one is one over it."""
    with pytest.raises(ParseError) as caught:
        parse(f"{name}^-1(x)")
    told = sure(re.search(r"write (.+) for the inverse or (.+) for one over it", str(caught.value)))
    x = 0.4
    image = trace(f"{name}(x)", {"x": x}).value
    assert trace(told[1], {"x": image}).value == pytest.approx(x)
    assert trace(told[2], {"x": x}).value == pytest.approx(1 / image)


def test_more_points_than_are_evaluated_at_once_are_evaluated_all() -> None:
    xs = spaced(-1.0, 1.0, AT_ONCE + 5)
    found = costs(trace("x^2 + y", {"x": 0.0, "y": 3.0}), {"x": xs})
    assert len(found) == len(xs)
    assert [found[0], found[AT_ONCE - 1], found[AT_ONCE], found[-1]] == pytest.approx(
        [x * x + 3 for x in (xs[0], xs[AT_ONCE - 1], xs[AT_ONCE], xs[-1])]
    )


@pytest.mark.parametrize("depth", [4, 12, 24])
def test_a_derivative_written_out_has_about_as_many_operations_as_sympy_counts(depth: int) -> None:
    """Of a nest of sines: the square of its depth, since each factor holds what is inside it."""
    import sympy

    text, form = "x", sympy.Symbol("x")
    for _ in range(depth):
        text, form = f"sin({text})", sympy.sin(form)
    count = int(sympy.count_ops(sympy.diff(form)))
    assert count / 2 <= derivative_size(parse(text), 0, True) <= 2 * count + 2
