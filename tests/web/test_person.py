"""The page of one person, as the recruiter reads it and works with it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from prescreen.catalog.catalog import Catalog
from prescreen.catalog.live import LiveCatalog
from prescreen.database import Database
from prescreen.eligibility.answers import Declined
from prescreen.storage import audit, leads, referrals
from prescreen.storage.consents import GivenBy
from prescreen.storage.keys import Keys
from prescreen.storage.models import LogEntry, ReferralTick
from prescreen.storage.referrals import StoredReferral
from prescreen.workflow import participation
from prescreen.workflow.accounts import Assignment
from prescreen.workflow.submitting import Purpose
from tests.people import CONTACT, recruiter
from tests.web.kept import count
from tests.web.markup import Element, read
from tests.web.referred import TRIAL, VALUES, refer
from tests.web.test_recruiter import form_token, sign_in

# Its criteria have a body mass index, a length of time that grows, an age and something for each way of checking.
OTHER_TRIAL = "NCT05021718"


@dataclass
class Page:
    """The page of one person, opened by a recruiter who is signed in."""

    client: FlaskClient
    database: Database
    path: str
    referral: StoredReferral

    def read(self) -> Element:
        return read(self.client.get(self.path).text)

    def text(self) -> str:
        return self.read().one("main").text

    def post(self, part: str, **form: Any) -> TestResponse:
        token = form_token(self.client, self.path)
        return self.client.post(f"{self.path}/{part}", data={"form_token": token, **form})

    def now(self) -> StoredReferral:
        with self.database.reading() as session:
            found = referrals.find(session, self.referral.id)
        assert found is not None
        return found

    def recorded(self) -> list[str]:
        with self.database.reading() as session:
            events = audit.about(session, audit.Subject("referral", str(self.referral.id)))
        return [event.action.value for event in events if event.action is not audit.Action.REFERRAL_VIEWED]


@pytest.fixture
def catalog(shipped_criteria: LiveCatalog) -> Catalog:
    return shipped_criteria.current(datetime.now(UTC).date())


@dataclass
class Office:
    """A signed-in recruiter of two trials."""

    app: Flask
    client: FlaskClient
    database: Database
    keys: Keys
    catalog: Catalog

    def page(self, trial_id: str = TRIAL, **details: Any) -> Page:
        receipt = refer(self.database, self.keys, self.catalog, trial_id=trial_id, **details)
        with self.database.reading() as session:
            (referral,) = referrals.of_lead(session, receipt.lead_id)
        return Page(self.client, self.database, f"/recruiter/referrals/{referral.id}", referral)

    def colleague(self, page: Page, trial_id: str = TRIAL) -> Page:
        recruiter(self.database, Assignment(trial_id), email="colleague@example.org")
        client = self.app.test_client()
        sign_in(client, email="colleague@example.org")
        return Page(client, self.database, page.path, page.referral)


@pytest.fixture
def office(app: Flask, client: FlaskClient, database: Database, keys: Keys, catalog: Catalog) -> Office:
    recruiter(database, Assignment(TRIAL), Assignment(OTHER_TRIAL))
    sign_in(client)
    return Office(app, client, database, keys, catalog)


def finding(page: Page, criterion_id: str) -> str:
    return page.read().one("li", id=f"finding-{criterion_id}").text


def boxes(page: Page) -> dict[str, Element]:
    """Give the labels of the script's boxes by what they post, in the order of the page."""
    labels = [one for one in page.read().all("label") if one.all("input", name="tick")]
    return {one.one("input", name="tick")["value"]: one for one in labels}


def days_ago(days: int) -> date:
    return datetime.now(UTC).date() - timedelta(days=days)


# Findings.


def test_a_number_on_its_limit_is_just_inside_and_an_old_answer_is_to_be_asked_again(office: Office) -> None:
    page = office.page(values={**VALUES, "back_pain_score": Fraction(4)}, on=days_ago(19))

    text = finding(page, "back-pain")

    assert "4 out of 10 , limit 4 to 8: just inside" in text
    assert "19 days ago: ask again" in text


