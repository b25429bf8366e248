# SPDX-License-Identifier: Apache-2.0
"""Perl: hashes, regular expressions, sorting, closures, and children at the other end of a pipe."""

from workloads import read_input

PROGRAMS = {"perl": "perl"}


def run(session):
    session.write("workload.pl", read_input("perl.pl"))
    session.run(["perl", "workload.pl"], processes=2, status=9)
