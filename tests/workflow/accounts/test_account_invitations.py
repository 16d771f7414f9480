from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from prescreen.database import Database
from prescreen.storage.accounts import account_invitations, recruiters
from prescreen.storage.accounts.recruiters import Account, Assignment, Right, Role, SecondFactor
from prescreen.storage.audit import events as audit
from prescreen.workflow.accounts import account_invitations as joining
from prescreen.workflow.accounts import administration, sessions
from prescreen.workflow.accounts.account_invitations import LINK_LASTS, Invited, Joining
from prescreen.workflow.accounts.recruiters import AccountError
from tests.people import LATER, NOW, recruiter

INVITED = Invited(
    "new@example.org", "New", Role.ANALYST, (Assignment("NCT00000001", "leeds"),), frozenset({Right.EXPORT_CSV})
)
CHOSEN = Joining("New Person", "", "hash", "a browser")


def invite(database: Database, invited: Invited = INVITED, by: Account | None = None) -> str:
    with database.writing() as session:
        return joining.invite(session, invited, by, NOW)


def join(database: Database, token: str, chosen: Joining = CHOSEN, after: timedelta = timedelta()) -> str | None:
    invitation = joining.opened(database, token, NOW + after)
    if invitation is None:
        return None
    with database.writing() as session:
        return joining.join(session, invitation, chosen, NOW + after)


def events(database: Database, kind: str, subject_id: object) -> list[str]:
    with database.reading() as session:
        return [event.action.value for event in audit.about(session, audit.Subject(kind, str(subject_id)))]


def invitation_id(database: Database, token: str) -> UUID:
    with database.reading() as session:
        found = account_invitations.find(session, sessions.hashed(token))
    assert found is not None
    return found.id


def test_who_joins_has_what_the_invitation_gives(database: Database) -> None:
    join(database, invite(database))

    with database.reading() as session:
        account = recruiters.with_email(session, "new@example.org")
    assert account is not None
    assert (account.name, account.role, account.assignments, account.rights) == (
        "New Person",
        INVITED.role,
        INVITED.assignments,
        INVITED.rights,
    )


def test_joining_opens_nothing_before_a_second_factor_is_set_up(database: Database) -> None:
    token = join(database, invite(database)) or ""

    with database.reading() as session:
        found = sessions.signed_in(session, token, NOW)
    assert found is not None
    assert (found.is_complete, found.recruiter.second_factor) == (False, SecondFactor.DUE)


def test_a_link_works_once(database: Database) -> None:
    token = invite(database)
    assert join(database, token)

    assert join(database, token, replace(CHOSEN, email="second@example.org")) is None
    with database.reading() as session:
        assert len(recruiters.everyone(session)) == 1


def test_of_many_who_use_a_link_at_once_one_gets_an_account(database: Database) -> None:
    token = invite(database, replace(INVITED, email=None))
    invitation = joining.opened(database, token, NOW)
    assert invitation is not None

    def attempt(number: int) -> str | None:
        with database.writing() as session:
            return joining.join(session, invitation, replace(CHOSEN, email=f"p{number}@example.org"), NOW)

    with ThreadPoolExecutor(6) as threads:
        tokens = list(threads.map(attempt, range(6)))

    assert len([one for one in tokens if one]) == 1
    with database.reading() as session:
        assert len(recruiters.everyone(session)) == 1


@pytest.mark.parametrize(("after", "works"), [(LINK_LASTS - timedelta(seconds=1), True), (LINK_LASTS, False)])
def test_a_link_lasts_seven_days(database: Database, after: timedelta, works: bool) -> None:
    assert timedelta(days=7) == LINK_LASTS
    assert (join(database, invite(database), after=after) is not None) is works


def test_a_cancelled_link_does_not_work_and_says_nobodys_name(database: Database) -> None:
    admin = recruiter(database, email="admin@example.org")
    token = invite(database, by=admin)
    with database.writing() as session:
        assert joining.cancel(session, admin, invitation_id(database, token), NOW)
        assert not joining.cancel(session, admin, invitation_id(database, token), NOW)

    assert join(database, token) is None
    with database.reading() as session:
        kept = account_invitations.find(session, sessions.hashed(token))
    assert kept is not None
    assert (kept.invited.email, kept.invited.name) == (None, None)


