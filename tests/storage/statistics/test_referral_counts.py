"""Counting referrals in the database: each in the scope is counted once, and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import update

from prescreen.database import Database
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants.consents import withdraw_share
from prescreen.storage.referrals.referrals import State
from prescreen.storage.referrals.states import Stage
from prescreen.storage.statistics import referral_counts
from prescreen.storage.statistics.referral_counts import Scope, Standing
from prescreen.storage.tables import Referral
from prescreen.workflow.participants.submission import Receipt
from tests.people import ANSWERS, CONTACT, FUTURE, NOW, SHARE_A, TO_A, submitted

TRIAL = TO_A.trial_id
HERE = Scope(TRIAL)
TO_YORK = replace(TO_A, site_id="york", site_name="York")
IN_YORK = replace(SHARE_A, site_id="york")


def refer(database: Database, keys: Keys, number: int = 0, **changes: object) -> Receipt:
    """Refer one person to trial A, in Leeds if nothing else is said."""
    details: dict[str, object] = {"id": f"s{number}", "consents": (SHARE_A,), "referrals": (TO_A,), **changes}
    return submitted(database, keys, **details)


def change(database: Database, receipt: Receipt, site_id: str = "leeds", **values: object) -> None:
    with database.writing() as session:
        which = (Referral.lead_id == receipt.lead_id, Referral.site_id == site_id)
        session.execute(update(Referral).where(*which).values(**values))


def states(database: Database, scope: Scope = HERE) -> dict[Standing, int]:
    with database.reading() as session:
        return referral_counts.states(session, scope, NOW)


def answers(database: Database, question_id: str, scope: Scope = HERE) -> dict[object, int]:
    with database.reading() as session:
        found = referral_counts.people(session, scope, ["medicines", question_id])
    return {(*alike.answers[1], alike.stage): count for alike, count in found.items()}


def languages(database: Database, scope: Scope = HERE) -> dict[object, int]:
    with database.reading() as session:
        found = referral_counts.people(session, scope, [])
    return {(alike.language, alike.stage): count for alike, count in found.items()}


def test_referrals_are_counted_by_state_and_those_overdue_apart(database: Database, keys: Keys) -> None:
    late, early, contacted = (refer(database, keys, number) for number in range(3))
    change(database, late, due_at=NOW - timedelta(seconds=1))
    change(database, early, due_at=NOW + timedelta(days=1))
    change(database, contacted, due_at=NOW - timedelta(days=1), state="contacted", contacted_at=NOW)

    assert states(database) == {
        Standing(State.NEW, is_overdue=True, is_contacted=False): 1,
        Standing(State.NEW, is_overdue=False, is_contacted=False): 1,
        Standing(State.CONTACTED, is_overdue=False, is_contacted=True): 1,
    }


def test_contacts_are_counted_by_the_time_that_was_promised(database: Database, keys: Keys) -> None:
    """One on the very moment, one a second later, one without a promise, and one that waits."""
    for number, promised in enumerate((NOW, NOW - timedelta(seconds=1), None)):
        change(database, refer(database, keys, number), due_at=promised, contacted_at=NOW)
    change(database, refer(database, keys, 9), due_at=NOW)

    with database.reading() as session:
        assert referral_counts.by_promise(session, HERE) == {True: 1, False: 1, None: 1}


@pytest.mark.parametrize(
    ("scope", "count"),
    [
        (HERE, 2),
        (Scope("NCT00000002"), 0),
        (Scope(TRIAL, frozenset({"leeds"})), 1),
        (Scope(TRIAL, frozenset({"york"})), 1),
        (Scope(TRIAL, frozenset()), 0),
        (Scope(TRIAL, since=NOW), 2),
        (Scope(TRIAL, since=NOW + timedelta(seconds=1)), 0),
    ],
)
def test_only_what_is_in_the_scope_counts(database: Database, keys: Keys, scope: Scope, count: int) -> None:
    refer(database, keys, consents=(SHARE_A, IN_YORK), referrals=(TO_A, TO_YORK))

    assert sum(states(database, scope).values()) == count


def test_test_leads_count_only_where_they_are_wanted(database: Database, keys: Keys) -> None:
    refer(database, keys, is_test=True)

    assert states(database) == {}
    assert languages(database) == {}
    assert sum(states(database, replace(HERE, with_tests=True)).values()) == 1


def test_first_contacts_are_counted_by_whole_hours(database: Database, keys: Keys) -> None:
    waited = (timedelta(minutes=59), timedelta(minutes=61), timedelta(hours=1, minutes=59), timedelta(days=40), None)
    for number, wait in enumerate(waited):
        change(database, refer(database, keys, number), contacted_at=None if wait is None else NOW + wait)

    with database.reading() as session:
        assert referral_counts.hours_to_contact(session, HERE) == {0: 1, 1: 2, 960: 1, None: 1}


@pytest.mark.parametrize(
    ("values", "stage"),
    [
        ({"state": "new"}, Stage.NOT_CONTACTED),
        ({"state": "unreachable"}, Stage.NOT_CONTACTED),
        ({"state": "screening"}, Stage.CONTACTED),
        ({"state": "declined", "contacted_at": NOW}, Stage.CONTACTED),
        ({"state": "enrolled", "contacted_at": NOW}, Stage.ENROLLED),
    ],
)
def test_people_are_counted_by_how_far_they_came(
    database: Database, keys: Keys, values: dict[str, object], stage: int
) -> None:
    change(database, refer(database, keys), **values)

    assert languages(database) == {("en", stage): 1}


def test_who_was_sent_to_two_sites_is_one_person_who_came_as_far_as_at_the_better(
    database: Database, keys: Keys
) -> None:
    both = refer(database, keys, consents=(SHARE_A, IN_YORK), referrals=(TO_A, TO_YORK))
    change(database, both, "york", state="contacted")

    assert languages(database) == {("en", Stage.CONTACTED): 1}


def test_only_who_still_agrees_to_be_handed_to_the_site_is_compared(database: Database, keys: Keys) -> None:
    took_back, withdrew, _stays = (refer(database, keys, number) for number in range(3))
    change(database, withdrew, state="withdrawn", withdrawn_at=NOW)
    with database.writing() as session:
        withdraw_share(session, took_back.lead_id, TRIAL, "leeds", NOW)

    assert languages(database) == {("en", Stage.NOT_CONTACTED): 1}
    assert sum(states(database).values()) == 3


def test_answers_count_as_they_are_kept_and_one_that_was_declined_or_not_given_is_told_apart(
    database: Database, keys: Keys
) -> None:
    today = date(2026, 11, 23)
    for number, value in enumerate((Fraction(44), Fraction(44), Fraction(89, 2), Declined.RATHER_NOT_SAY)):
        refer(database, keys, number, answers=ANSWERS.having("age", Answer(value, today)))
    refer(database, keys, 9, answers=Answers({}))

    assert answers(database, "age") == {
        ("number", "44", Stage.NOT_CONTACTED): 2,
        ("number", "89/2", Stage.NOT_CONTACTED): 1,
        ("declined", "rather_not_say", Stage.NOT_CONTACTED): 1,
        (None, None, Stage.NOT_CONTACTED): 1,
    }


def test_an_answer_that_the_trial_does_not_use_is_as_good_as_none(database: Database, keys: Keys) -> None:
    refer(database, keys, consents=(SHARE_A, FUTURE))

    assert answers(database, "age") == {("number", "44", Stage.NOT_CONTACTED): 1}
    assert answers(database, "pregnancy") == {(None, None, Stage.NOT_CONTACTED): 1}


def test_a_question_whose_name_is_part_of_another_is_not_taken_for_it(database: Database, keys: Keys) -> None:
    refer(database, keys, referrals=(replace(TO_A, question_ids=("age_of_onset",)),), answers=ANSWERS)

    assert answers(database, "age") == {(None, None, Stage.NOT_CONTACTED): 1}


def test_people_are_counted_by_their_language(database: Database, keys: Keys) -> None:
    refer(database, keys, 1)
    refer(database, keys, 2, contact=replace(CONTACT, language="es"))

    assert languages(database) == {("en", Stage.NOT_CONTACTED): 1, ("es", Stage.NOT_CONTACTED): 1}
