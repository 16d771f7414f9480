from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import inspect

from prescreen.database import Database
from prescreen.storage import feedback
from prescreen.storage.tables import CriterionNote
from prescreen.workflow.feedback import Note, NoteReason, NoteTooLongError, leave_note

NOTE = Note("T1", "adult", "a" * 64, NoteReason.UNCLEAR, "What is a disc?", date(2026, 11, 23))


def test_notes_come_back_trial_by_trial_in_the_order_in_which_they_came(database: Database) -> None:
    other = replace(NOTE, trial_id="T2", text="")
    later = replace(NOTE, criterion_id="mri", text="¿Qué es un disco?\nÑ", reason=NoteReason.OTHER)
    with database.writing() as session:
        for one in (other, NOTE, later):
            leave_note(session, one)

    with database.reading() as session:
        assert feedback.listed(session) == [NOTE, later, other]
        assert feedback.listed(session, "T2") == [other]
        assert feedback.listed(session, "T3") == []


def test_a_note_of_five_hundred_signs_is_kept_and_a_longer_one_is_not(database: Database) -> None:
    with database.writing() as session:
        leave_note(session, replace(NOTE, text="ñ" * 500))
    with pytest.raises(NoteTooLongError, match="501 signs"), database.writing() as session:
        leave_note(session, replace(NOTE, text="ñ" * 501))

    with database.reading() as session:
        assert [len(one.text) for one in feedback.listed(session)] == [500]


def test_nothing_in_a_note_says_who_or_at_what_moment() -> None:
    columns = {column.name: str(column.type) for column in inspect(CriterionNote).columns}

    assert set(columns) == {"id", "trial_id", "criterion_id", "fingerprint", "reason", "text", "noted_on"}
    assert columns["noted_on"] == "DATE"
    # Counted up, not made of the time.
    assert columns["id"] == "BIGINT"
