#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Classifies handwritten digits by the nearest of ten mean images, and prints the accuracy.

It knows nothing of perjoule: the README beside it measures it from outside.
"""

import csv
import gzip
import os
import pathlib
import random
import sys

Row = tuple[list[int], int]  # the pixels of an image, and the digit
DIGITS = range(10)
# UCI's handwritten digits (E. Alpaydin, C. Kaynak, 1998; CC BY 4.0): 64 pixels and a label in each row.
INSTALLED = "/usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz"
FETCHED = "out/data/digits.csv"


def generated_digits() -> list[Row]:
    """Ten random images of 8 x 8 pixels, copied with noise: they say nothing about handwriting."""
    draw = random.Random(1)
    ideal = [[draw.randrange(17) for _ in range(64)] for _ in DIGITS]
    return [([min(16, max(0, round(draw.gauss(pixel, 16)))) for pixel in ideal[item % 10]], item % 10)
            for item in range(1800)]


def digits() -> tuple[list[Row], str]:
    """Returns all images, and where they are from."""
    asked = os.environ.get("PERJOULE_DATA_DIR")
    paths = [f"{asked}/digits.csv"] if asked else [INSTALLED, FETCHED]
    for path in map(pathlib.Path, paths):
        if asked or path.exists():
            unpacked = gzip.open(path, "rt") if path.suffix == ".gz" else open(path, encoding="ascii")
            with unpacked as file:
                rows = [[int(value) for value in row] for row in csv.reader(file)]
            return [(row[:64], row[64]) for row in rows], f"UCI handwritten digits, {path}"
    return generated_digits(), "generated digits (scripts/data digits fetches real ones)"


def main() -> int:
    try:
        rows, source = digits()
    except (OSError, ValueError, IndexError) as error:
        print(f"cannot read the digits: {error}; run scripts/data digits, and unset PERJOULE_DATA_DIR", file=sys.stderr)
        return 2
    # Every third image of each digit is for testing, as in examples/quickstart.
    by_digit = [[pixels for pixels, label in rows if label == digit] for digit in DIGITS]
    test = [(pixels, digit) for digit in DIGITS for pixels in by_digit[digit][::3]]
    means = []
    for digit in DIGITS:
        train = [pixels for index, pixels in enumerate(by_digit[digit]) if index % 3]
        means.append([sum(column) / len(train) for column in zip(*train)])

    def distance(pixels: list[int], mean: list[float]) -> float:
        return sum((a - b) ** 2 for a, b in zip(pixels, mean))

    right = sum(min(DIGITS, key=lambda guess: distance(pixels, means[guess])) == digit for pixels, digit in test)
    print(f"data: {source}, {len(test)} images to test on")
    print(f"accuracy {right / len(test):.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
