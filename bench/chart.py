# SPDX-License-Identifier: Apache-2.0
"""The chart: Cairn's ratios to the best of the other mallocs, a bar for each row."""

import importlib.util
import math

import summary

PACKAGE = "python3-pygal"
_BAR = 13  # pixels
_MEAN = "geometric mean"


def is_here():
    return importlib.util.find_spec("pygal") is not None


def _ticks(values):
    """Powers of two, in logarithms, around all values and 0."""
    return range(math.floor(min(0, *values)), math.ceil(max(0, *values)) + 1)


def _tick_text(power):
    return f"{2**power}" if power >= 0 else f"1/{2**-power}"


def _text(power):
    return "" if power is None else f"{2**power:.2f}"


class Chart:
    """Bars from 1 to the left (Cairn is better) or right, on a logarithmic scale."""

    def __init__(self):
        self._series = {}  # {title: {row: Ratio}}

    def add(self, title, ratios):
        if ratios:
            self._series[title] = {row: ratio.value for row, ratio in ratios.items()}

    def write(self, path):
        """False when there is nothing to draw."""
        if not self._series:
            return False
        import pygal  # not in every installation, which is_here() tells beforehand

        series = {
            title: {**ratios, _MEAN: summary.geometric_mean(ratios.values())}
            for title, ratios in self._series.items()
        }
        # Upwards, as pygal draws.
        rows = list(dict.fromkeys(row for ratios in self._series.values() for row in ratios))
        rows = [_MEAN] + rows[::-1]
        powers = [math.log2(value) for ratios in series.values() for value in ratios.values()]
        ticks = _ticks(powers)
        # pygal's own logarithmic scale begins its bars at the lowest value, not at 1.
        chart = pygal.HorizontalBar(
            js=[],  # the default is a script from the web
            title="Ratio to the best of the other mallocs; left of 1, Cairn is better",
            x_labels=rows,
            y_labels=[{"value": power, "label": _tick_text(power)} for power in ticks],
            y_labels_major=[0],
            range=(ticks[0], ticks[-1]),
            width=1000,
            height=140 + _BAR * len(rows) * (len(series) + 1),
            margin=20,
            legend_at_bottom=True,
            print_values=True,
            print_values_position="top",
            formatter=_text,
            style=pygal.style.CleanStyle(
                background="white",
                plot_background="white",
                colors=("#1f6f8b", "#e07a1f", "#5b8c3a", "#7b4a9e"),
                label_font_size=11,
                major_label_font_size=11,
                value_font_size=9,
                legend_font_size=12,
                title_font_size=15,
            ),
        )
        for title, ratios in series.items():
            chart.add(title, [math.log2(ratios[row]) if row in ratios else None for row in rows])
        chart.render_to_file(path)
        return True
