"""Writes samples/digits.csv anew: rows of the UCI optical digits, from scikit-learn's copy.

Needs scikit-learn, which nothing else here does. Each pixel, 0 to 16 there, is divided by 16, so
that inputs lie in 0 to 1.
"""

import csv
from pathlib import Path

from sklearn.datasets import load_digits

ROWS = 400
"""The first rows, in the order there; every digit is among them 39 to 42 times."""
FILE = Path(__file__).parent.parent / "samples/digits.csv"


def main() -> None:
    """Writes the file."""
    digits = load_digits()
    pixels, labels = digits.data[:ROWS] / 16, digits.target[:ROWS]
    with FILE.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([*digits.feature_names, "digit"])
        for row, label in zip(pixels, labels, strict=True):
            writer.writerow([*(f"{pixel:g}" for pixel in row), label])


if __name__ == "__main__":
    main()
