# SPDX-License-Identifier: Apache-2.0
"""Which lines of the product no test and no fuzzer's input reaches; for tools/fuzz --coverage.

clang's own coverage, which is exact in optimised code too. Profiles of all processes come into one folder; what they
say of each binary is put together by line, because the same file is compiled in many configurations.
"""

import collections
import concurrent.futures
import json
import pathlib
import re
import shutil
import subprocess
import sys
import urllib.parse

import fuzz_targets

_OPTIONS = ["--config=llvm_cov"]
_FOLDERS = ("allocators", "hooks", "domains")
# Sources as the compiler saw them; headers through Bazel's links, which give them their include path.
_SOURCE = re.compile(r"^SF:(?:.*/_virtual_includes/[^/]+/cairn/|/proc/self/cwd/|.*/execroot/[^/]+/)?"
                     r"((?:allocators|hooks|domains)/.+\.[ch])$")


def report(fuzzers, options):
    """Writes coverage/report.txt and prints the tables."""
    for tool in ("llvm-profdata", "llvm-cov"):
        if not shutil.which(tool):
            fuzz_targets.fail(f"no {tool}; run 'apt-get install llvm'", 1)
    folder = options.folder / "coverage"
    shutil.rmtree(folder, ignore_errors=True)
    binaries = fuzz_targets.binaries([fuzzer.label for fuzzer in fuzzers], _OPTIONS)
    total = collections.defaultdict(collections.Counter)
    rows = []
    for fuzzer, binary in zip(fuzzers, binaries):
        _replay(fuzzer, binary, folder / fuzzer.name, options.folder)
        lines = _lines(folder / fuzzer.name, [binary], options.jobs)
        rows.append((fuzzer.name, sum(map(_reached, lines.values()))))
        _add(total, lines)
    if options.tests != "none":
        found = _run_tests(options.tests, folder / "tests")
        _add(total, _lines(folder / "tests", found, options.jobs))
    text = list(_text(rows, total))
    (folder / "report.txt").write_text("\n".join(text) + "\n", encoding="utf-8")
    print("\n".join(text))
    print(f"\nThe same in {folder / 'report.txt'}")


def _replay(fuzzer, binary, raw, found):
    """The inputs of a fuzzer, from the repository and from earlier sessions."""
    raw.mkdir(parents=True)
    folders = [folder for folder in (fuzzer.corpus, found / "corpus" / fuzzer.name) if folder.is_dir()]
    result = subprocess.run([binary, *folders], cwd=raw, env={"LLVM_PROFILE_FILE": str(raw / "%m%c.profraw")},
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    if result.returncode:
        fuzz_targets.fail(f"{fuzzer.name} does not get through its inputs; run tools/bazel test {fuzzer.label}_test", 1)


def _run_tests(pattern, raw):
    """Runs tests. Returns the binaries with coverage that Bazel has built for them."""
    raw.mkdir(parents=True)
    events = raw / "events.json"
    # What the compiler's own code upsets fails; what it has reached until then counts. Results of earlier runs would
    # come without profiles.
    status = fuzz_targets.bazel(
        "test", "--symlink_prefix=/", *_OPTIONS, "--keep_going", "--nocache_test_results", "--test_output=summary",
        f"--test_env=LLVM_PROFILE_FILE={raw}/%m%c.profraw", f"--sandbox_writable_path={raw}",
        f"--build_event_json_file={events}", "--", pattern, check=False)
    if status not in (0, 3):
        fuzz_targets.fail(f"Bazel could not run the tests '{pattern}'; see above", 1)
    paths = set()
    with open(events, encoding="utf-8") as file:
        for line in file:
            for output in json.loads(line).get("namedSetOfFiles", {}).get("files", []):
                uri = output.get("uri", "")
                if uri.startswith("file://"):
                    paths.add(pathlib.Path(urllib.parse.unquote(uri[len("file://"):])))
    return sorted(path for path in paths if path.suffix != ".a" and path.is_file() and _is_covered(path))


def _is_covered(path):
    data = path.read_bytes()
    return data.startswith(b"\x7fELF") and b"__llvm_covmap" in data


def _lines(raw, binaries, jobs):
    """How often each line ran, by file."""
    profiles = sorted(raw.glob("*.profraw"))
    if not profiles:
        fuzz_targets.fail(f"no profiles in {raw}; were the tests built with --config=llvm_cov?", 1)
    merged = raw / "merged.profdata"
    listed = raw / "profiles.txt"
    listed.write_text("\n".join(map(str, profiles)) + "\n", encoding="utf-8")
    # One that was cut off, of a process that was killed, is left out.
    subprocess.run(["llvm-profdata", "merge", "-sparse", "-failure-mode=all", f"-input-files={listed}", "-o", merged],
                   check=True)
    for path in profiles:
        path.unlink()
    total = collections.defaultdict(collections.Counter)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for lines in pool.map(lambda binary: _export(binary, merged), binaries):
            _add(total, lines)
    return total


def _export(binary, profile):
    command = ["llvm-cov", "export", "-format=lcov", f"-instr-profile={profile}", str(binary)]
    result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, check=False)
    if result.returncode:
        print(f"left out: {binary}: {result.stderr.strip()}", file=sys.stderr)
    files, counts = {}, None
    for line in result.stdout.splitlines():
        if line.startswith("SF:"):
            match = _SOURCE.match(line)
            counts = files.setdefault(match.group(1), collections.Counter()) if match else None
        elif counts is not None and line.startswith("DA:"):
            number, count = line[3:].split(",")[:2]
            counts[int(number)] = max(counts[int(number)], int(count))
    return files


def _add(total, files):
    for name, counts in files.items():
        for number, count in counts.items():
            total[name][number] = max(total[name][number], count)


def _reached(counts):
    return sum(count > 0 for count in counts.values())


def _share(reached, lines):
    return f"{reached:6,} of {lines:6,}  {100 * reached / lines if lines else 100:5.1f} %"


def _text(rows, total):
    lines_in_all = sum(map(len, total.values()))
    yield "lines of allocators/, hooks/ and domains/ that the inputs of each fuzzer reach"
    for name, reached in rows:
        yield f"  {name:28}{_share(reached, lines_in_all)}"
    yield "\nlines that anything reaches"
    for name, counts in sorted(total.items()):
        yield f"  {name:46}{_share(_reached(counts), len(counts))}"
    for folder in (*_FOLDERS, ""):
        inside = [counts for name, counts in total.items() if name.startswith(folder)]
        yield f"  {folder + '/' if folder else 'in all':46}{_share(sum(map(_reached, inside)), sum(map(len, inside)))}"
    for path in sorted(path for folder in _FOLDERS for path in (fuzz_targets.ROOT / folder).rglob("*.c")):
        name = str(path.relative_to(fuzz_targets.ROOT))
        if name not in total:
            yield f"  {name:46}in nothing that was built"
    yield "\nlines that nothing reaches"
    for name, counts in sorted(total.items()):
        source = (fuzz_targets.ROOT / name).read_text(encoding="utf-8").splitlines()
        for number in sorted(number for number, count in counts.items() if count == 0):
            yield f"  {name}:{number}: {source[number - 1].strip() if number <= len(source) else '?'}"
