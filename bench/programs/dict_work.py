# SPDX-License-Identifier: Apache-2.0
"""A real program for //bench: dicts, tuples, sets and small objects that come and go."""

import random

random.seed(2)


class Order:
    def __init__(self, number, customer, lines):
        self.number = number
        self.customer = customer
        self.lines = lines
        self.open = True


def orders(count):
    for number in range(count):
        lines = {f"item{random.randrange(3000)}": random.randrange(1, 9) for _ in range(random.randrange(1, 6))}
        yield Order(number, random.randrange(5000), lines)


by_customer = {}
for order in orders(60000):
    by_customer.setdefault(order.customer, {})[order.number] = order
stock = {}
for round_number in range(3):
    for customer, theirs in by_customer.items():
        for order in theirs.values():
            for item, count in order.lines.items():
                key = (item, customer % 50)
                stock[key] = stock.get(key, 0) + count
    # Every other order goes, and new ones come.
    for theirs in by_customer.values():
        for number in [number for number in theirs if number % 2 == round_number % 2]:
            del theirs[number]
    for order in orders(15000):
        by_customer.setdefault(order.customer, {})[order.number + 100000 * (round_number + 1)] = order
pairs = {frozenset(order.lines) for theirs in by_customer.values() for order in theirs.values()}
print(len(stock), sum(stock.values()), len(pairs))