def test_an_answer_within_its_half_life_is_not_asked_again(office: Office) -> None:
    page = office.page(values={**VALUES, "back_pain_score": Fraction(6)}, on=days_ago(6))

    assert "6 days ago" in finding(page, "back-pain")
    assert "ask again" not in page.text()


def test_a_number_that_grows_is_reckoned_to_today_and_what_was_judged_then_stays_beside_it(office: Office) -> None:
    page = office.page(OTHER_TRIAL, values={"pain_site": "equal", "pain_duration": Fraction(75)}, on=days_ago(19))

    text = finding(page, "pain-3-months")

    assert text.startswith("does not permit today: permits needed:")
    assert "75 days , today 94 days, floor 91.3125 (3 months): 2.6875 days above" in text
    assert "ask again" not in text
    assert "Today it would be judged otherwise: can't tell yet" in page.text()
    assert page.now().determination == "ineligible"


def test_a_number_that_is_worked_out_has_its_margin_too(office: Office, catalog: Catalog) -> None:
    trial_id, criterion_id = next(
        (trial.id, one.id)
        for trial in catalog.trials.values()
        for one in trial.ruled
        if one.rule is not None and getattr(one.rule, "question", "") == "bmi"
    )
    values = {"height_cm": Fraction(170), "weight_kg": Fraction("120")}
    page = office.colleague(office.page(trial_id, values=values, on=days_ago(1)), trial_id)

    assert re.search(r"Body mass index.* 41\.5 , .* over by \d", finding(page, criterion_id))


def test_an_exclusion_says_that_it_keeps_out(office: Office) -> None:
    assert "does not permit keeps out: You have diabetes." in finding(office.page(), "diabetes")


def test_the_page_begins_with_why_somebody_should_call_now(office: Office) -> None:
    page = office.page(days=3)

    assert "Doesn't fit now because of diabetes" in page.text()
    assert page.read().one("a", href="#finding-diabetes").text == "diabetes"
    assert "Waiting for 3 days" in page.text()


# How to reach the person.


@pytest.mark.parametrize(
    ("agreed", "links"),
    [
        ((Purpose.PHONE,), {"tel:"}),
        ((Purpose.TEXT,), {"sms:"}),
        ((Purpose.EMAIL,), {"mailto:"}),
        ((Purpose.EMAIL, Purpose.PHONE, Purpose.TEXT), {"tel:", "sms:", "mailto:"}),
        ((), set()),
    ],
)
def test_only_agreed_ways_of_contact_are_on_the_page(
    office: Office, agreed: tuple[Purpose, ...], links: set[str]
) -> None:
    page = office.page(agreed=agreed)

    answer = html.unescape(office.client.get(page.path).text)
    main = page.read().one("main")

    assert {one["href"].partition(":")[0] + ":" for one in main.all("a") if ":" in one["href"]} == links
    assert ("617" in answer) == bool({Purpose.PHONE, Purpose.TEXT} & set(agreed))
    assert (CONTACT.email in answer) == (Purpose.EMAIL in agreed)
    assert ("Not agreed; do not use:" in main.text) == (len(agreed) < 3)
    assert ("Do not contact them." in main.text) == (not agreed)


def test_who_chose_another_language_is_asked_about_an_interpreter(office: Office) -> None:
    assert "They chose Spanish: ask whether they need an interpreter." in office.page(language="es").text()
    assert "They chose" not in office.page(name="Somebody English").text()


def test_the_need_of_an_interpreter_is_kept_and_shown(office: Office) -> None:
    page = office.page()

    answer = page.post("interpreter", was="unknown", interpreter="yes")

    assert (answer.status_code, answer.location) == (303, f"{page.path}#contact")
    assert "selected" in page.read().one("option", value="yes")
    assert page.recorded() == ["interpreter_changed"]


