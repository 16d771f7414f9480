"""What other software looks for under `/.well-known/`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from prescreen.app import create_app
from prescreen.config import Settings
from tests.catalog.folders import CATALOG, FILES, write

SECURITY_TXT = "/.well-known/security.txt"


def fields(text: str) -> dict[str, str]:
    """Return the fields of a file; each stands once."""
    lines = [line.split(": ", 1) for line in text.splitlines()]
    assert len({name for name, _ in lines}) == len(lines)
    return {name: value for name, value in lines}  # noqa: C416  # lists of two are no pairs to mypy


def test_security_txt_names_the_contact_and_is_good_for_less_than_a_year(app: Flask) -> None:
    answer = app.test_client().get(SECURITY_TXT)

    told = fields(answer.text)
    ahead = datetime.fromisoformat(told["Expires"]) - datetime.now(UTC)
    assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
    assert told["Contact"].startswith(("mailto:", "tel:"))
    assert timedelta(days=7) < ahead < timedelta(days=365)
    assert told["Preferred-Languages"].startswith("en")


def test_a_password_manager_is_sent_to_the_page_that_changes_the_password(app: Flask) -> None:
    answer = app.test_client().get("/.well-known/change-password")

    assert (answer.status_code, answer.location) == (302, "/recruiter/account")


@pytest.mark.parametrize(
    ("changed", "contact"),
    [
        ("security_contact: mailto:security@example.org", "mailto:security@example.org"),
        ("security_contact: https://example.org/security", "https://example.org/security"),
        ("home_country: GB", "tel:+15550100"),
    ],
)
def test_the_operator_may_name_another_contact(settings: Settings, tmp_path: Path, changed: str, contact: str) -> None:
    folder = write(tmp_path / "written", {CATALOG: f"{FILES[CATALOG]}{changed}\n"})

    client = create_app(replace(settings, criteria=folder)).test_client()

    assert fields(client.get(SECURITY_TXT).text)["Contact"] == contact
