"""What participants, and only they, can see, withdraw and delete."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import structlog
import time_machine
from flask import Flask
from sqlalchemy import select, update

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.database import Database
from prescreen.eligibility.assessment.determination import Determination
from prescreen.storage.audit import events
from prescreen.storage.tables import Consent, Lead, Referral, StoredAnswer
from tests.web.markup import Element, read
from tests.web.visitor import DETAILS, NOON, SETTLED, SLUG, Visitor, where

CANARIES = (DETAILS["name"], "Quackenbush", DETAILS["email"], "6175550143", "617 555 0143", DETAILS["postal_code"])
TWO_TRIALS = {"trial": ["NCT00000410", "NCT03386149"], "by-phone": "yes", "future": "yes"}


@pytest.fixture
def person(visitor: Visitor) -> Visitor:
    """Return somebody who left details for two trials and opened the private link."""
    visitor.has_answered(SETTLED | {"age": "44"})
    visitor.send(**TWO_TRIALS)
    visitor.open_my_data()
    return visitor


def mine(person: Visitor) -> Element:
    return read(person.client.get("/my/").text)


def press(person: Visitor, label: str) -> Element:
    """Press the first button that starts with this label, and read the next page."""
    form = next(one for one in mine(person).all("form") if one.one("button").text.startswith(label))
    data = {one["name"]: one["value"] for one in form.all("input")}
    return read(person.client.post(form["action"], data=data, follow_redirects=True).text)


def allowed(page: Element) -> list[str]:
    """Return what has a row with a button that stops it, in the order of words."""
    rows = [row for row in page.all("tr") if any(one.text.startswith("Stop ") for one in row.all("button"))]
    return sorted(row.one("th", scope="row").text for row in rows)


def values(database: Database, column: object) -> list[object]:
    with database.reading() as session:
        return list(session.scalars(select(column)))  # type: ignore[call-overload]


def test_the_private_link_opens_a_page_with_an_address_that_opens_nothing_by_itself(person: Visitor, app: Flask):
    assert where(person.client.get(person.private_link())) == "/my/"
    assert app.test_client().get("/my/").status_code == 404


def test_the_page_shows_everything_that_was_given(person: Visitor):
    page = mine(person).text

    shown = [DETAILS["name"], DETAILS["email"], "+16175550143", DETAILS["postal_code"], "Evenings", "Spanish"]
    assert [one for one in shown if one not in page] == []


def test_the_page_shows_the_trials_the_consents_and_the_answers_with_their_day(person: Visitor):
    page = mine(person)

    assert "Surgery or other care for a slipped disc" in [one.text for one in page.all("h3")]
    assert allowed(page) == ["Call me", "Contact me by email", "Tell me about future trials"]
    answers = {
        row.one("th").text: row.one("b").text for row in page.one("table", id="answers").all("tr") if row.all("b")
    }
    assert answers["How old are you?"] == "44 years"
    assert "All given on" in page.text


def test_the_answers_stand_under_the_headings_of_their_pages_in_the_order_of_the_interview(
    person: Visitor, shipped_criteria: LiveCatalog
):
    bank = shipped_criteria.current(datetime.now(UTC).date()).bank
    groups = [
        [row.one("th").text for row in body.all("tr")] for body in mine(person).one("table", id="answers").all("tbody")
    ]

    given = [name for name in bank.questions if name in {*SETTLED, "age"}]
    assert [heading for heading, *_ in groups] == ["Your pain so far", "First, your safety", "About you"]
    assert [ask for _, *asked in groups for ask in asked] == [bank[name].ask.by_language["en"] for name in given]


def test_the_day_stands_at_each_answer_where_they_are_of_several_days(person: Visitor, database: Database):
    with database.writing() as session:
        at_first = update(StoredAnswer).where(StoredAnswer.question_id == "age")
        session.execute(at_first.values(answered_on=date(2026, 11, 2)))
    page = mine(person)

    [age] = [row for row in page.one("table", id="answers").all("tr") if row.one("th").text == "How old are you?"]
    assert age.one("small").text == "2 November 2026"
    assert "All given on" not in page.text


def test_the_page_never_says_eligible_of_a_person(person: Visitor, database: Database):
    with database.writing() as session:
        session.execute(Referral.__table__.update().values(state="eligible"))  # type: ignore[attr-defined]

    assert "eligible" not in mine(person).text


def test_the_newest_disclosures_are_in_sight_and_the_earlier_ones_in_a_fold(person: Visitor, database: Database):
    referral_id = str(values(database, Referral.id)[0])
    recruiter = events.Actor(events.ActorKind.RECRUITER, "somebody")
    subject = events.Subject("referral", referral_id)
    days = [datetime.now(UTC) + timedelta(days=number) for number in range(7)]
    with database.writing() as session:
        for at in days:
            events.record(session, events.Event(at, recruiter, events.Action.REFERRAL_VIEWED, subject))

    [card] = [one for one in mine(person).all("div", class_="card") if "opened your details on" in one.text]
    shown = [one.text for place in (card.one("ul"), card.one("ol")) for one in place.all("li")]
    opened = [one for one in shown if one.startswith("The team opened")]
    assert [len(card.one("ul").all("li")), len(set(opened)), len(opened)] == [3, 7, 7]


def test_a_trial_that_was_left_says_nothing_of_what_may_still_come(person: Visitor):
    before, after = mine(person), press(person, "Withdraw from this trial")

    waiting = "Nobody of the team has opened your details yet."
    assert [page.text.count(waiting) for page in (before, after)] == [2, 1]


def test_withdrawing_from_one_trial_leaves_the_other(person: Visitor, database: Database):
    page = press(person, "Withdraw from this trial")

    assert page.text.count("You withdrew on") == 1
    assert values(database, Referral.state).count("withdrawn") == 1
    assert [bool(one) for one in values(database, Referral.determination)].count(True) == 1


def test_withdrawing_from_all_ends_every_consent_and_erases_the_answers(person: Visitor, database: Database):
    page = press(person, "Yes, withdraw from all trials")

    assert page.text.count("You withdrew on") == 2
    assert None not in values(database, Consent.withdrawn_at)
    assert values(database, StoredAnswer.question_id) == []


def test_stopping_one_channel_leaves_the_rest(person: Visitor, database: Database):
    page = press(person, "Stop email")

    assert allowed(page) == ["Call me", "Tell me about future trials"]
    assert set(values(database, Referral.state)) == {"new"}


def test_no_longer_hearing_of_later_trials_erases_answers_that_no_chosen_trial_uses(
    person: Visitor, database: Database
):
    before = set(values(database, StoredAnswer.question_id))

    press(person, "Stop future")

    assert before - set(values(database, StoredAnswer.question_id))


def test_deleting_erases_everything_and_ends_the_link(person: Visitor, database: Database):
    link = person.private_link()

    assert "Everything is deleted" in press(person, "Yes, delete everything now").text
    assert values(database, Lead.contact) == [None]
    assert values(database, StoredAnswer.value) == []
    assert [person.client.get(path).status_code for path in (link, "/my/")] == [404, 404]


def test_deleting_twice_is_no_error(person: Visitor):
    form = {"signature": mine(person).all("input", name="signature")[0]["value"]}

    answers = [person.client.post("/my/delete", data=form).status_code for _ in range(2)]

    assert answers in ([200, 404], [303, 404], [303, 303])


@pytest.mark.parametrize("place", [0, 20, 40, -1])
def test_a_token_with_one_changed_letter_opens_nothing(person: Visitor, place: int):
    letters = list(person.private_link().removeprefix("/my/"))
    letters[place] = "B" if letters[place] != "B" else "b"

    response = person.client.get("/my/" + "".join(letters))

    assert response.status_code == 404
    assert "This link does not work" in response.text


@pytest.mark.parametrize("token", ["x", "A" * 90, "ä", "%00", "..", "=", "A" * 4000, "my", "{{7*7}}"])
def test_a_forged_token_opens_nothing(visitor: Visitor, token: str):
    assert visitor.client.get(f"/my/{token}").status_code == 404


def test_the_link_ends_after_ninety_days(visitor: Visitor):
    with time_machine.travel(NOON, tick=False) as clock:
        visitor.answers(SETTLED)
        visitor.send()
        link = visitor.private_link()
        clock.shift(timedelta(days=90))

        assert visitor.client.get(link).status_code == 404


def test_the_page_closes_itself_two_hours_after_the_link_was_opened(visitor: Visitor):
    with time_machine.travel(NOON, tick=False) as clock:
        visitor.answers(SETTLED)
        visitor.send()
        visitor.open_my_data()
        clock.shift(timedelta(hours=2, seconds=1))

        assert visitor.client.get("/my/").status_code == 404


@pytest.mark.parametrize("path", ["/my/withdraw", "/my/delete"])
@pytest.mark.parametrize("signature", ["", "f" * 64, "ä", None])
def test_a_form_without_the_signature_of_this_person_does_nothing(
    person: Visitor, database: Database, path: str, signature: str | None
):
    data = {"all": "yes", **({"signature": signature} if signature is not None else {})}

    assert person.client.post(path, data=data).status_code == 404
    assert set(values(database, Referral.state)) == {"new"}


def test_a_signature_of_another_person_does_nothing(person: Visitor, app: Flask, database: Database):
    other = Visitor(app.test_client())
    other.has_answered(SETTLED)
    other.send(email="other@example.org")
    signature = other.open_my_data().all("input", name="signature")[0]["value"]

    response = person.client.post("/my/delete", data={"signature": signature})

    assert response.status_code == 404
    assert None not in values(database, Lead.contact)


def test_a_referral_of_another_person_cannot_be_withdrawn(person: Visitor, app: Flask, database: Database):
    other = Visitor(app.test_client())
    other.has_answered(SETTLED)
    other.send(email="other@example.org")
    theirs = other.open_my_data().all("input", name="referral")[0]["value"]
    signature = mine(person).all("input", name="signature")[0]["value"]

    person.client.post("/my/withdraw", data={"signature": signature, "referral": theirs})

    assert set(values(database, Referral.state)) == {"new"}


@pytest.mark.parametrize("data", [{}, {"referral": "x"}, {"purpose": "share"}, {"purpose": "x"}, {"all": "no"}])
def test_a_signed_form_that_names_nothing_of_hers_withdraws_nothing(
    person: Visitor, database: Database, data: dict[str, str]
):
    signature = mine(person).all("input", name="signature")[0]["value"]

    assert person.client.post("/my/withdraw", data={"signature": signature, **data}).status_code < 500
    assert set(values(database, Referral.state)) == {"new"}


def test_clearing_on_a_shared_device_takes_the_private_link_with_it(person: Visitor):
    person.post("/clear", {})

    assert person.client.get(f"/{SLUG}/thanks").status_code == 410
    assert person.client.get("/my/").status_code == 404
    assert "nothing was stored" not in person.page("/cleared").text


def test_contact_details_stand_in_no_address_and_no_log(
    visitor: Visitor, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
):
    visitor.answers(SETTLED)
    with structlog.testing.capture_logs() as logged:
        responses = [visitor.send(phone="1"), visitor.send(), visitor.get("/thanks")]
        visitor.open_my_data()

    printed = str(logged) + "".join(capfd.readouterr()) + caplog.text
    addresses = [response.headers.get("Location", "") + response.request.url for response in responses]
    told = [canary for canary in (*CANARIES, visitor.private_link()) if canary in printed + " ".join(addresses)]
    assert logged
    assert told == []


def test_an_unforeseen_error_writes_neither_link_nor_details_to_the_log(
    person: Visitor, app: Flask, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    link = person.private_link()
    monkeypatch.setattr("prescreen.web.participants.data_subject_rights.lead_behind", lambda *_: 1 / 0)
    monkeypatch.setattr(app, "testing", False)

    response = person.client.get(link)

    assert response.status_code == 500
    assert response.headers["Content-Security-Policy"]
    assert link.removeprefix("/my/") not in "".join(capfd.readouterr())


def test_contact_details_stand_nowhere_in_clear_in_what_is_kept(person: Visitor, tmp_path: Path):
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    encodings = [text.encode(name) for text in CANARIES for name in ("utf-8", "utf-16-le")]
    assert Determination.UNDETERMINED.value.encode() in kept
    assert [one for one in encodings if one in kept or one.lower() in kept.lower()] == []


def test_no_cookie_of_the_person_holds_her_details_in_clear(person: Visitor):
    cookies = [person.cookie(), person.cookie("prescreen-thanks"), person.cookie("prescreen-my", "/my")]

    assert all(cookies)
    assert [one for one in CANARIES if one in "".join(cookies)] == []
