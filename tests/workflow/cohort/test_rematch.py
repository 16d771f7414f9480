"""One trial against everyone who allowed it, on both databases."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from uuid import UUID

import pytest

from prescreen.database import Database
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import assess
from prescreen.eligibility.assessment.outlook import fits_from
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import ChoicesTest, NumberTest
from prescreen.eligibility.criteria.trials import Cohort
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.cohort import packed_answers
from prescreen.storage.mail import outbox
from prescreen.storage.participants import trial_invitations
from prescreen.storage.referrals import referrals
from prescreen.workflow.cohort import rematch as rematching
from prescreen.workflow.cohort.cohort_counts import nobody, tally_of
from prescreen.workflow.cohort.rematch import invite, rematch
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.participants.submission import Purpose
from tests.databases import sqlite_copy
from tests.eligibility.samples import exclude, grouped, include, text
from tests.people import FUTURE, LATER, NOW, PHONE, SHARE_A, TO_A
from tests.workflow.letters import confirm, desk
from tests.workflow.rematches import BANK, DESK, FITTING, INVITING, PLAN, TODAY, TRIAL, invite_now, person, told

OPIOID = frozenset({"opioid"})


def invited(database: Database, lead_ids: Iterable[UUID]) -> list[bool]:
    with database.reading() as session:
        return [bool(trial_invitations.of_lead(session, lead_id)) for lead_id in lead_ids]


def test_a_dry_run_counts_and_invites_nobody(database: Database, keys: Keys) -> None:
    leads = [told(database, keys, one) for one in (FITTING, person(17), person(17, False), person(44, None))]

    outcome = rematch(database, PLAN)

    adult, pain, opioid = outcome.tally.criteria
    found = outcome.tally
    assert (found.judged, found.potentially_eligible, found.ineligible, found.undetermined) == (4, 1, 2, 1)
    assert (adult.permits, adult.does_not_permit, adult.unknown, adult.sole_blocker) == (2, 2, 0, 1)
    assert (pain.permits, pain.does_not_permit, pain.unknown, pain.sole_blocker) == (2, 1, 1, 0)
    assert (opioid.permits, opioid.does_not_permit, opioid.unknown, opioid.sole_blocker) == (4, 0, 0, 0)
    assert (outcome.invited, invited(database, leads)) == (None, [False] * 4)


def test_only_whom_the_trial_may_fit_is_invited_and_only_once(database: Database, keys: Keys) -> None:
    leads = [told(database, keys, one) for one in (FITTING, person(17), person(44, None), person(44, True, "opioid"))]

    first, second = invite_now(database), invite_now(database)

    assert (first.invited, second.invited) == (1, 0)
    assert invited(database, leads) == [True, False, False, False]


def test_of_a_trial_with_groups_whoever_may_fit_one_of_them_is_invited(database: Database, keys: Keys) -> None:
    young = Cohort("young", text("Young"), (include("under-30", NumberTest("age", below=Fraction(30))),))
    free = Cohort("free", text("Free of opioids"), (exclude("opioid", ChoicesTest("medicines", any_of=OPIOID)),))
    of_groups = replace(PLAN, trial=grouped(*TRIAL.criteria[:2], cohorts=(young, free), trial_id=TRIAL.id))
    people = (person(20, True, "opioid"), person(44), person(44, True, "opioid"), person(17, True), person(None, True))
    leads = [told(database, keys, one) for one in people]

    outcome = invite(database, of_groups, INVITING, DESK)

    assert invited(database, leads) == [True, True, False, False, False]
    *_, standing = outcome.tally.criteria
    assert (standing.permits, standing.does_not_permit, standing.unknown, standing.sole_blocker) == (4, 1, 0, 1)


def test_a_batch_of_invitations_is_one_audit_event(database: Database, keys: Keys) -> None:
    for _ in range(3):
        told(database, keys, FITTING)

    invite_now(database)

    with database.reading() as session:
        (event,) = events.about(session, events.Subject("trial", TRIAL.id))
    assert (event.actor.kind, event.action) == ("operator", "invitations_made")
    assert event.details == {"count": 3, "fingerprint": INVITING.fingerprint}


def test_who_did_not_allow_it_or_is_a_test_is_not_matched(database: Database, keys: Keys) -> None:
    told(database, keys, FITTING, consents=(PHONE,))
    told(database, keys, FITTING, is_test=True)

    assert rematch(database, PLAN).tally == nobody(TRIAL)


@pytest.mark.parametrize("way", ["future", "everything", "deleted"])
def test_who_withdrew_or_was_deleted_is_not_matched_and_their_invitation_goes(
    database: Database, keys: Keys, way: str
) -> None:
    before, after = told(database, keys, FITTING), told(database, keys, FITTING)
    leave(database, before, way)
    invite_now(database)
    leave(database, after, way)

    assert invited(database, [before, after]) == [False, False]
    assert rematch(database, PLAN).tally.judged == 0


def leave(database: Database, lead_id: UUID, way: str) -> None:
    with database.writing() as session:
        if way == "future":
            data_subject_rights.withdraw_consent(session, lead_id, Purpose.FUTURE, LATER)
        elif way == "everything":
            data_subject_rights.withdraw(session, lead_id, None, LATER)
        else:
            data_subject_rights.delete(session, lead_id, LATER)


def test_who_withdrew_between_judging_and_inviting_is_not_invited(database: Database, keys: Keys) -> None:
    lead_id = told(database, keys, FITTING)
    with database.reading() as session:
        batch = packed_answers.after(session, 0, 10)
    leave(database, lead_id, "future")

    with database.writing() as session:
        assert trial_invitations.add(session, INVITING, batch.places, NOW) == []


@pytest.mark.parametrize("withdrawn", [False, True])
def test_who_was_referred_to_the_trial_before_is_not_invited(
    database: Database, keys: Keys, *, withdrawn: bool
) -> None:
    here = replace(SHARE_A, trial_id=TRIAL.id), replace(TO_A, trial_id=TRIAL.id)
    lead_id = told(database, keys, FITTING, consents=(FUTURE, here[0]), referrals=(here[1],))
    if withdrawn:
        with database.writing() as session:
            (referral,) = referrals.of_lead(session, lead_id)
            data_subject_rights.withdraw(session, lead_id, referral.id, LATER)

    outcome = invite_now(database)

    assert (outcome.tally.potentially_eligible, outcome.invited) == (1, 0)


def test_a_number_grows_between_answering_and_rematching(database: Database, keys: Keys) -> None:
    told(database, keys, person(17))

    assert rematch(database, replace(PLAN, on=TODAY + timedelta(364))).tally.ineligible == 1
    assert rematch(database, replace(PLAN, on=TODAY + timedelta(365))).tally.potentially_eligible == 1


def test_who_is_ruled_out_for_now_is_invited_from_the_day_that_their_outlook_names(
    database: Database, keys: Keys
) -> None:
    young = person(17)
    told(database, keys, young)
    day = fits_from(TRIAL, Facts(BANK, young, TODAY))
    assert day is not None

    def invited(on: date) -> int | None:
        return invite(database, replace(PLAN, on=on), INVITING, DESK).invited

    assert [invited(on) for on in (TODAY, day - timedelta(days=1), day, day + timedelta(days=1))] == [0, 0, 1, 0]


def test_what_no_column_holds_is_judged_by_the_plain_evaluator(database: Database, keys: Keys) -> None:
    fine = person("17.999999999999999999"), person("18.000000000000000001")
    leads = [told(database, keys, one) for one in (*fine, FITTING)]

    outcome = invite_now(database)

    assert (outcome.tally.ineligible, outcome.tally.potentially_eligible) == (1, 2)
    assert invited(database, leads) == [False, True, True]
    expected = (tally_of(assess(TRIAL, Facts(BANK, one, TODAY))) for one in (*fine, FITTING))
    assert outcome.tally == sum(expected, nobody(TRIAL))


def test_an_answer_of_a_later_day_leaves_its_lead_unjudged_and_counted(database: Database, keys: Keys) -> None:
    told(database, keys, FITTING)

    outcome = rematch(database, replace(PLAN, on=TODAY - timedelta(1)))

    assert (outcome.tally.judged, outcome.not_judged) == (0, 1)


def test_an_answer_whose_question_changed_since_counts_as_unknown(database: Database, keys: Keys) -> None:
    told(database, keys, FITTING)
    told(database, keys, person("44.0000000000000001"))
    changed = QuestionBank({**BANK.questions, "age": replace(BANK["age"], unit="mo")})

    outcome = rematch(database, replace(PLAN, bank=changed))

    assert (outcome.tally.undetermined, outcome.tally.criteria[0].unknown) == (2, 2)


def test_batches_add_up(database: Database, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rematching, "LEADS_AT_ONCE", 2)
    leads = [told(database, keys, person(age)) for age in (44, 17, 45, 46, 16)]
    heard: list[int] = []

    outcome = invite(database, PLAN, INVITING, DESK, heard.append)

    assert (outcome.tally.judged, outcome.invited, heard) == (5, 3, [2, 4, 5])
    assert invited(database, leads) == [True, False, True, True, False]


KILLED = """
import os, signal, sys
from prescreen.database import Database
from prescreen.workflow.cohort import rematch as rematching
from tests.workflow.rematches import DESK, INVITING, PLAN

