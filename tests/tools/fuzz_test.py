#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""tools/fuzz with an engine that finds what the test wants, and no Bazel."""

import contextlib
import hashlib
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import types
import unittest
from unittest import mock

sys.dont_write_bytecode = True
# As the command finds them; Bazel starts tests in the root.
sys.path.insert(0, "tools")
import fuzz_coverage
import fuzz_crash
import fuzz_session
import fuzz_table
import fuzz_targets

# Stands in for libFuzzer. An input that begins with x breaks a rule; more than one byte of it is not needed.
ENGINE = r"""#!/bin/bash
mode=fuzz folders=()
for argument; do
  case "$argument" in
    -artifact_prefix=*) prefix="${argument#*=}" ;;
    -exact_artifact_path=*) exact="${argument#*=}" ;;
    -minimize_crash=1) mode=minimise ;;
    -set_cover_merge=1) mode=merge ;;
    -runs=*) runs="${argument#*=}" ;;
    -*) ;;
    *) folders+=("$argument") ;;
  esac
done
echo "$mode" >> "@LOG@"
if [[ $mode == minimise ]]; then
  printf x > "$exact"
elif [[ $mode == merge ]]; then
  find "${folders[@]:1}" -type f | while read -r file; do
    cp "$file" "${folders[0]}/$(sha1sum < "$file" | cut -c1-40)"
  done
elif [[ -f "${folders[0]}" ]]; then
  [[ $(head -c1 "${folders[0]}") == x ]] || exit 0
  echo "cairn: fuzz: block 0x7f00 of 48 bytes overlaps with another live one" >&2
  exit 77
else
  echo "#2	INITED cov: 100 ft: 300 corp: 2/9b exec/s: 0 rss: 26Mb" >&2
  echo "#40	NEW    cov: 112 ft: 330 corp: 3/12b lim: 9 exec/s: 0 rss: 26Mb" >&2
  if [[ $(grep -c fuzz "@LOG@") -le @CRASHES@ ]]; then
    printf xyz > "${prefix}crash-1"
    echo "cairn: fuzz: block 0x7f00 of 48 bytes overlaps with another live one" >&2
    echo "artifact_prefix='$prefix'; Test unit written to ${prefix}crash-1" >&2
    exit 77
  fi
  [[ -z "${runs:-}" ]] || echo "stat::number_of_executed_units: $runs" >&2
fi
"""
OVERLAP = "block_of_bytes_overlaps_with_another_live_one"


class Names(unittest.TestCase):
    def name(self, *lines):
        return fuzz_crash.name_of("\n".join(lines) + "\n")

    def test_a_sentence_of_ours_without_its_figures(self):
        self.assertEqual(self.name("cairn: warning", "cairn: fuzz: block 0x7f16ad20c010 of 480 bytes overlaps with "
                                   "another live one", "SUMMARY: libFuzzer: deadly signal"), OVERLAP)

    def test_a_sanitizers_word_and_our_function(self):
        self.assertEqual(self.name("    #0 0x4f in __asan_memcpy (/x/fuzzer+0x2)",
                                   "    #1 0x50 in pool_take /proc/self/cwd/allocators/pymalloc/pool.c:12:3",
                                   "SUMMARY: AddressSanitizer: heap-buffer-overflow /proc/self/cwd/a.c:3 in pool_take"),
                         "heap_buffer_overflow_in_pool_take")

    def test_undefined_behaviour(self):
        self.assertEqual(self.name("hooks/hook.c:10:5: runtime error: index 12 out of bounds for type 'int [5]'"),
                         "index_out_of_bounds_for_type_int")

    def test_whatever_else(self):
        self.assertEqual(self.name("SUMMARY: libFuzzer: timeout"), "timeout")
        self.assertEqual(self.name("Killed"), "died")


