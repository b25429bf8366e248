# SPDX-License-Identifier: Apache-2.0
"""A real program for //bench: strings that are joined, split, replaced, formatted and grown."""

import io
import random
import re

random.seed(3)
words = ["".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=random.randrange(2, 12))) for _ in range(20000)]
total = 0
for round_number in range(15):
    random.shuffle(words)
    text = "\n".join(" ".join(words[i : i + 12]) for i in range(0, len(words), 12))
    lines = [line.title().replace("A", "<a>").strip() for line in text.splitlines()]
    table = [f"{i:06}|{line:<90}|{len(line):>5}" for i, line in enumerate(lines)]
    out = io.StringIO()
    for line in table:
        for field in line.split("|"):
            out.write(field)
            out.write("\t")
    grown = ""
    for word in words:
        grown += word + ","
    fields = grown.split(",")
    kept = re.sub(r"([aeiou])[a-z]\1", lambda match: match[0].upper(), text)
    total += len(out.getvalue()) + len(fields) + sum(map(str.isupper, kept.split()))
    data = bytearray()
    for field in fields:
        data += field.encode("utf-16-le")
    total += len(bytes(data).decode("utf-16-le"))
print(total)
