"""The views of the work list, with their counts, and those that a recruiter saves."""

import html
from datetime import UTC, datetime, timedelta

import pytest

from prescreen.storage.accounts.recruiters import Assignment
from prescreen.storage.tables import SavedView
from prescreen.workflow.participants.submission import Purpose
from tests.people import recruiter
from tests.web.listed import HERE, amend, made, me, names, three
from tests.web.markup import Element, read
from tests.web.office import OTHER_TRIAL, Office, catalog, office, sign_in
from tests.web.referred import TRIAL

__all__ = ["catalog", "office"]


def views(office: Office, path: str = HERE) -> dict[str, str]:
    """Return the counts of the views by name."""
    return {one.text.removesuffix(one.one("b").text).strip(): one.one("b").text for one in _chips(office, path)}


def _chips(office: Office, path: str = HERE) -> list[Element]:
    return read(office.client.get(path).text).one("nav", aria_label="Views").all("a")


def current(office: Office, path: str) -> list[str]:
    return [one.text for one in _chips(office, path) if "aria-current" in one]


def test_each_view_counts_everybody_and_not_the_page(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prescreen.web.worklist.worklist_page.PAGE", 1)
    people, now = three(office), datetime.now(UTC)
    amend(office.database, people["Old"], state="contacted", call_back_at=now - timedelta(hours=1))
    amend(office.database, people["Mid"], assigned_to=me(office), due_at=now - timedelta(days=1))
    amend(office.database, made(office, name="Gone", days=40), state="enrolled")
    made(office, name="Elsewhere", trial_id=OTHER_TRIAL)

    assert views(office) == {
        "Call next": "3", "Late": "1", "Call back today": "1", "New": "2", "Mine": "1", "Nobody’s": "2", "All": "4",
    }  # fmt: skip


def test_each_view_shows_as_many_people_as_it_counts_and_is_marked(office: Office) -> None:
    people, now = three(office), datetime.now(UTC)
    amend(office.database, people["Old"], state="contacted", call_back_at=now - timedelta(hours=1))
    amend(office.database, people["Mid"], assigned_to=me(office), due_at=now - timedelta(days=1))

    for one in _chips(office):
        address = html.unescape(one["href"])
        assert len(names(office, address)) == int(one.one("b").text), one.text
        assert current(office, address) == [one.text]


def test_the_list_opens_on_who_is_open_the_most_urgent_first(office: Office) -> None:
    people, now = three(office), datetime.now(UTC)
    amend(office.database, people["Young"], due_at=now - timedelta(hours=1))
    amend(office.database, people["Mid"], state="not_eligible")

    assert names(office) == ["Young", "Old"]
    assert current(office, HERE) == ["Call next 2"]


def test_an_empty_view_says_what_will_stand_there(office: Office) -> None:
    assert "Nobody waits. People stand here as soon as they send their details." in office.page(HERE)
    assert "Nobody is to be called back today." in office.page(f"{HERE}?call_back=today")


def save(office: Office, name: str, query: str) -> int:
    return office.post("/recruiter/views", view_name=name, query=query).status_code


def test_filters_are_kept_under_a_name_with_their_count(office: Office) -> None:
    people = three(office)
    amend(office.database, people["Mid"], miles=12)

    answer = office.post("/recruiter/views", view_name=" Near  me ", query="within=50&sort=nearest")

    assert (answer.status_code, answer.location) == (303, "/recruiter/?within=50&sort=nearest")
    assert views(office)["Near me"] == "1"
    assert list(views(office))[-2:] == ["Near me", "All"]
    assert current(office, answer.location) == ["Near me 1"]
    assert read(office.client.get(answer.location).text).one("h1").text == "Near me"


def test_the_page_offers_to_save_just_what_is_no_view_yet(office: Office) -> None:
    def offered(path: str) -> list[str]:
        page = read(office.client.get(path).text)
        return [one["value"] for one in page.all("input", name="query")]

    assert offered(HERE) == []
    assert offered(f"{HERE}?state=new") == []
    assert offered(f"{HERE}?state=new&within=50") == ["state=new&within=50"]
    save(office, "Near", "state=new&within=50")
    assert offered(f"{HERE}?state=new&within=50") == []


def test_a_name_that_is_used_again_gets_the_new_filters(office: Office) -> None:
    save(office, "Far", "older=100")

    save(office, "Far", "older=300")

    with office.database.reading() as session:
        assert [one.query for one in session.query(SavedView)] == ["older=300"]


@pytest.mark.parametrize(
    ("name", "words"), [("", "Type a name for this view"), ("x" * 41, "at most 40|longer than 40")]
)
def test_a_view_without_a_fitting_name_is_not_kept(office: Office, name: str, words: str) -> None:
    answer = office.post("/recruiter/views", view_name=name, query="older=100")

    page = read(answer.text)
    assert answer.status_code == 422
    assert any(one in page.one("div", id="errors").text for one in words.split("|"))
    assert page.one("input", id="view_name")["aria-invalid"] == "true"
    assert page.one("input", id="view_name")["value"] == name
    assert page.one("input", name="query")["value"] == "older=100"
    assert "Far" not in views(office)


def test_a_recruiter_has_twelve_views_at_most(office: Office) -> None:
    assert [save(office, f"Older {one}", f"older={one}") for one in range(12)] == [303] * 12

    answer = office.post("/recruiter/views", view_name="One more", query="older=100")

    assert answer.status_code == 422
    assert "You have 12 views of your own." in answer.text
    assert save(office, "Older 3", "older=33") == 303


def test_a_view_is_removed_from_its_list_and_only_by_its_owner(office: Office) -> None:
    save(office, "Far", "older=300")
    remove = read(office.client.get(f"{HERE}?older=300").text)
    action = next(one["action"] for one in remove.all("form") if one["action"].endswith("/remove"))
    recruiter(office.database, Assignment(TRIAL), email="col@example.org")
    office.post("/recruiter/logout")
    sign_in(office.client, email="col@example.org")
    assert "Far" not in views(office)
    office.post(action)
    office.post("/recruiter/logout")
    sign_in(office.client)
    assert "Far" in views(office)

    assert office.post(action).status_code == 303

    assert "Far" not in views(office)


def test_a_view_of_a_trial_that_is_no_longer_theirs_has_no_count_and_says_so(office: Office) -> None:
    three(office)
    view = SavedView(id=made(office), recruiter_id=me(office), name="Other", query=f"trial={OTHER_TRIAL}")
    with office.database.writing() as session:
        session.add(view)

    assert views(office)["Other"] == ""
    assert office.client.get(f"{HERE}?trial={OTHER_TRIAL}").status_code == 422


def test_a_view_that_lacks_a_name_is_asked_for_it_beside_the_field_on_every_list(office: Office) -> None:
    for query in ("state=new", "state=new&tag=records"):
        answer = office.post("/recruiter/views", view_name="", query=query)
        page = read(answer.text).one("main")

        assert answer.status_code == 422
        assert page.one("input", id="view_name")["aria-invalid"] == "true"
        assert [one for one in page.all("details") if "open" in one] == []


def test_all_ways_of_contact_stand_in_a_row_beside_the_language(office: Office) -> None:
    office.refer(agreed=(Purpose.PHONE, Purpose.TEXT, Purpose.EMAIL), language="es")

    (row,) = read(office.page("/recruiter/")).one("tbody").all("tr")

    assert "Spanish: email, phone, text new" in row.text
