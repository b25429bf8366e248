# SPDX-License-Identifier: Apache-2.0
"""Runs programs under a configuration of Cairn and reports each run as a test case."""

import contextlib
import dataclasses
import os
import pathlib
import re
import resource
import subprocess
import sys
import time
import traceback
import xml.etree.ElementTree as xml

LINKED = "linked"
PRELOAD = "preload"
_TIMEOUT = 40


class NotRun(Exception):
    """This machine cannot run the case; the reason is reported, visibly."""


@dataclasses.dataclass(frozen=True)
class Configuration:
    """How Cairn gets into the program, and what its environment asks for."""

    way: str
    preset: str = "default"
    arena: str = ""
    hooks: str = ""

    @property
    def name(self):
        return "/".join(filter(None, [self.way, self.preset, self.arena, self.hooks]))

    @property
    def environment(self):
        variables = {"CAIRN_MALLOC": self.preset, "CAIRN_ARENA": self.arena, "CAIRN_HOOKS": self.hooks}
        return {name: value for name, value in variables.items() if value} | {"VICTIM_PRESET": self.preset or "default"}


def both_ways(*arguments, **options):
    return [Configuration(way, *arguments, **options) for way in (LINKED, PRELOAD)]


class Files:
    """What Bazel gave the script: the library, victims, other files."""

    def __init__(self, arguments):
        paths = [pathlib.Path(argument).resolve() for argument in arguments if not argument.startswith("--")]
        self._paths = {path.name: path for path in paths}
        self.names = [path.name for path in paths]
        self.library = self["libcairn_malloc.so"]

    def __getitem__(self, name):
        return self._paths[name]

    def program(self, victim, way):
        return self._paths[victim + ("_linked" if way == LINKED else "_plain")]


@dataclasses.dataclass
class Result:
    status: int  # as subprocess has it: negative for a signal
    stdout: str
    stderr: str

    def expect(self, status=0, stdout="", stderr=""):
        """Demands an exit status and what was written: the text, or a compiled pattern for all of it."""
        problems = []
        if self.status != status:
            problems.append(f"exit status {self.status}, expected {status}")
        for name, expected, actual in (("stdout", stdout, self.stdout), ("stderr", stderr, self.stderr)):
            matches = expected.fullmatch(actual) if isinstance(expected, re.Pattern) else expected == actual
            if expected is not None and not matches:
                wanted = getattr(expected, "pattern", expected)
                problems.append(f"{name} is not as expected:\n  expected {wanted!r}\n  actual   {actual!r}")
        if problems:
            raise AssertionError("\n".join([*problems, f"stderr:\n{self.stderr}"]))
        return self


def run(files, victim, configuration, *arguments, environment=(), **options):
    """Runs a victim. Its environment has nothing from ours but what is given here."""
    variables = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"} | configuration.environment | dict(environment)
    if configuration.way == PRELOAD:
        variables.setdefault("LD_PRELOAD", str(files.library))
    return run_program([str(files.program(victim, configuration.way)), *arguments], variables, **options)


def run_program(command, variables, **options):
    process = subprocess.Popen(
        command, env=variables, text=True, errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True, preexec_fn=_no_core, **options)
    try:
        stdout, stderr = process.communicate(timeout=_TIMEOUT)
    except subprocess.TimeoutExpired:
        where = _where(process.pid)
        os.killpg(process.pid, 9)
        stdout, stderr = process.communicate()
        raise AssertionError(f"did not end within {_TIMEOUT} s; threads:\n{where}\nstderr:\n{stderr}") from None
    return Result(process.returncode, stdout, stderr)


def _no_core():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _where(pid):
    """What each thread of a process waits for, as far as the kernel tells."""
    lines = []
    for task in sorted(pathlib.Path(f"/proc/{pid}/task").glob("*")):
        with contextlib.suppress(OSError):
            state = re.search(r"State:\s*(.*)", (task / "status").read_text()).group(1)
            lines.append(f"  {task.name}: {state}, system call {(task / 'syscall').read_text().strip()}")
    return "\n".join(lines)


class Report:
    """Test cases: a line each on the terminal, an element each in the JUnit XML file that Bazel wants."""

    def __init__(self):
        self._suite = xml.Element("testsuite", name="process")
        self._failures = 0
        self._cases = 0

    @contextlib.contextmanager
    def case(self, victim, name):
        element = xml.SubElement(self._suite, "testcase", classname=victim, name=name)
        start = time.monotonic()
        outcome = "ok"
        self._cases += 1
        try:
            yield
        except NotRun as reason:
            outcome = f"NOT RUN: {reason}"
            xml.SubElement(element, "skipped", message=_printable(str(reason)))
        except Exception as error:  # pylint: disable=broad-except
            text = str(error) if isinstance(error, AssertionError) and str(error) else traceback.format_exc()
            outcome = "FAILED\n" + text
            self._failures += 1
            failure = xml.SubElement(element, "failure", message=_printable(text.splitlines()[0]))
            failure.text = _printable(text)
        seconds = time.monotonic() - start
        element.set("time", f"{seconds:.3f}")
        print(f"{victim} {name}: {seconds:.2f} s {outcome}", flush=True)

    def finish(self):
        self._suite.set("tests", str(self._cases))
        self._suite.set("failures", str(self._failures))
        path = os.environ.get("XML_OUTPUT_FILE")
        if path:
            root = xml.Element("testsuites")
            root.append(self._suite)
            xml.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
        sys.exit(1 if self._failures or not self._cases else 0)


def _printable(text):
    """XML has no way to write most control characters."""
    return re.sub(r"[^\t\n\x20-\ud7ff\ue000-\ufffd]", "?", text)
