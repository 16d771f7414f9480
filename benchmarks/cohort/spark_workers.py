"""A snapshot of many leads judged for one trial: by polars, and by Spark on one worker process and on two.

    python -m benchmarks.cohort.spark_workers [LEADS]

Leads are made up as for `benchmarks.cohort.rematch`. Each judge is a process of its own, as the command is; who finds
other numbers than polars is told of.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.cohort.rematch import _fill, plan
from prescreen import database as schema
from prescreen.config import Settings
from prescreen.database import Database
from prescreen.storage.base.keys import load_keys
from prescreen.workflow.cohort.snapshots import SnapshotWanted, take_snapshot

USUAL = 1_000_000
_WORKER = "local-cluster[{workers},1,1536]"
_JUDGE = """
import sys, time
from pathlib import Path
from benchmarks.cohort.rematch import plan
from dataclasses import replace
from prescreen.workflow.cohort.snapshots import Engine, judge_snapshot
from datetime import UTC, datetime
chosen = replace(plan(), on=datetime.now(UTC).date())
found = judge_snapshot(Path(sys.argv[1]), chosen, Engine(sys.argv[2])).tally
print(found.judged, found.potentially_eligible, found.ineligible, found.undetermined)
"""


def main() -> None:
    """Make leads, take the snapshot, and let each engine judge it."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else USUAL
    with tempfile.TemporaryDirectory() as folder:
        snapshot = Path(folder) / "snapshot"
        print(f"{size:,} leads; snapshot taken in {_snapshot(Path(folder), snapshot, size):.0f} s", flush=True)
        megabytes = sum(one.stat().st_size for one in snapshot.iterdir()) / 1e6
        print(f"snapshot: {len(list(snapshot.iterdir()))} files, {megabytes:.0f} MB", flush=True)
        expected = _judged("polars", snapshot, "polars")
        for workers in (2, 1):
            told = f"Spark, {workers} worker{'' if workers == 1 else 's'}"
            if _judged(told, snapshot, "spark", workers) != expected:
                print(f"WRONG: {told} finds other numbers", flush=True)


def _snapshot(folder: Path, snapshot: Path, size: int) -> float:
    settings = Settings.from_environment({"PRESCREEN_INSTANCE": str(folder)})
    database = Database(settings.database_url)
    schema.upgrade(database.engine)
    _fill(database, plan().bank, size)
    began = time.perf_counter()
    take_snapshot(database, load_keys(settings), SnapshotWanted(plan().bank, snapshot, datetime.now(UTC)))
    database.close()
    return time.perf_counter() - began


def _judged(told: str, snapshot: Path, engine: str, workers: int = 1) -> str:
    """Print how long an engine takes, start included, and return what it finds."""
    master = f"--master {_WORKER.format(workers=workers)} --conf spark.sql.shuffle.partitions=2 pyspark-shell"
    environment = {**os.environ, "PYSPARK_SUBMIT_ARGS": master}
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _JUDGE, str(snapshot), engine], env=environment, check=True, capture_output=True,
        text=True,
    )  # fmt: skip
    found = re.findall(r"[\d ]+", done.stdout)[-1].strip()
    print(f"{told}: {time.perf_counter() - began:.1f} s; judged, may fit, do not, undetermined: {found}", flush=True)
    return found


if __name__ == "__main__":
    main()
