"""A trial with several groups of people at the desk: list, person, script, reasons, record, entry by phone."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from prescreen.eligibility.assessment.answers import Declined
from prescreen.storage.referrals import referrals
from tests.web.groups_desk import BACK, FITS_BACK, FITS_NONE, LEG, OPEN, Desk, desk, person
from tests.web.markup import read
from tests.web.person_pages import Office, boxes, record
from tests.web.referrals.callers import Caller, stored

__all__ = ["desk"]


def listed(desk: Office) -> str:
    return read(desk.client.get("/recruiter/").text).one("main").text


def test_the_list_says_first_which_group_fits(desk: Desk) -> None:
    office = desk()
    person(office, FITS_BACK)

    assert f"{BACK}: all answers fit" in listed(office)


def test_the_list_says_which_group_is_still_possible(desk: Desk) -> None:
    office = desk()
    person(office, OPEN)

    assert f"{LEG}: 1 answer open" in listed(office)


def test_the_list_names_the_group_of_what_is_to_be_asked_by_phone(desk: Desk) -> None:
    office = desk("checked: records", "checked: phone")
    person(office, FITS_BACK)

    assert f"{BACK}: Your doctor wrote a letter?" in listed(office)


def test_the_list_asks_for_what_a_group_lacks_and_not_for_what_was_answered(desk: Desk) -> None:
    office = desk()
    person(office, {**OPEN, "pain_duration": Declined.DO_NOT_KNOW})

    assert "Ask: How long have you had this pain?" in listed(office)


def test_the_list_says_what_is_in_the_way_in_a_group(desk: Desk) -> None:
    office = desk()
    person(office, FITS_NONE)

    assert "doesn't fit now How long have you had this pain?" in listed(office)


def test_a_person_is_shown_with_each_group_and_answers_stand_there_alone(desk: Desk) -> None:
    page = person(desk(), FITS_BACK)

    headings = [one.text for one in page.read().all("h3") if "Group:" in one.text]
    assert headings == [f"× does not fit Group: {LEG}", f"✓ fits Group: {BACK}"]
    assert page.read().one("tr", id="finding-cohorts").text.endswith(f"{LEG}; {BACK}.")


def test_the_script_asks_for_the_criterion_of_the_group_that_is_left(desk: Desk) -> None:
    page = person(desk(), OPEN)

    asked = boxes(page)
    assert [*asked] == ["question:pain_duration"]
    decides = f"Decides: keeps out: {LEG}: Your pain began less than 6 weeks ago."
    assert decides in asked["question:pain_duration"].text


def test_the_script_names_the_group_of_what_is_looked_up(desk: Desk) -> None:
    assert f"{BACK}: Your doctor wrote a letter." in boxes(person(desk(), FITS_BACK))["letter"].text


def test_a_question_of_a_group_is_not_asked_where_another_group_fits(desk: Desk) -> None:
    assert [*boxes(person(desk(), FITS_BACK))] == ["letter"]


def test_a_question_for_all_groups_is_asked_once_for_all_that_it_decides(desk: Desk) -> None:
    asked = boxes(person(desk(), {"age": Fraction(44), "sex": "male"}))

    assert [*asked] == ["question:leg_pain", "question:pain_duration", "letter"]
    assert "Decides 2 points of the trial." in asked["question:leg_pain"].text


def test_a_reason_names_the_group_whose_criterion_it_is(desk: Desk) -> None:
    page = person(desk(), FITS_NONE)

    offered = [one.text for one in page.read().one("select", id="reason").all("option")]
    assert f"{LEG}: Your pain began less than 6 weeks ago." in offered
    assert f"{BACK}: You have no leg pain." in offered
    page.post("outcome", state="not_eligible", reason="criterion:short", outcome="")
    assert f"{LEG}: Your pain began less than 6 weeks ago." in page.text()


def test_a_tick_stands_in_the_record_with_its_group(desk: Desk) -> None:
    page = person(desk(), FITS_BACK)

    page.post("ticks", tick="letter")

    assert f"{BACK}: Your doctor wrote a letter." in record(page)


def test_who_is_entered_by_phone_is_judged_for_each_group(desk: Desk) -> None:
    office = desk()
    caller = Caller(office.client, "leeds", "T1")
    asked = {"q-numb-answer": "no", "q-age-answer": "44", "q-leg_pain-answer": "no", "q-sex-answer": "male"}
    without = dict.fromkeys(("q-cauda_equina_signs-answer", "q-warning_signs-answer", "q-pain_site-answer"))

    referral_id = stored(caller.store(**asked, **without))

    with office.database.reading() as session:
        found = referrals.find(session, referral_id)
    assert found is not None
    assert found.cohorts_that_may_fit == ("back",)
    assert f"Group: {BACK}" in replace(person(office, OPEN), path=f"/recruiter/referrals/{referral_id}").text()
