"""Spark on two worker processes agrees with polars and with the plain evaluator, row by row."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import nullcontext
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from pyspark.errors import ArithmeticException

from prescreen.database import Database
from prescreen.eligibility.cohort import judging
from prescreen.eligibility.criteria.questions import Growth, Question, QuestionType
from prescreen.eligibility.criteria.rules import NumberTest
from prescreen.storage.base.keys import Keys
from prescreen.storage.cohort import polars_engine, spark_engine
from prescreen.workflow.cohort.snapshots import Engine, SnapshotWanted, judge_snapshot, take_snapshot
from tests.databases import sqlite_copy
from tests.eligibility.samples import ON, answers, bank, number, requiring, text
from tests.people import NOW
from tests.storage.crowds import Crowd, crowds, truths
from tests.workflow.rematches import BANK, PLAN, person, told

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture(scope="module")
def cluster() -> Iterator[SparkSession]:
    """Start a cluster: a master and two worker processes, each with a core."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(
            os.environ,
            "PYSPARK_SUBMIT_ARGS",
            "--master local-cluster[2,1,1024] --conf spark.sql.shuffle.partitions=2 pyspark-shell",
        )
        with spark_engine.session() as running:
            yield running


def in_polars(crowd: Crowd) -> pl.DataFrame:
    return polars_engine.judged(crowd.frame(), judging(crowd.trial, crowd.bank, ON, polars_engine.PolarsColumns()))


def in_spark(cluster: SparkSession, crowd: Crowd, folder: Path) -> pl.DataFrame:
    frame = crowd.frame()
    halves = [folder / "0.parquet", folder / "1.parquet"]
    for half, file in enumerate(halves):
        frame[half::2].write_parquet(file)
    people = spark_engine.read(cluster, halves)
    rows = spark_engine.judged(people, judging(crowd.trial, crowd.bank, ON, spark_engine.SparkColumns())).collect()
    names = ["row", *(f"{place}!" for place in range(len(crowd.trial.ruled))), "!", "#"]
    return pl.DataFrame([[row[name] for name in names] for row in rows], schema=names, orient="row")


@settings(
    max_examples=2, derandomize=True, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(crowd=crowds(most_people=40, most_criteria=8))
def test_spark_finds_what_polars_finds(
    cluster: SparkSession, tmp_path_factory: pytest.TempPathFactory, crowd: Crowd
) -> None:
    found = in_spark(cluster, crowd, tmp_path_factory.mktemp("people"))

    here, there = in_polars(crowd), found
    assert truths(there, len(crowd.trial.ruled)) == truths(here, len(crowd.trial.ruled))
    for name in ("!", "#"):
        assert dict(zip(there["row"], there[name], strict=True)) == dict(zip(here["row"], here[name], strict=True))


def test_spark_rounds_nothing(cluster: SparkSession, tmp_path: Path) -> None:
    def measure(name: str, unit: str, other: str) -> Question:
        return Question(name, QuestionType.NUMBER, text("?"), unit=unit, units=(unit, other))

    index = Question("bmi", QuestionType.NUMBER, text("?"), computed="bmi")
    months = number("months", unit="mo", grows=Growth.MONTHLY)
    questions = bank(measure("height_cm", "cm", "[in_i]"), measure("weight_kg", "kg", "[lb_av]"), index, months)
    edge, step = Fraction(25), Fraction(1, 10**4)
    keys = ("equal", "min", "max", "above", "below")
    limits = [NumberTest("bmi", **{key: edge + away}) for key in keys for away in (-step, 0, step)]
    limits += [NumberTest("months", **{key: Fraction(7, 3) + away}) for key in keys for away in (-step, 0, step)]
    people = [
        answers(height_cm=height, weight_kg=Fraction(64) + away, months=months)
        for height in (Fraction(160), Fraction("160.000001"), Fraction("63") * Fraction("2.54"))
        for away in (0, Fraction(1, 10**6))
        for months in (Fraction(7, 3).limit_denominator(1), Fraction("2.333333"), Fraction("2.333334"))
    ]
    crowd = Crowd(questions, requiring(*limits), people)

    found: Any = truths(in_spark(cluster, crowd, tmp_path), len(limits))

    values = {"true": True, "false": False, "unknown": None}
    for row, judged in enumerate(crowd.plainly()):
        assert found[str(row)] == [values[one.permits.value] for one in judged.findings]


def test_an_overflow_stops_spark_and_never_reads_as_unknown(cluster: SparkSession) -> None:
    large = spark_engine.SparkColumns().whole(10**37)

    with pytest.raises(ArithmeticException):
        cluster.range(1).select(large * large).collect()


def test_spark_and_polars_find_the_same_in_a_snapshot(
    cluster: SparkSession, sqlite_template: Path, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(sqlite_copy(sqlite_template, tmp_path / "prescreen.sqlite3"))
    monkeypatch.setattr(spark_engine, "session", lambda: nullcontext(cluster))
    for age in (44, 17, 45, "46.5"):
        told(database, keys, person(age))
    take_snapshot(database, keys, SnapshotWanted(BANK, tmp_path / "snapshot", NOW))

    here = judge_snapshot(tmp_path / "snapshot", PLAN, Engine.POLARS)
    there = judge_snapshot(tmp_path / "snapshot", PLAN, Engine.SPARK)

    assert here == there
    assert (len(here.may_fit), here.tally.ineligible) == (3, 1)
    database.close()
