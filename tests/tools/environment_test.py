#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Tests of what the program finds: its input and output, its variables, its folder, its descriptors."""

import os
import subprocess

import harness


class StreamsTest(harness.Test):
    def test_every_byte_passes_through(self):
        data = bytes(range(256)) * 4096
        for options in ([], ["--stats-file", "/dev/null"]):
            result = subprocess.run([harness.CAIRN, "run", *options, "cat"], input=data, stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE, env=harness.environment(), timeout=harness.TIMEOUT,
                                    check=False)
            self.assertEqual((result.returncode, result.stderr), (0, b""))
            self.assertEqual(result.stdout, data)

    def test_statistics_leave_stdout_alone(self):
        result = self.cairn("run", "--stats", "echo", "hello")
        self.assertEqual((result.returncode, result.stdout), (0, "hello\n"))
        self.assertTrue(result.stderr.startswith("cairn: echo exited with status 0"))

    def test_no_descriptor_is_left_open(self):
        for options in ([], ["--stats-file", "file"]):
            result = self.cairn("run", *options, "ls", "/proc/self/fd")
            # 3 is that of ls on the folder.
            self.assertEqual(result.stdout.split(), ["0", "1", "2", "3"])

    def test_other_descriptors_are_kept(self):
        read, write = os.pipe()
        self.addCleanup(os.close, read)
        self.cairn("run", "sh", "-c", f"echo kept >&{write}", pass_fds=[write])
        os.close(write)
        self.assertEqual(os.read(read, 100), b"kept\n")

    def test_closed_streams(self):
        command = f'exec "{harness.CAIRN}" run --stats-file f true <&- >&- 2>&-'
        result = subprocess.run(["sh", "-c", command], env=harness.environment(), cwd=self.folder, check=False)
        self.assertEqual(result.returncode, 0)
        self.assertIn("cairn: true exited", (self.folder / "f").read_text())


class VariablesTest(harness.Test):
    def preload(self, *options, **variables):
        result = self.cairn("run", *options, "sh", "-c", "echo $LD_PRELOAD", variables=variables)
        self.assertEqual(result.returncode, 0)
        return result.stdout.strip()

    def test_an_existing_preload_is_kept_behind_ours(self):
        own = self.preload()
        self.assertEqual(os.path.basename(own), "libcairn_malloc.so")
        self.assertEqual(self.preload(LD_PRELOAD=""), own)
        result = self.cairn("run", "sh", "-c", "echo $LD_PRELOAD", variables={"LD_PRELOAD": "libm.so.6 libdl.so.2"})
        self.assertEqual(result.stdout, own + ":libm.so.6 libdl.so.2\n")

    def test_other_variables_pass(self):
        result = self.cairn("run", "sh", "-c", 'echo "$ODD"', variables={"ODD": " a  b=c$d "})
        self.assertEqual(result.stdout, " a  b=c$d \n")

    def test_the_page_is_named_only_with_statistics(self):
        script = "echo ${CAIRN_STATS_PAGE:-none}"
        self.assertEqual(self.cairn("run", "sh", "-c", script).stdout, "none\n")
        result = self.cairn("run", "--stats-file", "/dev/null", "sh", "-c", script)
        self.assertRegex(result.stdout, r"\A/proc/\d+/fd/\d+\n\Z")


class FolderTest(harness.Test):
    def setUp(self):
        super().setUp()
        self.caller = self.folder / "caller"
        self.caller.mkdir()
        runfiles = self.folder / "cairn.runfiles" / "any_name"
        (runfiles / "tools").mkdir(parents=True)
        library = os.path.join(os.path.dirname(harness.CAIRN), "libcairn_malloc.so")
        harness.shutil.copyfile(library, runfiles / "tools" / "libcairn_malloc.so")
        self.command = self.copy(harness.CAIRN, "cairn")
        self.runfiles = runfiles

    def under_bazel(self, *arguments, cwd=None, caller=None):
        return self.cairn("run", *arguments, command=str(self.command), cwd=cwd or self.runfiles,
                          variables={"BUILD_WORKING_DIRECTORY": str(caller or self.caller)})

    def test_bazel_run_goes_where_it_was_called(self):
        self.expect(self.under_bazel("sh", "-c", 'echo "$PWD"; pwd -P'), 0, f"{self.caller}\n{self.caller}\n")

    def test_relative_names_are_the_callers(self):
        self.make("caller/script", "#!/bin/sh\necho here\n")
        self.expect(self.under_bazel("--stats-file", "figures", "./script"), 0, "here\n")
        self.assertIn("cairn: ./script exited", (self.caller / "figures").read_text())

    def test_whoever_went_elsewhere_stays_there(self):
        self.expect(self.under_bazel("pwd", cwd=self.folder), 0, f"{self.folder}\n")

    def test_a_folder_that_is_gone(self):
        self.expect_line(self.under_bazel("pwd", caller="/no/such"), 125, "BUILD_WORKING_DIRECTORY=/no/such")

    def test_otherwise_the_folder_stays(self):
        self.expect(self.cairn("run", "pwd"), 0, f"{self.folder}\n")


if __name__ == "__main__":
    harness.main()
