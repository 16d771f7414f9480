from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event

from prescreen.database import Database
from prescreen.eligibility.assessment.determination import Determination
from prescreen.storage.accounts.recruiters import Assignment
from prescreen.storage.referrals.referrals import State
from prescreen.storage.worklist import filters, ordering
from prescreen.storage.worklist.order_parts import OPEN, PartName
from prescreen.storage.worklist.ordering import Order, Stretch, WorkListCursor, WorkListFilters
from tests.people import NOW, recruiter
from tests.storage.desks import DAY_ENDS, desk, plainly, urgency

EVERYTHING = [Assignment("T1"), Assignment("T2", "leeds"), Assignment("T2", "york"), Assignment("T3", "york")]
SCOPES = [EVERYTHING, [Assignment("T1")]]
NEW_OR_ENROLLED = frozenset({State.NEW, State.ENROLLED})
WANTED = [
    WorkListFilters(),
    WorkListFilters(states=frozenset({State.NEW})),
    WorkListFilters(states=NEW_OR_ENROLLED),
    WorkListFilters(determination=Determination.UNDETERMINED),
    WorkListFilters(miles=5),
    WorkListFilters(since=NOW - timedelta(days=5)),
    WorkListFilters(until=NOW - timedelta(days=5)),
    WorkListFilters(overdue_at=NOW),
    WorkListFilters(overdue_at=NOW, states=frozenset({State.DECLINED})),
    WorkListFilters(states=OPEN),
    WorkListFilters(call_back_before=DAY_ENDS),
    WorkListFilters(call_back_before=DAY_ENDS, states=frozenset({State.DECLINED}), tag="common"),
    WorkListFilters(nobodys=True),
    WorkListFilters(tag="common"),
    WorkListFilters(tag="rare"),
    WorkListFilters(tag="no such tag"),
    WorkListFilters(states=NEW_OR_ENROLLED, miles=40, tag="common", since=NOW - timedelta(days=9), nobodys=True),
]


def pages(
    database: Database, scope: list[Assignment], wanted: WorkListFilters, stretch: Stretch
) -> Iterator[list[WorkListCursor]]:
    """Turn the pages of a list to its end."""
    while True:
        with database.reading() as session:
            page = ordering.marks(session, scope, wanted, stretch)
        if not page:
            return
        yield page
        stretch = replace(stretch, beyond=page[0] if stretch.backwards else page[-1])


def ids(pages: list[list[WorkListCursor]]) -> list[UUID]:
    return [mark.id for page in pages for mark in page]


@pytest.mark.parametrize("order", Order)
def test_turning_the_pages_shows_everybody_once_in_order(database: Database, order: Order) -> None:
    keeper = recruiter(database).id
    papers = desk(database, keeper, 60)
    for scope in SCOPES:
        for wanted in [*WANTED, WorkListFilters(keeper=keeper)]:
            expected = plainly(papers, scope, wanted, order, keeper)

            found = list(pages(database, scope, wanted, Stretch(order, 13, urgency=urgency(keeper))))

            assert ids(found) == expected, (scope, wanted)
            assert all(len(page) == 13 for page in found[:-1])
            with database.reading() as session:
                assert ordering.count(session, scope, wanted, 1_000) == len(expected)


@pytest.mark.parametrize("order", Order)
def test_turning_back_shows_the_same_pages(database: Database, order: Order) -> None:
    keeper = recruiter(database).id
    papers, at = desk(database, keeper, 60), urgency(keeper)
    expected = plainly(papers, EVERYTHING, WorkListFilters(), order, keeper)
    *_, last = pages(database, EVERYTHING, WorkListFilters(), Stretch(order, 60, urgency=at))

    behind = Stretch(order, 7, last[-1], backwards=True, urgency=at)
    back = list(pages(database, EVERYTHING, WorkListFilters(), behind))

    assert ids(back[::-1]) == expected[:-1]


@pytest.mark.parametrize("order", Order)
def test_a_tag_that_many_have_gives_the_same_list(
    database: Database, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = recruiter(database).id
    papers = desk(database, keeper, 60)
    monkeypatch.setattr(filters, "_RARE", 1)

    for tag in ("common", "rare"):
        wanted, stretch = WorkListFilters(tag=tag), Stretch(order, 7, urgency=urgency(keeper))
        found = list(pages(database, EVERYTHING, wanted, stretch))
        assert ids(found) == plainly(papers, EVERYTHING, wanted, order, keeper)


def test_a_place_that_nobody_stands_at_is_a_place_too(database: Database) -> None:
    papers = desk(database, recruiter(database).id, 40)
    expected = plainly(papers, EVERYTHING, WorkListFilters(), Order.NEAREST)
    between = WorkListCursor(UUID(int=0), key=40)

    with database.reading() as session:
        found = ordering.marks(session, EVERYTHING, WorkListFilters(), Stretch(Order.NEAREST, 99, between))

    far = {one["id"] for one in papers if one["miles"] is None or one["miles"] >= 40}
    assert [mark.id for mark in found] == [one for one in expected if one in far]


def test_beyond_the_end_of_what_is_left_there_is_nothing(database: Database) -> None:
    desk(database, recruiter(database).id, 20)
    behind = Stretch(Order.LATEST, 9, WorkListCursor(UUID(int=0), part=PartName.LAST))

    with database.reading() as session:
        assert ordering.marks(session, EVERYTHING, WorkListFilters(overdue_at=NOW), behind) == []


def test_a_count_goes_no_further_than_it_is_asked_to(database: Database) -> None:
    desk(database, recruiter(database).id, 40)

    with database.reading() as session:
        assert ordering.count(session, EVERYTHING, WorkListFilters(), 11) == 11
        assert ordering.count(session, [], WorkListFilters(), 11) == 0
        assert ordering.marks(session, [], WorkListFilters(), Stretch(Order.NEWEST, 9)) == []


def test_as_many_statements_are_sent_for_twenty_trials_as_for_one(database: Database) -> None:
    desk(database, recruiter(database).id, 10)
    sent: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: sent.append(call[2]))
    statements = []
    for scope in ([Assignment("T1")], [Assignment(f"T{number}") for number in range(20)]):
        with database.reading() as session:
            sent.clear()
            ordering.marks(session, scope, WorkListFilters(), Stretch(Order.LATEST, 9))
            statements.append(list(sent))

    assert statements[0] == statements[1]


def test_many_lists_are_counted_in_one_statement(database: Database) -> None:
    papers = desk(database, recruiter(database).id, 40)
    lists = [(EVERYTHING, wanted) for wanted in (WorkListFilters(), WorkListFilters(states=OPEN))]
    lists += [([], WorkListFilters()), ([Assignment("T1")], WorkListFilters(overdue_at=NOW))]
    sent: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: sent.append(call[2]))

    with database.reading() as session:
        sent.clear()
        counted = ordering.counts(session, lists, 1_000)

    assert counted == [len(plainly(papers, scope, wanted, Order.NEWEST)) for scope, wanted in lists]
    assert len([one for one in sent if one.startswith("SELECT")]) == 1
