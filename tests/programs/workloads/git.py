# SPDX-License-Identifier: Apache-2.0
"""A git repository's life: 500 files, a change on a branch, a merge, packing, and reading it all back."""

import random

PROGRAMS = {"git": "git"}

# Dates and identity decide the hashes. Two threads for packing, also on a machine with one core.
_SETTINGS = {
    "core.abbrev": "40",
    "gc.auto": "0",
    "grep.threads": "2",
    "index.threads": "2",
    "init.defaultBranch": "main",
    "maintenance.auto": "false",
    "pack.threads": "2",
}
_ENVIRONMENT = {
    "GIT_AUTHOR_DATE": "2001-02-03T04:05:06Z",
    "GIT_AUTHOR_EMAIL": "mason@example.com",
    "GIT_AUTHOR_NAME": "Mason",
    "GIT_COMMITTER_DATE": "2001-02-03T04:05:06Z",
    "GIT_COMMITTER_EMAIL": "mason@example.com",
    "GIT_COMMITTER_NAME": "Mason",
    "GIT_CONFIG_COUNT": str(len(_SETTINGS)),
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_PAGER": "cat",
}
for _number, (_key, _value) in enumerate(_SETTINGS.items()):
    _ENVIRONMENT[f"GIT_CONFIG_KEY_{_number}"] = _key
    _ENVIRONMENT[f"GIT_CONFIG_VALUE_{_number}"] = _value

_FILES = 500


def run(session):
    def git(*arguments, **options):
        return session.run(["git", *arguments], environment=_ENVIRONMENT, **options)

    source = random.Random(11)
    texts = {f"part{n % 20}/chapter{n % 7}/file{n}.txt": _text(source) for n in range(_FILES)}
    git("init", "--quiet")
    _write(session, texts)
    git("add", ".")
    git("commit", "--quiet", "--message", "All files")
    git("checkout", "--quiet", "-b", "branch")
    _write(session, {name: _changed(text, source) for name, text in list(texts.items())[::5]})
    git("commit", "--quiet", "--all", "--message", "Every fifth file")
    git("checkout", "--quiet", "main")
    _write(session, {name: _changed(text, source) for name, text in list(texts.items())[1::5]})
    git("commit", "--quiet", "--all", "--message", "Other files")
    git("merge", "--quiet", "--no-edit", "branch")
    git("fsck", "--full", "--strict")
    git("gc", "--quiet", "--prune=now", processes=3)
    git("repack", "-a", "-d", "-f", "--quiet", "--window=30", "--depth=30", processes=2)
    git("fsck", "--full", "--strict")
    git("log", "--stat", "--graph", "--format=fuller")
    git("diff", "--word-diff", "main~1", "main", "--", "part1", "part2")
    git("blame", "--line-porcelain", "part0/chapter0/file0.txt")
    git("grep", "--count", "-E", "(cairn|dolmen) [a-z]*n\\b")
    git("grep", "no such text", status=1)
    git("cat-file", "--batch-check", "--batch-all-objects")
    git("archive", "--format=tar", "--output=main.tar", "main")
    session.note_file("main.tar")
    # Threads share out the deltas differently each time, so that the packs' names and sizes cannot be compared.
    session.note(f"packs: {sorted(path.suffix for path in (session.directory / '.git/objects/pack').iterdir())}")


def _text(source):
    words = "cairn dolmen menhir stone lintel barrow mound passage ring row".split()
    return [" ".join(source.choices(words, k=source.randrange(3, 12))) for _ in range(source.randrange(20, 400))]


def _changed(lines, source):
    lines = list(lines)
    for _ in range(len(lines) // 8):
        lines[source.randrange(len(lines))] = f"changed {source.random()}"
    return lines


def _write(session, texts):
    for name, lines in texts.items():
        session.write(name, "\n".join(lines) + "\n")
