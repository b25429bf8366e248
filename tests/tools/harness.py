# SPDX-License-Identifier: Apache-2.0
"""Starts the cairn command as users do, and counts test cases one by one for Bazel."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree as xml

CAIRN, BLOCKS, STATIC = (os.path.abspath(path) for path in sys.argv[1:4])
TIMEOUT = 20


def environment(**variables):
    """What commands see of the caller: nothing that would steer Cairn."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("CAIRN_", "BUILD_", "LD_")) and name != "NO_COLOR"}
    return {**kept, "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", **variables}


class Test(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name).resolve()

    def cairn(self, *arguments, command=CAIRN, variables=None, **options):
        """Runs the command to its end; arguments may be paths."""
        options.setdefault("cwd", self.folder)
        return subprocess.run([command, *map(str, arguments)], env=environment(**(variables or {})), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIMEOUT, check=False,
                              **options)

    def expect(self, result, status, stdout="", stderr=""):
        self.assertEqual((result.returncode, result.stdout, result.stderr), (status, stdout, stderr))

    def expect_line(self, result, status, *parts):
        """The command said what was wrong in one line, and nothing else."""
        self.assertEqual((result.returncode, result.stdout), (status, ""), result.stderr)
        self.assertRegex(result.stderr, r"\Acairn: [^\n]*\n\Z")
        for part in parts:
            self.assertIn(str(part), result.stderr)

    def statistics(self, *arguments, status=0, options=(), variables=None):
        """Runs a program and returns its statistics."""
        file = self.folder / "statistics.json"
        result = self.cairn("run", *options, "--stats=json", "--stats-file", file, "--", *arguments,
                            variables=variables)
        self.assertEqual((result.returncode, result.stderr), (status, ""))
        return json.loads(file.read_text())

    def make(self, name, content, mode=0o755):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(mode)
        return path

    def copy(self, program, name):
        path = self.folder / name
        shutil.copyfile(program, path)
        path.chmod(0o755)
        return path


class _Result(unittest.TextTestResult):
    """Also keeps what went well, with the time that it took."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.seconds = {}
        self._start = 0.0

    def startTest(self, test):
        self._start = time.monotonic()
        super().startTest(test)

    def stopTest(self, test):
        self.seconds[test.id()] = time.monotonic() - self._start
        super().stopTest(test)


def _write_junit(path, result):
    problems = {}
    for test, text in result.failures + result.errors:
        # A failure of a subTest is one of its test.
        problems.setdefault(getattr(test, "test_case", test).id(), []).append(text)
    skipped = {test.id(): reason for test, reason in result.skipped}
    suite = xml.Element("testsuite", name="tools", tests=str(len(result.seconds)), failures=str(len(problems)),
                        skipped=str(len(skipped)))
    for name, seconds in result.seconds.items():
        group, _, case = name.rpartition(".")
        element = xml.SubElement(suite, "testcase", classname=group, name=case, time=f"{seconds:.3f}")
        if name in problems:
            text = "".join(problems[name])
            printable = "".join(c if c in "\n\t" or c.isprintable() else "?" for c in text)
            xml.SubElement(element, "failure", message=printable.splitlines()[-1]).text = printable
        elif name in skipped:
            xml.SubElement(element, "skipped", message=skipped[name])
    root = xml.Element("testsuites")
    root.append(suite)
    xml.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def main():
    """Runs the tests of the script; a word behind the three paths chooses by name."""
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{word}*" for word in sys.argv[4:]] or None
    suite = loader.loadTestsFromModule(sys.modules["__main__"])
    result = unittest.TextTestRunner(resultclass=_Result, verbosity=2).run(suite)
    if os.environ.get("XML_OUTPUT_FILE"):
        _write_junit(os.environ["XML_OUTPUT_FILE"], result)
    sys.exit(not result.wasSuccessful() or not result.seconds)
