#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Checks summary.py and table.py on figures whose answers are known."""

import unittest

import summary
import table
from summary import Estimate


class SummaryTest(unittest.TestCase):
    def test_intervals_cut_only_what_95_percent_allow(self):
        self.assertEqual(summary.estimate([3, 1, 2]), Estimate(2, 1, 3))
        self.assertEqual(summary.estimate([6, 5, 4, 3, 2, 1]), Estimate(3.5, 1, 6))
        self.assertEqual(summary.estimate(range(1, 10)), Estimate(5, 2, 8))

    def test_coverage(self):
        self.assertEqual(summary.coverage(1), 0)
        self.assertAlmostEqual(summary.coverage(5), 0.9375)
        self.assertAlmostEqual(summary.coverage(9), 1 - 2 * 10 / 512)
        self.assertTrue(all(summary.coverage(count) >= 0.95 for count in range(6, 60)))

    def test_geometric_mean(self):
        self.assertAlmostEqual(summary.geometric_mean([1, 4, 16]), 4)
        self.assertIsNone(summary.geometric_mean([]))
        self.assertIsNone(summary.geometric_mean([0, 1]))

    def test_ratios_compare_with_the_others_only(self):
        row = {"glibc": Estimate(20, 19, 21), "x": Estimate(10, 9, 11), "cairn": Estimate(8, 7, 9)}
        best, base = summary.ratios(row, "cairn", "glibc")
        self.assertEqual((best.value, best.tie), (0.8, True))
        self.assertEqual((base.value, base.tie), (0.4, False))
        self.assertEqual(summary.ratios({"x": row["x"]}, "cairn", "glibc"), (None, None))
        self.assertEqual(summary.ratios({"cairn": row["x"]}, "cairn", "glibc"), (None, None))


class TableTest(unittest.TestCase):
    def setUp(self):
        self.comparison = table.Comparison(
            ["glibc", "cairn"],
            {
                "a": {"glibc": Estimate(10, 9, 11), "cairn": Estimate(20, 19, 21)},
                "b": {"glibc": Estimate(10, 9, 11), "cairn": Estimate(5, 4, 6)},
                "c": {"glibc": Estimate(10, 9, 11)},
            },
            {"one": ["a", "b"], "two": ["c"]},
        )

    def test_rows_and_means(self):
        lines = self.comparison.text("ns", {"c": {"cairn": "crashed"}}).splitlines()
        cells = {line.split()[0]: line.split()[1:] for line in lines if line.strip()}
        self.assertEqual(cells["a"], ["10.0*", "20.0", "2.00", "2.00"])
        self.assertEqual(cells["b"], ["10.0", "5.00*", "0.50", "0.50"])
        self.assertEqual(cells["c"], ["10.0*", "failed", "-", "-"])
        # Only rows that both have count.
        self.assertEqual(cells["geometric"], ["mean", "of", "all", "10.0", "10.0", "1.00", "1.00"])

    def test_verdict(self):
        self.assertEqual(
            self.comparison.verdict(),
            [
                "cairn against the best of the others in 2 rows: ahead in 1, level in 0, behind in 1.",
                "More than 1.5 times the best: a.",
                "Behind glibc: a.",
            ],
        )

    def test_missing_memory_figures(self):
        one = {"live_full": 50, "resident_full": 100, "live_thinned": 5, "resident_thinned": 50,
               "resident_settled": 10}
        lines = table.memory_text(["x", "y"], ["m"], {"m": {"x": [one]}}).splitlines()
        self.assertEqual(lines[2].split(), ["x", "50", "10", "50"])
        self.assertEqual(lines[3].split(), ["y", "-", "-", "-"])


if __name__ == "__main__":
    unittest.main()