def test_links_that_ended_are_refused_on_record_and_unknown_ones_without(database: Database) -> None:
    used, expired = invite(database), invite(database, replace(INVITED, email="other@example.org"))
    join(database, used)

    assert [join(database, used), join(database, expired, after=LINK_LASTS), join(database, "unknown")] == [None] * 3

    assert events(database, "account_invitation", invitation_id(database, used)) == [
        "account_invited",
        "account_invitation_refused",
    ]
    assert events(database, "account_invitation", invitation_id(database, expired))[-1] == "account_invitation_refused"


def test_many_who_open_a_link_that_ended_at_once_leave_one_event(database: Database) -> None:
    expired = invite(database)

    with ThreadPoolExecutor(8) as strangers:
        list(strangers.map(lambda _: joining.opened(database, expired, NOW + LINK_LASTS), range(16)))
    joining.opened(database, expired, NOW + LINK_LASTS)

    recorded = events(database, "account_invitation", invitation_id(database, expired))
    assert recorded == ["account_invited", "account_invitation_refused"]


def test_the_token_itself_is_not_stored(database: Database) -> None:
    token = invite(database)

    with database.engine.connect() as connection:
        row = connection.exec_driver_sql("SELECT * FROM account_invitation").one()
        trail = connection.exec_driver_sql("SELECT details FROM audit_event").all()
    assert token not in f"{row} {trail}"
    assert token.encode() not in b"".join(bytes(one) for one in row if isinstance(one, (bytes, memoryview)))


def test_inviting_again_ends_the_link_before(database: Database) -> None:
    first, second = invite(database), invite(database)

    assert join(database, first) is None
    assert join(database, second)


@pytest.mark.parametrize("email", ["rec@example.org", "REC@example.org"])
def test_who_has_an_account_is_not_invited(database: Database, email: str) -> None:
    recruiter(database)

    with pytest.raises(AccountError, match="has an account already"):
        invite(database, replace(INVITED, email=email))


def test_who_chooses_an_address_that_has_an_account_keeps_the_link(database: Database) -> None:
    recruiter(database)
    token = invite(database, replace(INVITED, email=None))

    with pytest.raises(AccountError, match="has an account already"):
        join(database, token, replace(CHOSEN, email="rec@example.org"))

    assert join(database, token, replace(CHOSEN, email="new@example.org"))


def test_who_is_invited_by_address_cannot_choose_another(database: Database) -> None:
    join(database, invite(database), replace(CHOSEN, email="else@example.org"))

    with database.reading() as session:
        assert [one.email for one in recruiters.everyone(session)] == ["new@example.org"]


def first_link(database: Database) -> str | None:
    with database.writing() as session:
        return joining.invite_first_administrator(session, ["NCT00000001", "NCT00000002"], NOW)


def test_the_first_administrator_gets_everything(database: Database) -> None:
    join(database, first_link(database) or "", replace(CHOSEN, email="first@example.org"))

    with database.reading() as session:
        (account,) = recruiters.everyone(session)
    assert (account.role, account.trial_ids) == (Role.ADMINISTRATOR, ("NCT00000001", "NCT00000002"))
    assert account.rights == frozenset(Right)
    assert first_link(database) is None


def test_a_fresh_first_link_ends_those_before_and_no_others(database: Database) -> None:
    old, other = first_link(database) or "", invite(database, replace(INVITED, role=Role.ADMINISTRATOR))
    new = first_link(database) or ""

    assert join(database, old, replace(CHOSEN, email="old@example.org")) is None
    assert joining.opened(database, other, NOW)
    assert joining.opened(database, new, NOW)


def test_a_first_link_is_worth_nothing_once_there_is_an_administrator(database: Database) -> None:
    link = first_link(database) or ""
    join(database, invite(database, replace(INVITED, role=Role.ADMINISTRATOR)))

    assert join(database, link, replace(CHOSEN, email="late@example.org")) is None


def test_where_the_only_administrator_was_closed_a_first_link_is_given_again(database: Database) -> None:
    join(database, first_link(database) or "", replace(CHOSEN, email="first@example.org"))
    with database.writing() as session:
        (account,) = recruiters.everyone(session)
        recruiters.disable(session, account.id, LATER)

    assert first_link(database)


def test_waiting_invitations_are_those_that_can_still_be_used(database: Database) -> None:
    used, kept = invite(database), invite(database, replace(INVITED, email="kept@example.org"))
    join(database, used)

    with database.reading() as session:
        found = joining.waiting(session, NOW)
        assert joining.waiting(session, NOW + LINK_LASTS) == []
    assert [one.id for one in found] == [invitation_id(database, kept)]
    assert found[0].invited == replace(INVITED, email="kept@example.org")
    assert administration.listed(found[0].invited.assignments) == ["NCT00000001:leeds"]
