#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks in Doxygen's XML of the headers that public numbers are documented: if a reader must guess a unit,
some reader will be wrong by a factor of a thousand.

* A public function that returns a number says its @unit; so does a public member of type double. A
  Quantity as a member has its unit in its type.
* One that returns an Estimate, an Interval or an IntervalEstimate says its @error: what the uncertainty holds.
* One in stats/, quality/ or score/ that returns a number says its @source: the formula's, or what it
  was compared with.
* One that throws, itself or by calling one that does, says @throws.
* A page of docs/ that a header names is there, with that heading.
* docs/reference/entry.md has a row for each member of Entry, and no other.

usage: check_docs.py XML_FOLDER
exit 1 where something is missing, each with its file, line and name
"""

import pathlib
import re
import sys
import xml.etree.ElementTree as ET

ROOT = pathlib.Path(__file__).resolve().parent.parent
NUMBER = re.compile(r"\b(double|float|auto|Quantity|Estimate|Interval|IntervalEstimate|Summary|Joules|Seconds|Bytes|Items|Watts|"
                    r"\w+PerItem|\w+PerJoule|\w+PerSecond|PerByte|Quality|Footprint)\b")
UNCERTAIN = re.compile(r"\b(Estimate|Interval|IntervalEstimate|Footprint)\b")
BY_FORMULA = ("include/perjoule/stats/", "include/perjoule/quality/", "include/perjoule/score/")
# Named after their effect on a quantity, whose type states its unit before and after.
PLAIN = re.compile(r"operator|^(exact|si|begin|end|data|at)$")
THROWS = re.compile(r"\bthrow\b|\bfail\(")


def text_of(element: ET.Element | None) -> str:
    return "" if element is None else "".join(element.itertext()).strip()


class Member:
    """A function or a variable as Doxygen reports it."""

    def __init__(self, xml: ET.Element) -> None:
        self.kind = xml.get("kind")
        self.name = text_of(xml.find("name"))
        self.type = text_of(xml.find("type"))
        self.arguments = text_of(xml.find("argsstring"))
        self.location = xml.find("location")
        self.file = self.location.get("file")
        titles = {text_of(s.find("title")) for s in xml.iter("simplesect")}
        self.says = {"@unit": "Unit" in titles, "@error": "Uncertainty" in titles, "@source": "Source" in titles,
                     "@throws": any(p.get("kind") == "exception" for p in xml.iter("parameterlist"))}
        thrown = [text_of(n) for p in xml.iter("parameterlist") if p.get("kind") == "exception"
                  for n in p.iter("parametername")]
        # The name of a member function is ambiguous: many classes have an add().
        self.can_throw = xml.get("id").startswith("namespace") and bool(thrown) and not thrown[0].startswith("nothing")

    def body(self) -> str:
        first, last = int(self.location.get("bodystart", -1)), int(self.location.get("bodyend", -1))
        if first < 0 or last < first:
            return ""
        # A declaration and its body are in two files.
        lines = (ROOT / (self.location.get("bodyfile") or self.file)).read_text(encoding="utf-8").splitlines()[first - 1:last]
        return re.sub(r"//.*|catch[^;]*throw;", "", "\n".join(lines))

    def must_say(self, throwing: set[str]) -> list[str]:
        if self.kind == "variable":
            return ["@unit"] if re.fullmatch(r"(constexpr |const |static )*double", self.type) else []
        if self.kind != "function" or PLAIN.search(self.name):
            return []
        needed = []
        if NUMBER.search(self.type):
            needed.append("@unit")
            if UNCERTAIN.search(self.type):
                needed.append("@error")
            if self.file.startswith(BY_FORMULA):
                needed.append("@source")
        calls = set(re.findall(r"\b(\w+)(?:<[^<>]*>)?\(", self.body())) - {self.name}
        if "noexcept" not in self.arguments and (THROWS.search(self.body()) or calls & throwing):
            needed.append("@throws")
        return needed


def dead_links() -> list[str]:
    """Lists pages and headings that headers name and docs/ lacks."""
    dead = []
    for header in sorted((ROOT / "include").rglob("*.hpp")):
        for page, anchor in re.findall(r"\b(docs/[\w/-]+\.md)(?:#([\w-]+))?", header.read_text(encoding="utf-8")):
            text = (ROOT / page).read_text(encoding="utf-8") if (ROOT / page).is_file() else ""
            headings = {re.sub(r"[^\w -]", "", h).strip().lower().replace(" ", "-")
                        for h in re.findall(r"^#+ (.*)", text, re.M)}
            if not text or (anchor and anchor not in headings):
                dead.append(f"{header.relative_to(ROOT)}: names {page}{'#' + anchor if anchor else ''}, which is not there")
    return dead


def missing_rows(folder: pathlib.Path) -> list[str]:
    """Lists members of Entry without a row on its page, and rows without a member."""
    members = {text_of(m.find("name")) for path in folder.glob("structperjoule*Entry.xml")
               for m in ET.parse(path).iter("memberdef") if m.get("kind") == "variable"}
    page = (ROOT / "docs/reference/entry.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `(\w+)` \|", page, re.M))
    return [f"docs/reference/entry.md: no row, or one too many: {name}" for name in sorted(members ^ rows)]


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    members = []
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*.xml")):
        if re.match(r"(namespace|class|struct)perjoule", path.name) and "detail" not in path.name:
            members += [Member(m) for m in ET.parse(path).iter("memberdef") if m.get("prot") == "public"]
    members = [m for m in members if m.file and "/core/math.hpp" not in m.file and "/literals.hpp" not in m.file]
    if len(members) < 100:
        sys.exit(f"check_docs: {sys.argv[1]} documents {len(members)} members; make it with: cmake --workflow --preset docs")
    throwing = {m.name for m in members if m.can_throw and m.kind == "function"}
    missing = 0
    for fault in dead_links() + missing_rows(pathlib.Path(sys.argv[1])):
        missing += 1
        print(f"check_docs: {fault}", file=sys.stderr)
    for member in members:
        lacks = [tag for tag in member.must_say(throwing) if not member.says[tag]]
        if lacks:
            missing += 1
            print(f"check_docs: {member.file}:{member.location.get('line')}: {member.name} does not say "
                  f"{', '.join(lacks)}", file=sys.stderr)
    if missing == 0:
        print(f"check_docs: {len(members)} public members; every number says what it is")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
