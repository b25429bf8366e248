# SPDX-License-Identifier: Apache-2.0
"""Runs the commands of one workload in one fresh folder, under one configuration, and writes down what happened.

What a session writes down is its transcript: each command with its exit status and output, and the hashes of the
files that it produced. Two sessions of one workload must have the same transcript.
"""

import hashlib
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import tempfile
import time

import cairn

# Debian's own programs, whatever else comes first on the caller's PATH.
SYSTEM_PATH = "/usr/bin:/bin"

_GRACE_SECONDS = 5
_POLL_SECONDS = 0.002


class Failure(Exception):
    """The workload did not do what it should; the message is what a person needs to see."""


def find_program(name):
    """The absolute path of a system program, or None."""
    return shutil.which(name, path=SYSTEM_PATH)


class Session:
    """One run of one workload. A context manager: leaving it ends every process that is still there."""

    def __init__(self, configuration, cairn_path=None):
        self.configuration = configuration
        self.transcript = []
        self.seconds = 0.0
        self.mallocs = 0
        self.processes = 0
        self.peak_kib = 0
        self.cairn_path = cairn_path
        self.commands = []

    def __enter__(self):
        parent = os.environ.get("TEST_TMPDIR")
        self._root = tempfile.TemporaryDirectory(prefix="cairn-", dir=parent, ignore_cleanup_errors=True)
        root = pathlib.Path(self._root.name)
        # The commands run in one folder; their output and statistics are kept in another.
        self.directory = root / "work"
        self.records = root / "records"
        home = root / "home"
        for folder in (self.directory, self.records, home):
            folder.mkdir()
        self.environment = {
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "PATH": SYSTEM_PATH,
            "TMPDIR": str(home),
            "TZ": "UTC",
        }
        return self

    def __exit__(self, *_):
        for command in self.commands:
            command.kill()
        self._root.cleanup()

    def start(self, argv, **options):
        """Starts a command and returns without waiting; see Command for the options."""
        self.commands.append(Command(self, argv, **options))
        return self.commands[-1]

    def run(self, argv, timeout=60, **options):
        """Runs a command to its end and returns what it wrote to stdout."""
        start = time.monotonic()
        try:
            return self.start(argv, **options).finish(timeout)
        finally:
            self.seconds += time.monotonic() - start

    def note(self, text):
        """Adds a line to the transcript."""
        self.transcript += text.splitlines()

    def note_file(self, name):
        """Adds the hash of a produced file to the transcript."""
        if not (self.directory / name).is_file():
            raise Failure(f"{name} was not made")
        with open(self.directory / name, "rb") as file:
            digest = hashlib.sha256()
            while piece := file.read(1 << 16):
                digest.update(piece)
            self.note(f"file {name}: {file.tell()} bytes, sha256 {digest.hexdigest()}")

    def write(self, name, content):
        """Writes an input file."""
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


class Command:
    """One command of a session.

    environment  variables besides the session's
    status       the exit status that it must have, with Cairn and without
    compare      which of its outputs go into the transcript
    processes    the least number of process images that Cairn must have been in, the command's own among them
    stdin        a file in the session's folder
    """

    def __init__(
        self,
        session,
        argv,
        *,
        environment=None,
        status=0,
        compare=("stdout", "stderr"),
        processes=1,
        stdin=None,
    ):
        number = len(session.commands)
        self._session = session
        self._argv = argv
        self._status = status
        self._compare = compare
        self._processes = processes
        self._outputs = {name: session.records / f"{number}.{name}" for name in ("stdout", "stderr")}
        self._statistics_file = session.records / f"{number}.json"
        program = argv[0] if "/" in argv[0] else find_program(argv[0])
        command = session.configuration.wrap(session.cairn_path, [program, *argv[1:]], self._statistics_file)
        with (
            open(session.directory / stdin if stdin else os.devnull, "rb") as input_file,
            open(self._outputs["stdout"], "wb") as stdout,
            open(self._outputs["stderr"], "wb") as stderr,
        ):
            self._process = subprocess.Popen(
                command,
                cwd=session.directory,
                env=session.environment | (environment or {}),
                stdin=input_file,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )

    def finish(self, timeout):
        """Waits for the end, checks it, and returns what the command wrote to stdout."""
        deadline = time.monotonic() + timeout
        while not self.ended():
            if time.monotonic() > deadline:
                self.kill()
                raise self._failure(f"did not end within {timeout} s")
            time.sleep(_POLL_SECONDS)
        # A shell's and Cairn's way to say that a signal ended it.
        status = self._process.returncode
        status = 128 - status if status < 0 else status
        if status != self._status:
            raise self._failure(f"exit status {status}, expected {self._status}")
        if self._session.configuration.preset:
            self._check_statistics()
        self._session.note(self._shown_command())
        for name in self._compare:
            self._session.note(self._read(name))
        return self._read("stdout")

    def ended(self):
        """Whether the command has ended. Its memory is known then, too."""
        if self._process.returncode is None:
            pid, status, usage = os.wait4(self._process.pid, os.WNOHANG)
            if pid:
                self._process.returncode = os.waitstatus_to_exitcode(status)
                self._note_peak(usage.ru_maxrss)
        return self._process.returncode is not None

    def _note_peak(self, peak_kib):
        """A process starts with the peak of the one that started it, so that a peak below ours cannot be known."""
        if peak_kib > resource.getrusage(resource.RUSAGE_SELF).ru_maxrss:
            self._session.peak_kib = max(self._session.peak_kib, peak_kib)

    def kill(self):
        """Ends the command and its descendants, politely first. Nothing happens when it has ended."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            deadline = time.monotonic() + _GRACE_SECONDS
            if not self.ended():
                os.killpg(self._process.pid, number)
            while not self.ended() and time.monotonic() < deadline:
                time.sleep(_POLL_SECONDS)

    def _check_statistics(self):
        """A preload that silently failed must not pass."""
        try:
            counted = cairn.read_statistics(self._statistics_file)
        except ValueError as error:
            raise self._failure(str(error)) from error
        if not counted.program_calls or not counted.mallocs:
            raise self._failure("ran without Cairn: it counted no call")
        if counted.processes < self._processes:
            raise self._failure(f"Cairn was in {counted.processes} processes, expected {self._processes}")
        self._session.mallocs += counted.mallocs
        self._session.processes += counted.processes

    def _read(self, name):
        return self._shown(self._outputs[name].read_bytes().decode(errors="backslashreplace"))

    def _shown_command(self):
        return self._shown(f"$ {' '.join(self._argv)}")

    def _shown(self, text):
        """The folder is another one in each session."""
        return text.replace(str(self._session.directory), "$DIRECTORY")

    def _failure(self, sentence):
        lines = [sentence, self._shown_command()]
        for name in self._outputs:
            last = self._read(name).splitlines()[-20:]
            lines += [f"last lines of {name}:", *last] if last else []
        return Failure("\n".join(lines))
