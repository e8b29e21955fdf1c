"""The description of a network: the keys of a `[network]` table, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import isfinite, sqrt
from os import PathLike
from random import Random
from typing import Any

from ..calculus.forward import double, whole
from ..text.bounds import LEARNED, PRODUCTS
from ..text.errors import BackpropError, NetworkError
from ..text.words import briefly, cited, counted, listed, suggestion
from .csv_file import read_data
from .data import Data, Matrix, Vector
from .lowering import ACTIVATION, COST
from .network import Network, with_row

ALIASES = {"linear": "identity"}
REDUCTIONS = ("mean", "sum")
KEYS = (
    "sizes", "activation", "cost", "weights", "biases", "init", "seed", "input", "target",
    "reduction", "data", "inputs", "targets", "label", "separator", "decimal", "header", "missing",
    "scale",
)  # fmt: skip
BYTES = (bytes, bytearray, memoryview)
OF_DATA = KEYS[KEYS.index("data") + 1 :]
"""The keys that say what is what in the file of the data, and how it is read."""


def read_network(
    description: Mapping[str, Any], folder: str | PathLike[str] | None = None, row: int = 1
) -> Network:
    """The network of a description: the keys of a sample file's `[network]` table.

    The path of `data` is relative to `folder`, the current directory when None; of the data it
    shows a `row`, from 1. Raises NetworkError, which names the key and says what was found and
    what is needed, and BackpropError for a row that there is not.
    """
    if not isinstance(description, Mapping):
        found = briefly(description)
        raise BackpropError(f"a network is described by a mapping of keys, found {found}")
    for key in description:
        if key not in KEYS:
            raise NetworkError(
                cited(key), f"unknown key {cited(key)}{suggestion(cited(key), KEYS)}"
            )
    sizes = _sizes(description)
    activations = _activations(description, sizes)
    cost = _choice(description, "cost", (*COST,), "half squared error")
    if cost == "cross entropy" and activations[-1] != "softmax":
        message = f"cross entropy needs softmax in the last layer, found {activations[-1]}"
        raise NetworkError("cost", f"{message}; binary cross entropy needs no softmax")
    data = _data(description, sizes, activations[-1], folder)
    seed = _seed(description)
    inputs, targets = _samples(description, sizes, seed) if data is None else ((), ())
    _check_products(sizes, max(1, len(inputs)))
    network = Network(
        sizes,
        activations,
        cost,
        _choice(description, "reduction", REDUCTIONS, "mean"),
        *_parameters(description, sizes, seed),
        inputs,
        targets,
        data,
    )
    return network if data is None and row == 1 else with_row(network, row)


def _sizes(description: Mapping[str, Any]) -> tuple[int, ...]:
    given = _sequence(description.get("sizes"))
    if given is None or len(given) < 2:
        raise NetworkError("sizes", "sizes must be two or more whole numbers, such as [2, 2, 1]")
    sizes = []
    for layer, item in enumerate(given, 1):
        size = whole(item)
        if size is None or size < 1:
            found = briefly(item)
            raise NetworkError("sizes", f"layer {layer} must have 1 neuron or more, found {found}")
        sizes.append(size)
    _check_products(sizes)
    return tuple(sizes)


def _check_products(sizes: Sequence[int], samples: int = 1) -> None:
    """NetworkError when there are more products of a weight than a graph can be made of."""
    products = 0
    for layer, (into, out) in enumerate(pairwise(sizes), 2):
        products += into * out * samples
        if products > PRODUCTS.most:
            found = f"layer {layer}, {counted(out, 'neuron')} with {counted(into, 'input')} each,"
            several = f" for {samples:,} samples" if samples > 1 else ""
            most = f"the {PRODUCTS.most:,} {PRODUCTS.unit} that {PRODUCTS.what} can have"
            raise NetworkError("sizes", f"{found} makes{several} more than {most}")


def _activations(description: Mapping[str, Any], sizes: tuple[int, ...]) -> tuple[str, ...]:
    given = description.get("activation", "sigmoid")
    names = [given] * (len(sizes) - 1) if isinstance(given, str) else _sequence(given)
    if names is None or len(names) != len(sizes) - 1:
        needed = f"one name, or {len(sizes) - 1}: one for each layer after the input"
        raise NetworkError("activation", f"activation must be {needed}")
    found = []
    for layer, name in enumerate(names, 2):
        known = ALIASES.get(name, name) if isinstance(name, str) else None
        if known not in ACTIVATION:
            hint = suggestion(cited(name), (*ACTIVATION, *ALIASES))
            hint = hint or f" (known: {', '.join(ACTIVATION)})"
            message = f"layer {layer} has an unknown activation {cited(name)}{hint}"
            raise NetworkError("activation", message)
        if known == "softmax" and layer < len(sizes):
            message = f"softmax can stand in the last layer only, found in layer {layer}"
            raise NetworkError("activation", f"{message} of {len(sizes)}")
        found.append(known)
    return tuple(found)


def _choice(description: Mapping[str, Any], key: str, known: Sequence[str], default: str) -> str:
    chosen = description.get(key, default)
    if not isinstance(chosen, str) or chosen not in known:
        hint = suggestion(cited(chosen), known) or f" (known: {', '.join(known)})"
        raise NetworkError(key, f"unknown {key} {cited(chosen)}{hint}")
    return chosen


def _parameters(
    description: Mapping[str, Any], sizes: tuple[int, ...], seed: int
) -> tuple[tuple[Matrix, ...], tuple[Vector, ...]]:
    """The weights and biases given, or drawn at random where `init` says so."""
    if "init" in description:
        init = description["init"]
        if not isinstance(init, str) or init != "xavier":
            found = cited(init)
            raise NetworkError("init", f"unknown init {found}: it can be xavier")
        for key in ("weights", "biases"):
            if key in description:
                raise NetworkError("init", f"init sets the {key} too: give one of the two")
        return _drawn(seed, sizes)
    for key in ("weights", "biases"):
        if key not in description:
            raise NetworkError(key, f'the network has no {key}: give them, or init = "xavier"')
    layers = len(sizes) - 1
    weights = _list(description["weights"], "weights", layers, f"{layers}, one matrix a layer")
    biases = _list(description["biases"], "biases", layers, f"{layers}, one vector a layer")
    return (
        tuple(
            _matrix(w, "weights", sizes[i + 1], sizes[i], f"layer {i + 2}")
            for i, w in enumerate(weights)
        ),
        tuple(_vector(b, "biases", sizes[i + 1], f"layer {i + 2}") for i, b in enumerate(biases)),
    )


def _drawn(seed: int, sizes: tuple[int, ...]) -> tuple[tuple[Matrix, ...], tuple[Vector, ...]]:
    """Weights uniform in ±√(6/(fan in + fan out)), biases 0.

    Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks,
    AISTATS 2010.
    """
    chance = Random(seed)
    weights = []
    for into, out in pairwise(sizes):
        reach = sqrt(6 / (into + out))
        weights.append(
            tuple(tuple(chance.uniform(-reach, reach) for _ in range(into)) for _ in range(out))
        )
    return tuple(weights), tuple((0.0,) * size for size in sizes[1:])


def _seed(description: Mapping[str, Any]) -> int:
    seed = whole(description.get("seed", 0))
    if seed is None:
        found = briefly(description["seed"])
        raise NetworkError("seed", f"seed must be a whole number, found {found}")
    return seed


def _data(
    description: Mapping[str, Any],
    sizes: tuple[int, ...],
    activation: str,
    folder: str | PathLike[str] | None,
) -> Data | None:
    """The data set, where the samples are its rows; `activation` is the last layer's."""
    if "data" not in description:
        for key in OF_DATA:
            if key in description:
                hint = suggestion(key, ("input", "target"))
                message = f"{key} says how data are read, and there is no data{hint}"
                raise NetworkError(key, message)
        return None
    for key in ("input", "target", "reduction"):
        if key in description:
            raise NetworkError(key, f"the samples are the rows of data: {key} cannot be given too")
    given = {key: description.get(key) for key in OF_DATA}
    data = read_data(description["data"], folder=folder, outputs=sizes[-1], **given)
    if len(data.columns) != sizes[0]:
        key = "inputs" if "inputs" in description else "data"
        found = f"{counted(len(data.columns), 'input column')} ({listed(map(cited, data.columns))})"
        needed = f"the input layer has {counted(sizes[0], 'neuron')}"
        raise NetworkError(key, f"found {found}, but {needed}")
    _check_targets(data, sizes[-1], activation)
    if len(data.inputs) * sum(into * out for into, out in pairwise(sizes)) > LEARNED.most:
        raise NetworkError("data", LEARNED.words)
    return data


