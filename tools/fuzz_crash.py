# SPDX-License-Identifier: Apache-2.0
"""What a fuzzer found: named after what it broke, made small, and filed."""

import base64
import pathlib
import re
import shutil
import subprocess
import tempfile

# What the model, or Cairn, says just before the end.
_SENTENCE = re.compile(r"^cairn: (?:fuzz: )?(.+)$", re.M)
_UNDEFINED = re.compile(r"runtime error: (.+)$", re.M)
_SUMMARY = re.compile(r"^SUMMARY: \w+: (\S+)", re.M)
# A frame in our sources, not in the sanitizers' or libc's.
_FRAME = re.compile(r"^\s*#\d+ 0x[0-9a-f]+ in (\w+) \S*?"
                    r"\b(?:base|allocators|hooks|domains|config|tools)/[\w/]+\.[ch]:\d", re.M)
_WORDS = 9
# Enough to see it again without the file.
_SHOWN_BYTES = 1024
_MINIMISE_SECONDS = 30


def name_of(report):
    """A file name for a report: the sentence without its figures, or the sanitizer's word and our function."""
    sentences = _SENTENCE.findall(report)
    if sentences:
        return _slug(sentences[-1])
    match = _UNDEFINED.search(report) or _SUMMARY.search(report)
    frame = _FRAME.search(report)
    return _slug((match.group(1) if match else "died") + (f" in {frame.group(1)}" if frame else ""))


def _slug(text):
    words = [word for word in re.findall(r"\w+", text.replace("-", "_"), re.A) if not re.match(r"\d", word)]
    return "_".join(words[:_WORDS]).lower() or "died"


class Finding:
    """One way of breaking: the smallest input that was seen for it, and in a .txt beside it what the fuzzer said."""

    def __init__(self, fuzzer, name, path, is_steady):
        self.fuzzer = fuzzer
        self.name = name
        self.path = path
        self.is_steady = is_steady

    def line(self):
        """For the summary."""
        data = self.path.read_bytes()
        unsteady = "" if self.is_steady else "; does not come again when it is run alone"
        content = f"; base64 {base64.b64encode(data).decode()}" if len(data) <= _SHOWN_BYTES else ""
        return f"{self.fuzzer.name}: {self.name}: {self.path}, {len(data)} bytes{unsteady}{content}"


def replay(command, path, seconds=60):
    """(failed, what it wrote) of one input; a run without an end counts as failed."""
    try:
        result = subprocess.run([*command, str(path)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True, errors="replace", timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return True, "SUMMARY: libFuzzer: timeout"
    return result.returncode != 0, result.stderr


def file(fuzzer, command, artifact, report, folder):
    """Files the input that a fuzzer left. command runs one input. Returns the Finding."""
    name = name_of(report)
    failed, again = replay(command, artifact)
    is_steady = failed and name_of(again) == name
    with tempfile.TemporaryDirectory() as scratch:
        best = artifact
        if is_steady and not name.startswith(("timeout", "out_of_memory")):
            best = _minimise(command, artifact, name, pathlib.Path(scratch))
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{fuzzer.name}-{name}"
        if not path.exists() or best.stat().st_size < path.stat().st_size:
            shutil.copyfile(best, path)
            path.with_name(path.name + ".txt").write_text(again if is_steady else report, encoding="utf-8")
    artifact.unlink()
    return Finding(fuzzer, name, path, is_steady)


def _minimise(command, artifact, name, scratch):
    """A smaller input that breaks the same thing, else the same input: libFuzzer takes any crash for the one it had."""
    smaller = scratch / "smaller"
    subprocess.run([*command, "-minimize_crash=1", f"-max_total_time={_MINIMISE_SECONDS}",
                    f"-exact_artifact_path={smaller}", str(artifact)], cwd=scratch, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if smaller.exists() and smaller.stat().st_size < artifact.stat().st_size:
        failed, report = replay(command, smaller)
        if failed and name_of(report) == name:
            return smaller
    return artifact
