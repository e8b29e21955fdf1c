"""Networks: their lowering beside published figures, and beside matrices computed apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from backprop_tui.engine import BackpropError, NetworkError, Trace, parse, trace, trace_network
from backprop_tui.engine.files.loading import load
from backprop_tui.engine.network.description import KEYS, read_network
from backprop_tui.engine.network.lowering import ACTIVATION, COST, lower
from backprop_tui.engine.network.network import Network
from backprop_tui.engine.network.notation import spelled, symbol
from backprop_tui.engine.network.places import ALL, Place
from numpy.typing import NDArray

TRUTH = json.loads((Path(__file__).parent / "truth/networks.json").read_text(encoding="utf-8"))
WORDS = {
    "half_sse": "half squared error", "sse": "squared error", "mse": "mean squared error",
    "binary_cross_entropy": "binary cross entropy", "cross_entropy": "cross entropy",
}  # fmt: skip


def description(case: dict[str, Any]) -> dict[str, Any]:
    """A case of the truth file in the words of a `[network]` table."""
    return {
        "sizes": case["layers"],
        "activation": case["activations"],
        "cost": WORDS[case["cost"]["name"]],
        "weights": case["weights"],
        "biases": case["biases"],
        "input": [sample["input"] for sample in case["samples"]],
        "target": [sample["target"] for sample in case["samples"]],
        "reduction": case.get("sample_reduction", "sum"),
    }


@pytest.mark.parametrize("case", TRUTH["cases"], ids=lambda case: case["id"])
def test_published_networks_have_their_numbers(case: dict[str, Any]) -> None:
    made = trace_network(description(case)).to_dict()
    expected = case["expected"]
    close: dict[str, Any] = {"rel": case["rtol"], "abs": 1e-14}
    assert made["value"] == pytest.approx(expected["cost"], **close)
    for index, layer in enumerate(made["layers"]):
        assert layer["layer"] == index + 2
        for key, name in (("weight_gradients", "dC_dw"), ("bias_gradients", "dC_db")):
            assert np.array(layer[key]) == pytest.approx(np.array(expected[name][index]), **close)
        for key, name in (("z", "z"), ("a", "a"), ("delta", "dC_dz"), ("a_gradients", "dC_da")):
            of_layer = [sample[index] for sample in expected[name]]
            if layer[key] is not None:
                assert np.array(layer[key]) == pytest.approx(np.array(of_layer), **close)


def test_mazurs_figures_stand_as_printed() -> None:
    (case,) = [case for case in TRUTH["cases"] if case["id"] == "mazur-2-2-2"]
    result = trace_network(description(case))
    assert f"{result.value:.9f}" == "0.298371109"
    assert f"{result.gradient['w3_1_1']:.9f}" == "0.082167041"


Vector = NDArray[np.float64]
SLOPES: dict[str, Callable[[Vector], Any]] = {
    "identity": np.ones_like,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)) * (1 - 1 / (1 + np.exp(-z))),
    "tanh": lambda z: 1 - np.tanh(z) ** 2,
    "relu": lambda z: (z > 0) * 1.0,
    "leaky_relu": lambda z: np.where(z > 0, 1, 0.01),
    "elu": lambda z: np.where(z > 0, 1, np.exp(z)),
    "softplus": lambda z: 1 / (1 + np.exp(-z)),
}
COST_SLOPES: dict[str, Callable[[Vector, Any], Any]] = {
    "squared error": lambda a, y: 2 * (a - y),
    "half squared error": lambda a, y: a - y,
    "mean squared error": lambda a, y: 2 * (a - y) / len(a),
    "binary cross entropy": lambda a, y: -(y / a) + (1 - y) / (1 - a),
    "huber": lambda a, y: np.clip(a - y, -1, 1),
    "log cosh": lambda a, y: np.tanh(a - y),
}


def differences(function: Callable[[Vector], Vector], at: Vector) -> Vector:
    """The slope of a scalar function of each entry, by central differences."""
    step = 1e-6
    return (function(at + step) - function(at - step)) / (2 * step)


def matrices(
    network: Network, result: Trace
) -> tuple[list[Vector], list[Vector], list[Vector], list[Any]]:
    """z, a and δ by layer, weight and bias gradients: the four equations in matrices.

    Nielsen, Neural Networks and Deep Learning, ch. 2: BP1 to BP4.
    """
    weights = [np.array(matrix) for matrix in network.weights]
    biases = [np.array(vector) for vector in network.biases]
    a, y = [np.array(network.inputs[0])], np.array(network.targets[0])
    sums = []
    for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
        sums.append(w @ a[-1] + b)
        a.append(activated(network.activations[layer], sums[-1]))
    if network.activations[-1] == "softmax":
        s = a[-1]
        jacobian = np.diag(s) - np.outer(s, s)
        delta = s * y.sum() - y if network.cost == "cross entropy" else (
            jacobian.T @ COST_SLOPES[network.cost](s, y)
        )  # fmt: skip
    else:
        delta = COST_SLOPES[network.cost](a[-1], y) * slope(network.activations[-1], sums[-1])
    deltas = [delta]
    for layer in reversed(range(len(weights) - 1)):
        deltas.insert(
            0, (weights[layer + 1].T @ deltas[0]) * slope(network.activations[layer], sums[layer])
        )
    return sums, a, deltas, [np.outer(d, x) for d, x in zip(deltas, a, strict=False)]


def activated(name: str, z: Vector) -> Vector:
    if name == "softmax":
        powers: Vector = np.exp(z - z.max())
        return powers / float(powers.sum())
    if name == "identity":
        return z
    return np.array([trace(f"{name}(z)", {"z": value}).value for value in z])


def slope(name: str, z: Vector) -> Vector:
    if name in SLOPES:
        found: Vector = SLOPES[name](z)
        return found
    return differences(lambda at: activated(name, at), z)


def random_network(activation: str, cost: str, seed: int) -> dict[str, Any]:
    chance = np.random.default_rng(seed)
    sizes = [4, 3, 5, 2]
    last = "softmax" if cost == "cross entropy" or activation == "softmax" else activation
    if cost == "binary cross entropy" and last != "softmax":
        last = "sigmoid"
    hidden = "tanh" if activation == "softmax" else activation
    return {
        "sizes": sizes,
        "activation": [hidden, hidden, last],
        "cost": cost,
        "weights": [chance.normal(size=(o, i)).tolist() for i, o in pairwise(sizes)],
        "biases": [chance.normal(size=o).tolist() for o in sizes[1:]],
        "input": chance.normal(size=4).tolist(),
        "target": chance.uniform(size=2).tolist(),
    }


@pytest.mark.parametrize("cost", COST)
@pytest.mark.parametrize("activation", ACTIVATION)
def test_the_equations_in_matrices_agree_with_the_sweep(activation: str, cost: str) -> None:
    given = random_network(activation, cost, len(activation) * len(cost))
    result = trace_network(given)
    network = read_network(given)
    sums, a, deltas, gradients = matrices(network, result)
    exact = activation in SLOPES or activation == "softmax"
    close: dict[str, Any]
    close = {"rel": 1e-12, "abs": 1e-13} if exact else {"rel": 1e-7, "abs": 1e-9}
    for layer, made in enumerate(result.to_dict()["layers"]):
        assert np.array(made["z"][0]) == pytest.approx(sums[layer], rel=1e-12)
        assert np.array(made["a"][0]) == pytest.approx(a[layer + 1], rel=1e-12)
        assert np.array(made["delta"][0]) == pytest.approx(deltas[layer], **close)
        assert np.array(made["bias_gradients"]) == pytest.approx(deltas[layer], **close)
        assert np.array(made["weight_gradients"]) == pytest.approx(gradients[layer], **close)


def test_samples_share_the_weights_and_c_is_their_mean_or_sum() -> None:
    given = random_network("tanh", "half squared error", 1)
    inputs = [[0.1, 0.2, 0.3, 0.4], [1.0, -1.0, 0.5, 0.0]]
    targets = [[0.0, 1.0], [0.5, 0.25]]
    single = [
        trace_network({**given, "input": x, "target": y})
        for x, y in zip(inputs, targets, strict=True)
    ]
    for reduction, share in (("sum", 1), ("mean", 2)):
        both = trace_network({**given, "input": inputs, "target": targets, "reduction": reduction})
        assert both.value == pytest.approx(sum(one.value for one in single) / share)
        for name, slope_of_both in both.gradient.items():
            wanted = sum(one.gradient[name] for one in single) / share
            assert slope_of_both == pytest.approx(wanted, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(("wrt", "free"), [(None, "wb"), (["x*"], "x"), (["w3_*", "b3_*"], "wb")])
def test_nothing_is_sent_to_what_is_held_fixed(wrt: list[str] | None, free: str) -> None:
    result = trace_network(random_network("sigmoid", "squared error", 2), wrt)
    steps = (result.sweep.step(k) for k in range(1, len(result.sweep) + 1))
    leaves = {sent.to for step in steps for sent in step.contributions} & set(
        result.graph.variables_by_name.values()
    )
    names = {result.graph.names[leaf] for leaf in leaves}
    assert {name[0] for name in names} == set(free)
    assert names == set(result.gradient)


@pytest.mark.parametrize("cost", COST)
def test_the_program_parses_back_to_the_same_graph(cost: str) -> None:
    given = random_network("softmax" if cost == "cross entropy" else "elu", cost, 3)
    lowered = lower(read_network(given))
    text, values = lowered.graph.text, {**lowered.parameters, **lowered.samples}
    made = trace_network(given)
    assert parse(text) == made.graph
    assert parse(made.to_dict()["program"]) == made.graph
    assert trace(text, values).value == made.value


def test_softmax_and_its_cost_never_overflow() -> None:
    given = random_network("softmax", "cross entropy", 4)
    given["biases"][-1] = [1e4, -1e4]
    result = trace_network(given)
    assert not result.problems
    assert result.to_dict()["layers"][-1]["a_gradients"] is None


@pytest.mark.parametrize("y", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("z", [-1e308, -800.0, -40.0, -1.5, 0.0, 2.0, 40.0, 800.0, 1e4])
def test_binary_cross_entropy_of_a_sigmoid_is_true_however_far_out(z: float, y: float) -> None:
    given = {**LINE, "activation": "sigmoid", "cost": "binary cross entropy", "weights": [[[z]]],
             "target": [y]}  # fmt: skip
    result = trace_network(given)
    with mpmath.workdps(1_000):
        # −ln σ(z) is ln(1 + e⁻ᶻ), and −ln(1 − σ(z)) is ln(1 + eᶻ): for |z| beyond 2,000 |z| or 0.
        losses = [mpmath.log1p(mpmath.exp(s)) if abs(s) < 2_000 else max(s, 0) for s in (-z, z)]
        cost = y * losses[0] + (1 - mpmath.mpf(y)) * losses[1]
        slope = 1 / (1 + mpmath.exp(-z)) - y if abs(z) < 2_000 else (z > 0) - y
    assert result.value == pytest.approx(float(cost), rel=1e-12, abs=2e-16 * abs(z))
    assert result.gradient["b2_1"] == pytest.approx(float(slope), rel=1e-12, abs=1e-16)
    assert not result.problems
    assert result.to_dict()["layers"][-1]["a_gradients"] is None


def test_binary_cross_entropy_of_another_layer_is_of_its_outputs() -> None:
    given = random_network("softmax", "binary cross entropy", 2)
    last = trace_network(given).to_dict()["layers"][-1]
    slopes = COST_SLOPES["binary cross entropy"](np.array(last["a"][0]), np.array(given["target"]))
    assert last["a_gradients"][0] == pytest.approx(slopes, rel=1e-9)


LINE = {"sizes": [1, 1], "activation": "identity", "biases": [[0]], "input": [1], "target": [0]}


def test_log_cosh_and_huber_hold_far_out() -> None:
    for cost in ("log cosh", "huber"):
        for error in (-1e3, -1.0, -0.5, 0.0, 0.5, 1.0, 1e3):
            given = {**LINE, "cost": cost, "weights": [[[error]]]}
            found = trace_network(given).gradient["b2_1"]
            assert found == pytest.approx(COST_SLOPES[cost](np.array(error), 0), abs=1e-15)


def test_random_parameters_are_those_of_the_seed() -> None:
    from random import Random

    given = {"sizes": [2, 3, 1], "init": "xavier", "seed": 5, "input": "random", "target": [1]}
    result, chance = trace_network(given), Random(5)
    for (name, value, _), reach in zip(
        result.to_dict()["parameters"], [(6 / 5) ** 0.5] * 6, strict=False
    ):
        assert name.startswith("w2")
        assert value == chance.uniform(-reach, reach)
    inputs = Random(5)
    assert [result.bindings["x1"], result.bindings["x2"]] == [inputs.random(), inputs.random()]
    assert trace_network(given).value == result.value


def test_parameters_come_layer_by_layer_weights_first() -> None:
    result = trace_network(random_network("tanh", "squared error", 6))
    names = [row[0] for row in result.to_dict()["parameters"]]
    assert names[:13] == [f"w2_{j}_{k}" for j in (1, 2, 3) for k in (1, 2, 3, 4)] + ["b2_1"]
    assert len(names) == len(result.gradient) == 12 + 3 + 15 + 5 + 10 + 2


BAD = [
    ({"weights": [[[1, 2, 3], [4, 5, 6]]]}, "weights", "2 rows of 2, found 2 rows of 3"),
    ({"weights": [[[1, 2]]]}, "weights", "layer 2 must be 2 rows of 2, found 1 row of 2"),
    ({"weights": []}, "weights", "one matrix a layer"),
    ({"biases": [[1]]}, "biases", "layer 2"),
    ({"weights": [[[1, float("nan")], [1, 1]]]}, "weights", "finite"),
    ({"activation": "sigmoyd"}, "activation", "did you mean sigmoid?"),
    ({"cost": "half square error"}, "cost", "did you mean half squared error?"),
    ({"cost": "cross entropy"}, "cost", "needs softmax"),
    ({"sizes": [2, 0]}, "sizes", "layer 2 must have 1 neuron or more"),
    ({"sizes": [2, -2]}, "sizes", "layer 2"),
    ({"sizes": [2]}, "sizes", "two or more"),
    ({"input": [1]}, "input", "2 numbers"),
    ({"target": [[1, 2], [3, 4]]}, "target", "1 sample in input and 2 in target"),
    ({"init": "xavier"}, "init", "one of the two"),
    ({"input": "ab"}, "input", "2 numbers for the input layer, found 'ab'"),
    ({"biases": [[0, 10**400]]}, "biases", "must be finite numbers"),
    ({"activation": [["tanh"]]}, "activation", "layer 2 has an unknown activation"),
    ({"weight": []}, "weight", "did you mean weights?"),
    (
        {"sizes": [2, 2, 10**12]},
        "sizes",
        "layer 3, 1,000,000,000,000 neurons with 2 inputs each, makes more",
    ),
    (
        {"sizes": [3000, 3000, 1]},
        "sizes",
        "layer 2, 3,000 neurons with 3,000 inputs each, makes more than",
    ),
    ({"activation": "s" * 5000}, "activation", "activation ssss"),
    ({"cost": "c" * 5000}, "cost", "cost cccc"),
]
DRAWN = {"sizes": [2, 1], "init": "xavier", "input": "random", "target": [1]}
GOOD = {"sizes": [2, 2], "weights": [[[1, 2], [3, 4]]], "biases": [[0, 0]], "input": [1, 2],
        "target": [0, 1]}  # fmt: skip


@pytest.mark.parametrize(("change", "key", "words"), BAD)
def test_bad_descriptions_name_the_key_and_what_is_needed(
    change: dict[str, Any], key: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(NetworkError, match=r".*") as caught:
        trace_network({**GOOD, **change})
    assert caught.value.key == key
    assert words in str(caught.value)
    assert len(str(caught.value)) < 300
    path = tmp_path / "bad.toml"
    rows = {**GOOD, **change}
    text = "[network]\n" + "\n".join(f"{k} = {json.dumps(v)}" for k, v in rows.items())
    path.write_text(text.replace("NaN", "nan"), encoding="utf-8")
    with pytest.raises(BackpropError, match=f"line {list(rows).index(key) + 2}"):
        load(path)


def test_samples_times_weights_are_bounded_too() -> None:
    given = {"sizes": [1000, 175, 1], "init": "xavier", "input": [[0] * 1000] * 4,
             "target": [[0]] * 4}  # fmt: skip
    with pytest.raises(
        NetworkError, match="layer 3, 1 neuron with 175 inputs each, makes for 4 samples more"
    ):
        read_network(given)


def test_softmax_stands_in_the_last_layer_only() -> None:
    with pytest.raises(NetworkError, match="last layer only, found in layer 2"):
        read_network({**GOOD, "sizes": [2, 2, 2], "activation": ["softmax", "sigmoid"]})


WRITTEN = [
    (Place("w", 2, 1, 3), 1, "w2_1_3", "w²₁₃"),
    (Place("w", 2, 10, 3), 9, "w2_10_3", "w²[10,3]"),
    (Place("b", 3, 2), 4, "b3_2", "b³₂"),
    (Place("x", 1, 1), 1, "x1", "x₁"),
    (Place("y", 4, 12, 0, 2), 2, "y12_s2", "y[12] (2)"),
    (Place("z", 12, 1, 0, 3), 4, "z12_1_s3", "z¹²₁ (3)"),
    (Place("a", 2, 1), 1, "a2_1", "a²₁"),
    (Place("C", 4, 1), 1, "C", "C"),
    (Place("C", 4, 1, 0, 2), 3, "C_s2", "C (2)"),
    (Place("C", 4, 1, 0, ALL), 3, "C", "C"),
]


@pytest.mark.parametrize(("place", "samples", "as_name", "as_symbol"), WRITTEN)
def test_places_are_written_as_names_and_as_mathematics_does(
    place: Place, samples: int, as_name: str, as_symbol: str
) -> None:
    assert (spelled(place, samples), symbol(place, samples)) == (as_name, as_symbol)


def test_names_that_no_network_gave_are_shown_as_they_are() -> None:
    typed = trace("a2_1 = w2_1_3*x1\nv5 + w + a2_1", {"w2_1_3": 1, "x1": 2, "v5": 3, "w": 4})
    for given, node in typed.graph.by_name.items():
        assert typed.graph.pretty(node) == given


@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_the_table_is_read(key: str) -> None:
    """What no key can be is refused, whatever stands beside it; so nothing given is ignored."""
    for others in (GOOD, DRAWN):
        with pytest.raises(NetworkError):
            read_network({**others, key: {"no": "value"}})
