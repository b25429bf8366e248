# SPDX-License-Identifier: Apache-2.0
"""GCC compiling C and C++; the objects must be the same to the byte, and what they are linked to must run."""

import random

from workloads import read_input

PROGRAMS = {"gcc": "gcc", "g++": "g++"}

# gcc or g++, the compiler proper, and as; or collect2 and ld.
_IMAGES = 3


def run(session):
    session.write("tables.c", _c_source())
    session.write("templates.cc", read_input("templates.cc"))
    # Debug information names the folder, which is another one in each run.
    same_folder = f"-fdebug-prefix-map={session.directory}=."
    session.run(["gcc", "-O2", "-g", same_folder, "-Wall", "-c", "tables.c"], processes=_IMAGES)
    session.note_file("tables.o")
    session.run(["gcc", "-O0", "-E", "-o", "tables.i", "tables.c"], processes=2)
    session.note_file("tables.i")
    session.run(["g++", "-std=c++17", "-O1", "-Wall", "-c", "templates.cc"], processes=_IMAGES)
    session.note_file("templates.o")
    session.run(["g++", "-o", "program", "templates.o", "tables.o"], processes=_IMAGES)
    session.run(["./program"])
    session.write("wrong.cc", "#include <vector>\nint main() { return std::vector<int>(1).sise(); }\n")
    session.run(["g++", "-c", "wrong.cc"], status=1, processes=2)


def _c_source():
    """Small functions in great number: loops, switches, structures, calls from one to the next."""
    source = random.Random(31)
    lines = ["#include <stdio.h>", "#include <string.h>", "struct stone { unsigned weight; char name[24]; };"]
    lines += [f"static unsigned turn{n}(struct stone *stone, unsigned n);" for n in range(60)]
    for number in range(60):
        later = min(number + source.randrange(1, 9), 59)
        cases = "".join(
            f"  case {n}: stone->weight {source.choice('+-^|')}= {source.randrange(1 << 31)}u * n; break;\n"
            for n in range(source.randrange(2, 12))
        )
        lines.append(
            f"static unsigned turn{number}(struct stone *stone, unsigned n) {{\n"
            f"  for (unsigned i = 0; i < n % {source.randrange(3, 40)}u; i++)\n"
            f"    stone->name[i % sizeof stone->name] ^= (char)(stone->weight >> (i % 24));\n"
            f"  switch (n % {source.randrange(3, 14)}u) {{\n{cases}  default: n *= {source.randrange(1, 99)}u;\n  }}\n"
            f"  return n > {source.randrange(1, 1 << 20)}u ? stone->weight : turn{later}(stone, n * 3 + 1) ^ n;\n}}"
        )
    lines[-1] = "static unsigned turn59(struct stone *stone, unsigned n) { return stone->weight + n; }"
    calls = "".join(f"  sum = sum * 31 + turn{n}(stone, seed + {n});\n" for n in range(60))
    lines.append(
        "unsigned tables(unsigned seed);\n"
        "unsigned tables(unsigned seed) {\n"
        "  struct stone stones[2] = {{seed, \"\"}, {~seed, \"\"}}, *stone = &stones[seed % 2];\n"
        f"  unsigned sum = 0;\n  memset(stone->name, 'x', sizeof stone->name);\n{calls}  return sum;\n}}"
    )
    return "\n".join(lines) + "\n"
