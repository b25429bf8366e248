# SPDX-License-Identifier: Apache-2.0
"""Lays out the text tables."""

import summary


def number(value):
    """Three digits or more, no exponent."""
    if value is None:
        return "-"
    for limit, decimals in ((9.995, 2), (99.95, 1)):
        if value < limit:
            return f"{value:.{decimals}f}"
    return f"{value:.0f}"


def ratio_cell(ratio):
    if ratio is None:
        return "- "
    return f"{ratio.value:.2f}{'~' if ratio.tie else ' '}"


def render(head, rows):
    """Rows of cells; the first column left, the others right; None is a thin line, a str a heading."""
    cells = [head] + [row for row in rows if isinstance(row, list)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    lines = []
    for row in [head, None] + rows:
        if row is None:
            lines.append("-" * (sum(widths) + 2 * (len(widths) - 1)))
        elif isinstance(row, str):
            lines += ["", row]
        else:
            rest = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
            lines.append("  ".join([row[0].ljust(widths[0])] + rest).rstrip())
    return "\n".join(lines)


def legend(rounds, ties):
    """What the marks mean; ties says whether there are ratios."""
    if rounds < 2:
        return "one round, which tells none apart. * the lowest."
    percent = int(100 * summary.coverage(rounds))
    lines = [
        f"medians of {rounds} rounds.",
        f"* the lowest, or not told apart from it: their {percent} % intervals overlap.",
        f"~ a tie: the {percent} % intervals of the two overlap.",
    ]
    return "\n".join(lines if ties else lines[:2])


class Comparison:
    """Estimates per row and allocator, lower is better, against the others where Cairn is among them."""

    MINE, BASE = "cairn", "glibc"
    # Called by name, each in a worker of its own: no mallocs, and the first may lack rows.
    PYMALLOC, STATIC = "pymalloc", "cairn-static"

    def __init__(self, names, estimates, groups, relative=False):
        self.names = names
        self.estimates = estimates  # {row: {allocator: Estimate}}
        self.groups = groups  # {group: [row]}
        # Beside each figure its ratio to the base.
        self._relative = relative and self.BASE in names

        self.others = [name for name in names if name not in (self.MINE, self.PYMALLOC, self.STATIC)]
        # {key: (heading, whose figure, by whose lowest)}
        self.ratio_columns = {}
        if self._has(self.MINE):
            self.ratio_columns["to_best"] = (f"{self.MINE}/best", self.MINE, self.others)
            self.ratio_columns["to_glibc"] = (f"{self.MINE}/{self.BASE}", self.MINE, [self.BASE])
        for name in (self.MINE, self.PYMALLOC):
            if self._has(self.STATIC) and self._has(name):
                self.ratio_columns[f"static_to_{name}"] = (f"static/{name}", self.STATIC, [name])

    def _has(self, name):
        return any(name in row for row in self.estimates.values())

    def has_ratios(self):
        return self._relative or bool(self.ratio_columns)

    def ratios(self, row):
        return {
            key: summary.against(self.estimates[row], mine, others)
            for key, (_, mine, others) in self.ratio_columns.items()
        }

    def to_best(self, name):
        """{row: ratio to the best of the other mallocs}"""
        ratios = {row: summary.against(values, name, self.others) for row, values in self.estimates.items()}
        return {row: ratio for row, ratio in ratios.items() if ratio}

    def means(self, rows):
        """Per allocator that has figures, over the rows that all those have; the ratios' means.

        PYMALLOC counts only if it has all the rows.
        """
        count = {name: sum(name in self.estimates[row] for row in rows) for name in self.names}
        known = [name for name in self.names if count[name] >= (len(rows) if name == self.PYMALLOC else 1)]
        whole = [row for row in rows if all(name in self.estimates[row] for name in known)]
        columns = dict.fromkeys(self.names) | {
            name: summary.geometric_mean(self.estimates[row][name].median for row in whole)
            for name in known
        }
        ratios = [self.ratios(row) for row in rows]
        return columns, {
            key: summary.geometric_mean(one[key].value for one in ratios if one[key])
            for key in self.ratio_columns
        }

    def _beside(self, name):
        return self._relative and name != self.BASE

    def _cell(self, row, name, failed):
        values = self.estimates[row]
        if name not in values:
            cell, to_base = "failed " if name in failed else "- ", None
        else:
            fastest = values[summary.best(values)]
            cell = number(values[name].median) + ("*" if values[name].ties_with(fastest) else " ")
            to_base = summary.ratio(values[name], values[self.BASE]) if self.BASE in values else None
        return f"{cell} {ratio_cell(to_base)}" if self._beside(name) else cell

    def _cells(self, row, failed):
        cells = [self._cell(row, name, failed) for name in self.names]
        return cells + [ratio_cell(ratio) for ratio in self.ratios(row).values()]

    def _mean_cells(self, label, rows):
        columns, ratios = self.means(rows)
        cells = []
        for name in self.names:
            cell = f"{number(columns[name])} "
            if self._beside(name):
                known = columns[name] and columns[self.BASE]
                cell += f" {columns[name] / columns[self.BASE]:.2f} " if known else " - "
            cells.append(cell)
        cells += ["- " if value is None else f"{value:.2f} " for value in ratios.values()]
        return [label] + cells

    def text(self, unit, failures):
        head = [unit] + [f"{name}{' ratio' if self._beside(name) else ''} " for name in self.names]
        head += [f"{heading} " for heading, _, _ in self.ratio_columns.values()]
        rows = []
        for group, members in self.groups.items():
            rows += [group] if len(self.groups) > 1 else []
            rows += [[f"  {row}"] + self._cells(row, failures.get(row, {})) for row in members]
            if len(members) > 1:
                rows.append(self._mean_cells("  geometric mean", members))
        if len(self.groups) > 1:
            everything = [row for members in self.groups.values() for row in members]
            rows += [None, self._mean_cells("geometric mean of all", everything)]
        return render(head, rows)

    def verdict(self):
        """Cairn's place in sentences, for those who do not read 50 rows."""
        return self._verdict_on_best() + [
            f"{mine} behind {others[0]}: {self._behind(key)}."
            for key, (_, mine, others) in self.ratio_columns.items()
            if key != "to_best" and any(self.ratios(row)[key] for row in self.estimates)
        ]

    def _behind(self, key):
        ratios = {row: self.ratios(row)[key] for row in self.estimates}
        return ", ".join(row for row, r in ratios.items() if r and not r.tie and r.value > 1) or "nowhere"

    def _verdict_on_best(self):
        to_best = self.to_best(self.MINE)
        if not to_best:
            return []
        level = [row for row, r in to_best.items() if r.tie]
        ahead = [row for row, r in to_best.items() if not r.tie and r.value < 1]
        lines = [
            f"{self.MINE} against the best of the other mallocs in {len(to_best)} rows: "
            f"ahead in {len(ahead)}, level in {len(level)}, behind in {len(to_best) - len(level) - len(ahead)}."
        ]
        far = [row for row, r in to_best.items() if not r.tie and r.value > 1.5]
        if far:
            lines.append("More than 1.5 times the best: " + ", ".join(far) + ".")
        return lines
