# SPDX-License-Identifier: Apache-2.0
"""The spellings of flags that flags_check.py tries, and what each must lead to."""

import dataclasses


@dataclasses.dataclass
class Case:
    """Flags; then how the program describes itself, or how Bazel or the program refuses."""

    flags: list[str]
    preset: str = "default"
    words: str = ""
    no_words: str = ""
    environment: dict[str, str] = dataclasses.field(default_factory=dict)
    # In what Bazel writes.
    refusal: str = ""
    # In the one line that the program writes.
    exit_line: str = ""

    def __post_init__(self):
        self.words, self.no_words = self.words.split(), self.no_words.split()

    def __str__(self):
        variables = [f"{name}={value}" for name, value in self.environment.items()]
        return " ".join(variables + (self.flags or ["(no flags)"]))


def flag(text, *more, **what):
    """A case of flags in one text, and of more in further ones."""
    return Case([*text.split(), *more], **what)


# What a configuration is made of, and what only others are made of.
DEFAULT = {"words": "mmap large pymalloc dynamic", "no_words": "system stats static"}
PYMALLOC = {"preset": "pymalloc", "words": "system mmap pymalloc dynamic", "no_words": "large"}
MALLOC = {"preset": "malloc", "words": "system dynamic", "no_words": "mmap pymalloc"}
MIMALLOC = {"preset": "mimalloc", "words": "system mimalloc dynamic", "no_words": "mmap pymalloc"}
FROM_LIBC = {"words": "malloc large pymalloc", "no_words": "mmap"}
FROM_BUFFER = {"words": "fixed large pymalloc", "no_words": "mmap"}
COUNTED = {"words": "mmap pymalloc stats"}
ALL = {"preset": "pymalloc", "words": "system malloc pymalloc stats static", "no_words": "mmap large"}
STATIC = {"words": "mmap large pymalloc static", "no_words": "dynamic"}

# Inside Cairn's repository.
INNER = [
    flag("", **DEFAULT),

    # The configuration. A label flag is the target //config:config, which can be written in full; what stands in
    # .bazelrc follows what it is short for, so that nothing is built twice.
    flag("--//config=//config:default", **DEFAULT),
    flag("--//config=//config:pymalloc", **PYMALLOC),
    flag("--config=pymalloc", **PYMALLOC),
    flag("--//config=//config:malloc", **MALLOC),
    flag("--//config:config=//config:malloc", **MALLOC),
    flag("--config=malloc", **MALLOC),
    flag("--//config=//config:mimalloc", **MIMALLOC),
    flag("--config=mimalloc", **MIMALLOC),
    flag("--//config=//tests/flags:heap", preset="heap", words="system fixed pymalloc static", no_words="mmap large"),

    # Its arena provider, also where that has options.
    flag("--//config=//tests/flags:heap --//config:arena=//allocators/arena:mmap",
         preset="heap", words="mmap", no_words="fixed"),
    flag("--//config:arena=//allocators/arena:malloc", **FROM_LIBC),
    flag("--config=arena_malloc", **FROM_LIBC),
    flag("--//config:arena=//allocators/arena:fixed", **FROM_BUFFER),
    flag("--config=arena_fixed", **FROM_BUFFER),

    # Hooks: one, or a list.
    flag("--//config:hooks=//hooks/stats", **COUNTED),
    flag("--config=stats", **COUNTED),
    flag("--//config=//tests/flags:heap --//config:hooks=//tests/flags:two_hooks", preset="heap", words="stats counts"),

    # Dispatch, with what it means for a choice at start.
    flag("--//config=//tests/flags:heap --//config:dispatch=dynamic", preset="heap", words="dynamic"),
    flag("--//config=//tests/flags:heap --config=dynamic", preset="heap", words="dynamic"),
    flag("--//config:dispatch=dynamic", environment={"CAIRN_MALLOC": "malloc"}, preset="malloc"),
    flag("--//config:dispatch=static", **STATIC),
    flag("--config=static", **STATIC),
    flag("--config=static", environment={"CAIRN_MALLOC": "malloc"},
         exit_line="cairn: CAIRN_MALLOC=malloc: this program was built with --@cairn//config:dispatch=static"),

    # All together.
    flag("--//config=//config:pymalloc --//config:arena=//allocators/arena:malloc",
         "--//config:hooks=//hooks/stats", "--//config:dispatch=static", **ALL),
    flag("--config=pymalloc --config=arena_malloc --config=stats --config=static", **ALL),

    # Accepted by Bazel 4 and without effect, as docs/compose.md warns. If one of these fails, that is good news.
    flag("--@cairn//config=//config:malloc", **DEFAULT),
    flag("--@cairn//config:dispatch=static", **DEFAULT),

    # What cannot be.
    flag("--//config=//hooks/stats", refusal="the flag //config = //hooks/stats is a hook, and"),
    flag("--//config:arena=//hooks/stats", refusal="the flag //config:arena = //hooks/stats is a hook, and"),
    flag("--//config:hooks=//allocators/large", refusal="the flag //config:hooks = //allocators/large is an allocator,"),
    flag("--//config=//config:malloc --//config:arena=//allocators/arena:mmap",
         refusal="the flag //config:arena = //allocators/arena:mmap is given, but configuration //config:malloc has no"),
    flag("--//config=@cairn//config:malloc", refusal="labels begin with //; leave @cairn out"),
    flag("--//config=//config:nope", refusal="no such target '//config:nope'"),
    flag("--//config:arena=//config:default", refusal="in label_flag rule //config:arena: cycle in dependency graph"),
    flag("--//config:dispatch=fast", refusal="invalid value 'fast'. Allowed values are"),
    flag("--//config:arenas=//allocators/arena:mmap", refusal="did you mean 'arena'?"),
    flag("--config=nope", refusal="Config value 'nope' is not defined in any .rc file"),
]

