"""The description of a network: the keys of a `[network]` table, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import sqrt
from os import PathLike
from random import Random
from typing import Any, TypeGuard

from .data import Data, read_data
from .errors import NetworkError
from .forward import is_finite
from .lowering import ACTIVATION, COST
from .network import Matrix, Network, Vector, with_row
from .words import cited, counted, listed, suggestion

ALIASES = {"linear": "identity"}
REDUCTIONS = ("mean", "sum")
KEYS = (
    "sizes", "activation", "cost", "weights", "biases", "init", "seed", "input", "target",
    "reduction", "data", "inputs", "targets", "label",
)  # fmt: skip
MOST_PRODUCTS = 4_000_000
"""Weights times samples, each a product in the graph: about 5 GB and two minutes."""
COLUMNS = ("inputs", "targets", "label")
"""The keys that say which columns of the data are what."""


def read_network(
    description: Mapping[str, Any], folder: str | PathLike[str] | None = None, row: int = 1
) -> Network:
    """The network of a description: the keys of a sample file's `[network]` table.

    The path of `data` is relative to `folder`, the current directory when None; of the data it
    shows a `row`, from 1. Raises NetworkError, which names the key and says what was found and
    what is needed, and BackpropError for a row that there is not.
    """
    for key in description:
        if key not in KEYS:
            raise NetworkError(key, f"unknown key {cited(str(key))}{suggestion(str(key), KEYS)}")
    sizes = _sizes(description)
    activations = _activations(description, sizes)
    cost = _choice(description, "cost", (*COST,), "half squared error")
    if cost == "cross entropy" and activations[-1] != "softmax":
        message = f"cross entropy needs softmax in the last layer, found {activations[-1]}"
        raise NetworkError("cost", f"{message}; binary cross entropy needs no softmax")
    data = _data(description, sizes, folder)
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
    sizes = description.get("sizes")
    if not _is_list(sizes) or len(sizes) < 2:
        raise NetworkError("sizes", "sizes must be two or more whole numbers, such as [2, 2, 1]")
    for layer, size in enumerate(sizes, 1):
        if type(size) is not int or size < 1:
            found = cited(repr(size))
            raise NetworkError("sizes", f"layer {layer} must have 1 neuron or more, found {found}")
    _check_products(sizes)
    return tuple(sizes)


def _check_products(sizes: Sequence[int], samples: int = 1) -> None:
    """NetworkError when there are more products of a weight than a graph can be made of."""
    products = 0
    for layer, (into, out) in enumerate(pairwise(sizes), 2):
        products += into * out * samples
        if products > MOST_PRODUCTS:
            found = f"layer {layer}, {counted(out, 'neuron')} with {counted(into, 'input')} each,"
            several = f" for {samples:,} samples" if samples > 1 else ""
            most = f"the {MOST_PRODUCTS:,} products of a weight that a network can have"
            raise NetworkError("sizes", f"{found} makes{several} more than {most}")


def _activations(description: Mapping[str, Any], sizes: tuple[int, ...]) -> tuple[str, ...]:
    given = description.get("activation", "sigmoid")
    names = [given] * (len(sizes) - 1) if isinstance(given, str) else given
    if not isinstance(names, Sequence) or len(names) != len(sizes) - 1:
        needed = f"one name, or {len(sizes) - 1}: one for each layer after the input"
        raise NetworkError("activation", f"activation must be {needed}")
    found = []
    for layer, name in enumerate(names, 2):
        known = ALIASES.get(name, name) if isinstance(name, str) else None
        if known not in ACTIVATION:
            hint = suggestion(str(name), (*ACTIVATION, *ALIASES))
            hint = hint or f" (known: {', '.join(ACTIVATION)})"
            message = f"layer {layer} has an unknown activation {cited(str(name))}{hint}"
            raise NetworkError("activation", message)
        if known == "softmax" and layer < len(sizes):
            message = f"softmax can stand in the last layer only, found in layer {layer}"
            raise NetworkError("activation", f"{message} of {len(sizes)}")
        found.append(known)
    return tuple(found)


def _choice(description: Mapping[str, Any], key: str, known: Sequence[str], default: str) -> str:
    chosen = description.get(key, default)
    if chosen not in known:
        hint = suggestion(str(chosen), known) or f" (known: {', '.join(known)})"
        raise NetworkError(key, f"unknown {key} {cited(str(chosen))}{hint}")
    return str(chosen)


def _parameters(
    description: Mapping[str, Any], sizes: tuple[int, ...], seed: int
) -> tuple[tuple[Matrix, ...], tuple[Vector, ...]]:
    """The weights and biases given, or drawn at random where `init` says so."""
    if "init" in description:
        if description["init"] != "xavier":
            found = cited(str(description["init"]))
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
    seed = description.get("seed", 0)
    if type(seed) is not int:
        raise NetworkError("seed", f"seed must be a whole number, found {cited(repr(seed))}")
    return seed


def _data(
    description: Mapping[str, Any], sizes: tuple[int, ...], folder: str | PathLike[str] | None
) -> Data | None:
    """The data set, where the samples are its rows."""
    if "data" not in description:
        for key in COLUMNS:
            if key in description:
                hint = suggestion(key, ("input", "target"))
                message = f"{key} names columns of data, and there is no data{hint}"
                raise NetworkError(key, message)
        return None
    for key in ("input", "target", "reduction"):
        if key in description:
            raise NetworkError(key, f"the samples are the rows of data: {key} cannot be given too")
    columns = {key: description.get(key) for key in COLUMNS}
    data = read_data(description["data"], **columns, folder=folder)
    if len(data.columns) != sizes[0]:
        key = "inputs" if "inputs" in description else "data"
        found = f"{counted(len(data.columns), 'input column')} ({listed(map(cited, data.columns))})"
        needed = f"the input layer has {counted(sizes[0], 'neuron')}"
        raise NetworkError(key, f"found {found}, but {needed}")
    _check_targets(data, sizes[-1])
    return data


def _check_targets(data: Data, outputs: int) -> None:
    """NetworkError when the last layer has not as many neurons as there are targets."""
    found = len(data.targets[0])
    if found == outputs:
        return
    last = f"the last layer has {counted(outputs, 'neuron')}"
    if not data.classes:
        raise NetworkError("targets", f"found {counted(found, 'target column')}, but {last}")
    message = f"the label has {found} classes ({listed(map(cited, data.classes))}), but {last}"
    if found > outputs:
        row = next(i for i, target in enumerate(data.targets, 1) if 1.0 in target[outputs:])
        beyond = data.classes[data.targets[row - 1].index(1.0)]
        message += f": the label {cited(beyond)} of row {row} is outside"
    raise NetworkError("label", message)


def _samples(
    description: Mapping[str, Any], sizes: tuple[int, ...], seed: int
) -> tuple[tuple[Vector, ...], tuple[Vector, ...]]:
    """The inputs and targets, one pair a sample."""
    given = description.get("input")
    if given == "random":
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
    several = isinstance(given, Sequence) and given and not _is_number(given[0])
    rows = given if several and not isinstance(given, str) else [given]
    return tuple(_vector(row, key, size, place) for row in rows)


def _matrix(given: Any, key: str, rows: int, columns: int, place: str) -> Matrix:
    needed = f"{counted(rows, 'row')} of {columns}"
    shaped = _is_list(given)
    lengths = [len(r) if isinstance(r, Sequence) else 0 for r in given] if shaped else []
    if lengths != [columns] * rows:
        count = f"{counted(len(lengths), 'row')} of {_lengths(lengths)}"
        found = count if shaped else cited(repr(given))
        raise NetworkError(key, f"the {key} of {place} must be {needed}, found {found}")
    return tuple(_vector(row, key, columns, place) for row in given)


def _lengths(lengths: Sequence[int]) -> str:
    return " and ".join(map(str, dict.fromkeys(lengths))) or "nothing"


def _vector(given: Any, key: str, size: int, place: str) -> Vector:
    numbers = _list(given, key, size, f"{counted(size, 'number')} for {place}")
    for number in numbers:
        if not _is_number(number) or not is_finite(number):
            found = cited(str(number))
            raise NetworkError(key, f"the {key} of {place} must be finite numbers, found {found}")
    return tuple(map(float, numbers))


def _list(given: Any, key: str, size: int, needed: str) -> Sequence[Any]:
    if not _is_list(given) or len(given) != size:
        found = f"{len(given)}" if _is_list(given) else cited(repr(given))
        raise NetworkError(key, f"{key} must be {needed}, found {found}")
    return given


def _is_list(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _is_number(value: object) -> bool:
    return type(value) in (int, float)
