#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Pointers that nobody owns, given to free and realloc: reported under `default`, passed to libc by other presets."""

import re
import signal
import sys

import harness

# What `default` always finds: what is not in its memory at all, and large blocks that are not live or not met at their
# start. Of pooled blocks (up to 64 KiB) a free does not look at the block, so a wrong one is not found there (spec
# B6.6); a realloc of more than 512 bytes does.
_OUTSIDE = ["stack", "static", "code", "mapped", "low", "unaligned", "high", "top"]
_LARGE = [kind + size for kind in ("inside", "odd", "freed") for size in ("300000", "20000000")]
_REALLOC_ONLY = [kind + size for kind in ("inside", "odd") for size in ("3000", "60000")]

# What glibc itself is sure to say something about.
_FOR_LIBC = ["stack", "static"]


def check_reported(files, configuration, where, function):
    result = harness.run(files, "bad_pointer", configuration, where, function)
    address = result.stdout.strip()
    line = re.compile(rf"cairn: {function} of {re.escape(address)}, which [^\n]+\n")
    result.expect(status=-signal.SIGABRT, stdout=re.compile(r"0x[0-9a-f]+\n"), stderr=line)


def check_passed_on(files, configuration, where, function):
    result = harness.run(files, "bad_pointer", configuration, where, function)
    result.expect(status=-signal.SIGABRT, stdout=None, stderr=f"{function}(): invalid pointer\n")


def main():
    files = harness.Files(sys.argv[1:])
    report = harness.Report()
    cases = [(where, function) for where in _OUTSIDE + _LARGE for function in ("free", "realloc")]
    cases += [(where, "realloc") for where in _REALLOC_ONLY]
    for configuration in harness.both_ways("default") + harness.both_ways("default", hooks="stats"):
        for where, function in cases:
            with report.case(f"bad_pointer {function} {where}", configuration.name):
                check_reported(files, configuration, where, function)
    for configuration in harness.both_ways("pymalloc") + harness.both_ways("malloc"):
        for where in _FOR_LIBC:
            for function in ("free", "realloc"):
                with report.case(f"bad_pointer {function} {where}", configuration.name):
                    check_passed_on(files, configuration, where, function)
    report.finish()


if __name__ == "__main__":
    main()
