#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""The same programs, built with CPython's own header and library, print what is expected of Cairn.

No interpreter is started: the functions work without one. cpython_test.py --write FILE... writes the expected texts.
"""

import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

_CONFIG = "/usr/bin/python3-config"
_WARNINGS = ["-Wall", "-Wextra", "-Werror"]


def flags(*arguments):
    return shlex.split(subprocess.run([_CONFIG, *arguments], check=True, capture_output=True, text=True).stdout)


def build(source, binary):
    is_c = source.suffix == ".c"
    command = ["gcc" if is_c else "g++", "-std=gnu11" if is_c else "-std=c++17", "-O1", *_WARNINGS, *flags("--includes"),
               str(source), "-o", str(binary), *flags("--ldflags", "--embed"), "-pthread"]
    subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def output(source, folder):
    binary = pathlib.Path(folder) / source.stem
    try:
        build(source, binary)
    except subprocess.CalledProcessError as error:
        raise AssertionError(f"{shlex.join(map(str, error.cmd))}:\n{error.stdout}") from None
    variables = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    result = subprocess.run([str(binary)], env=variables, capture_output=True, text=True, timeout=40, check=False)
    if result.returncode != 0 or result.stderr:
        raise AssertionError(f"exit status {result.returncode}, it wrote:\n{result.stderr}")
    return result.stdout


def expected(source):
    return source.parent / (source.stem + ".expected")


def main():
    with tempfile.TemporaryDirectory() as folder:
        if sys.argv[1] == "--write":
            for name in sys.argv[2:]:
                source = pathlib.Path(name)
                expected(source).write_text(output(source, folder))
            return
        sys.path.insert(0, "tests/process")
        import harness
        report = harness.Report()
        for name in sys.argv[1:]:
            source = pathlib.Path(name)
            with report.case(source.name, "cpython"):
                if not os.access(_CONFIG, os.X_OK):
                    raise harness.NotRun(f"no {_CONFIG}; install python3-dev")
                harness.Result(0, output(source, folder), "").expect(stdout=expected(source).read_text())
        report.finish()


if __name__ == "__main__":
    main()
