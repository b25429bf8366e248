# SPDX-License-Identifier: Apache-2.0
"""How far the fuzzers of tools/fuzz have got."""

import sys

_HEADER = ("fuzzer", "state", "time", "executions", "per second", "covered", "new", "inputs", "findings")


def _row(session):
    seconds = session.seconds
    speed = f"{session.executions / seconds:,.0f}" if seconds >= 1 and session.executions else ""
    new = session.covered - session.covered_before if session.covered_before is not None else None
    return (session.fuzzer.name, session.state, f"{seconds // 60:.0f}:{seconds % 60:02.0f}" if seconds else "",
            f"{session.executions:,}" if session.executions else "", speed,
            f"{session.covered:,}" if session.covered else "",
            "" if new is None else f"{new:+,}" if new else "0", f"{session.inputs:,}" if session.inputs else "",
            str(len(session.findings)) if session.findings else "")


def lines(sessions):
    """The table: a header, a line for each, and a sum."""
    rows = [_HEADER] + [_row(session) for session in sessions]
    executions, findings = sum(s.executions for s in sessions), sum(len(s.findings) for s in sessions)
    rows.append((f"{len(sessions)} in all", "", "", f"{executions:,}", "", "", "", "", str(findings)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    for row in rows:
        yield "  ".join(cell.ljust(width) if column < 2 else cell.rjust(width)
                        for column, (cell, width) in enumerate(zip(row, widths))).rstrip()


def complaints(session):
    """What broke, or kept a fuzzer from working."""
    yield from sorted({finding.line() for finding in session.findings})
    if session.failure:
        yield f"{session.fuzzer.name}: {session.failure}"


class Progress:
    """The table in place, where somebody watches; otherwise a line for each fuzzer that has ended."""

    def __init__(self, sessions):
        self._sessions = sessions
        self._height = 0
        self._ended = set()

    def show(self):
        if sys.stderr.isatty():
            text = list(lines(self._sessions))
            back = f"\033[{self._height}F" if self._height else ""
            print(back + "\n".join(line + "\033[K" for line in text), file=sys.stderr, flush=True)
            self._height = len(text)
            return
        for session in self._sessions:
            if session.state in ("done", "failed") and session not in self._ended:
                self._ended.add(session)
                print(f"{session.fuzzer.name}: {session.state}, {session.executions:,} executions in "
                      f"{session.seconds:.0f} s, {len(session.findings)} findings", file=sys.stderr, flush=True)
