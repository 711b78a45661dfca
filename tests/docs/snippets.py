#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles and runs each C++ program that the README and the docs show, with the single header alone.

usage: snippets.py COMPILER

A program is a block fenced with ```cpp that holds `int main`. A block without it must be fenced with
```c++, which is shown and not run; so no program can be left out by mistake. One that includes Catch2 has
its main() from there: it is compiled and not linked. One that includes Google Benchmark is compiled with
what stands in for its header where that is not installed, and not linked.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# What a reader with Catch2 3 includes in the place of this header.
EITHER_CATCH2 = """#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include_next <catch2/catch.hpp>
#endif
"""
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BENCHMARK_STAND_IN = ROOT / "tests/integrations/newer_google_benchmark"


def options_for(block: str, compiler: str) -> tuple[list[str], bool]:
    """What the compiler needs beside the block, and whether a program comes out."""
    if "#include <catch2/" in block:
        return ["-I.", "-fsyntax-only"], False
    if "#include <benchmark/" in block:
        probe = subprocess.run([compiler, "-E", "-x", "c++", "-"], input="#include <benchmark/benchmark.h>\n",
                               capture_output=True, text=True)
        if probe.returncode != 0:
            return [f"-I{BENCHMARK_STAND_IN}", "-fsyntax-only"], False
        return ["-o", "program", "-lbenchmark", "-pthread"], True
    return ["-DFMT_HEADER_ONLY", "-o", "program"], True


def main() -> int:
    compiler = sys.argv[1]
    failed = passed = 0
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for number, block in enumerate(re.findall(r"^```cpp\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)):
            name = f"{page.relative_to(ROOT)}, block {number + 1}"
            with tempfile.TemporaryDirectory() as folder:
                work = pathlib.Path(folder)
                shutil.copy(ROOT / "single_include/perjoule.hpp", work)
                (work / "program.cpp").write_text(block, encoding="utf-8")
                (work / "catch2").mkdir()
                (work / "catch2/catch.hpp").write_text(EITHER_CATCH2, encoding="utf-8")
                options, runs = options_for(block, compiler)
                run = subprocess.run(
                    [compiler, "-std=c++20", "-O2", "-Wall", "-Wextra", "-Werror", "program.cpp", *options],
                    cwd=work, capture_output=True, text=True)
                if run.returncode == 0 and runs:
                    run = subprocess.run(["./program"], cwd=work, capture_output=True, text=True)
                if run.returncode == 0:
                    passed += 1
                else:
                    failed += 1
                    print(f"{name} fails:\n{run.stdout}{run.stderr}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
