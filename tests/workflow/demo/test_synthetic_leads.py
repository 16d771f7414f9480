"""Synthetic people: plainly artificial, plausible, and stored as real ones are."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.config import SHIPPED_CRITERIA
from prescreen.database import Database
from prescreen.eligibility.assessment.answers import Declined, Facts
from prescreen.eligibility.assessment.determination import Determination, assess
from prescreen.eligibility.criteria.dates import DayBound
from prescreen.eligibility.criteria.kinds.registry import accept
from prescreen.eligibility.criteria.questions import QuestionType
from prescreen.eligibility.criteria.truth import Truth
from prescreen.storage.accounts import recruiters
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.participants import consents, leads, stored_answers
from prescreen.storage.participants.consents import CHANNELS, GivenBy, Purpose
from prescreen.storage.participants.contacts import Contact, open_contact
from prescreen.storage.referrals import referrals
from prescreen.storage.referrals.referrals import State
from prescreen.storage.tables import Lead, Referral, ReferralChange
from prescreen.workflow.demo import synthetic_team
from prescreen.workflow.demo.synthetic_answers import Drawing, WantedResult, bent, drawn, value_drawn
from prescreen.workflow.demo.synthetic_leads import Fate, Made, NoSampleError, make_sample, plan_sample
from prescreen.workflow.participants.phone_numbers import stored_number
from prescreen.workflow.referrals.state_machine import NEXT
from tests.catalog.folders import CATALOG, altered, write
from tests.databases import sqlite_copy
from tests.eligibility.samples import dated
from tests.people import NOW

TODAY = date(2026, 11, 23)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """Return a small sample catalog."""
    folder = write(tmp_path / "criteria", altered(CATALOG, "emergency:", "sample: true\nemergency:"))
    return load_to_judge(folder, NOW.date())


@pytest.fixture(scope="module")
def shipped() -> Catalog:
    return load_to_judge(SHIPPED_CRITERIA, NOW.date())


def seeded(number: int) -> Random:
    return Random(number)  # noqa: S311 - nothing here is secret


def made(database: Database, keys: Keys, catalog: Catalog, count: int, *, seed: int = 1, now: datetime = NOW) -> Made:
    return make_sample(database, keys, plan_sample(catalog, (), seed, now), count, lambda _: None)


def rows(database: Database) -> list[Lead]:
    with database.reading() as session:
        return list(session.scalars(select(Lead).order_by(Lead.id)))


def contacts(database: Database, keys: Keys) -> list[Contact]:
    return [open_contact(keys.ring, one.id, one.contact) for one in rows(database) if one.contact]


def test_nobody_could_be_taken_for_a_real_person(database: Database, keys: Keys, catalog: Catalog) -> None:
    made(database, keys, catalog, 60)

    found = contacts(database, keys)
    assert len(found) > 30
    assert all(re.fullmatch(r"(Test|Sample|Example|Madeup|Muestra|Prueba) [A-Z][a-z]+", one.name) for one in found)
    assert all(re.fullmatch(r"sample\.\d+@example\.org", one.email) for one in found)
    phones = [one.phone for one in found if one.phone is not None]
    assert all(re.fullmatch(r"\+1\d{3}55501\d\d", one) and stored_number(one, "US") == one for one in phones)
    assert all(one.is_test for one in rows(database))


def test_they_came_over_the_past_days_from_several_places(database: Database, keys: Keys, catalog: Catalog) -> None:
    made(database, keys, catalog, 60)

    days = {(NOW - one.created_at).days for one in rows(database)}
    assert days <= set(range(30))
    assert len(days) > 15
    assert len({one.postal_code for one in contacts(database, keys)}) > 10


def test_what_they_agreed_to_is_on_record_in_the_catalogs_words(
    database: Database, keys: Keys, catalog: Catalog
) -> None:
    made(database, keys, catalog, 40)

    with database.reading() as session:
        agreed = consents.of_leads(session, {one.id for one in rows(database)})
        wordings = consents.wordings(session, {one.wording_sha256 for given in agreed.values() for one in given})
    assert all(any(one.purpose in CHANNELS for one in given) for given in agreed.values())
    assert {wording.split("\n")[0] for wording in wordings.values()} == {
        "You may share this.",
        "You may tell me more.",
        "By mail.",
        "By phone.",
        "By text.",
    }
    assert any("Site: Leeds Hospital" in wording for wording in wordings.values())
    assert {given[0].given_by for given in agreed.values()} == set(GivenBy) - {GivenBy.READ_OUT}


def test_who_agreed_to_be_rung_left_a_number(database: Database, keys: Keys, catalog: Catalog) -> None:
    made(database, keys, catalog, 40)

    with database.reading() as session:
        given = consents.of_leads(session, {one.id for one in rows(database)})
    rung = [
        open_contact(keys.ring, one.id, one.contact)
        for one in rows(database)
        if one.contact and {Purpose.PHONE, Purpose.TEXT} & {consent.purpose for consent in given[one.id]}
    ]
    assert rung
    assert [contact for contact in rung if not contact.phone] == []


def test_the_same_seed_makes_the_same_people_and_none_twice(database: Database, keys: Keys, catalog: Catalog) -> None:
    first = made(database, keys, catalog, 5)
    before = contacts(database, keys)

    again = made(database, keys, catalog, 8)

    assert (first.new, first.known, again.new, again.known) == (5, 0, 3, 5)
    assert {one.email for one in before} < {one.email for one in contacts(database, keys)}


def test_another_seed_makes_others(database: Database, keys: Keys, catalog: Catalog) -> None:
    made(database, keys, catalog, 5)

    assert made(database, keys, catalog, 5, seed=2).new == 5
    assert len({one.name for one in contacts(database, keys)}) > 5


def test_nobody_is_written_to_and_the_operator_is_on_record(database: Database, keys: Keys, catalog: Catalog) -> None:
    made(database, keys, catalog, 60)

    with database.reading() as session:
        assert outbox.everything(session) == []
        [event] = events.about(session, events.Subject("sample", "1"))
    assert (event.actor.kind, event.action, event.details) == ("operator", events.Action.SAMPLE_MADE, {"leads": 60})


def test_some_withdrew_and_left_tombstones(database: Database, keys: Keys, catalog: Catalog) -> None:
    outcome = made(database, keys, catalog, 60)

    assert set(outcome.fates) == set(Fate)
    with database.reading() as session:
        gone = session.scalars(select(Referral).where(Referral.withdrawn_at.is_not(None))).all()
    assert len(gone) == outcome.fates[Fate.WITHDRAWS] + outcome.fates[Fate.DELETES]
    assert all(one.created_at <= one.withdrawn_at <= NOW and one.findings is None for one in gone)


def refuses(database: Database, keys: Keys, refused: Catalog, problem: str) -> None:
    with pytest.raises(NoSampleError, match=problem):
        made(database, keys, refused, 5)
    assert rows(database) == []


def test_a_catalog_that_is_no_sample_gets_nobody(database: Database, keys: Keys, catalog: Catalog) -> None:
    real = replace(catalog, service=replace(catalog.service, sample=False))

    refuses(database, keys, real, "does not say `sample: true`")


def test_trials_without_sites_get_nobody(database: Database, keys: Keys, catalog: Catalog) -> None:
    nowhere = {name: replace(trial, sites=()) for name, trial in catalog.trials.items()}

    refuses(database, keys, replace(catalog, trials=nowhere), "none of these trials takes people")


def test_without_a_consent_wording_there_is_nobody(database: Database, keys: Keys, catalog: Catalog) -> None:
    refuses(database, keys, replace(catalog, consents={}), "no consent wording is in force")


@pytest.fixture(scope="module")
def crowd(shipped: Catalog, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, keys: Keys) -> Database:
    database = Database(sqlite_copy(sqlite_template, tmp_path_factory.mktemp("crowd") / "crowd.sqlite3"))
    made(database, keys, shipped, 120)
    return database


def standing(database: Database) -> list[referrals.StoredReferral]:
    with database.reading() as session:
        found = [one for lead in rows(database) for one in referrals.of_lead(session, lead.id)]
    return [one for one in found if one.withdrawn_at is None]


def test_the_shipped_trials_may_fit_stay_open_and_do_not_fit(crowd: Database) -> None:
    found = Counter(one.determination for one in standing(crowd))

    assert all(found[one] > 15 for one in Determination)
    assert len({one.trial_id for one in standing(crowd)}) > 18


def test_people_live_near_and_far(crowd: Database) -> None:
    miles = [one.miles for one in standing(crowd) if one.miles is not None]

    assert min(miles) < 25
    assert max(miles) > 1000


def test_some_wait_longer_than_the_site_promised(crowd: Database) -> None:
    overdue = [one for one in standing(crowd) if one.due_at and one.due_at < NOW]

    assert 0.2 < len(overdue) / len(standing(crowd)) < 0.95


def test_what_was_judged_is_what_the_stored_answers_say(crowd: Database, shipped: Catalog) -> None:
    with crowd.reading() as session:
        assert standing(crowd)
        for one in standing(crowd):
            given = stored_answers.of_lead(session, one.lead_id)
            for name, said in given.given.items():
                assert isinstance(said.value, Declined) or accept(shipped.bank[name], said.value, said.on) == said.value
            facts = Facts(shipped.bank, given, next(iter(given.given.values())).on)
            assert assess(shipped.trials[one.trial_id], facts).determination is one.determination
            assert all(facts.applies(name) is not Truth.FALSE for name in given)


def test_nobody_says_what_no_person_could(crowd: Database) -> None:
    with crowd.reading() as session:
        everyone = stored_answers.of_leads(session, {one.lead_id for one in standing(crowd)}).values()
    said = [{name: answer.value for name, answer in one.given.items()} for one in everyone]
    lasting = ("pain_duration", "leg_pain_duration", "surgery_time", "injection_time", "treatment_length")

    expecting = [one for one in said if "pregnancy" in one]
    assert expecting
    assert [one for one in expecting if one.get("sex_at_birth") == "male"] == []
    for one in said:
        days = [told for name in lasting if isinstance(told := one.get(name), Fraction)]
        age = one.get("age")
        assert not isinstance(age, Fraction) or all(told <= 366 * (age + 1) for told in days)
        last, epidural = one.get("injection_time"), one.get("epidural_time")
        assert not (isinstance(last, Fraction) and isinstance(epidural, Fraction)) or last <= epidural


def test_some_addresses_are_confirmed_and_can_be_found(crowd: Database, keys: Keys) -> None:
    confirmed = [one for one in rows(crowd) if one.email_index]

    assert 0.5 < len(confirmed) / len(rows(crowd)) < 0.9
    email = open_contact(keys.ring, confirmed[0].id, confirmed[0].contact or b"").email
    with crowd.reading() as session:
        assert confirmed[0].id in {one.id for one in leads.with_email(session, keys.indexes_of_email(email), 5)}


@pytest.mark.parametrize(
    ("wish", "expected"), [(WantedResult.FIT, "potentially_eligible"), (WantedResult.OPEN, "undetermined")]
)
def test_answers_can_be_bent_to_every_shipped_trial(shipped: Catalog, wish: WantedResult, expected: str) -> None:
    [condition] = shipped.conditions.values()
    for trial in shipped.trials.values():
        names = shipped.bank.reached_from((*condition.opening_questions, *trial.questions(shipped.bank)))
        drawing = Drawing(shipped.bank, names, condition.red_flags, TODAY, seeded(7))
        found = bent(drawing, drawn(drawing), trial, wish)
        assert assess(trial, drawing.facts(found)).determination == expected, trial.id


@pytest.mark.parametrize("wish", list(WantedResult))
def test_no_answer_is_made_up_to_a_question_that_does_not_apply(shipped: Catalog, wish: WantedResult) -> None:
    [condition] = shipped.conditions.values()
    for seed, trial in enumerate(shipped.trials.values()):
        names = shipped.bank.reached_from((*condition.opening_questions, *trial.questions(shipped.bank)))
        drawing = Drawing(shipped.bank, names, condition.red_flags, TODAY, seeded(seed))
        found = bent(drawing, drawn(drawing), trial, wish)
        assert drawing.facts(found).applicable().answers == found, trial.id


def test_only_adults_without_an_emergency_are_drawn(shipped: Catalog) -> None:
    [condition] = shipped.conditions.values()
    names = shipped.bank.reached_from(("age", "cauda_equina_signs", "warning_signs"))
    drawing = Drawing(shipped.bank, names, condition.red_flags, TODAY, seeded(3))

    people = [drawn(drawing).given for _ in range(300)]

    assert min(one["age"].value for one in people) >= 18  # type: ignore[type-var]
    assert {one["cauda_equina_signs"].value for one in people} == {frozenset({"none"})}


def test_every_drawn_list_has_a_tick_as_its_page_demands(shipped: Catalog) -> None:
    lists = [question for question in shipped.bank if question.type is QuestionType.CHOICES]

    assert any(not question.exclusive_ids for question in lists)
    assert all(value_drawn(question, seeded(seed), TODAY) for question in lists for seed in range(50))


def test_shares_of_drawn_answers_are_those_of_the_bank(shipped: Catalog) -> None:
    rng = seeded(5)
    draws = {
        name: [value_drawn(shipped.bank[name], rng, TODAY) for _ in range(2000)]
        for name in ("pain_site", "diagnosed", "age")
    }

    assert draws["pain_site"].count("back_only") / 2000 == pytest.approx(0.45, abs=0.05)
    assert draws["diagnosed"].count(True) / 2000 == pytest.approx(0.7, abs=0.05)
    assert sum(age <= 45 for age in draws["age"]) / 2000 == pytest.approx(0.43, abs=0.05)  # type: ignore[operator]
    accepted_by = shipped.bank["pain_duration"].range
    assert all(value_drawn(shipped.bank["pain_duration"], rng, TODAY) in accepted_by for _ in range(500))  # type: ignore[operator]


def test_a_made_up_team_worked_on_some_and_nobody_can_sign_in_as_it(crowd: Database) -> None:
    with crowd.reading() as session:
        states = Counter(session.scalars(select(Referral.state)))
        steps = session.scalars(select(ReferralChange)).all()
        team = recruiters.with_email(session, synthetic_team.EMAIL)

    assert {"new", "contacted", "screening", "not_eligible", "withdrawn"} <= states.keys()
    assert all(State(step.to_state) in {*NEXT[State(step.from_state)], State.WITHDRAWN} for step in steps)
    assert team is not None
    assert team.disabled_at is not None


@pytest.mark.parametrize("months", [False, True])
def test_drawn_dates_are_such_as_can_be_answered(months: bool) -> None:
    rng = seeded(9)
    ranges = [(None, None), (DayBound(date(1950, 1, 1)), DayBound(days=0)), (DayBound(days=0), DayBound(months=2))]

    for low, high in ranges:
        question = dated("seen", low, high, months=months)
        drawn_dates = {value_drawn(question, rng, TODAY) for _ in range(200)}
        assert all(accept(question, one, TODAY) == one for one in drawn_dates)
        assert len(drawn_dates) > 1
