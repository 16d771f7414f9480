"""Two groups of processes behind a proxy are one service: visits, sessions, forms and limits hold over both."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from prescreen.config import RateLimit
from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.web.base.cookies import VISIT
from prescreen.web.base.request_context import EXTENSION
from prescreen.workflow import editions, visitor_limit
from prescreen.workflow.accounts.recruiters import Assignment
from prescreen.workflow.editions import publish
from tests.catalog import folders
from tests.people import PASSWORD, recruiter
from tests.web import alternating
from tests.web.alternating import Alternating, Serve
from tests.web.markup import read
from tests.web.office import form_token, sign_in
from tests.web.referred import TRIAL, refer
from tests.web.visitor import SETTLED, SLUG, Visitor, where

pytestmark = pytest.mark.postgres
group, shared_url = alternating.group, alternating.shared_url

SAMPLE = {folders.CATALOG: folders.FILES[folders.CATALOG] + "sample: true\n"}
OLD, NEW = "Do you have leg pain?", "Does a leg hurt?"


@pytest.fixture
def browser(group: Serve) -> Alternating:
    """Return a browser whose requests go to two groups in turn."""
    return Alternating(group(), group())


def database_of(browser: Alternating) -> Database:
    found: Database = browser.application.extensions[EXTENSION].database
    return found


def stored(browser: Alternating) -> int:
    with database_of(browser).reading() as session:
        return int(session.scalar(text("SELECT count(*) FROM lead")) or 0)


def test_an_interview_goes_on_over_both_and_what_was_sent_is_stored_once(browser: Alternating) -> None:
    visitor = Visitor(browser)  # type: ignore[arg-type] # it is one
    visitor.answers({**SETTLED, "age": "44"})
    form = visitor.interest_form()

    sent = [where(visitor.post("/interest", form)) for _ in range(3)]

    assert sent == [f"/{SLUG}/thanks"] * 3
    assert stored(browser) == 1
    assert set(browser.went_to) == {0, 1}
    assert visitor.open_my_data()


def test_what_is_changed_and_sent_again_is_known_by_the_other_group(browser: Alternating) -> None:
    visitor = Visitor(browser)
    visitor.answers({**SETTLED, "age": "44"})
    form = visitor.interest_form()
    visitor.post("/interest", form)

    again = visitor.post("/interest", {**form, "name": "Somebody Else"})

    assert again.status_code == 409
    assert stored(browser) == 1


def test_a_recruiter_works_over_both_and_signs_out_of_both(browser: Alternating, keys: Keys) -> None:
    recruiter(database_of(browser), Assignment(TRIAL))
    resources = browser.application.extensions[EXTENSION]
    refer(database_of(browser), resources.keys, resources.catalog.current(datetime.now(UTC).date()))
    sign_in(browser)

    pages = [browser.get("/recruiter/").status_code for _ in range(4)]
    token = form_token(browser, "/recruiter/")
    kept = dict(browser._cookies)
    out = browser.post("/recruiter/logout", data={"form_token": token})

    assert (pages, out.status_code) == ([200] * 4, 303)
    browser._cookies = kept
    assert [where(browser.get("/recruiter/")).split("?")[0] for _ in range(2)] == ["/recruiter/login"] * 2


def test_a_form_of_one_group_is_taken_by_the_other_and_a_forged_one_by_neither(browser: Alternating) -> None:
    recruiter(database_of(browser), Assignment(TRIAL))
    sign_in(browser)

    token = form_token(browser, "/recruiter/account")
    change = {"current": "no password of hers", "new": PASSWORD}
    told = [
        browser.post("/recruiter/account/password", data={"form_token": one, **change}).status_code
        for one in (token, token, "forged", "forged")
    ]

    assert told[0] == told[1]
    assert told[2] == told[3]
    assert told[0] != told[2]


def test_tries_to_sign_in_are_counted_over_both(browser: Alternating) -> None:
    recruiter(database_of(browser), Assignment(TRIAL))

    told = [sign_in(browser, password=f"wrong password {number}").status_code for number in range(10)]

    assert told == [422] * 9 + [429]


def test_posts_are_limited_over_both(group: Serve) -> None:
    limit = RateLimit(3, 60)
    browser = Alternating(group(visitor_rate_limit=limit), group(visitor_rate_limit=limit))

    told = [browser.post(f"/{SLUG}/screener/diagnosed", data={"answer": "yes"}).status_code for _ in range(5)]

    assert told == [303, 303, 303, 429, 429]


def test_a_twin_that_counts_in_each_process_is_convicted(group: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    def alone(*_: object) -> None:
        raise visitor_limit.CannotCountError

    monkeypatch.setattr(visitor_limit, "posts_of", alone)
    limit = RateLimit(3, 60)
    browser = Alternating(group(visitor_rate_limit=limit), group(visitor_rate_limit=limit))

    told = [browser.post(f"/{SLUG}/screener/diagnosed", data={"answer": "yes"}).status_code for _ in range(5)]

    assert told == [303] * 5


class Rolling:
    """A visitor of two groups while the criteria change: the second has read what was published, the first has not."""

    def __init__(self, group: Serve, database_url: str, folder: Path) -> None:
        self.folder, self._url = folder, database_url
        self.publish({})
        self.browser = Alternating(group(published_criteria=True), group(published_criteria=True))
        self.visitor = Visitor(self.browser, "back-pain")

    def publish(self, files: dict[str, str]) -> None:
        """Publish the sample with these files, in force at once; nobody has read it yet."""
        database = Database(self._url)
        written = folders.write(self.folder, {**SAMPLE, **files})
        publish(database, written, datetime.now(UTC), notice=timedelta())
        database.close()

    def reads(self, number: int) -> None:
        """Let a group read what was published."""
        group: Flask = self.browser._groups[number]
        group.extensions[EXTENSION].catalog._look()

    def asks(self, question: str = "leg_pain") -> str:
        """Return how the group whose turn it is words a question."""
        return read(self.visitor.get(f"/screener/{question}").text).one("h1").text


@pytest.fixture
def rolling(group: Serve, shared_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rolling:
    monkeypatch.setattr(editions, "LOOK_EVERY_SECONDS", 3600.0)
    return Rolling(group, shared_url, tmp_path / "criteria")


ALTERED = folders.altered(folders.QUESTIONS, OLD, NEW)


def test_who_has_seen_the_new_criteria_is_not_led_back_to_the_old(rolling: Rolling) -> None:
    rolling.visitor.answers({"leg_pain": "yes", "numb": "no"})
    rolling.publish(ALTERED)
    rolling.reads(1)

    rolling.browser.goes_next_to(1)
    rolling.visitor.answers({"leg_pain": "yes"})
    worded = [rolling.asks() for _ in range(4)]

    assert [NEW in one for one in worded] == [True] * 4
    assert set(rolling.browser.went_to[-4:]) == {0, 1}


def test_a_twin_without_the_guard_asks_the_same_question_again_and_again(
    rolling: Rolling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prescreen.web.editions_shown.edition_seen", lambda _: 0)
    rolling.visitor.answers({"leg_pain": "yes", "numb": "no"})
    rolling.publish(ALTERED)
    rolling.reads(1)

    rolling.browser.goes_next_to(1)
    rolling.visitor.answers({"leg_pain": "yes"})
    worded = [rolling.asks() for _ in range(4)]

    assert [NEW in one for one in worded] == [False, True, False, True]


ANSWERED = {"leg_pain": "yes", "numb": "no", "age": "44", "pain_duration": "12", "sex": "male"}


def test_what_is_filled_in_under_the_old_criteria_is_sent_under_them(rolling: Rolling) -> None:
    rolling.visitor.answers(ANSWERED)

    assert where(rolling.visitor.send()) == "/back-pain/thanks"
    assert stored(rolling.browser) == 1


@pytest.mark.parametrize("next_group", [0, 1])
def test_a_form_shown_under_the_old_criteria_is_shown_again_where_its_trial_changed_and_then_sent(
    rolling: Rolling, next_group: int
) -> None:
    rolling.visitor.answers(ANSWERED)
    form = rolling.visitor.interest_form()
    rolling.publish(folders.altered(folders.TRIAL, "A pill for leg pain", "Another pill"))
    rolling.reads(1)
    rolling.browser.goes_next_to(1)
    shown = rolling.visitor.post("/interest", form)

    rolling.browser.goes_next_to(next_group)
    sent = rolling.visitor.send()

    assert (shown.status_code, "Another pill" in shown.text) == (409, True)
    assert (where(sent), stored(rolling.browser)) == ("/back-pain/thanks", 1)


def test_to_be_shown_a_new_edition_makes_answers_last_no_longer(
    rolling: Rolling, monkeypatch: pytest.MonkeyPatch
) -> None:
    rolling.visitor.answers(ANSWERED)
    rolling.publish(ALTERED)
    rolling.reads(1)
    rolling.browser.goes_next_to(1)
    later = datetime.now(UTC) + VISIT - timedelta(minutes=1)
    monkeypatch.setattr("prescreen.web.sealed_cookies.now", lambda: later)
    before = rolling.visitor.cookie()
    assert rolling.visitor.get("/interest").status_code == 200
    assert rolling.visitor.cookie() != before

    monkeypatch.setattr("prescreen.web.sealed_cookies.now", lambda: later + timedelta(minutes=2))

    assert "numb" not in rolling.visitor.get("/screener/review").text


def test_a_group_that_cannot_read_the_new_criteria_sends_nobody_back(
    rolling: Rolling, monkeypatch: pytest.MonkeyPatch
) -> None:
    rolling.visitor.answers({"leg_pain": "yes"})
    rolling.publish(ALTERED)
    rolling.reads(1)
    rolling.browser.goes_next_to(1)
    rolling.visitor.answers({"leg_pain": "yes"})
    rolling.browser._groups[0].extensions[EXTENSION].catalog._refused = 2

    rolling.browser.goes_next_to(0)
    old = rolling.visitor.get("/screener/leg_pain")

    assert (old.status_code, old.headers["Retry-After"]) == (503, "10")
    assert NEW in rolling.asks()
