"""The statistics of a trial: who may see them, how they are computed, and that small counts are hidden."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from sqlalchemy import update

from prescreen.database import Database
from prescreen.eligibility.assessment.answers import Answer
from prescreen.eligibility.criteria.rules import BooleanTest
from prescreen.storage.accounts.recruiters import Account, Assignment, Role
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.interview import usage_counters
from prescreen.storage.interview.usage_counters import CounterKind, Key
from prescreen.storage.statistics.referral_counts import Scope
from prescreen.storage.tables import Referral
from prescreen.workflow.statistics import visit_statistics
from prescreen.workflow.statistics.cell_suppression import TOTAL, SuppressionMark
from prescreen.workflow.statistics.equity import Equity, equity
from prescreen.workflow.statistics.referral_outcomes import CONTACTED as CONTACTED_ALL
from prescreen.workflow.statistics.referral_outcomes import OVERDUE, Kept, Outcomes, Wait, outcomes
from tests.eligibility.samples import bank, boolean, choice, include, number, trial
from tests.people import ANSWERS, CONTACT, NOW, SHARE_A, TO_A, recruiter, submitted

TRIAL = TO_A.trial_id
NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)
QUESTIONS = bank(number("age"), choice("sex", "female", "male"), boolean("fever"))
TO_A_BY_SEX = replace(TO_A, question_ids=("age", "sex"))


def account(*assignments: Assignment, role: Role = Role.RECRUITER) -> Account:
    return Account(UUID(int=1), "a@example.org", "A", "", None, assignments, role)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.RECRUITER, Role.ANALYST, Role.AUTHOR])
def test_every_role_may_count_their_own_trials_and_no_others(role: Role) -> None:
    theirs = account(Assignment(TRIAL), role=role)

    assert visit_statistics.scope_of(theirs, TRIAL, NOW, with_tests=False) == Scope(TRIAL, None, NOW)
    assert visit_statistics.scope_of(theirs, "NCT00000002", None, with_tests=False) is None


def test_who_works_at_one_site_counts_that_site_only() -> None:
    scope = visit_statistics.scope_of(account(Assignment(TRIAL, "leeds")), TRIAL, None, with_tests=True)

    assert scope == Scope(TRIAL, frozenset({"leeds"}), None, with_tests=True)


def test_a_refusal_is_on_record(database: Database) -> None:
    person = recruiter(database, Assignment(TRIAL))
    with database.writing() as session:
        visit_statistics.record_refusal(session, person, "NCT00000002", NOW)

    with database.reading() as session:
        [event] = events.about(session, events.Subject("trial", "NCT00000002"))
    assert (event.action, event.actor.id) == (events.Action.NUMBERS_REFUSED, str(person.id))


ONE = replace(trial(include("adult", BooleanTest("a", True)), trial_id="T1"), conditions=("back-pain",))


def count(database: Database, counts: dict[Key, int], month: date = NOVEMBER) -> None:
    with database.writing() as session:
        usage_counters.add(session, {(month, key): number for key, number in counts.items()})


def test_page_views_are_of_the_trials_condition_and_of_its_own_page_by_source(database: Database) -> None:
    count(
        database,
        {
            Key(CounterKind.ARRIVED, "back-pain", "google"): 100,
            Key(CounterKind.ARRIVED, "back-pain", "direct"): 50,
            Key(CounterKind.ARRIVED, "knee-pain", "google"): 1_000,
            Key(CounterKind.OPENED_TRIAL, "T1", "google"): 10,
            Key(CounterKind.OPENED_TRIAL, "T2", "google"): 20,
        },
    )

    with database.reading() as session:
        found = visit_statistics.page_views(session, ONE, NOVEMBER)

    assert found.sources == ("google", "direct")
    assert found.views[CounterKind.ARRIVED] == {"google": 100, "direct": 50, TOTAL: 150}
    assert found.views[CounterKind.OPENED_TRIAL] == {"google": 10, "direct": 0, TOTAL: 10}


def test_page_views_of_months_before_the_period_do_not_count(database: Database) -> None:
    count(database, {Key(CounterKind.ARRIVED, "back-pain", "google"): 100}, OCTOBER)

    with database.reading() as session:
        assert visit_statistics.page_views(session, ONE, NOVEMBER).sources == ()
        assert visit_statistics.page_views(session, ONE, None).views[CounterKind.ARRIVED][TOTAL] == 100


def test_a_source_of_few_is_kept_back_together_with_the_next_and_stands_in_no_telling_order(
    database: Database,
) -> None:
    counts = {"a": 3, "b": 9, "c": 40, "d": 2}
    count(database, {Key(CounterKind.ARRIVED, "back-pain", source): number for source, number in counts.items()})

    with database.reading() as session:
        found = visit_statistics.page_views(session, ONE, None)

    assert found.views[CounterKind.ARRIVED] == {
        "a": SuppressionMark.FEW,
        "b": 9,
        "c": 40,
        "d": SuppressionMark.FEW,
        TOTAL: 54,
    }
    assert found.sources == ("c", "b", "a", "d")


def test_sources_beyond_the_most_frequent_are_one(database: Database) -> None:
    count(database, {Key(CounterKind.ARRIVED, "back-pain", f"s{number:02}"): 50 - number for number in range(20)})

    with database.reading() as session:
        found = visit_statistics.page_views(session, ONE, None)

    assert found.sources == (*(f"s{number:02}" for number in range(12)), "other")
    assert found.views[CounterKind.ARRIVED]["other"] == sum(50 - number for number in range(12, 20))


def findings(database: Database, **counts: int) -> visit_statistics.CriterionNumbers:
    count(database, {Key(CounterKind(kind), "T1", "adult"): number for kind, number in counts.items()})
    with database.reading() as session:
        [row] = visit_statistics.findings(session, ONE, None)
    return row


def test_findings_are_shown_where_none_is_small(database: Database) -> None:
    row = findings(database, permits=80, does_not_permit=20, unknown=10, sole_blocker=12)

    assert row == visit_statistics.CriterionNumbers("adult", 80, 20, 12, 10, 110)


def test_people_ruled_out_alone_are_kept_back_where_the_rest_would_tell(database: Database) -> None:
    """Of 20 who are ruled out 17 are so alone: the other 3 could be counted off."""
    row = findings(database, permits=80, does_not_permit=20, unknown=10, sole_blocker=17)

    assert (row.does_not_permit, row.alone) != (20, 17)


def test_of_fewer_than_five_people_nothing_is_found_out(database: Database) -> None:
    row = findings(database, permits=2, unknown=1)

    assert {row.permits, row.does_not_permit, row.alone, row.unknown, row.people} == {SuppressionMark.HIDDEN}


def refer(
    database: Database,
    keys: Keys,
    many: int,
    *,
    age: int = 44,
    sex: str = "female",
    language: str = "en",
    state: str = "new",
    **values: object,
) -> None:
    """Refer so many people alike to trial A."""
    given = ANSWERS.having("age", Answer(Fraction(age), NOW.date())).having("sex", Answer(sex, NOW.date()))
    for place in range(many):
        receipt = submitted(
            database,
            keys,
            id=f"{age} {sex} {language} {state} {values} {place}",
            consents=(SHARE_A,),
            referrals=(TO_A_BY_SEX,),
            answers=given,
            contact=replace(CONTACT, language=language),
        )
        with database.writing() as session:
            changed = update(Referral).where(Referral.lead_id == receipt.lead_id)
            session.execute(changed.values(state=state, **values))


CONTACTED = {"state": "contacted", "contacted_at": NOW + timedelta(hours=5)}


def outcome(database: Database) -> Outcomes:
    with database.reading() as session:
        return outcomes(session, Scope(TRIAL), NOW)


def test_outcomes_are_parts_of_all_referrals(database: Database, keys: Keys) -> None:
    refer(database, keys, 6)
    refer(database, keys, 7, due_at=NOW - timedelta(days=1))
    refer(database, keys, 5, **CONTACTED)
    refer(database, keys, 5, state="declined", contacted_at=NOW + timedelta(days=4))

    found = outcome(database)

    assert found.people == 23
    assert found.states is not None
    assert {state: count for state, count in found.states.items() if count} == {
        "new": 6,
        OVERDUE: 7,
        "contacted": 5,
        "declined": 5,
        TOTAL: 23,
    }
    assert found.waits == {Wait.THREE_DAYS: 5, Wait.A_WEEK: 5, Wait.LONGER: 0, Wait.NOT_YET: 13, TOTAL: 23}
    assert (found.median, found.quartiles) == (5, None)


def test_promises_are_kept_broken_or_were_not_made(database: Database, keys: Keys) -> None:
    refer(database, keys, 6, due_at=NOW + timedelta(days=1), **CONTACTED)
    refer(database, keys, 7, due_at=NOW + timedelta(hours=5), **CONTACTED)
    refer(database, keys, 8, due_at=NOW + timedelta(hours=4), **CONTACTED)
    refer(database, keys, 9, due_at=None, **CONTACTED)
    refer(database, keys, 10, due_at=NOW - timedelta(days=1))

    assert outcome(database).promises == {Kept.IN_TIME: 13, Kept.LATE: 8, Kept.NO_PROMISE: 9, CONTACTED_ALL: 30}


def test_a_promise_that_few_broke_cannot_be_counted_off(database: Database, keys: Keys) -> None:
    refer(database, keys, 9, due_at=NOW + timedelta(days=1), **CONTACTED)
    refer(database, keys, 2, due_at=NOW + timedelta(hours=4), **CONTACTED)

    promises = outcome(database).promises or {}

    assert promises[Kept.LATE] is SuppressionMark.FEW
    assert SuppressionMark.HIDDEN in (promises[Kept.IN_TIME], promises[CONTACTED_ALL])


def test_quartiles_are_told_of_twenty_or_more(database: Database, keys: Keys) -> None:
    for hours in (1, 2, 3, 4):
        refer(database, keys, 5, state="contacted", contacted_at=NOW + timedelta(hours=hours))

    assert (outcome(database).median, outcome(database).quartiles) == (2, (1, 3))


def test_of_fewer_than_five_referrals_not_even_their_number_is_told(database: Database, keys: Keys) -> None:
    refer(database, keys, 4)

    assert outcome(database) == Outcomes(None, None, None)


def test_nobody_is_nobody(database: Database) -> None:
    assert outcome(database).people == 0
    assert compared(database).people == 0


def compared(database: Database) -> Equity:
    with database.reading() as session:
        return equity(session, Scope(TRIAL), QUESTIONS)


def test_people_are_compared_by_age_sex_and_language(database: Database, keys: Keys) -> None:
    refer(database, keys, 6, age=29)
    refer(database, keys, 8, age=75, sex="male", **CONTACTED)
    refer(database, keys, 5, age=75, sex="male", language="es", **CONTACTED)

    found = compared(database)

    assert found.people == 19
    assert [one.of for one in found.comparisons] == ["age", "sex", "language"]
    age, sex, language = (one.rows or {} for one in found.comparisons)
    assert (age["18-29"]["not_contacted"], age["75+"]["not_contacted"]) == (6, 0)
    assert (age["75+"][TOTAL], age["45-59"][TOTAL], age["not_told"][TOTAL]) == (13, 0, 0)
    assert (sex["female"][TOTAL], sex["male"][TOTAL]) == (6, 13)
    assert (language["en"][TOTAL], language["es"][TOTAL]) == (14, 5)


def test_a_group_of_few_is_not_shown_and_cannot_be_counted_off(database: Database, keys: Keys) -> None:
    refer(database, keys, 20, age=50)
    refer(database, keys, 10, age=65)
    refer(database, keys, 3, age=80)

    age = next(one.rows for one in compared(database).comparisons if one.of == "age")

    assert age is not None
    shown = [row[TOTAL] for row in age.values() if isinstance(row[TOTAL], int) and row[TOTAL]]
    assert age["75+"][TOTAL] is SuppressionMark.FEW
    assert shown == [20]


def test_where_few_are_enrolled_they_count_among_the_contacted(database: Database, keys: Keys) -> None:
    refer(database, keys, 10, age=50)
    refer(database, keys, 10, age=50, **CONTACTED)
    refer(database, keys, 2, age=50, state="enrolled", contacted_at=NOW)

    found = compared(database)

    assert found.reached == {"not_contacted": 10, "reached": 12}
    assert {column for one in found.comparisons for column in one.columns} == {"not_contacted", "reached"}


def test_of_fewer_than_five_people_nobody_is_compared(database: Database, keys: Keys) -> None:
    refer(database, keys, 4)

    assert compared(database) == Equity(None, {}, ())


def test_the_few_who_are_new_cannot_be_worked_out_from_those_who_were_not_contacted(
    database: Database, keys: Keys
) -> None:
    """Three are new, seven wait too long, six were contacted: of ten not contacted seven are late."""
    refer(database, keys, 3)
    refer(database, keys, 7, due_at=NOW - timedelta(days=1))
    refer(database, keys, 6, **CONTACTED)

    found = outcome(database)

    assert found.states is not None
    assert found.states["new"] is SuppressionMark.FEW
    waiting = [found.states[OVERDUE], (found.waits or {}).get(Wait.NOT_YET, SuppressionMark.HIDDEN)]
    assert SuppressionMark.HIDDEN in waiting
