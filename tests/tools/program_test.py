#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Tests of how programs are found, refused and ended: every exit status."""

import os
import struct

import harness


class StatusTest(harness.Test):
    def test_the_status_is_the_programs_own(self):
        for status in (0, 1, 2, 42, 125, 126, 127, 255):
            self.expect(self.cairn("run", "sh", "-c", f"exit {status}"), status)

    def test_a_signal_gives_128_and_its_number(self):
        for number in (1, 2, 3, 6, 9, 11, 13, 14, 15):
            self.expect(self.cairn("run", "sh", "-c", f"ulimit -c 0; kill -{number} $$"), 128 + number)

    def test_output_stays_untouched_by_default(self):
        script = "echo out; echo err >&2; exit 3"
        self.expect(self.cairn("run", "sh", "-c", script), 3, "out\n", "err\n")


class FindTest(harness.Test):
    def test_not_found_along_path(self):
        self.expect_line(self.cairn("run", "no-such-program"), 127, "no-such-program: not found", "PATH")

    def test_not_found_by_path(self):
        self.expect_line(self.cairn("run", "./no-such-program"), 127, "./no-such-program: not found")
        self.expect_line(self.cairn("run", "/etc/passwd/x"), 127, "not found")
        os.symlink("nowhere", self.folder / "dangling")
        self.expect_line(self.cairn("run", "./dangling"), 127, "not found")

    def test_empty_name(self):
        self.expect_line(self.cairn("run", ""), 127, "empty")

    def test_directory(self):
        self.expect_line(self.cairn("run", "/usr"), 126, "/usr: a directory")

    def test_not_executable(self):
        path = self.make("plain", "#!/bin/sh\n", 0o644)
        self.expect_line(self.cairn("run", path), 126, "not executable", "chmod +x")

    def test_not_executable_along_path(self):
        self.make("plain", "#!/bin/sh\n", 0o644)
        self.expect_line(self.cairn("run", "plain", variables={"PATH": str(self.folder)}), 126, "chmod +x",
                         self.folder / "plain")

    def test_what_cannot_be_run_is_passed_over_along_path(self):
        (self.folder / "one" / "echo").mkdir(parents=True)
        (self.folder / "two").mkdir()
        self.make("two/echo", "", 0o644)
        path = f"{self.folder}/none:{self.folder}/one:{self.folder}/two:/bin"
        self.expect(self.cairn("run", "echo", "hello", variables={"PATH": path}), 0, "hello\n")

    def test_an_empty_folder_of_path_is_the_current(self):
        self.make("here", "#!/bin/sh\necho here\n")
        for path in (":/bin", "/bin:", "/bin::/usr/bin"):
            self.expect(self.cairn("run", "here", variables={"PATH": path}), 0, "here\n")

    def test_a_long_name(self):
        self.assertIn(self.cairn("run", "x" * 5000).returncode, (126, 127))
        self.expect_line(self.cairn("run", "./" + "x" * 5000), 126, "cannot be run")

    def test_the_program_sees_its_name_as_given(self):
        self.expect(self.cairn("run", "sh", "-c", "echo $0"), 0, "sh\n")
        self.expect(self.cairn("run", "/bin/sh", "-c", "echo $0"), 0, "/bin/sh\n")


class ScriptTest(harness.Test):
    def test_a_script(self):
        self.expect(self.cairn("run", self.make("script", '#!/bin/sh\necho "$@"\n'), "a", "b c"), 0, "a b c\n")

    def test_a_script_through_env(self):
        self.expect(self.cairn("run", self.make("script", "#! /usr/bin/env -S perl -w\nprint 1;\n")), 0, "1")

    def test_a_script_without_a_first_line_is_the_shells(self):
        self.expect(self.cairn("run", self.make("script", "echo shell\n")), 0, "shell\n")

    def test_missing_interpreter(self):
        for line in ("#!/no/such/interpreter -x\n", "#!  relative/interpreter\n", "#!/no/such"):
            self.expect_line(self.cairn("run", self.make("script", line)), 126, "its interpreter", "is missing")

    def test_interpreter_that_cannot_be_run(self):
        self.expect_line(self.cairn("run", self.make("script", "#!/usr\n")), 126, "/usr cannot be run")
        plain = self.make("plain", "x", 0o644)
        self.expect_line(self.cairn("run", self.make("script", f"#!{plain}\n")), 126, "cannot be run")

    def test_static_interpreter(self):
        self.expect_line(self.cairn("run", self.make("script", f"#!{harness.STATIC}\n")), 125, "statically linked")

    def test_scripts_that_interpret_each_other(self):
        script = self.make("script", "")
        script.write_text(f"#!{script}\n")
        self.expect_line(self.cairn("run", script), 126, "its interpreter is a script")

    def test_a_script_interpreted_by_a_script(self):
        inner = self.make("inner", '#!/bin/sh\necho "$@"\n')
        outer = self.make("outer", f"#!{inner} one\n")
        self.expect(self.cairn("run", outer, "two"), 0, f"one {outer} two\n")


