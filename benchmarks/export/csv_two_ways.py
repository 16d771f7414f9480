"""CSV of all columns from PostgreSQL, made of rows by Python and by COPY, in turns; both write to nowhere.

    python -m benchmarks.export.csv_two_ways 100000

Each way is the whole export of a download but for its record; what differs in a byte ends the run.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace

from benchmarks.base.report import ranged, timed
from benchmarks.base.timing import mean_time, seconds, times_faster
from benchmarks.export.synthetic_referrals import KEYS, TRIAL, filled_database
from prescreen.database import Database
from prescreen.export.columns.table import HEADER, chosen
from prescreen.export.csv import csv_chunks
from prescreen.export.csv_copy import line_chunks
from prescreen.workflow.export.export_runs import Chunk
from prescreen.workflow.export.referral_rows import Format, Wanted, row_pages

BY_ROWS, BY_COPY = "by rows", "by COPY"
Way = Callable[[Database, Wanted], Iterator[Chunk]]
WAYS: dict[str, Way] = {
    BY_ROWS: lambda database, wanted: csv_chunks(row_pages(database, KEYS, wanted), wanted.columns),
    BY_COPY: lambda database, wanted: line_chunks(database, KEYS, wanted, with_header=True),
}
_EVERYTHING = Wanted(TRIAL, Format.CSV, HEADER, with_identity=True, reason="for the benchmark")
EXPORTS = {
    "all columns": _EVERYTHING,
    "without identity": replace(_EVERYTHING, columns=chosen(HEADER, with_identity=False), with_identity=False),
}


def compared(database: Database, wanted: Wanted, rounds: int) -> dict[str, list[list[float]]]:
    """Return the seconds of both ways, round by round."""
    times: dict[str, list[list[float]]] = {name: [] for name in WAYS}
    digests = set()
    for _ in range(rounds):
        for name, way in WAYS.items():
            times[name].append([seconds(lambda one: digests.add(_digest(one(database, wanted))), way)])
    assert len(digests) == 1, "the two ways differ"
    return times


def _digest(chunks: Iterator[Chunk]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk.data)
    return digest.hexdigest()


def main() -> None:
    """Fill a database of its own, and print a line for each export."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with filled_database(arguments.count) as (database, _):
        for name, wanted in EXPORTS.items():
            times = compared(database, wanted, arguments.rounds)
            took = ", ".join(f"{way} {timed(mean_time(times, way))}" for way in WAYS)
            print(f"{arguments.count:,} referrals, {name}: {took}; {ranged(times_faster(times, BY_COPY, BY_ROWS))}")


if __name__ == "__main__":
    main()