def test_who_was_slower_sees_what_somebody_else_said_of_an_interpreter(office: Office) -> None:
    page = office.page()
    page.post("interpreter", was="unknown", interpreter="yes")

    answer = page.post("interpreter", was="unknown", interpreter="no")

    assert answer.status_code == 409
    assert "Somebody else has just answered this." in answer.text
    assert "selected" in read(answer.text).one("option", value="yes")
    assert page.now().interpreter is True


@pytest.mark.parametrize("form", [{}, {"interpreter": "perhaps", "was": "unknown"}, {"interpreter": "yes"}])
def test_an_interpreter_form_with_nonsense_changes_nothing(office: Office, form: dict[str, str]) -> None:
    page = office.page()

    assert page.post("interpreter", **form).status_code == 422
    assert page.now().interpreter is None


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
    assert "Decides: spine fracture, scoliosis, spine tb, spine tumor" in box
    assert "A curved spine (scoliosis)" in box


def test_what_was_not_known_is_asked_again_and_what_is_known_is_not(office: Office) -> None:
    values = {"age": Fraction(44), "scan": frozenset({"mri"}), "scan_result": Declined.DO_NOT_KNOW}
    page = office.page(OTHER_TRIAL, values=values, on=days_ago(1))

    script = boxes(page)

    assert "Said I don't know , yesterday" in script["question:scan_result"].text
    assert not {"question:age", "question:scan"} & script.keys()


def test_an_answer_that_is_too_old_is_in_the_script(office: Office) -> None:
    page = office.page(values={**VALUES, "back_pain_score": Fraction(4)}, on=days_ago(19))

    box = boxes(page)["question:back_pain_score"].text

    assert "Said 4 out of 10 , 19 days ago ask again" in box
    assert "Decides: back pain" in box


def test_a_guardian_is_asked_about_the_person(office: Office) -> None:
    page = office.page(OTHER_TRIAL, values={"age": Fraction(44)}, on=days_ago(1), by=GivenBy.GUARDIAN)

    assert str(office.catalog.bank["spine_conditions"].ask_other) in boxes(page)["question:spine_conditions"].text


def test_the_person_can_stop_at_any_time_is_below_the_script(office: Office) -> None:
    text = office.page().text()

    assert text.index("Save ticks") < text.index("They may stop at any time.") < text.index("As judged on")


def test_a_tick_is_shown_with_who_and_when(office: Office) -> None:
    page = office.page()
    item = office.catalog.trials[TRIAL].still_to_check[0].id

    answer = page.post("ticks", tick=[item])

    assert (answer.status_code, answer.location) == (303, f"{page.path}#script")
    box = boxes(page)[item]
    assert "checked" in box.one("input", name="tick")
    assert re.search(r"✓ Rec Ruiter, \d+ \w+ \d{4}, \d\d:\d\d", box.text)
    assert re.search(r"\b1 of \d+ done", page.text())
    assert "Every tick (1)" in page.text()
    assert page.recorded() == ["script_ticked"]


def test_a_tick_can_be_taken_back_and_the_record_keeps_both(office: Office) -> None:
    page = office.page()
    item = office.catalog.trials[TRIAL].still_to_check[0].id
    page.post("ticks", tick=[item])

    page.post("ticks", was=[item])

    assert "checked" not in boxes(page)[item].one("input", name="tick")
    assert "Tick taken back:" in page.text()
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

    answer = page.post("calls", outcome="left_message", call_note="<b>Brother</b> answered.\nTry later.")

    assert (answer.status_code, answer.location) == (303, f"{page.path}#log")
    (call,) = page.read().one("ol").all("li")
    assert re.search(r"^Left a message \d+ \w+ \d{4}, \d\d:\d\d \w+ , Rec Ruiter", call.text)
    assert "<b>Brother</b> answered." in call.text
    assert page.recorded() == ["call_logged"]
    assert "set the state to contacted" not in page.text()


