# SPDX-License-Identifier: Apache-2.0
"""Says how the cases went: a line each on the terminal, a test case each in a JUnit XML file."""

import dataclasses
import difflib
import itertools
import re
import xml.etree.ElementTree as xml


@dataclasses.dataclass
class Case:
    """One program under one configuration. It passed unless it has a failure."""

    program: str
    configuration: str
    seconds: float = 0.0
    plain_seconds: float = 0.0
    mallocs: int = 0
    processes: int = 0
    peak_kib: int = 0
    plain_peak_kib: int = 0
    failure: str = ""

    def line(self):
        """The case in one line."""
        return (
            f"{self.program:9} {self.configuration:16} {_against(self.seconds, self.plain_seconds, 's', 2)}  "
            f"{self.mallocs:>12,} mallocs in {self.processes:3} processes  "
            f"peak {_against(self.peak_kib / 1024, self.plain_peak_kib / 1024, 'MiB', 0)}  "
            f"{'FAILED' if self.failure else 'ok'}"
        )


def _against(value, plain, unit, digits):
    figure = f"{value:.{digits}f}" if value else "?"
    ratio = f"({value / plain:.2f} of plain)" if value and plain else ""
    return f"{figure:>6} {unit} {ratio:15}"


def first_difference(expected, actual, expected_name, actual_name):
    """A diff of two lists of lines, from a little before the first difference; empty when they are equal."""
    if expected == actual:
        return ""
    pairs = itertools.zip_longest(expected, actual)
    first = next(number for number, (left, right) in enumerate(pairs) if left != right)
    window = slice(max(first - 3, 0), first + 40)
    diff = difflib.unified_diff(expected[window], actual[window], expected_name, actual_name, lineterm="")
    return f"first difference in line {first + 1}:\n" + "\n".join(itertools.islice(diff, 60))


def write_junit(path, cases):
    """Writes the cases so that Bazel and other tools count them one by one."""
    suite = xml.Element("testsuite", name="programs", tests=str(len(cases)))
    suite.set("failures", str(sum(bool(case.failure) for case in cases)))
    suite.set("time", f"{sum(case.seconds for case in cases):.3f}")
    for case in cases:
        element = xml.SubElement(suite, "testcase", name=case.configuration, classname=case.program)
        element.set("time", f"{case.seconds:.3f}")
        if case.failure:
            failure = xml.SubElement(element, "failure", message=_printable(case.failure.splitlines()[0]))
            failure.text = _printable(case.failure)
    root = xml.Element("testsuites")
    root.append(suite)
    xml.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _printable(text):
    """XML has no way to write most control characters."""
    return re.sub(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "?", text)
