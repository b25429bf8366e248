#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Symbols in programs: of a part that is not in the configuration, none; of one that is, some.

The programs are linked without --gc-sections, so that nothing is hidden by a linker that drops what is not used.
"""

import pathlib
import re
import shutil
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "process"))
import harness  # pylint: disable=wrong-import-position

# What the names of a part begin with.
_PARTS = {
    "arena fixed": "cairn_arena_fixed",
    "arena malloc": "cairn_arena_malloc",
    "arena mmap": "cairn_arena_mmap",
    "arenas with options": "cairn_lazy_arena",
    "choice at start": "cairn_(start$|start_late|finish|generation_)",
    "heaps of threads": "cairn_heap_",
    "hooks": "cairn_hook_",
    "large": "cairn_large_",
    "libc": "cairn_libc_",
    "mimalloc": "cairn_mimalloc_",
    "options": "cairn_(option|next_part)",
    "pymalloc": "cairn_pymalloc_",
    "start": "cairn_start_by_itself",
    "stats": "cairn_stats_",
    "system": "cairn_system_",
    "tally": "tally_",
    "watching": "cairn_shared_stats_",
}

_POOLS = {"pymalloc", "heaps of threads"}
_DEFAULT = _POOLS | {"large", "arena mmap"}
_LIBC = {"system", "libc"}
_CONFIGURATIONS = {
    "borrowing": _POOLS | {"large", "arena malloc", "libc"},
    "bounded": _POOLS | {"large", "arena fixed", "arenas with options", "options"},
    "changeable": _DEFAULT,
    "counted": _DEFAULT | {"hooks", "stats"},
    "counted_libc": _LIBC | {"hooks", "stats"},
    "forwarding": _POOLS | _LIBC | {"arena mmap"},
    "libc": _LIBC,
    "named": _DEFAULT | {"hooks", "stats"},
    "plain": _DEFAULT,
    "single": _DEFAULT,
    "tallied": _DEFAULT | {"hooks", "tally"},
}

# Whatever it is made of, a malloc replacement knows the way past itself, to libc's malloc.
_EVERY_MALLOC = {"libc"}


def parts_in(program):
    """Parts with a symbol in the program, and such a symbol."""
    result = subprocess.run(["nm", "--format=posix", str(program)], check=True, capture_output=True, text=True)
    names = [line.split(" ")[0] for line in result.stdout.splitlines()]
    return {part: name for part, pattern in _PARTS.items() for name in names if re.match(pattern, name)}


def expect(program, expected):
    found = parts_in(program)
    problems = [f"{part} is in the program, with the symbol {name}" for part, name in found.items() if part not in expected]
    problems += [f"{part} is not in the program" for part in sorted(expected - set(found))]
    if problems:
        raise AssertionError("\n".join(problems))


def main():
    report = harness.Report()
    programs = {path.name: path for path in map(pathlib.Path, sys.argv[1:])}
    for name, parts in _CONFIGURATIONS.items():
        for kind, more in {"user_of_": set(), "malloc_is_": _EVERY_MALLOC}.items():
            with report.case("symbols", kind + name):
                if shutil.which("nm") is None:
                    raise harness.NotRun("there is no nm")
                expect(programs[kind + name], parts | more)
    with report.case("symbols", "whatever a program can choose"):
        expect(programs["malloc_is_default"], set(_PARTS) - {"arenas with options", "start", "tally"})
    report.finish()


if __name__ == "__main__":
    main()
