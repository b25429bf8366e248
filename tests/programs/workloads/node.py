# SPDX-License-Identifier: Apache-2.0
"""Node: V8's own heap beside malloc, C++ new, a thread pool, workers, and children."""

from workloads import read_input

PROGRAMS = {"node": "nodejs"}


def run(session):
    session.write("workload.js", read_input("node.js"))
    # Itself, two scripts, and a shell.
    session.run(["node", "workload.js"], processes=4, status=6)
