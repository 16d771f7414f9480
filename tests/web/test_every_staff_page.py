"""What holds for every page of the desk, refused forms included."""

import re

from flask import Flask
from werkzeug.test import TestResponse

from tests.web.markup import is_document, read
from tests.web.opened import not_opened

Pages = dict[str, TestResponse]
# Files to keep.
NO_PAGES = {"recruiter.digest_of_export"}


def of_the_desk(endpoint: str) -> bool:
    """Whether an endpoint is a page of the desk."""
    return endpoint not in NO_PAGES and endpoint.startswith("recruiter.")


def test_every_page_of_the_desk_is_among_those_looked_at(assembled: Flask, every_staff_page: Pages):
    assert not_opened(assembled, every_staff_page, of_the_desk) == set()


def test_a_page_that_is_not_looked_at_is_named(assembled: Flask, every_staff_page: Pages):
    without = {name: page for name, page in every_staff_page.items() if "trail" not in name}

    assert not_opened(assembled, without, of_the_desk) == {"recruiter.show_trail"}


def test_every_page_of_the_desk_has_one_heading_of_the_first_level(every_staff_page: Pages):
    pages = {name: read(page.text) for name, page in every_staff_page.items() if is_document(page)}

    assert {name: len(page.all("h1")) for name, page in pages.items() if len(page.all("h1")) != 1} == {}


def test_no_page_of_the_desk_breaks(every_staff_page: Pages):
    assert {name: page.status for name, page in every_staff_page.items() if page.status_code >= 500} == {}


def test_no_browser_stores_a_page_of_the_desk(every_staff_page: Pages):
    stored = {name: page.headers.get("Cache-Control") for name, page in every_staff_page.items()}

    assert {name: kept for name, kept in stored.items() if kept != "no-store"} == {}


def test_no_page_of_the_desk_has_a_style_or_a_script_in_it(every_staff_page: Pages):
    assert {name for name, page in every_staff_page.items() if re.search(r"<script|<style| style=", page.text)} == set()
