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

    def __init__(self, names, estimates, groups, relative=False):
        self.names = names
        self.estimates = estimates  # {row: {allocator: Estimate}}
        self.groups = groups  # {group: [row]}
        # Beside each figure its ratio to the base.
        self._relative = relative and self.BASE in names

    def has_ratios(self):
        return self._relative or self.has_mine()

    def has_mine(self):
        return any(self.MINE in row for row in self.estimates.values())

    def ratios(self, row):
        return summary.ratios(self.estimates[row], self.MINE, self.BASE)

    def means(self, rows):
        """Per allocator that has figures, over the rows that all those have; the two ratios' means."""
        known = [name for name in self.names if any(name in self.estimates[row] for row in rows)]
        whole = [row for row in rows if all(name in self.estimates[row] for name in known)]
        columns = dict.fromkeys(self.names) | {
            name: summary.geometric_mean(self.estimates[row][name].median for row in whole)
            for name in known
        }
        pairs = [self.ratios(row) for row in rows]
        return columns, [
            summary.geometric_mean(pair[i].value for pair in pairs if pair[i]) for i in (0, 1)
        ]

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
        return cells + ([ratio_cell(r) for r in self.ratios(row)] if self.has_mine() else [])

    def _mean_cells(self, label, rows):
        columns, pair = self.means(rows)
        cells = []
        for name in self.names:
            cell = f"{number(columns[name])} "
            if self._beside(name):
                known = columns[name] and columns[self.BASE]
                cell += f" {columns[name] / columns[self.BASE]:.2f} " if known else " - "
            cells.append(cell)
        if self.has_mine():
            cells += ["- " if value is None else f"{value:.2f} " for value in pair]
        return [label] + cells

    def text(self, unit, failures):
        head = [unit] + [f"{name}{' ratio' if self._beside(name) else ''} " for name in self.names]
        if self.has_mine():
            head += [f"{self.MINE}/best ", f"{self.MINE}/{self.BASE} "]
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
        pairs = {row: self.ratios(row) for row in self.estimates}
        to_best = {row: pair[0] for row, pair in pairs.items() if pair[0]}
        if not to_best:
            return []
        level = [row for row, r in to_best.items() if r.tie]
        ahead = [row for row, r in to_best.items() if not r.tie and r.value < 1]
        lines = [
            f"{self.MINE} against the best of the others in {len(to_best)} rows: ahead in {len(ahead)}, "
            f"level in {len(level)}, behind in {len(to_best) - len(level) - len(ahead)}."
        ]
        far = [row for row, r in to_best.items() if not r.tie and r.value > 1.5]
        if far:
            lines.append("More than 1.5 times the best: " + ", ".join(far) + ".")
        slower = [row for row, (_, r) in pairs.items() if r and not r.tie and r.value > 1]
        if any(r for _, r in pairs.values()):
            lines.append(f"Behind {self.BASE}: " + (", ".join(slower) if slower else "nowhere") + ".")
        return lines


def memory_text(names, cases, samples):
    """One line per allocator; samples[case][name] is a list of what the worker printed."""
    moments = (("full", "full", "full"), ("-90%", "thinned", "thinned"), ("later", "thinned", "settled"))
    head = ["live / resident, %"]
    for case in cases:
        head += [f"| {case}: full"] + [moment for moment, _, _ in moments[1:]]
    lines = []
    for name in names:
        line = [name]
        for case in cases:
            ones = samples.get(case, {}).get(name)
            for _, live, resident in moments:
                shares = [100 * one[f"live_{live}"] / one[f"resident_{resident}"] for one in ones or []]
                line.append(f"{summary.estimate(shares).median:.0f}" if shares else "-")
        lines.append(line)
    return render(head, lines) + (
        "\n\nLive bytes per 100 resident bytes, higher is better: with the heap full; after 90 % of the"
        "\nblocks were freed at random; half a second and a thousand calls later."
    )
