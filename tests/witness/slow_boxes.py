# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Mean average precision of generated boxes, slowly: fractions, and the definition of each step in turn. Lin et al.,
Microsoft COCO, ECCV 2014."""

import random
from fractions import Fraction

from beside import Judged

RANDOM = random.Random(41)
CLASSES = 3


def box():
    return tuple(RANDOM.randint(0, 6) for _ in range(2)) + tuple(RANDOM.randint(1, 6) for _ in range(2))


def near(of):
    return tuple(max(least, side + RANDOM.choice((0, 0, 0, 1, -1))) for side, least in zip(of, (0, 0, 1, 1)))


def images():
    items = []
    for _ in range(RANDOM.randint(2, 5)):
        wanted = [(RANDOM.randrange(CLASSES), *box()) for _ in range(RANDOM.randint(0, 4))]
        said = [(label, *near(of)) for label, *of in wanted if RANDOM.random() < 0.8]
        said += [(RANDOM.randrange(CLASSES), *box()) for _ in range(RANDOM.randint(0, 3))]
        RANDOM.shuffle(said)
        items.append(([(RANDOM.randint(0, 4) / 4, *of) for of in said], wanted))
    return (items,)


def line_of(thresholds):
    def line(items):
        parts = [f"map {thresholds} {CLASSES} {len(items)}"]
        for said, wanted in items:
            parts += [str(len(said)), *(" ".join(map(str, of)) for of in said)]
            parts += [str(len(wanted)), *(" ".join(map(str, of)) for of in wanted)]
        return " ".join(parts)

    return line


def overlap(a, b):
    """Counts the unit squares of both boxes."""
    squares = [{(x, y) for x in range(left, left + width) for y in range(top, top + height)}
               for left, top, width, height in (a, b)]
    return Fraction(len(squares[0] & squares[1]), len(squares[0] | squares[1]))


def right_ones(said, wanted, threshold):
    """Returns for each detection of an image, the surest one first, whether it is right."""
    left = list(wanted)
    for _, *of in said:
        best = max(((overlap(of, other), place) for place, other in enumerate(left) if other), default=(0, 0))
        yield best[0] >= threshold
        if best[0] >= threshold:
            left[best[1]] = None


def average_precision(items, label, threshold):
    ranked = []
    for image, (said, wanted) in enumerate(items):
        own = sorted(((score, *of) for score, its, *of in said if its == label), key=lambda of: -of[0])
        boxes = [tuple(of) for its, *of in wanted if its == label]
        ranked += [(-of[0], image, hit) for of, hit in zip(own, right_ones(own, boxes, threshold))]
    ranked.sort(key=lambda of: of[:2])  # of equal scores those of the first image, in their order
    boxes = sum(its == label for _, wanted in items for its, *_ in wanted)
    points = []
    for place in range(1, len(ranked) + 1):
        found = sum(hit for *_, hit in ranked[:place])
        points.append((Fraction(found, boxes), Fraction(found, place)))
    best = [max((p for r, p in points if r >= Fraction(step, 100)), default=0) for step in range(101)]
    return sum(best) / Fraction(101)


def mean_average_precision(thresholds):
    def witness(items):
        labels = {label for _, wanted in items for label, *_ in wanted}
        of_each = [average_precision(items, label, Fraction(t, 20)) for label in labels for t in thresholds]
        return float(sum(of_each) / len(of_each)) if of_each else None

    return witness


BOXES = [Judged(f"{name}, slow", images, line_of(place), mean_average_precision(thresholds))
         for place, (name, thresholds) in enumerate((("AP50", [10]), ("AP75", [15]), ("mAP", range(10, 20))))]
