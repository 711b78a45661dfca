#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks in the assembly that do_not_optimize() keeps a result and costs nothing, and that each iteration of
the engine's loop makes a new pass, whatever the optimiser knows about its input.

usage: assembly_test.py COMPILER
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SOURCE = """
#include "perjoule/core/do_not_optimize.hpp"
#include "perjoule/engine/pass_loop.hpp"
using Count = decltype(sizeof 0);
struct Divide { double operator()(const double& x) const { return 1.0 / x; } };
extern "C" {
void kept(double a, double b) { perjoule::do_not_optimize(a / b); }
void not_kept(double a, double b) { static_cast<void>(a / b); }
void kept_number(int x) { perjoule::do_not_optimize(x); }
using Loop = perjoule::detail::PlainLoop<Divide, double>;
bool passes(Loop& loop, const Count* order, Count count) {
  return loop.run({order, 1}, 0, count);
}
bool passes_in_order(Loop& loop, const Count* order, Count items, Count count) {
  return loop.run({order, items}, 0, count);
}
}
"""
DIVISION = re.compile(r"\s+(v?divsd|fdiv)\b")
LABEL = re.compile(r"(\.?L\w+):")
JUMP = re.compile(r"\s+(?:j\w+|b[.\w]*|cbn?z|tbn?z)\b.*?(\.?L\w+)\s*$")


def body(assembly: str, name: str) -> list[str]:
    """Returns a function's labels and instructions."""
    found = re.search(rf"^{name}:.*?\n(.*?)^\s*\.size\s+{name}\b", assembly, re.S | re.M)
    if found is None:
        sys.exit(f"assembly_test: no function {name} in the assembly")
    lines = [line.split(" #")[0].rstrip() for line in found[1].splitlines()]
    return [line for line in lines if LABEL.match(line) or re.match(r"\s+[a-z]", line)]


def divides(lines: list[str]) -> bool:
    return any(DIVISION.match(line) for line in lines)


def dividing_loops(lines: list[str]) -> int:
    """Counts jumps back over a division."""
    labels = {}
    loops = []
    for at, line in enumerate(lines):
        if label := LABEL.match(line):
            labels[label[1]] = at
        elif (jump := JUMP.match(line)) and jump[1] in labels:
            loops.append(lines[labels[jump[1]]:at])
    return sum(divides(loop) for loop in loops)


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    faults = []
    for level in ("-O1", "-O2", "-O3"):
        command = [sys.argv[1], "-std=c++20", level, "-fno-asynchronous-unwind-tables", f"-I{ROOT / 'include'}",
                   "-x", "c++", "-S", "-o", "-", "-"]
        made = subprocess.run(command, input=SOURCE, capture_output=True, text=True)
        if made.returncode != 0:
            sys.exit(f"assembly_test: {made.stderr}")
        facts = {
            "what is not kept is removed": not divides(body(made.stdout, "not_kept")),
            "what is kept is computed": divides(body(made.stdout, "kept")),
            "a number in a register stays there":
                all(re.match(r"\s+(ret|endbr)", line) for line in body(made.stdout, "kept_number")
                    if not LABEL.match(line)),
            "each pass over one input is made": dividing_loops(body(made.stdout, "passes")) >= 1,
            "each pass over many inputs is made": dividing_loops(body(made.stdout, "passes_in_order")) >= 2,
        }
        faults += [f"{level}: not so: {fact}" for fact, holds in facts.items() if not holds]
    for fault in faults:
        print(f"assembly_test: {sys.argv[1]} {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
