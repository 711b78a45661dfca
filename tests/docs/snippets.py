#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles and runs each C++ program that the README and the docs show, with the single header alone,
whose definitions are compiled once for all of them.

usage: snippets.py COMPILER

A program is a block fenced with ```cpp that holds `int main`. A block without it must be fenced with
```c++, which is shown and not run; so no program can be left out by mistake. One that includes Catch2 has
its main() from there: it is compiled and not linked. One that includes Google Benchmark is compiled with
what stands in for its header where that is not installed, and not linked. What other libraries it needs, LIBRARIES says.
"""

import concurrent.futures
import os
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
FLAGS = ["-std=c++20", "-O0", "-Wall", "-Wextra", "-Werror"]
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BENCHMARK_STAND_IN = ROOT / "tests/integrations/newer_google_benchmark"


# What a page shows of other libraries: a header, and how a program with it is compiled and run. It is left out, and named,
# where the header is not installed.
LIBRARIES = {
    "torch/torch.h": ["-isystem", "/usr/include/torch/csrc/api/include", "-ltorch", "-ltorch_cpu", "-lc10"],
    "dnnl.hpp": ["-ldnnl"],
    "mpi.h": ["-isystem", "/usr/lib/x86_64-linux-gnu/openmpi/include", "-DOMPI_SKIP_MPICXX",
              "-L/usr/lib/x86_64-linux-gnu/openmpi/lib", "-lmpi"],
    "opencv2/dnn.hpp": ["-isystem", "/usr/include/opencv4", "-lopencv_dnn", "-lopencv_core"],
    "onnxruntime_cxx_api.h": ["-fsyntax-only"],  # without a model
}


def has_header(header: str, compiler: str, options: list[str]) -> bool:
    flags = [option for option in options if not option.startswith("-l") and option != "-fsyntax-only"]
    return subprocess.run([compiler, "-E", *flags, "-x", "c++", "-"], input=f"#include <{header}>\n",
                          capture_output=True, text=True).returncode == 0


def missing_library(block: str, compiler: str) -> str | None:
    """The header that a block needs and this machine lacks, or that this compiler does not take."""
    for header, options in LIBRARIES.items():
        if f"#include <{header}>" not in block:
            continue
        if not has_header(header, compiler, options) or (header.startswith("torch/") and "clang" in compiler):
            return header
    return None


def options_for(block: str, compiler: str) -> tuple[list[str], bool]:
    """What the compiler needs beside the block, and whether a program comes out."""
    if "#include <catch2/" in block:
        return ["-I.", "-fsyntax-only"], False
    if "#include <benchmark/" in block:
        if not has_header("benchmark/benchmark.h", compiler, []):
            return [f"-I{BENCHMARK_STAND_IN}", "-fsyntax-only"], False
        return ["definitions.o", "-o", "program", "-lbenchmark", "-pthread"], True
    for header, options in LIBRARIES.items():
        if f"#include <{header}>" in block:
            if "-fsyntax-only" in options:
                return options, False
            return ["definitions.o", "-o", "program", *options], True
    return ["definitions.o", "-o", "program", "-lfmt"], True


def run_block(block: str, compiler: str, definitions: pathlib.Path) -> subprocess.CompletedProcess:
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        shutil.copy(ROOT / "single_include/perjoule.hpp", work)
        shutil.copy(definitions, work)
        (work / "program.cpp").write_text(block, encoding="utf-8")
        (work / "catch2").mkdir()
        (work / "catch2/catch.hpp").write_text(EITHER_CATCH2, encoding="utf-8")
        options, runs = options_for(block, compiler)
        done = subprocess.run([compiler, *FLAGS, "-DPERJOULE_COMPILED", "program.cpp", *options], cwd=work,
                              capture_output=True, text=True)
        if done.returncode == 0 and runs:
            done = subprocess.run(["./program"], cwd=work, capture_output=True, text=True)
        return done


def main() -> int:
    compiler = sys.argv[1]
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    blocks = [(f"{page.relative_to(ROOT)}, block {number + 1}", block) for page in pages
              for number, block in enumerate(re.findall(r"^```cpp\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S))]
    for name, block in blocks:
        if header := missing_library(block, compiler):
            print(f"{name} is left out: {compiler} has no {header} that it takes")
    blocks = [named for named in blocks if not missing_library(named[1], compiler)]
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "definitions.cpp"
        source.write_text(f'#define PERJOULE_IMPLEMENTATION\n#include "{ROOT}/single_include/perjoule.hpp"\n', encoding="utf-8")
        definitions = source.with_suffix(".o")
        subprocess.run([compiler, *FLAGS, "-c", source, "-o", definitions], check=True)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            runs = list(pool.map(lambda named: run_block(named[1], compiler, definitions), blocks))
    # Some virtual machines do not tell the size of their caches: a program that flushes them says so, and ends.
    tells_caches = pathlib.Path("/sys/devices/system/cpu/cpu0/cache/index0/size").is_file()
    failed = []
    for (name, _), run in zip(blocks, runs):
        if not tells_caches and "caches of unknown size" in run.stderr:
            print(f"{name} is compiled, and not run to its end: this machine does not tell its caches")
        elif run.returncode != 0:
            failed.append((name, run))
    for name, run in failed:
        print(f"{name} fails:\n{run.stdout}{run.stderr}")
    print(f"{len(blocks) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or not blocks else 0


if __name__ == "__main__":
    sys.exit(main())
