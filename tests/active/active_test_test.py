#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""What cairn_active_test says of programs that run on Cairn's malloc, and of each way in which others do not."""

import os
import pathlib
import subprocess
import sys
import time
import xml.etree.ElementTree as xml

_WRITE = 'write malloc = "@cairn//:malloc" in its cc_binary'
_FIRST = f"{_WRITE}, where it comes before all libraries"
_ALL = ("8 functions are Cairn's for all libraries; * shared libraries have no malloc of their own; blocks by 8 "
        "functions are fine")
_ELSEWHERE = "part of the blocks come from elsewhere: "
_NOTHING = "its malloc is that of libc.so.6, and nothing of Cairn is linked into it: "
_MISSING = f"the malloc attribute is missing or overridden by --custom_malloc; {_WRITE}"
_MISSING_OR_LAZY = (f"{_NOTHING}either the malloc attribute is missing, or it names an archive that the linker left "
                    f"out because the program itself calls no malloc; {_WRITE}, or give a cc_library of your own "
                    "alwayslink = True")
_HIDDEN = ("a version script, --exclude-libs or -fvisibility hides {} from its shared libraries, which use those of "
           "libc.so.6, while the program uses Cairn's; exempt them there (in a version script: global: malloc; "
           "calloc; ...)")
_UNKNOWN = "of no name that is known here"


def _allow(library):
    return f', or, if it should keep it, give the test allowed_libraries = ["{library}"]'


# What follows "runs on Cairn's malloc: "; * is a number.
RUNS = {
    "linked": f"a program, dynamically linked; malloc in the program is Cairn's; {_ALL}",
    "linked_cc": f"a program, dynamically linked; malloc in the program is Cairn's; {_ALL}",
    "linked_with_library": f"a program, dynamically linked; malloc in the program is Cairn's; {_ALL}",
    "cairn_first": f"a program, dynamically linked; malloc in libcairn_for_linking.so is Cairn's; {_ALL}",
    "operators_of_libstdcxx": f"a program, dynamically linked; malloc in the program is Cairn's; {_ALL}",
    "linked_static": "a program, statically linked; malloc in the program is Cairn's",
}

# What follows "does not run on Cairn's malloc: ".
DOES_NOT = {
    "missing": _NOTHING + _MISSING,
    "missing_address": _NOTHING + _MISSING,
    "missing_static": f"its malloc is libc's, and nothing of Cairn is linked into it: {_MISSING}",
    "undefined": _NOTHING + _MISSING,
    "missing_quiet": _MISSING_OR_LAZY,
    "not_pulled_in": _MISSING_OR_LAZY,
    "names_only": "its malloc is that of libc.so.6: Cairn's functions are linked into it, but not the malloc, as with "
                  f'"//:cairn", which has Cairn\'s own names only, in place of "//:malloc"; {_WRITE}',
    "own": f"the malloc in it is another ({_UNKNOWN}), and Cairn's is not linked; remove that one from its deps and "
           f"srcs and {_WRITE}",
    "known": "the malloc in it is another (jemalloc), and Cairn's is not linked; remove that one from its deps and "
             f"srcs and {_WRITE}",
    "both": f"both Cairn's malloc and another ({_UNKNOWN}) are linked into it, and the linker took the other; remove "
            "that one, and the linker option that allows two (--allow-multiple-definition, -z muldefs)",
    "of_library": "its malloc is that of the shared library libother_malloc.so, and Cairn's is not linked into it; "
                  f"{_FIRST}",
    "cairn_second": "libother_malloc.so has a malloc, too, and comes before Cairn's library libcairn_for_linking.so in "
                    f"the order of linking; link Cairn's first, or {_FIRST}",
    "with_other_malloc": f"{_ELSEWHERE}libother_malloc.so has a malloc of its own ({_UNKNOWN}), to which nothing "
                         "outside leads; link the program without that library, or link that library without the "
                         f"malloc{_allow('libother_malloc.so')}",
    "with_second_cairn": f"{_ELSEWHERE}libsecond_cairn.so has a second Cairn; remove it from the deps of that library, "
                         f"for the program has one{_allow('libsecond_cairn.so')}",
    "with_static_copy": f"{_ELSEWHERE}libstatic_copy.so has a malloc of its own ({_UNKNOWN}) hidden in it, a static "
                        f"copy; link that library without it{_allow('libstatic_copy.so')}",
    "with_symbolic": f"{_ELSEWHERE}libsymbolic.so has a malloc of its own, to which -Bsymbolic binds its calls; link "
                     f"that library without -Bsymbolic, or without that malloc{_allow('libsymbolic.so')}",
    "version_script": _HIDDEN.format("malloc and its relatives"),
    "partly_hidden": _HIDDEN.format("calloc and realloc"),
    "operators_of_another": "operator new is not Cairn's but that of liboperators.so, while malloc is; remove the "
                            "definition, or do not hide Cairn's",
    "liballocating.so": "it is a shared library, and malloc belongs to the program that loads it; give the test that "
                        "program, and that program the malloc attribute",
    "script.sh": "it is not an ELF file; give the test the cc_binary itself, not a script that starts it",
    "stripped_missing": "its malloc is that of libc.so.6, and being stripped it does not show whether Cairn's is in it "
                        f"but hidden; {_WRITE}, or build with --strip=never to be told more",
}

