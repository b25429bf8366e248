# SPDX-License-Identifier: Apache-2.0
"""xz with two threads both ways; blocks small enough that both have work."""

import random

PROGRAMS = {"xz": "xz-utils"}

_MIB = 1 << 20


def run(session):
    _write_data(session.directory / "data", 12 * _MIB)
    session.run(["xz", "-T2", "-2", "--block-size=1MiB", "--keep", "data"])
    session.note_file("data.xz")
    session.run(["xz", "--list", "--verbose", "data.xz"])
    session.run(["xz", "-T2", "--test", "data.xz"])
    packed = bytearray((session.directory / "data.xz").read_bytes())
    (session.directory / "data").unlink()
    session.run(["xz", "-T2", "--decompress", "data.xz"])
    session.note_file("data")
    packed[len(packed) // 2] ^= 1
    session.write("damaged.xz", packed)
    session.run(["xz", "-T2", "--test", "damaged.xz"], status=1)


def _write_data(path, size):
    """Text of few words with stretches of noise between."""
    source = random.Random(23)
    words = [bytes(source.choices(b"abcdefghijklmnop ", k=source.randrange(2, 12))) for _ in range(3000)]
    with open(path, "wb") as file:
        while file.tell() < size:
            file.write(b" ".join(source.choices(words, k=400)) if source.random() < 0.8 else source.randbytes(1500))
