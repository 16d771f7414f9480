"""How passwords are typed, and that every page behind the sign-in leads out again."""

from __future__ import annotations

from werkzeug.test import TestResponse

from tests.web.markup import Element, is_document, read

Pages = dict[str, TestResponse]
FOR_MANAGERS = {"current-password", "new-password"}


def documents(pages: Pages) -> dict[str, Element]:
    return {name: read(page.text) for name, page in pages.items() if is_document(page)}


def open_ones(page: Element) -> list[str]:
    """Return the fields for passwords that show what is typed, or that no password manager can fill."""
    return [
        field.attributes["name"]
        for field in page.all("input")
        if field.attributes.get("name") in ("password", "again", "old", "codes_password")
        and (field.attributes.get("type") != "password" or field.attributes.get("autocomplete") not in FOR_MANAGERS)
    ]


def test_every_field_for_a_password_hides_it_and_lets_a_manager_fill_it(every_staff_page: Pages) -> None:
    pages = documents(every_staff_page)
    fields = [one for page in pages.values() for one in page.all("input") if one.attributes.get("type") == "password"]

    assert len(fields) > 5
    assert {one.attributes.get("autocomplete") for one in fields} <= FOR_MANAGERS
    assert {name: found for name, page in pages.items() if (found := open_ones(page))} == {}


def test_a_field_that_shows_a_password_or_keeps_managers_out_is_convicted() -> None:
    assert open_ones(read('<input name="password" type="text" autocomplete="new-password">')) == ["password"]
    assert open_ones(read('<input name="again" type="password" autocomplete="off">')) == ["again"]


def without_a_way_out(pages: dict[str, Element]) -> set[str]:
    """Return the pages that show the menu of staff and no form to sign out."""
    return {
        name
        for name, page in pages.items()
        if any(link.attributes.get("href") == "/recruiter/account" for link in page.all("a"))
        and not any(form.attributes.get("action") == "/recruiter/logout" for form in page.all("form"))
    }


def test_every_page_behind_the_sign_in_offers_to_sign_out(every_staff_page: Pages) -> None:
    pages = documents(every_staff_page)

    assert without_a_way_out(pages) == set()


def test_a_page_without_a_way_out_is_convicted() -> None:
    assert without_a_way_out({"a page": read('<a href="/recruiter/account">My account</a>')}) == {"a page"}
