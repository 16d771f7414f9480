"""Sending the form: stored once, with consent, and only as it was shown."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.database import Database
from prescreen.storage.tables import Consent, ConsentWording, KnownSubmission, Lead, Referral, StoredAnswer
from tests.catalog import folders
from tests.web.kept import count, rows
from tests.web.markup import read
from tests.web.visitor import DETAILS, NOON, SETTLED, SLUG, Visitor, shown_again, where

ONE_SITE = "NCT00000410"
SAMPLE = {folders.CATALOG: folders.FILES[folders.CATALOG] + "sample: true\n"}
FINGERPRINT_OF_TICKS = """
from datetime import date
from prescreen.catalog.assessment.fingerprints import fingerprint
from prescreen.eligibility.assessment.answers import Answer
print(fingerprint({"signs": Answer(frozenset({"fever", "both_legs_old", "weight_loss"}), date(2026, 11, 1))}))
"""
REWRITTEN = folders.altered(folders.TRIAL, "18 to 70 years", "18 to 70 full years")


def test_details_with_consent_are_saved_and_thanked_for(ready: Visitor, database: Database):
    assert where(ready.send()) == f"/{SLUG}/thanks"

    assert (count(database), count(database, Referral)) == (1, 1)
    assert "Your details are saved" in ready.page("/thanks").text


def test_what_is_stored_names_the_trial_the_site_and_the_very_words(ready: Visitor, database: Database, wording: str):
    ready.send(trial=ONE_SITE, **{"by-phone": "yes"})

    given = rows(database, Consent.purpose, Consent.trial_id, Consent.version)
    wordings = [stored for (stored,) in rows(database, ConsentWording.wording)]
    assert given == [(purpose, of, wording) for purpose, of in (("email", None), ("phone", None), ("share", ONE_SITE))]
    assert any(f"({ONE_SITE})\nSite: Kaiser Permanente" in stored for stored in wordings)


def test_only_answers_that_the_chosen_trial_uses_are_stored(
    ready: Visitor, database: Database, shipped_criteria: LiveCatalog
):
    catalog = shipped_criteria.current(datetime.now(UTC).date())
    ready.send(trial=ONE_SITE)

    kept = {name for (name,) in rows(database, StoredAnswer.question_id)}

    assert kept
    assert kept <= set(catalog.trials[ONE_SITE].questions(catalog.bank))


def test_who_wants_to_hear_of_later_trials_has_every_answer_stored(ready: Visitor, database: Database):
    ready.send(trial=ONE_SITE, future="yes")

    assert {name for (name,) in rows(database, StoredAnswer.question_id)} == {*SETTLED, "age"}


def test_several_trials_each_get_their_site(ready: Visitor, database: Database):
    ready.send(trial=[ONE_SITE, "NCT00415220"], **{"site-NCT00415220": "university-of-calgary"})

    assert ("NCT00415220", "university-of-calgary") in rows(database, Referral.trial_id, Referral.site_id)
    assert count(database, Referral) == 2
    assert count(database) == 1


def test_the_leads_of_a_sample_are_marked_as_tests(ready: Visitor, database: Database):
    ready.send()

    assert rows(database, Lead.is_test) == [(True,)]


@pytest.mark.parametrize(
    "change",
    [{"signature": ""}, {"signature": None}, {"signature": "f" * 64}, {"signature": "ä"}, {"submission": "mine"}],
)
def test_a_form_that_this_service_did_not_make_is_refused(ready: Visitor, database: Database, change: dict[str, Any]):
    response = ready.send(**change)

    assert response.status_code == 400
    assert "Nothing was sent or stored" in read(response.text).text
    assert count(database) == 0


def test_a_signature_does_not_serve_for_another_condition(ready: Visitor, database: Database):
    form = ready.interest_form()

    assert ready.client.post("/hay-fever/interest", data=form).status_code == 404
    assert count(database) == 0


@pytest.mark.parametrize("field", [f"shown-{ONE_SITE}", "consent"])
@pytest.mark.parametrize("value", ["0" * 64, "", None])
def test_what_was_not_shown_as_it_is_now_is_not_stored(
    ready: Visitor, database: Database, field: str, value: str | None
):
    response = ready.send(trial=ONE_SITE, **{field: value})

    assert response.status_code == 409
    assert "has changed since you opened this page" in read(response.text).one("div", role="alert").text
    assert count(database) == 0


def test_after_a_change_the_form_can_be_read_again_and_sent(ready: Visitor, database: Database):
    form = ready.interest_form(trial=ONE_SITE)
    page = read(ready.post("/interest", form | {f"shown-{ONE_SITE}": "old"}).text)

    assert shown_again(page)["name"] == DETAILS["name"]
    assert where(ready.post("/interest", shown_again(page))) == f"/{SLUG}/thanks"
    assert count(database) == 1


def test_a_trial_rewritten_between_reading_and_sending_is_not_sent(serve: Callable[..., Flask], tmp_path: Path):
    form = _reading(serve, folders.write(tmp_path / "criteria", SAMPLE)).interest_form()

    visitor = _reading(serve, folders.write(tmp_path / "criteria", {**SAMPLE, **REWRITTEN}))

    assert visitor.post("/interest", form).status_code == 409


def test_sending_twice_stores_one_lead_and_thanks_alike(ready: Visitor, database: Database):
    form = ready.interest_form()

    first, second = ready.post("/interest", form), ready.post("/interest", form)

    assert where(first) == where(second) == f"/{SLUG}/thanks"
    assert (count(database), count(database, KnownSubmission)) == (1, 1)


def test_sending_twice_gives_the_same_reference(ready: Visitor):
    form = ready.interest_form()
    ready.post("/interest", form)
    reference = ready.page("/thanks").one("p", class_="big").text

    ready.post("/interest", form)

    assert ready.page("/thanks").one("p", class_="big").text == reference


def test_a_form_sent_again_with_other_content_changes_nothing_and_says_so(ready: Visitor, database: Database):
    form = ready.interest_form()
    ready.post("/interest", form)

    response = ready.post("/interest", form | {"name": "Somebody Else"})

    assert response.status_code == 409
    assert "The change you made just now is not." in read(response.text).text
    assert count(database) == 1


def test_answers_changed_while_the_form_was_open_must_be_looked_at_first(ready: Visitor, database: Database):
    form = ready.interest_form()
    ready.answer("age", "45")

    response = ready.post("/interest", form)

    assert response.status_code == 409
    assert "Your answers have changed" in read(response.text).one("div", role="alert").text
    assert count(database) == 0


def test_a_retry_is_known_again_after_the_answers_were_changed(ready: Visitor, database: Database):
    form = ready.interest_form()
    ready.post("/interest", form)
    ready.answer("age", "45")

    assert where(ready.post("/interest", form)) == f"/{SLUG}/thanks"
    assert count(database) == 1


def test_a_device_that_was_cleared_is_told_that_the_form_was_sent_and_gets_no_link(ready: Visitor, database: Database):
    form = ready.interest_form()
    ready.post("/interest", form)
    ready.post("/clear", {})

    _is_told_that_it_was_sent(ready, form)
    assert count(database) == 1


def test_another_browser_that_sends_the_same_form_gets_no_link_and_stores_nothing(
    ready: Visitor, app: Flask, database: Database
):
    form = ready.interest_form()
    ready.post("/interest", form)
    elsewhere = Visitor(app.test_client())

    _is_told_that_it_was_sent(elsewhere, form)
    elsewhere.has_answered({**SETTLED, "age": "44"})
    elsewhere.page("/interest")
    _is_told_that_it_was_sent(elsewhere, form)
    assert (count(database), count(database, KnownSubmission)) == (1, 1)


@pytest.mark.parametrize("change", [{"browser": ""}, {"browser": "f" * 64}, {"browser": None}])
def test_no_other_browser_can_pass_for_the_one_that_sent_the_form(
    ready: Visitor, app: Flask, database: Database, change: dict[str, Any]
):
    form = ready.interest_form()
    ready.post("/interest", form)
    elsewhere = Visitor(app.test_client())
    elsewhere.has_answered({**SETTLED, "age": "44"})
    elsewhere.page("/interest")

    changed = {name: value for name, value in {**form, **change}.items() if value is not None}
    assert elsewhere.post("/interest", changed).status_code == 409
    assert elsewhere.cookie("prescreen-thanks") == ""
    assert count(database) == 1


def test_a_second_tab_takes_no_link_from_the_first(ready: Visitor):
    first = ready.interest_form()
    second = ready.interest_form()
    ready.post("/interest", first)

    ready.post("/interest", second)

    assert where(ready.post("/interest", first)) == f"/{SLUG}/thanks"


def test_a_double_click_whose_first_answer_is_lost_still_gets_the_link(ready: Visitor, app: Flask):
    form = ready.interest_form()
    cookies = {name: ready.cookie(name) for name in (f"prescreen-{SLUG}", "prescreen-form")}

    def press(_: int) -> str:
        client = app.test_client()
        for name, value in cookies.items():
            client.set_cookie(name, value, path=f"/{SLUG}")
        return where(client.post(f"/{SLUG}/interest", data=form))

    with ThreadPoolExecutor(4) as fingers:
        assert set(fingers.map(press, range(4))) == {f"/{SLUG}/thanks"}


def test_the_same_form_gives_no_link_after_two_hours_even_where_it_was_sent(visitor: Visitor):
    with time_machine.travel(NOON, tick=False) as clock:
        visitor.answers(SETTLED)
        form = visitor.interest_form()
        visitor.post("/interest", form)
        clock.shift(timedelta(hours=2, seconds=1))

        _is_told_that_it_was_sent(visitor, form)


def _is_told_that_it_was_sent(visitor: Visitor, form: dict[str, Any]) -> None:
    visitor.client.delete_cookie("prescreen-thanks", path=f"/{SLUG}")
    response = visitor.post("/interest", form)
    assert response.status_code == 409
    assert "This form was sent already" in response.text
    assert visitor.cookie("prescreen-thanks") == ""


def test_a_retry_is_known_again_after_the_trial_was_rewritten(serve: Callable[..., Flask], tmp_path: Path):
    visitor = _reading(serve, folders.write(tmp_path / "criteria", SAMPLE))
    form = visitor.interest_form()
    visitor.post("/interest", form)
    shown_here = visitor.cookie("prescreen-form")

    visitor = _reading(serve, folders.write(tmp_path / "criteria", {**SAMPLE, **REWRITTEN}))
    visitor.client.set_cookie("prescreen-form", shown_here, path="/back-pain")

    assert where(visitor.post("/interest", form)) == "/back-pain/thanks"


def test_a_number_without_a_country_code_is_of_the_catalogs_country(serve: Callable[..., Flask], tmp_path: Path):
    french = {folders.CATALOG: SAMPLE[folders.CATALOG] + "home_country: FR\n"}
    visitor = _reading(serve, folders.write(tmp_path / "criteria", french))

    refused = visitor.send(phone="617-555-0143")
    visitor.send(phone="06 12 34 56 78")

    told = read(refused.text).one("div", role="alert").text
    assert "not a whole phone number in France" in told
    assert "such as 01 23 45 67 89" in told
    assert "If it is not a number from France" in visitor.page("/interest").text
    assert "+33612345678" in visitor.open_my_data().text


def test_every_worker_gives_the_same_answers_the_same_fingerprint():
    # The order of a set differs from process to process.
    command = [sys.executable, "-c", FINGERPRINT_OF_TICKS]
    workers = [{"PYTHONHASHSEED": str(seed), "PATH": os.environ["PATH"]} for seed in range(1, 4)]

    printed = {subprocess.run(command, env=one, check=True, capture_output=True).stdout for one in workers}

    assert len(printed) == 1


def test_a_retry_after_deletion_stores_nothing_and_does_not_say_saved(ready: Visitor, database: Database):
    form = ready.interest_form()
    ready.post("/interest", form)
    signature = ready.open_my_data().all("input", name="signature")[0]["value"]
    ready.client.post("/my/delete", data={"signature": signature})

    response = ready.client.post(f"/{SLUG}/interest", data=form, follow_redirects=True)

    assert rows(database, Lead.contact) == [(None,)]
    assert "are saved" not in response.text


def test_the_thank_you_page_names_trial_and_site_and_leads_to_the_private_page(ready: Visitor):
    ready.send(trial=ONE_SITE)

    page = ready.page("/thanks")

    assert "Surgery or other care for a slipped disc – Kaiser Permanente Spine Care Program" in page.text
    assert ready.private_link().startswith("/my/")


def test_without_a_submission_there_are_no_thanks(visitor: Visitor):
    response = visitor.get("/thanks")

    assert response.status_code == 410
    assert read(response.text).one("h1").text == "This page is no longer here"
    assert read(response.text).one("a", class_="go")["href"] == "/my/again"


def test_all_trials_at_once_still_give_a_thank_you_page_with_the_link(ready: Visitor):
    trials = [one["value"] for one in ready.page("/interest").all("input", name="trial")]

    response = ready.send(trial=trials)

    assert len(response.headers["Set-Cookie"]) < 4000
    assert ready.private_link()


def _reading(serve: Callable[..., Flask], folder: Path) -> Visitor:
    visitor = Visitor(serve(criteria=folder).test_client(), "back-pain")
    visitor.answers({"numb": "no", "leg_pain": "yes"})
    return visitor
