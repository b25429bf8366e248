# SPDX-License-Identifier: Apache-2.0
"""The JSON file, and what is said of the machine and the settings in it and in the heading."""

import json
import os

import summary


def machine():
    with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
        models = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    return {
        "processor": models[0] if models else "unknown",
        "processors": len(os.sched_getaffinity(0)),
        "kernel": os.uname().release,
    }


def settings():
    """What in the environment changes how an allocator works."""
    prefixes = ("CAIRN_", "GLIBC_TUNABLES", "MALLOC_", "MIMALLOC_", "TCMALLOC_")
    return {name: value for name, value in os.environ.items() if name.startswith(prefixes)}


def heading(names, rounds, glibc):
    here = machine()
    also = "".join(f", {name}={value}" for name, value in settings().items())
    return (
        f"{', '.join(names)}: {rounds} round{'s' if rounds > 1 else ''} on {here['processors']} x {here['processor']}, "
        f"glibc {glibc}{also}"
    )


def comparison(compared, samples):
    """A table.Comparison and the samples behind it, as JSON."""
    rows = []
    for row, estimates in compared.estimates.items():
        allocators = {
            name: {
                "median": estimate.median,
                "low": estimate.low,
                "high": estimate.high,
                "samples": samples[row][name],
            }
            for name, estimate in estimates.items()
        }
        rows.append({
            "name": row,
            "allocators": allocators,
            **{
                key: ratio and {"ratio": ratio.value, "tie": ratio.tie}
                for key, ratio in compared.ratios(row).items()
            },
        })
    means = {}
    for group, members in compared.groups.items():
        columns, ratios = compared.means(members)
        means[group] = {"allocators": columns, **ratios}
    return {"rows": rows, "geometric_means": means}


def write(path, bench, others):
    document = {
        "rounds": bench.options.rounds,
        "interval": summary.coverage(bench.options.rounds),
        "interrupted": bench.interrupted,
        "machine": machine(),
        "glibc": bench.about["glibc"],
        "compiler": bench.about["compiler"],
        "settings": settings(),
        "load_of_others": round(others, 3),
        # The real file's name has the version.
        "allocators": {
            allocator.name: os.path.basename(os.path.realpath(allocator.library or allocator.expect))
            for allocator in bench.allocators
        },
        **bench.report,
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1)
        file.write("\n")