rematching.LEADS_AT_ONCE = 2
def tell(count):
    if count >= 4:
        os.kill(os.getpid(), signal.SIGKILL)
rematching.invite(Database(sys.argv[1]), PLAN, INVITING, DESK, tell)
"""


def test_a_run_killed_half_way_and_started_again_invites_the_same(
    database: Database, database_url: str, keys: Keys
) -> None:
    leads = [told(database, keys, person(age)) for age in (44, 17, 45, 46, 16, 47, 48)]

    killed = subprocess.run([sys.executable, "-c", KILLED, database_url], check=False, env={**os.environ})
    assert killed.returncode == -signal.SIGKILL
    assert 0 < sum(invited(database, leads)) < 5
    again = invite_now(database)

    assert invited(database, leads) == [True, False, True, True, False, True, True]
    assert again.invited == 5 - 3


def test_two_runs_at_once_invite_nobody_twice(database: Database, database_url: str, keys: Keys) -> None:
    leads = [told(database, keys, FITTING) for _ in range(20)]
    other = Database(database_url)

    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(invite_now, [database, other, database, other]))

    assert sum(outcome.invited or 0 for outcome in outcomes) == 20
    assert all(invited(database, leads))
    other.close()


PEAK = """
import resource, sys
from prescreen.database import Database
from prescreen.workflow.cohort import rematch as rematching
from tests.workflow.rematches import PLAN

