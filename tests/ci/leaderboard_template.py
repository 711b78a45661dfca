# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Shared by the tests of the template of a leaderboard: a repository made of it, and a runner of its workflows."""

import copy
import json
import os
import pathlib
import re
import shutil
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/cli"))
from harness import Failed, Outcome, Scratch, Skipped, check, run, strict_json  # noqa: E402

try:
    import yaml
except ImportError:
    yaml = None

PERJOULE = os.path.abspath(sys.argv[-1])
TEMPLATE = ROOT / "examples/leaderboard"
# Energy is modelled on this machine, and its runs are short.
RULES = {"task": "toy", "metric": "accuracy", "floor": 0.6, "least_windows": 10, "energy": "modelled", "quality": "stated"}
QUALITY = "accuracy(n=2000,unit=%,trivial=10,perfect=100)=/accuracy ([0-9.]+)/"
SCRATCH = Scratch()
RECORDS: dict[str, dict] = {}


def git(folder: pathlib.Path, *words: object, **more: object) -> str:
    done = run(["git", "-C", folder, "-c", "user.name=x", "-c", "user.email=x@localhost", "-c", "protocol.file.allow=always",
                *words], SCRATCH.environment, **more)
    check(done.code == 0, f"git {words}: {done}")
    return done.out.strip()


def record(name: str, accuracy: int = 90) -> dict:
    """Measures a program that prints its accuracy."""
    key = f"{name}, {accuracy}"
    if key not in RECORDS:
        path = SCRATCH.path / "record.json"
        done = run([PERJOULE, "run", "--runs=10", "--idle=0", f"--name={name}", f"--quality={QUALITY}",
                    f"--record={path}", "--", "sh", "-c", f"echo accuracy {accuracy}"], SCRATCH.environment)
        check(done.code == 0, str(done))
        RECORDS[key] = json.loads(path.read_text())
    return copy.deepcopy(RECORDS[key])


def hashed(document: dict) -> dict:
    """A record that was changed, with the hash that it now has."""
    path = SCRATCH.path / "hashed.json"
    path.write_text(json.dumps({key: value for key, value in document.items() if key != "sha256"}))
    found = strict_json(run([PERJOULE, "verify", "--format=json", path], SCRATCH.environment).out)
    return document | {"sha256": found[0]["sha256"]}


class Board:
    """A repository made of the template, and a clone of it for people who submit."""

    def __init__(self, name: str) -> None:
        self.folder = SCRATCH.folder(name)
        self.remote = self.folder / "remote.git"
        self.clone = self.folder / "clone"
        shutil.copytree(TEMPLATE, self.clone)
        self.write("submissions/rules.json", RULES)
        git(self.folder, "init", "--quiet", "--bare", "--initial-branch=main", self.remote)
        git(self.clone, "init", "--quiet", "--initial-branch=main")
        git(self.clone, "remote", "add", "origin", self.remote)
        self.commit("The template")
        git(self.clone, "push", "--quiet", "origin", "main")
        self.pull_requests = 0

    def write(self, path: str, content: dict | str) -> None:
        file = self.clone / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content))

    def commit(self, message: str) -> None:
        git(self.clone, "add", "--all")
        git(self.clone, "commit", "--quiet", "--allow-empty", "-m", message)

    def branch(self, files: dict[str, dict | str], name: str = "") -> str:
        """Adds files in a new branch from main, and returns its commit."""
        self.pull_requests += 1
        git(self.clone, "checkout", "--quiet", "-B", name or f"submit-{self.pull_requests}", "main")
        for path, content in files.items():
            self.write(path, content)
        return self.pushed()

    def pushed(self) -> str:
        self.commit("A submission")
        head = git(self.clone, "rev-parse", "HEAD")
        # GitHub gives a commit by its hash, too.
        git(self.clone, "push", "--quiet", "origin", f"+HEAD:refs/pull/{self.pull_requests}/head")
        git(self.clone, "checkout", "--quiet", "--force", "main")
        return head

    def merge(self, head: str) -> None:
        git(self.clone, "merge", "--quiet", "--no-ff", "--no-edit", head)
        git(self.clone, "push", "--quiet", "origin", "main")

    def check(self, head: str, name: str = "ann", **more: str) -> Outcome:
        """Runs the script; its comment takes the place of standard output."""
        comment = self.folder / "comment.md"
        comment.unlink(missing_ok=True)
        base = git(self.clone, "rev-parse", "main")
        done = run(["./check_submission", base, head, name, comment],
                   SCRATCH.environment | {"PERJOULE": PERJOULE} | more, self.clone)
        check(not list(self.folder.rglob("pwned")), "it was run")
        done.out = comment.read_text(encoding="utf-8") if comment.exists() else ""
        return done


