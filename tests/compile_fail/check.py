#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks that a program does not compile, and that the compiler says why in our words.

usage: check.py COMPILER INCLUDE_DIR SOURCE

The source names what the message must hold, a regular expression in each line `// expect: ...`. With
-DCONTROL the same source must compile: so it fails for that reason and no other.
"""

import pathlib
import re
import subprocess
import sys


def main() -> int:
    compiler, include, source = sys.argv[1:]
    expected = re.findall(r"^// expect: (.+)$", pathlib.Path(source).read_text(encoding="utf-8"), re.M)
    if not expected:
        print(f"{source}: no line '// expect: ...'")
        return 1
    command = [compiler, "-std=c++20", "-fsyntax-only", "-fno-caret-diagnostics"
               if "clang" in compiler else "-fno-diagnostics-show-caret", "-I", include, source]
    control = subprocess.run([*command, "-DCONTROL"], capture_output=True, text=True)
    if control.returncode != 0:
        print(f"{source}: does not compile with -DCONTROL, so it proves nothing:\n{control.stderr}")
        return 1
    broken = subprocess.run(command, capture_output=True, text=True)
    if broken.returncode == 0:
        print(f"{source}: compiles, and must not")
        return 1
    for pattern in expected:
        if not re.search(pattern, broken.stderr):
            print(f"{source}: the compiler does not say '{pattern}' but:\n{broken.stderr}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
