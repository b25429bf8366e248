#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Every preset chosen at start by programs built with every preset, which have blocks of their own by then."""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
sys.path.insert(0, "tests/process")
import harness

_CHOICES = {"choosers": ["pymalloc", "mimalloc"], "offers_static": ["static_pymalloc"]}
_KNOWN = ["default", "debug"]  # know their blocks by the address
_PLAIN = ["pymalloc", "malloc", "mimalloc"]
_CHECKED = [preset + "_debug" for preset in _PLAIN]
_PRESETS = _KNOWN + _PLAIN + _CHECKED


def run(report, program, arguments=(), **variables):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")} | variables
    with report.case(program.name, " ".join(variables.values()) or "as built"):
        result = subprocess.run([str(program), *arguments], env=environment, capture_output=True, text=True, timeout=40,
                                check=False)
        if result.returncode != 0:
            raise AssertionError(f"exit status {result.returncode}, it wrote:\n{result.stderr}")
        if "CAIRN_MALLOCSTATS" in variables and "18,446,744" in result.stderr:
            raise AssertionError(f"a figure below zero:\n{result.stderr}")


def choices_of(config):
    """What a program built with it can choose, with options that lay blocks out otherwise than before."""
    choices = _CHOICES.get(config, _KNOWN + _CHECKED if config in _CHECKED else _PRESETS)
    return choices + ([f"{config}:serial=1:quarantine=64K"] if config in ["debug"] + _CHECKED else [])


def main():
    report = harness.Report()
    files = {pathlib.Path(name).name: pathlib.Path(name).resolve() for name in sys.argv[1:]}
    for name, program in files.items():
        if name.startswith("older_blocks_"):
            config = name.removeprefix("older_blocks_")
            for preset in [""] + choices_of(config):
                chosen = {"CAIRN_MALLOC": preset} if preset else {}
                run(report, program, **chosen)
                if config in _PRESETS and preset in ["", "default", "debug", *_PLAIN]:
                    run(report, program, **chosen, CAIRN_HOOKS="stats", CAIRN_MALLOCSTATS="1")
            if config in ["default", *_PLAIN]:
                run(report, program, CAIRN_HOOKS="stats,debug,stats")
    run(report, files["closed_library"], [str(files["libplugin_heap.so"])])
    run(report, files["two_images"])
    for preset in ["default", "pymalloc", "mimalloc"]:
        run(report, files["two_choices"], CAIRN_MALLOC=preset)
    report.finish()


if __name__ == "__main__":
    main()
