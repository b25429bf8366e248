#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Tests of the figures: of a program with known allocations, of its children, as JSON and as text."""

import json
import os
import pathlib
import re
import resource
import subprocess

import harness

# What `blocks` does in each process, and how much libc may do besides.
_CALLS = {"malloc": 1001, "calloc": 10, "realloc": 5, "aligned_alloc": 3, "free": 400}
_FEW = 20
_PRESETS = ("default", "pymalloc", "malloc")


class FiguresTest(harness.Test):
    def expect_work(self, figures, times=1):
        for kind, count in _CALLS.items():
            self.assertIn(figures["calls"][kind] - times * count, range(_FEW * times), kind)
        self.assertEqual(figures["failures"], times)

    def expect_identities(self, figures):
        calls, blocks, size = figures["calls"], figures["blocks"], figures["bytes"]
        # The rest was allocated before the counting.
        self.assertIn(blocks["live"] - (blocks["new"] - calls["free"]), range(_FEW))
        self.assertLessEqual(blocks["live"], blocks["peak"])
        self.assertLessEqual(size["live"], size["peak"])
        self.assertLessEqual(size["peak"], size["requested"] + size["rounding"] + 65536)
        self.assertLessEqual(blocks["new"], sum(calls.values()) - calls["free"])
        arenas = figures["arenas"]
        self.assertLessEqual(arenas["live"], arenas["allocated"])
        self.assertLessEqual(arenas["live_bytes"], arenas["peak_bytes"])
        self.assertLessEqual(arenas["header_bytes"] + arenas["quantization_bytes"], arenas["live_bytes"])

    def expect_sums(self, figures, program, children, total):
        if isinstance(total, dict):
            for key in total:
                self.expect_sums(f"{figures}.{key}", program[key], children[key], total[key])
        else:
            self.assertEqual(program + children, total, figures)

    def test_known_allocations(self):
        for preset in _PRESETS:
            with self.subTest(preset=preset):
                figures = self.statistics(harness.BLOCKS, options=["--preset", preset])
                program = figures["program"]
                self.assertEqual((figures["version"], figures["preset"]), (1, preset))
                self.assertEqual((figures["processes"], figures["images"]), (1, 1))
                self.assertEqual((program["exit_status"], program["signal"]), (0, None))
                self.assertTrue(program["counted"] and program["ran_exit_handlers"])
                self.expect_work(program)
                self.expect_identities(program)
                requested = 1000 * 100 + 10 * 3000 + 5 * 5000 + 3 * 1000
                self.assertIn(program["bytes"]["requested"] - requested, range(10_000))
                self.assertGreater(program["peak_rss_bytes"], 500_000)
                self.expect_sums("", *({key: figures[part][key] for key in ("calls", "blocks", "bytes", "arenas")}
                                       for part in ("program", "children", "total")))

    def test_arenas_by_preset(self):
        self.assertEqual(self.statistics(harness.BLOCKS)["arena"], "mmap")
        figures = self.statistics(harness.BLOCKS, options=["--arena", "fixed:size=64M"])
        self.assertEqual(figures["arena"], "fixed:size=64M")
        self.assertGreater(figures["program"]["arenas"]["peak_bytes"], figures["program"]["bytes"]["peak"])
        figures = self.statistics(harness.BLOCKS, options=["--preset", "malloc"])
        self.assertIsNone(figures["arena"])
        self.assertEqual(set(figures["program"]["arenas"].values()), {0})

    def test_histogram(self):
        domain = self.statistics(harness.BLOCKS)["program"]["domains"]["mem"]
        rows = domain["histogram"]
        self.assertEqual(sum(row["blocks"] for row in rows), domain["blocks"]["new"])
        self.assertEqual([row["from"] for row in rows], sorted(row["from"] for row in rows))
        self.assertTrue(all(0 < row["from"] <= row["to"] for row in rows))
        hundred = [row["blocks"] for row in rows if row["from"] <= 100 <= row["to"]]
        self.assertGreaterEqual(hundred[0], 1000)

    def test_sums_over_domains_count_each_block_once(self):
        for preset in ("default", "pymalloc"):
            program = self.statistics(harness.BLOCKS, options=["--preset", preset])["program"]
            self.assertEqual(program["calls"], program["domains"]["mem"]["calls"])
            self.assertEqual(set(program["domains"]), {"raw", "mem", "obj"})

    def test_a_killed_program(self):
        for preset in _PRESETS:
            figures = self.statistics(harness.BLOCKS, "kill", status=137, options=["--preset", preset])
            self.assertEqual((figures["program"]["exit_status"], figures["program"]["signal"]), (None, 9))
            self.assertFalse(figures["program"]["ran_exit_handlers"])
            self.expect_work(figures["program"])

    def test_arenas_of_a_killed_program(self):
        for preset in ("default", "pymalloc"):
            program = self.statistics(harness.BLOCKS, "many", status=137, options=["--preset", preset])["program"]
            self.assertGreaterEqual(program["bytes"]["live"], 200_000 * 500)
            self.assertGreater(program["arenas"]["peak_bytes"], 0.8 * program["bytes"]["live"])

    def test_a_program_without_exit_handlers(self):
        program = self.statistics(harness.BLOCKS, "quick", status=7)["program"]
        self.assertFalse(program["ran_exit_handlers"])
        self.expect_work(program)

    def test_children_are_summed(self):
        figures = self.statistics(harness.BLOCKS, "fork", 6)
        self.assertEqual((figures["processes"], figures["images"]), (7, 7))
        self.assertEqual((figures["children"]["processes"], figures["children"]["images"]), (6, 6))
        self.expect_work(figures["program"])
        self.expect_work(figures["children"], times=6)
        # Each inherits the blocks of its parent.
        live = figures["program"]["blocks"]["live"]
        self.assertIn(figures["children"]["blocks"]["live"] - 2 * 6 * live, range(-12 * _FEW, 12 * _FEW))

    def test_children_of_children(self):
        script = f"(({harness.BLOCKS}; :); {harness.BLOCKS}; :); {harness.BLOCKS}; :"
        figures = self.statistics("sh", "-c", script)
        self.assertGreaterEqual(figures["children"]["calls"]["malloc"], 3000)
        self.assertGreaterEqual(figures["processes"], 4)

    def test_after_exec_the_last_image_is_the_program(self):
        figures = self.statistics(harness.BLOCKS, "exec", "/bin/true")
        self.assertEqual((figures["processes"], figures["images"]), (1, 2))
        self.assertLess(figures["program"]["calls"]["malloc"], 1000)
        self.assertGreaterEqual(figures["children"]["calls"]["malloc"], 1000)
        self.assertEqual((figures["children"]["processes"], figures["children"]["images"]), (0, 1))
        figures = self.statistics("sh", "-c", f"exec {harness.BLOCKS}")
        self.expect_work(figures["program"])

    def test_children_that_outlive_the_program(self):
        script = f"{harness.BLOCKS} fork 2; sleep 100 >/dev/null 2>&1 & echo $! > pid"
        figures = self.statistics("sh", "-c", script)
        self.addCleanup(os.kill, int((self.folder / "pid").read_text()), 9)
        self.assertGreaterEqual(figures["processes"], 4)

    def test_a_command_within_the_command(self):
        outer = self.folder / "outer.json"
        result = self.cairn("run", "--stats=json", "--stats-file", outer, harness.CAIRN, "run", "--stats=json",
                            harness.BLOCKS)
        self.assertEqual(result.returncode, 0)
        self.expect_work(json.loads(result.stderr)["program"])
        figures = json.loads(outer.read_text())
        self.assertTrue(figures["program"]["counted"])
        # The inner command, and its fork before it became the program, which has another page.
        self.assertEqual((figures["processes"], figures["images"]), (2, 2))
        result = self.cairn("run", "--stats=json", "--stats-file", outer, harness.CAIRN, "run", harness.BLOCKS)
        self.expect(result, 0)
        self.expect_work({**json.loads(outer.read_text())["children"]})

    def test_without_the_library_the_program_is_not_counted(self):
        script = 'exec env -u LD_PRELOAD sh -c "exit 4"'
        figures = self.statistics("sh", "-c", script, status=4)
        self.assertTrue(figures["program"]["counted"])  # the last image that the library was in
        result = self.cairn("run", "--stats=json", "true", variables={"CAIRN_LIBRARY": "/lib/x86_64-linux-gnu/libm.so.6"})
        lines = result.stderr.splitlines()
        self.assertEqual(result.returncode, 0)
        self.assertRegex(lines[-1], "^cairn: true was not counted")
        figures = json.loads("\n".join(lines[:-1]))
        self.assertEqual((figures["processes"], figures["program"]["counted"]), (0, False))
        self.assertEqual(set(figures["program"]["calls"].values()), {0})

    def test_names_in_json(self):
        for name in ('a"b\\c', "tab\there", b"latin\xe9 utf\xc3\xa9 \xf0\x9f\x98\x80 \xed\xa0\x80 \xc0\x80"):
            path = os.fsdecode(os.path.join(os.fsencode(str(self.folder)), os.fsencode(name)))
            os.symlink(harness.BLOCKS, path)
            figures = self.statistics(path)
            self.assertEqual(figures["program"]["path"].encode("utf-8", "replace"),
                             os.fsencode(path).decode("utf-8", "replace").encode())

    def test_real_programs(self):
        for command in (["/usr/bin/python3", "-c", "import json"], ["perl", "-e", "1"], ["bash", "-c", "ls | wc"]):
            figures = self.statistics(*command)
            self.assertGreater(sum(figures["program"]["calls"].values()), 100)
            self.expect_identities(figures["program"])


