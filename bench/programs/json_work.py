# SPDX-License-Identifier: Apache-2.0
"""A real program for //bench: builds, writes, reads and regroups JSON records."""

import json
import random

random.seed(1)


def record(number):
    return {
        "id": number,
        "name": f"item {number}",
        "tags": [f"tag{random.randrange(500)}" for _ in range(random.randrange(8))],
        "place": {"x": random.random(), "y": random.random()},
        "note": "x" * random.randrange(200),
    }


text = json.dumps([record(number) for number in range(20000)])
for _ in range(3):
    by_tag = {}
    for item in json.loads(text):
        for tag in item["tags"]:
            by_tag.setdefault(tag, []).append(item)
    words = " ".join(item["name"] for items in by_tag.values() for item in items).split()
print(len(by_tag), len(set(words)), len(json.dumps(by_tag)))