rematching.LEADS_AT_ONCE = 5_000
outcome = rematching.rematch(Database(sys.argv[1]), PLAN)
print(outcome.tally.judged, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_memory_does_not_grow_with_the_number_of_leads(tmp_path: Path, sqlite_template: Path, keys: Keys) -> None:
    peaks = [_peak(sqlite_copy(sqlite_template, tmp_path / f"{count}.sqlite3"), count) for count in (10_000, 100_000)]

    # Read at once, 100,000 leads would take 110 MB for their packed answers alone.
    assert peaks[1] - peaks[0] < 30, f"{peaks} MB"


def _peak(url: str, count: int) -> int:
    # A kilobyte each: three answers, and forty to questions that are no longer asked.
    content = packed_answers.packed(BANK, FITTING) + b"".join(
        packed_answers.RECORD.pack(key, 1, 1, 9000) for key in range(40)
    )
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        rows = ((f"{number:032x}", content) for number in range(count))
        connection.executemany("INSERT INTO packed_answers (lead_id, content) VALUES (?, ?)", rows)
    printed = subprocess.check_output([sys.executable, "-c", PEAK, url], text=True)
    judged, peak = map(int, printed.split())
    assert judged == count
    return peak


WRITES = replace(PHONE, purpose=Purpose.EMAIL)
OF_ONE_ADDRESS = (FUTURE, WRITES)


def confirmed(database: Database, keys: Keys, **changes: object) -> UUID:
    """Add a lead who fits, allowed future matching and confirmed the address that all of these leads have."""
    lead_id = told(database, keys, FITTING, consents=OF_ONE_ADDRESS, **changes)
    confirm(database, keys, lead_id)
    return lead_id


def told_of_trials(database: Database) -> int:
    with database.reading() as session:
        return sum(one.kind == "invited" for one in outbox.everything(session))


@pytest.mark.parametrize("at_once", [500, 1])
def test_several_leads_of_one_confirmed_address_get_one_invitation_and_one_letter(
    database: Database, keys: Keys, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(rematching, "INVITED_AT_ONCE", at_once)
    leads = [confirmed(database, keys) for _ in range(3)]

    outcomes = [invite(database, PLAN, INVITING, desk(keys)).invited for _ in range(2)]

    assert outcomes == [1, 0]
    assert (sum(invited(database, leads)), told_of_trials(database)) == (1, 1)
    # Of those that are judged together, the newest lead has the newest answers.
    assert invited(database, leads)[-1] is (at_once > 1)


def test_no_one_is_invited_to_a_trial_that_the_address_joined_through_another_lead(
    database: Database, keys: Keys
) -> None:
    share = replace(SHARE_A, trial_id=TRIAL.id)
    joined = told(
        database,
        keys,
        FITTING,
        consents=(share, WRITES),
        referrals=(replace(TO_A, trial_id=TRIAL.id),),
    )
    confirm(database, keys, joined)
    confirmed(database, keys)

    assert invite(database, PLAN, INVITING, desk(keys)).invited == 0
    assert told_of_trials(database) == 0


def test_an_address_that_someone_else_only_typed_keeps_no_one_from_an_invitation(
    database: Database, keys: Keys
) -> None:
    share = replace(SHARE_A, trial_id=TRIAL.id)
    told(database, keys, FITTING, consents=(share, WRITES), referrals=(replace(TO_A, trial_id=TRIAL.id),))
    own = confirmed(database, keys)

    assert invite(database, PLAN, INVITING, desk(keys)).invited == 1
    assert invited(database, [own]) == [True]


def test_a_run_beside_another_waits_and_invites_no_address_a_second_time(database: Database, keys: Keys) -> None:
    leads = [confirmed(database, keys) for _ in range(2)]
    with database.writing() as session:
        # The criteria are stored by now, so that two runs do not wait for those already.
        assert trial_invitations.add(session, INVITING, [], NOW) == []
    with database.reading() as session:
        first, second = packed_answers.after(session, 0, 2).places

    def invite_one(place: int) -> int:
        with database.writing() as session:
            return len(trial_invitations.add(session, INVITING, [place], NOW))

    with ThreadPoolExecutor(1) as beside:
        with database.writing() as session:
            assert len(trial_invitations.add(session, INVITING, [first], NOW)) == 1
            other = beside.submit(invite_one, second)
            with pytest.raises(TimeoutError):
                other.result(timeout=0.5)
        assert other.result() == 0

    assert sum(invited(database, leads)) == 1
