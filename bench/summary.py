# SPDX-License-Identifier: Apache-2.0
"""What samples say: medians with intervals, ties and geometric means."""

import math
import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """The median, and an interval that holds the true one with the chance coverage(samples)."""

    median: float
    low: float
    high: float

    def ties_with(self, other):
        return self.low <= other.high and other.low <= self.high


def _left_out(count):
    """How many samples can be cut off each end with 95 % chance to keep the median inside."""
    cut = 0
    while 1 - 2 * _tail(count, cut + 1) >= 0.95:
        cut += 1
    return cut


def _tail(count, most):
    """The chance that at most so many of count samples lie below the median."""
    return sum(math.comb(count, k) for k in range(most + 1)) / 2**count


def coverage(count):
    """0.95 or more from 6 samples on; below that, what lowest to highest give."""
    return max(0.0, 1 - 2 * _tail(count, _left_out(count)))


def estimate(samples):
    """No assumption on the distribution, which has a long tail on a machine in use."""
    ordered = sorted(samples)
    cut = _left_out(len(ordered))
    return Estimate(statistics.median(ordered), ordered[cut], ordered[-1 - cut])


def geometric_mean(values):
    values = list(values)
    if not values or min(values) <= 0:
        return None
    return math.exp(sum(map(math.log, values)) / len(values))


@dataclass(frozen=True)
class Ratio:
    value: float
    tie: bool


def ratio(mine, other):
    return Ratio(mine.median / other.median, mine.ties_with(other)) if other.median else None


def best(row):
    """The name of the lowest median in {name: Estimate}, None in an empty row."""
    return min(row, key=lambda name: row[name].median) if row else None


def against(row, mine, others):
    """Mine / the best of the others for one row; None where there is no such figure."""
    there = {name: row[name] for name in others if name in row}
    return ratio(row[mine], there[best(there)]) if mine in row and there else None
