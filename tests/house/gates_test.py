#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Plants one fault after the other in a copy of the project: the gate that guards against it must fail and
name it, and must pass before. A gate that has never failed guards nothing.

usage: gates_test.py COMPILER LIBRARY
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
COPIED = ["CHANGELOG.md", "CMakeLists.txt", "CONTRIBUTING.md", "LICENSE", "README.md", "cmake", "docs", "include", "src", "scripts",
          "single_include", "tests"]
Outcome = tuple[int, str]
Plant = Callable[[pathlib.Path], None]


def run(*command: str | pathlib.Path, folder: pathlib.Path) -> Outcome:
    # The golden test writes records only where it is told to, and messages are expected in English.
    environment = {k: v for k, v in os.environ.items() if k != "PERJOULE_TEST_RECORDS"} | {"LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", env=environment)
    return done.returncode, done.stdout + done.stderr


def append(path: str, line: str) -> Plant:
    def plant(root: pathlib.Path) -> None:
        with open(root / "include/perjoule" / path, "a", encoding="utf-8") as header:
            header.write(line + "\n")
    return plant


def replace(path: str, old: str, new: str) -> Plant:
    def plant(root: pathlib.Path) -> None:
        header = root / "include/perjoule" / path
        text = header.read_text(encoding="utf-8")
        if old not in text:
            sys.exit(f"gates_test: {path} no longer contains: {old}")
        header.write_text(text.replace(old, new), encoding="utf-8")
    return plant


def orphan(root: pathlib.Path) -> None:
    (root / "include/perjoule/core/orphan.hpp").write_text("#pragma once\n", encoding="utf-8")


# ---- The gates, each as the tests run it.


def layers(root: pathlib.Path) -> Outcome:
    return run(sys.executable, root / "scripts/check_layers.py", root, folder=root)


def single_header(root: pathlib.Path) -> Outcome:
    return run(sys.executable, root / "scripts/amalgamate.py", "--check", folder=root)


def header_alone(root: pathlib.Path) -> Outcome:
    """Verifies one header set, on one header."""
    made = run("cmake", "-S", root, "-B", root / "build", "-G", "Ninja", f"-DCMAKE_CXX_COMPILER={sys.argv[1]}",
               "-DPERJOULE_BUILD_EXAMPLES=OFF", folder=root)
    if made[0] != 0:
        sys.exit(f"gates_test: {made[1]}")
    checks = "perjoule_alone_verify_interface_header_sets"
    return run("ninja", "-C", root / "build", f"CMakeFiles/{checks}.dir/{checks}/perjoule/core/nan.hpp.cxx.o",
               folder=root)


def build(program: pathlib.Path, faulty: list[str], sources: list[str]) -> None:
    """Builds a program with some files of definitions taken from the copy, and the others from the library."""
    root = program.parent
    compiler = [sys.argv[1], "-std=c++20", "-DPERJOULE_COMPILED", f'-DPERJOULE_SOURCE_DIR="{root}"', "-Iinclude", "-Itests"]
    objects = [program.with_suffix(f".{i}.o") for i in range(len(faulty) + len(sources))]
    commands = [[*compiler, "-include", "perjoule/all.hpp", "-x", "c++", "-c", f"include/perjoule/{definitions}", "-o", made]
                for definitions, made in zip(faulty, objects, strict=False)]
    commands += [[*compiler, "-c", source, "-o", made]
                 for source, made in zip(sources, objects[len(faulty):], strict=True) if not made.exists()]
    # The linker takes the first of two definitions.
    commands.append([sys.argv[1], *objects, sys.argv[2], "-Wl,--allow-multiple-definition", "-o", program])
    for command in commands:
        built = run(*command, folder=root)
        if built[0] != 0:
            sys.exit(f"gates_test: {built[1]}")


def locales(root: pathlib.Path) -> Outcome:
    build(root / "outputs", ["core/text-inl.hpp", "core/error-inl.hpp"], ["tests/house/outputs.cpp"])
    return run(root / "tests/house/locales", root / "outputs", root / "locales", folder=root)


