#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Tests of the command line: help, lists, every option and every mistake in them."""

import harness


class CommandsTest(harness.Test):
    def test_help_names_the_commands(self):
        result = self.cairn("--help")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for word in ("usage: cairn", "run", "presets", "--version"):
            self.assertIn(word, result.stdout)

    def test_help_of_run_names_its_options(self):
        result = self.cairn("run", "--help")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for word in ("--preset", "--arena", "--hooks", "--stats", "--stats-file", "125", "126", "127", "128+n"):
            self.assertIn(word, result.stdout)

    def test_help_fits_a_terminal(self):
        for arguments in (["--help"], ["run", "--help"], ["presets", "--help"]):
            for line in self.cairn(*arguments).stdout.splitlines():
                self.assertLessEqual(len(line), 80, line)

    def test_version(self):
        result = self.cairn("--version")
        self.assertRegex(result.stdout, r"\Acairn \d+\.\d+\.\d+\n\Z")
        self.assertEqual(result.returncode, 0)

    def test_presets_lists_all_with_the_defaults_marked(self):
        result = self.cairn("presets")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for name in ("default", "pymalloc", "malloc", "debug", "pymalloc_debug", "malloc_debug", "mimalloc_debug", "mmap",
                     "fixed", "stats"):
            self.assertRegex(result.stdout, rf"(?m)^  {name} +\S.*$")
        marked = [line.split()[0] for line in result.stdout.splitlines() if line.endswith("[default]")]
        self.assertEqual(marked, ["default", "mmap"])

    def test_each_listed_preset_runs(self):
        section = self.cairn("presets").stdout.split("\n\n")[0]
        names = [line.split()[0] for line in section.splitlines()[1:]]
        self.assertGreaterEqual(len(names), 3)
        for name in names:
            self.expect(self.cairn("run", "--preset", name, "echo", name), 0, name + "\n")

    def test_no_command(self):
        self.expect_line(self.cairn(), 2, "no command", "cairn run", "--help")

    def test_unknown_command(self):
        self.expect_line(self.cairn("rum"), 2, "rum", "run, presets")

    def test_presets_takes_no_argument(self):
        self.expect_line(self.cairn("presets", "all"), 2, "all")

    def test_the_environment_does_not_steer_the_command_itself(self):
        wrong = {"CAIRN_MALLOC": "wrong", "CAIRN_ARENA": "wrong", "CAIRN_HOOKS": "wrong", "CAIRN_MALLOCSTATS": "1"}
        result = self.cairn("--version", variables=wrong)
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_output_that_cannot_be_written_is_an_error(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            for arguments in (["presets"], ["--help"], ["run", "--help"]):
                result = harness.subprocess.run([harness.CAIRN, *arguments], stdout=full, text=True,
                                                stderr=harness.subprocess.PIPE, check=False)
                self.assertEqual((result.returncode, result.stderr), (125, "cairn: cannot write to stdout\n"))


class MistakesTest(harness.Test):
    def test_unknown_preset(self):
        for arguments in (["--preset", "nosuch"], ["--preset=nosuch"], ["--preset", "pymallo:x=1"]):
            self.expect_line(self.cairn("run", *arguments, "true"), 2, "--preset=", "unknown preset",
                             "default, pymalloc, malloc")

    def test_empty_preset(self):
        self.expect_line(self.cairn("run", "--preset", "", "true"), 2, "unknown preset")

    def test_unknown_preset_in_the_environment(self):
        self.expect_line(self.cairn("run", "true", variables={"CAIRN_MALLOC": "nosuch"}), 2, "CAIRN_MALLOC=nosuch",
                         "default, pymalloc, malloc")

    def test_unknown_arena(self):
        for arena in ("nosuch", "nosuch:size=1M", "", "mmap,malloc"):
            self.expect_line(self.cairn("run", "--arena", arena, "true"), 2, "--arena=", "unknown arena provider",
                             "mmap, malloc, fixed")
        self.expect_line(self.cairn("run", "true", variables={"CAIRN_ARENA": "nosuch"}), 2, "CAIRN_ARENA=nosuch")

    def test_arena_for_a_preset_without(self):
        self.expect_line(self.cairn("run", "--preset", "malloc", "--arena", "mmap", "true"), 2, "malloc has no arenas")

    def test_options_of_an_arena_are_refused_by_the_library(self):
        self.expect_line(self.cairn("run", "--arena", "fixed", "true"), 125, "CAIRN_ARENA=fixed", "size=")
        self.expect_line(self.cairn("run", "--arena", "mmap:x=1", "true"), 125, "CAIRN_ARENA=mmap:x=1")

    def test_options_of_a_preset_are_refused_by_the_library(self):
        self.expect_line(self.cairn("run", "--preset", "pymalloc:x=1", "true"), 125, "CAIRN_MALLOC=pymalloc:x=1",
                         "no options")
        self.expect_line(self.cairn("run", "--preset", "debug:quarantine=lots", "true"), 125,
                         "CAIRN_MALLOC=debug:quarantine=lots", "number of bytes")

    def test_unknown_hook(self):
        for hooks in ("nosuch", "stats,nosuch", "nosuch,stats", "stats,,stats", ",stats", "statsx", "stat"):
            self.expect_line(self.cairn("run", "--hooks", hooks, "true"), 2, "--hooks=" + hooks, "unknown hook",
                             "choose from: stats")
        self.expect_line(self.cairn("run", "true", variables={"CAIRN_HOOKS": "nosuch"}), 2, "CAIRN_HOOKS=nosuch")

    def test_unknown_format(self):
        for text in ("xml", "", "JSON", "text,json"):
            self.expect_line(self.cairn("run", "--stats=" + text, "true"), 2, "--stats=" + text, "text, json")

    def test_unknown_option(self):
        for option in ("--nosuch", "-x", "--help=x"):
            self.expect_line(self.cairn("run", option, "true"), 2, option, "cairn run --help")

    def test_option_without_value(self):
        for option in ("--preset", "--arena", "--hooks", "--stats-file"):
            self.expect_line(self.cairn("run", option), 2, option, "needs a value")

    def test_no_program(self):
        for arguments in ([], ["--"], ["--stats"], ["--preset", "default", "--"]):
            self.expect_line(self.cairn("run", *arguments), 2, "no program")

    def test_a_name_with_control_characters_stays_one_line(self):
        self.expect_line(self.cairn("run", "--preset", "a\nb\x1b[31m", "true"), 2, "a?b?[31m")


class OptionsTest(harness.Test):
    def environment_of(self, *options, variables=None):
        result = self.cairn("run", *options, "env", variables=variables)
        self.assertEqual(result.returncode, 0, result.stderr)
        return dict(line.split("=", 1) for line in result.stdout.splitlines() if "=" in line)

    def test_options_win_over_the_environment(self):
        inherited = {"CAIRN_MALLOC": "malloc", "CAIRN_ARENA": "nosuch", "CAIRN_HOOKS": "nosuch"}
        seen = self.environment_of("--preset", "pymalloc", "--arena", "malloc", "--hooks", "stats",
                                   variables=inherited)
        self.assertEqual([seen["CAIRN_MALLOC"], seen["CAIRN_ARENA"], seen["CAIRN_HOOKS"]],
                         ["pymalloc", "malloc", "stats"])

    def test_without_options_the_environment_stays(self):
        seen = self.environment_of(variables={"CAIRN_MALLOC": "pymalloc", "CAIRN_ARENA": "fixed:size=64M"})
        self.assertEqual((seen["CAIRN_MALLOC"], seen["CAIRN_ARENA"]), ("pymalloc", "fixed:size=64M"))
        self.assertNotIn("CAIRN_HOOKS", seen)

    def test_nothing_is_set_that_was_not_asked_for(self):
        seen = self.environment_of()
        self.assertEqual([name for name in seen if name.startswith("CAIRN")], [])

    def test_empty_hooks_mean_none(self):
        seen = self.environment_of("--hooks", "", variables={"CAIRN_HOOKS": "stats"})
        self.assertEqual(seen["CAIRN_HOOKS"], "")

    def test_the_last_of_an_option_counts(self):
        seen = self.environment_of("--preset", "nosuch", "--preset", "malloc")
        self.assertEqual(seen["CAIRN_MALLOC"], "malloc")

    def test_statistics_add_their_hook_once(self):
        def hooks(*options, **variables):
            return self.environment_of(*options, "--stats-file", "/dev/null", variables=variables)["CAIRN_HOOKS"]

        self.assertEqual(hooks(), "stats")
        self.assertEqual(hooks("--hooks", ""), "stats")
        self.assertEqual(hooks("--hooks", "stats"), "stats")
        self.assertEqual(hooks(CAIRN_HOOKS="stats"), "stats")

    def test_options_behind_the_program_are_its_own(self):
        self.expect(self.cairn("run", "echo", "--preset", "nosuch", "--", "--stats"), 0, "--preset nosuch -- --stats\n")

    def test_two_dashes_end_the_options(self):
        program = self.copy(harness.BLOCKS, "--stats")
        self.expect(self.cairn("run", "--", program.name, variables={"PATH": str(self.folder)}), 0)
        self.expect(self.cairn("run", "--", "echo", "--", "x"), 0, "-- x\n")


if __name__ == "__main__":
    harness.main()
