# SPDX-License-Identifier: Apache-2.0
"""What an ELF file says of itself: its kind, its symbols, and what a function refers to.

Read here and not by nm and readelf: a machine that runs tests need not have binutils.
"""

import dataclasses
import functools
import mmap
import struct

PROGRAM, STATIC_PROGRAM, LIBRARY, OTHER = "program", "static program", "library", "other"

_SYMTAB, _DYNSYM = 2, 11
_PT_DYNAMIC, _PT_INTERP = 2, 3
_DT_SYMBOLIC, _DT_SONAME, _DT_FLAGS, _DT_FLAGS_1 = 16, 14, 30, 0x6FFFFFFB
_DF_SYMBOLIC, _DF_1_PIE = 2, 0x08000000
_X86_64, _AARCH64 = 62, 183


class NotElf(Exception):
    """Some other file, or a damaged one."""


@dataclasses.dataclass(frozen=True)
class Symbol:
    address: int
    size: int
    section: int

    @property
    def defined(self):
        return self.section != 0


class Elf:
    def __init__(self, path):
        with open(path, "rb") as file:
            head = file.read(64)
            if len(head) < 52 or head[:4] != b"\x7fELF" or head[4] not in (1, 2) or head[5] not in (1, 2):
                raise NotElf(path)
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._wide = head[4] == 2
        self._order = "<" if head[5] == 1 else ">"
        try:
            self._read_headers()
            self._dynamic = self._read_dynamic()
        except (struct.error, IndexError) as error:
            raise NotElf(path) from error

    def _unpack(self, fields, offset):
        return struct.unpack_from(self._order + fields, self._data, offset)

    def _read_headers(self):
        layout = "HHIQQQIHHHHHH" if self._wide else "HHIIIIIHHHHHH"
        (self._type, self.machine, _, _, programs, sections, _, _, program_size, program_count, section_size,
         section_count, _) = self._unpack(layout, 16)
        # (type, offset, size in the file)
        self._segments = []
        for i in range(program_count):
            values = self._unpack("IIQQQQ" if self._wide else "IIIII", programs + i * program_size)
            offset, size = (values[2], values[5]) if self._wide else (values[1], values[4])
            self._segments.append((values[0], offset, size))
        # (type, address, offset, size, link)
        self._sections = []
        for i in range(section_count if sections else 0):
            _, kind, _, address, offset, size, link = self._unpack(
                "IIQQQQI" if self._wide else "IIIIIII", sections + i * section_size)
            self._sections.append((kind, address, offset, size, link))

    def _read_dynamic(self):
        entries = {}
        for kind, offset, size in self._segments:
            if kind == _PT_DYNAMIC:
                fields = self._order + ("QQ" if self._wide else "II")
                size -= size % struct.calcsize(fields)
                for tag, value in struct.iter_unpack(fields, self._data[offset:offset + size]):
                    entries.setdefault(tag, value)
        return entries

    @property
    def kind(self):
        has_loader = any(kind == _PT_INTERP for kind, _, _ in self._segments)
        if self._type == 2:
            return PROGRAM if has_loader else STATIC_PROGRAM
        if self._type != 3:
            return OTHER
        if has_loader and _DT_SONAME not in self._dynamic:
            return PROGRAM
        # Not each linker marks a static program that can be loaded anywhere.
        if self._dynamic.get(_DT_FLAGS_1, 0) & _DF_1_PIE or "_start" in (self.symbols or {}):
            return PROGRAM if has_loader else STATIC_PROGRAM
        return LIBRARY

    @property
    def is_symbolic(self):
        """Linked with -Bsymbolic: its references go to its own definitions first."""
        return _DT_SYMBOLIC in self._dynamic or bool(self._dynamic.get(_DT_FLAGS, 0) & _DF_SYMBOLIC)

    def _read_symbols(self, wanted):
        table = next((section for section in self._sections if section[0] == wanted), None)
        if table is None:
            return None
        _, _, offset, size, link = table
        _, _, names_at, names_size, _ = self._sections[link]
        names = self._data[names_at:names_at + names_size]
        fields = self._order + ("IBBHQQ" if self._wide else "IIIBBH")
        size -= size % struct.calcsize(fields)
        symbols = {}
        for entry in struct.iter_unpack(fields, self._data[offset:offset + size]):
            name, _, _, section, address, length = entry if self._wide else (
                entry[0], entry[3], entry[4], entry[5], entry[1], entry[2])
            text = names[name:names.find(b"\0", name)].decode("ascii", "replace")
            # Local symbols come first, and a global one of the same name says more. A version may follow the name.
            symbols[text.partition("@")[0]] = Symbol(address, length, section)
        return symbols

    @functools.cached_property
    def symbols(self):
        """All symbols by name, None after strip."""
        return self._read_symbols(_SYMTAB)

    @functools.cached_property
    def dynamic_symbols(self):
        """What the loader sees."""
        return self._read_symbols(_DYNSYM) or {}

    def defines(self, name):
        return any(name in table and table[name].defined for table in (self.symbols or {}, self.dynamic_symbols))

    def exports(self, name):
        return name in self.dynamic_symbols and self.dynamic_symbols[name].defined

    def mentions(self, prefixes):
        """Whether a symbol, defined here or wanted, begins so."""
        return any(name.startswith(prefixes) for table in (self.symbols or {}, self.dynamic_symbols) for name in table)

    def _code(self, symbol):
        for kind, address, offset, size, _ in self._sections:
            if kind == 1 and address <= symbol.address < address + size:
                start = offset + symbol.address - address
                return self._data[start:start + symbol.size]
        return b""

    def refers(self, name, prefixes):
        """Whether a function, or the cold part split from it, refers to symbols that begin so. None: cannot be told."""
        if self.machine not in (_X86_64, _AARCH64) or not self.symbols:
            return None
        targets = {symbol.address for other, symbol in self.symbols.items()
                   if other.startswith(prefixes) and symbol.defined}
        functions = [symbol for other, symbol in self.symbols.items()
                     if (other == name or other.startswith(name + ".")) and symbol.defined]
        references = _x86_references if self.machine == _X86_64 else _aarch64_references
        return any(not targets.isdisjoint(references(self._code(symbol), symbol.address)) for symbol in functions)


def _x86_references(code, address):
    """Every four bytes are taken for a relative address: that a wrong one hits the start of a symbol is unlikely."""
    for i in range(len(code) - 3):
        yield address + i + 4 + struct.unpack_from("<i", code, i)[0]


def _aarch64_references(code, address):
    """The targets of B and BL."""
    for i in range(0, len(code) - 3, 4):
        word = struct.unpack_from("<I", code, i)[0]
        if word >> 26 & 0x1F == 5:
            distance = word & 0x3FFFFFF
            yield address + i + 4 * (distance - (1 << 26) if distance >> 25 else distance)
