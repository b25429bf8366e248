#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Programs that were written for CPython's memory interface, built with Cairn, print what they print with CPython."""

import os
import pathlib
import re
import sys

sys.path.insert(0, "tests/process")
import harness

_PROGRAMS = pathlib.Path("tests/pymem/programs")
_PRESETS = ["default", "pymalloc", "malloc", "mimalloc"]
# In the others no arena is ever asked for.
_PRESETS_WITH_ARENAS = ["default", "pymalloc"]
# What sanitizers say of requests that must fail.
_STDERR = re.compile(r"(==\d+==WARNING: \w+ failed to allocate \w+ bytes\n)*")


def main():
    report = harness.Report()
    for name in sys.argv[1:]:
        program = pathlib.Path(name).resolve()
        expected = (_PROGRAMS / (program.name + ".expected")).read_text()
        for preset in _PRESETS_WITH_ARENAS if program.name == "arenas" else _PRESETS:
            with report.case(program.name, preset):
                variables = {key: value for key, value in os.environ.items() if not key.startswith("CAIRN_")}
                result = harness.run_program([str(program)], variables | {"CAIRN_MALLOC": preset})
                result.expect(stdout=expected, stderr=_STDERR)
    report.finish()


if __name__ == "__main__":
    main()
