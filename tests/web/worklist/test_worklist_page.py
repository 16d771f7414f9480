import html
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import event, insert, select, update

from prescreen.storage.referrals import call_log, referrals, reminders
from prescreen.storage.referrals.call_log import Call, CallOutcome, NewCall
from prescreen.storage.tables import Lead, Referral, ReferralTag
from prescreen.workflow.participants import data_subject_rights
from tests.web.listed import HERE, amend, made, me, names, names_on, three
from tests.web.markup import read
from tests.web.office import OTHER_TRIAL, Office, catalog, office, sign_in
from tests.web.referred import TRIAL

__all__ = ["catalog", "office"]


@pytest.mark.parametrize(
    ("query", "shown", "words"),
    [
        ("", ["Mid", "Young", "Old"], None),
        ("open=yes&sort=newest", ["Young", "Mid", "Old"], "open ones"),
        ("sort=urgent", ["Mid", "Young", "Old", "Gone"], None),
        ("sort=newest", ["Young", "Mid", "Old", "Gone"], None),
        ("sort=oldest", ["Gone", "Old", "Mid", "Young"], None),
        ("sort=nearest", ["Young", "Old", "Gone", "Mid"], None),
        ("sort=overdue", ["Mid", "Gone", "Old", "Young"], None),
        ("within=50", ["Young"], "at most 50 miles away"),
        ("newer=11", ["Mid", "Young"], "referred in the last 11 days"),
        ("older=11", ["Old", "Gone"], "referred more than 11 days ago"),
        ("state=contacted", ["Old"], "contacted"),
        ("state=contacted&state=new&sort=newest", ["Young", "Mid", "Old"], None),
        ("overdue=yes", ["Mid"], "overdue"),
        ("overdue=yes&sort=overdue", ["Mid"], None),
        ("call_back=today", ["Young"], None),
        ("call_back=today&sort=nearest", ["Young"], "to call back today"),
        ("assigned=me", ["Mid"], "yours"),
        ("assigned=nobody", ["Young", "Old", "Gone"], "nobody’s"),
        ("open=yes&assigned=nobody", ["Young", "Old"], None),
        ("open=yes&state=declined", ["Gone"], "declined"),
        ("tag=call+again", ["Old"], "tagged “call again”"),
        ("determination=ineligible", ["Mid", "Young", "Old", "Gone"], "doesn't fit now"),
        ("determination=undetermined", [], "can't tell yet"),
        (f"trial={TRIAL}", ["Mid", "Young", "Old", "Gone"], None),
        ("older=5&assigned=nobody", ["Old", "Gone"], "nobody’s"),
    ],
)
def test_the_list_is_narrowed_and_ordered_as_its_address_says(
    office: Office, query: str, shown: list[str], words: str | None
) -> None:
    people = three(office)
    due = datetime.now(UTC) - timedelta(days=5)
    amend(office.database, people["Old"], state="contacted", miles=80)
    amend(office.database, people["Mid"], assigned_to=me(office), due_at=due)
    amend(office.database, people["Young"], miles=12, call_back_at=datetime.now(UTC) - timedelta(hours=1))
    amend(office.database, made(office, name="Gone", days=40), state="declined")
    with office.database.writing() as session:
        session.execute(insert(ReferralTag), [{"referral_id": people["Old"], "tag": "call again"}])

    answer = office.client.get(f"{HERE}?{query}")

    assert answer.status_code == 200
    assert names_on(answer.text) == shown
    if words:
        (holding,) = [one for one in read(answer.text).all("li") if one.text == f"Take away: {words} ×"]
        left = names(office, holding.one("a")["href"])
        assert set(left) >= set(shown)


def test_the_count_says_how_many_there_are(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    three(office)

    assert "most urgent first</b> (3 referrals)" in office.page(HERE)
    assert "most urgent first</b> (1 referral)" in office.page(f"{HERE}?newer=5")
    monkeypatch.setattr("prescreen.workflow.worklist.listing.MOST_COUNTED", 2)
    monkeypatch.setattr("prescreen.web.worklist.worklist_page.MOST_COUNTED", 2)
    assert "(more than 2 referrals)" in office.page(HERE)


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
    assert len(read(answer.text).one("div", role="alert").all("a")) == 1
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
    for order in ("urgent", "newest", "oldest", "nearest", "overdue"):
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


def call(office: Office, referral_id: UUID, at: datetime, back: datetime | None) -> None:
    """Log a call that asks for another."""
    new = NewCall(referral_id, me(office), at, Call(CallOutcome.NO_ANSWER, call_back_at=back))
    with office.database.writing() as session:
        call_log.add(session, office.keys.ring, new)


def remind(office: Office, referral_id: UUID, due_at: datetime, text: str) -> None:
    with office.database.writing() as session:
        about = referral_id, me(office)
        reminders.add(session, office.keys.ring, about, reminders.Wanted(due_at, text), datetime.now(UTC))


def lines(office: Office, path: str = HERE) -> list[str]:
    return [one.text for one in read(office.client.get(path).text).one("tbody").all("tr")]


def test_a_row_says_why_this_person_is_next(office: Office) -> None:
    now = datetime.now(UTC).replace(hour=15, minute=0)
    with time_machine.travel(now):
        referral_id = made(office, days=3)
        amend(office.database, referral_id, due_at=now - timedelta(days=2), miles=12, assigned_to=me(office))
        call(office, referral_id, now - timedelta(days=1), now + timedelta(days=90))
        call(office, referral_id, now, now + timedelta(minutes=30))
        remind(office, referral_id, now - timedelta(days=1), "records have come")
        with office.database.writing() as session:
            session.execute(insert(ReferralTag), [{"referral_id": referral_id, "tag": "parking"}])
        sign_in(office.client)

        (line,) = lines(office)

    yesterday = now - timedelta(days=1)
    assert f"2 days late call back {local(office, now + timedelta(minutes=30)):%H:%M} · reminder" in line
    assert f"reminder {local(office, yesterday).day} {local(office, yesterday):%b}" in line
    for words in ("doesn't fit now", "Ask: ", "12 mi", "parking", " you ", "phone", "new"):
        assert words in line, words


def local(office: Office, at: datetime) -> datetime:
    return at.astimezone(office.catalog.service.timezone)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"due_at": timedelta(hours=-30)}, "1 day late 1 day promised"),
        ({"due_at": timedelta(days=1, hours=13)}, "1 day left waits 3 of 4 days"),
        ({"due_at": timedelta(days=5, hours=1)}, "5 days left"),
        ({"due_at": None}, "waits 3 days nothing promised"),
        ({"call_back_at": timedelta(days=-1)}, "as agreed"),
        ({"state": "contacted", "call_back_at": timedelta(days=40)}, "call back "),
        ({"state": "contacted", "state_changed_at": timedelta(days=-2)}, "no call set 2 days ago"),
        ({"state": "declined", "state_changed_at": timedelta(days=-2)}, "ended 2 days ago"),
    ],
)
def test_a_row_says_how_a_person_stands_for_whom_little_is_due(
    office: Office, changes: dict[str, object], words: str
) -> None:
    now = datetime.now(UTC)
    moments = {name: now + one if isinstance(one, timedelta) else one for name, one in changes.items()}
    amend(office.database, made(office, days=3), **{"due_at": None, **moments})

    (line,) = lines(office, f"{HERE}?sort=urgent")

    assert words in line


