"""Quick exit: one press, no traces in the browser, and a page that is unrelated to health."""

from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.markup import Element, is_document, read
from tests.web.visitor import SETTLED, Visitor, is_gone

Pages = dict[str, TestResponse]
FOCUSABLE = ("a", "button", "input", "select", "textarea", "summary")


def focusable(page: Element) -> list[Element]:
    return [one for one in page.everything() if one.tag in FOCUSABLE and one.attributes.get("type") != "hidden"]


def test_every_page_offers_it_right_after_the_skip_link(every_page: Pages):
    documents = {name: read(page.text) for name, page in every_page.items() if is_document(page)}

    second = {name: focusable(page)[1].text for name, page in documents.items()}
    assert set(second.values()) == {"Leave quickly"}
    assert {page.one("form", class_="leave")["action"] for page in documents.values()} == {"/leave"}


def test_a_recruiter_has_other_ways_to_leave(client: FlaskClient):
    assert "/leave" not in client.get("/recruiter/login").text


def test_it_leads_to_a_neutral_page_elsewhere(visitor: Visitor):
    response = visitor.client.post("/leave")

    assert response.status_code == 303
    assert response.headers["Location"] == "https://www.weather.gov/"


def test_the_policy_of_the_page_lets_its_form_lead_there(visitor: Visitor):
    policy = visitor.get().headers["Content-Security-Policy"]
    outside = urlsplit(visitor.client.post("/leave").headers["Location"])

    [form_action] = [rule for rule in policy.split("; ") if rule.startswith("form-action")]
    assert f"{outside.scheme}://{outside.netloc}" in form_action.split()


def test_no_cookie_is_left(ready: Visitor):
    ready.get("?lang=es")
    assert ready.send().status_code == 303
    ready.open_my_data()
    kept = {name for name, path in kept_cookies(ready)}
    assert kept == {f"prescreen-{name}" for name in ("low-back-pain", "form", "thanks", "my", "language")}

    ready.client.post("/leave")

    assert kept_cookies(ready) == []


def kept_cookies(visitor: Visitor) -> list[tuple[str, str]]:
    names = dict.fromkeys(("prescreen-low-back-pain", "prescreen-form", "prescreen-thanks"), "/low-back-pain")
    names |= {"prescreen-my": "/my", "prescreen-language": "/"}
    return [(name, path) for name, path in names.items() if visitor.cookie(name, path)]


def test_going_back_shows_no_answer(visitor: Visitor):
    visitor.has_answered(SETTLED)

    visitor.client.post("/leave")

    assert is_gone(visitor.get("/screener/review"))
    assert not any("checked" in one for one in visitor.page("/screener/diagnosed").all("input"))


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}])
def test_another_site_cannot_make_a_visitor_lose_her_answers(visitor: Visitor, headers: dict[str, str]):
    visitor.has_answered(SETTLED)

    assert visitor.client.post("/leave", headers=headers).status_code == 403
    assert visitor.cookie()
