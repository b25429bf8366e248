# SPDX-License-Identifier: Apache-2.0
"""How Cairn is asked to run a program, and how its statistics are read."""

import dataclasses
import json


@dataclasses.dataclass(frozen=True)
class Configuration:
    """A preset, with options or without, and an arena provider or None for the preset's own. Without a preset: no Cairn at all."""

    preset: str | None
    arena: str | None = None

    @classmethod
    def parse(cls, name):
        """Reads PRESET or PRESET/ARENA."""
        preset, _, arena = name.partition("/")
        return cls(preset, arena or None)

    @property
    def name(self):
        if not self.preset:
            return "plain"
        return f"{self.preset}/{self.arena}" if self.arena else self.preset

    def wrap(self, cairn, argv, statistics_file):
        """The command that runs argv under this configuration."""
        if not self.preset:
            return argv
        command = [cairn, "run", "--preset", self.preset]
        if self.arena:
            command += ["--arena", self.arena]
        return [*command, "--stats=json", "--stats-file", str(statistics_file), "--", *argv]


PLAIN = Configuration(None)
DEFAULT = [Configuration("default")]
ALL = [
    Configuration("default", "mmap"),
    Configuration("default", "malloc"),
    Configuration("pymalloc", "mmap"),
    Configuration("pymalloc", "malloc"),
    Configuration("malloc"),
    Configuration("debug"),
    Configuration("debug:quarantine=0"),
    Configuration("pymalloc_debug"),
    Configuration("malloc_debug"),
    Configuration("mimalloc_debug"),
]


@dataclasses.dataclass(frozen=True)
class Statistics:
    """What Cairn counted: the program alone, and the program with all its descendants."""

    program_calls: int
    mallocs: int
    processes: int


def read_statistics(path):
    """Reads what `cairn run --stats=json --stats-file` wrote. The only place that knows its layout.

    Raises ValueError with a sentence when the file is not there or is not as expected.
    """
    try:
        document = json.loads(path.read_text())
        return Statistics(
            program_calls=sum(document["program"]["calls"].values()),
            mallocs=document["total"]["calls"]["malloc"],
            processes=document["processes"],
        )
    except FileNotFoundError:
        raise ValueError("cairn wrote no statistics file") from None
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"cairn's statistics are not as expected: {error!r}") from error
