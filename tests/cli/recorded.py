# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Records that other tests wrote, for tests of what reads them."""

import copy
import datetime
import json
import pathlib

from harness import check


def sample(records: str, name: str) -> dict:
    """One of the records of that name, which each build of a test writes into a folder of its own."""
    found = sorted(pathlib.Path(records).glob(f"*/{name}.json"))
    check(found != [], f"{records} has no {name}.json")
    return json.loads(found[0].read_text())


def moved(record: dict, seconds: float, run_id: str) -> dict:
    """The same measurement, later and by another run."""
    later = copy.deepcopy(record)
    later.pop("sha256", None)
    later["run"]["id"] = run_id
    entry = later["entries"][0]
    began = datetime.datetime.strptime(entry["span"]["began_utc"], "%Y-%m-%dT%H:%M:%S.%fZ")
    began += datetime.timedelta(seconds=seconds)
    if "began_boot_s" in entry["span"]:
        entry["span"]["began_boot_s"] += seconds
    entry["span"]["began_utc"] = began.strftime("%Y-%m-%dT%H:%M:%S.") + f"{began.microsecond // 1000:03}Z"
    return later
