# SPDX-License-Identifier: Apache-2.0
"""The allocators that can be compared: which there are, and where this machine has them."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class Allocator:
    name: str
    library: str  # to preload; "" for the C library's own malloc
    expect: str  # where malloc must come from, for the worker's check
    worker: str = ""  # the worker whose heap it is, "" for the one that calls malloc


# Name, file, Debian package.
_PEERS = [
    ("mimalloc", "libmimalloc.so.2", "libmimalloc2.0"),
    ("jemalloc", "libjemalloc.so.2", "libjemalloc2"),
    ("tcmalloc", "libtcmalloc_minimal.so.4", "libtcmalloc-minimal4"),
]
# No malloc to preload: CPython's own pools, PyObject_Malloc, which the worker opens.
PYMALLOC = "pymalloc"
_PYTHON = (PYMALLOC, "libpython3.11.so.1.0", "libpython3.11")
# Cairn as a static configuration that the program calls by name.
STATIC = "cairn-static"
_LIBC = "libc.so.6"
_GLIBC = Allocator("glibc", "", _LIBC)
_FOLDERS = ["/usr/local/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"]

NAMES = ["glibc"] + [name for name, _, _ in _PEERS] + [PYMALLOC, "cairn", STATIC]


def find_all():
    """Those that are here (without Cairn), and a sentence about each that is not."""
    found, missing = [_GLIBC], []
    for name, file, package in _PEERS:
        path = _find_library(file)
        if path:
            found.append(Allocator(name, path, path))
        else:
            missing.append(_skipped(name, file, package))
    return found, missing


def find_pymalloc(worker):
    """As find_all, for that one."""
    name, file, package = _PYTHON
    path = _find_library(file)
    return ([Allocator(name, "", path, worker)], []) if path else ([], [_skipped(name, file, package)])


def libc():
    """Where glibc's malloc is, for programs that would have another one."""
    return _find_library(_LIBC) or _LIBC


def static(worker):
    return Allocator(STATIC, "", STATIC, worker)


def _skipped(name, file, package):
    return f"{name} is skipped: no {file} here, run 'apt-get install {package}'"


def from_path(name, path):
    """Any library that replaces malloc, as a column of that name."""
    path = os.path.abspath(path)
    return Allocator(name, path, path)


def _find_library(file):
    search = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    ldconfig = shutil.which("ldconfig", path=search)
    if ldconfig:
        known = subprocess.run([ldconfig, "-p"], capture_output=True, text=True, check=False).stdout
        match = re.search(rf"^\s*{re.escape(file)} \(libc6,x86-64\S*.* => (\S+)$", known, re.MULTILINE)
        if match:
            return match[1]
    paths = [os.path.join(folder, file) for folder in _FOLDERS]
    return next((path for path in paths if os.path.exists(path)), None)
