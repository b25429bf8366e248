#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Tests of `cairn run --hooks fail:...`: which requests of a program fail, and what is said of a wrong plan."""

import harness

# All requests of the program that have this size are its own.
_OWN = "min_size=4321:max_size=4321"


def lines(numbers):
    return "".join(f"{number:04}\n" for number in numbers)


class FailTest(harness.Test):
    def expect_failures(self, plan, numbers, *options):
        result = self.cairn("run", *options, "--hooks", "fail:" + plan, "--", harness.BLOCKS, "requests")
        self.expect(result, 0, stdout=lines(numbers))

    def test_the_request_that_was_named_fails_under_every_preset(self):
        for preset in ("default", "pymalloc", "malloc"):
            with self.subTest(preset=preset):
                self.expect_failures(f"nth=1000:domain=mem:{_OWN}", [1000], "--preset", preset)

    def test_a_window_of_requests_of_every_kind(self):
        self.expect_failures(f"from=998:to=1002:{_OWN}", range(998, 1003))
        self.expect_failures(f"from=1003:{_OWN}", [1003])
        self.expect_failures(f"start=1001:stop=1002:{_OWN}", [1002])

    def test_a_plan_for_another_domain(self):
        self.expect_failures(f"from=1:domain=obj:{_OWN}", [])

    def test_the_same_requests_for_the_same_seed(self):
        results = [self.cairn("run", "--hooks", f"fail:probability=0.1:seed={seed}:{_OWN}", harness.BLOCKS, "requests")
                   for seed in (7, 7, 8)]
        self.assertEqual([result.returncode for result in results], [0, 0, 0])
        self.assertIn(results[0].stdout.count("\n"), range(50, 150))
        self.assertEqual(results[0].stdout, results[1].stdout)
        self.assertNotEqual(results[0].stdout, results[2].stdout)

    def test_statistics_count_the_failures(self):
        # Its ten calloc, and once it asks for too much itself.
        figures = self.statistics(harness.BLOCKS, options=["--hooks", "fail:from=1:min_size=3000:max_size=3000"])
        self.assertEqual(figures["program"]["failures"], 11)

    def test_wrong_plans_are_refused_in_one_line(self):
        for plan, sentence in (
                ("nth=lots", "nth takes a request, counted from 1, as in nth=1000"),
                ("nth", "unknown option; choose from: nth=N, from=N:to=N, start=N:stop=N, probability=P:seed=N, "),
                ("nth=5:from=6", "nth is one request; for several take from and to"),
                ("from=6:to=5", "the last request that fails is before the first; swap the two")):
            self.expect_line(self.cairn("run", "--hooks", "fail:" + plan, "true"), 125, f"CAIRN_HOOKS=fail:{plan}: {sentence}")


if __name__ == "__main__":
    harness.main()