class Sessions(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def session(self, crashes=0, engine=ENGINE):
        binary, log = self.folder / "engine", self.folder / "log"
        binary.write_text(engine.replace("@LOG@", str(log)).replace("@CRASHES@", str(crashes)))
        binary.chmod(0o755)
        fuzzer = fuzz_targets.Fuzzer("pool_fuzzer")
        fuzzer.corpus = self.folder / "seeds"
        fuzzer.corpus.mkdir()
        return fuzz_session.Session(fuzzer, binary, self.folder / "kept")

    def add(self, folder, data, name=None):
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / (name or hashlib.sha1(data).hexdigest())
        path.write_bytes(data)
        return path.name

    def test_progress_is_what_the_engine_says(self):
        session = self.session()
        session.repeat(1000, threading.Event())
        self.assertEqual((session.executions, session.covered_before, session.covered, session.inputs, session.state),
                         (1000, 100, 112, 3, "done"))
        header, row, total = fuzz_table.lines([session])
        self.assertEqual(row.split()[:2] + row.split()[3:4], ["pool_fuzzer", "done", "1,000"])
        self.assertTrue(row.endswith("112  +12       3"), row)
        self.assertEqual(len(header), header.index("findings") + len("findings"))
        self.assertEqual(total.split(), ["1", "in", "all", "1,000", "0"])

    def test_a_finding_is_minimised_named_and_filed(self):
        session = self.session(crashes=1)
        session.repeat(1000, threading.Event())
        finding, = session.findings
        self.assertEqual(finding.path, self.folder / "kept/crashes" / f"pool_fuzzer-{OVERLAP}")
        self.assertEqual(finding.path.read_bytes(), b"x")
        self.assertIn("overlaps", finding.path.with_name(finding.path.name + ".txt").read_text())
        self.assertEqual(list(fuzz_table.complaints(session)),
                         [f"pool_fuzzer: {OVERLAP}: {finding.path}, 1 bytes; base64 eA=="])
        # It went on after that, with what was left.
        self.assertEqual(session.executions, 1000)

    def test_five_findings_are_enough(self):
        session = self.session(crashes=100)
        session.fuzz(1000, threading.Event())
        self.assertEqual(len(session.findings), 5)

    def test_an_engine_that_does_not_start_is_a_failure(self):
        session = self.session(engine="#!/bin/bash\necho no such library >&2\nexit 127\n")
        session.fuzz(1000, threading.Event())
        self.assertEqual((session.state, session.failure), ("failed", "ended with status 127: no such library"))

    def test_who_is_stopped_does_not_start(self):
        session, stopping = self.session(), threading.Event()
        stopping.set()
        session.fuzz(1000, stopping)
        self.assertEqual((session.state, session.executions), ("done", 0))

    def test_a_merge_keeps_what_the_repository_has_not(self):
        session = self.session()
        known, new = b"known", b"new"
        self.add(session.fuzzer.corpus, known)
        self.add(session.found, known, "again")
        name = self.add(session.found, new)
        self.assertEqual(session.merge(is_update=False), 1)
        self.assertEqual([path.name for path in session.found.iterdir()], [name])
        self.assertEqual(len(list(session.fuzzer.corpus.iterdir())), 1)

    def test_an_update_keeps_names_in_the_repository(self):
        session = self.session()
        self.add(session.fuzzer.corpus, b"a crash that was fixed", "double_free")
        # Under a name that says nothing, and that no merge would give it.
        self.add(session.fuzzer.corpus, b"old", "0" * 40)
        self.add(session.found, b"new")
        self.assertEqual(session.merge(is_update=True), 1)
        self.assertEqual({path.name for path in session.fuzzer.corpus.iterdir()},
                         {"double_free"} | {hashlib.sha1(data).hexdigest() for data in (b"old", b"new")})
        self.assertEqual(list(session.found.iterdir()), [])


    def test_a_merge_that_fails_is_a_failure(self):
        session = self.session(engine="#!/bin/bash\necho no room >&2\nexit 1\n")
        name = self.add(session.found, b"new")
        self.assertEqual(session.merge(is_update=False), 0)
        self.assertEqual(list(fuzz_table.complaints(session)), ["pool_fuzzer: could not be merged: no room"])
        self.assertEqual([path.name for path in session.found.iterdir()], [name])


class Coverage(unittest.TestCase):
    def test_lines_come_by_the_path_in_the_tree(self):
        text = "\n".join(["SF:/proc/self/cwd/hooks/hook.c", "FN:3,f", "DA:3,7", "DA:4,0", "end_of_record",
                          "SF:/proc/self/cwd/bazel-out/k8/bin/hooks/_virtual_includes/hook/cairn/hooks/hook.h",
                          "DA:9,2", "DA:9,1", "end_of_record", "SF:/proc/self/cwd/tests/hooks/hook_test.cc", "DA:1,1",
                          "end_of_record", "SF:/proc/self/cwd/tests/hooks/fake.h", "DA:1,1", "end_of_record"])
        result = types.SimpleNamespace(returncode=0, stdout=text, stderr="")
        with mock.patch.object(subprocess, "run", return_value=result):
            files = fuzz_coverage._export("binary", "profile")
        self.assertEqual(files, {"hooks/hook.c": {3: 7, 4: 0}, "hooks/hook.h": {9: 2}})

    def test_the_report_names_what_nothing_reaches(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "hooks").mkdir()
            (root / "hooks/hook.c").write_text("int f(void)\n{\n    return 1;\n}\n")
            with mock.patch.object(fuzz_targets, "ROOT", root):
                text = "\n".join(fuzz_coverage._text([("pool_fuzzer", 1)], {"hooks/hook.c": {1: 5, 3: 0}}))
        self.assertRegex(text, r"hooks/hook\.c +1 of +2 +50\.0 %")
        self.assertTrue(text.endswith("  hooks/hook.c:3: return 1;"), text)


class Commands(unittest.TestCase):
    def expect_refusal(self, sentence, *command, ending="; see --help"):
        result = subprocess.run(["/usr/bin/python3", "-B", *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, check=False, env={**os.environ, "HOME": "/nonexistent"})
        self.assertEqual((result.returncode, result.stdout, result.stderr), (2, "", sentence + ending + "\n"))

    def test_wrong_arguments_are_refused_in_one_line(self):
        self.expect_refusal("tools/fuzz: unrecognized arguments: --hours", "tools/fuzz", "--hours")
        self.expect_refusal("tools/fuzz: argument --minutes: '0' is no number of minutes, give one above 0",
                            "tools/fuzz", "--minutes=0")
        self.expect_refusal("tools/fuzz: --jobs and --runs take a number from 1 on", "tools/fuzz", "--runs=0")
        self.expect_refusal("tools/fuzz: --update goes with --minutes only, which is what finds inputs",
                            "tools/fuzz", "--update", "--coverage")
        self.expect_refusal("tools/oss-fuzz-check: argument --sanitizer: invalid choice: 'leak' (choose from "
                            "'address', 'undefined', 'memory', 'coverage')", "tools/oss-fuzz-check", "--sanitizer=leak")

    def test_folders_of_others_are_left_alone(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            fuzz_targets.take(folder / "new")
            fuzz_targets.take(folder / "new")
            (folder / "precious").touch()
            self.expect_refusal(f"tools/fuzz: {folder} has files that are not of this command, and would lose them; name "
                                "another folder", "tools/fuzz", f"--folder={folder}", ending="")
            self.assertEqual({path.name for path in folder.iterdir()}, {"new", "precious"})

    def test_options_become_the_engines_arguments(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "a.options")
            path.write_text("# A comment.\n[libfuzzer]\nmax_len = 1024\ntimeout = 20\n")
            self.assertEqual(fuzz_targets.read_options(path), ["-max_len=1024", "-timeout=20"])
            path.write_text("max_len = 1024\n")
            errors = io.StringIO()
            with contextlib.redirect_stderr(errors), self.assertRaises(SystemExit):
                fuzz_targets.read_options(path)
            self.assertEqual(errors.getvalue().count("\n"), 1)


if __name__ == "__main__":
    unittest.main()
