#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Each bug of victims/bugs_*.c is named by the debug presets in a sentence, and its good twin runs clean under all.

The sentences stand in the victims' own tables.
"""

import re
import signal
import subprocess
import sys

import harness

_PLAIN = ["default", "pymalloc", "malloc", "mimalloc"]
_CHECKED = ["debug", "pymalloc_debug", "malloc_debug", "mimalloc_debug"]  # the first three in the victims' order

# What blocks are kept apart by has no part in what is said: one of each is enough the other way in.
_BAD = [harness.Configuration(harness.PRELOAD, preset) for preset in _CHECKED[:3]]
_BAD += [harness.Configuration(harness.LINKED, "debug")]
_GOOD = [harness.Configuration(harness.PRELOAD, preset) for preset in _PLAIN + _CHECKED]
_GOOD += [harness.Configuration(harness.LINKED, preset) for preset in ("default", "debug")]


def read_table(files):
    """Cases: (name, {preset: pattern of the first line})."""
    program = str(files.program("bugs", harness.PRELOAD))
    lines = subprocess.run([program, "--list"], check=True, capture_output=True, text=True).stdout.splitlines()
    for line in lines:
        name, *sentences = line.split("\t")
        yield name, dict(zip(_CHECKED, sentences))


def check_named(files, configuration, name, sentence):
    pattern = re.compile(rf"cairn: (?:{sentence.replace('PTR', '0x[0-9a-f]+')})\n(?s:.*)")
    harness.run(files, "bugs", configuration, name).expect(status=-signal.SIGABRT, stderr=pattern)


def main():
    files = harness.Files(sys.argv[1:])
    report = harness.Report()
    cases = list(read_table(files))
    for name, sentences in cases:
        for configuration in _BAD:
            with report.case(name, configuration.name):
                check_named(files, configuration, name, sentences[configuration.preset])
        for configuration in _GOOD:
            with report.case(f"{name} without the bug", configuration.name):
                harness.run(files, "bugs", configuration, "--good", name).expect()
    print(f"covered: {len(cases)} buggy programs, under {len(_BAD)} configurations each", flush=True)
    report.finish()


if __name__ == "__main__":
    main()
