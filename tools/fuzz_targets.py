# SPDX-License-Identifier: Apache-2.0
"""The fuzzers that there are, and what commands about them have in common."""

import argparse
import configparser
import pathlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Parser(argparse.ArgumentParser):
    """Answers a wrong argument with one line."""

    def error(self, message):
        fail(f"{message}; see --help")


def fail(message, status=2):
    """One line with what to do, and the end."""
    print(f"tools/{pathlib.Path(sys.argv[0]).name}: {message}", file=sys.stderr)
    sys.exit(status)


def take(folder):
    """Makes a folder whose contents will be written over and removed. Refuses one that others have filled."""
    mark = folder / ".made-by-cairn"
    if folder.exists() and not mark.exists() and (not folder.is_dir() or any(folder.iterdir())):
        fail(f"{folder} has files that are not of this command, and would lose them; name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    mark.touch()


def install(*groups):
    """Debian packages, by the groups of tools/debian-packages."""
    if subprocess.run([ROOT / "tools/install", *groups], stdin=subprocess.DEVNULL, check=False).returncode:
        fail(f"what it needs could not be installed; see 'tools/install {' '.join(groups)}'", 1)


def bazel(*arguments, output=False, check=True):
    """Runs Bazel on this tree. Returns its standard output if that is asked for, its exit status if not."""
    result = subprocess.run([ROOT / "tools/bazel", *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, check=False,
                            text=True, stdout=subprocess.PIPE if output else sys.stderr.fileno(),
                            stderr=subprocess.DEVNULL if output else None)
    if check and result.returncode:
        fail(f"Bazel failed; run it by hand: tools/bazel {' '.join(map(repr, arguments))}", 1)
    return result.stdout if output else result.returncode


def binaries(labels, options):
    """Builds targets. Returns their paths in the order of the labels; the next build may replace the files."""
    bazel("build", "--symlink_prefix=/", *options, *labels)
    folder = pathlib.Path(bazel("info", "--noshow_progress", *options, "bazel-bin", output=True).strip())
    return [folder / label[2:].replace(":", "/") for label in labels]


class Fuzzer:
    """A target of fuzz/: its name, its inputs in the repository, and what the engine is given."""

    def __init__(self, name, settings=()):
        self.name = name
        self.label = f"//fuzz:{name}"
        self.corpus = ROOT / "fuzz/corpus" / name
        self.dictionary = next((path for path in settings if path.suffix == ".dict"), None)
        self.options = next((path for path in settings if path.suffix == ".options"), None)

    def engine_arguments(self):
        """What libFuzzer is told in any case."""
        arguments = [f"-dict={self.dictionary}"] if self.dictionary else []
        return arguments + (read_options(self.options) if self.options else [])


def read_options(path):
    """The lines of an .options file as libFuzzer's arguments."""
    parser = configparser.ConfigParser()
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
        return [f"-{key}={value}" for key, value in parser["libfuzzer"].items()]
    except (configparser.Error, KeyError) as error:
        return fail(f"{path}: not an options file with a section [libfuzzer]: {error}".replace("\n", " "), 1)


def _path(label):
    return ROOT / label.replace("//", "").replace(":", "/")


def choose(names):
    """The fuzzers with these names, all if there are none."""
    query = bazel("query", "--noshow_progress", "--output=xml",
                  r'attr(tags, "\bfuzz\b", //fuzz/...) + filter("_fuzzer_settings$", //fuzz/...)', output=True)
    # Bazel says 1.1, which Python's parser does not know, and uses nothing of it.
    rules = xml.etree.ElementTree.fromstring(query.replace('version="1.1"', 'version="1.0"', 1)).iter("rule")
    sources = {}
    for rule in rules:
        sources[rule.get("name")] = [label.get("value") for label in rule.iterfind("list[@name='srcs']/label")]
    known = sorted(label.split(":")[1] for label in sources if label.endswith("_fuzzer"))
    for name in names:
        if name not in known:
            fail(f"no fuzzer '{name}', choose from: {', '.join(known)}")
    return [Fuzzer(name, [_path(label) for label in sources.get(f"//fuzz:{name}_settings", [])])
            for name in known if not names or name in names]


def with_fixed_addresses():
    """What a program with a sanitizer is started by: clang 14 knows address spaces with 28 random bits or less."""
    try:
        bits = int(pathlib.Path("/proc/sys/vm/mmap_rnd_bits").read_text(encoding="ascii"))
    except (OSError, ValueError):
        bits = 28
    return ["setarch", "-R"] if bits > 28 and shutil.which("setarch") else []
