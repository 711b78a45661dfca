#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks what the demo's record must show, whatever the machine."""

import json
import sys


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as file:
        record = json.load(file)
    entries = {entry["model"]["name"]: entry for entry in record["entries"]}
    faults = []

    def check(claim: str, holds: bool) -> None:
        if not holds:
            faults.append(claim)

    check("at least five variants", len(entries) >= 5)
    constant = entries["constant"]
    check("the constant predictor has skill 0", constant["quality"][0]["skill"]["value"] == 0)
    for index, score in enumerate(constant["scores"]):
        if score["value"]["value"] is None:
            continue
        best = max(entry["scores"][index]["value"]["value"] for entry in entries.values())
        check(f"the constant predictor does not lead {score['name']}", score["value"]["value"] < best)
    for name, entry in entries.items():
        energy = entry["energy"]["total_j_per_item"]
        check(f"{name}: energy is modelled and says so", energy["provenance"] == "modelled")
        interval = energy["interval"]
        check(f"{name}: a modelled energy is uncertain by a factor of 1.5 at least",
              interval["high"] / interval["low"] >= 1.5 ** 2)
        check(f"{name}: is not called valid", not entry["validity"]["ok"] and entry["validity"]["reasons"])
        check(f"{name}: each window is there", len(entry["samples"]["wall_s"]) == entry["samples"]["windows"] > 0)
    bf16, fp32 = entries["bf16-128"]["memory"], entries["fp32-128"]["memory"]
    check("bf16 inflates when it is loaded", 1.9 < bf16["inflation"]["value"] < 2.1)
    check("bf16 is smaller on disk", bf16["stored_b"]["value"] < 0.6 * fp32["stored_b"]["value"])
    check("no home folder in the record", "/home/" not in json.dumps(record["run"]))
    for fault in faults:
        print(f"FAILED: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
