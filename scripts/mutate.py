#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Plants one-line faults in the pure layers and runs the tests that guard them: a fault that no test
sees says more about the tests than the lines that they cover.

A fault in x-inl.hpp is compiled alone and loaded before the library; one in x.hpp is compiled into each
test that includes it. The test named after the header runs first, then the others of its layer and the
layers that GUARDS names. A fault that does not compile is not counted, but one that breaks a
static_assert is killed. A test that runs ten times too long is red.

usage: mutate.py [--layer LAYER] [--since REV] [--sample N] [--jobs N] [--list] [--all] [--write]
  --layer   one of them alone, by its name in the table
  --since   only faults in lines that changed since that revision
  --sample  N faults of each layer, drawn with a fixed seed, where it has more
  --list    prints the faults and plants none
  --all     plants those, too, that validation.md explains; else they count as survivors untried
  --write   puts scores and survivors into docs/reference/validation.md, layer by layer; what is written
            there about a survivor is kept
exit 1 where a layer's score is below 85 %, or a survivor has no explanation in validation.md
"""

import argparse
import concurrent.futures
import contextlib
import math
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = ROOT / "include" / "perjoule"
UNIT = ROOT / "tests" / "unit"
REPORT = ROOT / "docs" / "reference" / "validation.md"
BEGIN, END = "<!-- mutate.py: from here -->", "<!-- mutate.py: to here -->"
LEAST = 85.0
PATIENCE = 60  # seconds for a test that waits and computes nothing

# Layer: its headers, and the test folders or files that guard it.
GUARDS = {
    "core": ("core/*.hpp", ["core", "record/json_writer_test.cpp", "meters/perf_test.cpp",
                            "counters/kernel_events_test.cpp"]),
    "units": ("units/*.hpp", ["units", "../static", "stats", "record/run_record_test.cpp"]),
    "stats": ("stats/*.hpp", ["stats"]),
    "quality": ("quality/*.hpp", ["quality", "../static"]),
    "score": ("score/*.hpp", ["score", "measure/entry_candidate_set_test.cpp"]),
    "regress": ("regress/*.hpp", ["regress", "../integrations/catch2_test.cpp"]),
    "report": ("report/*.hpp", ["report", "../golden"]),
    "meters/window_energy": ("meters/window_energy*.hpp", ["meters/unwrap_test.cpp", "meters/counted_energy_test.cpp",
                                                           "meters/tick_test.cpp", "meters/simulated_test.cpp", "engine"]),
    "meters/rapl": ("meters/rapl*.hpp", ["meters/zones_test.cpp", "meters/powercap_test.cpp", "meters/msr_test.cpp"]),
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
    """Compiles and runs tests against headers with one fault.

    Each test is linked once, with libperjoule.so and before it libfault.so, which is empty: definitions in
    another libfault.so, in a folder that the loader searches first, take the place of the library's.
    """

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.local = threading.local()
        self.includes: dict[pathlib.Path, str] = {}
        self.seconds: dict[pathlib.Path, int] = {}
        system = {line for header in INCLUDE.glob("*/*.hpp") if header.parent.name != "integrations"
                  for line in re.findall(r"^#include <.*>$", header.read_text("utf-8"), re.M)}
        (folder / "first.hpp").write_text("\n".join(['#include "catch.hpp"', *sorted(system), ""]), "utf-8")
        (folder / "all.hpp").write_text('#include "catch.hpp"\n#include "perjoule/all.hpp"\n', "utf-8")
        self.flags = ["g++", "-std=c++20", "-O0", "-w", "-fPIC", f'-DPERJOULE_SOURCE_DIR="{ROOT}"',
                      f"-I{ROOT}/include", f"-I{ROOT}/tests", f"-I{ROOT}/examples"]
        self.made("-x", "c++-header", "first.hpp")
        self.made("-DPERJOULE_COMPILED", "-x", "c++-header", "all.hpp")
        self.made("-c", ROOT / "tests" / "catch_main.cpp", "-o", "main.o")
        self.made("-shared", "-x", "c++", "/dev/null", "-o", "libfault.so")
        self.made("-shared", ROOT / "src" / "perjoule.cpp", "-o", "libperjoule.so")

    def bench(self) -> pathlib.Path:
        if not hasattr(self.local, "folder"):
            self.local.folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        return self.local.folder

    def made(self, *arguments: str | pathlib.Path) -> str:
        return subprocess.run([*self.flags, *arguments], check=True, cwd=self.folder, stdout=subprocess.PIPE,
                              text=True).stdout

    def refused(self, *arguments: str | pathlib.Path) -> str:
        """The verdict of the compiler; empty where it compiles."""
        done = subprocess.run([*self.flags, *arguments], cwd=self.folder, stderr=subprocess.PIPE, text=True)
        verdict = "killed" if "static assertion failed" in done.stderr else "not compiled"
        return verdict if done.returncode != 0 else ""

    def program(self, test: pathlib.Path) -> pathlib.Path:
        return self.folder / f"{test.parent.name}_{test.stem}"

    def prepare(self, test: pathlib.Path) -> None:
        """Links the test, and sees that it is green without a fault and how long it takes."""
        if test in self.includes:
            return
        self.includes[test] = self.made("-MM", test)
        if test.parent.name == "static":
            return
        self.made("-DPERJOULE_COMPILED", "-include", "all.hpp", test, "main.o", "-L.", "-Wl,--no-as-needed", "-lfault",
                  "-lperjoule", "-o", self.program(test))
        start = time.monotonic()
        if self.is_red(self.program(test), PATIENCE):
            sys.exit(f"{test} is red without a fault")
        self.seconds[test] = math.ceil(1 + 10 * (time.monotonic() - start))

    def is_red(self, program: pathlib.Path, seconds: int) -> bool:
        # A session of its own, so that children of a test that hangs end with it.
        run = subprocess.Popen(["prlimit", f"--cpu={seconds}", "--as=8000000000", program, "--abort", "~[simulated]"],
                               env={**os.environ, "LD_LIBRARY_PATH": f"{self.bench()}:{self.folder}"},
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.bench(),
                               start_new_session=True)
        try:
            return run.wait(PATIENCE) != 0
        except subprocess.TimeoutExpired:
            return True
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(run.pid, signal.SIGKILL)
            run.wait()

    def verdict(self, fault: Fault, tests: list[pathlib.Path]) -> str:
        bench, refused = self.bench(), ""
        shutil.rmtree(bench / "perjoule", ignore_errors=True)
        (bench / "libfault.so").unlink(missing_ok=True)
        lines = (INCLUDE / fault.header).read_text(encoding="utf-8").splitlines()
        lines[fault.line - 1] = fault.after
        alone = fault.header.endswith("-inl.hpp")
        overlay = bench / "perjoule" / fault.header
        overlay.parent.mkdir(parents=True)
        overlay.write_text("\n".join(["#define PERJOULE_DEFINITIONS"] * alone + lines), encoding="utf-8")
        if alone:
            refused = self.refused("-DPERJOULE_COMPILED", "-include", "all.hpp", "-shared", "-x", "c++", overlay, "-o",
                                   bench / "libfault.so")
        for test in tests:
            if f"/perjoule/{fault.header}" not in self.includes[test]:
                continue
            if not alone:
                output = ["main.o", "-o", bench / "test"] if test in self.seconds else ["-fsyntax-only"]
                refused = self.refused("-iquote", bench, "-include", "first.hpp", test, *output)
            if refused:
                return refused
            program = self.program(test) if alone else bench / "test"
            if test in self.seconds and self.is_red(program, self.seconds[test]):
                return "killed"
        return "survived"


def tests_of(header: str, guards: list[str]) -> list[pathlib.Path]:
    """The test named after the header first, then those that include it, since they kill most."""
    declared = header.replace("-inl.hpp", ".hpp")
    own = UNIT / declared.replace(".hpp", "_test.cpp")
    paths = [(UNIT / guard).resolve() for guard in guards]
    tests = [test for path in paths for test in (path.glob("*.cpp") if path.is_dir() else [path])]
    return sorted(tests, key=lambda test: (test != own, f'perjoule/{declared}"' not in test.read_text("utf-8"), test))


def changed_since(revision: str) -> set[tuple[str, int]]:
    diff = subprocess.run(["git", "diff", "--unified=0", "--dst-prefix=b/", revision, "--", INCLUDE], check=True,
                          cwd=ROOT, stdout=subprocess.PIPE, text=True).stdout
    header, lines = "", set()
    for m in re.finditer(r"^\+\+\+ b/include/perjoule/(.*)|^@@ \S+ \+(\d+)(?:,(\d+))? @@", diff, re.M):
        header = m[1] or header
        lines |= {(header, int(m[2]) + i) for i in range(int(m[3] or 1))} if m[2] else set()
    return lines


def explanations() -> dict[tuple[str, str, str], str]:
    text = REPORT.read_text(encoding="utf-8") if REPORT.is_file() else ""
    rows = re.findall(r"^\| (\S+\.hpp) \| `` (.*?) `` \| `` (.*?) `` \| (.*?) \|$", text, re.M)
    return {(header, before, after): why for header, before, after, why in rows}


def cell(line: str) -> str:
    return (line.strip() or "(removed)").replace("|", "\\|")


def key_of(fault: Fault) -> tuple[str, str, str]:
    """A fault by its text, so that it is known again when lines move."""
    return fault.header, cell(fault.before), cell(fault.after)


def write(scores: dict[str, str], survivors: dict[str, list[str]]) -> None:
    """Layers that did not run keep their rows."""
    text = REPORT.read_text(encoding="utf-8")
    begin, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    old = re.findall(r"^\| .* \|$", text[begin:end], re.M)
    part = ["", "| layer | planted | that compile | killed | score |", "| ----- | ----: | ----: | -----: | ----: |"]
    for layer in GUARDS:
        part += [scores[layer]] if layer in scores else [row for row in old if row.startswith(f"| {layer} |")]
    part += ["", "| header | line | became | why no test can see it |",
             "| ------ | ---- | ------ | ---------------------- |"]
    for layer, (pattern, _) in GUARDS.items():
        part += survivors[layer] if layer in scores else [
            row for row in old if pathlib.PurePath(row.split()[1]).match(pattern)]
    REPORT.write_text(text[:begin] + "\n".join([*part, "", ""]) + text[end:], encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layer", choices=GUARDS)
    parser.add_argument("--since")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--jobs", type=int, default=2)
    for switch in ("--list", "--all", "--write"):
        parser.add_argument(switch, action="store_true")
    asked = parser.parse_args()
    if asked.write and asked.since:
        parser.error("--write needs all lines: leave --since out")
    known, scores, survivors, bad = explanations(), {}, {}, False
    changed = changed_since(asked.since) if asked.since else None
    with tempfile.TemporaryDirectory() as name:
        workshop = None if asked.list else Workshop(pathlib.Path(name))
        for layer in [asked.layer] if asked.layer else GUARDS:
            pattern, guards = GUARDS[layer]
            faults = [f for header in sorted(INCLUDE.glob(pattern)) for f in faults_in(header)
                      if changed is None or (f.header, f.line) in changed]
            count = min(asked.sample or len(faults), len(faults))
            drawn = [faults[i] for i in sorted(random.Random(1).sample(range(len(faults)), count))]
            if workshop is None or not drawn:
                print(*drawn, sep="\n", end="\n" if drawn else "")
                continue
            planted = [f for f in drawn if asked.all or not known.get(key_of(f))]
            with concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:
                list(pool.map(workshop.prepare, sorted({test for f in planted for test in tests_of(f.header, guards)})))
                start = time.monotonic()
                verdicts = dict(zip(planted, pool.map(
                    lambda f: workshop.verdict(f, tests_of(f.header, guards)), planted)))
            seconds = (time.monotonic() - start) / max(len(planted), 1)
            survived = [f for f in drawn if verdicts.get(f, "survived") == "survived"]
            killed = list(verdicts.values()).count("killed")
            score = 100.0 * killed / max(killed + len(survived), 1)
            of = f"{count} of {len(faults)}, drawn" if count < len(faults) else count
            scores[layer] = f"| {layer} | {of} | {killed + len(survived)} | {killed} | {score:.1f} % |"
            print(scores[layer], f"{seconds:.2f} s a fault", flush=True)
            for fault in survived:
                print(f"  {fault}{'' if known.get(key_of(fault)) else '   UNEXPLAINED'}", flush=True)
            bad |= score < LEAST or any(not known.get(key_of(fault)) for fault in survived)
            rows = [key_of(f) for f in faults if f in survived or (f not in drawn and known.get(key_of(f)))]
            survivors[layer] = [f"| {key[0]} | `` {key[1]} `` | `` {key[2]} `` | {known.get(key, '')} |"
                                for key in dict.fromkeys(rows)]
            if asked.write:
                write(scores, survivors)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
