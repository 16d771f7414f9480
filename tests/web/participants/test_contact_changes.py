"""Correcting contact details, allowing another way of contact, seeing disclosures, downloading a copy."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from prescreen.database import Database
from prescreen.storage.audit import events as audit
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants import consents
from prescreen.storage.tables import AuditEvent, Consent, Lead, Referral
from prescreen.workflow.participants import disclosures
from tests.web.kept import rows
from tests.web.mailed import letters, links, newest
from tests.web.markup import Element, read
from tests.web.visitor import DETAILS, Visitor

TRIAL = "NCT00000410"
NEW = {"name": "Mina Q", "email": "mina@example.net", "phone": "+1 617 555 0199", "postal_code": "10001"}
REC = audit.Actor(audit.ActorKind.RECRUITER, "0000-a-recruiters-id")


@pytest.fixture
def person(ready: Visitor) -> Visitor:
    """Return somebody who allowed email alone and has the private page open."""
    ready.send(trial=TRIAL, language="en")
    ready.open_my_data()
    return ready


@pytest.fixture
def confirmed(person: Visitor, database: Database, keys: Keys) -> Visitor:
    """Return the same, with the address confirmed."""
    person.client.post(links(newest(database, keys, "confirm"))[0])
    return person


def page(person: Visitor, path: str = "/my/") -> Element:
    return read(person.client.get(path).text)


def correct(person: Visitor, **changes: Any) -> TestResponse:
    signature = page(person, "/my/contact").one("input", name="signature")["value"]
    form = {**DETAILS, "language": "en", "signature": signature, **changes}
    return person.client.post("/my/contact", data=form)


def allow(person: Visitor, channel: str, **changes: Any) -> TestResponse:
    form = next(one for one in page(person).all("form") if one.all("input", name="allow", value=channel))
    hidden = {one["name"]: one["value"] for one in form.all("input", type="hidden")}
    data = {**hidden, "agreed": "yes", **changes}
    return person.client.post("/my/allow", data={name: value for name, value in data.items() if value is not None})


def events(database: Database, action: str) -> list[Any]:
    with database.reading() as session:
        [lead_id] = [lead for (lead,) in rows(database, Lead.id)]
        return audit.about(session, audit.Subject("lead", str(lead_id)), audit.Action(action))


def recorded(database: Database, action: audit.Action, kind: str, name: object, **details: object) -> None:
    event = audit.Event(datetime.now(UTC), REC, action, audit.Subject(kind, str(name)), details)
    with database.writing() as session:
        audit.record(session, event)


def test_the_form_shows_what_is_held_and_stores_what_was_corrected(person: Visitor, database: Database):
    form = page(person, "/my/contact")
    assert form.one("input", name="name")["value"] == DETAILS["name"]

    assert correct(person, **NEW, best_time="mornings").status_code == 303

    text = page(person).text
    assert [one for one in ("Mina Q", "mina@example.net", "+16175550199", "10001", "Mornings") if one not in text] == []
    assert DETAILS["name"] not in text
    [event] = events(database, "contact_changed")
    assert set(event.details["fields"]) == {"name", "email", "phone", "postal_code", "best_time"}


def test_a_corrected_number_keeps_its_extension_and_a_local_one_is_refused(person: Visitor):
    assert correct(person, phone="617-555-0199 ext 204").status_code == 303
    assert "+16175550199 ext. 204" in page(person).text
    assert "+16175550199 ext. 204" in person.client.get("/my/download").text

    refused = correct(person, phone="555-0199")

    assert refused.status_code == 422
    assert "start with the country code" in read(refused.text).one("div", role="alert").text


def test_a_number_is_kept_as_it_is_where_another_detail_is_corrected(person: Visitor, database: Database):
    correct(person, phone="617-555-0199 ext 204")
    shown = page(person, "/my/contact").one("input", id="phone")["value"]

    correct(person, phone=shown, name="Mina Q")

    assert events(database, "contact_changed")[-1].details["fields"] == ["name"]


def test_nothing_changed_is_recorded_as_nothing(person: Visitor, database: Database):
    correct(person, phone="(617) 555-0143")

    assert events(database, "contact_changed") == []


def test_a_changed_address_must_be_confirmed_anew_and_the_old_one_is_told(
    confirmed: Visitor, database: Database, keys: Keys
):
    correct(confirmed, email=NEW["email"])

    found = sorted((kind, letter.recipient) for kind, letter in letters(database, keys))
    assert found == [("address_changed", DETAILS["email"]), ("confirm", NEW["email"])]
    assert "This email address is not confirmed yet." in page(confirmed).text
    confirmed.client.post(links(newest(database, keys, "confirm"))[0])
    assert "You confirmed this email address." in page(confirmed).text


def test_the_letter_to_the_old_address_says_neither_the_new_one_nor_the_link(
    confirmed: Visitor, database: Database, keys: Keys
):
    correct(confirmed, email=NEW["email"])

    text = newest(database, keys, "address_changed").text
    assert "mina" not in text
    assert "/my/" not in text


def test_an_unconfirmed_address_is_not_told_of_another(person: Visitor, database: Database, keys: Keys):
    before = links(newest(database, keys, "confirm"))
    correct(person, email=NEW["email"])

    assert [(kind, letter.recipient) for kind, letter in letters(database, keys)] == [("confirm", NEW["email"])]
    assert [person.client.post(link).status_code for link in before] == [404, 404]


def test_a_stranger_whose_address_was_typed_by_mistake_cannot_delete_the_person(
    confirmed: Visitor, database: Database, keys: Keys
):
    correct(confirmed, email="stranger@example.net")

    confirmed.client.post(links(newest(database, keys, "confirm"))[1])

    text = page(confirmed).text
    assert DETAILS["name"] in text
    assert "stranger@example.net" not in text
    assert [one.text for one in page(confirmed).all("button") if one.text == "Stop email"] == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": "x"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"postal_code": "9" * 201}, "postal_code"),
    ],
)
def test_what_must_be_mended_is_said_and_everything_typed_is_kept(
    person: Visitor, database: Database, change: dict[str, str], field: str
):
    typed = {**NEW, **change}
    response = correct(person, **typed)

    shown = read(response.text)
    assert response.status_code == 422
    assert f"#{field}" in [one["href"] for one in shown.one("div", role="alert").all("a")]
    assert {name: shown.one("input", name=name)["value"] for name in NEW} == typed
    assert events(database, "contact_changed") == []


def test_a_number_cannot_be_taken_away_while_calls_are_allowed(person: Visitor):
    allow(person, "phone")

    response = correct(person, phone="")

    assert response.status_code == 422
    assert "first stop calls" in read(response.text).one("div", role="alert").text


def test_allowing_a_channel_stores_the_wording_that_was_shown(person: Visitor, database: Database, wording: str):
    assert allow(person, "phone").status_code == 303

    assert ("phone", wording, "en") in rows(database, Consent.purpose, Consent.version, Consent.language)
    with database.reading() as session:
        [lead_id] = [lead for (lead,) in rows(database, Lead.id)]
        [given] = [one for one in consents.of_lead(session, lead_id) if one.purpose == "phone"]
        assert consents.wordings(session, [given.wording_sha256])[given.wording_sha256].startswith("I agree")
    [event] = events(database, "consent_given")
    assert event.details == {"purpose": "phone"}
    assert "Call me" in page(person).text


def test_allowing_twice_stores_one_consent(person: Visitor, database: Database):
    form = next(one for one in page(person).all("form") if one.all("input", name="allow", value="text"))
    data = {one["name"]: one["value"] for one in form.all("input")}

    for _ in range(2):
        person.client.post("/my/allow", data=data)

    assert [purpose for (purpose,) in rows(database, Consent.purpose)].count("text") == 1


@pytest.mark.parametrize("change", [{"agreed": None}, {"consent": "old"}, {"consent": None}])
def test_nothing_is_allowed_without_the_tick_and_the_wording_of_now(
    person: Visitor, database: Database, change: dict[str, Any]
):
    response = allow(person, "phone", **change)

    assert response.status_code == 422
    assert read(response.text).one("div", role="alert").one("a")["href"] == "#allow-phone"
    assert "phone" not in [purpose for (purpose,) in rows(database, Consent.purpose)]


def test_calls_need_a_number(ready: Visitor, database: Database):
    ready.send(trial=TRIAL, phone="")
    ready.open_my_data()

    assert allow(ready, "phone").status_code == 422
    assert "phone" not in [purpose for (purpose,) in rows(database, Consent.purpose)]


@pytest.mark.parametrize("purpose", ["share", "future", "x", ""])
def test_nothing_but_a_channel_can_be_allowed_here(person: Visitor, database: Database, purpose: str):
    before = rows(database, Consent.purpose)
    allow(person, "phone", allow=purpose)

    assert rows(database, Consent.purpose) == before


def test_who_allows_email_later_is_asked_for_the_address_then(ready: Visitor, database: Database, keys: Keys):
    ready.send(trial=TRIAL, **{"by-email": None, "by-phone": "yes"})
    ready.open_my_data()

    allow(ready, "email")

    assert [kind for kind, _ in letters(database, keys)] == ["confirm"]


def test_the_page_says_that_the_team_looked_and_on_which_day_without_naming_staff(person: Visitor, database: Database):
    [(referral_id,)] = rows(database, Referral.id)
    assert "Nobody of the team has opened your details yet." in page(person).text

    for _ in range(2):
        recorded(database, audit.Action.REFERRAL_VIEWED, "referral", referral_id)
    recorded(database, audit.Action.WORKLIST_VIEWED, "recruiter", REC.id, referrals=[str(referral_id)])
    recorded(database, audit.Action.WORKLIST_VIEWED, "recruiter", REC.id, referrals=[str(UUID(int=7))])

    text = page(person).text
    assert text.count("The team opened your details on") == 1
    assert text.count("The team saw your name in its list on") == 1
    assert "recruiter" not in text


@pytest.mark.parametrize(("sites", "count"), [(None, 1), (["kaiser-permanente-spine-care-program"], 1), (["york"], 0)])
def test_the_page_says_which_exports_the_person_was_in(
    person: Visitor, database: Database, sites: list[str] | None, count: int
):
    [(site_id,)] = rows(database, Referral.site_id)
    named = [site_id] if sites and sites != ["york"] else sites
    recorded(database, audit.Action.EXPORT_STARTED, "trial", TRIAL, sites=named)
    recorded(database, audit.Action.EXPORT_STARTED, "trial", "NCT00000000", sites=None)

    assert page(person).text.count("Your details were in a list that was handed out on") == count


def test_an_export_without_names_is_told_as_one(person: Visitor, database: Database):
    recorded(database, audit.Action.EXPORT_STARTED, "trial", TRIAL, sites=None, with_identity=False)

    text = page(person).text
    assert text.count("Your answers, without your name, were in a list that was handed out on") == 1
    assert "Your details were in a list" not in text


def test_what_a_team_does_beyond_looking_is_told_as_work(
    person: Visitor, database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(disclosures, "OF_REFERRAL", {audit.Action.SAMPLE_MADE: disclosures.How.WORKED_WITH})
    [(referral_id,)] = rows(database, Referral.id)
    for _ in range(2):
        recorded(database, audit.Action.SAMPLE_MADE, "referral", referral_id, to="contacted")

    assert page(person).text.count("The team worked with your details on") == 1


@pytest.mark.parametrize(("after", "count"), [(UUID(int=0), 1), (UUID(int=2**128 - 1), 0)])
def test_the_rest_of_an_export_is_hers_only_if_it_began_before_her(
    person: Visitor, database: Database, after: UUID, count: int
):
    recorded(database, audit.Action.EXPORT_STARTED, "trial", TRIAL, sites=None, after=str(after))

    assert page(person).text.count("Your details were in a list that was handed out on") == count


def test_an_export_before_the_person_came_or_after_she_withdrew_is_none_of_hers(person: Visitor, database: Database):
    recorded(database, audit.Action.EXPORT_STARTED, "trial", TRIAL, sites=None)
    with database.writing() as session:
        session.execute(update(Referral).values(created_at=datetime.now(UTC) + timedelta(hours=1)))

    assert "handed out" not in page(person).text


def test_the_copy_holds_everything_and_names_no_staff(person: Visitor, database: Database):
    [(referral_id,)] = rows(database, Referral.id)
    recorded(database, audit.Action.REFERRAL_VIEWED, "referral", referral_id)

    response = person.client.get("/my/download")

    data = json.loads(response.text)
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    assert response.headers["Cache-Control"] == "no-store"
    assert data["contact"]["email"] == DETAILS["email"]
    assert {one["purpose"] for one in data["consents"]} == {"share", "email"}
    assert all(one["wording"].startswith("I agree") for one in data["consents"])
    assert data["answers"]["age"] == {
        "value": "44",
        "declined": None,
        "answered_on": data["answers"]["age"]["answered_on"],
    }
    assert data["referrals"][0]["findings"]
    assert [one["how"] for one in data["seen_by"]] == ["opened"]
    assert [one["about"] for one in data["letters"]] == ["confirm"]
    assert {"lead_submitted", "referral_viewed", "data_downloaded"} <= {one["what"] for one in data["history"]}
    assert str(REC.id) not in response.text
    assert len(events(database, "data_downloaded")) == 1


@pytest.mark.parametrize("path", ["/my/contact", "/my/download"])
def test_without_the_private_link_there_is_nothing(person: Visitor, app: Flask, path: str):
    assert app.test_client().get(path).status_code == 404


@pytest.mark.parametrize("path", ["/my/contact", "/my/allow"])
@pytest.mark.parametrize("signature", ["", "f" * 64])
def test_a_form_without_the_signature_of_this_person_changes_nothing(
    person: Visitor, database: Database, path: str, signature: str
):
    before = rows(database, AuditEvent.action)
    data = {**NEW, "language": "en", "allow": "phone", "agreed": "yes", "signature": signature}

    assert person.client.post(path, data=data).status_code == 404
    assert rows(database, AuditEvent.action) == before


def test_no_detail_that_was_corrected_stands_in_the_trail(person: Visitor, database: Database):
    correct(person, **NEW)

    trail = str(rows(database, AuditEvent.details))
    assert "fields" in trail
    assert [value for value in (*NEW.values(), *DETAILS.values()) if len(value) > 5 and value in trail] == []


def test_who_withdraws_from_one_trial_gets_a_letter_that_it_ended(confirmed: Visitor, database: Database, keys: Keys):
    form = next(one for one in page(confirmed).all("form") if one.all("input", name="referral"))

    confirmed.client.post("/my/withdraw", data={one["name"]: one["value"] for one in form.all("input")})

    assert "You withdrew." in newest(database, keys, "ended").text


def test_the_distance_to_the_site_goes_with_the_postal_code(ready: Visitor, database: Database) -> None:
    # The trial's first site is in Oakland.
    ready.send(trial=TRIAL, language="en", postal_code="94612")
    ready.open_my_data()
    assert rows_of_miles(database) == [0]

    correct(ready, postal_code="10001")
    assert 2_500 < (rows_of_miles(database)[0] or 0) < 2_600

    correct(ready, postal_code="")
    assert rows_of_miles(database) == [None]


def rows_of_miles(database: Database) -> list[int | None]:
    return [miles for (miles,) in rows(database, Referral.miles)]
