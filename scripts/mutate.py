#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Plants one-line faults in the pure layers and runs the tests that guard them: a fault that no test
sees says more about the tests than the lines that they cover.

Each fault is compiled into the test file named after the header; where that stays green, into the
other tests of its layer and the layers that GUARDS names. A fault that does not compile is not
counted, but one that breaks a static_assert is killed. A test that runs ten times too long is red.

usage: mutate.py [--layer LAYER] [--jobs N] [--list] [--all] [--write]
  --layer  one of them alone, by its name in the table
  --list   prints the faults and plants none
  --all    plants those, too, that validation.md explains; else they count as survivors untried
  --write  puts the scores and survivors into docs/reference/validation.md; what is written there
           about a survivor is kept
exit 1 where a layer's score is below 85 %, or a survivor has no explanation in validation.md
"""

import argparse
import concurrent.futures
import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = ROOT / "include" / "perjoule"
UNIT = ROOT / "tests" / "unit"
REPORT = ROOT / "docs" / "reference" / "validation.md"
BEGIN, END = "<!-- mutate.py: from here -->", "<!-- mutate.py: to here -->"
LEAST = 85.0
SECONDS = 20  # the slowest of these tests takes two

# Layer: its headers, and the test folders or files that guard it.
GUARDS = {
    "core": ("core/*.hpp", ["core", "record/json_writer_test.cpp"]),
    "units": ("units/*.hpp", ["units", "../static", "stats", "record/run_record_test.cpp"]),
    "stats": ("stats/*.hpp", ["stats"]),
    "meters/unwrap": ("meters/window_energy.hpp", ["meters/unwrap_test.cpp", "meters/simulated_test.cpp"]),
    "meters/counted_energy": ("meters/window_energy.hpp",
                              ["meters/counted_energy_test.cpp", "meters/simulated_test.cpp"]),
    "meters/zones": ("meters/rapl.hpp", ["meters/zones_test.cpp"]),
    "quality": ("quality/*.hpp", ["quality", "../static", "measure"]),
    "score": ("score/*.hpp", ["score", "measure"]),
}

SWAPS = [(" < ", " <= "), (" <= ", " < "), (" > ", " >= "), (" >= ", " > "), (" == ", " != "), (" != ", " == "),
         (" + ", " - "), (" - ", " + "), (" * ", " / "), (" / ", " * "), (" && ", " || "), (" || ", " && "),
         (" += ", " -= "), (" -= ", " += "), (" *= ", " /= "), (" /= ", " *= "), (" & ", " | "),
         (">> ", "<< "), ("true", "false"), ("false", "true"), ("++", "--")]
NUMBER = re.compile(r"(?<![\w.'<\[)])(\d+)(\.\d+)?(e[-+]?\d+)?U?\b(?!['x])")
STATEMENT = re.compile(r"^\s+(?!return\b|const\b|constexpr\b|static\b|using\b|else\b|case\b|break\b|throw\b|delete\b)"
                       r"([\w.:\[\]>()*-]+ ([-+*/|]?=) .*|[\w.:>-]+\([^{}]*\));$")
RETURNED = re.compile(r"\breturn (?!false|nullptr|0)([^;{}\0]+);")
SKIPPED = re.compile(r"^\s*(//|#|template|requires|using|static_assert|namespace|public:|private:|case |default:)")
HEAD = re.compile(r"^\s*(\[\[|constexpr|inline|friend|static|explicit|PERJOULE_INLINE|virtual|concept)")


@dataclass(frozen=True)
class Fault:
    header: str  # below include/perjoule
    line: int
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.header}:{self.line}: {self.before.strip()}  =>  {self.after.strip() or '(removed)'}"


def code_of(line: str) -> str:
    """The line with text in quotes and behind // blanked out, of the same length."""
    line = re.sub(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])\'', lambda m: "\0" * len(m[0]), line)
    at = line.find("//")
    return line if at < 0 else line[:at]


def negated(code: str) -> str | None:
    """`if (x) y` with its condition turned round, where it stands on one line."""
    at = re.search(r"\bif \(", code)
    if at is None:
        return None
    depth, start = 1, at.end()
    for i in range(start, len(code)):
        depth += {"(": 1, ")": -1}.get(code[i], 0)
        if depth == 0:
            return f"{code[:start]}!({code[start:i]}){code[i:]}"
    return None


def faults_in(header: pathlib.Path) -> list[Fault]:
    name = str(header.relative_to(INCLUDE))
    found = []
    for number, line in enumerate(header.read_text(encoding="utf-8").splitlines(), 1):
        code = code_of(line)
        if SKIPPED.match(code) or not code.strip():
            continue
        begin = 0
        if HEAD.match(code):  # a declaration: only what stands in a body on the same line
            begin = code.find("{") + 1
            if begin == 0:
                continue
        changed = []
        for old, new in SWAPS:
            changed += [line[:m.start()] + new + line[m.end():]
                        for m in re.finditer(re.escape(old), code) if m.start() >= begin]
        for m in NUMBER.finditer(code):
            if m.start() < begin or re.search(r"\w\[\d+\]( = |;)", code):
                continue
            value = str(int(m[1]) + 1)
            if m[2] or m[3]:
                value = repr(2.0 * float(m[0]) or 1.0)
            changed.append(line[:m.start()] + value + line[m.end():])
        if "\0" not in code and (turned := negated(code)):
            changed.append(turned)
        if (result := RETURNED.search(code)) and result.start() >= begin:
            changed.append(line[:result.start(1)] + "{}" + line[result.end(1):])
        if STATEMENT.match(code.rstrip()):
            changed.append("")
        found += [Fault(name, number, line, after) for after in dict.fromkeys(changed) if after != line]
    return found


