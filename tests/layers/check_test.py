#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Shows that each check fails when it should, and only then."""

import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import check  # found beside this file, where Python resolves Bazel's link to


class CheckTest(unittest.TestCase):
    def errors(self, name, tree):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, text in tree.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
            return list(check.CHECKS[name](root))

    def includes(self, source, target):
        return self.errors("layers", {source: f'#include "cairn/{target}"\n'})

    def test_arrows_to_the_left_are_fine(self):
        for source, target in (("allocators/large/large.c", "base/lock.h"), ("hooks/hook.h", "allocators/allocator.h"),
                               ("hooks/trace/trace.c", "hooks/trace/sink.h"), ("domains/pymem.c", "hooks/hook.h"),
                               ("domains/domain.c", "allocators/arena.h"), ("config/a.c", "hooks/trace/trace.h"),
                               ("cairn.h", "domains/domain.h"), ("tests/a/a.cc", "allocators/large/large.h"),
                               ("tools/run.c", "cairn.h"), ("allocators/pool.c", "allocators/pool.h")):
            self.assertEqual(self.includes(source, target), [], (source, target))

    def test_arrows_to_the_right_are_named(self):
        for source, target in (("base/lock.c", "allocators/arena.h"), ("allocators/pool.c", "hooks/hook.h"),
                               ("hooks/trace/trace.c", "domains/domain.h"), ("domains/domain.c", "config/options.h"),
                               ("config/a.c", "tools/run.h"), ("domains/domain.c", "cairn.h")):
            self.assertEqual(len(self.includes(source, target)), 1, (source, target))
        error, = self.includes("base/deep/lock.c", "allocators/arena.h")
        self.assertTrue(error.startswith("base/deep/lock.c:1: base -> allocators/arena.h: "), error)

    def test_hooks_and_domains_see_little_of_allocators(self):
        for source, target in (("hooks/hook.h", "allocators/arena.h"), ("hooks/hook.h", "allocators/pool.h"),
                               ("domains/domain.c", "allocators/large/large.h")):
            self.assertEqual(len(self.includes(source, target)), 1, (source, target))

    def test_parts_do_not_name_each_other(self):
        for source, target in (("allocators/pymalloc/p.c", "allocators/large/large.h"),
                               ("allocators/pool.c", "allocators/large/large.h"),
                               ("hooks/trace/trace.c", "hooks/debug/debug.h"),
                               ("domains/domain.c", "hooks/debug/debug.h")):
            self.assertEqual(len(self.includes(source, target)), 1, (source, target))

    def test_includes_have_one_spelling(self):
        self.assertEqual(len(self.errors("layers", {"base/a.c": '#include "lock.h"\n'})), 1)
        self.assertEqual(self.errors("layers", {"base/a.c": '#include <string.h>\n'}), [])

    def test_labels(self):
        good = ('load("//config:x.bzl", "x")\n'
                'package(default_visibility = ["//tests:__subpackages__"])\n'
                'x(name = "x", visibility = ["//domains:__pkg__"],\n'
                '  deps = ["//allocators:allocator", "//base"])  # "//tools"\n')
        self.assertEqual(self.errors("layers", {"hooks/x/BUILD": good}), [])
        for label in ("//domains", "//config:debug", "//allocators/pymalloc", "//hooks/y:z"):
            self.assertEqual(len(self.errors("layers", {"hooks/x/BUILD": f'x(deps = ["{label}"])\n'})), 1, label)
        door = 'x(deps = ["//config/pymem"])\n'
        self.assertEqual(self.errors("layers", {"domains/BUILD": door}), [])
        self.assertEqual(len(self.errors("layers", {"domains/libc/BUILD": door, "hooks/BUILD": door})), 2)

    def test_ifs(self):
        good = ('#ifndef A_H\n#define A_H\n#ifdef __cplusplus\nextern "C" {\n#endif\n'
                'struct a {\n    int b;\n#if C\n    int c;\n#endif\n};\n'
                '#if D\nint f(int a) {\n#else\nint f(void) {\n#endif\n    return "{"[0]; /* #if { */\n}\n'
                '#if E\n#define F(x) { \\\n  x\n#endif\n'
                '#ifdef __cplusplus\n}\n#endif\n#endif\n')
        self.assertEqual(self.errors("ifs", {"hooks/a.h": good}), [])
        bad = ("static int f(int a)\n{\n    if (a) {\n        a = '}';\n    }\n"
               "#ifdef X\n    return 1;\n#endif\n    return 0;\n}\n")
        error, = self.errors("ifs", {"tools/a.c": bad})
        self.assertTrue(error.startswith("tools/a.c:6: #ifdef "), error)
        self.assertEqual(self.errors("ifs", {"base/a.c": bad}), [])

    def test_headers(self):
        good = "#pragma once\n#include <stddef.h>\nstruct a { size_t b; };\n"
        self.assertEqual(self.errors("headers", {"base/a.h": good}), [])
        self.assertTrue(self.errors("headers", {"base/a.h": "#pragma once\nsize_t a(void);\n"}))
        self.assertTrue(self.errors("headers", {"base/a.h": "struct a { int b; };\n"}), "no guard")
        only_c = {"base/a.h": "#pragma once\n_Atomic int *a(void);\n"}
        self.assertTrue(self.errors("headers", only_c))
        only_c["base/BUILD"] = 'x(internal_hdrs = [\n    "a.h",\n])\n'
        self.assertEqual(self.errors("headers", only_c), [])

    def test_spdx(self):
        line = "SPDX-License-Identifier: Apache-2.0"
        good = {"base/a.h": f"/* {line}\n", "BUILD": f"# {line}\n", "tools/x": f"#!/bin/sh\n# {line}\n",
                "README.md": "text\n", "node_modules/a.h": "", "bazel-bin/a.h": ""}
        self.assertEqual(self.errors("spdx", good), [])
        for path, text in (("base/a.h", "int a;\n"), ("base/BUILD", ""), ("tools/x", "#!/bin/sh\n"),
                           ("a.c", f"\n// {line}\n")):
            self.assertEqual(len(self.errors("spdx", {path: text})), 1, path)


if __name__ == "__main__":
    unittest.main()
