#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Presets as programs choose them: the name that is reported, forking, and options of the hooks that a preset has.

F13 and F17 are rows of the checklist of CPython's own tests, which have them for PYTHONMALLOC.
"""

import re
import sys

import harness

# Unset, and clause A7.3's values.
_NAMES = ["", "default", "debug", "malloc", "malloc_debug", "pymalloc", "pymalloc_debug", "mimalloc", "mimalloc_debug"]

_CHECKED = ["debug", "malloc_debug", "pymalloc_debug", "mimalloc_debug"]

_OPTIONS = ["quarantine=0", "quarantine=1M", "serial=1", "quarantine=1M:serial=1", "check=100", "index=1",
            "index=0:serial=0", "compat=1", "compat=1:serial=1"]

# The text, and what the line has to offer instead.
_MALFORMED = [
    ("quarantine=lots", r"quarantine.*64K.*0.*"),
    ("quarantine=", r"quarantine.*64K.*0.*"),
    ("quarantine=-1", r"quarantine.*64K.*0.*"),
    ("serial=2", r"serial.*0 or 1"),
    ("serial", r"serial.*0 or 1"),
    ("compat=yes", r"compat.*0 or 1"),
    ("check=often", r"check.*number.*"),
    ("index=maybe", r"index.*0 or 1"),
    ("nonsense=1", r".*compat.*quarantine.*serial.*check.*index.*"),
    ("quarantine=1M,serial=1", r"quarantine.*"),
    ("serial=1:" * 100, r"too many options"),
]


def plain(way):
    return harness.Configuration(way, preset="")


def check_name(files, way, name):
    variables = {"CAIRN_MALLOC": name} if name else {}
    result = harness.run(files, "hello", plain(way), environment=variables)
    result.expect(stdout=(name or "default") + "\n")


def check_options(files, way, preset, options):
    harness.run(files, "hello", plain(way), environment={"CAIRN_MALLOC": f"{preset}:{options}"}).expect(
        stdout=preset + "\n")


def check_malformed(files, way, variable, value, sentence):
    line = re.compile(rf"cairn: {variable}={re.escape(value)}: {sentence}\n")
    if len(value) > 300:  # a line may be cut
        line = re.compile(r"cairn: [^\n]+\n")
    harness.run(files, "hello", plain(way), environment={variable: value}).expect(status=125, stderr=line)


def main():
    files = harness.Files(sys.argv[1:])
    report = harness.Report()
    for way in (harness.LINKED, harness.PRELOAD):
        for name in _NAMES:
            with report.case(f"F13_the_name_that_is_reported {name or 'unset'}", way):
                check_name(files, way, name)
        for preset in _CHECKED:
            for options in _OPTIONS:
                with report.case(f"options {preset}:{options}", way):
                    check_options(files, way, preset, options)
        for options, sentence in _MALFORMED:
            with report.case(f"malformed debug:{options[:40]}", way):
                check_malformed(files, way, "CAIRN_MALLOC", f"debug:{options}", sentence)
        for preset in ("default", "pymalloc", "malloc", "mimalloc"):
            with report.case(f"no options for {preset}", way):
                check_malformed(files, way, "CAIRN_MALLOC", f"{preset}:serial=1", "this preset takes no options")
        with report.case("malformed hook", way):
            check_malformed(files, way, "CAIRN_HOOKS", "debug:quarantine=lots", r"quarantine.*64K.*")
        with report.case("options for a hook that the preset has", way):
            variables = {"CAIRN_HOOKS": "debug:serial=1", "CAIRN_MALLOC": "debug"}
            harness.run(files, "hello", plain(way), environment=variables).expect(
                status=125, stderr=re.compile(r"cairn: CAIRN_HOOKS=debug:serial=1: the preset has this hook .*\n"))
        with report.case("a hook that the preset has", way):
            harness.run(files, "hello", plain(way), environment={"CAIRN_HOOKS": "debug", "CAIRN_MALLOC": "debug"}).expect(
                stdout="debug\n")
        for preset in _NAMES[1:]:
            with report.case("F17_fork_works_and_both_sides_exit_with_0", f"{way}/{preset}"):
                harness.run(files, "fork_once", harness.Configuration(way, preset)).expect()
    report.finish()


if __name__ == "__main__":
    main()