def documented(root: pathlib.Path) -> Outcome:
    made = run("cmake", "-S", root, "-B", root / "build-docs", "-G", "Ninja", "-DPERJOULE_BUILD_DOCS=ON",
               f"-DCMAKE_CXX_COMPILER={sys.argv[1]}", "-DPERJOULE_BUILD_EXAMPLES=OFF", folder=root)
    if made[0] == 0:
        made = run("cmake", "--build", root / "build-docs", "--target", "docs", folder=root)
    if made[0] != 0:
        return made
    return run(sys.executable, root / "scripts/check_docs.py", root / "build-docs/docs/xml", folder=root)


def golden(root: pathlib.Path) -> Outcome:
    build(root / "golden", ["core/text-inl.hpp"], ["tests/golden/golden_test.cpp", "tests/catch_main.cpp"])
    return run(root / "golden", folder=root)


PLANTS: dict[Callable[[pathlib.Path], Outcome], dict[str, tuple[Plant, str]]] = {
    layers: {
        "an arrow to the right": (append("units/scope.hpp", '#include "perjoule/stats/ratio.hpp"'),
                                  "'units' must not include 'stats'"),
        "an arrow sideways": (append("quality/accuracy.hpp", '#include "perjoule/meters/meter.hpp"'),
                              "'quality' must not include 'meters'"),
        "a cycle": (append("core/version.hpp", '#include "perjoule/core/text.hpp"'), "cycle: "),
        "a long header": (append("core/do_not_optimize.hpp", "\n" * 400), "at most 400"),
        "an expensive header": (append("core/do_not_optimize.hpp", "#include <iostream>"), "<iostream> costs"),
        "a header that every user's file pays for": (append("meters/meter.hpp", "#include <cmath>"), "a twentieth"),
        "a third-party header": (append("core/do_not_optimize.hpp", "#include <fmt/core.h>"), "third-party"),
        "a header that is not there": (append("core/do_not_optimize.hpp", '#include "perjoule/core/gone.hpp"'), "does not exist"),
        "a forgotten header": (orphan, "includes perjoule/core/orphan.hpp"),
        "definitions that their header leaves out": (
            replace("units/quantity.hpp", '#include "perjoule/units/quantity-inl.hpp"\n', ""), "does not end with"),
        "definitions of another header": (
            append("core/do_not_optimize.hpp", '#include "perjoule/core/text-inl.hpp"'), "the definitions of another header"),
    },
    single_header: {"a changed header": (append("core/do_not_optimize.hpp", "// changed"), "is stale; run scripts/amalgamate.py")},
    header_alone: {
        "a header that needs another one": (append("core/nan.hpp", "inline std::string borrowed;"), "std::string"),
        "a header that warns": (append("core/nan.hpp", "inline int narrow(double x) { return x; }"), "conversion"),
    },
    locales: {
        "a number printed by the locale": (
            replace("core/text-inl.hpp", "std::to_chars(digits, digits + sizeof digits, number).ptr",
                    'digits + snprintf(digits, sizeof digits, "%.17g", number)'), "differ"),
        "a reason in the user's language": (replace("core/error-inl.hpp", '"C", nullptr', '"", nullptr'), "differ"),
    },
    documented: {
        "a number without a unit": (replace("stats/proportion_interval.hpp", "/// @unit   a share of 1\n", ""),
                                    "wilson_interval does not say @unit"),
        "an interval that does not say what it covers": (replace("stats/proportion_interval.hpp", "@error", "Covers:"),
                                                         "wilson_interval does not say @error"),
        "an exception that is not told": (replace("score/efficiency.hpp", "/// @throws Error for a prior", "/// Fails for a prior"),
                                          "information_gain does not say @throws"),
        "a link to nowhere": (replace("score/efficiency.hpp", "formulas.md#scores", "formulas.md#gone"), "formulas.md#gone"),
    },
    golden: {"a changed cell": (replace("core/text-inl.hpp", '" ± "', '" +- "'), "FAILED")},
}


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name in COPIED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, root / name)
        for gate, plants in PLANTS.items():
            code, text = gate(root)
            if code != 0:
                print(f"{gate.__name__}: red before anything was planted: {text}")
                return 1
            for name, (plant, expected) in plants.items():
                plant(root)
                code, text = gate(root)
                red = code != 0 and expected in text
                passed, failed = passed + red, failed + (not red)
                if not red:
                    print(f"{gate.__name__}: {name}: not caught; exit code {code}, said: {text}")
                shutil.rmtree(root / "include")
                shutil.copytree(ROOT / "include", root / "include")
    print(f"{passed} faults caught, {failed} not")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
