import html
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import event, insert

from prescreen.storage.base.identifiers import new_id
from prescreen.storage.tables import LogEntry, ReferralTag, Reminder
from tests.web.listed import HERE, amend, made, me, names, names_on, three
from tests.web.markup import read
from tests.web.office import OTHER_TRIAL, Office, catalog, office, sign_in
from tests.web.referred import TRIAL

__all__ = ["catalog", "office"]


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
    monkeypatch.setattr("prescreen.workflow.worklist.listing.MOST_COUNTED", 2)
    monkeypatch.setattr("prescreen.web.worklist.worklist_page.MOST_COUNTED", 2)
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
    monkeypatch.setattr("prescreen.web.worklist.worklist_page.PAGE", 2)
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


def test_boxes_to_tick_belong_to_the_form_below_the_list(office: Office) -> None:
    referral_id = made(office)

    page = read(office.client.get(HERE).text)

    form = page.one("form", id="bulk")
    (box,) = page.all("input", name="referral")
    assert (box["value"], box["form"]) == (f"{referral_id}:1", "bulk")
    assert {one["name"] for one in form.everything() if "name" in one} == {
        "form_token", "assignee", "tag", "state", "reason_words", "do",
    }  # fmt: skip


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
