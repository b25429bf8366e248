# SPDX-License-Identifier: Apache-2.0
"""Reads a patch of seeded/ and applies it to a file's text: one hunk, found by its lines, wherever they have moved."""

import pathlib
import re

SEEDED = pathlib.Path(__file__).resolve().parent / "seeded"


class Error(Exception):
    """Why a patch cannot be used."""


class Patch:
    """name: of the file; sentence: its first line, what is wrong and what that breaks; path: of the source."""

    def __init__(self, name, text):
        self.name = name
        self.sentence, _, rest = text.partition("\n")
        head = re.match(r"\n--- a/(\S+)\n\+\+\+ b/(\S+)\n@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@[^\n]*\n", rest)
        if not head or head.group(1) != head.group(2):
            raise Error(f"{name}: a sentence, an empty line, '--- a/PATH', '+++ b/PATH' and one '@@' are expected")
        self.path = head.group(1)
        lines = rest[head.end():].splitlines(keepends=True)
        if any(line[0] not in " +-" for line in lines):
            raise Error(f"{name}: more than one hunk, or a line that is none of ' ', '+', '-'")
        self.before = "".join(line[1:] for line in lines if line[0] != "+")
        self.after = "".join(line[1:] for line in lines if line[0] != "-")
        # git and patch count the lines, too.
        if (self.before.count("\n"), self.after.count("\n")) != (int(head.group(3) or 1), int(head.group(4) or 1)):
            raise Error(f"{name}: the numbers of lines behind '@@' are wrong")
        if self.before == self.after:
            raise Error(f"{name}: changes nothing")

    def apply(self, text):
        """The source with the bug in it."""
        found = text.count(self.before)
        if found != 1:
            where = "nowhere" if found == 0 else f"at {found} places"
            raise Error(f"{self.name}: its lines are {where} in {self.path}; make it anew")
        return text.replace(self.before, self.after)

    def line(self, text):
        """The number of the first line that it changes, in the source without it."""
        same = 0
        for old, new in zip(self.before.splitlines(), self.after.splitlines()):
            if old != new:
                break
            same += 1
        return text.count("\n", 0, text.index(self.before)) + same + 1


def seeded(folder=SEEDED):
    """All patches, in the order of their numbers."""
    return [Patch(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.patch"))]
