from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError
from uuid import UUID

import pytest

from prescreen.database import Database
from prescreen.storage import Session
from prescreen.storage.accounts import recruiters
from prescreen.storage.accounts import second_factor as second_factors
from prescreen.storage.accounts.recruiters import Account, Assignment, News, Right, Role, SecondFactor
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.workflow.accounts import administration, second_factor, sessions
from prescreen.workflow.accounts import recruiters as own_account
from prescreen.workflow.accounts.administration import Duties, LastAdministratorError
from prescreen.workflow.accounts.permissions import Permission, Place, may
from prescreen.workflow.accounts.recruiters import RecruiterDetails, add_recruiter
from tests.people import LATER, NOW, recruiter

DUTIES = Duties(Role.ANALYST, (Assignment("NCT00000002", "york"),), frozenset({Right.EXPORT_XLSX}))


def found(database: Database, account: Account) -> Account:
    with database.reading() as session:
        again = recruiters.find(session, account.id)
    assert again is not None
    return again


def administrator(database: Database, email: str = "admin@example.org") -> Account:
    account = recruiter(database, Assignment("NCT00000001"), email=email)
    with database.writing() as session:
        recruiters.set_role(session, account.id, Role.ADMINISTRATOR)
    return found(database, account)


def signed_in(database: Database, account: Account) -> str:
    with database.writing() as session:
        return sessions.begin(session, account.id, "", NOW, complete=True)


def is_signed_in(database: Database, token: str) -> bool:
    with database.reading() as session:
        return sessions.signed_in(session, token, NOW) is not None


def test_new_duties_replace_the_old_ones_and_hold_at_once(database: Database) -> None:
    admin, other = administrator(database), recruiter(database, Assignment("NCT00000001"))
    token = signed_in(database, other)

    with database.writing() as session:
        administration.change_duties(session, admin, other, DUTIES, LATER)
    assert not is_signed_in(database, token)
    again = signed_in(database, other)
    with database.reading() as session:
        now = sessions.signed_in(session, again, NOW)

    assert now is not None
    assert not may(now.recruiter, Permission.SEE_IDENTITY)
    assert not may(now.recruiter, Permission.EXPORT_CSV)
    assert may(now.recruiter, Permission.EXPORT_XLSX, Place("NCT00000002", "york"))
    assert not may(now.recruiter, Permission.LIST_REFERRALS, Place("NCT00000001"))


def test_a_change_is_on_record_with_who_did_it_and_what_it_is_now(database: Database) -> None:
    admin, other = administrator(database), recruiter(database)

    with database.writing() as session:
        administration.change_duties(session, admin, other, DUTIES, LATER)
        event = events.about(session, events.Subject("recruiter", str(other.id)))[-1]

    assert (event.actor.id, event.action, event.at) == (str(admin.id), "recruiter_changed", LATER)
    assert event.details == {"role": "analyst", "trials": ["NCT00000002:york"], "rights": ["export_xlsx"]}


def test_the_last_administrator_is_neither_demoted_nor_closed(database: Database) -> None:
    admin = administrator(database)
    closed = administrator(database, "closed@example.org")
    with database.writing() as session:
        administration.disable(session, admin, closed, NOW)

    for deed in (
        lambda session: administration.change_duties(session, admin, admin, DUTIES, NOW),
        lambda session: administration.disable(session, admin, admin, NOW),
    ):
        with pytest.raises(LastAdministratorError), database.writing() as session:
            deed(session)

    assert (found(database, admin).role, found(database, admin).disabled_at) == (Role.ADMINISTRATOR, None)


def test_of_two_administrators_who_demote_each_other_at_once_one_stays(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_looked, set_role = Barrier(2), recruiters.set_role

    def set_role_late(session: Session, recruiter_id: UUID, role: Role) -> None:
        # Whoever has looked whether she is the last waits for the other to look too, which must not be possible.
        with suppress(BrokenBarrierError):
            both_looked.wait(timeout=1)
        set_role(session, recruiter_id, role)

    one, two = administrator(database, "one@example.org"), administrator(database, "two@example.org")

    def demote(pair: tuple[Account, Account]) -> bool:
        try:
            with database.writing() as session:
                administration.change_duties(session, *pair, DUTIES, NOW)
        except LastAdministratorError:
            return False
        return True

    monkeypatch.setattr(recruiters, "set_role", set_role_late)
    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(demote, [(one, two), (two, one)]))

    assert sorted(done) == [False, True]
    with database.reading() as session:
        assert recruiters.is_administered(session)


