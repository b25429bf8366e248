# SPDX-License-Identifier: Apache-2.0
"""The real programs. Each module here is one workload.

PROGRAMS  the executables that it needs, and the Debian package of each
run       runs them in a session
"""

import importlib
import pathlib

NAMES = ["python3", "git", "sqlite3", "perl", "gcc", "redis", "xz", "bash", "node"]

_INPUTS = pathlib.Path(__file__).parent.parent / "inputs"


def load(name):
    """The module of a workload."""
    return importlib.import_module(f"workloads.{name}")


def read_input(name):
    """The content of a file in inputs/."""
    return (_INPUTS / name).read_text()
