"""What a person corrects away is shown nowhere any more: it is not sent, stored, handed out or taken along."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.database import Database
from prescreen.storage.cohort import packed_answers
from prescreen.storage.tables import StoredAnswer
from prescreen.web.participants import submission
from prescreen.workflow.accounts.recruiters import Assignment
from prescreen.workflow.participants.submission import Submission
from tests.people import recruiter
from tests.web.kept import rows
from tests.web.markup import read
from tests.web.office import sign_in
from tests.web.visitor import SETTLED, Visitor, where

# A trial that asks for pregnancy, which is asked of whoever names that area of health.
ASKING = "NCT05021718"
BEFORE = {"age": "30", "health_areas": "pregnancy", "pregnancy": "planning"}
CORRECTED = SETTLED | BEFORE | {"health_areas": "none"}


@pytest.fixture
def catalog(shipped_criteria: LiveCatalog) -> Catalog:
    return shipped_criteria.current(datetime.now(UTC).date())


@pytest.fixture
def corrected(visitor: Visitor) -> Visitor:
    """Return a visitor who told of a pregnancy, and then that the area was named by mistake."""
    visitor.answers(SETTLED | BEFORE)
    visitor.answers({"health_areas": "none"})
    return visitor


def test_the_trial_of_these_tests_asks_for_pregnancy(catalog: Catalog):
    assert "pregnancy" in catalog.trials[ASKING].questions(catalog.bank)


@pytest.mark.parametrize("also", [{}, {"future": "yes"}])
def test_what_no_longer_applies_is_not_stored_with_or_without_later_trials(
    corrected: Visitor, database: Database, also: dict[str, str]
):
    assert where(corrected.send(trial=ASKING, **also)).endswith("/thanks")

    stored = {name for (name,) in rows(database, StoredAnswer.question_id)}
    assert {"age", "health_areas"} <= stored
    assert "pregnancy" not in stored


@pytest.mark.parametrize("declined", ["?do_not_know", "?rather_not_say"])
def test_neither_is_what_is_no_longer_known_to_apply(visitor: Visitor, database: Database, declined: str):
    visitor.answers(SETTLED | BEFORE)
    visitor.answers({"health_areas": declined})
    visitor.send(trial=ASKING, future="yes")

    assert "pregnancy" not in json.loads(visitor.get("/answers.json").text)["answers"]
    assert stored_of(database) == set()


def test_the_whole_chain_of_what_hangs_on_a_corrected_answer_goes(visitor: Visitor):
    visitor.answers(SETTLED | {"age": "44", "pain_site": "leg_more", "leg_reach": "calf"})
    visitor.answer("leg_pain_score", "7")
    visitor.answers({"pain_site": "neither"})

    said = json.loads(visitor.get("/answers.json").text)["answers"]
    assert {"leg_reach", "leg_pain_score"}.isdisjoint(said)


def test_nothing_of_it_is_on_a_page_or_in_the_file_to_take_along(corrected: Visitor):
    # Criteria speak of pregnancy, so only what the person said is looked for, in the words of the option.
    words = "Hoping to get pregnant within a year"
    corrected.answers({"health_areas": "pregnancy"})
    assert words in corrected.page("/screener/review").text
    corrected.answers({"health_areas": "none"})

    for path in ("/screener/review", "/results", "/sheet", "/interest"):
        assert words not in corrected.page(path).text, path
    assert "pregnancy" not in json.loads(corrected.get("/answers.json").text)["answers"]


def test_correcting_it_back_brings_the_answer_back(corrected: Visitor):
    corrected.answers({"health_areas": "pregnancy"})

    assert json.loads(corrected.get("/answers.json").text)["answers"]["pregnancy"] == ["planning"]


def test_the_button_back_leads_to_no_question_that_is_passed_over(corrected: Visitor):
    page = read(corrected.get("/screener/findings").text)

    back = next(one["href"] for one in page.all("a") if one.text.startswith(("Back", "←")))
    assert corrected.get(back.removeprefix(f"/{corrected.slug}")).status_code == 200


def test_neither_the_persons_page_nor_their_file_shows_it(corrected: Visitor):
    corrected.send(trial=ASKING, future="yes")
    page = corrected.open_my_data()

    assert "pregnan" not in page.text.lower()
    assert "pregnancy" not in answered_in_the_download(corrected)


def answered_in_the_download(person: Visitor) -> set[str]:
    return set(json.loads(person.client.get("/my/download").text)["answers"])


def test_nothing_of_it_is_packed_for_later_trials(
    corrected: Visitor, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
):
    made: list[Submission] = []
    made_before = submission.submission_of
    monkeypatch.setattr(
        "prescreen.web.participants.contact_and_consent.submission_of",
        lambda *given: made.append(made_before(*given)) or made[-1],
    )
    corrected.send(trial=ASKING, future="yes")

    [sent] = made
    keys = packed_answers.keys_in(packed_answers.packed(sent.bank, sent.answers))
    assert keys.isdisjoint(packed_answers.keys_of(catalog.bank["pregnancy"]))
    assert not keys.isdisjoint(packed_answers.keys_of(catalog.bank["health_areas"]))


def test_the_recruiter_does_not_see_it(corrected: Visitor, database: Database):
    corrected.send(trial=ASKING)
    recruiter(database, Assignment(ASKING))
    desk = corrected.client.application.test_client()
    sign_in(desk)
    listed = read(desk.get("/recruiter/").text)
    path = next(one["href"] for one in listed.all("a") if one["href"].startswith("/recruiter/referrals/"))

    assert "Hoping to get pregnant" not in read(desk.get(path).text).text
    assert stored_of(database) == set()


def stored_of(database: Database, question_id: str = "pregnancy") -> set[Any]:
    with database.reading() as session:
        return set(session.scalars(select(StoredAnswer.value).where(StoredAnswer.question_id == question_id)))


def test_what_a_recruiter_enters_by_phone_is_kept_only_where_it_applies(
    visitor: Visitor, database: Database, catalog: Catalog
):
    recruiter(database, Assignment(ASKING))
    sign_in(visitor.client)
    path = f"/recruiter/enter/{ASKING}/{catalog.trials[ASKING].sites[0].id}"
    form = read(visitor.client.get(path).text).one("form", action=path)
    hidden = {one["name"]: one["value"] for one in form.all("input", type="hidden")}
    said = {"cauda_equina_signs": "none", "warning_signs": "none", **BEFORE, "health_areas": "none"}
    typed = {f"q-{name}-answer": value for name, value in said.items()}
    contact = {"name": "Wilhelmina Quackenbush", "phone": "617 555 0143", "language": "en"}
    agreed = {"adult": "yes", "share": "yes", "by-phone": "yes"}

    answer = visitor.client.post(path, data={**hidden, **typed, **contact, **agreed})

    assert "/recruiter/entered/" in where(answer)
    assert stored_of(database, "health_areas") != set()
    assert stored_of(database) == set()


def test_the_file_to_take_along_judges_as_the_pages_did(corrected: Visitor, tmp_path: Path):
    said = json.loads(corrected.get("/answers.json").text)

    assert set(said["answers"]) == set(CORRECTED) - {"pregnancy"}
