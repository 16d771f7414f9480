from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import insert, select

from prescreen.database import Database
from prescreen.storage.accounts.recruiters import Account, Right, Role
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants.consents import Purpose
from prescreen.storage.referrals.referrals import State
from prescreen.storage.tables import Referral, ReferralTag
from prescreen.workflow.accounts.recruiters import Assignment
from prescreen.workflow.export import referral_rows
from prescreen.workflow.export.referral_rows import Format, Part, ReferralRow, Wanted, permitted, row_pages
from prescreen.workflow.participants import data_subject_rights
from tests.people import CONTACT, LATER, PHONE, SHARE_A, TO_A, submitted

TRIAL = "NCT00000001"
ALL = Wanted(TRIAL, Format.CSV, ("referral_id",), True, "for a test")


def exported(
    database: Database, keys: Keys, wanted: Wanted = ALL, parts: Collection[Part] = tuple(Part)
) -> list[ReferralRow]:
    return [row for page in row_pages(database, keys, wanted, parts) for row in page]


def purposes(row: ReferralRow) -> set[Purpose]:
    return {one.purpose for one in row.agreed}


def test_a_row_holds_what_the_trials_team_may_know(database: Database, keys: Keys) -> None:
    receipt = submitted(database, keys)

    (row,) = exported(database, keys)

    assert (row.referral.reference, row.referral.state) == (receipt.reference, "new")
    assert row.contact == replace(CONTACT, email="")
    assert set(row.answers) == {"age", "low_back_pain", "fever"}
    assert purposes(row) == {Purpose.SHARE, Purpose.PHONE}
    assert row.language == "en"


def test_without_identity_no_contact_is_opened(database: Database, keys: Keys) -> None:
    submitted(database, keys)

    (row,) = exported(database, keys, replace(ALL, with_identity=False))

    assert (row.contact, row.language, len(row.answers)) == (None, "en", 3)


@pytest.mark.parametrize("part", Part)
def test_what_no_column_shows_is_not_read(database: Database, keys: Keys, part: Part) -> None:
    receipt = submitted(database, keys)
    tag(database, receipt.lead_id, "a")

    (row,) = exported(database, keys, parts={part})

    read = {Part.CONSENTS: bool(row.agreed), Part.ANSWERS: bool(len(row.answers)), Part.TAGS: bool(row.tags)}
    assert [one for one, found in read.items() if found] == [part]


def test_tags_are_in_order(database: Database, keys: Keys) -> None:
    receipt = submitted(database, keys)
    tag(database, receipt.lead_id, "b", "a")

    assert exported(database, keys)[0].tags == ("a", "b")


def test_a_withdrawn_referral_stays_as_a_row_without_identity(database: Database, keys: Keys) -> None:
    receipt = submitted(database, keys)
    with database.writing() as session:
        data_subject_rights.delete(session, receipt.lead_id, LATER)

    (row,) = exported(database, keys)

    assert row == ReferralRow(row.referral)
    assert (row.referral.reference, row.referral.state) == (receipt.reference, "withdrawn")
    assert (row.referral.determination, row.referral.findings, row.stands) == (None, (), False)


def test_withdrawing_from_this_trial_hides_a_person_who_stays_in_another(database: Database, keys: Keys) -> None:
    receipt = submitted(database, keys)
    tag(database, receipt.lead_id, "her tag")
    referral_id = exported(database, keys)[0].referral.id
    with database.writing() as session:
        data_subject_rights.withdraw(session, receipt.lead_id, referral_id, LATER)

    (row,) = exported(database, keys)

    assert row == ReferralRow(row.referral)
    assert (row.referral.state, row.referral.state_changed_at) == ("withdrawn", LATER)


def tag(database: Database, lead_id: UUID, *words: str) -> None:
    with database.writing() as session:
        (referral_id,) = session.scalars(
            select(Referral.id).where(Referral.lead_id == lead_id, Referral.trial_id == TRIAL)
        )
        session.execute(insert(ReferralTag), [{"referral_id": referral_id, "tag": word} for word in words])


@pytest.mark.parametrize(("sites", "rows"), [(frozenset({"leeds"}), 1), (frozenset({"york"}), 0), (frozenset(), 0)])
def test_an_export_keeps_to_its_sites(database: Database, keys: Keys, sites: frozenset[str], rows: int) -> None:
    submitted(database, keys)

    assert len(exported(database, keys, replace(ALL, sites=sites))) == rows


@pytest.mark.parametrize(("state", "rows"), [(State.NEW, 1), (State.WITHDRAWN, 1), (State.ENROLLED, 0)])
def test_an_export_keeps_to_its_states(database: Database, keys: Keys, state: State, rows: int) -> None:
    submitted(database, keys)
    gone = submitted(database, keys, id="submission-2")
    with database.writing() as session:
        data_subject_rights.withdraw(session, gone.lead_id, None, LATER)

    found = exported(database, keys, replace(ALL, states=frozenset({state})))

    assert [row.referral.state for row in found] == [state] * rows


@pytest.mark.parametrize("count", [3, 4, 5])
def test_pages_join_without_loss_or_repetition(
    database: Database, keys: Keys, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    several(database, keys, count)
    monkeypatch.setattr(referral_rows, "PAGE_SIZE", 2)

    ids = [row.referral.id for row in exported(database, keys)]

    assert len(set(ids)) == count
    assert ids == sorted(ids)


def test_the_rest_after_a_referral_is_exactly_the_rest(database: Database, keys: Keys) -> None:
    several(database, keys, 4)
    ids = [row.referral.id for row in exported(database, keys)]

    rest = [row.referral.id for row in exported(database, keys, replace(ALL, after=ids[1]))]

    assert rest == ids[2:]


def several(database: Database, keys: Keys, count: int) -> None:
    for number in range(count):
        submitted(database, keys, id=str(number), consents=(SHARE_A, PHONE), referrals=(TO_A,))


def account(role: Role, *rights: Right, sites: tuple[str, ...] = ()) -> Account:
    assignments = tuple(Assignment(TRIAL, site) for site in sites) or (Assignment(TRIAL),)
    return Account(UUID(int=1), "a@example.org", "A", "", None, assignments, role, frozenset(rights))


@pytest.mark.parametrize("form", Format)
def test_each_format_needs_a_right_of_its_own(form: Format) -> None:
    wanted = replace(ALL, format=form, with_identity=False)
    own = Right(f"export_{form.value.partition('-')[0]}")
    others = set(Right) - {own}

    assert permitted(account(Role.RECRUITER, own), wanted) is not None
    assert permitted(account(Role.RECRUITER, *others), wanted) is None
    assert permitted(account(Role.AUTHOR, own), wanted) is None


def test_identity_needs_a_right_of_its_own_which_no_analyst_has() -> None:
    with_right = (Right.EXPORT_CSV, Right.EXPORT_IDENTITY)

    assert permitted(account(Role.RECRUITER, *with_right), ALL) is not None
    assert permitted(account(Role.RECRUITER, Right.EXPORT_CSV), ALL) is None
    assert permitted(account(Role.ANALYST, *with_right), ALL) is None
    assert permitted(account(Role.ANALYST, *with_right), replace(ALL, with_identity=False)) is not None


def test_an_export_is_narrowed_to_the_recruiters_trial_and_sites() -> None:
    everything = account(Role.RECRUITER, *Right)
    one_site = account(Role.RECRUITER, *Right, sites=("leeds",))

    assert permitted(everything, ALL) == ALL
    assert permitted(one_site, ALL) == replace(ALL, sites=frozenset({"leeds"}))
    assert permitted(everything, replace(ALL, trial_id="NCT00000002")) is None
