"""Held answers are of the questions as they were asked, whatever the bank asks today."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from prescreen.catalog.assessment.fingerprints import evidence_fingerprint, trial_evidence
from prescreen.database import Database
from prescreen.eligibility.criteria.questions import Option, Question, QuestionBank
from prescreen.eligibility.criteria.text import Text
from prescreen.storage.base.keys import Keys
from prescreen.workflow.participants.data_subject_rights import held_data
from prescreen.workflow.participants.invitation_responses import answers_still_meant
from prescreen.workflow.participants.referral_evidence import questions_as_asked, without_changed_questions
from tests.people import FUTURE, PHONE, SHARE_A, TO_A
from tests.workflow.rematches import BANK, FITTING, TRIAL, told

# Today "none" of the medicines says something else, and there is one more to tick.
TODAY = replace(
    BANK["medicines"],
    ask=Text({"en": "Which other ones?"}),
    options=(*BANK["medicines"].options, Option("steroid", Text({"en": "steroid"}))),
)
CHANGED = QuestionBank({**BANK.questions, "medicines": TODAY})
WITHOUT = QuestionBank({name: one for name, one in BANK.questions.items() if name != "medicines"})


def referred(database: Database, keys: Keys) -> UUID:
    """Return somebody who was referred to the trial, by the questions of then, and agreed to later ones."""
    evidence = trial_evidence(TRIAL, BANK)
    known = {"evidence": evidence, "fingerprint": evidence_fingerprint(evidence)}
    wanted = replace(TO_A, trial_id=TRIAL.id, question_ids=TRIAL.questions(BANK), **known)
    agreed = (replace(SHARE_A, trial_id=TRIAL.id), FUTURE, PHONE)
    return told(database, keys, FITTING, referrals=(wanted,), consents=agreed)


def asked(database: Database, keys: Keys, lead_id: UUID, bank: QuestionBank) -> dict[str, Question]:
    with database.reading() as session:
        held = held_data(session, keys, lead_id)
        assert held is not None
        return dict(questions_as_asked(session, held, bank))


@pytest.mark.parametrize("bank", [BANK, CHANGED, WITHOUT], ids=["same", "changed", "gone"])
def test_an_answer_that_a_referral_uses_keeps_the_question_of_then(database: Database, keys: Keys, bank: QuestionBank):
    found = asked(database, keys, referred(database, keys), bank)

    assert found.keys() == FITTING.given.keys()
    assert found["medicines"].option_ids == BANK["medicines"].option_ids


@pytest.mark.parametrize(("bank", "is_known"), [(BANK, True), (CHANGED, False), (WITHOUT, False)])
def test_an_answer_that_no_referral_uses_has_a_question_only_where_that_means_the_same(
    database: Database, keys: Keys, bank: QuestionBank, is_known: bool
):
    found = asked(database, keys, told(database, keys, FITTING), bank)

    assert {"age", "low_back_pain"} <= found.keys()
    assert ("medicines" in found) is is_known


@pytest.mark.parametrize(("bank", "is_shown"), [(BANK, True), (CHANGED, False)])
def test_a_later_referral_hands_over_no_answer_to_a_question_that_changed(
    database: Database, keys: Keys, bank: QuestionBank, is_shown: bool
):
    lead_id = told(database, keys, FITTING)
    with database.writing() as session:
        meant = answers_still_meant(session, lead_id, bank)
    wanted = without_changed_questions(replace(TO_A, question_ids=TRIAL.questions(bank)), FITTING, meant)

    assert ("medicines" in wanted.question_ids) is is_shown
    assert {"age", "low_back_pain"} <= set(wanted.question_ids)


def test_a_question_that_cannot_have_the_answer_is_not_taken_from_a_later_referral(database: Database, keys: Keys):
    evidence = trial_evidence(TRIAL, CHANGED)
    known = {"evidence": evidence, "fingerprint": evidence_fingerprint(evidence)}
    wanted = replace(TO_A, trial_id=TRIAL.id, question_ids=TRIAL.questions(CHANGED), **known)
    gone = FITTING.having("medicines", replace(FITTING.given["medicines"], value=frozenset({"gone"})))
    agreed = (replace(SHARE_A, trial_id=TRIAL.id), FUTURE, PHONE)

    found = asked(database, keys, told(database, keys, gone, referrals=(wanted,), consents=agreed), CHANGED)

    assert found.keys() == {"age", "low_back_pain"}
