"""Snapshots: everyone's answers without identity, written to a folder and assessed here or on a cluster."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from types import ModuleType

import polars as pl

from prescreen.catalog.assessment.fingerprints import fingerprint
from prescreen.eligibility.cohort import columns_of, day_column, judging
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.storage import Transactions
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.cohort import packed_answers, snapshots
from prescreen.storage.cohort.answer_columns import Spread
from prescreen.storage.cohort.engines import FITS, NoSparkError
from prescreen.storage.cohort.snapshots import Manifest, SnapshotError, framed
from prescreen.workflow.cohort.cohort_counts import Tally, counts, nobody, tally
from prescreen.workflow.cohort.rematch import LEADS_AT_ONCE, FrameJudge, Rematch, Tell


class Engine(StrEnum):
    """The engine that assesses a snapshot: polars in this process, or Spark."""

    POLARS = "polars"
    SPARK = "spark"


@dataclass(frozen=True, slots=True)
class SnapshotOutcome:
    """The result of assessing a snapshot; `may_fit` are the rows for which every criterion permits, in order."""

    tally: Tally
    left_out: int
    may_fit: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SnapshotWanted:
    """A snapshot to take: the questions whose answers it holds, the folder to write, and when."""

    bank: QuestionBank
    folder: Path
    now: datetime


def take_snapshot(database: Transactions, keys: Keys, wanted: SnapshotWanted, tell: Tell = lambda _: None) -> Manifest:
    """Write the answers of everyone who allowed matching to a new folder, and record that on the audit trail.

    Raise SnapshotError where the folder cannot be written. People whose numbers no column can hold are left out and
    counted.
    """
    questions = {question.id: fingerprint(question) for question in wanted.bank}
    manifest = Manifest(wanted.now.date(), fingerprint(questions), questions)
    parts = _parts(database, keys, Spread(wanted.bank, wanted.now.date(), every_day=True), tell)
    return snapshots.write(wanted.folder, manifest, _recorded(database, parts, wanted))


def _parts(database: Transactions, keys: Keys, spread: Spread, tell: Tell) -> Iterator[tuple[pl.DataFrame, int]]:
    place, read = 0, 0
    while True:
        with database.reading() as session:
            batch = packed_answers.after(session, place, LEADS_AT_ONCE)
            lead_ids = packed_answers.leads_between(session, batch.places[0], batch.places[-1]) if batch.places else {}
        # An empty part shows that there are no people, and which columns there would be.
        if batch.places or not read:
            present = [
                (lead_ids[at], content)
                for at, content in zip(*_places_and_contents(batch), strict=True)
                if at in lead_ids
            ]
            columns = spread.columns([content for _, content in present])
            rows = [keys.row_id(present[row][0]) for row in columns.rows]
            # The database's order would tell who came first.
            yield framed(columns, **{snapshots.ROW: rows}).sort(snapshots.ROW), len(columns.left)
        if not batch.places:
            return
        place, read = batch.places[-1], read + len(batch.places)
        tell(read)


def _places_and_contents(batch: packed_answers.Batch) -> tuple[Sequence[int], Sequence[bytes]]:
    return batch.places, batch.contents


def _recorded(
    database: Transactions, parts: Iterator[tuple[pl.DataFrame, int]], wanted: SnapshotWanted
) -> Iterator[tuple[pl.DataFrame, int]]:
    """Yield the parts, and record the snapshot after the last one: before the folder appears under its name."""
    rows = left_out = 0
    for people, left in parts:
        rows, left_out = rows + people.height, left_out + left
        yield people, left
    event = events.Event(
        wanted.now,
        events.OPERATOR,
        events.Action.SNAPSHOT_TAKEN,
        events.Subject("snapshot", wanted.folder.name),
        {"rows": rows, "left_out": left_out},
    )
    with database.writing() as session:
        events.record(session, event)


def judge_snapshot(folder: Path, plan: Rematch, engine: Engine, tell: Tell = lambda _: None) -> SnapshotOutcome:
    """Assess the people of a snapshot.

    Raise SnapshotError where it is invalid, incomplete, of another question bank or of a later day. Raise TooFineError
    where a limit cannot be compared. Raise NoSparkError where Spark cannot be started.
    """
    manifest = snapshots.read_manifest(folder)
    _refuse_other_bank(folder, manifest, plan)
    if plan.on < manifest.taken_on:
        raise SnapshotError(f"{folder} was taken on {manifest.taken_on}, after the day of this rematch, {plan.on}")
    judge = _judge_with_spark if engine is Engine.SPARK else _judge_with_polars
    total, may_fit = judge(folder, manifest, plan, tell)
    return SnapshotOutcome(total, manifest.left_out, tuple(sorted(may_fit)))


def _refuse_other_bank(folder: Path, manifest: Manifest, plan: Rematch) -> None:
    for question_id in plan.trial.questions(plan.bank):
        if manifest.questions.get(question_id) != fingerprint(plan.bank[question_id]):
            raise SnapshotError(
                f"{folder} was taken with another question bank: question '{question_id}' of {plan.trial.id} was "
                "another or not there; take a new snapshot"
            )


def _columns(plan: Rematch) -> list[str]:
    questions = [plan.bank[name] for name in plan.trial.questions(plan.bank) if not plan.bank[name].computed]
    days = [day_column(question) for question in questions if question.grows]
    return [name for question in questions for name in columns_of(question)] + days


def _judge_with_polars(folder: Path, manifest: Manifest, plan: Rematch, tell: Tell) -> tuple[Tally, list[str]]:
    judge, total = FrameJudge(plan), nobody(plan.trial)
    may_fit: list[str] = []
    for people in snapshots.parts(folder, manifest, _columns(plan)):
        found, fits = judge.judge(people)
        total += found
        may_fit += fits.to_list()
        tell(total.judged)
    return total, may_fit


def _judge_with_spark(folder: Path, manifest: Manifest, plan: Rematch, _: Tell) -> tuple[Tally, list[str]]:
    spark = _spark()
    with spark.session() as running:
        dialect = spark.SparkColumns()
        columns = [dialect.column(name) for name in (snapshots.ROW, *_columns(plan))]
        people = spark.read(running, snapshots.files(folder, manifest)).select(columns)
        rows = spark.judged(people, judging(plan.trial, plan.bank, plan.on, dialect))
        found = spark.sums(rows, counts(plan.trial, dialect))
        return tally(plan.trial, found), spark.names(rows, FITS, snapshots.ROW)


def _spark() -> ModuleType:
    """Import the Spark engine on use, since the extra need not be installed."""
    try:
        return import_module("prescreen.storage.cohort.spark_engine")
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in {"pyspark", "py4j"}:
            raise
        raise NoSparkError("Spark is not installed here; install it with: pip install 'prescreen[spark]'") from error
