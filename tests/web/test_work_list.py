import html
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, insert, update

from prescreen.database import Database
from prescreen.storage import audit, recruiters, referrals
from prescreen.storage.identifiers import new_id
from prescreen.storage.models import LogEntry, Referral, ReferralTag, Reminder
from prescreen.storage.recruiters import Role
from prescreen.workflow import participation
from prescreen.workflow.accounts import Assignment
from tests.people import CONTACT, recruiter
from tests.web.markup import read
from tests.web.referred import TRIAL, refer
from tests.web.test_recruiter import OTHER_TRIAL, Office, catalog, office, sign_in

__all__ = ["catalog", "office"]

HERE = "/recruiter/"


def amend(database: Database, referral_id: UUID, **values: object) -> None:
    with database.writing() as session:
        session.execute(update(Referral).where(Referral.id == referral_id).values(**values))


def made(office: Office, **details: object) -> UUID:
    """Refer a person and give the referral."""
    receipt = refer(office.database, office.keys, office.catalog, **details)  # type: ignore[arg-type]
    with office.database.reading() as session:
        return referrals.of_lead(session, receipt.lead_id)[0].id


def names(office: Office, path: str = HERE) -> list[str]:
    return names_on(office.client.get(path).text)


def names_on(page: str) -> list[str]:
    """Give whom a page lists, in its order."""
    cells = [one for one in read(page).all("td") if "who" in one.attributes.get("class", "")]
    return [(cell.all("a") or cell.all("b"))[0].text for cell in cells]


def three(office: Office) -> dict[str, UUID]:
    return {name: made(office, name=name, days=days) for name, days in (("Old", 30), ("Mid", 10), ("Young", 1))}


def me(office: Office) -> UUID:
    with office.database.reading() as session:
        return recruiters.everyone(session)[0].id


def last_event(office: Office) -> audit.Event:
    with office.database.reading() as session:
        return audit.about(session, audit.Subject("recruiter", str(me(office))))[-1]


def search(office: Office, words: str) -> str:
    return office.post("/recruiter/search", q=words).text


@pytest.mark.parametrize(
    ("query", "shown", "words"),
    [
        ("", ["Young", "Mid", "Old"], None),
        ("sort=oldest", ["Old", "Mid", "Young"], None),
        ("sort=nearest", ["Young", "Old", "Mid"], None),
        ("sort=overdue", ["Mid", "Old", "Young"], None),
        ("within=50", ["Young"], "at most 50 miles away"),
        ("newer=11", ["Young", "Mid"], "referred in the last 11 days"),
        ("older=11", ["Old"], "referred more than 11 days ago"),
        ("state=contacted", ["Old"], "contacted"),
        ("state=contacted&state=new", ["Young", "Mid", "Old"], None),
        ("overdue=yes", ["Mid"], "overdue"),
        ("assigned=me", ["Mid"], "yours"),
        ("assigned=nobody", ["Young", "Old"], "nobody’s"),
        ("tag=call+again", ["Old"], "tagged “call again”"),
        ("determination=ineligible", ["Young", "Mid", "Old"], "doesn't fit now"),
        ("determination=undetermined", [], "can't tell yet"),
        (f"trial={TRIAL}", ["Young", "Mid", "Old"], None),
        ("older=5&assigned=nobody", ["Old"], "nobody’s"),
    ],
)
def test_the_list_is_narrowed_and_ordered_as_its_address_says(
    office: Office, query: str, shown: list[str], words: str | None
) -> None:
    people = three(office)
    due = datetime.now(UTC) - timedelta(days=5)
    amend(office.database, people["Old"], state="contacted", miles=80)
    amend(office.database, people["Mid"], assigned_to=me(office), due_at=due)
    amend(office.database, people["Young"], miles=12)
    with office.database.writing() as session:
        session.execute(insert(ReferralTag), [{"referral_id": people["Old"], "tag": "call again"}])

    answer = office.client.get(f"{HERE}?{query}")

    assert answer.status_code == 200
    assert names_on(answer.text) == shown
    if words:
        (holding,) = [one for one in read(answer.text).all("li") if one.text.startswith(words)]
        left = names(office, holding.one("a")["href"])
        assert set(left) >= set(shown)
        assert f"Take away: {words}" in holding.text


