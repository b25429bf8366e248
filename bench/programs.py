# SPDX-License-Identifier: Apache-2.0
"""Real programs as rows: what they cost in processor time and memory on each allocator."""

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass

import runner

_SCRIPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs")
PREFIX = "program/"


@dataclass(frozen=True)
class Program:
    name: str
    package: str
    probe: list  # a quick command of the process that allocates, to see where its malloc comes from
    command: list


# {scripts} is our folder of inputs. Commands run in an empty folder of their own.
_PROGRAMS = [
    Program("python3", "python3", ["/usr/bin/python3", "--version"],
            ["/usr/bin/python3", "{scripts}/json_work.py"]),
    Program("sqlite3", "sqlite3", ["sqlite3", "--version"],
            ["sqlite3", "-batch", "-init", "{scripts}/tables.sql", ":memory:", ".quit"]),
    Program("git", "git", ["git", "--version"], ["sh", "{scripts}/repository.sh"]),
    Program("gcc", "g++", ["g++", "-E", "-x", "c++", "/dev/null"],
            ["g++", "-std=c++17", "-O1", "-c", "{scripts}/templates.cc", "-o", "templates.o"]),
    Program("perl", "perl", ["perl", "--version"], ["perl", "{scripts}/words.pl"]),
]

# Python's own pools would keep most blocks from malloc; git asks nobody for settings.
_SETTINGS = {"PYTHONMALLOC": "malloc", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}


class Suite:
    """The programs that this machine has. Use as a context: it owns a scratch folder."""

    def __init__(self, launch):
        self._launch = launch
        self._programs = {PREFIX + p.name: p for p in _PROGRAMS if shutil.which(p.command[0])
                          and shutil.which(p.probe[0])}
        self.missing = [
            f"{p.name} is skipped: it is not installed, run 'apt-get install {p.package}'"
            for p in _PROGRAMS if PREFIX + p.name not in self._programs
        ]
        self.rows = list(self._programs)
        self._bound = {}

    def __enter__(self):
        self._scratch = tempfile.TemporaryDirectory(prefix="cairn_bench_")
        return self

    def __exit__(self, *_):
        self._scratch.cleanup()

    def measure(self, row, allocator):
        """{"cpu": seconds, "peak": bytes} of the program and all its children."""
        program = self._programs[row]
        self._check(program, allocator)
        with tempfile.TemporaryDirectory(dir=self._scratch.name) as folder:
            report = os.path.join(self._scratch.name, "report")
            command = [word.format(scripts=_SCRIPTS) for word in program.command]
            self._run([self._launch, allocator.library, report] + command, folder)
            with open(report, encoding="ascii") as file:
                result = json.load(file)
        if result["status"] != 0:
            raise runner.Failure(f"{program.name} ended with status {result['status']}")
        return result

    def _run(self, command, folder, **more):
        env = {**runner.environment(None), **_SETTINGS, **more}
        result = subprocess.run(command, cwd=folder, env=env, stdin=subprocess.DEVNULL,
                                capture_output=True, text=True, errors="replace", check=False)
        if result.returncode != 0:
            raise runner.Failure(runner.how_it_ended(result.returncode, result.stderr))

    def _check(self, program, allocator):
        """Asks the loader to which library it binds the program's malloc. Once per pair."""
        key = (program.name, allocator.name)
        if key in self._bound or not allocator.library:
            return
        with tempfile.TemporaryDirectory(dir=self._scratch.name) as folder:
            self._run(program.probe, folder, LD_PRELOAD=allocator.library, LD_BIND_NOW="1",
                      LD_DEBUG="bindings", LD_DEBUG_OUTPUT=os.path.join(folder, "bindings"))
            text = "".join(open(os.path.join(folder, name), encoding="utf-8", errors="replace").read()
                           for name in os.listdir(folder) if name.startswith("bindings"))
        if f" to {allocator.library} [0]: normal symbol `malloc'" not in text:
            raise runner.Failure(f"{program.name} does not take malloc from {allocator.library}")
        self._bound[key] = True
