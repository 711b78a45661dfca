# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Shared by the tests of the program: a way to run it that does not depend on the machine."""

import atexit
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable


class Failed(Exception):
    pass


class Skipped(Exception):
    pass


def check(holds: bool, message: str) -> None:
    if not holds:
        raise Failed(message)


class Outcome:
    def __init__(self, code: int, out: bytes, err: bytes):
        self.code = code
        self.out = out.decode(errors="replace")
        self.err = err.decode(errors="replace")

    def __str__(self) -> str:
        return f"exit code {self.code}, stdout {self.out!r}, stderr {self.err!r}"


def strict_json(text: str) -> dict:
    """Parses JSON strictly: Python's own parser accepts NaN and Infinity."""
    def refuse(constant: str) -> None:
        raise Failed(f"{constant} is no JSON")
    try:
        return json.loads(text, parse_constant=refuse)
    except ValueError as error:
        raise Failed(f"no JSON: {error}: {text[:200]!r}") from None


class Scratch:
    """A folder for a test, and the environment of a machine without any meter."""

    def __init__(self) -> None:
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="perjoule-"))
        atexit.register(shutil.rmtree, self.path, ignore_errors=True)
        self.path.chmod(0o755)  # for another user, too
        self.bare = self.path / "bare"
        self.bare.mkdir()
        # A GPU of this machine would be added to every meter; an empty file in place of its library hides it.
        hidden = self.path / "hidden"
        hidden.mkdir()
        for library in ("libnvidia-ml.so.1", "libamd_smi.so"):
            (hidden / library).touch()
        self.environment = {key: value for key, value in os.environ.items()
                            if not key.startswith(("PERJOULE_", "SIM_", "SLURM", "OMPI_", "PMI"))}
        before = os.environ.get("LD_LIBRARY_PATH")
        self.environment |= {"PERJOULE_ROOT": str(self.bare), "LC_ALL": "C.UTF-8",
                             "LD_LIBRARY_PATH": f"{hidden}:{before}" if before else str(hidden)}

    def folder(self, name: str) -> pathlib.Path:
        made = self.path / name
        made.mkdir()
        return made


def run(command: list, environment: dict, folder: pathlib.Path | None = None, timeout_s: float = 120,
        **more: object) -> Outcome:
    done = subprocess.run([str(part) for part in command], env=environment, cwd=folder, timeout=timeout_s,
                          stdin=subprocess.DEVNULL, stdout=more.pop("stdout", subprocess.PIPE),
                          stderr=subprocess.PIPE, **more)
    return Outcome(done.returncode, done.stdout or b"", done.stderr)


def report(name: str, test: Callable[[], None]) -> str:
    """Runs a test, reports the result on one line, and returns "ok", "skipped" or "FAILED"."""
    began = time.monotonic()
    word, why = "ok", ""
    try:
        test()
    except Skipped as skipped:
        word, why = "skipped", f": {skipped}"
    except Failed as failed:
        word, why = "FAILED", f": {failed}"
    except Exception as surprise:  # an assumption of this test failed; the others still run
        tests = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        frames = traceback.extract_tb(surprise.__traceback__)
        line = [frame.lineno for frame in frames if os.path.abspath(frame.filename).startswith(tests)][-1]
        word, why = "FAILED", f": line {line}: {type(surprise).__name__}: {surprise}"
    # In one write: tests may run in parallel.
    sys.stdout.write(f"{word:<7} {name.replace('_', ' ')} ({time.monotonic() - began:.1f} s){why}\n")
    sys.stdout.flush()
    return word


def exit_code(words: list[str]) -> int:
    """Returns 77 if no check could be made."""
    if "FAILED" in words:
        return 1
    return 0 if "ok" in words else 77


def usage(text: str) -> int:
    print(text, file=sys.stderr)
    return 2
