"""A person who phones in is entered by a recruiter: asked, read the consent, stored once, or not at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.database import Database
from prescreen.eligibility.criteria.trials import Trial
from prescreen.storage.accounts.recruiters import Role
from prescreen.storage.audit import events as audit
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants.contacts import open_contact
from prescreen.storage.tables import AuditEvent, Consent, ConsentWording, Lead, Recruiter, Referral, StoredAnswer
from prescreen.workflow.accounts.recruiters import Assignment
from prescreen.workflow.operations.process_metrics import Door
from tests.people import recruiter
from tests.web.kept import count, rows
from tests.web.markup import read
from tests.web.office import sign_in
from tests.web.operations.metric_reading import outcomes
from tests.web.referrals.callers import (
    FIT,
    NAME,
    OTHER,
    SAFE,
    TRIAL,
    WEIGHING,
    Caller,
    caller,
    catalog,
    stored,
)
from tests.web.visitor import where

__all__ = ["caller", "catalog"]


def test_who_phones_in_is_stored_with_the_consent_read_out(caller: Caller, database: Database) -> None:
    referral_id = stored(caller.store())

    assert rows(database, Referral.id, Referral.trial_id, Referral.state) == [(referral_id, TRIAL, "new")]
    assert set(rows(database, Consent.purpose, Consent.given_by)) == {
        ("share", "read_out"),
        ("phone", "read_out"),
    }
    assert rows(database, Lead.entered_by) == rows(database, Recruiter.id)


def test_what_was_left_empty_is_told_before_the_call_ends(caller: Caller, database: Database) -> None:
    ended = caller.page(where(caller.store()))
    script = caller.page(next(one["href"] for one in ended.all("a") if one.text == "Open the referral"))
    unasked = [one for one in script.all("small") if one.text.startswith("Not asked yet.")]

    assert len(unasked) > 1
    assert f"{len(unasked)} questions that can still decide were left empty." in ended.text
    assert f"Questions left open: {len(unasked)} not asked ." in script.text


def test_the_trail_says_that_the_recruiter_entered_the_person(caller: Caller, database: Database) -> None:
    caller.store()

    [(actor, kind)] = [
        (one.actor_id, one.actor_kind) for one in events(database) if one.action == audit.Action.LEAD_ENTERED
    ]
    assert (actor, kind) == (str(rows(database, Recruiter.id)[0][0]), "recruiter")
    assert audit.Action.LEAD_SUBMITTED not in {one.action for one in events(database)}


def events(database: Database) -> list[AuditEvent]:
    with database.reading() as session:
        return list(session.query(AuditEvent).order_by(AuditEvent.sequence))


def test_the_safety_answer_is_kept_only_where_the_trial_uses_it(
    client: FlaskClient, database: Database, catalog: Catalog
) -> None:
    trial = taking(catalog, lambda questions: "cauda_equina_signs" not in questions and "age" in questions)
    other = at(client, database, trial)

    stored(other.store(**{**dict.fromkeys(FIT), "q-age-answer": "44"}))

    assert rows(database, StoredAnswer.question_id) == [("age",)]


def taking(catalog: Catalog, uses: Callable[[tuple[str, ...]], bool]) -> Trial:
    """Return a trial that takes people and uses such questions."""
    today = datetime.now(UTC).date()
    fitting = (one for one in catalog.trials.values() if uses(one.questions(catalog.bank)))
    return next(one for one in fitting if catalog.takes_leads(one, today))


def at(client: FlaskClient, database: Database, trial: Trial) -> Caller:
    """Return a recruiter of that trial with somebody on the line."""
    recruiter(database, Assignment(trial.id))
    sign_in(client)
    return Caller(client, trial.sites[0].id, trial.id)


def test_the_page_asks_the_questions_of_the_trial_and_what_is_left_empty_stays_unknown(
    caller: Caller, database: Database, catalog: Catalog
) -> None:
    asked = set(re.findall(r'name="q-([a-z0-9_]+)-answer"', caller.client.get(caller.path).text))
    caller.store(**dict.fromkeys(FIT))

    used = {name for name in catalog.trials[TRIAL].questions(catalog.bank) if not catalog.bank[name].computed}
    assert asked == used | {"cauda_equina_signs", "warning_signs", "cancer_history"}
    assert rows(database, Referral.determination) == [("undetermined",)]
    assert rows(database, StoredAnswer.question_id) == [("cauda_equina_signs",)]


def test_a_score_is_one_of_eleven_points_and_stored_as_the_number(
    client: FlaskClient, database: Database, catalog: Catalog
) -> None:
    scored = at(client, database, taking(catalog, lambda questions: "leg_pain_score" in questions))
    offered = [one for one in scored.page().all("input", name="q-leg_pain_score-answer") if one["type"] == "radio"]
    told = {"q-leg_reach-answer": "calf", "q-leg_pain_score-answer": "7"}
    again = read(scored.store(name="", **told).text).all("input", name="q-leg_pain_score-answer")

    assert [one["value"] for one in offered[:-2]] == [str(point) for point in range(11)]
    assert [one["value"] for one in again if "checked" in one] == ["7"]
    stored(scored.store(**FIT, **told))
    assert ("leg_pain_score", "7") in rows(database, StoredAnswer.question_id, StoredAnswer.value)


def test_a_double_click_stores_once_and_leads_to_the_same_page(caller: Caller, database: Database) -> None:
    form = caller.form()

    first, second = (caller.client.post(caller.path, data=form) for _ in range(2))

    assert where(first) == where(second)
    assert count(database) == 1


def test_the_same_form_with_something_else_in_it_changes_nothing(caller: Caller, database: Database) -> None:
    form = caller.form()
    caller.client.post(caller.path, data=form)

    answer = caller.client.post(caller.path, data={**form, "name": "Another"})

    assert answer.status_code == 409
    assert "Nothing changed" in answer.text
    assert count(database) == 1


def test_what_becomes_of_the_form_is_counted_apart_from_the_visitors(caller: Caller) -> None:
    before, form = Counter(outcomes(caller.client, Door.PHONE)), caller.form()

    for changes in ({"signature": "x"}, {"name": ""}, {"shown": "x"}, {}, {}, {"name": "Another"}):
        caller.client.post(caller.path, data={**form, **changes})

    counted = ("not_ours", "at_fault", "changed", "stored", "repeated", "conflict")
    assert Counter(outcomes(caller.client, Door.PHONE)) - before == dict.fromkeys(counted, 1)


@pytest.mark.parametrize("sign", ["saddle_numbness", "bladder", "bowel", "both_legs_new", "sexual"])
def test_an_emergency_sign_stores_nothing_and_says_in_strong_words_what_to_do(
    caller: Caller, database: Database, sign: str
) -> None:
    told = caller.alert(**{"q-cauda_equina_signs-answer": sign, "told": "yes"})

    assert told.startswith("Stop: this may be an emergency Tell them to hang up and ring the emergency number now.")
    assert "911" in told
    assert "Call the emergency number now" in told
    assert count(database) == 0


@pytest.mark.parametrize(
    "signs",
    [
        {"q-warning_signs-answer": "chest_pain"},
        {"q-warning_signs-answer": ["fever", "new_weakness"]},
        {"q-warning_signs-answer": "both_legs_old", "q-cancer_history-answer": "past"},
    ],
)
def test_warning_signs_that_cannot_wait_store_nothing_either(
    caller: Caller, database: Database, signs: dict[str, str | list[str]]
) -> None:
    told = caller.alert(**signs, told="yes")

    assert told.startswith("Stop: this may be an emergency")
    assert "Please see a doctor" not in caller.store(**signs).text
    assert count(database) == 0


@pytest.mark.parametrize("call", ["en", "es"])
def test_the_page_lists_every_emergency_before_the_first_answer(caller: Caller, catalog: Catalog, call: str) -> None:
    [condition] = catalog.conditions.values()
    urgent = [flag.sign for flag in condition.red_flags if flag.is_emergency]

    safety = caller.page(f"{caller.path}?call={call}").one("section", **{"aria-labelledby": "safety"})

    listed = [one.text for one in safety.all("ul")[0].all("li")]
    assert listed == [sign.in_language(call) for sign in urgent if sign]
    assert len(listed) == len(urgent) > 0


def test_the_safety_question_must_be_asked(caller: Caller, database: Database) -> None:
    assert "Ask this first." in caller.alert(**dict.fromkeys(SAFE))
    assert count(database) == 0
    stored(caller.store(**{"q-cauda_equina_signs-answer": None, "q-cauda_equina_signs-declined": "?do_not_know"}))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": ""}, "Type the person's name."),
        ({"share": None}, "Without this consent nothing may be stored."),
        ({"adult": None}, "Nobody younger can be entered."),
        ({"by-phone": None}, "at least one way to be reached"),
        ({"phone": ""}, "Type their phone number, or untick phone and text below."),
        ({"phone": "12"}, "This is not a whole phone number in the United States"),
        ({"email": "x"}, "Type an email address such as"),
        ({"email": "", "by-email": "yes"}, "Type their email address, or untick email below."),
        ({"q-age-answer": "17"}, "Nobody under 18 can be entered."),
        ({"q-age-answer": "old"}, "Type a number from"),
        ({"q-age-answer": "200"}, "Type a number from"),
    ],
)
def test_what_is_missing_or_wrong_is_told_and_nothing_is_stored(
    caller: Caller, database: Database, changes: dict[str, Any], told: str
) -> None:
    assert told in caller.alert(**changes)
    assert count(database) == 0


def test_a_number_with_an_extension_is_kept_whole(caller: Caller, database: Database, keys: Keys) -> None:
    caller.store(phone="617 555 0143 ext 204", name="گل\u200cنسترن\ufeff")

    [(lead_id, sealed)] = rows(database, Lead.id, Lead.contact)
    contact = open_contact(keys.ring, lead_id, sealed)
    assert (contact.phone, contact.name) == ("+16175550143 ext. 204", "گل\u200cنسترن")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"q-height_cm-answer": "5'13\"", "q-height_cm-unit": "[in_i]"}, "A foot has 12 inches."),
        ({"q-weight_kg-answer": "72,500", "q-weight_kg-unit": "kg"}, "Do you mean 72500 or 72.500?"),
        ({"q-height_cm-answer": "17", "q-height_cm-unit": "cm"}, "from 100 to 250 centimeters, such as 170."),
    ],
)
def test_a_number_that_is_refused_on_the_page_is_refused_here(
    client: FlaskClient, database: Database, catalog: Catalog, changes: dict[str, str], told: str
) -> None:
    recruiter(database, Assignment(WEIGHING))
    sign_in(client)
    caller = Caller(client, catalog.trials[WEIGHING].sites[0].id, WEIGHING)

    assert told in caller.alert(**changes)


def test_what_was_typed_stands_in_the_page_again(caller: Caller) -> None:
    page = read(caller.store(share=None, **{"by-email": "yes"}).text)

    assert page.one("input", id="name")["value"] == NAME
    assert page.one("input", id="q-age-answer")["value"] == "44"
    ticked = {one["name"] for one in page.all("input", type="checkbox") if "checked" in one and one["value"] == "yes"}
    assert ticked == {"adult", "by-phone", "by-email"}


def test_a_trial_that_does_not_fit_is_not_stored_and_the_reason_told(caller: Caller, database: Database) -> None:
    assert "the trial does not fit" in caller.alert(**{"q-age-answer": "90"})
    assert count(database) == 0


def test_the_recruiters_page_of_the_person_says_that_it_was_read_out(caller: Caller) -> None:
    referral_id = stored(caller.store())

    assert "read out by the team on the phone" in caller.page(f"/recruiter/referrals/{referral_id}").text


def test_a_call_in_spanish_shows_questions_and_consent_in_spanish_and_stores_them_so(
    caller: Caller, database: Database, catalog: Catalog
) -> None:
    page = caller.page(f"{caller.path}?call=es")
    consent = catalog.consent("es", datetime.now(UTC).date())
    assert consent is not None

    answer = caller.client.post(caller.path, data=caller.form(f"{caller.path}?call=es"))

    assert stored(answer)
    assert "Acepto que" in page.text
    assert catalog.bank["age"].ask.in_language("es") in page.text
    assert page.one("html")["lang"] == "en"
    assert {one for (one,) in rows(database, Consent.language)} == {"es"}
    wordings = [one for (one,) in rows(database, ConsentWording.wording)]
    assert any(one.startswith("Acepto") and f"({TRIAL})\nCentro: " in one for one in wordings)


@pytest.mark.parametrize("field", ["shown", "consent"])
def test_what_was_not_read_out_as_it_is_now_is_not_stored(caller: Caller, database: Database, field: str) -> None:
    answer = caller.store(**{field: "other"})

    assert answer.status_code == 409
    assert "Read it out again" in answer.text
    assert count(database) == 0


@pytest.mark.parametrize("change", [{"signature": "f" * 64}, {"submission": "mine"}, {"signature": ""}])
def test_a_form_that_was_not_made_for_this_recruiter_is_refused(
    caller: Caller, database: Database, change: dict[str, str]
) -> None:
    assert caller.store(**change).status_code == 400
    assert caller.client.post(caller.path, data={**caller.form(), "form_token": "x"}).status_code == 403
    assert count(database) == 0


def test_advice_to_see_a_doctor_is_read_out_before_anything_is_stored(
    client: FlaskClient, database: Database, catalog: Catalog
) -> None:
    other = at(client, database, taking(catalog, lambda questions: "warning_signs" in questions))
    hurt = {**dict.fromkeys(FIT), "q-warning_signs-answer": "weight_loss"}

    page = read(other.store(**hurt).text)

    assert "Please call your doctor this week." in page.one("div", role="note").text
    assert count(database) == 0
    stored(other.store(**hurt, told="yes"))


def test_other_peoples_trials_and_unknown_ones_are_not_there_and_it_is_on_record(
    caller: Caller, database: Database, catalog: Catalog
) -> None:
    other = f"/recruiter/enter/{OTHER}/{catalog.trials[OTHER].sites[0].id}"
    paths = (other, f"/recruiter/enter/{TRIAL}/nowhere", "/recruiter/enter/NCT00000000/leeds")
    token = caller.form()["form_token"]

    answers = [caller.client.get(path).status_code for path in paths]
    answers += [caller.client.post(path, data={"form_token": token}).status_code for path in paths]
    answers.append(caller.client.get(f"/recruiter/entered/{UUID(int=7)}").status_code)

    assert answers == [404] * 7
    refused = [one.subject_id for one in events(database) if one.action == audit.Action.REFERRAL_REFUSED]
    assert refused == [OTHER, TRIAL, "unknown"] * 2 + [str(UUID(int=7))]


def test_a_recruiter_of_one_site_may_not_enter_for_another(
    client: FlaskClient, database: Database, catalog: Catalog
) -> None:
    trial = next(one for one in catalog.trials.values() if len(one.sites) > 1)
    mine, other = trial.sites[:2]
    recruiter(database, Assignment(trial.id, mine.id))
    sign_in(client)

    assert client.get(f"/recruiter/enter/{trial.id}/{mine.id}").status_code == 200
    assert client.get(f"/recruiter/enter/{trial.id}/{other.id}").status_code == 404
    listed = [one["value"] for one in read(client.get("/recruiter/enter").text).all("option")]
    assert [one for one in listed if "/" in one] == [f"{trial.id}/{mine.id}"]


@pytest.mark.parametrize("role", [Role.ANALYST, Role.AUTHOR])
def test_who_may_not_see_people_may_not_enter_them(caller: Caller, database: Database, role: Role) -> None:
    with database.writing() as session:
        session.query(Recruiter).update({"role": role.value})

    assert [caller.client.get(path).status_code for path in ("/recruiter/enter", caller.path)] == [404, 404]


def test_what_a_colleague_entered_is_not_told_at_the_end_of_another_call(
    app: Flask, caller: Caller, database: Database
) -> None:
    done, colleague = where(caller.store()), app.test_client()
    recruiter(database, Assignment(TRIAL), email="other@example.org")
    sign_in(colleague, email="other@example.org")

    assert [one.get(done).status_code for one in (caller.client, colleague)] == [200, 404]


def test_the_first_page_leads_to_the_form_in_the_language_of_the_call(caller: Caller) -> None:
    answer = caller.client.get(f"/recruiter/enter?place={TRIAL}/{caller.site_id}&call=es")

    assert where(answer) == f"{caller.path}?call=es"
    assert "Enter by phone" in caller.page("/recruiter/").text
