#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Programs that were written for CPython's memory interface, built with Cairn, print what they print with CPython.

programs_test.py --presets=A,B --presets_with_arenas=A PROGRAM...
"""

import argparse
import os
import pathlib
import re
import sys

sys.path.insert(0, "tests/process")
import harness

_PROGRAMS = pathlib.Path("tests/pymem/programs")
# What sanitizers say of requests that must fail.
_STDERR = re.compile(r"(==\d+==WARNING: \w+ failed to allocate \w+ bytes\n)*")


def presets_for(program, arguments):
    if program == "arenas":
        return arguments.presets_with_arenas
    if program == "debug":
        # Over those that have the hook already, a request of its own tells it from the program's allocator (A10.5).
        return [preset for preset in arguments.presets if "debug" not in preset]
    return arguments.presets


def main():
    def names(text):
        return text.split(",")

    parser = argparse.ArgumentParser()
    parser.add_argument("--presets", type=names)
    parser.add_argument("--presets_with_arenas", type=names)
    parser.add_argument("programs", nargs="+")
    arguments = parser.parse_args()
    report = harness.Report()
    for name in arguments.programs:
        program = pathlib.Path(name).resolve()
        expected = (_PROGRAMS / (program.name + ".expected")).read_text()
        for preset in presets_for(program.name, arguments):
            with report.case(program.name, preset):
                variables = {key: value for key, value in os.environ.items() if not key.startswith("CAIRN_")}
                result = harness.run_program([str(program)], variables | {"CAIRN_MALLOC": preset})
                result.expect(stdout=expected, stderr=_STDERR)
    report.finish()


if __name__ == "__main__":
    main()
