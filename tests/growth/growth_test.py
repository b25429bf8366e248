#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Instructions per operation, as callgrind counts them, must not grow with live blocks or with arenas."""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "process"))
import harness  # pylint: disable=wrong-import-position

_MOST = 1.02  # times the figure of any smaller number

_PAIRS = 200000
_ROUNDS = 60
_BATCH = 500  # of arenas.c

# What grows, program, arguments before and after the number, operations that measured() does, the numbers.
_CASES = [
    ("by name, live blocks", "live_by_name", [], [_PAIRS], _PAIRS, [10**4, 10**5, 10**6]),
    ("as malloc, live blocks", "live_as_malloc", [], [_PAIRS], _PAIRS, [10**4, 10**5, 10**6]),
    ("replaced blocks, arenas", "arenas", ["replace"], [_ROUNDS], _ROUNDS * _BATCH, [1000, 100000]),
    ("arenas that come and go, arenas", "arenas", ["turn_over"], [_ROUNDS], _ROUNDS * _BATCH, [1000, 100000]),
]


def instructions(command):
    """Of the function measured() with all that it calls."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder, "out")
        valgrind = ["valgrind", "--tool=callgrind", "--toggle-collect=measured", f"--callgrind-out-file={out}"]
        result = subprocess.run(
            valgrind + [str(word) for word in command], env={"PATH": os.environ["PATH"]}, capture_output=True,
            text=True, check=False)
        if result.returncode != 0:
            raise AssertionError(f"valgrind ended with {result.returncode}:\n{result.stderr}")
        return int(re.search(r"^totals: (\d+)$", out.read_text(), re.MULTILINE).group(1))


def check(numbers, figures):
    print("  " + ", ".join(f"{number}: {figure:.2f}" for number, figure in zip(numbers, figures, strict=True)))
    for i in range(1, len(numbers)):
        if figures[i] > _MOST * min(figures[:i]):
            raise AssertionError(
                f"{figures[i]:.2f} instructions at {numbers[i]}, {min(figures[:i]):.2f} at less: "
                f"{100 * (figures[i] / min(figures[:i]) - 1):.1f} % more, {100 * (_MOST - 1):.0f} % are allowed")


def main():
    report = harness.Report()
    files = {path.name: path for path in map(pathlib.Path, sys.argv[1:])}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        begun = []
        for name, program, before, after, operations, numbers in _CASES:
            commands = [[files[program], *before, number, *after] for number in numbers]
            there = shutil.which("valgrind") is not None
            counts = [pool.submit(instructions, command) for command in commands] if there else []
            begun.append((name, operations, numbers, counts))
        for name, operations, numbers, counts in begun:
            with report.case("growth", name):
                if not counts:
                    raise harness.NotRun("there is no valgrind")
                check(numbers, [count.result() / operations for count in counts])
    report.finish()


if __name__ == "__main__":
    main()
