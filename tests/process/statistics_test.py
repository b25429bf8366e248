#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""The statistics that a process writes: their balance (B10.4), their forms, and the stats hook against a program's own count."""

import json
import re
import sys

import harness

_WITH_POOLS = [
    *harness.both_ways("default"), *harness.both_ways("default", hooks="stats"),
    *harness.both_ways("default", "malloc"), *harness.both_ways("pymalloc"),
    *harness.both_ways("pymalloc", "malloc", "stats"),
]
_HOOKED = [
    *harness.both_ways("default", hooks="stats"), *harness.both_ways("pymalloc", hooks="stats"),
    *harness.both_ways("malloc", hooks="stats"), *harness.both_ways("default", "malloc", "stats"),
]
_PARTS = ("allocated", "available", "unused_pools", "headers", "quantization", "arena_alignment")


def check_equal(what, actual, expected):
    if actual != expected:
        raise AssertionError(f"{what} is {actual}, expected {expected}")


def section(report, key, value):
    """The one section of a report whose key has that value."""
    found = [one for one in report["sections"] if one.get(key) == value]
    check_equal(f"number of sections with {key} {value}", len(found), 1)
    return found[0]


def check_balance(pools):
    arenas = pools["arenas"]
    check_equal("arenas * unit", arenas["live"] * arenas["unit_bytes"], arenas["bytes"])
    check_equal("sum of all bytes", sum(pools["bytes"][part] for part in _PARTS), arenas["bytes"])
    check_equal("arenas", arenas["live"] + arenas["reclaimed"], arenas["allocated"])
    in_use = sum(row["in_use"] * row["size"] for row in pools["classes"])
    check_equal("bytes in use of all classes", in_use, pools["bytes"]["allocated"])


def figure(text, label):
    """The figure of a line of a text report, whose thousands are separated by commas."""
    found = re.findall(rf"^{label} *= *([0-9,]+)$", text, re.MULTILINE)
    if not found:
        raise AssertionError(f"no line {label!r} in:\n{text}")
    return int(found[0].replace(",", ""))


def check_text(text):
    if figure(text, "# arenas allocated total") == 0:
        raise AssertionError("the program used no arena")
    arenas = figure(text, r"[0-9]+ arenas \* [0-9]+ bytes/arena")
    parts = [
        "# bytes in allocated blocks", "# bytes in available blocks", r"[0-9]+ unused pools \* [0-9]+ bytes",
        "# bytes lost to pool headers", "# bytes lost to quantization", "# bytes lost to arena alignment", "Total",
    ]
    *figures, total = [figure(text, part) for part in parts]
    check_equal("Total", total, arenas)
    check_equal("sum of all bytes", sum(figures), arenas)


def run_with(files, configuration, victim, form):
    return harness.run(files, victim, configuration, environment={"CAIRN_MALLOCSTATS": form})


def check_json_at_exit(files, configuration):
    result = run_with(files, configuration, "hello", "json")
    result.expect(stdout=configuration.preset + "\n", stderr=None)
    report = json.loads(result.stderr)
    check_equal("preset", report["preset"], configuration.preset)
    if configuration.preset != "malloc":
        check_balance(section(report, "part", "pymalloc"))


def check_text_at_exit(files, configuration):
    result = run_with(files, configuration, "hello", "1").expect(stdout=configuration.preset + "\n", stderr=None)
    check_text(result.stderr)


def check_text_before_arenas(files, configuration):
    """One report for each arena and one at exit; each is in balance."""
    result = run_with(files, configuration, "script", "arena").expect(stdout=None, stderr=None)
    reports = re.split(r"(?m)^(?=Small block threshold)", result.stderr)[1:]
    arenas = figure(reports[-1], "# arenas allocated total")
    if arenas == 0 or len(reports) < arenas + 1:
        raise AssertionError(f"{len(reports)} reports of {arenas} arenas and the exit")
    check_text(reports[-1])


def check_counts(files, configuration):
    result = harness.run(files, "script", configuration).expect(stdout=None)
    before, counted, after = [json.loads(text) for text in result.stdout.split("---\n")]
    before, after = (section(report, "domain", "mem") for report in (before, after))
    for name in ("malloc", "calloc", "realloc", "aligned_alloc", "free", "failed"):
        check_equal(f"calls of {name}", after["calls"][name] - before["calls"][name], counted[name])
    check_equal("live blocks", after["blocks"]["live"] - before["blocks"]["live"], counted["live"])
    check_equal("live bytes", after["bytes"]["live"] - before["bytes"]["live"], counted["live_bytes"])
    requested = after["bytes"]["requested"] - before["bytes"]["requested"]
    check_equal("requested bytes", requested, counted["requested"])
    rounding = after["bytes"]["rounding"] - before["bytes"]["rounding"]
    check_equal("rounding", rounding, counted["usable"] - counted["requested"])
    blocks = sum(row["blocks"] for row in after["histogram"]) - sum(row["blocks"] for row in before["histogram"])
    check_equal("blocks in the histogram", blocks, counted["live"] + counted["free"])


def main():
    files = harness.Files(sys.argv[1:])
    report = harness.Report()
    for configuration in [*_WITH_POOLS, *harness.both_ways("malloc")]:
        with report.case("json at exit", configuration.name):
            check_json_at_exit(files, configuration)
    for configuration in _WITH_POOLS:
        with report.case("text at exit", configuration.name):
            check_text_at_exit(files, configuration)
        with report.case("text before each arena", configuration.name):
            check_text_before_arenas(files, configuration)
    for configuration in _HOOKED:
        with report.case("the stats hook counts as the program does", configuration.name):
            check_counts(files, configuration)
    report.finish()


if __name__ == "__main__":
    main()
