#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""docs/reference/rules.md has each code of a refusal and each rule that the program knows, and no other.

usage: reason_codes_test.py
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
WORD = r'"([a-z0-9]+(?:-[a-z0-9]+)+)"'


def code_of(file: str) -> str:
    return (ROOT / "cli" / file).read_text(encoding="utf-8")


def known_codes() -> set[str]:
    """A code is the first member of a Finding, or what add() and expect() make one of."""
    found = set()
    for path in sorted((ROOT / "cli").glob("*.cpp")):
        text = path.read_text(encoding="utf-8")
        if "Finding" not in text:
            continue
        text = re.sub(r"MetricFacts known\[\] = \{.*?\n\};", "", text, flags=re.S)  # names of metrics
        found |= set(re.findall(r"\{\s*" + WORD + ",", text))
        for call in re.findall(r"\b(?:add|expect)\([^;]*?;", text):
            found |= set(re.findall(WORD, call))
    return found


def known_rules() -> set[str]:
    return set(re.findall(r'\{"([a-z_]+)",\s*[&\[]', code_of("rules.cpp")))


def known_parts() -> tuple[set[str], set[str]]:
    """A number that is another one has a code of two parts."""
    body = re.search(r"std::string code_of\(.*?\n}", code_of("field_checker.cpp"), re.S)[0]
    listed = re.search(r"string_view each\s*:\s*\{(.*?)\}", body, re.S)[1]
    subjects = set(re.findall(r'"(\w+)"', listed)) | set(re.findall(r'subject = "(\w+)"', body))
    return subjects, set(re.findall(r'part = "(\w+)"', body))


def rows(page: str, head: str) -> list[list[str]]:
    """The cells of all tables whose first head is this."""
    found = []
    for table in re.findall(rf"^\| {re.escape(head)} \|.*\n\| ---.*\n((?:\|.*\n)+)", page, re.M):
        found += [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()]
    return found


def names(cells: list[str]) -> list[str]:
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def main() -> int:
    page = (ROOT / "docs/reference/rules.md").read_text(encoding="utf-8")
    rule_rows = rows(page, "key")
    told = set(names([row[0] for row in rows(page, "code")])) | set(names([row[-1] for row in rule_rows]))
    subjects, parts = known_parts()
    faults = []
    for what, known, documented in (
            ("code", known_codes(), told), ("rule", known_rules(), set(names([row[0] for row in rule_rows]))),
            ("first part", subjects, set(names([row[0] for row in rows(page, "first part")]))),
            ("second part", parts, set(names([row[0] for row in rows(page, "second part")])))):
        if len(known) < 4:
            faults.append(f"this test finds no {what} in cli/: {known}")
        faults += [f"{what} {name}: not in docs/reference/rules.md" for name in sorted(known - documented)]
        faults += [f"{what} {name}: the program does not know it" for name in sorted(documented - known)]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