class ReachTest(harness.Test):
    """Programs that the library would not be loaded into."""

    def patched(self, offset, content):
        path = self.copy("/bin/true", "patched")
        with open(path, "r+b") as file:
            file.seek(offset)
            file.write(content)
        return path

    def test_static(self):
        self.expect_line(self.cairn("run", harness.STATIC), 125, harness.STATIC, "statically linked", "//:malloc")

    def test_static_with_statistics(self):
        self.expect_line(self.cairn("run", "--stats", harness.STATIC), 125, "statically linked")

    def test_other_class(self):
        self.expect_line(self.cairn("run", self.patched(4, b"\1")), 125, "32-bit")

    def test_other_machine(self):
        self.expect_line(self.cairn("run", self.patched(18, struct.pack("<H", 8))), 125, "another machine")
        self.expect_line(self.cairn("run", self.patched(5, b"\2")), 125, "another machine")

    def loader_patched(self, loader):
        content = open("/bin/true", "rb").read()
        start = content.index(b"/lib64/ld-linux")
        end = content.index(b"\0", start)
        self.assertLessEqual(len(loader), end - start)
        return self.make("patched", content[:start] + loader.ljust(end - start, b"\0") + content[end:])

    def test_missing_loader(self):
        if os.uname().machine != "x86_64":
            self.skipTest("knows the loader of x86_64 only")
        self.expect_line(self.cairn("run", self.loader_patched(b"/lib64/ld-nothing")), 126, "/lib64/ld-nothing",
                         "is missing")

    def test_musl(self):
        if os.uname().machine != "x86_64":
            self.skipTest("knows the loader of x86_64 only")
        os.symlink("/lib64/ld-linux-x86-64.so.2", self.folder / "ld-musl")
        loader = os.path.relpath(self.folder / "ld-musl", self.folder).encode()
        self.expect_line(self.cairn("run", self.loader_patched(loader)), 125, "musl")

    def test_the_loader_itself_preloads(self):
        if os.uname().machine != "x86_64":
            self.skipTest("knows the loader of x86_64 only")
        figures = self.statistics("/lib64/ld-linux-x86-64.so.2", harness.BLOCKS)
        self.assertGreaterEqual(figures["program"]["calls"]["malloc"], 1000)

    def test_rights_of_another_user_or_group(self):
        path = self.copy("/bin/true", "privileged")
        if os.statvfs(path).f_flag & os.ST_NOSUID:
            self.skipTest("the folder is mounted nosuid")
        try:
            os.chown(path, 12345, 12345)
        except OSError:
            self.skipTest("only root can give files away")
        for mode in (0o4755, 0o2755):
            path.chmod(mode)
            self.expect_line(self.cairn("run", path), 125, "set-uid")
        path.chmod(0o2745)
        self.expect(self.cairn("run", path), 0)
        path.chmod(0o755)
        self.expect(self.cairn("run", path), 0)

    def test_set_uid_to_oneself_is_no_obstacle(self):
        path = self.copy(harness.BLOCKS, "own")
        path.chmod(0o6755)
        self.assertGreaterEqual(self.statistics(path)["program"]["calls"]["malloc"], 1000)

    def test_damaged_programs_end_in_one_way_or_another(self):
        content = open("/bin/true", "rb").read()
        for size in (0, 1, 2, 4, 16, 63, 64, 100, 500):
            with self.subTest(size=size):
                status = self.cairn("run", self.make("damaged", content[:size])).returncode
                self.assertIn(status, (0, 2, 125, 126, 127, 128 + 9, 128 + 11))


class LibraryTest(harness.Test):
    def test_a_missing_library(self):
        command = self.copy(harness.CAIRN, "cairn")
        self.expect_line(self.cairn("run", "true", command=str(command)), 125, "libcairn_malloc.so", "CAIRN_LIBRARY")

    def test_the_library_by_its_variable(self):
        command = self.copy(harness.CAIRN, "cairn")
        library = os.path.join(os.path.dirname(harness.CAIRN), "libcairn_malloc.so")
        self.expect(self.cairn("run", "true", command=str(command), variables={"CAIRN_LIBRARY": library}), 0)

    def test_a_wrong_variable(self):
        self.expect_line(self.cairn("run", "true", variables={"CAIRN_LIBRARY": "/no/such"}), 125,
                         "CAIRN_LIBRARY=/no/such", "No such file")

    def test_places_around_the_command(self):
        library = os.path.join(os.path.dirname(harness.CAIRN), "libcairn_malloc.so")
        for place in ("bin/libcairn_malloc.so", "lib/libcairn_malloc.so",
                      "bin/cairn.runfiles/whatever_name/tools/libcairn_malloc.so"):
            with self.subTest(place=place):
                root = self.folder / place.replace("/", "_")
                (root / place).parent.mkdir(parents=True)
                (root / "bin").mkdir(exist_ok=True)
                harness.shutil.copyfile(library, root / place)
                command = root / "bin" / "cairn"
                harness.shutil.copy(harness.CAIRN, command)
                result = self.cairn("run", "sh", "-c", "echo $LD_PRELOAD", command=str(command))
                self.assertEqual(os.path.realpath(result.stdout.strip()), str(root / place))

    def test_a_path_that_ld_preload_cannot_hold(self):
        for name in ("a b", "a:b", "a$b"):
            path = self.make(name, "")
            self.expect_line(self.cairn("run", "true", variables={"CAIRN_LIBRARY": str(path)}), 125, "LD_PRELOAD")


if __name__ == "__main__":
    harness.main()
