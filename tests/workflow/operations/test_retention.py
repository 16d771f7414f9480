from datetime import timedelta

import pytest

from prescreen.database import Database
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants import leads
from prescreen.workflow.operations import retention
from tests.people import NOW, submitted


def test_test_leads_go_after_seven_days_by_the_operators_hand(database: Database, keys: Keys) -> None:
    old = submitted(database, keys, id="old", is_test=True, submitted_at=NOW - timedelta(days=7, seconds=1))
    fresh = submitted(database, keys, id="fresh", is_test=True, submitted_at=NOW - timedelta(days=7))
    real = submitted(database, keys, id="real", is_test=False, submitted_at=NOW - timedelta(days=400))

    assert retention.purge_test_leads(database, NOW) == 1

    with database.reading() as session:
        found = [leads.find(session, one.lead_id) for one in (old, fresh, real)]
        event = events.about(session, events.Subject("lead", str(old.lead_id)))[-1]
    assert [one is not None and one.deleted_at is None for one in found] == [False, True, True]
    assert (event.action, event.actor) == ("lead_deleted", events.Actor(events.ActorKind.OPERATOR))


@pytest.mark.parametrize("count", [3, 4, 5])
def test_many_go_in_several_short_transactions(
    database: Database, keys: Keys, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(retention, "_AT_ONCE", 2)
    for number in range(count):
        submitted(database, keys, id=str(number), is_test=True, submitted_at=NOW - timedelta(days=8))

    assert [retention.purge_test_leads(database, NOW) for _ in range(2)] == [count, 0]
