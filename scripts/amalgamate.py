#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes single_include/perjoule.hpp of the headers below include/, each once, in the order of their
dependencies. The same headers always give the same bytes: the file contains no date and no hash.

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
# A compiler goes on after an #error, and an older standard would give thousands more: nothing else is compiled then.
STANDARD = re.compile(r"(#if __cplusplus < \S+\n#error .*\n)#endif\n\n")
DEFINITIONS = re.compile(r'#ifdef PERJOULE_DEFINITIONS\n#include "([^"]+-inl.hpp)"\n#endif\n')
HEAD = """// perjoule {version}: how much quality a model buys with a joule and with a byte.
// One file of all headers below include/perjoule, made by scripts/amalgamate.py: change those.
// What needs another library is left out, unless PERJOULE_WITH_ and its name are defined before; and so
// are the metrics, scores and statistics that measuring does without, unless PERJOULE_WITH_ALL is.
// A program of several files compiles faster with PERJOULE_COMPILED in all of them, and
// PERJOULE_IMPLEMENTATION in exactly one, which then holds the definitions."""


def amalgamate(root: pathlib.Path) -> str:
    include = root / "include"
    done: set[str] = set()

    def add(name: str, part: "Part", definitions: list[str]) -> None:
        """Appends a header after its dependencies, and the names of its definitions to their list."""
        if name in done:
            return
        done.add(name)
        body = own_part(name, part, part, definitions)
        if name not in UMBRELLAS:
            part.body.append(body)

    def own_part(name: str, part: "Part", needed: "Part", definitions: list[str]) -> str:
        """Returns a header's own content; its dependencies go to another part, or to the same."""
        text = STANDARD.sub("", (include / name).read_text(encoding="utf-8"))
        if found := DEFINITIONS.search(text):
            text = text[: found.start()]
        own_body: list[str] = []
        depth = 0
        for line in text.splitlines():
            if condition := CONDITION.match(line):
                depth += 1 if condition[1] == "if" else -1
            if own := OWN.match(line):
                add(own[1], needed, definitions)
            elif (system := SYSTEM.match(line)) and depth == 0:  # a conditional include stays in place
                part.system.add(system[1])
            elif line != "#pragma once" and line != SPDX:
                own_body.append(line)
        if found:
            definitions.append(found[1])
        body = re.sub(r"\n{3,}", "\n\n", "\n".join(own_body).strip("\n"))
        return f"// ---- {name}\n\n{body}\n"

    def add_all(names: list[str]) -> tuple["Part", "Part", "Part"]:
        """Returns the declarations of these headers, those that only definitions need, and all definitions."""
        declared, internal, defined, definitions = Part(), Part(), Part(), []
        for name in names:
            add(name, declared, definitions)
        while definitions:
            more: list[str] = []
            for name in definitions:
                defined.body.append(own_part(name, defined, internal, more))
            definitions = more
        return declared, internal, defined

    integrations = sorted(f"perjoule/integrations/{h.name}" for h in (include / "perjoule/integrations").glob("*.hpp"))
    macros = {name: f"PERJOULE_WITH_{pathlib.Path(name).stem.upper()}" for name in integrations}
    declared, internal, defined = add_all([UMBRELLAS[0]])
    head = (include / "perjoule/core/version.hpp").read_text(encoding="utf-8")
    version, standard = re.search(r'#define PERJOULE_VERSION "([^"]+)"', head), STANDARD.search(head)
    if version is None or standard is None:
        sys.exit("amalgamate: no PERJOULE_VERSION, or no C++ standard, in include/perjoule/core/version.hpp")
    wanted = ["PERJOULE_DEFINITIONS", "PERJOULE_WITH_ALL", *macros.values()]
    blocks = [
        SPDX,
        HEAD.format(version=version[1]),
        "#pragma once",
        f"{standard[1]}#else",
        "",
        *declared.lines(),
        *internal.lines(" || ".join(f"defined({macro})" for macro in wanted)),
        *defined.lines("defined(PERJOULE_DEFINITIONS)"),
    ]
    declared, internal, defined = add_all([UMBRELLAS[1]])
    # The one file that defines has everything, regardless of which parts the other files ask for.
    blocks += declared.lines("defined(PERJOULE_WITH_ALL) || defined(PERJOULE_IMPLEMENTATION)")
    for part in internal, defined:
        blocks += part.lines(
            "defined(PERJOULE_IMPLEMENTATION) || (defined(PERJOULE_WITH_ALL) && defined(PERJOULE_DEFINITIONS))")
    for name in integrations:
        declared, _, _ = add_all([name])
        asked = [macros[other] for other in integrations
                 if other == name or f'#include "{name}"' in (include / other).read_text(encoding="utf-8")]
        blocks += declared.lines(" || ".join(f"defined({macro})" for macro in asked))
    return "\n".join([*blocks, "#endif  // C++ standard", ""])


class Part:
    """Headers one after the other, and the system headers that they include."""

    def __init__(self) -> None:
        self.system: set[str] = set()
        self.body: list[str] = []

    def lines(self, condition: str = "") -> list[str]:
        c_headers = sorted(h for h in self.system if h.endswith(".h"))
        cpp_headers = sorted(h for h in self.system if not h.endswith(".h"))
        includes = [*[f"#include <{h}>" for h in c_headers], "", *[f"#include <{h}>" for h in cpp_headers], ""]
        inner = [*includes, *self.body]
        if not self.body:
            return []
        return [f"#if {condition}", *inner, f"#endif  // {condition}", ""] if condition else inner


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