# In a workspace that calls Cairn @cairn, examples/embed.
LISP = {"preset": "lisp_heap", "words": "strings arena_named budget_hook static"}

OUTER = [
    flag("", **DEFAULT),
    flag("--@cairn//config=@cairn//config:pymalloc", **PYMALLOC),
    flag("--@cairn//config=@cairn//config:malloc", **MALLOC),
    flag("--@cairn//config:config=@cairn//config:malloc", **MALLOC),
    flag("--@cairn//config=//:lisp_heap", **LISP),
    flag("--@cairn//config=//:lisp_heap --@cairn//config:dispatch=dynamic --@cairn//config:hooks=@cairn//hooks/stats",
         preset="lisp_heap", words="strings arena_named budget_hook stats dynamic"),
    flag("--@cairn//config:dispatch=static", **STATIC),
    # Its own .bazelrc has short names, too.
    flag("--@cairn//config:arena=@cairn//allocators/arena:malloc", **FROM_LIBC),
    flag("--config=on_libc", **FROM_LIBC),
    flag("--@cairn//config:arena=//:arena_named", words="arena_named large", no_words="mmap"),
    flag("--@cairn//config:hooks=@cairn//hooks/stats", **COUNTED),
    flag("--config=counted", **COUNTED),
    flag("--@cairn//config:hooks=//:budget_hook", words="mmap pymalloc budget_hook"),

    # What cannot be.
    flag("--//config=@cairn//config:malloc", refusal="no such package 'config'"),
    flag("--@cairn//config=@cairn//hooks/stats",
         refusal="the flag @cairn//config = @cairn//hooks/stats is a hook, and a configuration is wanted; name one, "
                 "such as @cairn//config:default"),
    flag("--@cairn//config:arena=@cairn//allocators/large",
         refusal="the flag @cairn//config:arena = @cairn//allocators/large is an allocator, and an arena provider"),
]
