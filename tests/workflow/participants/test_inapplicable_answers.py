"""Answers that were stored though they did not apply are erased by the upgrade, from every place that holds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from sqlalchemy import select

from prescreen import database as schema
from prescreen.catalog.assessment.fingerprints import evidence_fingerprint, trial_evidence
from prescreen.database import Database
from prescreen.eligibility.assessment.answers import Answer, Answers
from prescreen.eligibility.criteria.rules import BooleanTest, NumberTest, OptionTest
from prescreen.storage.base.keys import Keys
from prescreen.storage.cohort import packed_answers
from prescreen.storage.participants import stored_answers
from prescreen.storage.tables import PackedAnswers
from tests.eligibility.samples import bank, boolean, choice, include, number, trial
from tests.people import FUTURE, NOW, PHONE, SHARE_A, TO_A, submitted
from tests.workflow.rematches import BANK as OTHERS

BEFORE = "0008_mentions"
FEMALE = OptionTest("sex", frozenset({"female"}))
QUESTIONS = bank(
    choice("sex", "female", "male"),
    boolean("pregnancy", ask_if=FEMALE),
    number("weeks", 0, 42, ask_if=BooleanTest("pregnancy", True)),
)
TRIAL = trial(include("late", NumberTest("weeks", min=Fraction(20))), trial_id="NCT00000001")
EVIDENCE = trial_evidence(TRIAL, QUESTIONS)
TO_TRIAL = {
    "evidence": EVIDENCE,
    "fingerprint": evidence_fingerprint(EVIDENCE),
    "question_ids": TRIAL.questions(QUESTIONS),
}


@pytest.fixture
def earlier(empty_database_url: str) -> Iterator[Database]:
    """Open a database as it was before."""
    opened = Database(empty_database_url)
    schema.upgrade(opened.engine, BEFORE)
    yield opened
    opened.close()


def told(database: Database, keys: Keys, number: int = 1, **given: object) -> UUID:
    answers = Answers({name: Answer(value, NOW.date()) for name, value in given.items()})
    consents, wanted = (SHARE_A, FUTURE, PHONE), (replace(TO_A, **TO_TRIAL),)
    known = bank(*QUESTIONS, *OTHERS)
    more = {"consents": consents, "referrals": wanted, "answers": answers, "bank": known}
    return submitted(database, keys, id=f"s{number}", **more).lead_id


def held(database: Database, lead_id: UUID) -> tuple[set[str], frozenset[int]]:
    with database.reading() as session:
        content = session.scalar(select(PackedAnswers.content).where(PackedAnswers.lead_id == lead_id)) or b""
        return set(stored_answers.of_lead(session, lead_id)), packed_answers.keys_in(content)


def keys_of(*names: str) -> frozenset[int]:
    known = bank(*QUESTIONS, *OTHERS)
    return frozenset(key for name in names for key in packed_answers.keys_of(known[name]))


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"sex": "male", "pregnancy": True, "weeks": 30}, {"sex"}),
        ({"sex": "female", "pregnancy": False, "weeks": 30}, {"sex", "pregnancy"}),
        ({"sex": "female", "pregnancy": True, "weeks": 30}, {"sex", "pregnancy", "weeks"}),
        ({"sex": "male", "pregnancy": True, "low_back_pain": True}, {"sex", "low_back_pain"}),
    ],
)
def test_the_upgrade_leaves_what_applied_in_both_places(
    earlier: Database, keys: Keys, given: dict[str, object], left: set[str]
) -> None:
    typed = {name: Fraction(value) if name == "weeks" else value for name, value in given.items()}
    lead_id = told(earlier, keys, **typed)

    schema.upgrade(earlier.engine)

    assert held(earlier, lead_id) == (left, keys_of(*left))


def test_everyone_is_looked_at_and_a_second_time_nothing_changes(earlier: Database, keys: Keys) -> None:
    leads = [told(earlier, keys, place, sex="male", pregnancy=True) for place in range(3)]

    schema.upgrade(earlier.engine)
    schema.downgrade(earlier.engine, BEFORE)
    schema.upgrade(earlier.engine)

    assert [held(earlier, lead_id)[0] for lead_id in leads] == [{"sex"}] * 3


def test_criteria_that_cannot_be_read_any_more_erase_nothing(earlier: Database, keys: Keys) -> None:
    answers = {"sex": Answer("male", NOW.date() - timedelta(days=1)), "pregnancy": Answer(True, NOW.date())}
    lead_id = submitted(earlier, keys, answers=Answers(answers), consents=(SHARE_A, FUTURE), referrals=(TO_A,)).lead_id

    schema.upgrade(earlier.engine)

    assert held(earlier, lead_id)[0] == {"sex", "pregnancy"}
