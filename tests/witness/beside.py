# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares perjoule's values with those of a second implementation, over generated cases."""

import dataclasses
import math
import subprocess
import sys
from collections.abc import Callable, Sequence

MOST_SHOWN = 10


@dataclasses.dataclass
class Judged:
    """A metric, the cases that are generated for it, and the second implementation."""

    name: str
    make: Callable[[], tuple]  # one case
    line: Callable[..., str]  # the case as perjoule's program reads it
    witness: Callable[..., float]  # the value of the case; None or not a number where it has none
    most_apart: float = 1e-12  # absolute, or relative to the value where that is larger
    has_unit: bool = False  # then always relative to the value


def answers(program: str, lines: Sequence[str]) -> list[str]:
    """Returns the answers of perjoule's program to the cases, all in one run."""
    text = "".join(f"{line}\n" for line in lines)
    said = subprocess.run([program], input=text, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(said) == len(lines), f"{len(said)} answers to {len(lines)} cases"
    return said


def apart(ours: str, theirs: float | None, has_unit: bool) -> float:
    """Returns the distance of perjoule's answer from the witness's: infinite if only one of them has a value."""
    ours = ours.removeprefix("alone: ")
    if theirs is None or math.isnan(theirs):
        return 0.0 if ours.startswith("none: ") else math.inf
    if ours.startswith(("none: ", "refused: ")):
        return math.inf
    difference = abs(float(ours) - theirs)
    if difference == 0.0:
        return 0.0
    difference /= abs(theirs) if has_unit else max(1.0, abs(theirs))
    return difference if not math.isnan(difference) else math.inf


def compare(program: str, metrics: Sequence[Judged], cases: int) -> int:
    """Prints a table of differences. @returns how many cases differ by too much"""
    made = [[metric.make() for _ in range(cases)] for metric in metrics]
    said = iter(answers(program, [metric.line(*case) for metric, some in zip(metrics, made) for case in some]))
    print("| metric | cases | without an interval | without a value | largest difference |")
    print("| --- | ---: | ---: | ---: | ---: |")
    failed = 0
    for metric, some in zip(metrics, made):
        alone = without = 0
        largest = 0.0
        for case in some:
            ours, theirs = next(said), metric.witness(*case)
            alone += ours.startswith("alone: ")
            without += ours.startswith("none: ")
            difference = apart(ours, theirs, metric.has_unit)
            largest = max(largest, difference)
            if difference > metric.most_apart:
                failed += 1
                if failed <= MOST_SHOWN:
                    print(f"{metric.name}: {ours}, the witness {theirs!r}, of {case}", file=sys.stderr)
        print(f"| {metric.name} | {cases} | {alone} | {without} | {largest:.1e} |")
    return failed
