#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes single_include/perjoule.hpp of the headers below include/, each once, in the order in which
they need each other. The same headers always give the same bytes: no date and no hash stands in it.

usage: amalgamate.py            writes the file
       amalgamate.py --check    compares it with a fresh one; exit 1 where they differ
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = ROOT / "single_include" / "perjoule.hpp"
SPDX = "// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"
UMBRELLAS = "perjoule/perjoule.hpp", "perjoule/all.hpp"
OWN = re.compile(r'\s*#\s*include\s+"([^"]+)"')
SYSTEM = re.compile(r"\s*#\s*include\s+<([^>]+)>")
CONDITION = re.compile(r"\s*#\s*(if|endif)")


def amalgamate(root: pathlib.Path) -> str:
    include = root / "include"
    done: set[str] = set()

    def add(name: str, body: list[str], system: set[str]) -> None:
        if name in done:
            return
        done.add(name)
        own_body: list[str] = []
        depth = 0
        for line in (include / name).read_text(encoding="utf-8").splitlines():
            if condition := CONDITION.match(line):
                depth += 1 if condition[1] == "if" else -1
            if own := OWN.match(line):
                add(own[1], body, system)
            elif (found := SYSTEM.match(line)) and depth == 0:  # under a condition it stays where it is
                system.add(found[1])
            elif line != "#pragma once" and line != SPDX:
                own_body.append(line)
        text = "\n".join(own_body).strip("\n")
        if name not in UMBRELLAS:
            body.append(f"// ---- {name}\n\n{re.sub(chr(10) + '{3,}', chr(10) * 2, text)}\n")

    def includes(system: set[str]) -> list[str]:
        c_headers = sorted(h for h in system if h.endswith(".h"))
        cpp_headers = sorted(h for h in system if not h.endswith(".h"))
        return [*[f"#include <{h}>" for h in c_headers], "", *[f"#include <{h}>" for h in cpp_headers], ""]

    body: list[str] = []
    system: set[str] = set()
    add("perjoule/perjoule.hpp", body, system)
    version = re.search(r'#define PERJOULE_VERSION "([^"]+)"', "\n".join(body))
    if version is None:
        sys.exit("amalgamate: no PERJOULE_VERSION in include/perjoule/core/version.hpp")
    head = [
        SPDX,
        f"// perjoule {version[1]}: how much quality a model buys with a joule and with a byte.",
        "// One file of all headers below include/perjoule, made by scripts/amalgamate.py: change those.",
        "// What needs another library is left out, unless PERJOULE_WITH_ and its name are defined before; and so",
        "// are the metrics, scores and statistics that measuring does without, unless PERJOULE_WITH_ALL is.",
        "#pragma once",
        "",
        *includes(system),
        "",
    ]
    optional = sorted(f"perjoule/integrations/{h.name}" for h in (include / "perjoule" / "integrations").glob("*.hpp"))
    for name in [UMBRELLAS[1], *optional]:
        part: list[str] = []
        needed: set[str] = set()
        add(name, part, needed)
        macro = f"PERJOULE_WITH_{pathlib.Path(name).stem.upper()}"
        body.append("\n".join([f"#if defined({macro})", *includes(needed), *part, f"#endif  // {macro}", ""]))
    return "\n".join(head) + "\n".join(body)


def main() -> int:
    fresh = amalgamate(ROOT)
    if sys.argv[1:] == ["--check"]:
        old = TARGET.read_text(encoding="utf-8") if TARGET.is_file() else ""
        if old != fresh:
            print(f"amalgamate: {TARGET.relative_to(ROOT)} is stale; run scripts/amalgamate.py", file=sys.stderr)
            return 1
        return 0
    if sys.argv[1:]:
        print(__doc__, file=sys.stderr)
        return 2
    TARGET.parent.mkdir(exist_ok=True)
    draft = TARGET.with_suffix(".part")
    draft.write_text(fresh, encoding="utf-8")
    draft.replace(TARGET)
    return 0


if __name__ == "__main__":
    sys.exit(main())
