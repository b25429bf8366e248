#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Static dispatch in machine code: no operation of a static configuration has an indirect call or jump.

What is looked at: malloc, calloc, realloc and free of each domain and whatever they come to in the configuration's own
files, with the hooks that are inlined there. What those call by name (the slow paths of allocators, libc) is outside.
"""

import pathlib
import platform
import re
import shutil
import sys

import machine_code

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "process"))
import harness  # pylint: disable=wrong-import-position

_OPERATIONS = ["malloc", "calloc", "realloc", "free"]
_BUILT_IN = ["raw", "mem", "obj"]

# Configurations and their domains, "" for malloc itself.
_STATIC = {
    "borrowing": _BUILT_IN,
    "bounded": _BUILT_IN,
    "counted": _BUILT_IN,
    "counted_libc": _BUILT_IN,
    "forwarding": [*_BUILT_IN, ""],
    "libc": _BUILT_IN,
    "named": [*_BUILT_IN, "strings"],
    "plain": [*_BUILT_IN, ""],
    "single": _BUILT_IN,
    "tallied": [*_BUILT_IN, ""],
}

# Those that have indirect calls: a layer that can change, and a hook that asks for what its bottom has in a table only.
_INDIRECT = {
    "changeable": [*_BUILT_IN, ""],
    "tabled": [*_BUILT_IN, ""],
}


def operations(prefix, domains):
    return ["_".join(filter(None, [prefix if domain else "", domain, operation]))
            for domain in domains for operation in _OPERATIONS]


def indirect_calls(program, root, is_ours=lambda name: True):
    """Lines about the indirect calls and jumps that a function comes to."""
    problems = []
    paths = {program.functions[root]: root}
    waiting = list(paths)
    while waiting:
        function = waiting.pop()
        targets, indirect = program.called(function)
        problems += [f"{paths[function]}: {text}" for text in indirect]
        for target in targets:
            if target not in paths and is_ours(target.names[0]):
                paths[target] = f"{paths[function]} -> {target.names[0]}"
                waiting.append(target)
    return problems


class Files:
    """Archives of a configuration, as code for programs or for shared libraries; and programs."""

    def __init__(self, arguments):
        self._paths = sorted({pathlib.Path(argument).resolve() for argument in arguments})

    def archives(self, configuration, is_pic):
        pattern = re.compile(rf"lib{configuration}(_library|_stack_library|_malloc)?(\.pic)?\.(lo|a)")
        found = [path for path in self._paths if pattern.fullmatch(path.name) and (".pic." in path.name) == is_pic]
        if not found:
            raise harness.NotRun("this build has no such archives")
        return found

    def program(self, name):
        [path] = [path for path in self._paths if path.name == name]
        return path


def none_expected(program, roots, is_ours=lambda name: True):
    problems = [line for root in roots for line in indirect_calls(program, root, is_ours)]
    if problems:
        raise AssertionError("indirect calls or jumps:\n" + "\n".join(problems))


def run(report, files):
    for is_pic in [False, True]:
        kind = "shared" if is_pic else "program"
        for name, domains in _STATIC.items():
            with report.case("dispatch", f"{name} {kind}"):
                none_expected(machine_code.Code(files.archives(name, is_pic)), operations(name, domains))
        with report.case("dispatch", f"inline {kind}"):
            objects = files.archives("inlined", is_pic) + files.archives("plain", is_pic)
            none_expected(machine_code.Code(objects), operations("inlined", ["obj"]))
        for name, domains in _INDIRECT.items():
            # Or nothing of the above would mean anything.
            with report.case("dispatch", f"{name} {kind} is found out"):
                program = machine_code.Code(files.archives(name, is_pic))
                unseen = [root for root in operations(name, domains) if not indirect_calls(program, root)]
                if unseen:
                    raise AssertionError(f"no indirect calls were found in {unseen}")
    with report.case("dispatch", "linked program"):
        none_expected(machine_code.Code([files.program("as_malloc_static")]), operations("plain", [""]),
                      re.compile(r"(plain|names)_|[a-z]+\.").match)


def main():
    report = harness.Report()
    missing = "objdump" if shutil.which("objdump") is None else None
    if platform.machine() != "x86_64" or missing:
        with report.case("dispatch", "all"):
            raise harness.NotRun(f"there is no {missing}" if missing else f"no reader for code of {platform.machine()}")
    else:
        run(report, Files(sys.argv[1:]))
    report.finish()


if __name__ == "__main__":
    main()
