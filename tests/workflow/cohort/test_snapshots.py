"""Snapshots: answers without identity, complete or not written, and never assessed with another question bank."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from prescreen.database import Database
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.text import Text
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.cohort import packed_answers, snapshots
from prescreen.storage.cohort.snapshots import SnapshotError
from prescreen.storage.participants import leads
from prescreen.workflow.cohort import snapshots as snapshotting
from prescreen.workflow.cohort.rematch import rematch
from prescreen.workflow.cohort.snapshots import Engine, SnapshotWanted, judge_snapshot, take_snapshot
from tests.eligibility.samples import bank, number
from tests.people import CONTACT, NOW
from tests.workflow.rematches import BANK, PLAN, TRIAL, person, told


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "snapshot"


def taken(database: Database, keys: Keys, folder: Path, bank: QuestionBank = BANK) -> snapshots.Manifest:
    return take_snapshot(database, keys, SnapshotWanted(bank, folder, NOW))


def people_in(folder: Path) -> pl.DataFrame:
    return pl.concat(pl.read_parquet(file) for file in sorted(folder.glob("*.parquet")))


def test_a_snapshot_judges_as_the_database_does(
    database: Database, keys: Keys, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshotting, "LEADS_AT_ONCE", 2)
    ids = [told(database, keys, person(age)) for age in (44, 17, "44.5", None, 45)]

    manifest = taken(database, keys, folder)

    found = judge_snapshot(folder, PLAN, Engine.POLARS)
    assert (manifest.rows, len(manifest.parts)) == (5, 3)
    assert found.tally == rematch(database, PLAN).tally
    assert found.may_fit == tuple(sorted(keys.row_id(ids[place]) for place in (0, 2, 4)))


def test_a_snapshot_holds_answers_and_the_day_of_each_but_no_identity(
    database: Database, keys: Keys, folder: Path
) -> None:
    lead_id = told(database, keys, person(44))

    taken(database, keys, folder)

    with database.reading() as session:
        reference = leads.find(session, lead_id).reference
    content = b"".join(path.read_bytes() for path in folder.iterdir())
    columns = "".join(str(people_in(folder).to_dicts()))
    for secret in (CONTACT.name, CONTACT.email, CONTACT.phone, CONTACT.postal_code, reference, str(lead_id)):
        assert secret.encode() not in content
        assert secret not in columns
    assert lead_id.bytes not in content
    assert lead_id.hex not in columns
    assert people_in(folder).to_dicts() == [
        {
            "row": keys.row_id(lead_id),
            "age": 44 * 10**6,
            "age@": NOW.date(),
            "low_back_pain": True,
            "low_back_pain@": NOW.date(),
            "medicines": 4,
            "medicines@": NOW.date(),
        }
    ]


def test_a_row_is_the_same_in_every_snapshot_and_unknown_without_the_key(keys: Keys, database: Database) -> None:
    lead_id = told(database, keys, person(44))
    other = Keys.derived("another secret for tests, and for nothing else", keys.ring)

    assert keys.row_id(lead_id) == keys.row_id(lead_id) != other.row_id(lead_id)


def test_the_order_of_rows_does_not_tell_who_came_first(database: Database, keys: Keys, folder: Path) -> None:
    for _ in range(8):
        told(database, keys, person(44))

    taken(database, keys, folder)

    rows = people_in(folder)["row"].to_list()
    assert rows == sorted(rows)


def test_a_number_that_no_column_holds_is_left_out_and_counted(database: Database, keys: Keys, folder: Path) -> None:
    told(database, keys, person(44))
    told(database, keys, person("44.0000000000000001"))

    manifest = taken(database, keys, folder)

    assert (manifest.rows, manifest.left_out) == (1, 1)
    assert judge_snapshot(folder, PLAN, Engine.POLARS).left_out == 1


def test_a_snapshot_of_nobody_judges_nobody(database: Database, keys: Keys, folder: Path) -> None:
    taken(database, keys, folder)

    assert judge_snapshot(folder, PLAN, Engine.POLARS).tally.judged == 0


def test_a_snapshot_is_on_record(database: Database, keys: Keys, folder: Path) -> None:
    told(database, keys, person(44))

    taken(database, keys, folder)

    with database.reading() as session:
        (event,) = events.about(session, events.Subject("snapshot", folder.name))
    assert (event.actor.kind, event.action, event.details) == ("operator", "snapshot_taken", {"rows": 1, "left_out": 0})


@pytest.mark.parametrize(
    "changed",
    [
        replace(BANK["age"], ask=Text({"en": "How old will you be?"})),
        replace(BANK["age"], unit="mo"),
        replace(BANK["age"], ask_if=None, grows=None),
    ],
    ids=["wording", "unit", "growth"],
)
def test_a_snapshot_of_another_bank_is_refused(database: Database, keys: Keys, folder: Path, changed: object) -> None:
    taken(database, keys, folder, QuestionBank({**BANK.questions, "age": changed}))

    with pytest.raises(SnapshotError, match=f"another question bank: question 'age' of {TRIAL.id}"):
        judge_snapshot(folder, PLAN, Engine.POLARS)


def test_a_question_that_the_trial_does_not_reach_may_differ(database: Database, keys: Keys, folder: Path) -> None:
    told(database, keys, person(44))
    taken(database, keys, folder, QuestionBank({**BANK.questions, **bank(number("other")).questions}))

    assert judge_snapshot(folder, PLAN, Engine.POLARS).tally.judged == 1


def test_a_snapshot_of_a_later_day_is_refused(database: Database, keys: Keys, folder: Path) -> None:
    taken(database, keys, folder)

    with pytest.raises(SnapshotError, match="after the day of this rematch"):
        judge_snapshot(folder, replace(PLAN, on=PLAN.on - timedelta(1)), Engine.POLARS)


def test_a_snapshot_that_fails_half_way_leaves_nothing(
    database: Database, keys: Keys, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        told(database, keys, person(44))
    monkeypatch.setattr(snapshotting, "LEADS_AT_ONCE", 2)
    real, calls = packed_answers.after, iter([True, False])

    def failing(*arguments: object) -> packed_answers.Batch:
        if next(calls):
            return real(*arguments)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(packed_answers, "after", failing)
    with pytest.raises(SnapshotError, match="No space left on device"):
        taken(database, keys, folder)
    assert list(folder.parent.glob("*snapshot*")) == []


def damaged(folder: Path) -> Iterator[None]:
    (folder / "part-00000.parquet").unlink()
    yield
    (folder / "part-00000.parquet").write_bytes(b"PAR1")
    yield
    (folder / snapshots.MANIFEST).write_text('{"format": 1}')
    yield
    (folder / snapshots.MANIFEST).write_text('{"format": 99}')
    yield
    (folder / snapshots.MANIFEST).unlink()
    yield


def test_what_is_no_whole_snapshot_is_refused_in_one_line(database: Database, keys: Keys, folder: Path) -> None:
    taken(database, keys, folder)

    for _ in damaged(folder):
        with pytest.raises(SnapshotError) as refused:
            judge_snapshot(folder, PLAN, Engine.POLARS)
        assert str(folder) in str(refused.value)
        assert "\n" not in str(refused.value)


def test_a_folder_that_holds_something_is_not_overwritten(database: Database, keys: Keys, folder: Path) -> None:
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")

    with pytest.raises(SnapshotError, match="is there already"):
        taken(database, keys, folder)
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


def test_numbers_in_a_snapshot_are_whole_steps(database: Database, keys: Keys, folder: Path) -> None:
    told(database, keys, person("44.25"))

    taken(database, keys, folder)

    assert people_in(folder)["age"].to_list() == [44_250_000]