class FileTest(harness.Test):
    def test_a_file_that_cannot_be_written(self):
        mark = self.folder / "started"
        for file in ("/no/such/file", self.folder, "/proc/none"):
            result = self.cairn("run", "--stats-file", file, "touch", mark)
            self.expect_line(result, 125, "--stats-file", file)
            self.assertFalse(mark.exists())

    def test_a_file_gets_text_unless_asked_otherwise(self):
        self.expect(self.cairn("run", "--stats-file", "f", "true"), 0)
        self.assertTrue((self.folder / "f").read_text().startswith("cairn: true exited"))

    def test_a_file_is_replaced(self):
        self.make("f", "x" * 100_000, 0o600)
        self.expect(self.cairn("run", "--stats=json", "--stats-file", "f", "true"), 0)
        json.loads((self.folder / "f").read_text())

    def test_a_full_disk_is_an_error(self):
        self.expect_line(self.cairn("run", "--stats-file", "/dev/full", "true"), 125, "No space left")
        self.expect_line(self.cairn("run", "--stats-file", "/dev/full", "sh", "-c", "exit 3"), 3, "No space left")

    def test_a_reader_that_is_gone(self):
        read, write = os.pipe()
        os.close(read)
        result = subprocess.run([harness.CAIRN, "run", "--stats", "sh", "-c", "exit 3"], stderr=write, check=False)
        os.close(write)
        self.assertEqual(result.returncode, 3)

    def test_a_limit_on_file_sizes(self):
        result = self.cairn("run", "--stats", "true",
                            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20)))
        self.assertIn(result.returncode, (0, 125))
        self.assertTrue(result.stderr.startswith("cairn: "))


