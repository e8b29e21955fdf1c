"""The wires between two layers: each net gets a track of its own, so that none overlap."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple


class Net(NamedTuple):
    """The wire of one node between two layers: from one pin below to pins above."""

    start: int
    """Where it comes from, across the layers."""
    ends: tuple[int, ...]


class Trunk(NamedTuple):
    """A run of a net along a track, with what leads to it and away from it."""

    node: int
    start: int
    ends: tuple[int, ...]
    enters: bool = True
    """True where its start is the net's, False where it goes on from another trunk."""
    leaves: bool = True
    """True where its ends are the net's."""

    @property
    def low(self) -> int:
        """The first cell across."""
        return min(self.start, *self.ends)

    @property
    def high(self) -> int:
        """The last cell across."""
        return max(self.start, *self.ends)


class Channel(NamedTuple):
    """The routed nets between two layers."""

    tracks: int
    """How many tracks there are side by side."""
    trunks: Mapping[int, Sequence[tuple[int, Trunk]]]
    """By node: its trunks with their tracks, in the order passed; none where it runs straight."""


def route(nets: Mapping[int, Net], free: Callable[[set[int]], int]) -> Channel:
    """Tracks for nets whose pins are all in different places on either side.

    Where the start of one net lies opposite to an end of another, the first must turn off before
    the second turns in. `free` gives a place across that is not in a set, to which a net steps
    aside where these demands go in a circle: channel routing with doglegs, Deutsch, Proc. 13th
    Design Automation Conf. (1976) 425.
    """
    trunks = [
        Trunk(node, net.start, net.ends) for node, net in nets.items() if net.ends != (net.start,)
    ]
    used = {net.start for net in nets.values()} | {end for net in nets.values() for end in net.ends}
    while (index := _in_circle(_demands(trunks))) is not None:
        split = trunks[index]
        aside = free(used)
        used.add(aside)
        trunks[index : index + 1] = [
            Trunk(split.node, split.start, (aside,), leaves=False),
            Trunk(split.node, aside, split.ends, enters=False),
        ]
    tracks = _assign(trunks, _demands(trunks))
    by_node: dict[int, list[tuple[int, Trunk]]] = {node: [] for node in nets}
    for trunk, track in zip(trunks, tracks, strict=True):
        by_node[trunk.node].append((track, trunk))
    return Channel(max(tracks, default=-1) + 1, by_node)


def _demands(trunks: Sequence[Trunk]) -> list[set[int]]:
    """For each trunk, those that must lie on an earlier track: they start where it ends."""
    starts = {trunk.start: index for index, trunk in enumerate(trunks) if trunk.enters}
    return [
        {starts[end] for end in trunk.ends if trunk.leaves and end in starts} - {index}
        for index, trunk in enumerate(trunks)
    ]


def _in_circle(demands: Sequence[set[int]]) -> int | None:
    """A trunk that would have to lie before itself, if there is one."""
    waiting = {index: set(before) for index, before in enumerate(demands)}
    while ready := [index for index, before in waiting.items() if not before]:
        for index in ready:
            del waiting[index]
        for before in waiting.values():
            before.difference_update(ready)
    if not waiting:
        return None
    seen: set[int] = set()
    index = min(waiting)
    while index not in seen:
        seen.add(index)
        index = min(waiting[index])
    return index


def _assign(trunks: Sequence[Trunk], demands: Sequence[set[int]]) -> list[int]:
    """The first track for each trunk after those it demands, where it touches no other."""
    tracks = [-1] * len(trunks)
    taken: list[list[tuple[int, int]]] = []
    for index in _in_order(demands, trunks):
        low, high = trunks[index].low, trunks[index].high
        track = max((tracks[before] + 1 for before in demands[index]), default=0)
        while track < len(taken) and any(
            low <= end and start <= high for start, end in taken[track]
        ):
            track += 1
        if track == len(taken):
            taken.append([])
        taken[track].append((low, high))
        tracks[index] = track
    return tracks


def _in_order(demands: Sequence[set[int]], trunks: Sequence[Trunk]) -> list[int]:
    """The trunks, each after those that it demands; otherwise from the first cell across on."""
    order: list[int] = []
    done: set[int] = set()
    while len(order) < len(trunks):
        ready = [i for i in range(len(trunks)) if i not in done and demands[i] <= done]
        ready.sort(key=lambda i: (trunks[i].low, trunks[i].node))
        order += ready
        done.update(ready)
    return order
