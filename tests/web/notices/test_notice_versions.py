"""A consent names the version of the notice that was shown, on every door; the person can read it as it was."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Flask

from prescreen.config import SHIPPED_CRITERIA
from prescreen.database import Database
from prescreen.storage.participants.consents import fingerprint_of
from prescreen.storage.tables import Consent, ConsentWording
from prescreen.web.notices.privacy_notice import privacy_notice
from prescreen.web.participants.submission import consent_shown
from tests.web.kept import rows
from tests.web.markup import read
from tests.web.referrals.callers import Caller, caller, catalog, stored
from tests.web.visitor import SLUG, Visitor

__all__ = ["caller", "catalog"]


def text_in(app: Flask, language: str) -> str:
    with app.test_request_context(f"/privacy?lang={language}"):
        return privacy_notice().text


def shown(database: Database) -> set[str | None]:
    return {sha256 for (sha256,) in rows(database, Consent.notice_sha256)}


def test_what_is_sent_keeps_the_notice_with_every_consent(app: Flask, ready: Visitor, database: Database) -> None:
    ready.send(**{"by-phone": "yes", "future": "yes"})

    text = text_in(app, "en")
    assert shown(database) == {fingerprint_of(text)}
    assert (fingerprint_of(text), text) in rows(database, ConsentWording.sha256, ConsentWording.wording)


def test_a_form_in_spanish_keeps_the_spanish_notice(app: Flask, ready: Visitor, database: Database) -> None:
    ready.client.get("/privacy?lang=es")
    ready.send()

    assert shown(database) == {fingerprint_of(text_in(app, "es"))}


@pytest.mark.parametrize("call", ["en", "es"])
def test_a_call_tells_of_the_notice_and_keeps_it_in_the_language_of_the_call(
    app: Flask, caller: Caller, database: Database, call: str
) -> None:
    path = f"{caller.path}?call={call}"
    assert any("/privacy" in one.text for one in caller.page(path).all("div", class_="say", lang=call))

    stored(caller.client.post(caller.path, data=caller.form(path)))

    assert shown(database) == {fingerprint_of(text_in(app, call))}


def test_a_consent_that_is_added_later_keeps_the_notice_of_its_page(
    app: Flask, ready: Visitor, database: Database
) -> None:
    ready.send()
    ready.open_my_data()

    assert ready.client.post("/my/allow", data=allowing(ready, "en", "text")).status_code == 303
    assert ready.client.post("/my/allow", data=allowing(ready, "es", "phone")).status_code == 303

    by_purpose = dict(rows(database, Consent.purpose, Consent.notice_sha256))
    assert by_purpose["text"] == by_purpose["share"] == fingerprint_of(text_in(app, "en"))
    assert by_purpose["phone"] == fingerprint_of(text_in(app, "es"))
    assert len([one for one in ready.open_my_data().all("a") if "/my/notices/" in one["href"]]) == 2


def allowing(person: Visitor, language: str, channel: str) -> dict[str, str]:
    page = read(person.client.get(f"/my/?lang={language}").text)
    form = next(one for one in page.all("form") if one.all("input", name="allow", value=channel))
    return {**{one["name"]: one["value"] for one in form.all("input", type="hidden")}, "agreed": "yes"}


def test_a_form_that_was_shown_beside_another_notice_is_shown_again(
    ready: Visitor, serve: Callable[..., Flask], tmp_path: Path, database: Database
) -> None:
    other = serve(criteria=with_controller(tmp_path / "criteria"))
    with other.test_request_context("/privacy"):
        stamp = consent_shown()
    form = ready.interest_form()

    answer = ready.post("/interest", {**form, "consent": stamp})

    assert stamp != form["consent"]
    assert answer.status_code == HTTPStatus.CONFLICT
    assert rows(database, Consent.id) == []


def test_a_form_that_earlier_code_showed_counts_and_names_no_notice(ready: Visitor, database: Database) -> None:
    form = ready.interest_form()

    answer = ready.post("/interest", {**form, "consent": form["consent"].partition(".")[0]})

    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert shown(database) == {None}
    assert "/my/notices/" not in "".join(one["href"] for one in ready.open_my_data().all("a"))


def with_controller(folder: Path) -> Path:
    """Return a copy of the shipped criteria whose notice names another controller."""
    shutil.copytree(SHIPPED_CRITERIA, folder)
    own = folder / "notices" / "privacy.en.md"
    own.write_text(own.read_text().replace("This is a sample, so its operator does not exist.", "Foo Ltd is."))
    return folder


def test_the_person_reads_the_version_that_they_were_shown_and_no_other(ready: Visitor, database: Database) -> None:
    ready.send()
    page = ready.open_my_data()
    [link] = [one["href"] for one in page.all("a") if one["href"].startswith("/my/notices/")]

    kept = ready.client.get(link)

    assert kept.status_code == 200
    assert "What we keep, and for how long" in read(kept.text).one("main").text
    assert ready.client.get(f"/my/notices/{'0' * 64}").status_code == 404
    assert ready.client.application.test_client().get(link).status_code == 404


def test_the_download_holds_the_notice(ready: Visitor) -> None:
    ready.send()
    ready.open_my_data()

    held = json.loads(ready.client.get("/my/download").text)

    assert all(one["notice"].startswith("## Who is behind this service") for one in held["consents"])
    assert {one["notice_sha256"] for one in held["consents"]} == {fingerprint_of(held["consents"][0]["notice"])}


def test_the_form_links_to_the_notice(ready: Visitor) -> None:
    page = read(ready.client.get(f"/{SLUG}/interest?trial=NCT00000410").text)

    assert "/privacy" in [one["href"] for one in page.one("form", action=f"/{SLUG}/interest").all("a")]


def test_every_consent_wording_is_kept_apart_from_the_notice(
    tmp_path: Path, ready: Visitor, database: Database
) -> None:
    ready.send()

    assert set(rows(database, Consent.wording_sha256)).isdisjoint(rows(database, Consent.notice_sha256))