# What follows "whether it runs on Cairn's malloc cannot be told: ".
UNTOLD = {
    "stripped": "the symbols are stripped from it, and whose malloc it has is not seen without; build with "
                "--strip=never and without linkopts such as -s",
    "other_loader": "the process with our library preloaded could not be started (No such file or directory); build it "
                    "for this machine and its C library, without set-uid, so that it starts here",
}

# What follows "Cairn's malloc is not in use", and is no failure.
ASIDE = {
    name: f", as intended: built with {sanitizer}, which brings a malloc of its own, so that Cairn's steps aside"
    for name, sanitizer in (("address", "AddressSanitizer"), ("thread", "ThreadSanitizer"))
} | {"coverage": "; in a build for coverage that is no failure"}


def expectations():
    for name, rest in RUNS.items():
        yield name, 0, f"{name} runs on Cairn's malloc: {rest}"
    for name, reason in DOES_NOT.items():
        yield name, 1, f"{name} does not run on Cairn's malloc: {reason}."
    for name, reason in UNTOLD.items():
        yield name, 1, f"{name}: whether it runs on Cairn's malloc cannot be told: {reason}."
    for name, rest in ASIDE.items():
        yield name, 0, f"{name}: Cairn's malloc is not in use{rest}"


def run(script, probe, program, *options, **variables):
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"} | variables
    return subprocess.run([script, f"--probe={probe}", *options, program], env=environment, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60, check=False)


def agrees(text, expected):
    """Whether they are the same but for a number in place of a *."""
    before, star, after = expected.partition("*")
    if not star:
        return text == expected
    return (text.startswith(before) and text.endswith(after) and text[len(before):-len(after)].isdigit())


class Cases:
    def __init__(self):
        self._suite = xml.Element("testsuite", name="active")

    def check(self, name, result, status, sentence):
        element = xml.SubElement(self._suite, "testcase", classname="active", name=name)
        text = result.stdout.removesuffix("\n")
        if (result.returncode, result.stderr) != (status, "") or not agrees(text, sentence):
            problem = (f"{name}: expected status {status} and\n  {sentence}\nbut got status {result.returncode} and\n"
                       f"  {text}\n{result.stderr}")
            print(problem)
            xml.SubElement(element, "failure", message=name).text = problem

    def finish(self):
        failures = len(self._suite.findall("*/failure"))
        self._suite.set("tests", str(len(self._suite)))
        self._suite.set("failures", str(failures))
        path = os.environ.get("XML_OUTPUT_FILE")
        if path:
            root = xml.Element("testsuites")
            root.append(self._suite)
            xml.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
        print(f"{len(self._suite)} cases, {failures} failed")
        sys.exit(1 if failures else 0)


def check_report(cases, script, probe, program):
    """The file for Bazel: a case for each check, the last of which fails."""
    path = pathlib.Path(os.environ["TEST_TMPDIR"], "report.xml")
    result = run(script, probe, program, XML_OUTPUT_FILE=str(path))
    suite = xml.parse(path).getroot().find("testsuite")
    cases_there = [(case.get("name"), case.find("failure") is not None) for case in suite]
    shape = f"{suite.get('tests')} {suite.get('failures')} {cases_there}"
    result.stdout = shape
    cases.check("report", result, 1, "2 1 [('program', False), ('linked', True)]")


def check_blocks(cases, script, program):
    """What no program of ours does: a function that crashes, and one that gives nothing."""
    sys.path.insert(0, os.path.dirname(os.path.realpath(script)))
    import judge
    import process
    names = {name: ("", "") for name in ("malloc", "calloc", "memalign")}
    for facts, sentence in (
            (process.Facts(names=names, trying="realloc", end="was ended by signal 6 (Aborted)"),
             "realloc does not work in it: the process was ended by signal 6 (Aborted); look for two allocators that "
             "get each other's blocks, or report it to Cairn"),
            (process.Facts(names=names, complete=True,
                           blocks={"malloc": "fine", "calloc": "null", "memalign": "small"}),
             "calloc and memalign gave no block of 200 bytes; look at its memory limits and CAIRN_ variables")):
        try:
            outcome = judge.Judge(program, lambda facts=facts: facts, "").blocks()
        except judge.Inactive as reason:
            outcome = str(reason)
        cases.check("blocks", subprocess.CompletedProcess([], 1, outcome, ""), 1, sentence)


def main():
    script, probe, *programs = [os.path.abspath(argument) for argument in sys.argv[1:]]
    paths = {os.path.basename(path): path for path in programs}
    cases = Cases()
    begun = time.monotonic()
    for name, status, sentence in expectations():
        cases.check(name, run(script, probe, paths.pop(name)), status, sentence)
    if paths:
        sys.exit(f"nothing is expected of {' '.join(paths)}")
    paths = {os.path.basename(path): path for path in programs}

    cases.check("allowed library", run(script, probe, paths["with_symbolic"], "--allow=libsymbolic.so"), 0,
                f"with_symbolic runs on Cairn's malloc: {RUNS['linked']}")
    cases.check("other label", run(script, probe, paths["missing"], "--malloc=//:my_heap_malloc"), 1,
                f"missing does not run on Cairn's malloc: {DOES_NOT['missing']}.".replace("@cairn//:", "//:my_heap_"))
    check_blocks(cases, script, paths["linked"])
    check_report(cases, script, probe, paths["missing"])
    print(f"{time.monotonic() - begun:.1f} s")
    cases.finish()


if __name__ == "__main__":
    main()
