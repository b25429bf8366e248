# SPDX-License-Identifier: Apache-2.0
"""Bash: pipelines, subshells, jobs, and what a shell keeps in memory itself."""

from workloads import read_input

PROGRAMS = {"bash": "bash"}


def run(session):
    session.write("workload.sh", read_input("bash.sh"))
    # Bash itself, and at least fifty of the many small programs that the script starts.
    session.run(["bash", "workload.sh", "one", "two words"], processes=50, status=5)
    session.note_file("lines")
