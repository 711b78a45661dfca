#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Does what the README's first screen says, as a new user does: copies the program and the header, runs the line
that compiles it, and reads the table.

usage: first_screen.py
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LINES = 25


def main() -> int:
    screen = "\n".join((ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:LINES])
    faults = []

    def check(holds: bool, fault: str) -> None:
        if not holds:
            faults.append(fault)

    pictures = re.findall(r"!\[.+?\]\((\S+)\)", screen)
    check(len(pictures) == 1 and (ROOT / pictures[0]).is_file(), f"one picture that exists: {pictures}")
    commands = re.findall(r"^    (\S.*)", screen, re.M)
    check(commands[1:] == ["scripts/demo", "scripts/test"], f"a line that compiles, then two commands: {commands}")
    check(all(os.access(ROOT / command, os.X_OK) for command in commands[1:]), "commands that can be run")
    program = re.search(r"^```cpp\n(.*?)^```", screen, re.M | re.S)
    header = re.search(r"\]\((\S+/perjoule\.hpp)\)", screen)
    source = re.search(r"`(\w+\.cpp)`", screen)
    if faults or not (program and header and source):
        print("\n".join(faults) or f"no program, header or name of a file in the first {LINES} lines")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / header[1], folder)
        (pathlib.Path(folder) / source[1]).write_text(program[1], encoding="utf-8")
        done = subprocess.run(commands[0], shell=True, cwd=folder, capture_output=True, text=True)
        made = sorted(path.name for path in pathlib.Path(folder).iterdir())
    print(done.stdout + done.stderr)
    check(done.returncode == 0 and not done.stderr, f"exit code {done.returncode}")
    check(re.search(r"^\| threshold \| +100 \[\d+, 100\] \| +[0-9.]+ ", done.stdout, re.M) is not None, "no row of the model")
    check(max(map(len, done.stdout.split("\n\n")[0].splitlines())) <= 120, "a table wider than 120 characters")
    check(len(made) == 3, f"the program leaves files: {made}")
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
