#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Instructions of one malloc and one free, as callgrind counts them, compared with instructions.golden.

With --update the figures of this compiler are written there instead:
  tools/bazel run [--config=clang] //tests/static:instructions_test -- --update
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "process"))
import harness  # pylint: disable=wrong-import-position

_GOLDEN = pathlib.Path(__file__).resolve().parent / "instructions.golden"
_HEADER = """\
# SPDX-License-Identifier: Apache-2.0
# Instructions of a loop with one malloc and one free, as callgrind counts them, without the start of the program;
# three of them are the loop's own; in static_batch, of each pair of 1000 mallocs and then 1000 frees in disorder. Who
# makes an operation cheaper or dearer updates them:
#   tools/bazel run [--config=clang] //tests/static:instructions_test -- --update
# compiler and libc | case | for blocks of 16, 64, 512 and 4096 bytes
"""
_SIZES = [16, 64, 512, 4096]
_PAIRS = 200
# Pairs in a batch, by case.
_BATCH = {"static_batch": 1000}

# What the programs count; those that count one thing only are a case themselves.
_PROGRAMS = {
    "by_name": [
        "nothing", "static_inline", "static_by_name", "static_counted", "dynamic_by_name", "dynamic_by_handle",
        "bottom_pymalloc", "system_static", "bottom_system", "libc", "static_batch"],
    "as_malloc_static": ["as_malloc"],
    "as_malloc_dynamic": ["as_malloc"],
}

# "With static dispatch the composition costs no instruction more than calling the bottom allocator by name."
_AT_MOST = [
    ("static_inline", "static_by_name"),
    ("static_by_name", "bottom_pymalloc"),
    ("as_malloc_static", "static_by_name"),
    ("system_static", "bottom_system"),
]

# Use by handle passes the handle; beyond that, in the functions themselves, it costs no more than use by name.
_BY_HANDLE = [
    ("changeable_pymalloc_or_trim_take", "changeable_obj_malloc"),
    ("changeable_pymalloc_or_trim_give", "changeable_obj_free"),
]


def count(program, pairs):
    """Instructions of each function that another one calls, with all that it calls itself."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder, "out")
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--compress-strings=no",
                   "--compress-pos=no", str(program), str(pairs)]
        result = subprocess.run(command, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise AssertionError(f"valgrind ended with {result.returncode}:\n{result.stderr}")
        counts = {}
        for name, instructions in re.findall(r"^cfn=(\S+)\ncalls=.*\n\S+ (\d+)$", out.read_text(), re.MULTILINE):
            name = name.partition(".")[0]
            counts[name] = counts.get(name, 0) + int(instructions)
        return counts


def measure(files):
    """Figures for each size, by case; and the instructions inside each function that is in _BY_HANDLE."""
    figures, inside = {}, {}
    for program, cases in _PROGRAMS.items():
        once, twice = count(files[program], _PAIRS), count(files[program], 2 * _PAIRS)
        for case in cases:
            functions = [f"{case}_{size}" for size in _SIZES]
            figures[case if len(cases) > 1 else program] = [
                f"{round((twice[function] - once[function]) / _PAIRS / _BATCH.get(case, 1), 1):g}"
                for function in functions]
        inside.update({function: twice[function] - once[function] for pair in _BY_HANDLE for function in pair
                       if function in once})
    return figures, inside


def read_golden():
    """Figures by case, by what they were taken with."""
    golden = {}
    for line in _GOLDEN.read_text().splitlines() if _GOLDEN.exists() else []:
        if line and not line.startswith("#"):
            built_with, case, figures = (part.strip() for part in line.split("|"))
            golden.setdefault(built_with, {})[case] = figures.split()
    return golden


def write_golden(golden):
    lines = [f"{built_with} | {case:17} | {' '.join(f'{figure:>3}' for figure in figures)}\n"
             for built_with, cases in sorted(golden.items()) for case, figures in cases.items()]
    _GOLDEN.write_text(_HEADER + "".join(lines))


def is_as_expected(case, expected, counted):
    """Pairs to the instruction; batches to a hundredth, for their slow paths look at the clock now and then."""
    tolerance = 0.01 if case in _BATCH else 0
    return len(expected) == len(counted) and all(
        abs(float(a) - float(b)) <= tolerance * float(a) for a, b in zip(expected, counted, strict=True))


def compare(golden, built_with, figures):
    if built_with not in golden:
        raise harness.NotRun(f"this is {built_with}, and instructions.golden has {'; '.join(sorted(golden))}")
    expected = golden[built_with]
    lines = [f"  {case:17} expected {' '.join(expected.get(case, ['nothing']))}, "
             f"counted {' '.join(figures.get(case, ['nothing']))}"
             for case in {**expected, **figures}
             if not is_as_expected(case, expected.get(case, []), figures.get(case, []))]
    if lines:
        config = "--config=clang " if built_with.startswith("clang") else ""
        raise AssertionError("\n".join(
            [f"other figures than in instructions.golden ({built_with}):", *lines, "If that is as it should be:",
             f"  tools/bazel run {config}//tests/static:instructions_test -- --update"]))


def keep_promise_by_handle(inside):
    problems = [f"{by_handle} takes {inside[by_handle]}, {by_name} {inside[by_name]}" for by_handle, by_name in _BY_HANDLE
                if inside[by_handle] > inside[by_name]]
    if problems:
        raise AssertionError("\n".join(problems))


def keep_promise(figures):
    problems = [f"{less} takes {' '.join(figures[less])}, {more} {' '.join(figures[more])}" for less, more in _AT_MOST
                if any(float(a) > float(b) for a, b in zip(figures[less], figures[more], strict=True))]
    if problems:
        raise AssertionError("\n".join(problems))


def main():
    report = harness.Report()
    files = {path.name: path for path in map(pathlib.Path, sys.argv[1:])}
    figures, inside = {}, {}
    with report.case("instructions", "are counted"):
        if shutil.which("valgrind") is None:
            raise harness.NotRun("there is no valgrind")
        figures, inside = measure(files)
    if figures:
        built_with = re.sub(r"\s+(?=,)", "", subprocess.run([files["by_name"]], capture_output=True, text=True, check=True).stdout.strip())
        if "--update" in sys.argv:
            write_golden(read_golden() | {built_with: figures})
        with report.case("instructions", "are as in instructions.golden"):
            compare(read_golden(), built_with, figures)
        with report.case("instructions", "are no more than those of the bottom by name"):
            keep_promise(figures)
        with report.case("instructions", "are no more by handle than by name, inside"):
            keep_promise_by_handle(inside)
    report.finish()


if __name__ == "__main__":
    main()
