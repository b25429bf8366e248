# SPDX-License-Identifier: Apache-2.0
"""Builds and tests a copy of the source tree that has a bug in it."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile

# What is run for a bug, by the folder that it is in: the longest that fits. First the tests that are nearest, then
# the fuzz targets that drive the part.
SUITES = {
    "allocators/": (
        ["//tests/allocators:address_map_test", "//tests/allocators:heap_test", "//tests/allocators:pool_class_test",
         "//tests/allocators:pool_test", "//tests/allocators:large_threads_test",
         "//tests/allocators:pymalloc_instance_test", "//tests/allocators:large_test"],
        ["address_map", "arena", "large", "pymalloc", "schedule", "stack"]),
    "allocators/arena/": (
        ["//tests/allocators:large_mapping_test", "//tests/contract:arena_test", "//tests/contract:fixed_arena_test"],
        ["arena", "options", "stack"]),
    "allocators/large/": (
        ["//tests/allocators:large_idle_test", "//tests/allocators:large_mapping_test",
         "//tests/allocators:large_realloc_test", "//tests/allocators:large_test",
         "//tests/allocators:large_threads_test", "//tests/allocators:oom_test", "//tests/contract:front_test",
         "//tests/domains:fronts_test"],
        ["arena", "large", "schedule", "size_class", "stack"]),
    "allocators/mimalloc/": (
        ["//tests/allocators:mimalloc_test"],
        ["stack"]),
    "allocators/pymalloc/": (
        ["//tests/allocators:heap_test", "//tests/allocators:pymalloc_arena_test",
         "//tests/allocators:pymalloc_class_test", "//tests/allocators:pymalloc_entry_test",
         "//tests/allocators:pymalloc_failure_test", "//tests/allocators:pymalloc_instance_test",
         "//tests/allocators:pymalloc_misuse_test", "//tests/allocators:pymalloc_realloc_test",
         "//tests/allocators:pymalloc_report_test", "//tests/contract:front_test", "//tests/domains:fronts_test"],
        ["differential", "pymalloc", "pymalloc_single", "schedule", "size_class", "stack"]),
    "domains/": (
        ["//tests/domains:all", "//tests/generations:all", "//tests/pymem:debug_hooks_default_test",
         "//tests/pymem:debug_hooks_pymalloc_test", "//tests/pymem:programs_test", "//tests/pymem:pymem_default_test"],
        ["domains", "stack"]),
    "hooks/": (
        ["//tests/hooks:all", "//tests/domains:all"],
        ["domains", "options", "report", "stack"]),
    "hooks/debug/": (
        ["//tests/hooks:all", "//tests/process:bugs_test", "//tests/tools:report_test"],
        ["debug_hook", "options", "stack"]),
}

# For what has come through all of the former. Without what looks at the source or at machine code, where any change
# shows.
WIDE = ["//fuzz:all", "//tests/...", "-//tests/flags/...", "-//tests/layers/...", "-//tests/models/...",
        "-//tests/static/..."]

PHASES = ("near", "asan", "wide", "engine")


class Broken(Exception):
    """Why nothing can be said of a bug."""


def suite_of(path):
    """(tests, fuzz targets) for a source."""
    return SUITES[max((folder for folder in SUITES if path.startswith(folder)), key=len)]


def randomised_too_much():
    """Whether addresses have more random bits than the runtimes of clang 14 know."""
    try:
        return int(pathlib.Path("/proc/sys/vm/mmap_rnd_bits").read_text(encoding="ascii")) > 28
    except (OSError, ValueError):
        return False


def run_to_its_end(command, folder):
    """(status, output) of a program; what it has forked ends with it, for a bug may keep such a child for ever."""
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        with subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                              start_new_session=True) as program:
            try:
                status = program.wait()
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(program.pid, signal.SIGKILL)
        output.seek(0)
        return status, output.read()


class Tree:
    """A copy of the source tree with an output folder of Bazel's, both of which stay from run to run."""

    def __init__(self, root, scratch, bazel_flags, timeout):
        self.root, self.scratch, self.folder = root, scratch, scratch / "tree"
        self.flags = ["--symlink_prefix=/", "--//bazel:werror=false", "--noshow_progress", "--color=no", "--curses=no",
                      f"--test_timeout={timeout}", *bazel_flags]
        self.timeout = timeout
        self.sound = set()  # what was seen to pass without a bug

    def copy(self):
        """Brings the copy up to date: with all that git knows or would take."""
        self.folder.mkdir(parents=True, exist_ok=True)
        listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=self.root, check=False,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if listed.returncode != 0:
            raise Broken(f"git does not tell what is in the tree: {listed.stderr.strip()}")
        wanted = {name for name in listed.stdout.split("\0") if name and (self.root / name).is_file()}
        for folder, _, names in os.walk(self.folder):
            for name in names:
                path = pathlib.Path(folder, name)
                if str(path.relative_to(self.folder)) not in wanted:
                    path.unlink()
        for name in wanted:
            source, target = self.root / name, self.folder / name
            if not target.is_file() or target.read_bytes() != source.read_bytes():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, target)

    @contextlib.contextmanager
    def changed(self, path, text):
        """While it lasts, one file of the copy is another."""
        file = self.folder / path
        before = file.read_bytes()
        file.write_text(text, encoding="utf-8")
        try:
            yield
        finally:
            file.write_bytes(before)

    def bazel(self, command, *arguments):
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("CC", "CXX") and not name.startswith("CAIRN_")}
        return subprocess.run([self.folder / "tools/bazel", f"--output_base={self.scratch}/bazel", command, *self.flags,
                               *arguments], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")

    def failures(self, labels, flags):
        """The cases that fail, as tools/test names them; it ends with the first test that does."""
        events = self.scratch / "events.json"
        events.unlink(missing_ok=True)
        done = self.bazel("test", f"--build_event_json_file={events}", "--notest_keep_going", *flags, "--", *labels)
        report = subprocess.run([self.folder / "tools/test_report.py", events, str(done.returncode)], check=True,
                                stdout=subprocess.PIPE, text=True).stdout.splitlines()[1:]
        # What was not run any more is called that, too.
        failed = [line for line in report if not line.endswith(" (not built)")]
        if not failed and done.returncode != 0:
            raise Broken(f"bazel test ended with status {done.returncode}:\n{done.stdout[-4000:]}")
        return failed

    def run_phase(self, phase, path, runs):
        """The cases that fail in one phase."""
        tests, targets = suite_of(path)
        replays = [f"//fuzz:{name}_fuzzer_test" for name in targets]
        if phase == "near":
            return self.failures(tests + replays, [])
        if phase == "asan":
            flags = ["--config=asan_ubsan"] + (["--run_under=setarch -R"] if randomised_too_much() else [])
            return self.failures(replays, flags)
        if phase == "wide":
            return self.failures(WIDE, ["--build_tests_only"])
        return self.run_engine(targets, runs)

    def run_engine(self, targets, runs):
        """The first fuzz target for which libFuzzer finds something."""
        names = [f"{name}_fuzzer" for name in targets]
        built = self.bazel("build", "--config=fuzz", *(f"//fuzz:{name}" for name in names))
        if built.returncode != 0:
            raise Broken(f"bazel build --config=fuzz ended with status {built.returncode}:\n{built.stdout[-4000:]}")
        binaries = pathlib.Path(self.bazel("info", "--config=fuzz", "bazel-bin").stdout.strip().splitlines()[-1])
        for name in names:
            with tempfile.TemporaryDirectory() as found:
                dictionary = self.folder / f"fuzz/{name}.dict"
                command = ["setarch", "-R"] if randomised_too_much() else []
                command += [binaries / "fuzz" / name, f"-runs={runs}", "-seed=1", "-max_len=768",
                            f"-timeout={self.timeout}", f"-artifact_prefix={found}/", found,
                            self.folder / "fuzz/corpus" / name]
                command += [f"-dict={dictionary}"] if dictionary.exists() else []
                status, output = run_to_its_end(command, found)
            if status != 0:
                sentence = re.search(r"^(cairn: .*|.*(ERROR|SUMMARY): .*)$", output, re.M)
                return [f"//fuzz:{name} {sentence.group(1) if sentence else f'status {status}'}"]
        return []

    def ensure_sound(self, phase, path, runs):
        """A test that fails without a bug tells nothing."""
        key = phase, phase == "wide" or max(folder for folder in SUITES if path.startswith(folder))
        if key not in self.sound:
            failed = self.run_phase(phase, path, runs)
            if failed:
                raise Broken(f"fails without a bug: {'; '.join(failed)}")
            self.sound.add(key)

    def try_bug(self, path, text, phases, runs):
        """(phase, case) of what finds a bug, (None, None) if nothing does."""
        for phase in phases:
            self.ensure_sound(phase, path, runs)
            with self.changed(path, text):
                failed = self.run_phase(phase, path, runs)
            if failed:
                return phase, failed[0]
        return None, None


class Compiler:
    """Tells whether a change makes another program: by the object code of the sources that have it in them."""

    INCLUDE = re.compile(r'^\s*#\s*include\s*"cairn/([^"]+)"', re.M)

    def __init__(self, tree, texts):
        self.tree, self.texts, self.objects = tree, texts, {}
        self.includes = tree.scratch / "include"
        self.includes.mkdir(exist_ok=True)
        link = self.includes / "cairn"
        if not link.is_symlink():
            link.symlink_to(tree.folder)

    def compile(self, source):
        """The object code, without lines; None if it does not compile."""
        output = self.tree.scratch / "object.o"
        output.unlink(missing_ok=True)
        done = subprocess.run(["gcc", "-std=gnu11", "-O2", "-w", "-D_GNU_SOURCE", f"-I{self.includes}", "-c", source, "-o",
                               output], cwd=self.tree.folder, check=False, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
        return output.read_bytes() if done.returncode == 0 else None

    def sources_with(self, path):
        """The C files that a file is part of."""
        reached, todo = {path}, [path]
        while todo:
            included = todo.pop()
            for other, text in self.texts.items():
                if other not in reached and included in self.INCLUDE.findall(text):
                    reached.add(other)
                    todo.append(other)
        return sorted(other for other in reached if other.endswith(".c"))

    def verdict(self, path, text):
        """"" for a change that is one, else why it is thrown away."""
        for source in self.sources_with(path):
            if source not in self.objects:
                self.objects[source] = self.compile(source)
            if self.objects[source] is None:
                continue  # of another system
            with self.tree.changed(path, text):
                code = self.compile(source)
            if code is None:
                return "does not compile"
            if code != self.objects[source]:
                return ""
        return "makes no difference"