def test_a_call_in_vain_stands_in_the_row_and_a_call_back_with_its_time(office: Office) -> None:
    now = datetime.now(UTC)
    late, waits = made(office, days=9), made(office, days=3)
    amend(office.database, late, due_at=now - timedelta(days=2))
    amend(office.database, waits, due_at=now + timedelta(days=5))
    call(office, late, now, None)
    call(office, waits, now - timedelta(days=1), back := now + timedelta(days=2))

    first, other = lines(office)

    assert f"2 days late no answer {local(office, now):%H:%M}" in first
    assert f"left call back {local(office, back).day} {local(office, back):%b}, {local(office, back):%H:%M}" in other


def test_a_reminder_that_is_due_is_shown_with_its_words(office: Office) -> None:
    remind(office, made(office), datetime.now(UTC) - timedelta(days=3), "records have come")

    (line,) = lines(office)

    assert re.search(r"reminder \d+ \w+ “records have come”", line)


def test_a_call_that_was_made_since_is_not_promised_any_more(office: Office) -> None:
    referral_id, at = made(office), datetime.now(UTC)
    call(office, referral_id, at - timedelta(days=1), at)
    assert "call back" in lines(office)[0]

    call(office, referral_id, at, None)

    assert "call back" not in lines(office)[0]


def test_who_withdrew_stands_last_and_without_a_name(office: Office) -> None:
    people = three(office)
    with office.database.writing() as session:
        gone = referrals.find(session, people["Young"])
        assert gone is not None
        data_subject_rights.withdraw(session, gone.lead_id, None, datetime.now(UTC))

    assert "Young" not in names(office)
    *_, last = read(office.client.get(f"{HERE}?sort=urgent").text).one("tbody").all("tr")
    assert "has withdrawn" in last.text
    assert not last.all("input")


def test_that_people_are_tests_is_said_once_unless_some_are_not(office: Office) -> None:
    made(office)
    real = made(office, name="Real Person")
    assert office.page(HERE).count("tests") == 1
    assert not any(" test " in one for one in lines(office))

    with office.database.writing() as session:
        its_lead = select(Referral.lead_id).where(Referral.id == real).scalar_subquery()
        session.execute(update(Lead).where(Lead.id == its_lead).values(is_test=False))

    assert "All people below are tests" not in office.page(HERE)
    assert [" test " in one for one in sorted(lines(office))] == [False, True]


def test_boxes_to_tick_stand_in_the_form_of_what_is_done_with_them(office: Office) -> None:
    referral_id = made(office)

    form = read(office.client.get(HERE).text).one("form", id="bulk")

    (box,) = form.all("input", name="referral")
    assert box["value"] == f"{referral_id}:1"
    assert {one["name"] for one in form.everything() if "name" in one} == {
        "form_token", "referral", "assignee", "tag", "state", "reason_words", "do",
    }  # fmt: skip


def test_a_cell_keeps_its_role_where_the_sheet_makes_three_lines_of_a_row(office: Office) -> None:
    made(office)

    table = read(office.client.get(HERE).text).one("table")

    roles = {
        "table": "table",
        "thead": "rowgroup",
        "tbody": "rowgroup",
        "tr": "row",
        "td": "cell",
        "th": "columnheader",
    }
    assert all(one["role"] == roles[one.tag] for one in (table, *table.everything()) if one.tag in roles)


def test_keys_lead_to_the_first_person_and_to_the_search_and_are_named(office: Office) -> None:
    three(office)

    page = read(office.client.get(HERE).text)

    keyed = {one["accesskey"]: one for one in page.everything() if "accesskey" in one}
    assert set(keyed) == {"n", "q"}
    assert keyed["n"] == page.one("tbody").all("a")[0]
    assert keyed["q"]["name"] == "q"
    assert "Keys: N next person, Q search" in page.one("main").text


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

    # A page that is full needs no further part of its order.
    assert all(many <= before for many, before in zip(map(queries, paths), few, strict=True))
