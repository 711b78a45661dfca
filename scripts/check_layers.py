#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Fails on an include that breaks the layers, on a cycle, on a header that is too long, on an expensive or
third-party header outside integrations/, on definitions (x-inl.hpp) that their header does not include, and
on a header that is missing from the umbrella.

usage: check_layers.py [ROOT]      ROOT is the folder that holds include/ (default: this project)
"""

import pathlib
import re
import sys

# A layer may only include the folders named here. `quality` and `footprint` never see meters or engine.
MAY_INCLUDE = {
    "core": set(),
    "units": {"core"},
    "stats": {"core", "units"},
    "meters": {"core", "units", "stats"},
    "counters": {"core", "units", "stats"},
    "memory": {"core", "units"},
    "engine": {"core", "units", "stats", "meters", "counters", "memory"},
    "quality": {"core", "units", "stats"},
    "footprint": {"core", "units", "stats"},
    "score": {"core", "units", "stats", "quality", "footprint"},
    "record": {"core", "units", "stats", "meters", "counters", "memory", "engine", "quality", "footprint", "score"},
}
MAY_INCLUDE["measure"] = MAY_INCLUDE["record"] | {"record"}
MAY_INCLUDE["report"] = MAY_INCLUDE["measure"] | {"measure"}
MAY_INCLUDE["regress"] = MAY_INCLUDE["report"] | {"report"}
MAY_INCLUDE["integrations"] = MAY_INCLUDE["regress"] | {"regress"}

MOST_LINES = 400
# x.hpp includes x-inl.hpp at its end, where definitions are wanted.
DEFINITIONS = '#ifdef PERJOULE_DEFINITIONS\n#include "%s"\n#endif\n'
# Each costs a user's file 0.2 to 0.6 s. Definitions may use those of the second set, which no user's file
# includes in the mode that compiles definitions once; the first set is for programs.
EXPENSIVE = {"iostream", "ostream", "istream", "sstream", "fstream", "iomanip", "filesystem", "regex", "random",
             "ranges", "future", "format"}
EXPENSIVE_TO_DECLARE = {"chrono", "thread", "condition_variable"}
# Each is a twentieth to a tenth of a file that links the definitions: perjoule.hpp declares without them.
EXPENSIVE_IN_UMBRELLA = {"algorithm", "charconv", "cmath"}
# Standard C++ and POSIX; any other header in <> belongs to a third-party library.
POSIX = {"dirent.h", "errno.h", "fcntl.h", "locale.h", "stdarg.h", "stdio.h", "stdlib.h", "string.h", "strings.h",
         "sys/mman.h", "sys/resource.h", "sys/stat.h", "sys/types.h", "sys/utsname.h", "sys/ioctl.h",
         "sys/syscall.h", "time.h", "unistd.h", "dlfcn.h", "pthread.h", "signal.h", "poll.h", "limits.h",
         "malloc.h",  # from the GNU C library, under its condition
         "math.h"}  # for lgamma_r

OWN = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
OTHER = re.compile(r"^\s*#\s*include\s+<([^>]+)>", re.M)


def check(root: pathlib.Path) -> list[str]:
    include = root / "include"
    headers = sorted(include.rglob("*.hpp"))
    if not headers:
        return [f"no header below {include}"]
    faults = []
    arrows = {}
    declared = {}  # the same without definitions
    others = {}
    for header in headers:
        name = header.relative_to(include).as_posix()
        text = header.read_text(encoding="utf-8")
        lines = text.count("\n")
        if lines > MOST_LINES:
            faults.append(f"{name}: {lines} lines, at most {MOST_LINES}; the second idea in it wants its own file")
        definitions = name.removesuffix(".hpp") + "-inl.hpp"
        declarations = name.removesuffix("-inl.hpp") + ".hpp" if name.endswith("-inl.hpp") else name
        own = [target for target in OWN.findall(text) if target not in (definitions, declarations)]
        arrows.setdefault(declarations, []).extend(own)  # a header and its definitions count as one
        declared[name] = own
        others[name] = OTHER.findall(text)
        if (include / definitions).is_file() and not text.endswith(DEFINITIONS % definitions):
            faults.append(f"{name}: does not end with the include of {definitions}, where PERJOULE_DEFINITIONS is defined")
        if not (include / declarations).is_file():
            faults.append(f"{name}: there is no {declarations} that it defines")
        parts = name.split("/")
        layer = parts[1] if len(parts) == 3 else None  # None: the umbrella
        if layer is not None and layer not in MAY_INCLUDE:
            faults.append(f"{name}: no layer is called '{layer}'; name it in scripts/check_layers.py")
            continue
        for target in own:
            if target.endswith("-inl.hpp"):
                faults.append(f"{name}: includes {target}, the definitions of another header")
            if not (include / target).is_file():
                faults.append(f'{name}: includes "{target}", which does not exist')
                continue
            target_parts = target.split("/")
            if len(target_parts) != 3 and name != "perjoule/all.hpp":
                faults.append(f"{name}: includes the umbrella {target}")
            elif layer is not None and target_parts[1] not in MAY_INCLUDE[layer] | {layer}:
                faults.append(f"{name}: '{layer}' must not include '{target_parts[1]}' ({target})")
            elif layer is None and target_parts[1] == "integrations":
                faults.append(f"{name}: an umbrella leaves integrations/ out ({target})")
        if layer == "integrations":
            continue
        for other in others[name]:
            if other in EXPENSIVE or (other in EXPENSIVE_TO_DECLARE and name == declarations):
                faults.append(f"{name}: <{other}> costs every user's file too much to compile")
            elif other not in POSIX and ("." in other or "/" in other):
                faults.append(f"{name}: <{other}> is not of C++ or POSIX; third-party headers belong in integrations/")
    faults += cycles(arrows)
    for name in sorted(reached(declared, "perjoule/perjoule.hpp")):
        for other in EXPENSIVE_IN_UMBRELLA.intersection(others.get(name, [])):
            faults.append(f"{name}: perjoule.hpp declares with <{other}>, which costs every user's file a twentieth; "
                          "move its use to definitions")
    umbrella = set(arrows.get("perjoule/perjoule.hpp", [])) | set(arrows.get("perjoule/all.hpp", []))
    for name in arrows:  # definitions are not in this list
        parts = name.split("/")
        if len(parts) == 3 and parts[1] != "integrations" and name not in umbrella:
            faults.append(f"neither perjoule/perjoule.hpp nor perjoule/all.hpp includes {name}")
    return faults


def reached(arrows: dict[str, list[str]], start: str) -> set[str]:
    found: set[str] = set()
    open_ones = [start]
    while open_ones:
        name = open_ones.pop()
        if name not in found:
            found.add(name)
            open_ones += arrows.get(name, [])
    return found


def cycles(arrows: dict[str, list[str]]) -> list[str]:
    state: dict[str, int] = {}
    faults = []

    def visit(name: str, path: list[str]) -> None:
        state[name] = 1
        for target in arrows.get(name, []):
            if state.get(target) == 1:
                loop = path[path.index(target):] if target in path else [name]
                faults.append("cycle: " + " -> ".join([*loop, target]))
            elif target not in state:
                visit(target, [*path, target])
        state[name] = 2

    for name in arrows:
        if name not in state:
            visit(name, [name])
    return faults


def main() -> int:
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
    faults = check(root)
    for fault in faults:
        print(f"check_layers: {fault}", file=sys.stderr)
    if not faults:
        print("check_layers: every include points to a layer below, and there is no cycle")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
