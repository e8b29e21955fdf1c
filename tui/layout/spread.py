"""Where the seats of a layer stand across it: in order, apart, near what they are linked to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .order import Layers, Link, Seat

ROUNDS = 6
"""How often the layers are moved towards each other."""

Ports = Mapping[tuple[Seat, int], int]
"""Where, from the start of a seat, the wire of a slot ends; slot -1 is where its own begins."""


def positions(
    layers: Layers,
    links: Sequence[Sequence[Link]],
    sizes: Mapping[Seat, int],
    ports: Ports,
    gap: int,
) -> dict[Seat, int]:
    """The first cell of every seat across its layer, from 0.

    Each layer in turn takes, in its order, the positions that are nearest to the wanted ones.
    """
    found: dict[Seat, int] = {}
    for layer in layers:
        _set_apart(layer, [0.0] * len(layer), sizes, gap, found)
    for turn in range(ROUNDS):
        inward = turn % 2 == 0
        for index in range(1, len(layers)) if inward else reversed(range(len(layers) - 1)):
            layer = layers[index]
            here = links[index - 1] if inward else links[index]
            wanted = _wanted(here, ports, found, inward)
            aims = [wanted.get(seat, float(found[seat])) for seat in layer]
            _set_apart(layer, aims, sizes, gap, found)
    start = min(found.values(), default=0)
    return {seat: position - start for seat, position in found.items()}


def _wanted(
    links: Sequence[Link], ports: Ports, found: Mapping[Seat, int], inward: bool
) -> dict[Seat, float]:
    """For the seats of one layer: where their wires would run straight, on the average."""
    aims: dict[Seat, list[int]] = {}
    for link in links:
        upper, lower = ports[link.above, link.slot], ports[link.below, -1]
        if inward:
            aims.setdefault(link.below, []).append(found[link.above] + upper - lower)
        else:
            aims.setdefault(link.above, []).append(found[link.below] + lower - upper)
    return {seat: _middle(wishes) for seat, wishes in aims.items()}


def _middle(wishes: list[int]) -> float:
    """The median: most wires straight rather than all of them bent a little."""
    wishes.sort()
    half = len(wishes) // 2
    return float(wishes[half]) if len(wishes) % 2 else (wishes[half - 1] + wishes[half]) / 2


def _set_apart(
    layer: Sequence[Seat],
    aims: Sequence[float],
    sizes: Mapping[Seat, int],
    gap: int,
    found: dict[Seat, int],
) -> None:
    """The positions in order and apart whose squared distances from the aims are least.

    Pools neighbours that would overlap: Ayer et al., Ann. Math. Statist. 26 (1955) 641.
    """
    offsets, offset = [], 0
    for seat in layer:
        offsets.append(offset)
        offset += sizes[seat] + gap
    blocks: list[list[float]] = []
    for aim, before in zip(aims, offsets, strict=True):
        blocks.append([aim - before, 1])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            mean, count = blocks.pop()
            total = blocks[-1][0] * blocks[-1][1] + mean * count
            blocks[-1] = [total / (blocks[-1][1] + count), blocks[-1][1] + count]
    starts = [mean for mean, count in blocks for _ in range(int(count))]
    for seat, start, before in zip(layer, starts, offsets, strict=True):
        found[seat] = round(start) + before