def test_a_call_that_reached_a_new_person_hints_at_the_state_and_leaves_it(office: Office) -> None:
    page = office.page()

    page.post("calls", outcome="reached")

    assert "set the state to contacted" in page.text()
    assert (page.now().state, page.now().contacted_at is not None) == ("new", True)
    assert "First reached" in page.text()


def test_a_call_back_stands_at_the_top_and_says_when_it_is_due(office: Office) -> None:
    page = office.page()
    tomorrow = datetime.now(office.catalog.service.timezone) + timedelta(days=1)

    page.post("calls", outcome="call_back", call_back_at=f"{tomorrow:%Y-%m-%dT%H:%M}")

    assert re.search(rf"Call back: {tomorrow.day} \w+ {tomorrow:%Y, %H:%M}", page.text())
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1, minutes=5)):
        sign_in(office.client)
        assert "Call back now:" in page.text()
        page.post("calls", outcome="no_answer")
        assert "Call back now:" not in page.text()


def test_a_call_that_cannot_be_read_is_shown_again_with_what_to_mend(office: Office) -> None:
    page = office.page()

    answer = page.post("calls", outcome="call_back", call_note="Ask for Mina.", call_back_at="2020-01-01T10:00")

    again = read(answer.text)
    assert answer.status_code == 422
    assert again.all("div", role="alert")
    assert again.one("input", id="call_back_at")["aria-invalid"] == "true"
    assert again.one("input", id="call_back_at")["value"] == "2020-01-01T10:00"
    assert again.one("textarea").text == "Ask for Mina."
    assert "checked" in again.one("input", value="call_back")
    assert count(office.database, LogEntry) == 0


# The same person elsewhere.


def test_the_same_address_in_another_trial_is_linked(office: Office) -> None:
    page, other = office.page(), office.page(OTHER_TRIAL, name="Mina Quackenbush")
    with office.database.writing() as session:
        for one in (page, other):
            leads.confirm_email(session, one.referral.lead_id, office.keys.index_of_email(CONTACT.email))

    link = page.read().one("a", href=other.path)

    assert link.text == other.referral.reference
    assert "Same e-mail address also in" in page.text()
    assert "Same e-mail address" not in office.colleague(page).text()


# Who may, and who is gone.


@pytest.mark.parametrize(
    ("part", "form"),
    [
        ("ticks", {"tick": ["x"]}),
        ("calls", {"outcome": "reached"}),
        ("interpreter", {"was": "unknown", "interpreter": "yes"}),
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


@pytest.mark.parametrize("part", ["ticks", "calls", "interpreter"])
def test_a_form_without_this_sessions_token_is_refused(office: Office, part: str) -> None:
    page = office.page()

    assert office.client.post(f"{page.path}/{part}", data={"outcome": "reached"}).status_code == 403
    assert page.recorded() == []


def test_who_withdrew_meanwhile_is_shown_as_gone_and_nothing_is_written(office: Office) -> None:
    page = office.page()
    page.post("calls", outcome="reached", call_note="Ask for Mina.")
    token = form_token(office.client, page.path)
    with office.database.writing() as session:
        participation.withdraw(session, page.referral.lead_id, page.referral.id, datetime.now(UTC))

    for part, form in (("calls", {"outcome": "reached"}), ("ticks", {"tick": "diabetes"})):
        answer = office.client.post(f"{page.path}/{part}", data={"form_token": token, **form}, follow_redirects=True)
        assert answer.status_code == 200
        assert "This person has withdrawn" in answer.text
        assert not {"Mina", "Log a call", "Call script"} & set(re.findall(r"Mina|Log a call|Call script", answer.text))
    assert (count(office.database, LogEntry), count(office.database, ReferralTick)) == (0, 0)
