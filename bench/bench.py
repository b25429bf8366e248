#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""//bench: runs all allocators through the same cases and prints how they compare.

The cases are in cases.cc and memory.cc, the programs in programs.py; the measured process is
worker.cc. Without Bazel, from the repository's top:

    g++ -std=c++17 -O2 -fno-builtin -I. -Ibench/heaps/malloc bench/*.cc bench/heaps/malloc/*.cc \
        -o /tmp/worker -lbenchmark -pthread
    gcc -O2 bench/launch.c -o /tmp/launch
    python3 -B bench/bench.py --worker /tmp/worker --launch /tmp/launch

Another heap than malloc (heaps/) takes another worker; --list of it tells which cases it serves.
"""

import signal
import sys
import textwrap

import chart
import goals
import memory_table
import options as command_line
import programs
import report
import runner
import summary
import table

_MEMORY = "memory/"


class Bench:
    """One run: what was chosen, what came out, and how it is shown."""

    def __init__(self, options):
        self.options = options
        self.about = _ask_worker([options.worker, "--list"])
        self.allocators, self.missing = command_line.choose_allocators(options)
        self.broken = False
        self.interrupted = False
        self.report = {}
        self.chart = chart.Chart()
        self.figures = goals.Run()
        self._served = {}

    def names(self, rows):
        """Of those that serve any of the rows."""
        return [a.name for a in self.allocators if any(self.serves(row, a) for row in rows)]

    def serves(self, row, allocator):
        """Who has a worker of its own has that one's cases, and no programs."""
        return not allocator.worker or row in self._served[allocator.worker]

    def check_overrides(self):
        """Leaves out whom the worker does not find as its malloc, or whose own worker does not run."""
        for allocator in list(self.allocators):
            try:
                runner.run(self._worker(allocator), allocator)
                if allocator.worker:
                    about = runner.run_json([allocator.worker, "--list"])
                    self._served[allocator.worker] = set(_rows_of(about))
            except runner.Failure as failure:
                runner.say(f"{allocator.name} is left out: {failure}")
                self.allocators.remove(allocator)
                self.broken = True
        if not self.allocators:
            command_line.fail("no allocator to measure", 1)

    def _worker(self, allocator, *arguments):
        return [allocator.worker or self.options.worker, f"--expect={allocator.expect}", *arguments]

    def _run(self, title, rows, rounds, measure):
        results = runner.run_rounds(title, rows, self.allocators, rounds, measure, self.serves)
        for row, failures in results.failures.items():
            for name, reason in failures.items():
                runner.say(f"{name} failed at {row}: {reason}")
                self.broken = True
        if results.interrupted:
            self.interrupted = True
            runner.say(f"interrupted, {results.rounds} of {rounds} rounds done")
        return results

    def _compare(self, groups, samples, relative=False):
        """The rows that have figures, in their groups."""
        estimates = {
            row: {name: summary.estimate(values) for name, values in samples[row].items() if values}
            for rows in groups.values()
            for row in rows
            if any(samples.get(row, {}).values())
        }
        names = self.names([row for rows in groups.values() for row in rows])
        groups = {group: [row for row in rows if row in estimates] for group, rows in groups.items()}
        groups = {group: rows for group, rows in groups.items() if rows}
        return table.Comparison(names, estimates, groups, relative)

    def _explain(self, what, comparison, samples):
        rounds = min(len(values) for by_name in samples.values() for values in by_name.values())
        print(f"\n{what}; {table.legend(rounds, comparison.has_ratios())}")
        for line in comparison.verdict():
            print(textwrap.fill(line, 100, subsequent_indent="  ", break_on_hyphens=False))

    def run_cases(self, rows):
        def measure(row, allocator):
            arguments = [f"--case={row}", f"--seconds={self.options.seconds}"]
            output = runner.run_json(self._worker(allocator, *arguments), allocator)
            return 1e9 / output["benchmarks"][0]["items_per_second"]

        results = self._run("cases", rows, self.options.rounds, measure)
        groups = {}
        for case in self.about["cases"]:
            if case["name"] in rows:
                groups.setdefault(case["group"], []).append(case["name"])
        compared = self._compare(groups, results.samples)
        self.figures.comparisons["cases"] = compared
        self.report["cases"] = {
            "unit": "ns",
            "failures": results.failures,
            **report.comparison(compared, results.samples),
        }
        if compared.estimates:
            print("\n" + compared.text("ns", results.failures))
            self._explain("ns per malloc and free, or per realloc", compared, results.samples)
            for name in (compared.MINE, compared.STATIC):
                self.chart.add(f"{name}, time", compared.to_best(name))

    def run_memory(self, rows):
        def measure(row, allocator):
            command = self._worker(allocator, f"--memory={row[len(_MEMORY):]}")
            return runner.run_json(command, allocator)

        # Figures of memory hardly vary.
        rounds = 1 if self.options.quick else min(self.options.rounds, 3)
        results = self._run("memory", rows, rounds, measure)
        self.report["memory"] = {"samples": results.samples, "failures": results.failures}
        names = [row[len(_MEMORY) :] for row in rows]
        samples = {row[len(_MEMORY) :]: by_name for row, by_name in results.samples.items()}
        self.figures.memory = samples
        if samples:
            print("\n" + memory_table.text(self.names(rows), names, samples))

    def run_programs(self, suite, rows):
        results = self._run("programs", rows, self.options.rounds, suite.measure)
        for key, unit, scale, chart_name, what in (
            ("cpu", "CPU s", 1, "processor time", "Seconds of processor time, child processes included"),
            ("peak", "peak MiB", 2**20, "peak memory", "Resident memory of the largest process at its peak"),
        ):
            samples = {
                row: {name: [one[key] / scale for one in ones] for name, ones in by_name.items()}
                for row, by_name in results.samples.items()
            }
            compared = self._compare({unit: rows}, samples, relative=True)
            self.figures.comparisons[key] = compared
            self.report[key] = {
                "unit": unit,
                "failures": results.failures,
                **report.comparison(compared, samples),
            }
            if compared.estimates:
                print("\n" + compared.text(unit, results.failures))
                self._explain(f"{what}, and its ratio to glibc's", compared, samples)
                self.chart.add(f"{compared.MINE}, {chart_name}", compared.to_best(compared.MINE))

    def judge(self):
        """What the goals say to all this; nothing if Cairn was not measured."""
        judged = goals.judge(self.figures)
        self.report["goals"] = goals.as_json(judged)
        if judged:
            print("\n" + goals.text(judged))


def _ask_worker(command):
    try:
        return runner.run_json(command)
    except runner.Failure as failure:
        return command_line.fail(f"the worker does not run: {failure}", 1)


def _rows_of(about, quick=False):
    """The rows that a worker lists; without the slow ones if quick."""
    return [
        prefix + case["name"]
        for prefix, cases in (("", about["cases"]), (_MEMORY, about["memory"]))
        for case in cases
        if not (quick and case["slow"])
    ]


def _all_rows(bench, suite):
    if bench.options.programs:
        return suite.rows
    return _rows_of(bench.about, bench.options.quick)


def _measure(bench, rows, suite):
    cases = [row for row in rows if not row.startswith((_MEMORY, programs.PREFIX))]
    memory = [row for row in rows if row.startswith(_MEMORY)]
    commands = [row for row in rows if row.startswith(programs.PREFIX)]
    if cases:
        bench.run_cases(cases)
    if memory and not bench.interrupted:
        bench.run_memory(memory)
    if commands and not bench.interrupted:
        bench.run_programs(suite, commands)


def main():
    options = command_line.parse(sys.argv[1:])
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    bench = Bench(options)
    with programs.Suite(options.launch) as suite:
        rows = command_line.choose_rows(options, _all_rows(bench, suite))
        if options.list:
            print("\n".join(rows))
            return 0
        for line in bench.missing + (suite.missing if options.programs else []):
            runner.say(line)
        bench.check_overrides()
        names = bench.names(rows)
        if not names:
            command_line.fail("none of these allocators has any of these cases")
        print(report.heading(names, options.rounds, bench.about["glibc"]), flush=True)
        load = runner.Load()
        _measure(bench, rows, suite)
        others = load.others()
    bench.judge()
    if others > 0.05:
        runner.say(
            f"other programs took {100 * others:.0f} % of the processors meanwhile; "
            "rows with threads suffer most"
        )
    if options.json:
        report.write(options.json, bench, others)
    if options.svg and not bench.chart.write(options.svg):
        runner.say("no chart: there are no ratios, which takes Cairn and another malloc")
    return 130 if bench.interrupted else int(bench.broken)


if __name__ == "__main__":
    sys.exit(main())
