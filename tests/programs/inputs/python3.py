# SPDX-License-Identifier: Apache-2.0
"""What CPython does in the real-program test: prints one line per subject, the same in every run."""

import collections
import hashlib
import json
import os
import queue
import random
import re
import sqlite3
import subprocess
import sys
import threading
import zlib

WORDS = "stone heap arena pool block class chain size".split()


def digest(value):
    data = value if isinstance(value, bytes) else repr(value).encode()
    return hashlib.sha256(data).hexdigest()[:16]


def tree(source, depth):
    """Nested lists and objects, of every JSON type."""
    if depth == 0:
        return source.choice([source.random(), source.randrange(10**12), source.choice(WORDS), None, True])
    if source.random() < 0.5:
        return [tree(source, depth - 1) for _ in range(source.randrange(2, 8))]
    return {f"{source.choice(WORDS)}{number}": tree(source, depth - 1) for number in range(source.randrange(2, 8))}


def run_json():
    document = [tree(random.Random(seed), 7) for seed in range(6)]
    text = json.dumps(document, indent=1)
    again = json.loads(text)
    print("json", len(text), digest(text), again == document)


def run_zlib():
    source = random.Random(2)
    data = b" ".join(source.choice(WORDS).encode() * source.randrange(1, 9) for _ in range(100_000))
    for level in (1, 6):
        compressor = zlib.compressobj(level)
        packed = [compressor.compress(data[at : at + 10_000]) for at in range(0, len(data), 10_000)]
        packed = b"".join(packed) + compressor.flush()
        print("zlib", level, len(packed), digest(packed), zlib.decompress(packed) == data)


def run_sqlite3():
    source = random.Random(3)
    with sqlite3.connect("table.db") as table:
        table.execute("create table stone (id integer primary key, name text, weight real)")
        rows = ((source.choice(WORDS) + str(source.randrange(500)), source.random()) for _ in range(40_000))
        table.executemany("insert into stone (name, weight) values (?, ?)", rows)
        table.execute("create index by_name on stone (name)")
        table.create_function("turned", 1, lambda text: text[::-1])
        found = table.execute("select turned(name), count(*), sum(weight) from stone group by name order by 2, 1")
        print("sqlite3", digest(found.fetchall()))
    table.close()


def run_threads():
    """Eight threads make blocks that others free, through one queue."""
    handed = queue.Queue(100)
    totals = collections.Counter()
    lock = threading.Lock()

    def give(seed):
        source = random.Random(seed)
        for _ in range(2_000):
            handed.put([source.choice(WORDS) * source.randrange(1, 200) for _ in range(8)])
        handed.put(None)

    def take():
        while (texts := handed.get()) is not None:
            with lock:
                totals.update({text[:4]: len(text) for text in texts})

    threads = [threading.Thread(target=give, args=[seed]) for seed in range(4)]
    threads += [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("threads", sorted(totals.items()))
    short_lived = [threading.Thread(target=lambda: [str(n) for n in range(50)]) for _ in range(500)]
    for thread in short_lived:
        thread.start()
        thread.join()
    print("short-lived threads", len(short_lived))


def run_subprocess():
    code = "import sys, json; print(sum(json.load(sys.stdin)), file=sys.stderr); sys.exit(3)"
    for size in (10, 1_000, 100_000):
        child = subprocess.run(
            [sys.executable, "-c", code], input=json.dumps(list(range(size))), capture_output=True, text=True
        )
        print("subprocess", child.returncode, child.stderr.strip())
    first = subprocess.Popen(["printf", "%s\n", *WORDS], stdout=subprocess.PIPE)
    second = subprocess.Popen(["sort", "-r"], stdin=first.stdout, stdout=subprocess.PIPE)
    third = subprocess.run(["tr", "a-z", "A-Z"], stdin=second.stdout, stdout=subprocess.PIPE)
    first.stdout.close()
    second.stdout.close()
    print("pipeline", third.stdout.split(), first.wait(), second.wait())


def run_fork():
    """Children of a process whose other threads are inside malloc: SQLite allocates without the interpreter's lock."""
    stop = threading.Event()
    query = """with recursive number (n) as (select 1 union all select n + 1 from number where n < 2000)
        select length(group_concat(printf('%d %s', n, hex(zeroblob(n % 300))))) from number"""
    answers = set()

    def work():
        database = sqlite3.connect(":memory:")
        while not stop.is_set():
            answers.update(database.execute(query).fetchall())
        database.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    inherited = [[word] * 50 for word in WORDS * 50]
    for worker in workers:
        worker.start()
    statuses = []
    for number in range(60):
        child = os.fork()
        if child == 0:
            del inherited[number::2]
            texts = {word * 20 + str(n) for n in range(100) for word in WORDS}
            os._exit(number if len(texts) == 100 * len(WORDS) else 99)
        statuses.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    stop.set()
    for worker in workers:
        worker.join()
    print("fork", statuses == list(range(60)), answers)


def run_text():
    source = random.Random(5)
    text = " ".join(source.choice(WORDS) + str(source.randrange(1000)) for _ in range(60_000))
    count = collections.Counter(re.findall(r"([a-z]+)\d*7\b", text))
    print("text", sorted(count.items()), digest(re.sub(r"(\w)(\d+)", r"\2\1", text)))
    chain = None
    for number in range(200_000):
        chain = (number, chain)
    while chain:
        number, chain = chain
    print("chain", number, 3**20_000 % 10**9)


if __name__ == "__main__":
    run_json()
    run_zlib()
    run_sqlite3()
    run_threads()
    run_subprocess()
    run_fork()
    run_text()
    sys.exit(7)
