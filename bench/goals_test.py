#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Checks goals.py on figures whose verdicts are known."""

import unittest

import goals
import table
from summary import Estimate


def _about(median):
    return Estimate(median, 0.9 * median, 1.1 * median)


def _run(kind="cases", memory=None, **rows):
    """rows: {row: {allocator: median}}"""
    run = goals.Run()
    estimates = {
        row.replace("__", "/"): {name.replace("_", "-"): _about(median) for name, median in values.items()}
        for row, values in rows.items()
    }
    names = list(dict.fromkeys(name for values in estimates.values() for name in values))
    run.comparisons[kind] = table.Comparison(names, estimates, {"all": list(estimates)})
    run.memory = memory or {}
    return run


def _of(run, number, word):
    """(figure, met, missed rows) of the one goal whose text has the word."""
    found = [outcome for goal, outcome in goals.judge(run) if goal.goal == number and word in goal.text]
    assert len(found) <= 1, found
    return (round(found[0].figure, 3), found[0].met, list(found[0].missed)) if found else None


class GoalsTest(unittest.TestCase):
    def test_nothing_measured_nothing_said(self):
        self.assertEqual(goals.judge(goals.Run()), [])
        self.assertEqual(goals.judge(_run(pair__16={"glibc": 1, "mimalloc": 2})), [])

    def test_each_row_against_the_best_noise_forgiven(self):
        run = _run(
            pair__16={"glibc": 20, "mimalloc": 10, "cairn": 11},  # a tie
            pair__64={"glibc": 20, "mimalloc": 10, "cairn": 15},
            pair__64K={"glibc": 20, "mimalloc": 10, "cairn": 90},
        )
        self.assertEqual(_of(run, "1", "each: cairn / best"), (1.5, False, ["pair/64"]))
        self.assertEqual(_of(run, "3", "each"), (9, False, ["pair/64K"]))
        self.assertIsNone(_of(run, "2", "each"))

    def test_means(self):
        run = _run(
            pair__16={"mimalloc": 10, "cairn": 5, "cairn_static": 4},
            mixed__1M={"mimalloc": 10, "cairn": 10, "cairn_static": 9},
        )
        self.assertEqual(_of(run, "1", "mean: cairn / mimalloc"), (0.707, True, []))
        self.assertEqual(_of(run, "1", "mean: static / cairn"), (0.849, False, []))

    def test_static_against_pymalloc_leaves_threads_out(self):
        run = _run(
            pair__16={"pymalloc": 16, "cairn_static": 10},
            threads__x={"pymalloc": 16, "cairn_static": 100},
        )
        self.assertEqual(_of(run, "1", "pymalloc"), (0.625, True, []))

    def test_programs_mean_against_the_peer_whose_mean_is_lowest(self):
        run = _run("cpu", program__a={"glibc": 1, "mimalloc": 4, "cairn": 2},
                   program__b={"glibc": 4, "mimalloc": 2, "cairn": 2})
        self.assertEqual(_of(run, "4", "CPU: mean"), (1, True, []))
        self.assertEqual(_of(run, "4", "CPU, each"), (2, False, ["program/a"]))
        self.assertIsNone(_of(run, "4", "peak: mean"))

    def test_growth_compares_with_the_smallest_heap(self):
        values = {"glibc": 10, "cairn": 8}
        run = _run(mixed__10k=values, mixed__100k=values, mixed__10M={"glibc": 10, "cairn": 16})
        self.assertEqual(_of(run, "6", "10M"), (2, False, ["mixed/10M"]))
        self.assertIsNone(_of(_run(mixed__10k=values), "6", "10M"))

    def test_memory(self):
        blocks = {"live_full": 50, "resident_full": 100, "live_thinned": 5, "resident_thinned": 50,
                  "resident_settled": 10, "resident_empty": 20}
        threads = {"threads": 1, "resident_before": 0, "resident_asleep": 10240, "resident_settled": 0}
        memory = {
            "m": {"glibc": [blocks], "mimalloc": [blocks | {"resident_full": 80}], "cairn": [blocks]},
            "t": {"glibc": [], "mimalloc": [threads], "cairn": [threads]},
        }
        run = _run(memory=memory)
        self.assertEqual(_of(run, "5", "peak, mean: cairn / mimalloc"), (1.25, False, []))
        self.assertEqual(_of(run, "5", "peak, mean: cairn / glibc"), (1, True, []))
        self.assertEqual(_of(run, "5", "nothing alive"), (0.2, False, []))
        self.assertEqual(_of(run, "6", "per sleeper"), (1, True, []))

    def test_text(self):
        run = _run(pair__16={"mimalloc": 10, "cairn": 15}, pair__64={"mimalloc": 10, "cairn": 5})
        lines = goals.text(goals.judge(run)).splitlines()
        self.assertRegex(lines[2], r"^1  pool-sized, each: cairn / best +1\.50 +1\.00 +missed in 1 of 2$")
        self.assertRegex(lines[3], r"^1  pool-sized, mean: cairn / mimalloc +0\.87 +0\.85 +missed by 1\.89 %$")
        self.assertIn("Missed, 1  pool-sized, each: cairn / best: pair/16 1.50", lines)


if __name__ == "__main__":
    unittest.main()
