# SPDX-License-Identifier: Apache-2.0
"""Starts a program with the probe preloaded, and reads what the probe saw there."""

import dataclasses
import os
import pathlib
import signal
import subprocess
import tempfile

_SECONDS = 30


@dataclasses.dataclass
class Facts:
    """Objects are paths as the loader has them; the program's own is "", and None stands for no object."""

    objects: list = dataclasses.field(default_factory=list)
    # name -> objects that define it: the first in the order of search, and the first after the probe
    names: dict = dataclasses.field(default_factory=dict)
    # object -> name -> the object that its reference was bound to
    slots: dict = dataclasses.field(default_factory=dict)
    # allocation function -> "fine", "null" or "small"
    blocks: dict = dataclasses.field(default_factory=dict)
    trying: str = ""
    complete: bool = False
    # How the process ended when it should not have.
    end: str = ""


def look_inside(program, probe):
    with tempfile.NamedTemporaryFile(prefix="cairn_active_test.") as report:
        environment = dict(os.environ)
        environment["CAIRN_ACTIVE_TEST_REPORT"] = report.name
        environment["LD_PRELOAD"] = ":".join(filter(None, [str(probe), environment.get("LD_PRELOAD")]))
        # So that each reference has been bound when the probe looks.
        environment["LD_BIND_NOW"] = "1"
        try:
            process = subprocess.run(
                [str(program)], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE, text=True, errors="replace", timeout=_SECONDS, check=False)
            end = _end(process)
        except subprocess.TimeoutExpired:
            end = f"did not end within {_SECONDS} s"
        except OSError as error:
            end = f"could not be started ({error.strerror})"
        facts = _parse(pathlib.Path(report.name).read_text(encoding="utf-8", errors="surrogateescape"), str(probe))
    facts.end = end
    return facts


def _end(process):
    if process.returncode < 0:
        number = -process.returncode
        return f"was ended by signal {number} ({signal.strsignal(number)})"
    said = process.stderr.strip().splitlines()
    return f"ended with status {process.returncode}" + (f" ({said[0]})" if said else "")


def _parse(text, probe):
    facts = Facts()
    lines = [line.split("\t") for line in text.splitlines()]
    paths = [line[2] for line in lines if line[0] == "object"]
    at = lambda index: paths[int(index)] if int(index) >= 0 else None
    for kind, *values in lines:
        if kind == "name":
            facts.names[values[0]] = (at(values[1]), at(values[2]))
        elif kind == "slot":
            facts.slots.setdefault(at(values[0]), {})[values[1]] = at(values[2])
        elif kind == "try":
            facts.trying = values[0]
        elif kind == "block":
            facts.blocks[values[0]] = values[1]
        elif kind == "end":
            facts.complete = True
    facts.objects = [path for path in paths if path != probe]
    return facts