class TextTest(harness.Test):
    def text(self, *arguments, options=()):
        result = self.cairn("run", *options, "--stats", *arguments)
        return result.stderr

    def test_no_line_is_longer_than_a_hundred_columns(self):
        commands = ([harness.BLOCKS, "fork", 3], [harness.BLOCKS, "large"], [harness.BLOCKS, "many"], ["/usr/bin/python3", "-c", "import json"])
        for preset in _PRESETS:
            for command in commands:
                lines = self.text(*command, options=["--preset", preset]).splitlines()
                self.assertGreater(len(lines), 10)
                for line in lines[1:]:
                    self.assertLessEqual(len(line), 100, line)

    def test_no_control_sequences_outside_a_terminal(self):
        self.assertNotIn("\033", self.text("true"))

    def test_the_same_figures_as_json(self):
        program = self.statistics(harness.BLOCKS)["program"]
        text = self.text(harness.BLOCKS)
        rows = {
            "malloc": program["calls"]["malloc"], "realloc": program["calls"]["realloc"],
            "free": program["calls"]["free"], "failed": 1,
        }
        for label, value in rows.items():
            self.assertRegex(text, rf"(?m)^  {label} +{value:,}\b")
        self.assertRegex(text, rf"lost to rounding +{program['bytes']['rounding']:,} ")
        self.assertRegex(text, rf"requested +{program['bytes']['requested']:,} ")

    def test_the_histogram_is_drawn_to_scale(self):
        text = self.text(harness.BLOCKS)
        bars = {int(blocks.replace(",", "")): len(bar)
                for blocks, bar in re.findall(r"(?m)^  to .{10} +([\d,]+) +[\d.]+%  (#+)$", text)}
        self.assertEqual(bars[max(bars)], 48)
        self.assertTrue(all(1 <= bar <= 48 for bar in bars.values()))

    def test_how_the_program_ended(self):
        self.assertIn("blocks exited with status 0 after", self.text(harness.BLOCKS))
        killed = self.text(harness.BLOCKS, "kill")
        self.assertIn("was ended by signal 9 (Killed)", killed)
        self.assertRegex(killed, "\narenas .*the program ended without its exit handlers|not known: the program ended")
        self.assertIn("arenas (when the last was added: the", self.text(harness.BLOCKS, "many"))
        self.assertIn("\narenas\n", self.text(harness.BLOCKS))

    def test_a_program_killed_with_much_memory(self):
        text = self.text(harness.BLOCKS, "large")
        peak = re.search(r"(?m)^  realloc .* at peak +([\d,]+) ", text).group(1)
        self.assertGreaterEqual(int(peak.replace(",", "")), 64 << 20)

    def test_children_take_one_line(self):
        text = self.text(harness.BLOCKS, "fork", 3)
        self.assertRegex(text, r"\n3 other processes \(3 images\): [\d,]+ calls, sum of peaks .+, live at their ends .+\n")
        self.assertNotIn("other process", self.text(harness.BLOCKS))

    def test_presets_differ_in_what_can_be_said_of_arenas(self):
        self.assertIn("% of the arenas at theirs", self.text(harness.BLOCKS))
        self.assertIn("domain raw (below mem", self.text(harness.BLOCKS, options=["--preset", "pymalloc"]))
        text = self.text(harness.BLOCKS, options=["--preset", "malloc"])
        self.assertIn("preset malloc, which has no arenas\n", text)
        self.assertNotIn("\narenas", text)

    def test_a_preset_of_the_environment_is_shown(self):
        result = self.cairn("run", "--stats", "true", variables={"CAIRN_MALLOC": "pymalloc"})
        self.assertIn("preset pymalloc, arenas from mmap\n", result.stderr)


if __name__ == "__main__":
    harness.main()