def stand_in(path: pathlib.Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script, encoding="utf-8")
    path.chmod(0o755)


def read_yaml(path: pathlib.Path) -> dict:
    if yaml is None:
        raise Skipped("there is no yaml module for this Python (Debian: python3-yaml)")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


class Workflow:
    """Runs the steps of a workflow as a runner does, with stand-ins for the actions that it uses."""

    def __init__(self, file: str, board: Board, event: dict[str, str]):
        self.jobs = read_yaml(TEMPLATE / ".github/workflows" / file)["jobs"]
        self.board = board
        self.event = event
        number = sum(1 for _ in board.folder.glob("runner-*"))
        self.folder = board.folder / f"runner-{number}"
        self.folder.mkdir()
        self.uses: list[str] = []
        self.codes: dict[str, int] = {}
        (self.folder / "artifacts").mkdir()
        stand_in(self.folder / "bin/gh", f'#!/bin/sh\nprintf "%s\\n" "$@" >>"{self.folder}/asked"\n'
                 f'case "$*" in *--jq*) cat "{board.folder}/older" 2>/dev/null ;; *) cp comment.md "{self.folder}/told" ;; '
                 "esac\nexit 0\n")
        for name, job in self.jobs.items():
            self.codes[name] = self.run_job(name, job)

    def value(self, text: str) -> str:
        def replaced(match: re.Match) -> str:
            if match[1] not in self.event:
                raise Failed(f"this test knows no {match[0]}")
            return self.event[match[1]]
        return re.sub(r"\$\{\{ *([^ ]+) *\}\}", replaced, text)

    def run_job(self, name: str, job: dict) -> int:
        always = "${{ !cancelled() }}"
        if job.get("needs") and self.codes[job["needs"]] != 0 and job.get("if") != always:
            return 0
        workspace = self.folder / name
        workspace.mkdir()
        code = 0
        for step in job["steps"]:
            if code != 0 and step.get("if") != always:
                continue
            done = self.use(step, workspace) if "uses" in step else self.run_step(step, workspace)
            code = code or done
        return code

    def use(self, step: dict, workspace: pathlib.Path) -> int:
        action, given = step["uses"].partition("@")[0], step.get("with", {})
        self.uses.append(action)
        if action == "actions/checkout" and "repository" not in given:
            depth = [] if given.get("fetch-depth") == 0 else ["--depth=1"]
            git(self.folder, "clone", "--quiet", *depth, f"file://{self.board.remote}", workspace)
        elif action == "actions/checkout":
            check(given["path"] == "perjoule" and given["ref"].startswith("v"), f"not pinned: {given}")
            built = workspace / "perjoule/build/cli/cli/perjoule"
            stand_in(workspace / "perjoule/scripts/perjoule",
                     f'#!/bin/sh\nmkdir -p "{built.parent}"\nln -s "{PERJOULE}" "{built}"\n')
        elif action == "actions/upload-artifact":
            shutil.copy(workspace / given["path"], self.folder / "artifacts")
        elif action == "actions/download-artifact":
            for file in (self.folder / "artifacts").iterdir():
                shutil.copy(file, workspace)
        elif action == "actions/upload-pages-artifact":
            shutil.copytree(workspace / given["path"], self.folder / "site")
        else:
            check(action == "actions/deploy-pages", f"this test knows no {action}")
        return 0

    def run_step(self, step: dict, workspace: pathlib.Path) -> int:
        environment = SCRATCH.environment | {key: self.value(text) for key, text in step.get("env", {}).items()} | {
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"), "PATH": f"{self.folder}/bin:{os.environ['PATH']}"}
        return run(["sh", "-e", "-c", step["run"]], environment, workspace).code

    def text(self, name: str) -> str:
        file = self.folder / name
        return file.read_text(encoding="utf-8") if file.exists() else ""
