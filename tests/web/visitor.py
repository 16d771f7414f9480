"""A visitor with a browser without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.markup import Element, read

ANSWERS = {"leg_pain": "yes", "numb": "no", "age": "44", "pain_duration": "12", "sex": "male"}
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SLUG = "low-back-pain"
DO_NOT_KNOW = "?do_not_know"
RATHER_NOT_SAY = "?rather_not_say"
# These settle the red flags, so that results can be opened.
SETTLED = {
    "diagnosed": "yes",
    "taken_medication": "yes",
    "cauda_equina_signs": "none",
    "warning_signs": "none",
    "cancer_history": "never",
}
# A name and a mailbox that occur nowhere else in the project.
DETAILS = {
    "name": "Wilhelmina Quackenbush",
    "email": "w.quackenbush@example.org",
    "phone": "+1 617 555 0143",
    "postal_code": "02139-QX",
    "best_time": "evenings",
    "language": "es",
}
CONSENTS = {"adult": "yes", "share": "yes", "by-email": "yes"}

_ANSWERED: dict[str, str] = {}


class Visitor:
    """Someone who reads one condition's pages."""

    def __init__(self, client: FlaskClient, slug: str = SLUG) -> None:
        self.client, self.slug = client, slug

    def get(self, path: str = "") -> TestResponse:
        """Open a page of the condition."""
        return self.client.get(f"/{self.slug}{path}")

    def page(self, path: str = "") -> Element:
        """Open a page of the condition that must exist, and parse it."""
        response = self.get(path)
        assert response.status_code == 200, f"{path}: {response.status}"
        return read(response.text)

    def post(self, path: str, data: Mapping[str, Any]) -> TestResponse:
        """Send a form of the condition."""
        return self.client.post(f"/{self.slug}{path}", data=dict(data))

    def answer(self, question_id: str, answer: str | list[str], **fields: str) -> TestResponse:
        """Answer one question, as its page would; the page of wishes, where it comes next, is skipped."""
        response = self.post(f"/screener/{question_id}", {"answer": answer, **fields})
        wishes_come = response.headers.get("Location") == f"/{self.slug}/wishes"
        return self.post("/wishes", {"skip": "yes"}) if wishes_come else response

    def answers(self, given: Mapping[str, str | list[str]]) -> None:
        """Answer several questions, none of which may be refused."""
        for question_id, answer in given.items():
            response = self.answer(question_id, answer)
            assert response.status_code == 303, f"{question_id}: {response.status}"

    def has_answered(self, given: Mapping[str, str | list[str]]) -> None:
        """Become a visitor who gave these answers just now; the same answers are posted once a session."""
        name, known = f"prescreen-{self.slug}", _ANSWERED.get(str((self.slug, given)))
        if known is None:
            self.answers(given)
            _ANSWERED[str((self.slug, given))] = self.cookie()
        else:
            self.client.set_cookie(name, known, path=f"/{self.slug}")

    def cookie(self, name: str = "", path: str = "") -> str:
        """Return the browser's cookie for the condition, or an empty text."""
        found = self.client.get_cookie(name or f"prescreen-{self.slug}", path=path or f"/{self.slug}")
        return found.value if found else ""

    def interest_form(self, **changes: Any) -> dict[str, Any]:
        """Open the form and fill it in for the first trial; None leaves a field out."""
        form = self.page("/interest").one("form", action=f"/{self.slug}/interest")
        hidden = {one["name"]: one["value"] for one in form.all("input", type="hidden")}
        trials = changes.get("trial", form.all("input", name="trial")[0]["value"]) or ()
        wanted = {f"site-{one}" for one in ([trials] if isinstance(trials, str) else trials)}
        selects = [one for one in form.all("select") if one["name"] in wanted]
        places = {one["name"]: one.all("option")[1]["value"] for one in selects}
        filled = {**hidden, **places, "trial": trials, **DETAILS, **CONSENTS, **changes}
        return {name: value for name, value in filled.items() if value is not None}

    def send(self, **changes: Any) -> TestResponse:
        """Fill the form in and send it."""
        return self.post("/interest", self.interest_form(**changes))

    def private_link(self) -> str:
        """Return the path of the private link on the thank-you page."""
        return next(one["href"] for one in self.page("/thanks").all("a") if one["href"].startswith("/my/"))

    def open_my_data(self) -> Element:
        """Follow the private link."""
        return read(self.client.get(self.private_link(), follow_redirects=True).text)


def where(response: TestResponse) -> str:
    """Return the path that a response redirects to."""
    assert response.status_code in (302, 303, 308), response.status
    return response.headers["Location"]


def way_back(page: Element) -> str:
    """Return where the link Back of a page leads."""
    [link] = [one for one in page.all("a") if one.text.startswith("←")]
    return link["href"]


def reviewed(page: Element) -> dict[str, str]:
    """Return the answers that the review lists, by question, in its order."""
    rows = [row for listed in page.all("dl", class_="stack") for row in listed.all("div")]
    return {row.one("dt").text: row.one("b").text for row in rows}


def is_gone(response: TestResponse) -> bool:
    """Return whether a page says that no answers are here, and how to go on."""
    heading = "Your answers are no longer here"
    return response.status_code == HTTPStatus.GONE and read(response.text).one("h1").text == heading


def shown_again(page: Element) -> dict[str, str]:
    """Return the form's values: typed fields, ticked boxes, chosen options."""
    form = next(one for one in page.all("form") if one["action"].endswith("/interest"))
    boxes = [one for one in form.all("input") if one.attributes.get("type") == "checkbox"]
    texts = {one["name"]: one["value"] for one in form.all("input") if one not in boxes}
    ticks = {one["name"]: one["value"] for one in boxes if "checked" in one}
    chosen = {one["name"]: opt["value"] for one in form.all("select") for opt in one.all("option") if "selected" in opt}
    return texts | ticks | chosen
