#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Runs real programs with Cairn under them and without, and fails when anything that they do differs."""

import argparse
import os
import pathlib
import signal
import sys
import time

import cairn
import report
import session
import workloads


def main():
    options = parse_options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))
    cases = []
    start = time.monotonic()
    try:
        for name in options.programs:
            for case in run_program(name, workloads.load(name), options.configurations, options.cairn):
                cases.append(case)
                print(case.line(), flush=True)
                if case.failure:
                    print(indent(case.failure), flush=True)
    finally:
        if "XML_OUTPUT_FILE" in os.environ:
            report.write_junit(os.environ["XML_OUTPUT_FILE"], cases)
    failed = sum(bool(case.failure) for case in cases)
    print(f"{len(cases) - failed} passed, {failed} failed, {time.monotonic() - start:.0f} s")
    return 1 if failed else 0


def run_program(name, workload, configurations, cairn_path):
    """Yields the cases of one program: its workload runs without Cairn once, then under each configuration."""
    reference, failure = None, missing_packages(workload)
    if not failure:
        reference, failure = run_workload(workload, cairn.PLAIN, None)
        failure = failure and "without Cairn:\n" + failure
    for configuration in configurations:
        case = report.Case(name, configuration.name, failure=failure)
        if not failure:
            run, case.failure = run_workload(workload, configuration, cairn_path)
            case.seconds, case.plain_seconds = run.seconds, reference.seconds
            case.peak_kib, case.plain_peak_kib = run.peak_kib, reference.peak_kib
            case.mallocs, case.processes = run.mallocs, run.processes
            case.failure = case.failure or report.first_difference(
                reference.transcript, run.transcript, "without Cairn", configuration.name
            )
        yield case


def run_workload(workload, configuration, cairn_path):
    """Runs a workload once. Returns its session and the failure, empty when there is none."""
    with session.Session(configuration, cairn_path) as run:
        try:
            workload.run(run)
        except session.Failure as failure:
            return run, str(failure)
        except OSError as error:
            return run, repr(error)
    return run, ""


def missing_packages(workload):
    """A sentence about the first program that is not installed, or an empty string."""
    for program, package in workload.PROGRAMS.items():
        if not session.find_program(program):
            return f"{program} is missing: apt-get install {package}"
    return ""


def indent(text):
    return "\n".join("    " + line for line in text.splitlines())


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--cairn",
        metavar="FILE",
        required=True,
        help="the cairn command; 'none' runs everything without Cairn twice, which proves the workloads",
    )
    parser.add_argument("--all", action="store_true", help="all configurations instead of only 'default'")
    parser.add_argument("--configurations", metavar="LIST", help="PRESET[/ARENA],... instead of 'default'")
    parser.add_argument("--programs", metavar="LIST", help=f"some of {','.join(workloads.NAMES)}; otherwise all")
    options = parser.parse_args()
    if options.cairn == "none":
        options.configurations = [cairn.PLAIN]
    elif options.configurations:
        options.configurations = [cairn.Configuration.parse(name) for name in options.configurations.split(",")]
    else:
        options.configurations = cairn.ALL if options.all else cairn.DEFAULT
    options.programs = options.programs.split(",") if options.programs else workloads.NAMES
    for name in options.programs:
        if name not in workloads.NAMES:
            parser.error(f"unknown program '{name}', choose from: {', '.join(workloads.NAMES)}")
    if options.cairn != "none" and not os.access(options.cairn, os.X_OK):
        parser.error(f"no command '{options.cairn}'")
    # The programs run in folders of their own. Not resolved: beside a link stand what Bazel gave the command to use.
    options.cairn = str(pathlib.Path.cwd() / options.cairn)
    return options


if __name__ == "__main__":
    sys.exit(main())
