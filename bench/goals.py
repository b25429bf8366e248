# SPDX-License-Identifier: Apache-2.0
"""What Cairn's speed is to be, as data, and whether the rows of a run say that it is.

A goal counts the rows of the run that it names and that have figures of both sides; with none of
them it is not mentioned. Where rows are judged one by one, noise is no miss: a row misses its limit
only if the whole interval does.
"""

import re
import textwrap
from dataclasses import dataclass

import memory_table
import summary
import table

MINE, STATIC, PYMALLOC = table.Comparison.MINE, table.Comparison.STATIC, table.Comparison.PYMALLOC
PEERS = ("glibc", "mimalloc", "jemalloc", "tcmalloc")

# Rows by name.
_POOLS = r"(pair/(16|64|512)$|batch/|mixed/|calloc/100$)"
_ONE_THREAD = r"(?!threads/)"
_LARGE = rf"(?!{_POOLS}|threads/)"


@dataclass(frozen=True)
class Outcome:
    figure: float
    met: bool
    verdict: str
    missed: dict  # {row: figure}


@dataclass(frozen=True)
class Each:
    """In each row mine / the lowest of the others is at most the limit."""

    goal: str
    text: str
    kind: str  # the table: cases, cpu, peak
    rows: str
    mine: str
    others: tuple
    limit: float

    def judge(self, run):
        ratios, missed = {}, {}
        for row, mine, best in _pairs(run, self):
            ratios[row] = mine.median / best.median
            if mine.low > self.limit * best.high and ratios[row] > self.limit:
                missed[row] = ratios[row]
        if not ratios:
            return None
        how = f"missed in {len(missed)} of {len(ratios)}" if missed else f"met in all {len(ratios)}"
        return Outcome(max(ratios.values()), not missed, how, missed)


@dataclass(frozen=True)
class Mean(Each):
    """The same ratios' geometric mean."""

    def judge(self, run):
        return _limited([mine.median / best.median for _, mine, best in _pairs(run, self)], self.limit)


@dataclass(frozen=True)
class BestMean(Each):
    """Mine and the others each have a geometric mean of all rows; of the others' the lowest counts."""

    def judge(self, run):
        rows = [
            values for row, values in run.estimates(self.kind).items()
            if re.match(self.rows, row) and self.mine in values
        ]
        whole = [name for name in self.others if rows and all(name in values for values in rows)]
        means = {
            name: summary.geometric_mean(values[name].median for values in rows)
            for name in (self.mine, *whole)
        } if whole else {}
        lowest = min((means[name] for name in whole), default=None)
        return _limited([means[self.mine] / lowest] if lowest else [], self.limit)


@dataclass(frozen=True)
class Growth(Each):
    """Mine / the lowest of the others is in no row higher than in the first of them."""

    def judge(self, run):
        ratios, missed, first = {}, {}, None
        for row, mine, best in _pairs(run, self):
            ratios[row] = mine.median / best.median
            first = first or (ratios[row], mine.high / best.low)
            if mine.low / best.high > self.limit * first[1]:
                missed[row] = ratios[row]
        if len(ratios) < 2:
            return None
        worst = max(ratios.values()) / first[0]
        how = f"missed in {len(missed)} of {len(ratios) - 1}" if missed else f"met in all {len(ratios) - 1}"
        return Outcome(worst, not missed, how, missed)


@dataclass(frozen=True)
class Memory:
    """The geometric mean of mine / the lowest of the others, of a figure of the memory cases."""

    goal: str
    text: str
    figure: callable
    others: tuple  # none: the figure itself
    limit: float

    def judge(self, run):
        values = []
        for case in run.memory:
            mine = memory_table.median(run.memory, case, MINE, self.figure)
            theirs = [memory_table.median(run.memory, case, name, self.figure) for name in self.others]
            theirs = [one for one in theirs if one]
            if mine is not None and (theirs or not self.others):
                values.append(mine / min(theirs) if theirs else mine)
        return _limited(values, self.limit)


