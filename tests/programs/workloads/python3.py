# SPDX-License-Identifier: Apache-2.0
"""CPython with all its own allocations sent to malloc."""

from workloads import read_input

PROGRAMS = {"python3": "python3"}

# The children that inputs/python3.py starts with exec; those that it forks are no new images.
_CHILDREN = 6


def run(session):
    session.write("workload.py", read_input("python3.py"))
    # Newer versions warn, with a process id, of a fork in a process that has threads.
    command = ["python3", "-W", "ignore::DeprecationWarning", "workload.py"]
    environment = {"PYTHONMALLOC": "malloc", "PYTHONDONTWRITEBYTECODE": "1"}
    session.run(command, environment=environment, processes=1 + _CHILDREN, status=7)
    session.note_file("table.db")
