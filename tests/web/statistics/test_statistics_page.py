"""The statistics page: who may open it, what its sentences say, and that it reveals no person."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, update

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.database import Database
from prescreen.eligibility.criteria.text import shortened
from prescreen.storage import feedback
from prescreen.storage.accounts import recruiters
from prescreen.storage.accounts.recruiters import Assignment, Role
from prescreen.storage.audit import events as audit
from prescreen.storage.base.keys import Keys
from prescreen.storage.feedback import Note, NoteReason
from prescreen.storage.interview.usage_counters import CounterKind, Key
from prescreen.storage.referrals.states import State
from prescreen.storage.tables import Referral
from tests.people import CONTACT, recruiter
from tests.web.markup import Element, read
from tests.web.office import OTHER_TRIAL, sign_in
from tests.web.referred import TRIAL, refer
from tests.web.statistics.numbers_desk import Desk, catalog, count, desk, lines, referred, visits

TODAY = datetime.now(UTC).date()

__all__ = ["catalog", "desk", "referred"]


@pytest.mark.usefixtures("referred")
def test_the_first_sentences_say_how_many_were_reached_in_time_and_are_late(desk: Callable[..., Desk]) -> None:
    here = desk()

    assert here.headline("outcomes") == "Of 13 referrals, none are taking part; 7 are late for a first contact."
    # Six were reached in time, and seven wait past the day that was promised.
    assert here.headline("speed") == "6 of 13 were reached by the promised day; of all 13, 7 were not contacted."


@pytest.mark.usefixtures("referred")
def test_a_chart_is_a_table_whose_bars_stand_between_labels_and_numbers(desk: Callable[..., Desk]) -> None:
    block = desk().block("outcomes")

    assert block.one("table").one("caption").text == "Referrals by state"
    assert lines(block.one("table")) == [("New, and late", ["", "7 · 54%"]), ("Contacted", ["", "6 · 46%"])]
    assert [one["width"] for one in block.all("rect")] == ["53.85%", "46.15%"]
    assert {one["aria-hidden"] for one in block.all("svg")} == {"true"}
    assert "Nobody: new, at the site's screening," in " ".join(block.text.split())


EACH = 6
"""So many people in each state that no number is too small to be shown."""


@pytest.fixture
def in_every_state(database: Database, keys: Keys, catalog: Catalog) -> None:
    """Refer some people who stand in each state there is, and some more who are new and overdue."""
    now = datetime.now(UTC)
    stands: list[dict[str, object]] = [{"state": state.value} for state in State]
    stands.append({"state": "new", "due_at": now - timedelta(hours=1)})
    for place, values in enumerate(stands * EACH):
        lead_id = refer(database, keys, catalog, name=f"{CONTACT.name} {place}").lead_id
        with database.writing() as session:
            session.execute(update(Referral).where(Referral.lead_id == lead_id).values({"due_at": None, **values}))


def faults(table: Element) -> list[str]:
    """Return the totals of a table, at its foot or at the end of its rows, to which its numbers do not add up."""
    rows, found = lines(table), list[str]()
    assert rows, table.one("caption").text
    if rows[-1][0] == "All":
        *parts, (_label, total) = rows
        columns = [[cells[place] for _label, cells in parts] for place in range(len(total))]
        found += [
            f"{column} is not {whole}" for column, whole in zip(columns, total, strict=True) if is_off(column, whole)
        ]
    if [one.text for one in table.all("th", scope="col")][-1:] == ["All"]:
        found += [f"{label}: {cells}" for label, cells in rows if is_off(cells[:-1], cells[-1])]
    return found


def is_off(parts: list[str], whole: str) -> bool:
    """Whether these are numbers, all of them shown, that do not come to their total."""
    numbers = [one.replace(",", "") for one in (*parts, whole)]
    return all(one.isdigit() for one in numbers) and sum(map(int, numbers[:-1])) != int(numbers[-1])


@pytest.mark.usefixtures("in_every_state")
def test_every_table_adds_up_to_its_total_whatever_state_people_are_in(
    desk: Callable[..., Desk], database: Database, catalog: Catalog
) -> None:
    for source in ("google", "direct"):
        views = {Key(kind, "low-back-pain", source): 20 for kind in (CounterKind.ARRIVED, CounterKind.SAW_RESULTS)}
        count(database, {**views, Key(CounterKind.OPENED_TRIAL, TRIAL, source): 15})
        visits(database, source, 60, 40, 25, 10)
    for criterion in catalog.trials[TRIAL].ruled:
        counts = {
            CounterKind.PERMITS: 80,
            CounterKind.DOES_NOT_PERMIT: 30,
            CounterKind.UNKNOWN: 20,
            CounterKind.SOLE_BLOCKER: 12,
        }
        count(database, {Key(kind, TRIAL, criterion.id): number for kind, number in counts.items()})

    tables = {table.one("caption").text: table for table in desk().page().all("table")}

    assert {caption: found for caption, table in tables.items() if (found := faults(table))} == {}
    assert {"Where visits stopped, by where they came from", "Page views by where they came from"} <= tables.keys()
    assert {"Findings of each criterion", "People by age", "People by sex", "People by language"} <= tables.keys()
    for chart in ("Referrals by state", "Time to the first contact"):
        parts = [int(cells[-1].split()[0]) for _label, cells in lines(tables[chart])]
        assert sum(parts) == (len(State) + 1) * EACH


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ([["6", "a"], ["5", "b"], ["11", ""]], 0),
        ([["6", "a"], ["11", ""]], 1),
        ([["6", ""], ["not shown", ""], ["9", ""]], 0),
    ],
)
def test_a_table_that_lacks_a_row_is_convicted(cells: list[list[str]], found: int) -> None:
    labels = [*("one", "two", "three")[: len(cells) - 1], "All"]
    rows = "".join(
        f"<tr><th>{label}</th>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>"
        for label, row in zip(labels, cells, strict=True)
    )

    table = read(f'<table><tr><th scope="col">State</th><th scope="col">Number</th></tr>{rows}</table>').one("table")

    assert len(faults(table)) == found


def test_criteria_that_alone_shut_out_are_named(
    desk: Callable[..., Desk], database: Database, catalog: Catalog
) -> None:
    first, second = (criterion.id for criterion in catalog.trials[TRIAL].ruled[:2])
    for criterion_id, alone in ((first, 12), (second, 6)):
        counts = {CounterKind.PERMITS: 80, CounterKind.DOES_NOT_PERMIT: 30, CounterKind.SOLE_BLOCKER: alone}
        count(database, {Key(kind, TRIAL, criterion_id): number for kind, number in counts.items()})

    text = next(str(one.text) for one in catalog.trials[TRIAL].criteria if one.id == first)
    words = shortened(text, 56).removesuffix(".")
    here = desk()

    assert here.headline("criteria") == f"Of 110 who answered to the end, “{words}” alone shut out 12."
    assert text in here.block("criteria").text
    assert first not in here.block("criteria").text


@pytest.mark.usefixtures("referred")
def test_the_equity_view_says_whom_it_counts(desk: Callable[..., Desk]) -> None:
    block = desk().block("equity")

    text = " ".join(block.text.split())
    assert "Only people whose consent to be handed to this trial is in force are counted" in text
    assert "This is a sample: the people counted here are test entries." in text
    assert "6 of 13 people were contacted (46%)" in text


@pytest.mark.usefixtures("referred")
def test_no_person_and_no_referral_is_on_the_page(desk: Callable[..., Desk], database: Database) -> None:
    here = desk()
    with database.reading() as session:
        known = session.execute(Referral.__table__.select().with_only_columns(Referral.id, Referral.lead_id)).all()

    page = here.client.get("/recruiter/numbers?period=all").text

    assert CONTACT.name not in page
    assert not [one for row in known for one in row if str(one) in page]


@pytest.mark.parametrize(
    ("role", "blocks"),
    [
        (Role.ADMINISTRATOR, ["journeys", "speed", "outcomes", "criteria", "equity", "views", "notes"]),
        (Role.RECRUITER, ["journeys", "speed", "outcomes", "criteria", "equity", "views"]),
        (Role.ANALYST, ["journeys", "speed", "outcomes", "criteria", "equity", "views"]),
        (Role.AUTHOR, ["journeys", "speed", "outcomes", "criteria", "views", "notes"]),
    ],
)
def test_each_role_sees_its_blocks(desk: Callable[..., Desk], role: Role, blocks: list[str]) -> None:
    page = desk(role).page()

    assert [one["aria-labelledby"] for one in page.all("section")] == blocks
    assert "/recruiter/numbers" in [one["href"] for one in page.all("a")]


def test_who_works_at_another_site_counts_none_of_these(
    desk: Callable[..., Desk], database: Database, keys: Keys, catalog: Catalog
) -> None:
    for number in range(6):
        refer(database, keys, catalog, name=f"P {number}")
    other = catalog.trials[TRIAL].sites[1].id

    assert desk(assignment=Assignment(TRIAL, other)).headline("outcomes").startswith("Nobody was referred")


@pytest.mark.parametrize(("trial_id", "recorded"), [(OTHER_TRIAL, True), ("NCT00000000", False)])
def test_a_trial_that_is_not_theirs_is_not_there_and_a_known_one_is_on_record(
    desk: Callable[..., Desk], database: Database, trial_id: str, recorded: bool
) -> None:
    answer = desk().client.get(f"/recruiter/numbers?trial={trial_id}")

    assert answer.status_code == 404
    with database.reading() as session:
        events = audit.about(session, audit.Subject("trial", trial_id), audit.Action.NUMBERS_REFUSED)
    assert bool(events) is recorded


@pytest.mark.parametrize("period", ["0", "-1", "12.5", "<script>", "9999999999999", "1%00"])
def test_a_period_that_does_not_exist_gets_a_clear_sentence(desk: Callable[..., Desk], period: str) -> None:
    answer = desk().client.get("/recruiter/numbers", query_string={"period": period})

    assert answer.status_code == 422
    assert "There is no such period" in answer.text
    assert "<script>" not in answer.text.partition("<body>")[2]


def test_a_period_goes_back_whole_months(
    desk: Callable[..., Desk], database: Database, keys: Keys, catalog: Catalog
) -> None:
    for number in range(6):
        refer(database, keys, catalog, name=f"P {number}", days=400)
    here = desk()

    said = {period: here.headline("outcomes", f"?period={period}") for period in ("1", "12", "all")}

    assert said["1"] == said["12"] == "Nobody was referred to this trial in this period."
    assert said["all"].startswith("Of 6 referrals, none are taking part")


def test_notes_on_criteria_are_counted_for_who_may_read_them(desk: Callable[..., Desk], database: Database) -> None:
    with database.writing() as session:
        feedback.add(session, Note(TRIAL, "adult", "f", NoteReason.UNCLEAR, "", TODAY))
        feedback.add(session, Note(OTHER_TRIAL, "adult", "f", NoteReason.UNCLEAR, "", TODAY))

    said = desk(Role.AUTHOR).headline("notes")

    assert said == "1 note came in this period that a criterion seems wrong."


def test_who_has_no_trial_is_told_so(desk: Callable[..., Desk], database: Database) -> None:
    here = desk()
    with database.writing() as session:
        session.execute(recruiters.RecruiterTrial.__table__.delete())

    assert "No trial is assigned to you" in here.page().text


def test_where_visits_are_not_counted_the_page_says_so(serve: Callable[..., Flask], database: Database) -> None:
    recruiter(database, Assignment(TRIAL))
    client = serve(counters=False).test_client()
    sign_in(client)

    assert Desk(client).headline("journeys") == "Visits are not counted here: counters are off."


@pytest.mark.usefixtures("referred")
def test_the_page_has_no_style_script_or_address_of_another(desk: Callable[..., Desk]) -> None:
    text = desk().client.get("/recruiter/numbers").text

    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=", text)
    assert not re.search(r'(?:href|src|action)="(?:https?:)?//', text)


@pytest.mark.usefixtures("referred")
def test_the_number_of_queries_does_not_grow_with_the_referrals(
    desk: Callable[..., Desk], database: Database, keys: Keys, catalog: Catalog
) -> None:
    here, asked = desk(), list[str]()
    event.listen(database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    def queries() -> int:
        asked.clear()
        here.page()
        return len(asked)

    before = queries()
    for number in range(10):
        refer(database, keys, catalog, name=f"P {number}")

    assert queries() == before
