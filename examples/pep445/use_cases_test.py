#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""The use cases print what PEP 445 promises: n + 2 bytes and 24 of the debug hook, arenas with 10 more, no arenas, one set of hooks."""

import os
import pathlib
import sys

sys.path.insert(0, "tests/process")
import harness

_FOLDER = pathlib.Path("examples/pep445")


def main():
    report = harness.Report()
    for name in sys.argv[1:]:
        program = pathlib.Path(name).resolve()
        with report.case(program.name, "pymalloc"):
            variables = {key: value for key, value in os.environ.items() if not key.startswith("CAIRN_")}
            result = harness.run_program([str(program)], variables | {"CAIRN_MALLOC": "pymalloc"})
            result.expect(stdout=(_FOLDER / (program.name.removeprefix("draft_") + ".expected")).read_text())
    report.finish()


if __name__ == "__main__":
    main()
