#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs each use in bugs.c under a tool that watches it, and expects the tool's words, or none.

    bugs_test.py TOOL PROGRAM
"""

import os
import re
import subprocess
import sys

READS = [
    "after_free", "grown_slack", "large_after_free", "large_grown_slack", "large_pooled_slack",
    "large_shrunk", "large_slack", "mapping_slack", "past_17", "shrunk"
]
WRITES = ["after_trim", "pool_header"]

# What is seen once needs no second heap: a run under memcheck takes seconds.
USES = {
    "threaded": READS + WRITES + ["uninitialised", "clean"],
    "single": ["past_17", "after_trim", "uninitialised", "clean"],
    "system": ["past_17", "grown"],
    "quarantine": ["after_reuse", "clean"],
}

# What a tool says of each use; of those that are not named it says nothing.
WORDS = {
    "asan": {
        **{use: r"use-after-poison.*\n(.*\n)*READ of size 1" for use in READS + ["after_reuse"]},
        **{use: r"use-after-poison.*\n(.*\n)*WRITE of size 1" for use in WRITES},
    },
    "memcheck": {
        **{use: "Invalid read of size 1" for use in READS + ["after_reuse"]},
        **{use: "Invalid write of size 1" for use in WRITES},
        "uninitialised": "Conditional jump or move depends on uninitialised value",
    },
    "msan": {
        "uninitialised": "use-of-uninitialized-value",
    },
    "nobody": {},
}
COMMAND = {"memcheck": ["valgrind", "-q", "--error-exitcode=99"]}


def fault_of(tool, program, use, heap):
    """Why the run was not as it should be, or None."""
    run = subprocess.run(COMMAND.get(tool, []) + [program, use, heap],
                         stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE,
                         text=True,
                         check=False)
    words = WORDS[tool].get(use)
    if words is None:
        is_good = run.returncode == 0 and run.stdout.endswith("done\n") and not run.stderr
        is_good = is_good and "damaged" not in run.stdout
    else:
        # Of the use itself, not of something in front of it.
        function = re.search(r"\b(read_at|write_at|uninitialised) ", run.stderr)
        is_good = run.returncode != 0 and re.search(words, run.stderr) and function
    if is_good:
        return None
    return "%s of %s: exit status %d\n%s%s" % (use, heap, run.returncode, run.stdout, run.stderr)


def main():
    """Exits with 1 after the first fault."""
    tool, program = sys.argv[1:]
    for heap, uses in USES.items():
        for use in uses:
            fault = fault_of(tool, os.path.abspath(program), use, heap)
            if fault:
                sys.exit("%s: %s" % (tool, fault))
            print(tool, heap, use)


main()