def test_closing_ends_sessions_and_opening_again_gives_back_the_rest(database: Database) -> None:
    admin, other = administrator(database), recruiter(database, Assignment("NCT00000001"))
    token = signed_in(database, other)

    with database.writing() as session:
        administration.disable(session, admin, other, NOW)
    assert not is_signed_in(database, token)
    with database.writing() as session:
        administration.enable(session, admin, other, NOW)

    assert not is_signed_in(database, token)
    assert found(database, other) == other


def test_ending_sessions_ends_all_of_one_account_alone(database: Database) -> None:
    admin, other = administrator(database), recruiter(database)
    mine, theirs = signed_in(database, admin), [signed_in(database, other) for _ in range(2)]

    with database.writing() as session:
        administration.end_sessions(session, admin, other, NOW)

    assert [is_signed_in(database, token) for token in (mine, *theirs)] == [True, False, False]


def test_a_reset_second_factor_must_be_set_up_anew_before_anything_opens(database: Database, keys: Keys) -> None:
    admin, other = administrator(database), recruiter(database)
    with database.writing() as session:
        second_factor.set_up_by_operator(session, keys, other.id, NOW)
        second_factor.make_recovery_codes(session, keys, other.id, NOW)
    token = signed_in(database, other)

    with database.writing() as session:
        administration.reset_second_factor(session, admin, other, NOW)

    with database.reading() as session:
        assert second_factors.secret_of(session, keys.ring, other.id) is None
        assert second_factors.recovery_codes_left(session, other.id) == 0
    assert found(database, other).second_factor is SecondFactor.DUE
    assert not is_signed_in(database, token)


def test_own_sessions_are_listed_and_ended_and_nobody_elses(database: Database) -> None:
    one, two = recruiter(database, email="one@example.org"), recruiter(database, email="two@example.org")
    tokens = [signed_in(database, account) for account in (one, one, one, two)]
    with database.reading() as session:
        first, second, third, theirs = (sessions.signed_in(session, token, NOW) for token in tokens)
        assert None not in (first, second, third, theirs)
        assert len(sessions.open_sessions(session, one.id, NOW)) == 3
        assert sessions.open_sessions(session, one.id, NOW + timedelta(minutes=30)) == []

    with database.writing() as session:
        assert not sessions.end_session(session, one.id, theirs.session.id, NOW)
        assert sessions.end_session(session, one.id, second.session.id, NOW)
        assert not sessions.end_session(session, one.id, second.session.id, NOW)
        sessions.end_other_sessions(session, one.id, first.session.id, NOW)

    assert [is_signed_in(database, token) for token in tokens] == [True, False, False, True]


def test_a_new_password_of_ones_own_ends_the_other_sessions(database: Database) -> None:
    account = recruiter(database)
    here, there = signed_in(database, account), signed_in(database, account)

    with database.writing() as session:
        mine = sessions.signed_in(session, here, NOW)
        assert mine is not None
        own_account.change_password(session, mine, "another hash", NOW)

    assert [is_signed_in(database, token) for token in (here, there)] == [True, False]
    assert found(database, account).password_hash == "another hash"


@pytest.mark.parametrize("reminders", [True, False])
@pytest.mark.parametrize("news", News)
def test_how_news_and_reminders_come_is_kept(database: Database, news: News, reminders: bool) -> None:
    account = recruiter(database)
    token = signed_in(database, account)

    for chosen in (not reminders, reminders):
        with database.writing() as session:
            mine = sessions.signed_in(session, token, NOW)
            assert mine is not None
            own_account.choose_news(session, mine, news, NOW, reminders=chosen)

    kept = found(database, account)
    assert (kept.news, kept.wants_reminders) == (news, reminders)


def test_adding_a_trial_at_the_command_line_keeps_role_and_rights(database: Database) -> None:
    admin, other = administrator(database), recruiter(database, Assignment("NCT00000001"))
    with database.writing() as session:
        administration.change_duties(session, admin, other, DUTIES, NOW)

    with database.writing() as session:
        add_recruiter(session, RecruiterDetails(other.email, "", (Assignment("NCT00000003"),), None), NOW)

    now = found(database, other)
    assert (now.role, now.rights, now.trial_ids) == (DUTIES.role, DUTIES.rights, ("NCT00000002", "NCT00000003"))
