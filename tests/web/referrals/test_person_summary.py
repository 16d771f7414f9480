"""The page of one person: what a recruiter reads of the findings, and how the person may be reached."""

from __future__ import annotations

import html
import re
from fractions import Fraction

import pytest

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.workflow.participants.submission import Purpose
from tests.people import CONTACT
from tests.web.markup import read
from tests.web.person_pages import OTHER_TRIAL, Office, catalog, days_ago, finding, office
from tests.web.referred import VALUES

__all__ = ["catalog", "office"]


# Findings.


def test_a_number_on_its_limit_is_just_inside_and_an_old_answer_is_to_be_asked_again(office: Office) -> None:
    page = office.page(values={**VALUES, "back_pain_score": Fraction(4)}, on=days_ago(19))

    text = finding(page, "back-pain")

    assert "4 out of 10 , 4 to 8: just inside" in text
    assert "19 days ago: ask again" in text


def test_an_answer_within_its_half_life_is_not_asked_again(office: Office) -> None:
    page = office.page(values={**VALUES, "back_pain_score": Fraction(6)}, on=days_ago(6))

    assert "6 days ago" in finding(page, "back-pain")
    assert "ask again" not in page.text()


def test_a_number_that_grows_is_reckoned_to_today_and_what_was_judged_then_stays_beside_it(office: Office) -> None:
    page = office.page(OTHER_TRIAL, values={"pain_site": "equal", "pain_duration": Fraction(75)}, on=days_ago(19))

    text = finding(page, "pain-3-months")

    assert text.startswith("does not permit today: permits needed:")
    assert "75 days , today 94 days, at least 3 months: about 3 days above" in text
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
    assert "does not permit keeps out: You have had an operation on the spine or a disc in your low back." in finding(
        office.page(), "back-surgery"
    )


def test_the_page_begins_with_why_somebody_should_call_now(office: Office) -> None:
    page = office.page(days=3)

    assert "Doesn't fit now because of back surgery" in page.text()
    assert page.read().one("a", href="#finding-back-surgery").text == "back surgery"
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
    assert bool(re.search(r"617 ?555 ?0100", answer)) == bool({Purpose.PHONE, Purpose.TEXT} & set(agreed))
    assert (CONTACT.email in answer) == (Purpose.EMAIL in agreed)
    assert ("Not agreed; do not use:" in main.text) == (len(agreed) < 3)
    assert ("Do not contact them." in main.text) == (not agreed)


def test_an_address_cannot_add_a_recipient_to_the_letter_of_the_team(office: Office) -> None:
    hostile = "a?bcc=spy%40evil.example&subject=hi@example.com"

    links = [one["href"] for one in office.page(agreed=(Purpose.EMAIL,), email=hostile).read().one("main").all("a")]

    assert "mailto:a%3Fbcc%3Dspy%2540evil.example%26subject%3Dhi@example.com" in links


def test_an_extension_is_called_and_not_texted(office: Office) -> None:
    page = office.page(agreed=(Purpose.PHONE, Purpose.TEXT), phone="+16175550100 ext. 204")

    links = [one["href"] for one in page.read().one("main").all("a")]

    assert "tel:+16175550100;ext=204" in links
    assert [one for one in links if one.startswith("sms:")] == []
    assert "Call +16175550100 ext. 204" in page.text()
    assert "a number with an extension takes none" in page.text()


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
