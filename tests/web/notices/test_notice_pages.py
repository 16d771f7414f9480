"""The notices are linked from the foot of every page, of visitors and staff, errors included."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.markup import is_document, read


@pytest.mark.parametrize("walk", ["every_page", "every_spanish_page", "every_staff_page"])
def test_every_page_links_to_the_notices_in_its_foot(walk: str, request: pytest.FixtureRequest) -> None:
    pages: dict[str, TestResponse] = request.getfixturevalue(walk)
    documents = {name: read(page.text) for name, page in pages.items() if is_document(page)}

    def linked(name: str) -> set[str]:
        return {one["href"] for foot in documents[name].all("footer") for one in foot.all("a")}

    assert len(documents) > 15
    assert [name for name in documents if not {"/privacy", "/accessibility"} <= linked(name)] == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_links_of_the_foot_lead_to_pages_and_to_the_cookies(client: FlaskClient, language: str) -> None:
    privacy = read(client.get(f"/privacy?lang={language}").text)

    assert privacy.one("html")["lang"] == language
    assert privacy.one("section", id="cookies").text
    assert "WCAG 2.2" in client.get(f"/accessibility?lang={language}").text
