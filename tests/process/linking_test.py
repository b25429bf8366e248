#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""What a linker says: two malloc replacements in one program are refused, by a name that says so."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

import harness

_NAME = "cairn_this_program_has_two_malloc_replacements"

# Stands in for the replacement of another configuration.
_ANOTHER = f"""\
extern const char {_NAME};
const char {_NAME} = 1;
int main(void) {{ return 0; }}
"""


def link(archive, source):
    """Links a source with all members of the replacement's archive; returns what the linker wrote."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise harness.NotRun("there is no cc")
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder, "program.c")
        program.write_text(source)
        command = [compiler, str(program), "-Wl,--whole-archive", str(archive), "-Wl,--no-whole-archive",
                   "-o", str(program.with_suffix(""))]
        return subprocess.run(command, capture_output=True, text=True, check=False)


def main():
    arguments = [argument for argument in sys.argv[1:] if pathlib.Path(argument).name in ("libmalloc.lo", "libmalloc.a") and ".pic." not in argument]
    report = harness.Report()
    with report.case("linking", "two malloc replacements"):
        [archive] = arguments
        result = link(archive, _ANOTHER)
        if result.returncode == 0 or "multiple definition" not in result.stderr or _NAME not in result.stderr:
            raise AssertionError(f"exit status {result.returncode}, the linker wrote:\n{result.stderr}")
    with report.case("linking", "one malloc replacement"):
        result = link(archive, "int main(void) { return 0; }")
        if "multiple definition" in result.stderr:
            raise AssertionError(f"the linker wrote:\n{result.stderr}")
    report.finish()


if __name__ == "__main__":
    main()
