"""Where visitors came from: counted step by step, without persons and without a cookie before the first answer."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from prescreen.config import Settings
from prescreen.database import Database
from prescreen.storage.interview import usage_counters
from prescreen.web.base.request_context import EXTENSION
from tests.catalog import folders
from tests.web.markup import read
from tests.web.visitor import ANSWERS, DETAILS, Visitor, where

CAMPAIGN = "?utm_source=Facebook&utm_medium=Paid%20Social&utm_campaign=sciatica"
NAME = "facebook/paid-social/sciatica"
OUTSIDE = "https://www.google.com/search?q=numb+between+the+legs"
OURS = "http://localhost/back-pain"


@pytest.fixture
def visitor(serve: Callable[..., Flask], tmp_path: Path) -> Visitor:
    criteria = folders.write(tmp_path / "criteria", {})
    return Visitor(serve(criteria=criteria).test_client(), "back-pain")


@pytest.fixture
def stored(settings: Settings) -> Iterator[Database]:
    opened = Database(settings.database_url)
    yield opened
    opened.close()


@pytest.fixture
def counted(visitor: Visitor, stored: Database) -> Callable[[], dict[tuple[str, str], int]]:
    """Return what was counted so far, by step and source."""

    def found() -> dict[tuple[str, str], int]:
        visitor.client.application.extensions[EXTENSION].counters.flush()
        with stored.reading() as session:
            totals = usage_counters.totals(session, usage_counters.OF_SOURCES)
        return {(key.kind.value, key.part): count for key, count in totals.items()}

    return found


Counted = Callable[[], dict[tuple[str, str], int]]


def come_from(visitor: Visitor, referrer: str, path: str = "", **headers: str):
    return visitor.client.get(f"/back-pain{path}", headers={"Referer": referrer, **headers})


def first_answer(visitor: Visitor, page: str) -> None:
    """Answer the first question as the form of a page would."""
    form = next(one for one in read(page).all("form") if one["action"].endswith("/screener/leg_pain"))
    hidden = {one["name"]: one["value"] for one in form.all("input", type="hidden")}
    assert visitor.answer("leg_pain", "yes", **hidden).status_code == 303


def go_on(visitor: Visitor) -> None:
    for name, value in ANSWERS.items():
        if name != "leg_pain":
            visitor.answer(name, value, unit="wk" if name == "pain_duration" else "a")


def test_a_campaign_goes_with_the_visit_from_the_first_page_to_the_sent_details(visitor: Visitor, counted: Counted):
    page = visitor.get(CAMPAIGN)
    first_answer(visitor, page.text)
    go_on(visitor)
    come_from(visitor, f"{OURS}/screener/review", "/results")
    come_from(visitor, f"{OURS}/results", "/trials/T1")
    come_from(visitor, f"{OURS}/trials/T1", "/interest")
    assert where(visitor.send(**{**DETAILS, "language": "en"})) == "/back-pain/thanks"

    steps = ("arrived", "began", "saw_results", "opened_trial", "opened_form", "sent")
    # The form was opened once by the visitor, and once by the test that fills it in.
    assert counted() == {(step, NAME): 2 if step == "opened_form" else 1 for step in steps}


def test_the_page_of_a_campaign_sets_no_cookie_and_asks_no_browser_to_keep_it(visitor: Visitor):
    page = visitor.get(CAMPAIGN)

    assert page.headers.getlist("Set-Cookie") == []
    assert page.headers["Cache-Control"] == "no-store"


def test_a_referrer_is_counted_by_its_host_and_nothing_of_its_path_or_query_is_left(visitor: Visitor, counted: Counted):
    page = come_from(visitor, OUTSIDE)
    first_answer(visitor, page.text)

    assert counted() == {("arrived", "google"): 1, ("began", "google"): 1}
    assert "numb+between" not in page.text


def test_what_an_address_tells_goes_before_where_the_link_stood(visitor: Visitor, counted: Counted):
    come_from(visitor, OUTSIDE, CAMPAIGN)

    assert counted() == {("arrived", NAME): 1}


def test_a_source_survives_reading_on_before_the_first_answer(visitor: Visitor, counted: Counted):
    signs = next(one["href"] for one in read(visitor.get(CAMPAIGN).text).all("a") if "/urgent" in one["href"])
    page = visitor.client.get(signs, headers={"Referer": f"{OURS}{CAMPAIGN}"})
    back = next(one["href"] for one in read(page.text).all("a") if one["href"].startswith("/back-pain?"))
    first_answer(visitor, visitor.client.get(back, headers={"Referer": f"http://localhost{signs}"}).text)

    assert counted() == {("arrived", NAME): 1, ("began", NAME): 1}


def test_a_source_survives_a_refused_first_answer_and_answering_for_another(visitor: Visitor, counted: Counted):
    form = next(
        one
        for one in read(visitor.get(CAMPAIGN).text).all("form")
        if one["action"].endswith("/answering-for") and one.all("input", value="another")
    )
    hidden = {one["name"]: one["value"] for one in form.all("input", type="hidden")}
    visitor.post("/answering-for", hidden)
    refused = visitor.answer("leg_pain", "nonsense")
    assert refused.status_code == 422
    first_answer(visitor, refused.text)

    assert counted() == {("arrived", NAME): 1, ("began", NAME): 1}


def test_a_refused_first_answer_keeps_the_source_in_its_form(visitor: Visitor, counted: Counted):
    refused = visitor.answer("leg_pain", "nonsense", via=NAME)
    first_answer(visitor, refused.text)

    assert counted() == {("began", NAME): 1}


def test_the_first_page_leads_on_with_the_source(visitor: Visitor, counted: Counted):
    led_to = where(visitor.client.get(f"/{CAMPAIGN}"))
    visitor.client.get(led_to)

    assert counted() == {("arrived", NAME): 1}


def test_who_comes_from_nowhere_is_direct(visitor: Visitor, counted: Counted):
    first_answer(visitor, visitor.get().text)

    assert counted() == {("arrived", "direct"): 1, ("began", "direct"): 1}


@pytest.mark.parametrize(
    "headers",
    [
        {"Referer": f"{OURS}/screener/review"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Cache-Control": "max-age=0"},
        {"Cache-Control": "no-cache"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"User-Agent": "Mozilla/5.0 (compatible; Somebot/2.1; +http://bots.example)"},
    ],
)
def test_going_on_reloading_and_machines_are_no_arrival(visitor: Visitor, counted: Counted, headers: dict[str, str]):
    visitor.client.get("/back-pain", headers=headers)

    assert counted() == {}


def test_who_has_a_visit_does_not_arrive_again_and_keeps_the_first_source(visitor: Visitor, counted: Counted):
    first_answer(visitor, visitor.get(CAMPAIGN).text)
    page = come_from(visitor, OUTSIDE)
    visitor.answer("leg_pain", "no", via="google")
    come_from(visitor, f"{OURS}/screener/review", "/trials/T1")

    assert 'name="via"' not in page.text
    assert counted() == {("arrived", NAME): 1, ("began", NAME): 1, ("opened_trial", NAME): 1}


def test_a_question_page_that_is_remembered_for_others_keeps_no_source(visitor: Visitor):
    first_answer(visitor, visitor.get(CAMPAIGN).text)

    page = come_from(visitor, OUTSIDE, "/screener/numb")

    assert "via=" not in page.text
    assert 'name="via"' not in page.text


@pytest.mark.parametrize("back_from", ["/trials/T1", "/interest", "/results"])
def test_coming_back_to_the_results_does_not_count(visitor: Visitor, counted: Counted, back_from: str):
    first_answer(visitor, visitor.get().text)
    go_on(visitor)

    come_from(visitor, f"{OURS}/screener/review", "/results")
    come_from(visitor, f"{OURS}{back_from}", "/results")

    assert counted()["saw_results", "direct"] == 1


def test_a_browser_that_keeps_no_cookies_begins_once(visitor: Visitor, counted: Counted):
    forgetful = Visitor(visitor.client.application.test_client(use_cookies=False), "back-pain")

    for name in ("leg_pain", "numb", "age"):
        forgetful.answer(name, ANSWERS[name])

    assert counted() == {("began", "direct"): 1}


def test_sending_twice_with_a_double_click_counts_once(visitor: Visitor, counted: Counted):
    first_answer(visitor, visitor.get(CAMPAIGN).text)
    go_on(visitor)
    form = visitor.interest_form(language="en")

    for _ in range(2):
        assert where(visitor.post("/interest", form)) == "/back-pain/thanks"

    assert counted()["sent", NAME] == 1


@pytest.mark.parametrize(
    "via", ["<script>alert(1)</script>", "Ä" * 300, "a@b.example", "../../etc", "%00", "\n", "x" * 1_900]
)
def test_a_hostile_source_is_counted_as_plain_letters_or_as_none(visitor: Visitor, counted: Counted, via: str):
    page = visitor.client.get("/back-pain", query_string={"utm_source": via, "utm_campaign": via})
    visitor.answer("leg_pain", "yes", via=via)

    assert page.status_code == 200
    assert all(set(part) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-/") for _, part in counted())
    assert all(len(part) <= 122 for _, part in counted())


def test_with_the_longest_source_the_fullest_cookie_grows_by_less_than_was_set_aside(visitor: Visitor):
    def size(**via: str) -> int:
        visitor.post("/clear", {})
        visitor.answer("leg_pain", "yes", **via)
        go_on(visitor)
        return len(visitor.cookie())

    longest = "/".join("q7-x_k.w9zj2"[place:] * 4 for place in range(3))

    assert size() < size(via=longest) < size() + 250


def test_nothing_is_counted_where_the_operator_wants_no_counters(serve: Callable[..., Flask], tmp_path: Path):
    made = serve(criteria=folders.write(tmp_path / "quiet", {}), counters=False)

    assert Visitor(made.test_client(), "back-pain").get(CAMPAIGN).status_code == 200
