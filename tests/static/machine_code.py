# SPDX-License-Identifier: Apache-2.0
"""Machine code as objdump shows it: functions, and who calls or jumps to whom."""

import dataclasses
import re
import subprocess

_SYMBOL = re.compile(r"([0-9a-f]+) (.{7}) (\S+)\t([0-9a-f]+)\s+(?:\.hidden )?(\S+)")
_INSTRUCTION = re.compile(r"\s+([0-9a-f]+):\t(\S.*)")
_RELOCATION = re.compile(r"\s+[0-9a-f]+: (R_\S+)\t(\S+?)(?:([+-])0x([0-9a-f]+))?$")
_BRANCH = re.compile(r"(?:(?:notrack|bnd) )*(?:call|j[a-z]+)q?\s+(\S+)")


@dataclasses.dataclass(eq=False)
class Function:
    names: list
    section: str
    start: int
    end: int
    member: object
    branches: list = dataclasses.field(default_factory=list)  # of _Branch


@dataclasses.dataclass
class _Branch:
    text: str
    target: str  # as objdump shows it: an address, or * and how it is found
    relocation: tuple = None  # of type, symbol, offset


class _Member:
    """One object file, or a linked program."""

    def __init__(self):
        self.by_name = {}
        self._by_section = {}  # of dicts of functions by their start, which several names can share

    def add(self, name, section, start, end):
        functions = self._by_section.setdefault(section, {})
        function = functions.setdefault(start, Function([], section, start, end, self))
        function.names.append(name)
        self.by_name[name] = function
        return function

    def at(self, section, address):
        """The function that an address of a section is in, or None."""
        functions = self._by_section.get(section, {})
        return next((function for function in functions.values() if function.start <= address < function.end), None)


class Code:
    """What some archives, objects or a program consist of."""

    def __init__(self, paths):
        self.functions = {}  # the global ones
        for path in paths:
            self._read(path)

    def _read(self, path):
        members = self._read_symbols(_objdump("-t", path))
        text = _objdump("-d", "-r", "--no-show-raw-insn", path)
        for member, part in zip(members, _parts(text), strict=True):
            _read_instructions(member, part)

    def _read_symbols(self, text):
        members = []
        for part in _parts(text):
            member = _Member()
            members.append(member)
            for match in filter(None, map(_SYMBOL.fullmatch, part)):
                start, flags, section, size, name = int(match[1], 16), match[2], match[3], int(match[4], 16), match[5]
                if "F" in flags and section.startswith("."):
                    function = member.add(name, section, start, start + size)
                    if flags[0] != "l":
                        self.functions[name] = function
        return members

    def called(self, function):
        """Branches of a function: those to known functions, and the text of those whose target is not written."""
        targets, indirect = [], []
        for branch in function.branches:
            known, target = self._target(function, branch)
            if not known:
                indirect.append(branch.text)
            elif target is not None and target is not function:
                targets.append(target)
        return targets, indirect

    def _target(self, function, branch):
        """Whether the target stands in the code, and the function that it is in if we have that."""
        if branch.relocation:
            kind, symbol, offset = branch.relocation
            if branch.target.startswith("*") and "GOTPCREL" not in kind:
                return False, None
            if symbol.startswith("."):
                return True, function.member.at(symbol, offset + 4)
            return True, function.member.by_name.get(symbol, self.functions.get(symbol))
        if branch.target.startswith("*"):
            return False, None
        return True, function.member.at(function.section, int(branch.target, 16))


def _objdump(*arguments):
    return subprocess.run(["objdump", *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def _parts(text):
    """The lines about each member of an archive."""
    parts = []
    for line in text.splitlines():
        if "file format " in line:
            parts.append([])
        elif parts:
            parts[-1].append(line)
    return parts


def _read_instructions(member, lines):
    section, branch = None, None
    for line in lines:
        if line.startswith("Disassembly of section "):
            section = line.removeprefix("Disassembly of section ").rstrip(":")
        instruction = _INSTRUCTION.fullmatch(line)
        relocation = _RELOCATION.fullmatch(line)
        if instruction:
            branch = None
            is_branch = _BRANCH.match(instruction[2])
            function = member.at(section, int(instruction[1], 16))
            if is_branch and function:
                branch = _Branch(re.sub(r"\s+", " ", instruction[2]), is_branch[1])
                function.branches.append(branch)
        elif relocation and branch:
            offset = int((relocation[3] or "+") + (relocation[4] or "0"), 16)
            branch.relocation = (relocation[1], relocation[2], offset)
