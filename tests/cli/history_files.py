# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Shared by the tests of `perjoule history`: what a night leaves behind, and the folder of a history."""

import copy
import json
import pathlib
import re

from harness import Outcome, Scratch, check, run, strict_json

scratch = Scratch()


class Program:
    path = ""
    golden: dict = {}

    @classmethod
    def history(cls, folder: pathlib.Path, *arguments: object, **more: object) -> Outcome:
        return run([cls.path, "history", "--history", folder, *arguments], scratch.environment, scratch.path, **more)


history = Program.history


def fine(folder: pathlib.Path, *arguments: object) -> Outcome:
    """The same, of what has to work."""
    done = history(folder, *arguments)
    check(done.code == 0, f"{arguments}: {done}")
    return done


def utc(day: int) -> str:
    """The day, from 1 on, of a time that has 28 days a month."""
    return f"2026-{1 + (day - 1) // 28:02}-{1 + (day - 1) % 28:02}T03:00:00Z"


def report(name: str, day: int, times_s: dict[str, float], host: str = "h", **counters: float) -> pathlib.Path:
    """A report of Google Benchmark, of one process."""
    context = {"date": utc(day).replace("Z", "+00:00"), "host_name": host, "executable": "./bench", "num_cpus": 8}
    rows = [{"name": one, "run_name": one, "run_type": "iteration", "iterations": 100, "time_unit": "s",
             "real_time": time, "cpu_time": time} | counters for one, time in times_s.items()]
    return written(name, {"context": context, "benchmarks": rows})


def record(name: str, day: int, energy_j: float, commit: str = "a" * 40, right: list[int] = [1, 1, 1, 0]) -> pathlib.Path:
    """A run record, of one process with one model, mlp."""
    made = copy.deepcopy(Program.golden)
    made["run"] |= {"id": f"{day:016x}", "started_utc": utc(day), "git_commit": commit}
    made["entries"] = made["entries"][:1]
    entry = made["entries"][0]
    entry["model"]["name"] = "mlp"
    entry["energy"]["total_j_per_item"]["value"] = energy_j
    entry["quality"][0]["per_item"] = right
    entry["quality"][0]["value"]["value"] = sum(right) / len(right)
    return written(name, made)


def written(name: str, content: dict) -> pathlib.Path:
    place = scratch.path / f"{name}.json"
    place.write_text(json.dumps(content), encoding="utf-8")
    return place


def runs_in(folder: pathlib.Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((folder / "runs").iterdir()) if not file.name.startswith(".")}


def fnv1a(content: bytes) -> str:
    """FNV-1a with 64 bits, http://www.isthe.com/chongo/tech/comp/fnv/"""
    value = 0xCBF29CE484222325
    for byte in content:
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return f"{value:016x}"


def checksum(*fields: int | bytes, signed: bool = True) -> int:
    """Of what the program writes for itself: cli/checksum.hpp."""
    factor, ones = 0x9E3779B97F4A7C15, 2**64 - 1

    def mixed(state: int, word: int) -> int:
        word ^= state
        return (word << 29 & ones | word >> 35) * factor & ones
    state = 0
    for field in fields:
        if isinstance(field, int):
            state = mixed(state, field & ones)
            continue
        lanes = [1, 2, 3, 4]
        for place in range(0, len(field), 8):
            lanes[place // 8 % 4] = mixed(lanes[place // 8 % 4], int.from_bytes(field[place:place + 8], "little"))
        for word in (len(field), *lanes):
            state = mixed(state, word)
    folded = (state ^ state >> 32) * factor & ones
    value = folded ^ folded >> 29
    return value - 2**64 if signed and value >= 2**63 else value


def put_run(folder: pathlib.Path, content: bytes) -> str:
    """Writes a run file whose id is that of its content, and returns its name."""
    begin = content.index(b'"id": "') + 7
    content = content[:begin] + fnv1a(content[begin + 16:]).encode() + content[begin + 16:]
    name = re.search(rb'"started_utc": "(.*)"', content)[1].decode().replace("-", "").replace(":", "")
    name += f"-{content[begin:begin + 16].decode()}.json"
    (folder / "runs" / name).write_bytes(content)
    return name


def nights(name: str, times_s: list[float], benchmark: str = "sort") -> pathlib.Path:
    """A history with a night for each of these times."""
    folder = scratch.path / name
    for place, time in enumerate(times_s):
        fine(folder, "add", report(f"{name}-{place}", place + 1, {benchmark: time}))
    return folder


def rows_of(markdown: str) -> list[list[str]]:
    """The cells of a table's rows, without its heads."""
    lines = [line for line in markdown.split("\n\n")[0].split("\n") if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def points_of(folder: pathlib.Path) -> list[dict]:
    done = history(folder, "export", "--format", "jsonl")
    return [strict_json(line) for line in done.out.splitlines()]


def everything_shown(folder: pathlib.Path) -> str:
    """What standard output has of all commands that read numbers from the cache."""
    return "".join(history(folder, *arguments).out for arguments in (
        ("list",), ("list", "--format", "json"), ("show",), ("export", "--format", "csv"), ("export", "--format", "jsonl"),
        ("export", "--format", "bmf"), ("export", "--format", "openmetrics")))
