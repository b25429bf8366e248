#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Whether each bug of seeded/ can still be put into the source, and whether random changes are what they should be.

Nothing is built: tools/mutants does that.
"""

import pathlib
import re
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import changes  # pylint: disable=wrong-import-position
import patch  # pylint: disable=wrong-import-position

ROOT = HERE.parents[1]

# Where each file with code in it has a bug, at least.
COVERED = ("allocators/large", "allocators/pymalloc", "domains", "hooks/debug")

# Declarations alone.
WITHOUT_CODE = {
    "allocators/large/region_memory.h",
    "allocators/pymalloc/single.h",
    "allocators/pymalloc/statistics.h",
    "domains/generation.h",
    "domains/hook_places.h",
    "domains/hooks.h",
    "hooks/debug/debug.h",
    "hooks/debug/describe.h",
    "hooks/debug/frames.h",
    "hooks/debug/header.h",
    "hooks/debug/index.h",
    "hooks/debug/maps.h",
    "hooks/debug/quarantine.h",
}


def source(path):
    return (ROOT / path).read_text(encoding="utf-8")


class SeededTest(unittest.TestCase):
    def test_each_applies(self):
        for each in patch.seeded():
            with self.subTest(each.name):
                text = source(each.path)
                self.assertNotEqual(each.apply(text), text)
                self.assertGreater(each.line(text), 1)

    def test_each_says_what_it_breaks(self):
        clauses = set(re.findall(r"\*\*([A-Z]\d+(?:\.\d+)?)\*\*|^### ([A-Z]\d+)", source("docs/behaviour.md"), re.M))
        known = {one or other for one, other in clauses}
        for each in patch.seeded():
            with self.subTest(each.name):
                self.assertRegex(each.sentence, r"\A[A-Z].+; breaks .+\.\Z")
                for clause in re.findall(r"\b[A-C]\d+(?:\.\d+)?\b", each.sentence.partition("; breaks ")[2]):
                    self.assertIn(clause, known)

    def test_numbers_are_consecutive(self):
        names = [each.name for each in patch.seeded()]
        self.assertEqual([name.partition("_")[0] for name in names], [f"{i:02}" for i in range(1, len(names) + 1)])

    def test_each_file_with_code_has_one(self):
        bugs = {each.path for each in patch.seeded()}
        files = {str(path.relative_to(ROOT)) for folder in COVERED for path in (ROOT / folder).rglob("*.[ch]")}
        files = {path for path in files if not path.startswith("domains/libc/")}
        self.assertEqual(sorted(files - bugs - WITHOUT_CODE), [])
        self.assertEqual(sorted(WITHOUT_CODE - files | WITHOUT_CODE & bugs), [])

    def test_what_is_no_patch_is_refused(self):
        good = "A thing; breaks another.\n\n--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n"
        self.assertEqual(patch.Patch("x", good).apply("zero\none\ntwo\n"), "zero\none\nthree\n")
        self.assertEqual(patch.Patch("x", good).line("zero\none\ntwo\n"), 3)
        for old, new in (("b/x.c", "b/y.c"), ("\n\n", "\n"), ("-1,2", "-1,3"), ("+three", "+two"),
                         ("+three\n", "+three\n@@ -9 +9 @@\n-a\n+b\n")):
            with self.assertRaises(patch.Error):
                patch.Patch("x", good.replace(old, new))
        for text in ("one\n", "one\ntwo\none\ntwo\n"):
            with self.assertRaises(patch.Error):
                patch.Patch("x", good).apply(text)

    def test_the_command_lists_them(self):
        done = subprocess.run([ROOT / "tools/mutants", "--list"], stdin=subprocess.DEVNULL, check=True,
                              stdout=subprocess.PIPE, text=True)
        self.assertEqual(len(done.stdout.splitlines()), len(patch.seeded()))


    def test_wrong_arguments_are_refused_in_one_line(self):
        for arguments, sentence in (
                (["--random", "-5"], "--random, --runs and --timeout take a number from 1 on"),
                (["--random", "10", "--from", "11"], "--from goes with --random N, and is a number from 1 to N"),
                (["--rand", "10"], "unrecognized arguments: --rand")):
            done = subprocess.run([ROOT / "tools/mutants", *arguments], stdin=subprocess.DEVNULL, check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            self.assertEqual((done.returncode, done.stdout, done.stderr),
                             (2, "", f"tools/mutants: {sentence}; see --help\n"))


class ChangesTest(unittest.TestCase):
    TEXT = """\
#define NEVER(a) ((a) < 7)
enum { NOR_THIS = 8 };
static const int table[] = {1, 2};

/* Not 1 < 2 either. */
int f(int a, struct s *b)
{
    int c = 0;
    CAIRN_ASSERT(a < 1);
    cairn_printf(out, "%d < 2\\n", a - b->c);
    if (a < c) {
        g(a);
    }
    b->c = a - b->d;
    return c + 1;
}
"""

    def found(self, kind):
        return {(change.line, change.old, change.new)
                for _, change in changes.shuffled({"x.c": self.TEXT}, 1) if change.kind == kind}

    def test_comparisons(self):
        self.assertEqual(self.found("flipped comparison"), {(11, "<", ">=")})
        self.assertEqual(self.found("off by one"), {(11, "<", "<="), (15, "+ 1", "")})

    def test_statements(self):
        self.assertEqual(self.found("dropped statement"), {(12, "g(a)", ""), (14, "b->c = a - b->d", "")})

    def test_operands(self):
        self.assertEqual(self.found("swapped operands"), {(14, "a - b->d", "b->d - a")})

    def test_conditions(self):
        self.assertEqual(self.found("negated condition"), {(11, "(a < c)", "(!(a < c))")})

    def test_constants(self):
        self.assertEqual({(line, old) for line, old, _ in self.found("changed constant")}, {(8, "0"), (15, "1")})

    def test_a_seed_decides(self):
        texts = {path: source(path) for path in ("allocators/pool.c", "hooks/debug/bodies.h")}
        one, same, other = ([(path, change.start, change.new) for path, change in changes.shuffled(texts, seed)]
                            for seed in (1, 1, 2))
        self.assertEqual(one, same)
        self.assertNotEqual(one, other)
        self.assertGreater(len(one), 100)

    def test_each_change_is_one(self):
        text = source("allocators/large/regions.c")
        for path, change in changes.shuffled({"regions.c": text}, 3):
            self.assertNotEqual(change.apply(text), text, (path, str(change)))


if __name__ == "__main__":
    unittest.main()
