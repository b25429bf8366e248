# SPDX-License-Identifier: Apache-2.0
"""A Redis server under load, its data saved by a child, and read again by a second server."""

import random
import subprocess
import time

from session import Failure, find_program

PROGRAMS = {"redis-server": "redis-server", "redis-benchmark": "redis-tools", "redis-cli": "redis-tools"}

# Only a socket in the session's folder: no port can be taken, and none is open to others. Active defragmentation asks
# jemalloc where its blocks lie, and must not be asked about the blocks of another allocator.
_SETTINGS = """\
port 0
unixsocket redis.sock
activedefrag no
crash-log-enabled no
daemonize no
enable-debug-command local
io-threads 2
io-threads-do-reads yes
save ""
"""
_CLIENT = ["redis-cli", "-s", "redis.sock"]
_START_SECONDS = 30
_TESTS = "set,lpush,rpop,sadd,hset,zadd"


def run(session):
    session.write("redis.conf", _SETTINGS)
    _write_commands(session.directory / "commands")
    saved = _serve(session, _load)
    read = _serve(session, _read_again)
    # The benchmark's keys are other ones in each run, so that only before and after can be compared.
    if saved != read:
        raise Failure(f"a second server read other data than the first had saved: {saved}, {read}")


def _load(session):
    """Fixed data first, whose digest can be compared, then whatever the benchmark writes."""
    _client(session, "--pipe", stdin="commands")
    _client(session, "DBSIZE")
    _client(session, "DEBUG", "DIGEST")
    benchmark = ["redis-benchmark", "-s", "redis.sock", "--threads", "2", "-c", "20", "-P", "16", "-q"]
    session.run([*benchmark, "-n", "20000", "-r", "20000", "-d", "100", "-t", _TESTS], compare=["stderr"])
    _client(session, "UNLINK", "fixed:list:1", "fixed:hash:1", "fixed:set:1")
    _client(session, "BGSAVE")
    _wait_for(session, "rdb_bgsave_in_progress:0")
    state = _state(session)
    _client(session, "SAVE")
    return state


def _read_again(session):
    state = _state(session)
    _client(session, "DEBUG", "RELOAD")
    if _state(session) != state:
        raise Failure("DEBUG RELOAD changed the data")
    _client(session, "FLUSHALL", "ASYNC")
    _client(session, "DEBUG", "DIGEST")
    return state


def _serve(session, work):
    """Does some work with a server, and shuts it down whatever happens."""
    server = session.start(["redis-server", "redis.conf"], compare=["stderr"])
    try:
        _wait_for(session, "loading:0", server)
        result = work(session)
        _client(session, "SHUTDOWN", "NOSAVE")
        server.finish(timeout=20)
    except Failure:
        # Its clients only see that it is gone.
        if server.ended():
            server.finish(timeout=0)
        raise
    finally:
        server.kill()
    return result


def _client(session, *command, **options):
    return session.run([*_CLIENT, *command], **options)


def _state(session):
    return [_client(session, *command, compare=[]).strip() for command in (["DBSIZE"], ["DEBUG", "DIGEST"])]


def _wait_for(session, line, server=None):
    """Asks until the server says the line: without Cairn, because how often is another number each time."""
    deadline = time.monotonic() + _START_SECONDS
    answer = b""
    while time.monotonic() < deadline:
        if server and server.ended():
            server.finish(timeout=0)
            raise Failure("redis-server ended before it was asked to")
        answer = _ask(session, deadline - time.monotonic())
        if line.encode() in answer.split():
            return
        time.sleep(0.02)
    raise Failure(f"redis-server did not say '{line}' within {_START_SECONDS} s, but: {answer.decode()}")


def _ask(session, timeout):
    ask = [find_program(_CLIENT[0]), *_CLIENT[1:], "INFO", "persistence"]
    try:
        return subprocess.run(ask, cwd=session.directory, capture_output=True, timeout=timeout).stdout
    except subprocess.TimeoutExpired:
        return b"nothing"


def _write_commands(path):
    """Keys of every type, the same in each run."""
    source = random.Random(41)
    with open(path, "w") as file:
        for number in range(12_000):
            key, value = source.randrange(3000), source.randbytes(source.randrange(1, 60)).hex()
            file.write(
                f"SET fixed:string:{number} {value}\n"
                f"APPEND fixed:string:{source.randrange(number + 1)} {value}\n"
                f"HSET fixed:hash:{key % 300} field{key} {value}\n"
                f"RPUSH fixed:list:{key % 200} {value}\n"
                f"SADD fixed:set:{key % 100} {value} {number}\n"
                f"ZADD fixed:zset:{key % 100} {source.randrange(1000)} {value}\n"
            )
        file.write('EVAL "local t = {} for i = 1, 20000 do t[i] = tostring(i) end return #table.concat(t)" 0\n')
