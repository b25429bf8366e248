#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Stands in for Bazel's coverage_output_generator: merges the LCOV tracefiles it is given."""

import argparse
import collections
import gzip
import json
import pathlib
import re

parser = argparse.ArgumentParser()
parser.add_argument("--coverage_dir", type=pathlib.Path)
parser.add_argument("--reports_file", type=pathlib.Path)
parser.add_argument("--output_file", type=pathlib.Path, required=True)
parser.add_argument("--filter_sources", action="append", default=[])
parser.add_argument("--source_file_manifest", type=pathlib.Path)
args, _ = parser.parse_known_args()

if args.reports_file:
    reports = [pathlib.Path(line) for line in args.reports_file.read_text().split()]
else:
    reports = sorted(args.coverage_dir.rglob("*.dat"))


def source_path(path):
    """The path in the source tree. Headers are compiled through Bazel's links, which give them their include path."""
    return re.sub(r"^.*/_virtual_includes/[^/]*/cairn/", "", path.removeprefix("/proc/self/cwd/"))


files = collections.defaultdict(collections.Counter)
for report in reports:
    source = ""
    for line in report.read_text().splitlines():
        kind, _, value = line.partition(":")
        if kind == "SF":
            source = source_path(value)
        elif kind == "DA":
            number, count = value.split(",")[:2]
            files[source][int(number)] += int(count)

for report in sorted(args.coverage_dir.rglob("*.gcov.json.gz")) if args.coverage_dir else []:
    for file in json.loads(gzip.decompress(report.read_bytes()))["files"]:
        for line in file["lines"]:
            files[source_path(file["file"])][line["line_number"]] += line["count"]

if args.source_file_manifest:
    wanted = set(args.source_file_manifest.read_text().splitlines())
    files = {source: lines for source, lines in files.items() if source in wanted}

with args.output_file.open("w") as out:
    for source, lines in sorted(files.items()):
        if any(re.fullmatch(pattern, source) for pattern in args.filter_sources):
            continue
        print(f"SF:{source}", file=out)
        for number, count in sorted(lines.items()):
            print(f"DA:{number},{count}", file=out)
        print(f"LH:{sum(map(bool, lines.values()))}\nLF:{len(lines)}\nend_of_record", file=out)
