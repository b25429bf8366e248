#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Tests that programs.py notices what it is there to notice, with small commands and a stand-in for Cairn."""

import io
import os
import pathlib
import tempfile
import time
import types
import unittest
import unittest.mock
import xml.etree.ElementTree as xml

import cairn
import programs
import report
import session

# Takes the options of `cairn run` as it does, and says what it is told to say about the counters.
_STAND_IN = """\
#!/bin/sh
while [ "$1" != -- ]; do
  [ "$1" != --stats-file ] || file=$2
  shift
done
shift
%s
STAND_IN=yes exec "$@"
"""
_WRITE = """printf '{"processes": %d, "total": {"calls": {"malloc": %d}}, "program": {"calls": {"malloc": %d}}}' > "$file\""""


class ProgramsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_case(self, run, *, processes=1, total=5, own=5, commands=None, needs=None):
        """Runs a workload under the stand-in and returns the case."""
        path = self.folder / "cairn"
        path.write_text(_STAND_IN % (commands or _WRITE % (processes, total, own)))
        path.chmod(0o755)
        workload = types.SimpleNamespace(PROGRAMS=needs or {}, run=run)
        [case] = programs.run_program("workload", workload, cairn.DEFAULT, str(path))
        return case

    def run_script(self, script, **options):
        return self.run_case(lambda run: run.run(["sh", "-c", script]), **options)

    def test_the_same_in_both_runs_passes(self):
        case = self.run_script("echo out; echo error >&2; pwd")
        self.assertEqual(case.failure, "")
        self.assertEqual((case.mallocs, case.processes), (5, 1))

    def test_other_output_fails_with_a_diff(self):
        case = self.run_script('echo same; echo "${STAND_IN:-no}"')
        self.assertIn("first difference in line 3:", case.failure)
        self.assertIn("\n-no\n+yes", case.failure)

    def test_other_error_output_fails(self):
        self.assertIn("+yes", self.run_script('echo "$STAND_IN" >&2').failure)

    def test_another_exit_status_fails_and_shows_the_output(self):
        case = self.run_script('echo why >&2; [ -z "$STAND_IN" ] || exit 3')
        self.assertIn("exit status 3, expected 0", case.failure)
        self.assertIn("last lines of stderr:\nwhy", case.failure)

    def test_a_signal_fails(self):
        self.assertIn("exit status 139", self.run_script('[ -z "$STAND_IN" ] || kill -SEGV $$').failure)

    def test_another_file_fails(self):
        def run(one):
            one.run(["sh", "-c", 'echo "$STAND_IN" > made'])
            one.note_file("made")

        self.assertIn("+file made: 4 bytes", self.run_case(run).failure)

    def test_a_failure_without_cairn_fails(self):
        self.assertIn("without Cairn:", self.run_script("exit 3").failure)

    def test_a_count_of_zero_fails(self):
        self.assertIn("it counted no call", self.run_script("echo", own=0).failure)
        self.assertIn("it counted no call", self.run_script("echo", total=0).failure)

    def test_no_statistics_fail(self):
        self.assertIn("wrote no statistics file", self.run_script("echo", commands=":").failure)
        for text in ("{", "[]", '{"processes": 1}', '{"processes": 1, "total": 5, "program": {"calls": 1}}'):
            case = self.run_script("echo", commands=f"echo '{text}' > \"$file\"")
            self.assertIn("statistics are not as expected", case.failure)

    def test_children_without_cairn_fail(self):
        case = self.run_case(lambda run: run.run(["sh", "-c", "echo"], processes=3))
        self.assertIn("Cairn was in 1 processes, expected 3", case.failure)

    def test_a_missing_program_is_named_with_its_package(self):
        case = self.run_script("echo", needs={"sh": "dash", "no-such-program": "its-package"})
        self.assertEqual(case.failure, "no-such-program is missing: apt-get install its-package")

    def test_a_command_that_does_not_end_is_ended(self):
        case = self.run_case(lambda run: run.run(["sleep", "100"], timeout=0.1))
        self.assertIn("did not end within 0.1 s", case.failure)
        self.assertLess(case.seconds, 50)

    def test_what_still_runs_is_ended_with_the_session(self):
        with session.Session(cairn.PLAIN) as run:
            command = run.start(["sleep", "100"])
            self.assertFalse(command.ended())
        self.assertTrue(command.ended())

    def test_commands_see_nothing_of_the_caller(self):
        with unittest.mock.patch.dict(os.environ, {"LEAKED": "yes"}), session.Session(cairn.PLAIN) as run:
            self.assertNotIn("LEAKED", run.run(["env"]))


class ReportTest(unittest.TestCase):
    def test_configurations_have_the_names_that_they_are_given_by(self):
        names = ["default/mmap", "default/malloc", "pymalloc/mmap", "pymalloc/malloc", "malloc", "debug",
                 "debug:quarantine=0", "pymalloc_debug", "malloc_debug", "mimalloc_debug"]
        self.assertEqual([configuration.name for configuration in cairn.ALL], names)
        self.assertEqual([cairn.Configuration.parse(name) for name in names], cairn.ALL)

    def test_the_command_line_of_cairn(self):
        command = cairn.Configuration("pymalloc", "mmap").wrap("cairn", ["git", "log"], "file")
        self.assertEqual(
            " ".join(command),
            "cairn run --preset pymalloc --arena mmap --stats=json --stats-file file -- git log",
        )

    def test_each_case_is_counted(self):
        cases = [report.Case("git", "default"), report.Case("git", "malloc", failure="a \x1b\0 b\nmore")]
        file = io.BytesIO()
        report.write_junit(file, cases)
        [suite] = xml.fromstring(file.getvalue())
        self.assertEqual((suite.get("tests"), suite.get("failures")), ("2", "1"))
        self.assertEqual([len(case) for case in suite], [0, 1])
        self.assertEqual(suite[1][0].get("message"), "a ?? b")

    def test_a_long_difference_is_cut(self):
        start = time.monotonic()
        text = report.first_difference([str(n) for n in range(99_999)], [str(-n) for n in range(99_999)], "a", "b")
        self.assertLess(len(text.splitlines()), 70)
        self.assertLess(time.monotonic() - start, 5)


if __name__ == "__main__":
    unittest.main()
