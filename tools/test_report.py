#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""test_report.py EVENTS STATUS: counts the test cases of one run of Bazel.

EVENTS is what --build_event_json_file wrote, STATUS Bazel's exit status. Prints the number of cases that passed, then
one line for each that failed. A target that did not build, or ended without a report, is one failed case.
"""

import json
import sys
import urllib.parse
import xml.etree.ElementTree


def cases(path):
    """(passed, names of the failed) in a test's report, which is gtest's, Bazel's, or a script's own."""
    passed, failed = 0, []
    for suite in xml.etree.ElementTree.parse(path).getroot().iter("testsuite"):
        found = suite.findall("testcase")
        for case in found:
            if case.find("failure") is not None or case.find("error") is not None:
                name = case.get("name", "?")
                # Bazel names its stand-in for a missing report after the target: nothing to add.
                failed.append(f"{case.get('classname')}.{name}" if case.get("classname") else "")
            elif case.find("skipped") is None and case.get("status") != "notrun":
                passed += 1
        if not found:
            bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            failed += [suite.get("name", "?")] * bad
            passed += int(suite.get("tests", 0)) - bad
    return passed, failed


def main():
    path, status = sys.argv[1], int(sys.argv[2])
    results, broken = {}, set()
    try:
        with open(path, encoding="utf-8") as file:
            events = [json.loads(line) for line in file if line.strip()]
    except (OSError, ValueError):
        events = []
    for event in events:
        for kind, key in event["id"].items():
            if kind == "testResult" and "testResult" in event:
                # A later attempt at the same shard replaces an earlier one.
                results[key["label"], key.get("run"), key.get("shard")] = event["testResult"]
            elif kind == "targetCompleted" and not event.get("completed", {}).get("success"):
                if event.get("aborted", {}).get("reason") != "SKIPPED":
                    broken.add(key["label"])

    passed, failed = 0, []
    for (label, _, _), result in sorted(results.items()):
        good, bad = 0, []
        for output in result.get("testActionOutput", []):
            if output["name"] == "test.xml" and output["uri"].startswith("file://"):
                try:
                    good, bad = cases(urllib.parse.unquote(output["uri"][len("file://"):]))
                except (OSError, xml.etree.ElementTree.ParseError):
                    pass
        state = result.get("status", "NO_STATUS")
        if state not in ("PASSED", "FLAKY"):
            bad = bad or [f"({state.lower()})"]
        passed += good
        failed += [f"{label} {name}".rstrip() for name in bad]
    failed += [f"{label} (not built)" for label in sorted(broken)]
    # 3 says that tests failed; whatever else is wrong must have left a trace above, or is a failure of its own.
    if status != 0 and not failed:
        failed.append(f"bazel (exit status {status})")
    print(passed)
    for line in failed:
        print(line)


if __name__ == "__main__":
    main()
