import json
from dataclasses import replace
from datetime import date

import pytest

from prescreen.catalog.assessment.fingerprints import evidence_fingerprint
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.cli import feedback
from prescreen.config import SHIPPED_CRITERIA
from prescreen.database import Database
from prescreen.workflow.feedback import Note, NoteReason, leave_note
from tests.cli.conftest import Run

TRIAL, OTHER_TRIAL = "NCT03386149", "NCT06053242"


@pytest.fixture(scope="module")
def shipped() -> Catalog:
    return load_to_judge(SHIPPED_CRITERIA, date(2026, 11, 23))


@pytest.fixture(autouse=True)
def noted(shipped: Catalog, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave a note about a trial as it is, and one about another as it was."""
    monkeypatch.setattr(feedback, "todays_catalog", lambda: shipped)
    now = evidence_fingerprint(shipped.evidence(shipped.trials[TRIAL]))
    note = Note(TRIAL, "adult", now, NoteReason.UNCLEAR, "What\nis \x1b[31mthis?", date(2026, 11, 23))
    with database.writing() as session:
        leave_note(session, note)
        leave_note(session, replace(note, trial_id=OTHER_TRIAL, reason=NoteReason.OTHER, text=""))


def test_notes_are_listed_one_a_line(run: Run) -> None:
    shown = run("notes")

    assert (shown.exit_code, shown.stdout.splitlines()) == (
        0,
        [
            f"2026-11-23 {TRIAL} adult: unclear: What\\nis \\x1b[31mthis?",
            f"2026-11-23 {OTHER_TRIAL} adult: other, old: ",
        ],
    )


def test_notes_of_one_trial_come_as_json_too(run: Run) -> None:
    [only] = json.loads(run("notes", TRIAL, "--json").stdout)

    assert only["text"] == "What\nis \x1b[31mthis?"
    assert (only["criterion_id"], only["reason"], only["noted_on"], only["old"]) == (
        "adult",
        "unclear",
        "2026-11-23",
        False,
    )


@pytest.mark.parametrize(("trial", "said"), [("NCT03386148", f"did you mean '{TRIAL}'"), ("NCT00000410", "")])
def test_a_trial_that_is_unknown_is_said_and_one_without_notes_is_empty(run: Run, trial: str, said: str) -> None:
    shown = run("notes", trial)

    assert (shown.exit_code, shown.stdout) == (1 if said else 0, "")
    assert said in shown.stderr
