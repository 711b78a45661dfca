#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Fills docs/explanation/shrinking-models.md with what the programs of the gallery found.

usage: gallery_page.py RUNS     takes record, table and findings of each program below RUNS (out/gallery/runs) to
                                docs/gallery, and writes the page
       gallery_page.py          writes the page from docs/gallery
       gallery_page.py --check  says which figures of the page are not those of docs/gallery; exit 1 if there are some

A figure of the page stands between two marks, which name the program and the columns of its table:

    <!-- figure distill: accuracy, CPU time/item, training -->
    <!-- /figure -->
"""

import json
import pathlib
import re
import shutil
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/explanation/shrinking-models.md"
KEPT = ROOT / "docs/gallery"
FILES = ("record.json", "table.md", "findings.md")
FIGURE = re.compile(r"(<!-- figure (\w+): (.+?) -->\n)(.*?)(<!-- /figure -->)", re.S)
SAME_IN_ALL = re.compile(r"- (.+?)(?: \(.*?\))?(?:, \w+)?: .+ in every row\.")
# Ties the sentences to the record: its hash is in no other one.
OF_RECORD = "<!-- of the record {} -->\n"


class PageError(Exception):
    pass


def hash_of(folder: pathlib.Path) -> str:
    return json.loads((folder / "record.json").read_text(encoding="utf-8"))["sha256"]


def take(runs: pathlib.Path, text: str, kept: pathlib.Path) -> None:
    """Takes what was run; of the other programs, what was taken before stays."""
    names = [name for _, name, _, _, _ in FIGURE.findall(text) if (runs / name).is_dir()]
    if not names:
        raise PageError(f"no program of the page ran in {runs}: run scripts/demo --gallery")
    for name in names:
        missing = [file for file in FILES if not (runs / name / file).is_file()]
        if missing:
            raise PageError(f"no {missing[0]} in {runs / name}: run scripts/demo --gallery --only {name}")
        (kept / name).mkdir(parents=True, exist_ok=True)
        for file in FILES:
            shutil.copyfile(runs / name / file, kept / name / file)
        with open(kept / name / "findings.md", "a", encoding="utf-8") as findings:
            findings.write(OF_RECORD.format(hash_of(kept / name)))


def is_of_another_column(note: str, columns: list[str]) -> bool:
    """Of a score, or of the peak of a pass, where the table shows neither."""
    if note.startswith("- quality is skill"):
        return not any(column.startswith("quality/") for column in columns)
    return "peak" not in columns and (note.startswith("- peak is") or ": the peak is" in note)


def narrowed(table: str, columns: list[str], where: pathlib.Path) -> str:
    """Returns a table with these columns alone, each cell as it was written, and with its notes."""
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("|")]
    notes = [line for line in table.splitlines() if line.startswith("- ") and "not shown" not in line]
    titles = [re.sub(r" \(.*?\)|, \w+$", "", head.strip()) for head in rows[0]]
    in_notes = [found[1] for note in notes if (found := SAME_IN_ALL.fullmatch(note))]
    for column in columns:
        if column not in titles + in_notes:
            raise PageError(f"no column '{column}' in {where}; there are: {', '.join(titles[1:] + in_notes)}")
    notes = [note for note in notes if not is_of_another_column(note, columns)]
    shown = [0] + [titles.index(column) for column in columns if column in titles]
    lines = ["|" + "|".join(row[at] for at in shown) + "|" for row in rows]
    return "\n".join([*lines, "", *notes]) + "\n"


def figure(name: str, columns: list[str], kept: pathlib.Path) -> str:
    folder = kept / name
    missing = [file for file in FILES if not (folder / file).is_file()]
    if missing:
        raise PageError(f"no {missing[0]} in {folder}: run scripts/demo --gallery, then scripts/gallery_page.py "
                        "out/gallery/runs")
    findings, tie, _ = (folder / "findings.md").read_text(encoding="utf-8").partition(OF_RECORD.format(hash_of(folder)))
    if not tie:
        raise PageError(f"{folder}/findings.md is not of the record beside it: take both from one run, with "
                        "scripts/gallery_page.py out/gallery/runs")
    table = narrowed((folder / "table.md").read_text(encoding="utf-8"), columns, folder / "table.md")
    return (f"{findings}\n{table}- Record: [{name}](../gallery/{name}/record.json); "
            f"to measure it again: `scripts/demo --gallery --only {name}`.\n")


def filled(text: str, kept: pathlib.Path) -> str:
    return FIGURE.sub(lambda block: block[1] + figure(block[2], block[3].split(", "), kept) + block[5], text)


def main() -> int:
    if len(sys.argv) > 2 or sys.argv[1:] == ["--help"]:
        print(__doc__)
        return 0 if sys.argv[1:] == ["--help"] else 2
    try:
        text = PAGE.read_text(encoding="utf-8")
        if sys.argv[1:] not in ([], ["--check"]):
            take(pathlib.Path(sys.argv[1]), text, KEPT)
        whole = filled(text, KEPT)
    except PageError as error:
        print(f"gallery_page: {error}", file=sys.stderr)
        return 2
    if sys.argv[1:] == ["--check"]:
        false = [old[1] for old, new in zip(FIGURE.findall(text), FIGURE.findall(whole)) if old != new]
        for name in false:
            print(f"the figure {name} of the page is not that of docs/gallery: run scripts/gallery_page.py")
        return 1 if false else 0
    PAGE.write_text(whole, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