class Workshop:
    """Compiles and runs tests against headers with one fault."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.local = threading.local()
        shutil.copy(ROOT / "tests" / "catch_main.cpp", folder)
        (folder / "first.hpp").write_text('#include "catch.hpp"\n#include <string>\n#include <vector>\n', "utf-8")
        self.flags = ["g++", "-std=c++20", "-O0", "-w", f'-DPERJOULE_SOURCE_DIR="{ROOT}"', f"-I{ROOT}/tests",
                      f"-I{ROOT}/examples"]
        subprocess.run([*self.flags, "-x", "c++-header", folder / "first.hpp"], check=True)
        subprocess.run([*self.flags, "-c", folder / "catch_main.cpp", "-o", folder / "main.o"], check=True)

    def bench(self) -> pathlib.Path:
        if not hasattr(self.local, "folder"):
            self.local.folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        return self.local.folder

    def is_red(self, test: pathlib.Path) -> bool | None:
        """None where the test does not compile."""
        bench = self.bench()
        compiled = subprocess.run(
            [*self.flags, "-include", self.folder / "first.hpp", f"-I{bench}", f"-I{ROOT}/include", "-c", test,
             "-o", bench / "test.o"], capture_output=True, text=True)
        if compiled.returncode != 0:
            return True if "static assertion failed" in compiled.stderr else None
        if "TEST_CASE" not in test.read_text(encoding="utf-8"):
            return False  # static tests: compiling them is the test
        subprocess.run(["g++", self.folder / "main.o", bench / "test.o", "-o", bench / "test"], check=True)
        # A session of its own, so that children of a test that hangs end with it.
        run = subprocess.Popen([bench / "test", "~[simulated]"], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, cwd=bench, start_new_session=True)
        try:
            return run.wait(SECONDS) != 0
        except subprocess.TimeoutExpired:
            return True
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(run.pid, signal.SIGKILL)
            run.wait()

    def verdict(self, fault: Fault, tests: list[pathlib.Path]) -> str:
        overlay = self.bench() / "perjoule" / fault.header
        shutil.rmtree(self.bench() / "perjoule", ignore_errors=True)
        overlay.parent.mkdir(parents=True)
        lines = (INCLUDE / fault.header).read_text(encoding="utf-8").splitlines(keepends=True)
        lines[fault.line - 1] = fault.after + "\n"
        overlay.write_text("".join(lines), encoding="utf-8")
        for test in tests:
            red = self.is_red(test)
            if red is None:
                return "not compiled"
            if red:
                return "killed"
        return "survived"


def tests_of(header: str, guards: list[str]) -> list[pathlib.Path]:
    """The test named after the header first, since it kills most."""
    own = UNIT / header.replace(".hpp", "_test.cpp")
    others = []
    for guard in guards:
        path = (UNIT / guard).resolve()
        others += sorted(path.glob("*.cpp")) if path.is_dir() else [path]
    return [*([own] if own.is_file() else []), *(t for t in others if t != own)]


def explanations() -> dict[tuple[str, str, str], str]:
    text = REPORT.read_text(encoding="utf-8") if REPORT.is_file() else ""
    rows = re.findall(r"^\| (\S+\.hpp) \| `` (.*?) `` \| `` (.*?) `` \| (.*?) \|$", text, re.M)
    return {(header, before, after): why for header, before, after, why in rows}


def cell(line: str) -> str:
    return (line.strip() or "(removed)").replace("|", "\\|")


def key_of(fault: Fault) -> tuple[str, str, str]:
    """A fault by its text, so that it is known again when lines move."""
    return fault.header, cell(fault.before), cell(fault.after)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layer", choices=GUARDS)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    if asked.write and asked.layer:
        parser.error("--write needs all layers: leave --layer out")
    known, rows, survivors, unexplained, low = explanations(), [], [], 0, 0
    with tempfile.TemporaryDirectory() as name:
        workshop = None if asked.list else Workshop(pathlib.Path(name))
        for layer in [asked.layer] if asked.layer else GUARDS:
            pattern, guards = GUARDS[layer]
            faults = [f for header in sorted(INCLUDE.glob(pattern)) for f in faults_in(header)]
            if workshop is None:
                print(*faults, sep="\n")
                continue
            def verdict(fault: Fault) -> str:
                if known.get(key_of(fault)) and not asked.all:
                    return "survived"
                return workshop.verdict(fault, tests_of(fault.header, guards))
            with concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:
                verdicts = list(pool.map(verdict, faults))
            killed, survived = verdicts.count("killed"), verdicts.count("survived")
            score = 100.0 * killed / max(killed + survived, 1)
            low += score < LEAST
            rows.append(f"| {layer} | {killed + survived} | {killed} | {score:.1f} % |")
            print(rows[-1], flush=True)
            for fault, verdict in zip(faults, verdicts):
                if verdict == "survived":
                    key = key_of(fault)
                    why = known.get(key, "")
                    unexplained += not why
                    survivors.append(f"| {key[0]} | `` {key[1]} `` | `` {key[2]} `` | {why} |")
                    print(f"  {fault}{'' if why else '   UNEXPLAINED'}", flush=True)
    if asked.write:
        text = REPORT.read_text(encoding="utf-8")
        part = ["", "| layer | faults | killed | score |", "| ----- | -----: | -----: | ----: |", *rows, "",
                "| header | line | became | why no test can see it |", "| ------ | ---- | ------ | ---------------------- |",
                *survivors, ""]
        text = text[:text.index(BEGIN) + len(BEGIN)] + "\n".join(part) + "\n" + text[text.index(END):]
        REPORT.write_text(text, encoding="utf-8")
    return 1 if low or unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
