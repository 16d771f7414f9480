"""The page of one person: what a recruiter reads of the findings, and how the person may be reached."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.storage.referrals import referrals
from prescreen.workflow.participants.submission import Purpose
from tests.people import CONTACT
from tests.web.listed import amend
from tests.web.markup import Element, read
from tests.web.person_pages import OTHER_TRIAL, Office, Page, catalog, days_ago, finding, office
from tests.web.referred import VALUES, refer

__all__ = ["catalog", "office"]


def outside_folds(page: Page) -> list[Element]:
    """Return the rows of the findings that are seen without opening anything."""
    document = page.read()
    folded = {row["id"] for fold in document.all("details") for row in fold.all("tr") if "id" in row}
    return [row for row in document.all("tr") if "id" in row and row["id"] not in folded]


# Findings.


def test_a_number_on_its_limit_is_just_inside_and_an_old_answer_is_to_be_asked_again(office: Office) -> None:
    page = office.page(values={**VALUES, "back_pain_score": Fraction(4)}, on=days_ago(19))

    text = finding(page, "back-pain")

    assert "4 out of 10 , 4 to 8: just inside" in text
    assert "19 days ago: ask again" in text
    assert page.read().one("tr", id="finding-back-pain") in outside_folds(page)


def test_an_answer_within_its_half_life_is_not_asked_again(office: Office) -> None:
    page = office.page(values={**VALUES, "back_pain_score": Fraction(6)}, on=days_ago(6))

    assert "6 out of 10" in finding(page, "back-pain")
    assert "ask again" not in page.text()


def test_a_number_that_grows_is_reckoned_to_today_and_what_was_judged_then_stays_beside_it(office: Office) -> None:
    page = office.page(OTHER_TRIAL, values={"pain_site": "equal", "pain_duration": Fraction(75)}, on=days_ago(19))

    text = finding(page, "pain-3-months")

    assert text.startswith("× does not fit today: ✓ fits")
    assert "75 days , today 94 days, at least 3 months: about 3 days above" in text
    assert "ask again" not in text
    assert "judged today: can't tell yet" in page.text()
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
    assert finding(office.page(), "back-surgery").startswith(
        "× does not fit Keeps out: You have had an operation on the spine or a disc in your low back."
    )


def test_what_is_to_be_looked_at_stands_first_and_the_rest_is_folded(office: Office) -> None:
    page = office.page(values={**VALUES, "back_pain_score": Fraction(4)}, on=days_ago(1))
    seen = [row["id"] for row in outside_folds(page)]
    folded = [row for row in page.read().all("tr") if "id" in row and row["id"] not in seen]

    assert seen[0] == "finding-back-surgery"
    assert "finding-back-pain" in seen
    assert folded
    assert all("✓ fits" in row.text and "just inside" not in row.text for row in folded)


def test_no_id_of_a_criterion_and_no_word_of_the_engine_is_read(office: Office) -> None:
    for values in (VALUES, {"age": Fraction(44)}):
        page = office.page(OTHER_TRIAL, values=values, on=days_ago(1))
        told = page.text()
        ids = [one["criterion"] for one in page.referral.findings if "-" in one["criterion"]]

        assert ids
        assert [one for one in (*ids, "potentially_eligible", "undetermined", "permit") if one in told] == []


def test_the_page_begins_with_why_somebody_should_call_now(office: Office) -> None:
    page = office.page(days=3)

    assert "waits 3 days" in page.text()
    assert page.text().index("doesn't fit now") < page.text().index("Call script")


@pytest.mark.parametrize(
    ("changes", "done"),
    [
        ({"due_at": timedelta(hours=-30)}, {}),
        ({"due_at": timedelta(days=2)}, {}),
        ({"due_at": timedelta(hours=-30)}, {"outcome": "no_answer"}),
        ({"due_at": timedelta(hours=-30)}, {"outcome": "reached", "state": "contacted"}),
        ({"due_at": timedelta(days=9)}, {"state": "declined"}),
    ],
)
def test_the_page_says_why_to_call_as_the_work_list_does(
    office: Office, changes: dict[str, timedelta], done: dict[str, str]
) -> None:
    page = office.page(days=3)
    amend(office.database, page.referral.id, **{name: datetime.now(UTC) + one for name, one in changes.items()})
    if done:
        page.post("outcome", version="1", **done)

    (row,) = read(office.client.get("/recruiter/?sort=urgent").text).one("tbody").all("tr")

    why = row.all("td")[2]
    assert f"{why.one('span').text} {why.one('small').text}" in page.text()


def test_a_wrong_number_is_not_dialled_again(office: Office) -> None:
    page = office.page(agreed=(Purpose.PHONE, Purpose.EMAIL))
    assert "Wrong number" not in page.text()

    page.post("outcome", version="1", outcome="wrong_number")
    assert "do not dial it again. Write, and ask for the right one." in page.text()

    page.post("outcome", version="1", outcome="reached")
    assert "do not dial it again" not in page.text()


def test_who_may_not_be_rung_has_no_outcome_of_ringing_and_a_way_to_write_at_the_top(office: Office) -> None:
    page = office.page(agreed=(Purpose.EMAIL,))
    main = page.read().one("main")

    assert {one["value"] for one in main.all("input", name="outcome")} == {"reached", "left_message", ""}
    assert [one.text for one in main.one("p", class_="ph row").all("a")] == ["Write", "What came of it?"]


@pytest.mark.parametrize(
    ("agreed", "heading"),
    [
        ((Purpose.PHONE, Purpose.EMAIL), "Ask by phone"),
        ((Purpose.TEXT, Purpose.EMAIL), "Ask by text message, email or at the visit"),
        ((Purpose.EMAIL,), "Ask by email or at the visit"),
        ((), "Ask at the visit"),
    ],
)
def test_the_script_asks_only_by_agreed_ways(office: Office, agreed: tuple[Purpose, ...], heading: str) -> None:
    page = office.page(OTHER_TRIAL, values={"age": Fraction(44)}, on=days_ago(1), agreed=agreed)
    script = page.read().one("section", id="script")

    assert [one.text for one in script.all("h3")] == [heading]
    assert ("can you speak freely?" in script.text) == ("phone" in heading)


def test_a_number_that_was_agreed_to_and_not_given_is_not_rung(office: Office) -> None:
    page = office.page(OTHER_TRIAL, agreed=(Purpose.PHONE,), phone=None)

    assert "Ask at the visit" in page.text()
    assert "Ask by phone" not in page.text()


def test_another_trial_of_the_same_person_is_named_by_its_title_and_not_by_the_open_reference(office: Office) -> None:
    receipt = refer(office.database, office.keys, office.catalog, also=(OTHER_TRIAL,))
    with office.database.reading() as session:
        one, other = referrals.of_lead(session, receipt.lead_id)
    page = read(office.client.get(f"/recruiter/referrals/{one.id}").text).one("main")
    record = page.one("section", aria_labelledby="record")

    link = record.one("a", href=f"/recruiter/referrals/{other.id}")
    assert str(office.catalog.trials[other.trial_id].title) in link.text
    assert page.text.count(one.reference) == 1
    assert "Same e-mail" not in page.text


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
    assert ("Not agreed, do not use:" in main.text) == (len(agreed) < 3)
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
