"""The whole way of the letters, from the form to the mailbox and back, in a service that is no sample."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from prescreen.mail.smtp import Post
from prescreen.storage.mail.outbox import Letter
from prescreen.storage.tables import Lead
from prescreen.web.base.request_context import EXTENSION
from prescreen.workflow.mail.delivery import send_due
from tests.catalog import folders
from tests.mailserver import Mailbox, running
from tests.web.kept import rows
from tests.web.mailed import links
from tests.web.visitor import DETAILS, Visitor, where

FRESH = folders.altered(folders.TRIAL, "confirmed: 2026-11-01", f"confirmed: {datetime.now(UTC).date()}")


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with running() as mailbox:
        yield mailbox


@pytest.fixture
def service(serve: Callable[..., Flask], tmp_path: Path, box: Mailbox) -> Flask:
    folder = folders.write(tmp_path / "criteria", FRESH)
    return serve(criteria=folder, mail_url=box.server, public_url="https://trials.example.org")


def work(service: Flask, box: Mailbox) -> None:
    resources = service.extensions[EXTENSION]
    post = Post(box.server, "trials@example.org")
    send_due(resources.database, resources.keys, post, lambda: datetime.now(UTC), lambda _: None)


def test_from_the_form_to_the_mailbox_and_back(service: Flask, box: Mailbox):
    visitor = Visitor(service.test_client(), "back-pain")
    visitor.answers({"numb": "no", "leg_pain": "yes"})
    visitor.send(language="en")
    assert "Confirm your email address" in visitor.page("/thanks").text

    work(service, box)
    assert (box.messages[0]["To"], box.messages[0]["From"]) == (DETAILS["email"], "trials@example.org")
    yes, _no = links_in(box)
    elsewhere = service.test_client()
    assert elsewhere.post(yes).status_code == 200

    work(service, box)
    [link] = links_in(box)
    assert box.messages[1]["Subject"].startswith("We have your details (LP-")
    assert where(elsewhere.get(link)) == "/my/"
    assert DETAILS["name"] in elsewhere.get("/my/").text
    database = service.extensions[EXTENSION].database
    assert rows(database, Lead.is_test) == [(False,)]


def test_who_deletes_before_the_letter_goes_out_gets_none(service: Flask, box: Mailbox):
    visitor = Visitor(service.test_client(), "back-pain")
    visitor.answers({"numb": "no", "leg_pain": "yes"})
    visitor.send()
    signature = visitor.open_my_data().all("input", name="signature")[0]["value"]
    visitor.client.post("/my/delete", data={"signature": signature})

    work(service, box)

    assert box.messages == []


def links_in(box: Mailbox) -> list[str]:
    return links(Letter("", "", "", box.text()))
