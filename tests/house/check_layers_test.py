#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Plants one fault after the other in a copy of the headers: scripts/check_layers.py must name each."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CHECK = ROOT / "scripts" / "check_layers.py"


def said(root: pathlib.Path) -> tuple[int, str]:
    run = subprocess.run([sys.executable, CHECK, root], capture_output=True, text=True)
    return run.returncode, run.stderr


def append(path: str, line: str):
    def plant(root: pathlib.Path) -> None:
        with open(root / "include/perjoule" / path, "a", encoding="utf-8") as header:
            header.write(line + "\n")
    return plant


def orphan(root: pathlib.Path) -> None:
    (root / "include/perjoule/core/orphan.hpp").write_text("#pragma once\n", encoding="utf-8")


PLANTS = {
    "an arrow to the right": (append("units/scope.hpp", '#include "perjoule/stats/ratio.hpp"'), "'units' must not include 'stats'"),
    "an arrow sideways": (append("quality/accuracy.hpp", '#include "perjoule/meters/meter.hpp"'), "'quality' must not include 'meters'"),
    "a cycle": (append("core/version.hpp", '#include "perjoule/core/text.hpp"'), "cycle: "),
    "a long header": (append("core/keep.hpp", "\n" * 400), "at most 400"),
    "an expensive header": (append("core/keep.hpp", "#include <iostream>"), "<iostream> costs"),
    "a third-party header": (append("core/keep.hpp", "#include <fmt/core.h>"), "third-party"),
    "a header that is not there": (append("core/keep.hpp", '#include "perjoule/core/gone.hpp"'), "does not exist"),
    "a forgotten header": (orphan, "does not include perjoule/core/orphan.hpp"),
}


def main() -> int:
    failed = 0
    for name, (plant, expected) in PLANTS.items():
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            shutil.copytree(ROOT / "include", root / "include")
            code, text = said(root)
            if code != 0:
                print(f"red before anything was planted: {text}")
                return 1
            plant(root)
            code, text = said(root)
            if code == 0 or expected not in text:
                print(f"{name}: not caught; exit code {code}, said: {text}")
                failed += 1
    print(f"{len(PLANTS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
