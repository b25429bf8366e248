# SPDX-License-Identifier: Apache-2.0
"""The command line of //bench: what is asked for, checked before anything is measured."""

import argparse
import os
import re
import sys

import chart
import peers
import runner

_DESCRIPTION = """\
Compares memory allocators side by side: glibc, mimalloc, jemalloc, tcmalloc and Cairn's preload
library, each as the malloc of the same program, in turn at each case and round. Beside them, by
name: Cairn as a static configuration, inlined (cairn-static), and the PyObject_Malloc of CPython
(pymalloc), which has no cases of several threads. Prints medians; marks what cannot be told apart;
says below which speed goals (goals.py) the figures meet. Without options a quarter of an hour, and
so with --programs.
"""
_EPILOG = """\
Exit status: 0; 1 if an allocator failed at a case; 2 for a mistake in the call; 130 if interrupted
(the table then shows the rounds so far). An allocator's own settings in the environment apply.
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        fail(f"{message}; see --help")


def fail(message, status=2):
    runner.say(message)
    sys.exit(status)


def parse(arguments):
    parser = _Parser(prog="bench", description=_DESCRIPTION, epilog=_EPILOG, allow_abbrev=False,
                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=_positive(int), metavar="N",
                        help="rounds; 9, 6 with --programs, 3 with --quick. From 6 on the intervals hold 95 %%")
    parser.add_argument("--cases", type=_regex, metavar="REGEX", default=_regex(""),
                        help="only rows whose name holds a match, such as '^pair/' or 'memory/'")
    parser.add_argument("--allocators", type=_names, metavar="A,B",
                        help="only these of: " + ", ".join(peers.NAMES))
    parser.add_argument("--quick", action="store_true",
                        help="about two minutes: fewer and shorter rounds, without the largest heaps")
    parser.add_argument("--programs", action="store_true",
                        help="processor time and peak memory of real programs instead of the cases")
    parser.add_argument("--json", metavar="FILE", type=_writable, help="also write all figures to FILE")
    parser.add_argument("--svg", metavar="FILE", type=_writable,
                        help="also draw the ratios to the best of the other mallocs in FILE")
    parser.add_argument("--list", action="store_true", help="name all rows and end")
    parser.add_argument("--seconds", type=_positive(float), metavar="S",
                        help="time per measurement; 0.05, or 0.02 with --quick")
    parser.add_argument("--cairn", metavar="LIBRARY", type=_library,
                        help="measure this build of Cairn's preload library")
    parser.add_argument("--add", metavar="NAME=LIBRARY", type=_addition, action="append", default=[],
                        help="one more column: any library that replaces malloc; may be repeated")
    # The wrapper fills these in.
    parser.add_argument("--worker", type=os.path.abspath, help=argparse.SUPPRESS)
    parser.add_argument("--static-worker", type=os.path.abspath, help=argparse.SUPPRESS)
    parser.add_argument("--pymalloc-worker", type=os.path.abspath, help=argparse.SUPPRESS)
    parser.add_argument("--launch", type=os.path.abspath, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    options.rounds = options.rounds or (3 if options.quick else 6 if options.programs else 9)
    options.seconds = options.seconds or (0.02 if options.quick else 0.05)
    if not options.worker or not options.launch:
        fail("start me with 'tools/bazel run //bench', or give --worker and --launch")
    if options.svg and not chart.is_here():
        fail(f"--svg needs pygal: run 'apt-get install {chart.PACKAGE}'")
    return options


def choose_allocators(options):
    """(allocators to measure, sentences on those that are missing)"""
    found, missing = peers.find_all()
    if options.pymalloc_worker:
        pymalloc, no_pymalloc = peers.find_pymalloc(options.pymalloc_worker)
        found += pymalloc
        missing += no_pymalloc
    if options.cairn:
        found.append(peers.from_path("cairn", options.cairn))
    if options.static_worker:
        found.append(peers.static(options.static_worker))
    names = [name for name, _ in options.add]
    for name in names:
        if name in peers.NAMES or names.count(name) > 1:
            fail(f"--add needs a name of its own, '{name}' is taken")
    wanted = options.allocators
    if wanted:
        if "cairn" in wanted and not options.cairn:
            fail("no preload library of Cairn's here, give --cairn LIBRARY")
        workers = {peers.STATIC: options.static_worker, peers.PYMALLOC: options.pymalloc_worker}
        for name, worker in workers.items():
            if name in wanted and not worker:
                fail(f"no worker for {name} here, start me with 'tools/bazel run //bench'")
        found = [allocator for allocator in found if allocator.name in wanted]
        missing = [line for line in missing if line.split()[0] in wanted]
    found += [peers.from_path(name, path) for name, path in options.add]
    return found, missing


def choose_rows(options, rows):
    """Those that --cases matches; none is a mistake."""
    chosen = [row for row in rows if options.cases.search(row)]
    if not chosen:
        fail(f"no case matches '{options.cases.pattern}'; see --list")
    return chosen


def _positive(kind):
    def parse_positive(text):
        try:
            value = kind(text)
        except ValueError:
            value = 0
        if not 0 < value < 1e6:
            what = "whole number" if kind is int else "number"
            raise argparse.ArgumentTypeError(f"'{text}' is no {what} above 0")
        return value

    return parse_positive


def _regex(text):
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"'{text}' is no regular expression: {error}") from None


def _names(text):
    names = [name for name in text.split(",") if name]
    for name in names:
        if name not in peers.NAMES:
            raise argparse.ArgumentTypeError(
                f"unknown allocator '{name}', choose from: {', '.join(peers.NAMES)}"
            )
    if not names:
        raise argparse.ArgumentTypeError("name at least one allocator")
    return names


def _writable(text):
    folder = os.path.dirname(os.path.abspath(text))
    if os.path.isdir(text) or not os.access(text if os.path.exists(text) else folder, os.W_OK):
        raise argparse.ArgumentTypeError(f"cannot write '{text}'")
    return os.path.abspath(text)


def _library(text):
    # The loader splits LD_PRELOAD at both.
    if not os.path.isfile(text) or re.search("[ :]", os.path.abspath(text)):
        raise argparse.ArgumentTypeError(f"no library '{text}', or a space or colon in its path")
    return os.path.abspath(text)


def _addition(text):
    name, _, path = text.partition("=")
    if not re.fullmatch(r"[\w.+-]+", name):
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=LIBRARY")
    return name, _library(path)
