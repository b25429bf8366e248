# SPDX-License-Identifier: Apache-2.0
"""SQLite's shell: a million rows, indexes, joins, and a database file that must be the same to the byte."""

from workloads import read_input

PROGRAMS = {"sqlite3": "sqlite3"}


def run(session):
    session.write("workload.sql", read_input("sqlite3.sql"))
    session.run(["sqlite3", "-batch", "table.db"], stdin="workload.sql")
    session.note_file("table.db")
    session.run(["sqlite3", "-batch", "table.db", "select * from missing"], status=1)
