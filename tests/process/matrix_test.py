#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Runs one victim under every configuration that makes sense for it; it must end with 0 and print nothing."""

import argparse

import harness

_PRESETS = harness.both_ways("default") + harness.both_ways("pymalloc") + harness.both_ways("malloc")
_ARENAS = harness.both_ways("default", "malloc") + harness.both_ways("pymalloc", "malloc")
_HOOKS = harness.both_ways("default", hooks="stats")
_CHECKED = harness.both_ways("debug") + [
    harness.Configuration(harness.LINKED, "pymalloc_debug"),
    harness.Configuration(harness.PRELOAD, "malloc_debug"),
    harness.Configuration(harness.PRELOAD, "default", hooks="debug"),
]

CONFIGURATIONS = {
    "all": _PRESETS + _ARENAS + _HOOKS,
    "checked": _CHECKED,
    "presets": _PRESETS,
    # Where nobody else's memory is counted or runs out: all of it comes from a buffer.
    "fixed": harness.both_ways("default", "fixed:size=8M") + harness.both_ways("default", "fixed:size=64M"),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--configurations", required=True, choices=CONFIGURATIONS)
    parser.add_argument("--checked", action="store_true", help="also those with debug hooks")
    options, arguments = parser.parse_known_args()
    files = harness.Files(arguments)
    report = harness.Report()
    victim = files.names[0].removesuffix("_linked")
    others = [str(files[name]) for name in files.names[2:-1]]
    for configuration in CONFIGURATIONS[options.configurations] + (_CHECKED if options.checked else []):
        with report.case(victim, configuration.name):
            harness.run(files, victim, configuration, *others).expect()
    report.finish()


if __name__ == "__main__":
    main()
