#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Checks summary.py, table.py and memory_table.py on figures whose answers are known."""

import unittest

import memory_table
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

    def test_against_compares_with_the_others_only(self):
        row = {"glibc": Estimate(20, 19, 21), "x": Estimate(10, 9, 11), "cairn": Estimate(8, 7, 9)}
        best, base = (summary.against(row, "cairn", others) for others in (["glibc", "x"], ["glibc"]))
        self.assertEqual((best.value, best.tie), (0.8, True))
        self.assertEqual((base.value, base.tie), (0.4, False))
        self.assertIsNone(summary.against({"x": row["x"]}, "cairn", ["x"]))
        self.assertIsNone(summary.against({"cairn": row["x"]}, "cairn", ["x"]))


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
                "cairn against the best of the other mallocs in 2 rows: ahead in 1, level in 0, behind in 1.",
                "More than 1.5 times the best: a.",
                "cairn behind glibc: a.",
            ],
        )

    def test_allocators_called_by_name(self):
        comparison = table.Comparison(
            ["glibc", "pymalloc", "cairn", "cairn-static"],
            {
                "a": {
                    "glibc": Estimate(8, 7, 9),
                    "pymalloc": Estimate(4, 3.5, 4.5),
                    "cairn": Estimate(4, 3.5, 4.5),
                    "cairn-static": Estimate(2, 1, 3),
                },
                "threads": {
                    "glibc": Estimate(8, 7, 9),
                    "cairn": Estimate(4, 3, 5),
                    "cairn-static": Estimate(8, 7, 9),
                },
            },
            {"one": ["a"], "two": ["threads"]},
        )
        lines = comparison.text("ns", {}).splitlines()
        cells = {line.split()[0]: line.split()[1:] for line in lines if line.strip()}
        ratios = ["cairn/best", "cairn/glibc", "static/cairn", "static/pymalloc"]
        self.assertEqual(cells["ns"][4:], ratios)
        # The best of the mallocs: pymalloc is none.
        self.assertEqual(cells["a"], ["8.00", "4.00", "4.00", "2.00*", "0.50", "0.50", "0.50", "0.50"])
        self.assertEqual(cells["threads"], ["8.00", "-", "4.00*", "8.00", "0.50", "0.50", "2.00", "-"])
        # Who does not have all cases has no mean of them, and takes none from the others.
        means = ["8.00", "-", "4.00", "4.00", "0.50", "0.50", "1.00", "0.50"]
        self.assertEqual(cells["geometric"][-8:], means)
        self.assertIn("cairn-static behind cairn: threads.", comparison.verdict())
        self.assertIn("cairn-static behind pymalloc: nowhere.", comparison.verdict())

    def test_missing_memory_figures(self):
        one = {"live_full": 50, "resident_full": 100, "live_thinned": 5, "resident_thinned": 50,
               "resident_settled": 10}
        lines = memory_table.text(["x", "y"], ["m"], {"m": {"x": [one]}}).splitlines()
        self.assertEqual(lines[2].split(), ["x", "50", "10", "50"])
        self.assertEqual(lines[3].split(), ["y", "-", "-", "-"])

    def test_what_stays_resident(self):
        blocks = {"live_full": 50, "resident_full": 100, "live_thinned": 5, "resident_thinned": 50,
                  "resident_settled": 10, "resident_empty": 8}
        threads = {"threads": 4, "resident_before": 1024, "resident_asleep": 41984, "resident_settled": 1024}
        samples = {"m": {"x": [blocks], "y": []}, "t": {"x": [threads], "y": [threads]}}
        cells = [line.split() for line in memory_table.text(["x", "y"], ["m", "t"], samples).splitlines()]
        self.assertIn(["x", "50", "10", "50"], cells)
        self.assertIn(["x", "8", "10.0", "0.00"], cells)
        self.assertIn(["y", "-", "10.0", "0.00"], cells)


if __name__ == "__main__":
    unittest.main()
