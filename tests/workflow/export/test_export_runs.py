import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from prescreen.database import Database
from prescreen.storage.audit import events
from prescreen.storage.audit.events import Actor, ActorKind
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.export import export_runs as exports
from prescreen.storage.export.export_runs import RunState, StoredRun
from prescreen.storage.referrals.referrals import State
from prescreen.workflow.accounts.recruiters import Assignment
from prescreen.workflow.export import export_runs
from prescreen.workflow.export.export_runs import (
    LOST_AFTER,
    Chunk,
    Recorder,
    begin,
    can_go_on,
    own_run,
    own_runs,
    rest_of,
)
from prescreen.workflow.export.referral_rows import Format, Wanted
from tests.people import LATER, NOW, recruiter

TRIAL = "NCT00000001"
WANTED = Wanted(
    TRIAL, Format.CSV, ("reference", "referral_id"), False, "for a test", frozenset({"leeds"}), frozenset({State.NEW})
)
IDS = [new_id(NOW + timedelta(seconds=number)) for number in range(4)]
CHUNKS = [Chunk(b"header"), *(Chunk(b"x" * 10, 1, one) for one in IDS)]
OPERATOR = Actor(ActorKind.OPERATOR)


def recorded(database: Database, actor: Actor = OPERATOR, wanted: Wanted = WANTED, on_the_way: int = 0) -> Recorder:
    return Recorder(database, begin(database, wanted, actor, NOW), lambda: LATER, on_the_way=on_the_way)


def run_of(database: Database, recorder: Recorder) -> StoredRun:
    with database.reading() as session:
        found = exports.find(session, recorder._run.id)
    assert found is not None
    return found


def trail(database: Database) -> list[events.Event]:
    with database.reading() as session:
        return events.about(session, events.Subject("trial", TRIAL))


def failing(after: int) -> Iterator[Chunk]:
    yield from CHUNKS[:after]
    raise ConnectionError("the database went away")


def test_a_run_is_on_record_from_its_start_with_its_reason(database: Database) -> None:
    recorder = recorded(database)

    run, (begun,) = run_of(database, recorder), trail(database)
    assert (run.state, run.reason, run.rows, run.columns) == (RunState.RUNNING, "for a test", 0, WANTED.columns)
    assert begun.action == "export_started"
    assert begun.details == {
        "run": str(run.id),
        "format": "csv",
        "with_identity": False,
        "reason": "for a test",
        "sites": ["leeds"],
        "states": ["new"],
        "after": None,
    }


def test_a_whole_run_is_on_record_with_its_rows_and_the_digest_of_its_bytes(database: Database) -> None:
    recorder = recorded(database)

    data = b"".join(recorder.passed(CHUNKS))

    run, ended = run_of(database, recorder), trail(database)[-1]
    digest = hashlib.sha256(data).hexdigest()
    assert (run.state, run.rows, run.digest, run.cursor, run.ended_at) == ("finished", 4, digest, IDS[-1], LATER)
    assert (ended.action, ended.at) == ("export_ended", LATER)
    assert (ended.details["rows"], ended.details["sha256"], ended.details["state"]) == (4, digest, "finished")


def test_a_failed_run_is_aborted_and_what_failed_goes_on(database: Database) -> None:
    recorder = recorded(database)

    with pytest.raises(ConnectionError):
        list(recorder.passed(failing(3)))

    run, ended = run_of(database, recorder), trail(database)[-1]
    assert (run.state, run.rows, run.digest, run.cursor) == (RunState.ABORTED, 2, None, IDS[1])
    assert (ended.details["rows"], ended.details["sha256"], ended.details["state"]) == (2, None, "aborted")


def test_a_failed_run_has_the_last_word(database: Database) -> None:
    stream = recorded(database).passed(failing(1), last_words=b"NOT WHOLE")

    assert [next(stream), next(stream)] == [b"header", b"NOT WHOLE"]
    with pytest.raises(ConnectionError):
        next(stream)


def test_a_run_whose_reader_leaves_is_aborted_and_the_piece_that_was_not_taken_does_not_count(
    database: Database,
) -> None:
    recorder = recorded(database)
    stream = recorder.passed(CHUNKS)

    for _ in range(3):
        next(stream)
    stream.close()

    run = run_of(database, recorder)
    assert (run.state, run.rows, run.cursor, run.digest) == (RunState.ABORTED, 1, IDS[0], None)


def test_what_may_be_lost_on_the_way_counts_as_not_sent(database: Database) -> None:
    recorder = recorded(database, on_the_way=15)

    with pytest.raises(ConnectionError):
        list(recorder.passed(failing(5)))

    run = run_of(database, recorder)
    assert (run.rows, run.cursor) == (4, IDS[1])


def test_how_far_a_run_is_is_noted_on_the_way(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_runs, "NOTE_EVERY_ROWS", 2)
    recorder, told = recorded(database), list[int]()
    stream = recorder.passed(CHUNKS, told.append)

    for _ in range(4):
        next(stream)

    run = run_of(database, recorder)
    assert (run.state, run.rows, run.cursor, run.noted_at) == (RunState.RUNNING, 2, IDS[1], LATER)
    assert told == [0, 1, 2]
    stream.close()


def test_the_rest_is_the_same_export_after_what_surely_left(database: Database) -> None:
    recorder = recorded(database)
    with pytest.raises(ConnectionError):
        list(recorder.passed(failing(3)))

    assert rest_of(run_of(database, recorder)) == replace(WANTED, sites=None, after=IDS[1])


def test_the_rest_of_a_rest_that_sent_nothing_begins_where_that_began(database: Database) -> None:
    recorder = recorded(database, wanted=replace(WANTED, after=IDS[2]))
    with pytest.raises(ConnectionError):
        list(recorder.passed(failing(1)))

    assert rest_of(run_of(database, recorder)).after == IDS[2]


@pytest.mark.parametrize(
    ("form", "goes_on"),
    [
        (Format.CSV, True),
        (Format.CSV_EXCEL, True),
        (Format.NDJSON, True),
        (Format.XLSX, False),
        (Format.REDCAP, False),
    ],
)
def test_only_what_can_be_added_to_goes_on(database: Database, form: Format, goes_on: bool) -> None:
    recorder = recorded(database, wanted=replace(WANTED, format=form))
    stream = recorder.passed(CHUNKS)
    next(stream)

    assert not can_go_on(run_of(database, recorder), NOW)
    stream.close()
    assert can_go_on(run_of(database, recorder), LATER) is goes_on


def test_a_run_that_went_down_with_its_worker_counts_as_stopped(database: Database) -> None:
    run = run_of(database, recorded(database))

    assert not can_go_on(run, NOW + LOST_AFTER)
    assert can_go_on(run, NOW + LOST_AFTER + timedelta(seconds=1))


def test_a_whole_run_has_no_rest(database: Database) -> None:
    recorder = recorded(database)
    list(recorder.passed(CHUNKS))

    assert not can_go_on(run_of(database, recorder), LATER + timedelta(days=1))


def test_everybody_sees_their_own_runs_only(database: Database) -> None:
    one, other = recruiter(database, Assignment(TRIAL)), recruiter(database, Assignment(TRIAL), email="b@example.org")
    first = recorded(database, Actor(ActorKind.RECRUITER, str(one.id)))
    recorded(database)

    with database.reading() as session:
        assert [run.id for run in own_runs(session, one)] == [first._run.id]
        assert own_runs(session, other) == []
        assert own_run(session, other, first._run.id) is None
        assert own_run(session, one, UUID(int=1)) is None