GOALS = [
    Each("1", "pool-sized, each: cairn / best", "cases", _POOLS, MINE, PEERS, 1.0),
    Mean("1", "pool-sized, mean: cairn / mimalloc", "cases", _POOLS, MINE, ("mimalloc",), 0.85),
    Mean("1", "pool-sized, mean: static / cairn", "cases", _POOLS, STATIC, (MINE,), 0.8),
    Each("1", "one thread, each: static / pymalloc", "cases", _ONE_THREAD, STATIC, (PYMALLOC,), 1 / 1.5),
    Each("2", "threads, each: cairn / mimalloc", "cases", "threads/", MINE, ("mimalloc",), 1.0),
    Mean("2", "threads, mean: cairn / mimalloc", "cases", "threads/", MINE, ("mimalloc",), 1.0),
    Each("3", "1 KiB and up, growth, each: cairn / best", "cases", _LARGE, MINE, PEERS, 1.0),
    Mean("3", "1 KiB and up, growth, mean: cairn / best", "cases", _LARGE, MINE, PEERS, 1.0),
    BestMean("4", "programs, CPU: mean of cairn / lowest mean", "cpu", "", MINE, PEERS, 1.0),
    BestMean("4", "programs, peak: mean of cairn / lowest mean", "peak", "", MINE, PEERS, 1.0),
    Each("4", "programs, CPU, each: cairn / best", "cpu", "", MINE, PEERS, 1.03),
    Each("4", "programs, peak, each: cairn / best", "peak", "", MINE, PEERS, 1.03),
    Memory("5", "resident at peak, mean: cairn / mimalloc", memory_table.resident("full"), ("mimalloc",), 1.0),
    Memory("5", "resident at peak, mean: cairn / glibc", memory_table.resident("full"), ("glibc",), 1.01),
    Memory("5", "resident after -90%, mean: cairn / mimalloc", memory_table.resident("thinned"), ("mimalloc",), 1.0),
    Memory("5", "a moment later, mean: cairn / best", memory_table.resident("settled"), PEERS, 1.0),
    Memory("5", "nothing alive, mean: resident / peak", memory_table.left_over, (), 0.1),
    Growth("6", "10k to 10M blocks, growth of cairn / best", "cases", "mixed/", MINE, PEERS, 1.0),
    Each("6", "beside 1000 sleepers: cairn / best", "cases", "threads/1000 asleep", MINE, PEERS, 1.0),
    Memory("6", "memory per sleeper: cairn / mimalloc", memory_table.per_thread("asleep"), ("mimalloc",), 1.0),
]


class Run:
    """What a run has to be judged by; whatever it did not measure is empty."""

    def __init__(self):
        self.comparisons = {}  # {kind: table.Comparison}
        self.memory = {}  # {case: {allocator: [sample]}}

    def estimates(self, kind):
        return self.comparisons[kind].estimates if kind in self.comparisons else {}


def _pairs(run, goal):
    """(row, mine, the lowest of the others) for the rows that have both."""
    for row, values in run.estimates(goal.kind).items():
        there = {name: values[name] for name in goal.others if name in values}
        if re.match(goal.rows, row.removeprefix("program/")) and goal.mine in values and there:
            yield row, values[goal.mine], there[summary.best(there)]


def _limited(values, limit):
    """The outcome of a geometric mean, None of nothing."""
    mean = summary.geometric_mean(values)
    if mean is None:
        return None
    far = 100 * (mean / limit - 1)
    return Outcome(mean, mean <= limit, "met" if mean <= limit else f"missed by {far:.3g} %", {})


def judge(run):
    """[(goal, outcome)] of those that this run can tell of."""
    outcomes = [(goal, goal.judge(run)) for goal in GOALS]
    return [(goal, outcome) for goal, outcome in outcomes if outcome]


def text(judged):
    rows = [
        [f"{goal.goal}  {goal.text}", table.number(outcome.figure), table.number(goal.limit), outcome.verdict]
        for goal, outcome in judged
    ]
    lines = [table.render(["goal", "figure", "at most", "verdict"], rows)]
    lines.append("\nOf the rows of this run; where each counts, the figure is the highest.")
    for goal, outcome in judged:
        if outcome.missed:
            worst = sorted(outcome.missed.items(), key=lambda item: -item[1])
            missed = ", ".join(f"{row} {table.number(figure)}" for row, figure in worst)
            lines.append(textwrap.fill(f"Missed, {goal.goal}  {goal.text}: {missed}", 100,
                                       subsequent_indent="  ", break_on_hyphens=False))
    return "\n".join(lines)


def as_json(judged):
    return [
        {
            "goal": goal.goal,
            "text": goal.text,
            "figure": outcome.figure,
            "limit": goal.limit,
            "met": outcome.met,
            "verdict": outcome.verdict,
            "missed": outcome.missed,
        }
        for goal, outcome in judged
    ]
