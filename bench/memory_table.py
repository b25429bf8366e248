# SPDX-License-Identifier: Apache-2.0
"""What the worker measured of memory: figures per case and allocator, and the tables of them."""

import summary
import table

# Moment, and the keys of live and resident bytes then.
_MOMENTS = (
    ("full", "live_full", "resident_full"),
    ("-90%", "live_thinned", "resident_thinned"),
    ("later", "live_thinned", "resident_settled"),
)
_WHAT_SHARES_ARE = """
Live bytes per 100 resident bytes, higher is better: with the heap full; after 90 % of the
blocks were freed at random; half a second and a thousand blocks later."""
_WHAT_STAYS_IS = """
Resident when everything is freed, half a second and a thousand blocks later, per 100 bytes of the
peak; and what each of 1000 threads holds that freed all its blocks and sleeps, then and later.
Lower is better."""


def median(samples, case, name, figure):
    """Of figure(sample); None where the allocator has no such sample."""
    try:
        values = [figure(sample) for sample in samples.get(case, {}).get(name, [])]
    except KeyError:
        return None  # a case of another kind
    return summary.estimate(values).median if values else None


def share(live, resident):
    return lambda sample: 100 * sample[live] / sample[resident]


def resident(moment):
    """Of the cases of blocks."""
    return lambda sample: sample["live_full"] and sample[f"resident_{moment}"]


def left_over(sample):
    """Of the peak, when nothing is alive."""
    return sample["resident_empty"] / sample["resident_full"]


def per_thread(moment):
    """KiB."""
    return lambda sample: max(
        0, (sample[f"resident_{moment}"] - sample["resident_before"]) / sample["threads"] / 1024
    )


def of_blocks(samples, cases):
    return [case for case in cases if any("live_full" in one for one in _all(samples, case))]


def of_threads(samples, cases):
    return [case for case in cases if any("threads" in one for one in _all(samples, case))]


def _all(samples, case):
    return [one for ones in samples.get(case, {}).values() for one in ones]


def _columns(samples, columns, names):
    """Rows of cells for [(case, figure, how to write it)]."""
    return [
        [name] + [_cell(median(samples, case, name, figure), write) for case, figure, write in columns]
        for name in names
    ]


def _cell(value, write):
    return "-" if value is None else write(value)


def _whole(value):
    return f"{value:.0f}"


def text(names, cases, samples):
    """One line per allocator; samples[case][name] is a list of what the worker printed."""
    blocks, threads = of_blocks(samples, cases), of_threads(samples, cases)
    parts = []
    if blocks:
        head, columns = ["live / resident, %"], []
        for case in blocks:
            head += [f"| {case}: full"] + [moment for moment, _, _ in _MOMENTS[1:]]
            columns += [(case, share(live, resident), _whole) for _, live, resident in _MOMENTS]
        parts.append(table.render(head, _columns(samples, columns, names)) + "\n" + _WHAT_SHARES_ARE)
    head = ["still resident"] + [f"{case}, %" for case in blocks]
    columns = [(case, left_over, lambda value: _whole(100 * value)) for case in blocks]
    for case in threads:
        head += [f"| {case}, KiB: asleep", "later"]
        columns += [(case, per_thread(moment), table.number) for moment in ("asleep", "settled")]
    if any("resident_empty" in one or "threads" in one for case in cases for one in _all(samples, case)):
        parts.append(table.render(head, _columns(samples, columns, names)) + "\n" + _WHAT_STAYS_IS)
    return "\n\n".join(parts)