def _check_targets(data: Data, outputs: int, activation: str) -> None:
    """NetworkError when the last layer has not as many neurons as there are targets."""
    found = len(data.targets[0])
    if data.is_binary and activation == "softmax":
        message = "the label has 2 classes, and the softmax of 1 neuron is always 1"
        raise NetworkError("label", f"{message}: give 2 neurons, or a sigmoid")
    if found == outputs:
        return
    last = f"the last layer has {counted(outputs, 'neuron')}"
    if not data.classes:
        raise NetworkError("targets", f"found {counted(found, 'target column')}, but {last}")
    message = f"the label has {found} classes ({listed(map(cited, data.classes))}), but {last}"
    if found > outputs:
        row = next(i for i, target in enumerate(data.targets, 1) if 1.0 in target[outputs:])
        beyond = data.classes[data.class_of(row - 1)]
        message += f": the label {cited(beyond)} of row {row} is outside"
    raise NetworkError("label", message)


def _samples(
    description: Mapping[str, Any], sizes: tuple[int, ...], seed: int
) -> tuple[tuple[Vector, ...], tuple[Vector, ...]]:
    """The inputs and targets, one pair a sample."""
    given = description.get("input")
    if isinstance(given, str) and given == "random":
        chance = Random(seed)
        given = [chance.random() for _ in range(sizes[0])]
    inputs = _rows(given, "input", sizes[0], "the input layer")
    targets = _rows(description.get("target"), "target", sizes[-1], "the last layer")
    if len(inputs) != len(targets):
        found = f"{counted(len(inputs), 'sample')} in input and {len(targets)} in target"
        raise NetworkError("target", f"{found}: give one target for each input")
    return inputs, targets


