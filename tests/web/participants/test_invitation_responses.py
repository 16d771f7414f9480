"""Invitations on the private page: yes and no are one button each, and yes is idempotent."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, insert, update

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.database import Database
from prescreen.eligibility.assessment.answer_encoding import to_row
from prescreen.eligibility.criteria.questions import QuestionType
from prescreen.storage.audit import events
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.cohort import packed_answers
from prescreen.storage.participants import stored_answers
from prescreen.storage.tables import Consent, CriteriaEvidence, Invitation, Lead, Referral, StoredAnswer
from tests.web.kept import count, rows
from tests.web.markup import Element, read
from tests.web.visitor import SETTLED, Visitor

CHOSEN, OTHER = "NCT00000410", "NCT03386149"


@pytest.fixture
def invited(visitor: Visitor, database: Database, shipped_criteria: LiveCatalog) -> Visitor:
    """Return somebody who allowed later trials and was invited to one; rematching itself passes test leads over."""
    visitor.has_answered(SETTLED | {"age": "44"})
    visitor.send(trial=CHOSEN, future="yes")
    [(lead_id,)] = rows(database, Lead.id)
    bank = shipped_criteria.current(datetime.now(UTC).date()).bank
    now = datetime.now(UTC)
    row = {"id": new_id(now), "lead_id": lead_id, "trial_id": OTHER, "fingerprint": "f", "created_at": now}
    with database.writing() as session:
        packed_answers.keep(session, lead_id, packed_answers.packed(bank, stored_answers.of_lead(session, lead_id)))
        session.execute(insert(CriteriaEvidence).values(fingerprint="f", content="{}"))
        session.execute(insert(Invitation).values(**row, determination="potentially_eligible"))
    visitor.open_my_data()
    return visitor


def mine(person: Visitor) -> Element:
    return read(person.client.get("/my/").text)


def form(person: Visitor, action: str) -> dict[str, str]:
    found = next(one for one in mine(person).all("form") if one["action"] == action)
    places = {one["name"]: one.all("option")[1]["value"] for one in found.all("select")}
    return {one["name"]: one["value"] for one in found.all("input")} | places


def referred(database: Database) -> set[str]:
    return {trial for (trial,) in rows(database, Referral.trial_id)}


def test_an_open_invitation_is_shown_with_the_wording_and_two_buttons(invited: Visitor):
    page = mine(invited)

    assert "Trials that may fit you" in page.text
    buttons = [one.text.partition(":")[0].strip() for one in page.all("button")]
    assert {"Yes, share my details with this team", "No, thank you"} <= set(buttons)
    assert "I agree that my contact details" in page.text


def test_yes_refers_the_person_with_a_consent_that_names_trial_and_site(invited: Visitor, database: Database):
    response = invited.client.post("/my/accept", data=form(invited, "/my/accept"))

    assert response.status_code == 303
    assert referred(database) == {CHOSEN, OTHER}
    assert OTHER in [trial for (trial,) in rows(database, Consent.trial_id)]
    assert None not in {notice for (notice,) in rows(database, Consent.notice_sha256)}
    assert rows(database, Invitation.accepted) == [(True,)]
    assert "Trials that may fit you" not in mine(invited).text


def test_the_referral_is_judged_anew_by_the_answers_that_are_held(invited: Visitor, database: Database):
    invited.client.post("/my/accept", data=form(invited, "/my/accept"))

    [(findings, questions)] = [
        (found, used)
        for trial, found, used in rows(database, Referral.trial_id, Referral.findings, Referral.question_ids)
        if trial == OTHER
    ]
    adult = next(one for one in findings if not one["open_questions"] and one["permits"] == "true")
    assert adult
    assert "age" in questions


def test_yes_twice_at_once_refers_once(invited: Visitor, app: Flask, database: Database):
    data = form(invited, "/my/accept")
    cookie = invited.cookie("prescreen-my", "/my")

    def press(_: int) -> int:
        client = app.test_client()
        client.set_cookie("prescreen-my", cookie, path="/my")
        return client.post("/my/accept", data=data).status_code

    with ThreadPoolExecutor(4) as clicks:
        statuses = list(clicks.map(press, range(4)))

    assert set(statuses) == {303}
    assert count(database, Referral) == 2
    assert [trial for (trial,) in rows(database, Consent.trial_id)].count(OTHER) == 1


def test_no_refers_nobody_and_the_invitation_goes(invited: Visitor, database: Database):
    for _ in range(2):
        data = {"signature": mine(invited).all("input", name="signature")[0]["value"]}
        [(invitation_id,)] = rows(database, Invitation.id)
        assert invited.client.post("/my/decline", data=data | {"invitation": invitation_id.hex}).status_code == 303

    assert referred(database) == {CHOSEN}
    assert rows(database, Invitation.accepted) == [(False,)]
    assert "Trials that may fit you" not in mine(invited).text


@pytest.mark.parametrize("change", [{"shown": "old"}, {"consent": "old"}, {"consent": ""}])
def test_what_changed_since_it_was_read_is_not_accepted(invited: Visitor, database: Database, change: dict[str, str]):
    response = invited.client.post("/my/accept", data=form(invited, "/my/accept") | change)

    page = read(response.text)
    assert response.status_code == 422
    target = page.one("div", role="alert").one("a")["href"].removeprefix("#")
    assert page.all("div", id=target)
    assert referred(database) == {CHOSEN}


def test_answers_of_today_that_rule_the_trial_out_refer_nobody(invited: Visitor, database: Database):
    with database.writing() as session:
        session.execute(update(StoredAnswer).where(StoredAnswer.question_id == "age").values(value="12"))

    response = invited.client.post("/my/accept", data=form(invited, "/my/accept"))

    assert response.status_code == 409
    assert "does not fit any more" in response.text
    assert referred(database) == {CHOSEN}
    assert rows(database, Invitation.accepted) == [(None,)]


@pytest.mark.parametrize("path", ["/my/accept", "/my/decline"])
@pytest.mark.parametrize("change", [{"signature": "f" * 64}, {"invitation": UUID(int=1).hex}, {"invitation": "x"}])
def test_nobody_answers_for_another(invited: Visitor, database: Database, path: str, change: dict[str, Any]):
    response = invited.client.post(path, data=form(invited, path) | change)

    assert response.status_code == (404 if "signature" in change else 303)
    assert rows(database, Invitation.accepted) == [(None,)]
    assert referred(database) == {CHOSEN}


def test_answering_is_on_record(invited: Visitor, database: Database):
    [(invitation_id,)] = rows(database, Invitation.id)
    invited.client.post("/my/accept", data=form(invited, "/my/accept"))

    with database.reading() as session:
        [event] = events.about(session, events.Subject("invitation", str(invitation_id)))
    assert event.action == "invitation_accepted"


def test_a_team_is_handed_no_answer_whose_question_has_changed_since(
    invited: Visitor, database: Database, shipped_criteria: LiveCatalog
):
    [(lead_id,)] = rows(database, Lead.id)
    catalog = shipped_criteria.current(datetime.now(UTC).date())
    used = catalog.trials[OTHER].questions(catalog.bank)
    changed = next(one for one in used if catalog.bank[one].type is QuestionType.CHOICES)
    kind, text = to_row(frozenset({"gone"}))
    row = {"lead_id": lead_id, "question_id": changed, "kind": kind, "value": text}
    with database.writing() as session:
        # The packed answers of the person have no record under today's meaning of that question.
        session.execute(delete(StoredAnswer).where(StoredAnswer.question_id == changed))
        session.execute(insert(StoredAnswer).values(**row, answered_on=datetime.now(UTC).date()))

    invited.client.post("/my/accept", data=form(invited, "/my/accept"))

    handed = dict(rows(database, Referral.trial_id, Referral.question_ids))[OTHER]
    assert changed not in handed
    assert "age" in handed
