"""Backup and restore of PostgreSQL, in turns with pg_dump and pg_restore: `python -m benchmarks --only backups`.

    python -m benchmarks.operations.backups 100000

pg_dump writes its own compressed format (-Fc), unencrypted and without a digest; ours is compressed, digested and
encrypted, and is read to its end before a row of it is restored.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

import psycopg

from benchmarks.base.report import Section, Table, Target, timed
from benchmarks.base.timing import Range, seconds
from benchmarks.export.synthetic_referrals import KEYS, filled_database
from benchmarks.sections import Sizes
from prescreen import database as schema
from prescreen.database import Database
from prescreen.storage.base.deletion_list import DeletionList
from prescreen.workflow.operations import restoring
from prescreen.workflow.operations.backing_up import Reading, backed_up, verified

BACKUP, RESTORE = "backup", "restore"
_ROUNDS = 3
_NOW = datetime(2026, 11, 23, tzinfo=UTC)
# The table of another benchmark, which no backup of the service holds.
_NOT_OURS = "--exclude-table=bench_raw"


@dataclass(frozen=True)
class Place:
    """Where a round's files lie, and the database that is restored into."""

    folder: Path
    source: Database
    url: str

    @property
    def ours(self) -> Path:
        """Return our backup."""
        return self.folder / "ours"

    @property
    def theirs(self) -> Path:
        """Return pg_dump's."""
        return self.folder / "theirs"

    @property
    def deletions(self) -> DeletionList:
        """Return a list of deletions, which names nobody."""
        return DeletionList(self.folder / "deletions.list", KEYS.of_deletions)

    def target(self, name: str) -> str:
        """Make an empty database and return its URL."""
        with psycopg.connect(self.url.replace("+psycopg", "").replace("/bench?", "/postgres?"), autocommit=True) as one:
            one.execute(f"DROP DATABASE IF EXISTS {name}")
            one.execute(f"CREATE DATABASE {name}")
        return self.url.replace("/bench?", f"/{name}?")


def our_backup(place: Place) -> None:
    """Write a backup and sync it."""
    with place.ours.open("wb") as file, closing(backed_up(place.source, KEYS, place.deletions, _NOW)) as made:
        for data in made:
            file.write(data)
        os.fsync(file.fileno())


def our_restore(place: Place) -> None:
    """Restore a backup as the command does."""
    database = Database(place.target("ours"))
    whole = verified(place.ours, KEYS)
    restoring.refuse_unfit(whole, KEYS, schema.known_revisions())
    deleted = restoring.deleted_since(whole, place.deletions, ())
    with database.rebuilding() as (session, migrate):
        restoring.restore(session, migrate, Reading(place.ours, KEYS), deleted, _NOW)
    database.close()


def their_backup(place: Place) -> None:
    """Write a dump."""
    _run("pg_dump", place.url, "-Fc", _NOT_OURS, "-f", str(place.theirs))


def their_restore(place: Place) -> None:
    """Restore a dump."""
    _run("pg_restore", place.target("theirs"), "--no-owner", "--exit-on-error", str(place.theirs))


def _run(program: str, url: str, *arguments: str) -> None:
    parts = urlsplit(url)
    (host,) = parse_qs(parts.query)["host"]
    given = ("-h", host, "-U", parts.username or "", "-d", parts.path.strip("/"))
    subprocess.run([program, *given, *arguments], check=True)


WORKS: dict[str, tuple[Callable[[Place], None], Callable[[Place], None]]] = {
    BACKUP: (our_backup, their_backup),
    RESTORE: (our_restore, their_restore),
}


@dataclass(frozen=True)
class Compared:
    """Seconds of both, round by round."""

    ours: list[float]
    theirs: list[float]

    @property
    def ratio(self) -> Range:
        """Return how many times longer ours took, formed within each round."""
        return Range.of(one / other for one, other in zip(self.ours, self.theirs, strict=True))


def compared(count: int, rounds: int = _ROUNDS) -> dict[str, Compared]:
    """Measure so many leads; empty where pg_dump is not installed."""
    found = {work: Compared([], []) for work in WORKS}
    if not shutil.which("pg_dump"):
        return {}
    with filled_database(count) as (source, url), TemporaryDirectory() as folder:
        place = Place(Path(folder), source, url)
        for _ in range(rounds):
            for work, (ours, theirs) in WORKS.items():
                found[work].ours.append(seconds(ours, place))
                found[work].theirs.append(seconds(theirs, place))
    return found


def backups(sizes: Sizes) -> Section:
    """Back up and restore stored leads."""
    found = compared(sizes.referrals)
    rows = [
        [work, timed(Range.of(one.ours)), timed(Range.of(one.theirs)), f"{one.ratio.middle:.2f}x"]
        for work, one in found.items()
    ]
    return Section(
        "Backup and restore",
        f"{sizes.referrals:,} leads on PostgreSQL, against pg_dump -Fc and pg_restore in the same rounds. Ours also "
        "encrypts, digests each table, and reads the whole file before it restores a row.",
        [Table(["work", "ours", "pg_dump or pg_restore", "ours takes"], rows)],
        targets=[
            Target(
                f"{work} of {sizes.referrals:,} leads, against pg_dump and pg_restore",
                1.5,
                None,
                found[work].ratio if found else None,
                less_is_better=True,
            )
            for work in WORKS
        ],
    )


def main() -> None:
    """Measure one size, and print a line for each work."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("--rounds", type=int, default=_ROUNDS)
    arguments = parser.parse_args()
    for work, one in compared(arguments.count, arguments.rounds).items():
        both = f"ours {timed(Range.of(one.ours))}, theirs {timed(Range.of(one.theirs))}"
        low, high = one.ratio.low, one.ratio.high
        print(f"{arguments.count:,} leads, {work}: {both}; {one.ratio.middle:.2f}x ({low:.2f}-{high:.2f})")


if __name__ == "__main__":
    main()
