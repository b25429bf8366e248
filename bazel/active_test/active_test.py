#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""cairn_active_test: fails when a program does not run on Cairn's malloc, and says why.

usage: active_test.py --probe=LIBRARY [--malloc=LABEL] [--allow=LIBRARY_NAME]... PROGRAM
"""

import argparse
import os
import pathlib
import re
import sys
import time
import xml.etree.ElementTree as xml

import judge
import process


def arguments():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--probe", required=True, type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--malloc", default="@cairn//:malloc")
    parser.add_argument("--allow", action="append", default=[])
    # Not resolved: the loader may look for libraries from where the link is.
    parser.add_argument("program", type=lambda path: pathlib.Path(path).absolute())
    return parser.parse_args()


def look(program, checks, suite):
    """The sentence for the user, and whether it is a good one. Each check is a test case; the first failure ends it."""
    found = []
    for check in checks():
        case = xml.SubElement(suite, "testcase", classname="cairn_active", name=check.__name__)
        start = time.monotonic()
        try:
            found.append(check())
        except judge.Aside as reason:
            return True, f"{program.name}: Cairn's malloc is not in use, as intended: {reason}"
        except judge.Inactive as reason:
            sentence = f"{program.name} does not run on Cairn's malloc: {reason}."
            if str(reason).startswith("cannot be told"):
                sentence = f"{program.name}: whether it runs on Cairn's malloc {reason}."
            xml.SubElement(case, "failure", message=_printable(sentence)).text = _printable(sentence)
            return False, sentence
        finally:
            case.set("time", f"{time.monotonic() - start:.3f}")
    return True, f"{program.name} runs on Cairn's malloc: {'; '.join(found)}"


def finish(fine, sentence, suite):
    print(sentence, flush=True)
    suite.set("tests", str(len(suite)))
    suite.set("failures", "0" if fine else "1")
    path = os.environ.get("XML_OUTPUT_FILE")
    if path:
        root = xml.Element("testsuites")
        root.append(suite)
        xml.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    sys.exit(0 if fine else 1)


def _printable(text):
    """XML has no way to write most control characters."""
    return re.sub(r"[^\t\n\x20-\ud7ff\ue000-\ufffd]", "?", text)


def main():
    options = arguments()
    program = options.program
    judged = judge.Judge(str(program), lambda: process.look_inside(program, options.probe),
                         f'malloc = "{options.malloc}"', options.allow)

    def checks():
        yield judged.program
        yield judged.linked
        if not judged.is_static:
            yield from (judged.process, judged.libraries, judged.blocks)

    suite = xml.Element("testsuite", name="cairn_active")
    fine, sentence = look(program, checks, suite)
    if not fine and judged.is_covered:
        for case in suite:
            case[:] = []
        fine = True
        sentence = f"{program.name}: Cairn's malloc is not in use; in a build for coverage that is no failure"
    finish(fine, sentence, suite)


if __name__ == "__main__":
    main()
