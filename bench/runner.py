# SPDX-License-Identifier: Apache-2.0
"""Runs measurements round by round, allocators in turn, and shows how far it is."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict

PREFIX = "cairn: bench: "
_TIMEOUT = 300  # seconds; the longest measurement takes a few


class Failure(Exception):
    """A measurement that gave no figure; the text says why."""


def say(text):
    print(PREFIX + text, file=sys.stderr, flush=True)


def environment(allocator):
    """The caller's, so that an allocator's own settings reach it."""
    result = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
    if allocator and allocator.library:
        result["LD_PRELOAD"] = allocator.library
    return result


def how_it_ended(code, errors):
    """One line on a process that failed; Google Benchmark's own warnings are not the reason."""
    lines = [line for line in errors.splitlines() if line.strip() and "***WARNING***" not in line]
    end = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
    return f"{end}: {lines[-1].removeprefix(PREFIX)}" if lines else end


def run(command, allocator=None):
    """What the command prints, run on the allocator."""
    try:
        result = subprocess.run(
            command,
            env=environment(allocator),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Failure(f"no result after {_TIMEOUT} seconds") from None
    except OSError as error:
        raise Failure(f"{command[0]}: {error.strerror}") from None
    if result.returncode != 0:
        raise Failure(how_it_ended(result.returncode, result.stderr))
    return result.stdout


def run_json(command, allocator=None):
    try:
        return json.loads(run(command, allocator))
    except ValueError:
        raise Failure("its output is no JSON") from None


class Progress:
    """A line that rewrites itself on a terminal; elsewhere a plain line per round."""

    def __init__(self, title, rounds, steps_per_round):
        self._title = title
        self._rounds = rounds
        self._total = rounds * steps_per_round
        self._done = 0
        self._begun = time.monotonic()
        self._terminal = sys.stderr.isatty()

    def step(self, number, what):
        if self._terminal:
            percent = 100 * self._done // self._total
            left = self._time_left() if self._done > 20 else ""
            line = f"{percent:3} %  {self._title}: round {number} of {self._rounds}  {what}{left}"
            sys.stderr.write(f"\r\x1b[K{line[:self._columns()]}")
            sys.stderr.flush()
        self._done += 1

    def end_round(self, number):
        if not self._terminal:
            seconds = time.monotonic() - self._begun
            say(f"{self._title}: round {number} of {self._rounds} done after {seconds:.0f} s")

    def clear(self):
        if self._terminal:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _time_left(self):
        used = time.monotonic() - self._begun
        seconds = int(used / self._done * (self._total - self._done))
        return f"  {seconds // 60}:{seconds % 60:02} left"

    @staticmethod
    def _columns():
        try:
            columns = os.get_terminal_size(sys.stderr.fileno()).columns
        except OSError:
            columns = 0
        return (columns or 80) - 1


class Results:
    """samples[row][allocator], a list of what measure() gave; failures[row][allocator], why not."""

    def __init__(self):
        self.samples = defaultdict(lambda: defaultdict(list))
        self.failures = defaultdict(dict)
        self.rounds = 0  # that are complete
        self.interrupted = False

    def interrupt(self):
        """Keeps whole rounds only, if there is one: figures of unlike rounds do not compare."""
        self.interrupted = True
        for by_name in self.samples.values() if self.rounds else []:
            for samples in by_name.values():
                del samples[self.rounds :]


def run_rounds(title, rows, allocators, rounds, measure, serves):
    """Calls measure(row, allocator) in each round for all of both of which serves(row, allocator) is true.

    The allocators take turns at each row, so that whatever else the machine does hits all alike,
    and each round starts with another of them. One that failed at a row is not tried again there.
    """
    results = Results()
    steps = sum(serves(row, allocator) for row in rows for allocator in allocators)
    progress = Progress(title, rounds, steps)
    try:
        for number in range(rounds):
            start = number % len(allocators)
            for row in rows:
                for allocator in allocators[start:] + allocators[:start]:
                    if not serves(row, allocator):
                        continue
                    progress.step(number + 1, f"{row}  {allocator.name}")
                    _one(results, row, allocator, measure)
            results.rounds = number + 1
            progress.end_round(number + 1)
    except KeyboardInterrupt:
        results.interrupt()
    progress.clear()
    return results


def _one(results, row, allocator, measure):
    if allocator.name in results.failures.get(row, {}):
        return
    try:
        results.samples[row][allocator.name].append(measure(row, allocator))
    except Failure as failure:
        results.failures[row][allocator.name] = str(failure)
        results.samples[row].pop(allocator.name, None)


class Load:
    """What other programs took of the processors since this object was made."""

    def __init__(self):
        self._start = self._read()

    @staticmethod
    def _read():
        with open("/proc/stat", encoding="ascii") as file:
            fields = [int(field) for field in file.readline().split()[1:9]]
        ticks = os.sysconf("SC_CLK_TCK")
        times = os.times()
        idle = (fields[3] + fields[4]) / ticks
        return sum(fields) / ticks, sum(fields) / ticks - idle, sum(times[:4])

    def others(self):
        """As a share of all processors, 0 to 1."""
        total, busy, ours = (now - then for now, then in zip(self._read(), self._start))
        return max(0.0, (busy - ours) / total) if total else 0.0
