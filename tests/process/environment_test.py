#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""The CAIRN_ variables: wrong values end the program before it runs, empty ones are none, secure programs ignore them."""

import re
import sys

import harness

# The variables, and what the one line must say after "cairn: NAME=VALUE: ". The lists may grow.
_PRESETS = r"unknown preset; choose from: default, pymalloc, malloc[^\n]*"
_ARENAS = r"unknown arena provider; choose from: mmap, malloc, fixed[^\n]*"
_HOOKS = r"unknown hook; choose from: stats[^\n]*"
_FIXED = r"fixed needs size=BYTES of at least [0-9KMG]+[^\n]*"
_REPORTS = r"[^\n]*\b1, json or arena[^\n]*"
_REFUSED = [
    ({"CAIRN_MALLOC": "nonsense"}, _PRESETS),
    ({"CAIRN_MALLOC": "Default"}, _PRESETS),
    ({"CAIRN_MALLOC": "default "}, _PRESETS),
    ({"CAIRN_MALLOC": "default,pymalloc"}, _PRESETS),
    ({"CAIRN_MALLOC": "x" * 5000}, _PRESETS),
    ({"CAIRN_MALLOC": "%s%n"}, _PRESETS),
    ({"CAIRN_MALLOC": "two\nlines \x1b[1m\x7f"}, _PRESETS),
    ({"CAIRN_ARENA": "nonsense"}, _ARENAS),
    ({"CAIRN_ARENA": "mmap,malloc"}, _ARENAS),
    ({"CAIRN_ARENA": "nonsense", "CAIRN_MALLOC": "pymalloc"}, _ARENAS),
    ({"CAIRN_ARENA": "mmap:size=64M"}, r"this arena provider takes no options"),
    ({"CAIRN_ARENA": "fixed"}, _FIXED),
    ({"CAIRN_ARENA": "fixed:size="}, _FIXED),
    ({"CAIRN_ARENA": "fixed:size=4K"}, _FIXED),
    ({"CAIRN_ARENA": "fixed:size=64X"}, _FIXED),
    ({"CAIRN_ARENA": "fixed:size=-1"}, _FIXED),
    ({"CAIRN_ARENA": "fixed:size=99999999999999999999"}, _FIXED),
    ({"CAIRN_ARENA": "fixed:size=9999999G"}, r"the system has no memory for a buffer of that size"),
    ({"CAIRN_ARENA": "mmap", "CAIRN_MALLOC": "malloc"}, r"the chosen preset has no arenas; leave CAIRN_ARENA unset"),
    ({"CAIRN_HOOKS": "nonsense"}, _HOOKS),
    ({"CAIRN_HOOKS": "stats,nonsense"}, _HOOKS),
    ({"CAIRN_HOOKS": "stats:nonsense=1"}, r"[^\n]+"),
    ({"CAIRN_MALLOCSTATS": "nonsense"}, _REPORTS),
    ({"CAIRN_MALLOCSTATS": "0"}, _REPORTS),
    ({"CAIRN_MALLOCSTATS": "yes"}, _REPORTS),
]

_ACCEPTED = [
    ({}, "default"),
    ({"CAIRN_MALLOC": "", "CAIRN_ARENA": "", "CAIRN_HOOKS": "", "CAIRN_MALLOCSTATS": ""}, "default"),
    ({"CAIRN_MALLOC": "pymalloc", "CAIRN_ARENA": ""}, "pymalloc"),
    ({"CAIRN_MALLOC": "malloc", "CAIRN_ARENA": ""}, "malloc"),
    ({"CAIRN_MALLOC": "default", "CAIRN_ARENA": "fixed:size=64M", "CAIRN_HOOKS": "stats"}, "default"),
    ({"CAIRN_MALLOCATOR": "nonsense", "XCAIRN_MALLOC": "nonsense"}, "default"),
]


def plain(way):
    """A configuration without any variable; the preset is in the variables of the case."""
    return harness.Configuration(way, preset="")


def title(variables):
    return " ".join(f"{name}={value[:40]}" for name, value in variables.items()) or "no variable"


def check_refused(files, way, variables, text):
    name, value = next(iter(variables.items()))
    shown = re.sub(r"[\x00-\x1f\x7f]", "?", value)
    line = re.compile(rf"cairn: {re.escape(f'{name}={shown}')}: {text}\n")
    if len(value) > 1000:  # a line may be cut
        line = re.compile(r"cairn: [^\n]+\n")
    harness.run(files, "hello", plain(way), environment=variables).expect(status=125, stderr=line)


# A real group other than the effective one makes a program secure, as a set-gid file would.
_TAKE_GROUP = """\
import os, sys
try:
    os.setresgid(65534, os.getegid(), os.getegid())
except OSError:
    sys.exit(77)
os.execv(sys.argv[1], sys.argv[1:])
"""


def check_secure(files, variables):
    program = str(files.program("hello", harness.LINKED))
    result = harness.run_program([sys.executable, "-c", _TAKE_GROUP, program], variables)
    if result.status == 77:
        raise harness.NotRun("only who may take another group can start a secure program")
    result.expect(stdout="default secure\n")


# In a mount namespace of its own the mimalloc library is an empty file.
_HIDE_LIBRARY = """\
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
folder = "/usr/lib/x86_64-linux-gnu/"
names = [folder + name for name in ("libmimalloc.so.2", "libmimalloc.so.2.0") if os.path.exists(folder + name)]
CLONE_NEWNS, MS_BIND, MS_REC, MS_PRIVATE = 0x20000, 4096, 16384, 1 << 18
if libc.unshare(CLONE_NEWNS) or libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None):
    sys.exit(77)
for path in {os.path.realpath(name) for name in names}:
    if libc.mount(b"/dev/null", path.encode(), None, MS_BIND, None):
        sys.exit(77)
os.execve(sys.argv[1], sys.argv[1:], dict(os.environ, **dict([sys.argv.pop().split("=", 1)])))
"""


def check_missing_library(files, way):
    program = str(files.program("hello", way))
    variables = {"CAIRN_MALLOC": "mimalloc"}
    last = "LD_PRELOAD=" + (str(files.library) if way == harness.PRELOAD else "")
    result = harness.run_program([sys.executable, "-c", _HIDE_LIBRARY, program, last], variables)
    if result.status == 77:
        raise harness.NotRun("only who may mount can hide a library")
    result.expect(status=125, stderr=re.compile(r"cairn: CAIRN_MALLOC=mimalloc: [^\n]* was not found; install [^\n]+\n"))


def main():
    files = harness.Files(sys.argv[1:])
    report = harness.Report()
    for way in (harness.LINKED, harness.PRELOAD):
        for variables, text in _REFUSED:
            with report.case(f"environment {title(variables)}", way):
                check_refused(files, way, variables, text)
        for variables, preset in _ACCEPTED:
            with report.case(f"environment {title(variables)}", way):
                harness.run(files, "hello", plain(way), environment=variables).expect(stdout=preset + "\n")
    for variables in ({"CAIRN_MALLOC": "malloc"}, {"CAIRN_MALLOC": "nonsense", "CAIRN_HOOKS": "nonsense"},
                      {"CAIRN_ARENA": "nonsense"}, {"CAIRN_MALLOCSTATS": "1"}):
        with report.case(f"secure {title(variables)}", harness.LINKED):
            check_secure(files, variables)
    for way in (harness.LINKED, harness.PRELOAD):
        with report.case("environment mimalloc is missing", way):
            check_missing_library(files, way)
    report.finish()


if __name__ == "__main__":
    main()