def test_the_count_says_how_many_there_are(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    three(office)

    assert "<b>3 referrals</b>, newest first" in office.page(HERE)
    assert "<b>1 referral</b>" in office.page(f"{HERE}?newer=5")
    monkeypatch.setattr("prescreen.workflow.listing.MOST_COUNTED", 2)
    monkeypatch.setattr("prescreen.web.recruiter.work_list.MOST_COUNTED", 2)
    assert "<b>more than 2 referrals</b>" in office.page(HERE)


def test_a_site_is_chosen_with_its_trial(office: Office) -> None:
    made(office)
    here, elsewhere = (site.id for site in office.catalog.trials[TRIAL].sites[:2])

    assert len(names(office, f"{HERE}?site={TRIAL}:{here}")) == 1
    assert names(office, f"{HERE}?site={TRIAL}:{elsewhere}") == []


@pytest.mark.parametrize(
    "query",
    [
        "trial=NCT06053242",
        "trial=x",
        "site=leeds",
        "site=NCT06053242:aventura",
        "state=eligibl",
        "determination=fits",
        "within=far",
        "within=-1",
        "within=99999",
        "newer=0x10",
        "older=1e3",
        "overdue=1",
        "assigned=00000000-0000-0000-0000-000000000007",
        f"tag={'x' * 201}",
        "tag=%00",
        "sort=name",
        "after=7",
        "after=first..0",
        f"before=first.12.{'0' * 32}",
        f"sort=nearest&after=first..{'0' * 32}",
        f"sort=nearest&after=first.99999999999999999.{'0' * 32}",
        f"after=last..{'0' * 32}",
    ],
)
def test_what_is_faulty_in_an_address_is_said_and_left_out(office: Office, query: str) -> None:
    made(office, name="Somebody Here")

    answer = office.client.get(f"{HERE}?{query}")

    assert answer.status_code == 422
    assert len(read(answer.text).one("div", role="alert").all("li")) == 1
    assert names_on(answer.text) == ["Somebody Here"]


def test_another_trial_and_one_that_does_not_exist_get_the_same_sentence(office: Office) -> None:
    def told(trial_id: str) -> str:
        return read(office.client.get(f"{HERE}?trial={trial_id}").text).one("div", role="alert").text

    assert told(OTHER_TRIAL) == told("NCT00000000")


def test_a_date_beyond_all_dates_is_a_place_in_the_list(office: Office) -> None:
    made(office)

    assert office.client.get(f"{HERE}?sort=overdue&after=first.99999999999999999.{'0' * 32}").status_code == 200


def test_the_empty_fields_of_the_form_leave_the_address(office: Office) -> None:
    answer = office.client.get(f"{HERE}?trial=&state=new&state=contacted&within=&tag=+&sort=oldest")

    assert (answer.status_code, answer.location) == (303, "/recruiter/?state=new&state=contacted&sort=oldest")


def test_the_pages_are_turned_to_the_end_and_back(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prescreen.web.recruiter.work_list.PAGE", 2)
    for number in range(5):
        made(office, name=f"Person {number}", days=number)
    for order in ("newest", "oldest", "nearest", "overdue"):
        pages, turns = [], f"{HERE}?state=new&sort={order}"
        while turns:
            page = office.client.get(turns).text
            pages.append(names_on(page))
            turns = turning(page, "next")
        back = turning(page, "prev")

        assert [len(one) for one in pages] == [2, 2, 1]
        assert len({name for one in pages for name in one}) == 5
        assert names(office, back) == pages[1]
        assert names(office, turning(office.client.get(back).text, "prev")) == pages[0]


def turning(page: str, where: str) -> str:
    found = read(page).all("a", rel=where)
    return html.unescape(found[0]["href"]) if found else ""


def test_a_row_says_why_this_person_is_next(office: Office) -> None:
    now = datetime.now(UTC).replace(hour=15, minute=0)
    with time_machine.travel(now):
        referral_id = made(office, days=3)
        amend(office.database, referral_id, due_at=now - timedelta(days=2), miles=12, assigned_to=me(office))
        called = {"referral_id": referral_id, "recruiter_id": me(office), "kind": "call"}
        reminded = {"referral_id": referral_id, "recruiter_id": me(office), "created_at": now}
        with office.database.writing() as session:
            for at, call_back_at in (
                (now - timedelta(days=1), now + timedelta(days=90)),
                (now, now + timedelta(minutes=30)),
            ):
                session.execute(insert(LogEntry), [called | {"id": new_id(at), "at": at, "call_back_at": call_back_at}])
            session.execute(insert(Reminder), [reminded | {"id": new_id(now), "due_at": now - timedelta(days=1)}])
            session.execute(insert(ReferralTag), [{"referral_id": referral_id, "tag": "parking"}])
        sign_in(office.client)

        (line,) = read(office.client.get(HERE).text).one("tbody").all("tr")

    for words in ("Call back today at", "Your reminder: since", "Overdue by 2 days", "waiting 3 days of 23 hours"):
        assert words in line.text, words
    for words in ("doesn't fit now", "Ask: leg pain", "12 miles away", "parking", "Rec Ruiter has it", "phone"):
        assert words in line.text, words


def test_a_call_that_was_made_since_is_not_promised_any_more(office: Office) -> None:
    referral_id, at = made(office), datetime.now(UTC)
    called = {"referral_id": referral_id, "recruiter_id": me(office), "kind": "call", "at": at}
    with office.database.writing() as session:
        session.execute(insert(LogEntry), [called | {"id": new_id(at - timedelta(1)), "call_back_at": at}])
        session.execute(insert(LogEntry), [called | {"id": new_id(at), "call_back_at": None}])

    assert "Call back" not in office.page(HERE)


def test_boxes_to_tick_stand_there_only_with_something_to_do(office: Office, app: Flask) -> None:
    referral_id = made(office)
    if "recruiter.bulk" not in app.view_functions:
        assert 'id="bulk"' not in office.page(HERE)
        app.view_functions["recruiter.bulk"] = lambda: ""
        app.url_map._remap = True
        app.url_map.add(app.url_rule_class("/recruiter/bulk", endpoint="recruiter.bulk", methods=["POST"]))

    page = read(office.client.get(HERE).text)

    form = page.one("form", id="bulk")
    (box,) = page.all("input", name="referral")
    assert (box["value"], box["form"]) == (f"{referral_id}:1", "bulk")
    assert {one["name"] for one in form.everything() if "name" in one} == {
        "form_token", "assignee", "tag", "state", "do",
    }  # fmt: skip


# The search.


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
    assert "Nobody among your trials and sites" in html.unescape(found)


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


@pytest.mark.parametrize("typed", ["", "   ", "x" * 201])
def test_a_search_for_nothing_or_too_much_is_told_what_to_type(office: Office, typed: str) -> None:
    answer = office.post("/recruiter/search", q=typed)

    assert answer.status_code == 422
    assert read(answer.text).one("input", id="q")["aria-invalid"] == "true"


def test_who_withdrew_is_not_found_by_name(office: Office) -> None:
    receipt = refer(office.database, office.keys, office.catalog)
    with office.database.writing() as session:
        participation.withdraw(session, receipt.lead_id, None, datetime.now(UTC))

    assert names_on(search(office, CONTACT.name)) == []
    assert names_on(search(office, receipt.reference)) == [receipt.reference]


def test_more_than_a_page_of_people_are_asked_to_be_fewer(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prescreen.workflow.listing.PAGE", 2)
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


# What it costs.


def test_three_hundred_referrals_need_as_many_queries_as_three(office: Office) -> None:
    sent: list[str] = []
    event.listen(office.database.engine, "before_cursor_execute", lambda *call: sent.append(call[2]))

    def queries(path: str) -> int:
        sent.clear()
        assert office.client.get(path).status_code == 200
        return len(sent)

    paths = [HERE, f"{HERE}?sort=overdue&state=new&within=50", f"{HERE}?tag=call+again", f"{HERE}?sort=nearest"]
    for number in range(3):
        made(office, name=f"Mary Number{number}")
    few = [queries(path) for path in paths]
    for number in range(3, 300):
        made(office, name=f"Mary Number{number}")
    assert len(names(office)) == 50

    assert [queries(path) for path in paths] == few
