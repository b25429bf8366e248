# SPDX-License-Identifier: Apache-2.0
"""One fuzzer at work: libFuzzer's process, what it has got to, and what is kept of it."""

import collections
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

import fuzz_crash
import fuzz_targets

_PROGRESS = re.compile(r"#(\d+)\s+(\w+)\s+cov: (\d+) ft: (\d+)(?: corp: (\d+))?")
_ARTIFACT = re.compile(r"Test unit written to (.+)$")
# libFuzzer's exit status after SIGINT.
_INTERRUPTED = 72
# As many findings of one fuzzer are enough for a session: most are the same again.
_MOST_FINDINGS = 5


class Session:
    """What one fuzzer does in this call of tools/fuzz."""

    def __init__(self, fuzzer, binary, folder):
        self.fuzzer = fuzzer
        self.folder = folder
        self.state = "waiting"
        self.executions = 0
        self.covered = 0
        self.covered_before = None
        self.inputs = 0
        self.findings = []
        self.failure = ""
        self._command = [*fuzz_targets.with_fixed_addresses(), str(binary)]
        self._begun = None
        self._seconds = 0.0
        self._earlier = 0
        self._process = None

    @property
    def seconds(self):
        return self._seconds if self._begun is None else time.monotonic() - self._begun

    @property
    def found(self):
        """Inputs of earlier sessions and of this one, beside those of the repository."""
        return self.folder / "corpus" / self.fuzzer.name

    def fuzz(self, seconds, stopping):
        """Runs for so long, on after findings."""
        self.found.mkdir(parents=True, exist_ok=True)
        self._begin()
        while not stopping.is_set() and self.seconds < seconds and not self.is_over():
            # 0 would be: without an end.
            self._engine([f"-max_total_time={max(1, round(seconds - self.seconds))}", self.found, *self._seeds()])
        self._end()

    def repeat(self, runs, stopping):
        """Executes so many inputs, the same in each call: from the repository's inputs alone, and keeping none."""
        self._begin()
        with tempfile.TemporaryDirectory() as scratch:
            while not stopping.is_set() and self.executions < runs and not self.is_over():
                if self._engine([f"-runs={runs - self.executions}", f"-seed={1 + len(self.findings)}", scratch,
                                 *self._seeds()]):
                    break
        self._end()

    def interrupt(self):
        """Ends the engine that runs, if one does, as Ctrl-C does."""
        process = self._process
        if process:
            process.send_signal(signal.SIGINT)

    def is_over(self):
        """Whether there is no use in going on."""
        return bool(self.failure) or len(self.findings) >= _MOST_FINDINGS

    def _begin(self):
        self._begun = time.monotonic()
        self.state = "running"

    def _end(self):
        self._seconds = self.seconds
        self._begun = None
        self.state = "failed" if self.failure else "done"

    def _seeds(self):
        return [self.fuzzer.corpus] if self.fuzzer.corpus.is_dir() else []

    def _engine(self, arguments):
        """Runs libFuzzer once. Returns whether it came to its end; what it found, or why not, is noted."""
        with tempfile.TemporaryDirectory() as scratch:
            command = [*self._command, *self.fuzzer.engine_arguments(), f"-artifact_prefix={scratch}/",
                       "-print_final_stats=1", *map(str, arguments)]
            tail = collections.deque(maxlen=400)
            artifact = None
            with subprocess.Popen(command, cwd=scratch, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, text=True, errors="replace") as process:
                self._process = process
                for line in process.stderr:
                    tail.append(line)
                    self._note(line)
                    match = _ARTIFACT.search(line)
                    artifact = pathlib.Path(match.group(1)) if match else artifact
            self._process = None
            self._earlier = self.executions
            if process.returncode in (0, _INTERRUPTED):
                return True
            if artifact and artifact.exists():
                self.findings.append(fuzz_crash.file(self.fuzzer, self._command, artifact, "".join(tail),
                                                     self.folder / "crashes"))
            else:
                self.failure = f"ended with status {process.returncode}: {(tail or ['nothing said'])[-1].strip()}"
            return False

    def _note(self, line):
        match = _PROGRESS.match(line)
        if match:
            count, word, covered, _, inputs = match.groups()
            self.executions = self._earlier + int(count)
            self.covered = max(self.covered, int(covered))
            self.inputs = int(inputs or self.inputs)
            if word == "INITED" and self.covered_before is None:
                self.covered_before = int(covered)
        elif line.startswith("stat::number_of_executed_units:"):
            self.executions = self._earlier + int(line.split()[1])

    def merge(self, is_update):
        """Leaves of the inputs found as few as add something to the repository's. Or the repository gets the fewest of
        all that cover what all do; files there with names of their own stay. Returns how many are new.
        """
        known = {path.read_bytes() for folder in self._seeds() for path in folder.iterdir()}
        with tempfile.TemporaryDirectory() as scratch:
            command = [*self._command, *self.fuzzer.engine_arguments(), "-set_cover_merge=1", "-use_counters=0",
                       scratch, *map(str, self._seeds()), str(self.found)]
            result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                    stderr=subprocess.PIPE, text=True, errors="replace", check=False)
            if result.returncode:
                self.failure = f"could not be merged: {(result.stderr.splitlines() or ['nothing said'])[-1]}"
                return 0
            merged = sorted(pathlib.Path(scratch).iterdir())
            new = [path for path in merged if path.read_bytes() not in known]
            shutil.rmtree(self.found)
            self.found.mkdir()
            if is_update:
                self._replace(merged)
            else:
                for path in new:
                    shutil.copyfile(path, self.found / path.name)
        return len(new)

    def _replace(self, merged):
        """The repository's inputs, by those that a merge has left."""
        corpus = self.fuzzer.corpus
        corpus.mkdir(exist_ok=True)
        named = [path for path in corpus.iterdir() if not re.fullmatch(r"[0-9a-f]{40}", path.name)]
        for path in set(corpus.iterdir()) - set(named):
            path.unlink()
        kept = {path.read_bytes() for path in named}
        for path in merged:
            if path.read_bytes() not in kept:
                shutil.copyfile(path, corpus / path.name)
