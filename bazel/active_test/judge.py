# SPDX-License-Identifier: Apache-2.0
"""Whether a program runs on Cairn's malloc; if not, the likely reason and what to change, in a sentence."""

import os
import re

import elf

# In what replaces malloc and nowhere else. The first need not survive --gc-sections.
_REPLACEMENT = ("cairn_this_program_has_two_malloc_replacements", "names_malloc_slow", "names_failed",
                "names_new_slow")
# What malloc() of a replacement calls, among others.
_OURS = ("names_", "cairn_")

# These must be served by one allocator. C++'s operators may go through libstdc++.
_C_NAMES = ("malloc", "calloc", "realloc", "free", "memalign", "posix_memalign", "aligned_alloc",
            "malloc_usable_size")
_CC_NAMES = ("_Znwm", "_Znam", "_ZdlPv", "_ZdaPv", "_Znwj", "_Znaj")

_SANITIZERS = {"__asan_init": "AddressSanitizer", "__tsan_init": "ThreadSanitizer", "__msan_init": "MemorySanitizer"}
_COVERAGE = ("__gcov_", "__llvm_profile_")
# By what begins so.
_KNOWN = {"jemalloc": ("je_", "jemalloc_", "mallocx"), "tcmalloc": ("tc_malloc", "_ZN8tcmalloc"),
          "mimalloc": ("mi_malloc", "_mi_"), "TBB's": ("scalable_malloc",)}


class Inactive(Exception):
    """It does not run on Cairn's malloc, or that cannot be told; the reason and the remedy."""


class Aside(Exception):
    """The replacement steps aside on purpose."""


def _is_libc(path):
    return re.match(r"(libc|ld|ld64|ld-[\w-]+|linux-vdso\d*|linux-gate)[.-]", os.path.basename(path)) is not None


def _listed(words):
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def _is_replacement(file):
    return file.defines("malloc") and (file.mentions(_REPLACEMENT) or file.exports("cairn_malloc"))


def _whose(file):
    known = [name for name, prefixes in _KNOWN.items() if file.mentions(prefixes)]
    return known[0] if known else "of no name that is known here"


