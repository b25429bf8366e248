# SPDX-License-Identifier: Apache-2.0
"""Real programs as rows: what they cost in processor time and memory on each allocator."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass

import peers
import runner

_SCRIPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs")
_TIMEOUT = 300  # seconds, for one program
PREFIX = "program/"


@dataclass(frozen=True)
class Program:
    """{scripts} is our folder of inputs. Commands run in an empty folder of their own."""

    name: str
    needs: dict  # {executable: Debian package}; the first is the one whose malloc counts
    command: list
    # A quick command of the process that allocates, to see where its malloc comes from.
    probe: tuple = ()
    # A server is measured from its start to its end, while clients on their own malloc run one after
    # the other, from the moment that it has made the file; the last one ends it.
    ready: str = ""
    clients: tuple = ()


def _python(script):
    return ["/usr/bin/python3", "{scripts}/" + script]


def _compile(level):
    return Program(f"g++ {level}", {"g++": "g++"},
                   ["g++", "-std=c++17", level, "-c", "{scripts}/large.cc", "-o", "large.o"],
                   ("g++", "-E", "-x", "c++", "/dev/null"))


_REDIS = "redis-benchmark -s redis.sock --threads 2 -c 20 -P 16 -q -n 150000 -r 50000 -d 100"

_PROGRAMS = [
    Program("python3/json", {"/usr/bin/python3": "python3"}, _python("json_work.py")),
    Program("python3/dict", {"/usr/bin/python3": "python3"}, _python("dict_work.py")),
    Program("python3/string", {"/usr/bin/python3": "python3"}, _python("string_work.py")),
    Program("sqlite3", {"sqlite3": "sqlite3"},
            ["sqlite3", "-batch", "-init", "{scripts}/tables.sql", ":memory:", ".quit"]),
    Program("redis", {"redis-server": "redis-server", "redis-benchmark": "redis-tools", "redis-cli": "redis-tools"},
            ["redis-server", "{scripts}/redis.conf"],
            ready="redis.sock",
            clients=(_REDIS.split() + ["-t", "set,get,lpush,rpop,sadd,hset,zadd"],
                     ["redis-cli", "-s", "redis.sock", "shutdown", "nosave"])),
    _compile("-O0"),
    _compile("-O2"),
    Program("git", {"git": "git"}, ["sh", "{scripts}/repository.sh"]),
    Program("perl", {"perl": "perl"}, ["perl", "{scripts}/words.pl"]),
    Program("bash", {"bash": "bash"}, ["bash", "{scripts}/script.sh"]),
    Program("node", {"node": "nodejs"}, ["node", "{scripts}/objects.js"]),
    Program("xz", {"xz": "xz-utils"}, ["sh", "{scripts}/pack.sh"]),
]

# Python's own pools would keep most blocks from malloc; git asks nobody for settings.
_SETTINGS = {"PYTHONMALLOC": "malloc", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}


def _missing(program):
    """A sentence on the first thing that is not here, or None."""
    for executable, package in program.needs.items():
        if not shutil.which(executable):
            return f"{program.name} is skipped: no {executable} here, run 'apt-get install {package}'"
    return None


def _preload(allocator):
    """The library that every program gets: some link another malloc than the C library's, redis among them."""
    return allocator.library or peers.libc()


class Suite:
    """The programs that this machine has. Use as a context: it owns a scratch folder."""

    def __init__(self, launch):
        self._launch = launch
        self._programs = {PREFIX + p.name: p for p in _PROGRAMS if not _missing(p)}
        self.missing = [sentence for sentence in map(_missing, _PROGRAMS) if sentence]
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
            self._run([self._launch, _preload(allocator), report] + command, folder, program)
            with open(report, encoding="ascii") as file:
                result = json.load(file)
        if result["status"] != 0:
            raise runner.Failure(f"{program.name} ended with status {result['status']}")
        return result

    def _run(self, command, folder, program, **more):
        env = {**runner.environment(None), **_SETTINGS, **more}
        options = {"cwd": folder, "env": env, "stdin": subprocess.DEVNULL, "text": True, "errors": "replace"}
        # In a group of its own, so that nothing of it outlives us.
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              start_new_session=True, **options) as process:
            try:
                if program and program.clients:
                    _await(os.path.join(folder, program.ready), process)
                for client in program.clients if program else ():
                    subprocess.run(client, capture_output=True, timeout=_TIMEOUT, check=True, **options)
                _, errors = process.communicate(timeout=_TIMEOUT)
            except subprocess.CalledProcessError as error:
                how = runner.how_it_ended(error.returncode, error.stderr)
                raise runner.Failure(f"{error.cmd[0]}: {how}") from None
            except subprocess.TimeoutExpired as error:
                raise runner.Failure(f"no end after {error.timeout:.0f} seconds") from None
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
        if process.returncode != 0:
            raise runner.Failure(runner.how_it_ended(process.returncode, errors))

    def _check(self, program, allocator):
        """Asks the loader to which library it binds the program's malloc. Once per pair."""
        key = (program.name, allocator.name)
        if key in self._bound:
            return
        library = _preload(allocator)
        probe = program.probe or (next(iter(program.needs)), "--version")
        with tempfile.TemporaryDirectory(dir=self._scratch.name) as folder:
            self._run(list(probe), folder, None, LD_PRELOAD=library, LD_BIND_NOW="1", LD_DEBUG="bindings",
                      LD_DEBUG_OUTPUT=os.path.join(folder, "bindings"))
            text = "".join(open(os.path.join(folder, name), encoding="utf-8", errors="replace").read()
                           for name in os.listdir(folder) if name.startswith("bindings"))
        if f" to {library} [0]: normal symbol `malloc'" not in text:
            raise runner.Failure(f"{program.name} does not take malloc from {library}")
        self._bound[key] = True


def _await(path, process):
    """Until the server has made its socket."""
    begun = time.monotonic()
    while not os.path.exists(path):
        if process.poll() is not None:
            return  # its clients fail then, and say so
        if time.monotonic() - begun > _TIMEOUT:
            raise runner.Failure(f"no {os.path.basename(path)} after {_TIMEOUT} seconds")
        time.sleep(0.01)
