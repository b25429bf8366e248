#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""flags_check.py BAZEL: tries each documented spelling of each flag of //config.

Builds //tests/flags:describe under the flags and runs it, in this repository and in examples/embed, a workspace that
uses it. A flag must change what the program says of itself, or be refused in one line. Prints what tools/test counts:
the number of cases that passed, then one line for each that failed. A program for itself, since Bazel does not run
inside of bazel test.
"""

import os
import pathlib
import re
import subprocess
import sys
import time

from cases import INNER, OUTER

# Compiles faster than what the other passes of tools/test use, and leaves theirs alone.
MODE = "--compilation_mode=fastbuild"
ROOT = pathlib.Path(__file__).resolve().parents[2]


class Workspace:
    """Where Bazel is called, and what it calls our program there."""

    def __init__(self, bazel, folder, repository):
        self.bazel, self.folder, self.target = bazel, folder, repository + "//tests/flags:describe"
        binaries = pathlib.Path(self.run("info", MODE, "bazel-bin").stdout.strip())
        self.program = binaries / (f"external/{repository[1:]}" if repository else "") / "tests/flags/describe"

    def run(self, command, *arguments):
        return subprocess.run([self.bazel, command, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)

    def build(self, flags):
        """None, or what Bazel wrote about why it could not."""
        done = self.run("build", MODE, "--noshow_progress", "--color=no", "--curses=no", "--symlink_prefix=/",
                        *flags, self.target)
        return done.stderr if done.returncode != 0 else None

    def describe(self, environment):
        """What the program wrote on both of its outputs, with its status."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")} | environment
        done = subprocess.run([self.program], env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr


def wrong_description(text, case):
    """None, or what a program says of itself that does not fit the flags."""
    preset, _, configuration = text.partition("\n")
    words = set(re.findall(r"\w+", configuration))
    missing, surplus = set(case.words) - words, set(case.no_words) & words
    if preset != case.preset or missing or surplus:
        return f"preset {preset}, {configuration.strip()}"
    return None


def problem(workspace, case):
    """None, or why a case failed."""
    errors = workspace.build(case.flags)
    if case.refusal:
        if errors is None:
            return "was built"
        lines = [line for line in errors.splitlines() if case.refusal in line]
        return None if lines else f"says: {errors.strip()}"
    if errors is not None:
        return f"was not built: {errors.strip()}"
    status, text, errors = workspace.describe(case.environment)
    if case.exit_line:
        is_right = status == 125 and not text and errors.count("\n") == 1 and case.exit_line in errors
        return None if is_right else f"status {status}: {text}{errors}".strip()
    return wrong_description(text, case) if status == 0 else f"status {status}: {errors.strip()}"


def main():
    bazel = os.path.abspath(sys.argv[1])
    passed, failed = 0, []
    for workspace, cases in [
            (Workspace(bazel, ROOT, ""), INNER),
            (Workspace(bazel, ROOT / "examples/embed", "@cairn"), OUTER),
    ]:
        for case in cases:
            begun = time.monotonic()
            why = problem(workspace, case)
            print(f"{time.monotonic() - begun:5.1f} s  {case}", file=sys.stderr)
            if why is None:
                passed += 1
            else:
                print(why, file=sys.stderr)
                failed.append(str(case))
    print(passed)
    for line in failed:
        print(line)


if __name__ == "__main__":
    main()