class Judge:
    """Each public method is a check that returns what it found; facts() gives what the probe saw, when needed."""

    def __init__(self, path, facts, remedy, allowed=()):
        self._path = path
        self._read_facts = facts
        self._facts = None
        self._remedy = f"write {remedy} in its cc_binary"
        self._allowed = allowed
        self._files = {}
        # The object whose malloc is Cairn's: the program or a library.
        self._cairn = ""

    @property
    def facts(self):
        if self._facts is None:
            self._facts = self._read_facts()
            if not self._facts.names:
                raise Inactive(f"cannot be told: the process with our library preloaded {self._facts.end}; build it "
                               "for this machine and its C library, without set-uid, so that it starts here")
        return self._facts

    def _file(self, path):
        """The file of an object, None if it is none, as the kernel's."""
        if path not in self._files:
            try:
                self._files[path] = elf.Elf(path or self._path)
            except (OSError, elf.NotElf):
                self._files[path] = None
        return self._files[path]

    @property
    def is_static(self):
        return self._file("").kind == elf.STATIC_PROGRAM

    @property
    def is_covered(self):
        """Instrumented for coverage."""
        file = self._file("")
        return file is not None and file.mentions(_COVERAGE)

    def _server(self, name, bound=None):
        """The object that serves a name. A program may give the address of its stub instead, which leads on."""
        first, following = self.facts.names[name]
        found = first if bound is None else bound
        return following if found == "" and not self._file("").defines(name) else found

    def program(self):
        program = self._file("")
        if program is None:
            raise Inactive("it is not an ELF file; give the test the cc_binary itself, not a script that starts it")
        if program.kind == elf.LIBRARY:
            raise Inactive("it is a shared library, and malloc belongs to the program that loads it; give the test "
                           "that program, and that program the malloc attribute")
        if program.kind == elf.OTHER:
            raise Inactive("it is an ELF file but no program; give the test a cc_binary")
        for symbol, name in _SANITIZERS.items():
            if program.mentions((symbol,)):
                raise Aside(f"built with {name}, which brings a malloc of its own, so that Cairn's steps aside")
        return "a program, " + ("statically linked" if self.is_static else "dynamically linked")

    def linked(self):
        program = self._file("")
        if program.symbols is None and (self.is_static or program.exports("malloc")):
            raise Inactive("cannot be told: the symbols are stripped from it, and whose malloc it has is not seen "
                           "without; build with --strip=never and without linkopts such as -s")
        if not program.defines("malloc") and not self.is_static:
            return self._linked_as_library()
        libc_malloc = (program.symbols or {}).get("__libc_malloc")
        malloc = (program.symbols or {}).get("malloc")
        if malloc is None or (self.is_static and libc_malloc and libc_malloc.address == malloc.address):
            self._not_linked("libc's")
        if not program.mentions(_REPLACEMENT):
            raise Inactive(f"the malloc in it is another ({_whose(program)}), and Cairn's is not linked; remove that "
                           f"one from its deps and srcs and {self._remedy}")
        if program.refers("malloc", _OURS) is False:
            raise Inactive(f"both Cairn's malloc and another ({_whose(program)}) are linked into it, and the linker "
                           "took the other; remove that one, and the linker option that allows two "
                           "(--allow-multiple-definition, -z muldefs)")
        return "malloc in the program is Cairn's"

    def _linked_as_library(self):
        server = self._server("malloc")
        if server is None or _is_libc(server):
            self._not_linked(f"that of {os.path.basename(server or 'nobody')}")
        name = os.path.basename(server)
        if _is_replacement(self._file(server)):
            self._cairn = server
            return f"malloc in {name} is Cairn's"
        ours = [path for path in self.facts.objects if path and self._file(path) and _is_replacement(self._file(path))]
        if ours:
            raise Inactive(f"{name} has a malloc, too, and comes before Cairn's library "
                           f"{os.path.basename(ours[0])} in the order of linking; link Cairn's first, or "
                           f"{self._remedy}, where it comes before all libraries")
        raise Inactive(f"its malloc is that of the shared library {name}, and Cairn's is not linked into it; "
                       f"{self._remedy}, where it comes before all libraries")

    def _not_linked(self, served):
        program = self._file("")
        if program.symbols is None:
            raise Inactive(f"its malloc is {served}, and being stripped it does not show whether Cairn's is in it "
                           f"but hidden; {self._remedy}, or build with --strip=never to be told more")
        if any(name.startswith("cairn_") and symbol.defined for name, symbol in program.symbols.items()):
            raise Inactive(f"its malloc is {served}: Cairn's functions are linked into it, but not the malloc, as "
                           "with \"//:cairn\", which has Cairn's own names only, in place of \"//:malloc\"; "
                           f"{self._remedy}")
        wanted = [name for name in _C_NAMES + _CC_NAMES if name in program.dynamic_symbols]
        if wanted or self.is_static:
            raise Inactive(f"its malloc is {served}, and nothing of Cairn is linked into it: the malloc attribute is "
                           f"missing or overridden by --custom_malloc; {self._remedy}")
        raise Inactive(f"its malloc is {served}, and nothing of Cairn is linked into it: either the malloc attribute "
                       "is missing, or it names an archive that the linker left out because the program itself calls "
                       f"no malloc; {self._remedy}, or give a cc_library of your own alwayslink = True")

    def process(self):
        """Who serves the libraries, through the names that the loader finds."""
        program = self._file("")
        strangers = {name: self._server(name) for name in _C_NAMES if self._server(name) != self._cairn}
        hidden = [name for name in strangers if self._cairn == "" and not program.exports(name)]
        if hidden:
            where = os.path.basename(strangers[hidden[0]] or "nobody")
            what = "malloc and its relatives" if len(hidden) == len(_C_NAMES) else _listed(hidden)
            raise Inactive(f"a version script, --exclude-libs or -fvisibility hides {what} from its shared libraries, "
                           f"which use those of {where}, while the program uses Cairn's; exempt them there (in a "
                           "version script: global: malloc; calloc; ...)")
        for name, server in strangers.items():
            self._elsewhere(name, server)
        for name in _CC_NAMES:
            server = self._server(name) if name in self.facts.names else None
            if server not in (None, self._cairn) and self._slot(server, "malloc") != self._cairn:
                self._elsewhere(name, server)
        return f"{len(_C_NAMES)} functions are Cairn's for all libraries"

    def _elsewhere(self, name, server):
        operator = "operator new" if name.startswith("_Zn") else "operator delete"
        raise Inactive(f"{operator if name in _CC_NAMES else name} is not Cairn's but that of {os.path.basename(server or 'nobody')}, while malloc is; "
                       "remove the definition, or do not hide Cairn's")

    def _slot(self, path, name):
        bound = self.facts.slots.get(path, {}).get(name)
        return None if bound is None else self._server(name, bound)

    def libraries(self):
        """Who serves each library really, and which have a malloc of their own inside."""
        count = 0
        for path in self.facts.objects:
            name = os.path.basename(path)
            library = self._file(path)
            if path in ("", self._cairn) or name in self._allowed or library is None:
                continue
            count += 1
            for function in _C_NAMES:
                server = self._slot(path, function)
                if server not in (None, self._cairn):
                    raise Inactive(f"{name} calls {function} of {os.path.basename(server)}, not Cairn's; link {name} "
                                   "without -Bsymbolic and without a malloc of its own")
            # Only without such a reference: symbols of large libraries take a while.
            if self._slot(path, "malloc") is None and not _is_libc(path) and library.defines("malloc"):
                self._bound_inside(name, library)
        return f"{count} shared libraries have no malloc of their own"

    def _bound_inside(self, name, library):
        if _is_replacement(library):
            what = "a second Cairn"
            remedy = "remove it from the deps of that library, for the program has one"
        elif library.exports("malloc") and library.is_symbolic:
            what = "a malloc of its own, to which -Bsymbolic binds its calls"
            remedy = "link that library without -Bsymbolic, or without that malloc"
        elif library.exports("malloc"):
            what = f"a malloc of its own ({_whose(library)}), to which nothing outside leads"
            remedy = "link the program without that library, or link that library without the malloc"
        else:
            what = f"a malloc of its own ({_whose(library)}) hidden in it, a static copy"
            remedy = "link that library without it"
        raise Inactive(f"part of the blocks come from elsewhere: {name} has {what}; {remedy}, or, if it should keep "
                       f"it, give the test allowed_libraries = [\"{name}\"]")

    def blocks(self):
        """A block by each function, in the process."""
        if not self.facts.complete:
            raise Inactive(f"{self.facts.trying or 'malloc'} does not work in it: the process {self.facts.end}; look "
                           "for two allocators that get each other's blocks, or report it to Cairn")
        bad = [name for name, verdict in self.facts.blocks.items() if verdict != "fine"]
        for name in bad:
            # A library's operator that does not come to malloc: malloc_usable_size() does not know its blocks.
            server = self._server(name)
            if server not in (None, self._cairn):
                self._elsewhere(name, server)
        if bad:
            raise Inactive(f"{_listed(bad)} gave no block of 200 bytes; look at its memory limits and CAIRN_ variables")
        return f"blocks by {len(self.facts.blocks)} functions are fine"