def _rows(given: Any, key: str, size: int, place: str) -> tuple[Vector, ...]:
    """One vector, or a list of them."""
    if given is None:
        raise NetworkError(key, f"the network has no {key}: give {counted(size, 'number')}")
    rows = _sequence(given)
    several = rows and double(rows[0]) is None
    return tuple(_vector(row, key, size, place) for row in (rows if rows and several else [given]))


def _matrix(given: Any, key: str, rows: int, columns: int, place: str) -> Matrix:
    needed = f"{counted(rows, 'row')} of {columns}"
    matrix = _sequence(given)
    if matrix is None:
        found = briefly(given)
        raise NetworkError(key, f"the {key} of {place} must be {needed}, found {found}")
    lengths = [len(_sequence(row) or ()) for row in matrix]
    if lengths != [columns] * rows:
        found = f"{counted(len(lengths), 'row')} of {_lengths(lengths)}"
        raise NetworkError(key, f"the {key} of {place} must be {needed}, found {found}")
    return tuple(_vector(row, key, columns, place) for row in matrix)


def _lengths(lengths: Sequence[int]) -> str:
    return listed(map(str, lengths)) or "nothing"


def _vector(given: Any, key: str, size: int, place: str) -> Vector:
    vector = []
    for item in _list(given, key, size, f"{counted(size, 'number')} for {place}"):
        number = double(item)
        if number is None or not isfinite(number):
            found = cited(item)
            raise NetworkError(key, f"the {key} of {place} must be finite numbers, found {found}")
        vector.append(number)
    return tuple(vector)


def _list(given: Any, key: str, size: int, needed: str) -> Sequence[Any]:
    items = _sequence(given)
    if items is None or len(items) != size:
        found = briefly(given) if items is None else f"{len(items)}"
        raise NetworkError(key, f"{key} must be {needed}, found {found}")
    return items


def _sequence(value: Any) -> Sequence[Any] | None:
    """A list, or an array as lists, of NumPy's or another library's; None for anything else."""
    if hasattr(value, "__array__") and hasattr(value, "tolist"):
        value = value.tolist()
    is_list = isinstance(value, Sequence) and not isinstance(value, (str, *BYTES))
    return value if is_list else None
