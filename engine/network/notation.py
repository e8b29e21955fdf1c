"""How the places of a network are written: as names of a program, and as mathematics does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .places import PARAMETERS, Place, Places

SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def spelled(place: Place, samples: int) -> str:
    """The name of a place in the program of a network with so many samples: w2_1_3, z3_1_s2."""
    letter, layer, neuron, source, sample = place
    if letter == "w":
        return f"w{layer}_{neuron}_{source}"
    if letter == "b":
        return f"b{layer}_{neuron}"
    end = ending(sample, samples)
    if letter == "C":
        return f"C{end}"
    return f"{letter}{neuron}{end}" if letter in "xy" else f"{letter}{layer}_{neuron}{end}"


def weight_names(layer: int, neuron: int, count: int) -> list[str]:
    """The names of the weights that lead to a neuron."""
    return [f"w{layer}_{neuron}_{source}" for source in range(1, count + 1)]


def ending(sample: int, samples: int) -> str:
    """What the names of a sample, from 1, end in: nothing where there is but one."""
    return f"_s{sample}" if sample and samples > 1 else ""


def symbol(place: Place, samples: int) -> str:
    """A place as mathematics writes it: w²₁₃; from 10 up w²[1,13]; z³₁ (2) in sample 2 of many."""
    letter, layer, neuron, source, sample = place
    end = f" ({sample})" if sample and samples > 1 and letter not in PARAMETERS else ""
    if letter == "C":
        return f"C{end}"
    low = subscript(neuron, source) if letter == "w" else subscript(neuron)
    return f"{letter}{'' if letter in 'xy' else superscript(layer)}{low}{end}"


def superscript(layer: int) -> str:
    """The number of a layer, as it stands at a letter."""
    return str(layer).translate(SUPERSCRIPT)


def subscript(*indices: int) -> str:
    """The numbers of neurons, as they stand at a letter."""
    digits = [str(index) for index in indices]
    small = all(len(index) == 1 for index in digits)
    return "".join(digits).translate(SUBSCRIPT) if small else f"[{','.join(digits)}]"


class Symbols(Mapping[int, str]):
    """The nodes of places as mathematics writes them, each written when it is asked for."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self._known: dict[int, str] = {}

    def __getitem__(self, node: int) -> str:
        known = self._known.get(node)
        if known is None:
            place = self.places[node]
            if self.places.node(place) != node:
                raise KeyError(node)
            known = self._known[node] = symbol(place, self.places.samples)
        return known

    def __iter__(self) -> Iterator[int]:
        return (node for node, place in self.places.items() if self.places.node(place) == node)

    def __len__(self) -> int:
        return sum(1 for _ in self)
