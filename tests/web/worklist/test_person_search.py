"""Searching for a person by name, address or reference, only among one's own referrals."""

from datetime import UTC, datetime

import pytest

from prescreen.storage.accounts import recruiters
from prescreen.storage.accounts.recruiters import Role
from prescreen.storage.audit import events as audit
from prescreen.workflow.accounts.recruiters import Assignment
from prescreen.workflow.participants import data_subject_rights
from tests.people import CONTACT, recruiter
from tests.web.listed import HERE, last_event, made, names_on, search, three
from tests.web.markup import read
from tests.web.office import OTHER_TRIAL, Office, catalog, office, sign_in
from tests.web.referred import TRIAL, refer

__all__ = ["catalog", "office"]


@pytest.mark.parametrize(
    "typed",
    [
        "Wilhelmina",
        "quackenbush",
        "QUACKENBUSH,  wilhelmina",
        "Wílhelmina",
        "wilhelmina.q@EXAMPLE.org",
        " Wilhelmina.Q@example.org ",
    ],
)
def test_people_are_found_by_the_words_of_their_name_and_by_their_address(office: Office, typed: str) -> None:
    made(office)
    made(office, name="Somebody Else")

    found = search(office, typed)

    # Both were given one address.
    expected = ["Wilhelmina Quackenbush", "Somebody Else"] if "@" in typed else ["Wilhelmina Quackenbush"]
    assert sorted(names_on(found)) == sorted(expected)


@pytest.mark.parametrize("typed", ["Wilhelm", "Wilhelmina Else", "example.org", "@", "'; --", "% %", "…"])
def test_nobody_is_found_by_half_a_name_or_two_peoples_words(office: Office, typed: str) -> None:
    made(office)
    made(office, name="Somebody Else")

    found = search(office, typed)

    assert names_on(found) == []
    assert "Nobody among your trials and sites" in found


def test_a_reference_is_found_however_it_is_read_out(office: Office) -> None:
    receipt = refer(office.database, office.keys, office.catalog)
    letters = receipt.reference.removeprefix("LP-").replace("-", "")
    misread = letters.replace("0", "o").replace("1", "I")

    for typed in (receipt.reference, receipt.reference.lower(), letters, f"lp {misread[:4]} {misread[4:]}"):
        assert names_on(search(office, typed)) == [CONTACT.name], typed


def test_only_ones_own_trials_and_sites_are_searched(office: Office) -> None:
    receipt = refer(office.database, office.keys, office.catalog, trial_id=OTHER_TRIAL)

    for typed in (CONTACT.name, CONTACT.email, receipt.reference):
        assert names_on(search(office, typed)) == []


def test_a_search_is_recorded_with_whom_it_showed_and_without_its_words(office: Office) -> None:
    referral_id = made(office)

    search(office, "Wilhelmina")
    found = last_event(office)
    search(office, "Zebediah")
    missed = last_event(office)

    assert (found.action, found.details) == ("worklist_searched", {"hits": 1, "referrals": [str(referral_id)]})
    assert (missed.action, missed.details) == ("worklist_searched", {"hits": 0, "referrals": []})


def test_a_name_stands_in_no_address_and_no_log(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    made(office)

    page = search(office, "Quackenbush")

    addresses = [one[name] for one in read(page).everything() for name in ("href", "action") if name in one]
    assert not [one for one in addresses if "uackenbush" in one]
    assert "uackenbush" not in "".join(capsys.readouterr())
    assert office.client.get("/recruiter/search?q=Quackenbush").status_code == 405


@pytest.mark.parametrize("typed", ["", "   ", "x" * 255])
def test_a_search_for_nothing_or_too_much_is_told_what_to_type(office: Office, typed: str) -> None:
    answer = office.post("/recruiter/search", q=typed)

    assert answer.status_code == 422
    assert read(answer.text).one("input", id="q")["aria-invalid"] == "true"


def test_who_withdrew_is_not_found_by_name(office: Office) -> None:
    receipt = refer(office.database, office.keys, office.catalog)
    with office.database.writing() as session:
        data_subject_rights.withdraw(session, receipt.lead_id, None, datetime.now(UTC))

    assert names_on(search(office, CONTACT.name)) == []
    assert names_on(search(office, receipt.reference)) == [receipt.reference]


def test_more_than_a_page_of_people_are_asked_to_be_fewer(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prescreen.workflow.worklist.listing.PAGE", 2)
    people = three(office)
    for number in range(len(people)):
        made(office, name=f"Mary Number{number}")

    page = search(office, "mary")

    assert names_on(page) == ["Mary Number2", "Mary Number1"]
    assert "add a word" in page


# Who sees no identity.


@pytest.fixture
def analyst(office: Office) -> Office:
    account = recruiter(office.database, Assignment(TRIAL), email="ana@example.org")
    with office.database.writing() as session:
        recruiters.set_role(session, account.id, Role.ANALYST)
    office.post("/recruiter/logout")
    sign_in(office.client, email="ana@example.org")
    return office


def test_an_analyst_sees_the_same_list_with_references_and_leaves_no_trace_of_names(analyst: Office) -> None:
    receipt = refer(analyst.database, analyst.keys, analyst.catalog)

    page = analyst.page(HERE)

    assert names_on(page) == [receipt.reference]
    assert "doesn't fit now" in page
    assert "/recruiter/referrals/" not in page
    assert CONTACT.name not in page
    with analyst.database.reading() as session:
        (account,) = [one for one in recruiters.everyone(session) if one.role is Role.ANALYST]
        events = audit.about(session, audit.Subject("recruiter", str(account.id)))
    assert [event.action for event in events] == ["recruiter_added", "signed_in"]


def test_an_analyst_searches_by_reference_alone(analyst: Office) -> None:
    receipt = refer(analyst.database, analyst.keys, analyst.catalog)

    assert names_on(search(analyst, receipt.reference)) == [receipt.reference]
    assert names_on(search(analyst, CONTACT.name)) == []
    assert "e-mail" not in read(search(analyst, "x")).one("form", role="search").text
