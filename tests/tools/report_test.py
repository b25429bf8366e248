#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Tests of what the command says of memory bugs: the calls that led to them, by the program's own names and lines."""

import pathlib
import re
import shutil
import subprocess
import sys

import harness

_HERE = pathlib.Path(harness.BLOCKS).parent
_BUGGY = _HERE / "buggy"
_CLASSES = _HERE / "buggy_classes"


def marks(program):
    """Where the marks stand in a program's source: by their names, "FILE:LINE"."""
    file = next(path for path in (_HERE / f"{program.name}.c", _HERE / f"{program.name}.cc") if path.exists())
    lines = enumerate(file.read_text().splitlines(), 1)
    found = ((re.search(r"/\* mark: (\w+)", line), number) for number, line in lines)
    return {mark.group(1): f"{file.name}:{number}" for mark, number in found if mark}


class FramesTest(harness.Test):
    def run_buggy(self, *arguments, program=_BUGGY, options=("--preset", "debug"), status=134, variables=None):
        result = self.cairn("run", *options, program, *arguments, variables=variables)
        self.assertEqual(result.returncode, status, result.stderr)
        return result.stderr

    def frames(self, text, count=1):
        """The last list of calls: (function, place or "", module) of each. There must be so many lists."""
        lists = re.split(r"(?m)^cairn: calls in process \d+, most recent first:\n", text)
        self.assertEqual(len(lists) - 1, count, text)
        lines = lists[-1].splitlines()
        found = [re.fullmatch(r"    #(\d+) (.*?)(?: at (\S+))? in (/\S+)", line) for line in lines]
        self.assertTrue(found and all(found), lists[-1])
        self.assertEqual([int(line.group(1)) for line in found], list(range(len(found))))
        return [(line.group(2), (line.group(3) or "").rpartition("/")[2], line.group(4)) for line in found]

    def expect_frames(self, text, program, *expected, count=1):
        """Calls of the program's own, with functions and marks, most recent first."""
        places = marks(program)
        actual = [frame for frame in self.frames(text, count) if pathlib.Path(frame[2]).name == program.name]
        wanted = [(function, places[mark], actual[0][2]) for function, mark in expected]
        self.assertEqual(actual, wanted, text)

    def test_functions_and_lines(self):
        text = self.run_buggy("overflow")
        self.assertRegex(text, r"\Acairn: write past the end of the block at 0x[0-9a-f]+")
        self.expect_frames(text, _BUGGY, ("drop_basket", "drop"), ("fill_basket", "fill"), ("main", "main"))

    def test_the_list_begins_and_ends_with_the_program(self):
        modules = {module for _, _, module in self.frames(self.run_buggy("overflow"))}
        self.assertEqual({pathlib.Path(module).name for module in modules}, {_BUGGY.name})

    def test_inlined_functions(self):
        frames = self.frames(self.run_buggy("twice"))
        places = marks(_BUGGY)
        self.assertEqual([frame[:2] for frame in frames[:2]],
                         [("drop_inline", places["inlined"]), ("shop_twice", places["second"])])

    def test_in_a_thread(self):
        text = self.run_buggy("thread")
        self.expect_frames(text, _BUGGY, ("drop_basket", "drop"), ("fill_basket", "fill"), ("shop", "thread"))

    def test_in_a_child_while_the_program_ends_well(self):
        text = self.run_buggy("child", status=0)
        self.assertEqual([frame[0] for frame in self.frames(text)][:3], ["drop_basket", "fill_basket", "in_child"])

    def test_in_a_program_of_a_script(self):
        script = self.make("script", f"#!/bin/sh\n{_BUGGY} overflow 2> /dev/null\n{_BUGGY} twice 2> /dev/null\nexit 3\n")
        text = self.run_buggy(program=script, status=3)
        self.assertEqual(self.frames(text, count=2)[0][0], "drop_inline")

    def test_where_all_descriptors_are_closed(self):
        call = f"import subprocess; subprocess.run(['{_BUGGY}', 'overflow'], stderr=subprocess.DEVNULL)"
        text = self.run_buggy("-c", call, program=sys.executable, status=0)
        self.assertEqual(self.frames(text)[0][0], "drop_basket")

    def test_names_of_classes(self):
        text = self.run_buggy("fruit", program=_CLASSES)
        places = marks(_CLASSES)
        frames = [frame[:2] for frame in self.frames(text) if pathlib.Path(frame[2]).name == _CLASSES.name]
        self.assertEqual(frames[0], ("market::basket<long>::~basket()", places["delete"]))
        self.assertRegex(frames[1][0], r"\Amarket::shop\(std::.*string.*\)\Z")
        self.assertEqual(frames[-1], ("main", places["main"]))

    def test_by_the_hook_instead_of_a_preset(self):
        text = self.run_buggy("overflow", options=("--hooks", "debug"))
        self.expect_frames(text, _BUGGY, ("drop_basket", "drop"), ("fill_basket", "fill"), ("main", "main"))

    def test_a_program_without_symbols(self):
        if not shutil.which("strip"):
            self.skipTest("no strip")
        stripped = self.copy(_BUGGY, "stripped")
        subprocess.run(["strip", str(stripped)], check=True)
        frames = self.frames(self.run_buggy("overflow", program=stripped))
        self.assertEqual(frames[0][1:], ("", str(stripped)))
        self.assertEqual({frame[1] for frame in frames if frame[2] == str(stripped)}, {""})

    def test_a_program_that_is_gone(self):
        program = self.copy(_BUGGY, "gone")
        script = self.make("script", f"#!/bin/sh\n{program} overflow\nrm {program}\n")
        self.assertIn(" in ", self.run_buggy(program=script, status=0))

    def test_what_is_no_report_is_passed_over(self):
        lines = ["cairn-frame /bin/true 10", "cairn-report 12", "cairn-frame /no/such/file ff", "cairn-frame x",
                 "cairn-frame /bin/true zz", "cairn-frame /etc/passwd 7", "cairn-frame /dev/null 7", "nonsense",
                 "cairn-frame /bin/true ffffffffffffffffffff", "cairn-frame /bin/true 0", "cairn-frame", "\x1b[31m"]
        script = self.make("script", "#!/bin/sh\ncat >> $CAIRN_REPORT_FILE << 'END'\n%s\nEND\n" % "\n".join(lines))
        text = self.run_buggy(program=script, status=0)
        self.assertEqual(text, "cairn: calls in process 12, most recent first:\n    #0 ? in /no/such/file\n"
                               "    #1 ? in /etc/passwd\n    #2 ? in /dev/null\n    #3 ? in /bin/true\n")

    def test_many_reports_are_cut(self):
        script = self.make("script", "#!/bin/sh\nfor i in $(seq 30); do echo cairn-report $i; done >> $CAIRN_REPORT_FILE\n")
        lines = self.run_buggy(program=script, status=0).splitlines()
        self.assertEqual((len(lines), lines[-1]), (21, "cairn: 10 more reports were made"))

    def test_without_bugs_nothing_is_said(self):
        for options in (("--preset", "debug"), ("--preset", "debug:quarantine=0"), ("--hooks", "debug")):
            self.assertEqual(self.run_buggy("nothing", options=options, status=0), "")

    def test_a_file_that_is_not_ours_is_left_alone(self):
        file = self.make("file", "mine")
        library = pathlib.Path(harness.CAIRN).parent / "libcairn_malloc.so"
        variables = {"CAIRN_REPORT_FILE": str(file), "CAIRN_MALLOC": "debug", "LD_PRELOAD": str(library)}
        result = self.cairn("overflow", command=str(_BUGGY), variables=variables)
        self.assertEqual((result.returncode, file.read_text()), (-6, "mine"))
        self.assertIn("cairn: write past the end", result.stderr)

    def test_the_variable_is_for_debug_hooks_only(self):
        result = self.cairn("run", "env", variables={"CAIRN_REPORT_FILE": "/old"})
        self.assertNotIn("CAIRN_REPORT", result.stdout)


if __name__ == "__main__":
    harness.main()
