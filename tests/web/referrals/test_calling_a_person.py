"""What a recruiter does on the page of one person: tick the call script, log calls, and who may."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
import time_machine

from prescreen.eligibility.assessment.answers import Declined
from prescreen.storage.participants import leads
from prescreen.storage.participants.consents import GivenBy, Purpose
from prescreen.storage.tables import CallReminder, LogEntry, ReferralTick
from prescreen.workflow.participants import data_subject_rights
from tests.people import CONTACT
from tests.web.kept import count
from tests.web.markup import read
from tests.web.office import form_token, sign_in
from tests.web.person_pages import OTHER_TRIAL, Office, boxes, catalog, days_ago, finding, office, record
from tests.web.referred import TRIAL, VALUES

__all__ = ["catalog", "office"]


# The call script.


def test_the_script_goes_from_questions_and_phone_to_records_and_visit(office: Office) -> None:
    page = office.page()

    keys = list(boxes(page))
    trial = office.catalog.trials[TRIAL]
    ways = {one.id: one.checked.value for one in trial.still_to_check if one.checked}

    asked = [key for key in keys if key.startswith("question:")]
    assert keys[: len(asked)] == asked
    assert keys[len(asked) :] == [one for way in ("phone", "records", "visit") for one in ways if ways[one] == way]


def test_what_leaves_a_finding_unknown_is_asked_once_in_the_questions_own_words(office: Office) -> None:
    page = office.page(OTHER_TRIAL, values={"age": Fraction(44)}, on=days_ago(1))

    box = boxes(page)["question:spine_conditions"].text

    assert str(office.catalog.bank["spine_conditions"].ask) in box
    assert "Decides 4 points of the trial." in box
    assert "A curved spine (scoliosis)" in box


def test_what_depends_on_an_answer_that_is_still_open_says_so(office: Office) -> None:
    script = boxes(office.page(OTHER_TRIAL, values={"age": Fraction(44)}, on=days_ago(1)))
    opened = {"health_areas": frozenset({"spine"})}
    later = boxes(office.page(OTHER_TRIAL, values={"age": Fraction(44), **opened}, on=days_ago(1)))

    said = f"Only if it fits the answer to “{office.catalog.bank['health_areas'].ask}”"
    assert said in script["question:spine_conditions"].text
    assert "Only if it fits" not in script["question:health_areas"].text
    assert "Only if it fits" not in later["question:spine_conditions"].text


def test_what_was_not_known_is_asked_again_and_what_is_known_is_not(office: Office) -> None:
    values = {"age": Fraction(44), "scan": frozenset({"mri"}), "findings": Declined.DO_NOT_KNOW}
    page = office.page(OTHER_TRIAL, values=values, on=days_ago(1))

    script = boxes(page)

    assert "Said I don't know , yesterday" in script["question:findings"].text
    assert not {"question:age", "question:scan"} & script.keys()


def test_not_asked_not_known_and_not_said_are_told_apart(office: Office) -> None:
    asked = boxes(office.page(OTHER_TRIAL, values={"age": Fraction(44)}, on=days_ago(1)))
    one, other = [key.removeprefix("question:") for key in asked if key.startswith("question:")][-2:]
    declined = {one: Declined.DO_NOT_KNOW, other: Declined.RATHER_NOT_SAY}
    page = office.page(OTHER_TRIAL, values={"age": Fraction(44), **declined}, on=days_ago(1))

    script = boxes(page)
    unasked = [key for key, box in script.items() if "Not asked yet" in box.text]

    assert "Said I don't know" in script[f"question:{one}"].text
    assert "Said I'd rather not say" in script[f"question:{other}"].text
    assert f"Questions left open: {len(unasked)} not asked, 1 not known, 1 not said ." in page.text()
    page.post("ticks", tick=[unasked[0]])
    assert f"Questions left open: {len(unasked) - 1} not asked, 1 not known, 1 not said ." in page.text()


def test_an_answer_that_is_too_old_is_in_the_script(office: Office) -> None:
    page = office.page(values={**VALUES, "back_pain_score": Fraction(4)}, on=days_ago(19))

    box = boxes(page)["question:back_pain_score"].text

    assert "Said 4 out of 10 , 19 days ago: ask again. a number out of 10." in box
    assert "Decides" not in box
    assert "19 days ago: ask again" in finding(page, "back-pain")


def test_a_guardian_is_asked_about_the_person(office: Office) -> None:
    page = office.page(OTHER_TRIAL, values={"age": Fraction(44)}, on=days_ago(1), by=GivenBy.GUARDIAN)

    assert str(office.catalog.bank["spine_conditions"].ask_other) in boxes(page)["question:spine_conditions"].text


def test_the_person_can_stop_at_any_time_is_below_the_script(office: Office) -> None:
    text = office.page().text()

    assert text.index("Save the script") < text.index("They may stop at any time") < text.index("What they answered")


def test_a_tick_is_shown_with_who_and_when(office: Office) -> None:
    page = office.page()
    item = office.catalog.trials[TRIAL].still_to_check[0].id

    answer = page.post("ticks", tick=[item])

    assert (answer.status_code, answer.location) == (303, f"{page.path}#script")
    box = boxes(page)[item]
    assert "checked" in box.one("input", name="tick")
    assert re.search(r"✓ Rec Ruiter, today \d\d:\d\d", box.text)
    assert re.search(r"\b1 of \d+ done", page.text())
    assert re.search(r"Rec Ruiter Ticked in the script .*" + re.escape(box.one("b").text), record(page))
    assert page.recorded() == ["script_ticked"]


def test_a_tick_can_be_taken_back_and_the_record_keeps_both(office: Office) -> None:
    page = office.page()
    item = office.catalog.trials[TRIAL].still_to_check[0].id
    page.post("ticks", tick=[item])

    page.post("ticks", was=[item])

    assert "checked" not in boxes(page)[item].one("input", name="tick")
    assert "Tick taken back" in record(page)
    assert count(office.database, ReferralTick) == 2


def test_two_recruiters_who_tick_on_pages_opened_at_the_same_time_lose_nothing(office: Office) -> None:
    page = office.page()
    colleague = office.colleague(page)
    first, second, third = (one.id for one in office.catalog.trials[TRIAL].still_to_check[:3])
    page.post("ticks", tick=[first])

    # Both opened the page now, with the first box ticked; one takes it back, the other ticks two more.
    page.post("ticks", was=[first], tick=[second])
    colleague.post("ticks", was=[first], tick=[first, third])

    ticked = {key for key, box in boxes(page).items() if "checked" in box.one("input", name="tick")}
    assert ticked == {second, third}


def test_saving_without_a_change_writes_nothing(office: Office) -> None:
    page = office.page()

    assert page.post("ticks", tick=["nonsense"]).status_code == 303
    assert page.post("ticks").status_code == 303

    assert count(office.database, ReferralTick) == 0
    assert page.recorded() == []


# Calls.


def test_a_call_is_logged_and_listed_with_who_when_and_outcome(office: Office) -> None:
    page = office.page()

    answer = page.post("outcome", version="1", outcome="left_message", note="<b>Brother</b> answered.\nTry later.")

    assert (answer.status_code, answer.location) == (303, f"{page.path}?done=saved")
    newest = page.read().one("ol").all("li")[0].text
    assert re.search(r"^today \d\d:\d\d Rec Ruiter ", newest)
    assert "Call: message left" in newest
    assert "<b>Brother</b> answered." in newest
    assert page.recorded() == ["call_logged", "note_written"]
    assert "still “new”" not in page.text()
    assert "Saved" in read(office.client.get(answer.location).text).one("p", role="status").text


def test_a_call_that_reached_a_new_person_hints_at_the_state_and_leaves_it(office: Office) -> None:
    page = office.page()

    page.post("outcome", version="1", outcome="reached")

    assert "Reached, and still “new”" in page.text()
    assert (page.now().state, page.now().contacted_at is not None) == ("new", True)
    assert "First reached" in page.text()


def test_a_call_back_stands_at_the_top_and_says_when_it_is_due(office: Office) -> None:
    page = office.page()
    tomorrow = datetime.now(office.catalog.service.timezone) + timedelta(days=1)

    page.post("outcome", version="1", call_back_at=f"{tomorrow:%Y-%m-%dT%H:%M}")

    assert f"call back {tomorrow.day} {tomorrow:%b}, {tomorrow:%H:%M}" in page.text()
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1, minutes=5)):
        sign_in(office.client)
        assert f"call back {tomorrow:%H:%M} as agreed" in page.text()
        page.post("outcome", version="1", outcome="no_answer")
        assert "as agreed" not in page.text()


@pytest.mark.parametrize(
    ("agreed", "offered"),
    [
        ((Purpose.PHONE, Purpose.EMAIL), 1),
        ((Purpose.PHONE,), 0),
        ((Purpose.EMAIL,), 0),
        ((Purpose.TEXT, Purpose.EMAIL), 0),
    ],
)
def test_a_reminder_is_offered_where_the_person_can_be_called_and_written_to(
    office: Office, agreed: tuple[Purpose, ...], offered: int
) -> None:
    page = office.page(agreed=agreed)

    assert len(page.read().all("input", name="remind")) == offered


def test_a_reminder_stands_in_the_record_and_a_tick_without_a_time_stays_to_be_seen(office: Office) -> None:
    page = office.page(agreed=(Purpose.PHONE, Purpose.EMAIL))
    tomorrow = datetime.now(office.catalog.service.timezone) + timedelta(days=1)

    refused = page.post("outcome", version="1", outcome="reached", remind="yes")
    page.post("outcome", version="1", outcome="reached", remind="yes", call_back_at=f"{tomorrow:%Y-%m-%dT%H:%M}")

    assert (refused.status_code, "checked" in read(refused.text).one("input", name="remind")) == (422, True)
    assert "with a reminder by e-mail" in page.text()
    assert count(office.database, CallReminder) == 1


def test_a_call_that_cannot_be_read_is_shown_again_with_what_to_mend(office: Office) -> None:
    page = office.page()

    typed = {"outcome": "no_answer", "note": "Ask for Mina.", "call_back_at": "2020-01-01T10:00", "state": "declined"}
    answer = page.post("outcome", version="1", **typed)

    again = read(answer.text)
    assert answer.status_code == 422
    assert again.all("div", role="alert")
    assert again.one("input", id="call_back_at")["aria-invalid"] == "true"
    assert again.one("input", id="call_back_at")["value"] == "2020-01-01T10:00"
    assert again.one("textarea", id="note").text == "Ask for Mina."
    assert "checked" in again.one("input", value="no_answer")
    assert "selected" in again.one("option", value="declined")
    assert count(office.database, LogEntry) == 0


# The same person elsewhere.


def test_the_same_address_in_another_trial_is_linked(office: Office) -> None:
    page, other = office.page(), office.page(OTHER_TRIAL, name="Mina Quackenbush")
    with office.database.writing() as session:
        for one in (page, other):
            leads.confirm_email(session, one.referral.lead_id, office.keys.index_of_email(CONTACT.email))

    link = page.read().one("section", aria_labelledby="record").one("a", href=other.path)

    assert link.text == other.referral.reference != page.referral.reference
    assert "Same e-mail address also in" in page.text()
    assert not page.read().all("a", href=page.path)
    assert "Same e-mail address" not in office.colleague(page).text()


# Who may, and who is gone.


@pytest.mark.parametrize(
    ("part", "form"),
    [
        ("ticks", {"tick": ["x"]}),
        ("outcome", {"version": "1", "outcome": "reached"}),
        ("outcome", {"version": "1", "outcome": "reached", "state": "contacted"}),
        ("who", {"version": "1", "assignee": "", "tags": "", "interpreter": "yes"}),
    ],
)
def test_another_trials_person_is_not_found_and_the_try_is_recorded(
    office: Office, part: str, form: dict[str, Any]
) -> None:
    page = office.page(OTHER_TRIAL)
    outsider = office.colleague(page)
    token = form_token(outsider.client, "/recruiter/")

    answer = outsider.client.post(f"{page.path}/{part}", data={"form_token": token, **form})

    assert answer.status_code == 404
    assert page.recorded() == ["referral_refused"]
    assert page.now() == page.referral


@pytest.mark.parametrize("part", ["ticks", "outcome", "who"])
def test_a_form_without_this_sessions_token_is_refused(office: Office, part: str) -> None:
    page = office.page()

    assert office.client.post(f"{page.path}/{part}", data={"outcome": "reached"}).status_code == 403
    assert page.recorded() == []


def test_who_withdrew_meanwhile_is_shown_as_gone_and_nothing_is_written(office: Office) -> None:
    page = office.page()
    page.post("outcome", version="1", outcome="reached", note="Ask for Mina.")
    token = form_token(office.client, page.path)
    with office.database.writing() as session:
        data_subject_rights.withdraw(session, page.referral.lead_id, page.referral.id, datetime.now(UTC))

    gone = {"outcome": ({"outcome": "reached", "version": "1"}, 409), "ticks": ({"tick": "back-surgery"}, 200)}
    for part, (form, status) in gone.items():
        answer = office.client.post(f"{page.path}/{part}", data={"form_token": token, **form}, follow_redirects=True)
        assert answer.status_code == status
        assert "This person has withdrawn" in answer.text
        assert not re.findall(r"Mina|What came of it|Call script", answer.text)
    assert (count(office.database, LogEntry), count(office.database, ReferralTick)) == (0, 0)
