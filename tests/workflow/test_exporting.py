import itertools
from dataclasses import replace

import pytest

from prescreen.database import Database
from prescreen.storage import audit
from prescreen.storage.audit import Actor, ActorKind
from prescreen.storage.consents import GivenBy
from prescreen.storage.keys import Keys
from prescreen.workflow import exporting, participation
from prescreen.workflow.exporting import ReferralRow, Scope, export_rows
from tests.people import CONTACT, LATER, PHONE, SHARE_A, SUBMISSION, TO_A, submitted

TRIAL = "NCT00000001"
OPERATOR = Scope(Actor(ActorKind.OPERATOR))


def exported(database: Database, keys: Keys, scope: Scope = OPERATOR) -> list[ReferralRow]:
    return list(export_rows(database, keys, TRIAL, scope, LATER))


def trail(database: Database) -> list[tuple[str, object]]:
    with database.reading() as session:
        events = audit.about(session, audit.Subject("trial", TRIAL))
    return [(event.action, event.details.get("rows")) for event in events]


def test_a_row_holds_what_the_trials_team_may_know(database: Database, keys: Keys) -> None:
    receipt = submitted(database, keys)

    (row,) = exported(database, keys)

    assert (row.reference, row.state, row.contact) == (receipt.reference, "new", CONTACT)
    assert set(row.answers) == {"age", "low_back_pain", "fever"}
    assert row.findings == {"adult": "true", "fever": "unknown"}
    assert row.consents == {"share": "2026-11", "phone": "2026-11"}
    assert row.channels == ("phone",)


def test_a_row_says_whose_consent_and_contact_details_it_holds(database: Database, keys: Keys) -> None:
    submitted(database, keys)
    by_guardian = tuple(replace(one, given_by=GivenBy.GUARDIAN) for one in SUBMISSION.consents)
    submitted(database, keys, id="submission-2", consents=by_guardian)

    assert sorted(row.given_by or "" for row in exported(database, keys)) == ["guardian", "self"]


def test_a_withdrawn_referral_stays_as_a_row_without_identity(database: Database, keys: Keys) -> None:
    receipt = submitted(database, keys)
    with database.writing() as session:
        participation.delete(session, receipt.lead_id, LATER)

    (row,) = exported(database, keys)

    assert (row.reference, row.state, row.contact) == (receipt.reference, "withdrawn", None)
    assert (row.determination, row.findings, len(row.answers), row.consents) == (None, {}, 0, {})


def test_withdrawing_from_this_trial_hides_a_person_who_stays_in_another(database: Database, keys: Keys) -> None:
    receipt = submitted(database, keys)
    referral_id = exported(database, keys)[0].referral_id
    with database.writing() as session:
        participation.withdraw(session, receipt.lead_id, referral_id, LATER)

    (row,) = exported(database, keys)

    assert (row.state, row.contact, row.channels, len(row.answers)) == ("withdrawn", None, (), 0)


@pytest.mark.parametrize(("site_ids", "rows"), [(frozenset({"leeds"}), 1), (frozenset({"york"}), 0), (frozenset(), 0)])
def test_an_export_keeps_to_its_sites(database: Database, keys: Keys, site_ids: frozenset[str], rows: int) -> None:
    submitted(database, keys)

    assert len(exported(database, keys, Scope(Actor(ActorKind.RECRUITER, "r"), site_ids))) == rows


def test_an_export_is_recorded_with_its_number_of_rows(database: Database, keys: Keys) -> None:
    submitted(database, keys)

    exported(database, keys)

    assert trail(database) == [("export_started", None), ("export_ended", 1)]


def test_an_export_that_stops_early_is_recorded_with_what_left(
    database: Database, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    several(database, keys, 5)
    monkeypatch.setattr(exporting, "PAGE_SIZE", 2)

    stream = export_rows(database, keys, TRIAL, OPERATOR, LATER)
    taken = list(itertools.islice(stream, 3))
    del stream

    assert len(taken) == 3
    assert trail(database) == [("export_started", None), ("export_ended", 3)]


@pytest.mark.parametrize("count", [3, 4, 5])
def test_pages_join_without_loss_or_repetition(
    database: Database, keys: Keys, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    several(database, keys, count)
    monkeypatch.setattr(exporting, "PAGE_SIZE", 2)

    ids = [row.referral_id for row in exported(database, keys)]

    assert len(set(ids)) == count
    assert ids == sorted(ids)


def several(database: Database, keys: Keys, count: int) -> None:
    for number in range(count):
        submitted(database, keys, id=str(number), consents=(SHARE_A, PHONE), referrals=(TO_A,))
