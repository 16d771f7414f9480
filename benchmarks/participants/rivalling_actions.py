"""A person about whom everything can happen, and the actions that may meet: each in transactions of its own.

Every person has trials of their own, so that thousands of them can stay in one database without meeting.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import select

from prescreen.database import Database
from prescreen.eligibility.criteria.trials import Site
from prescreen.storage import Session
from prescreen.storage.accounts.recruiters import Account, Assignment
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail.outbox import Letter
from prescreen.storage.participants import consents, leads, trial_invitations
from prescreen.storage.participants.consents import ConsentGiven, Purpose
from prescreen.storage.participants.trial_invitations import Inviting
from prescreen.storage.referrals import referrals, state_changes
from prescreen.storage.referrals.referrals import State
from prescreen.storage.tables import PackedAnswers
from prescreen.workflow.export.referral_rows import Format, ReferralRow, Wanted, row_pages
from prescreen.workflow.participants import contact_changes, data_subject_rights, email_confirmation, private_links
from prescreen.workflow.participants.invitation_responses import (
    Acceptance,
    InvitationClosedError,
    accept_invitation,
    decline_invitation,
    opt_out,
    opt_out_token,
)
from prescreen.workflow.participants.participant_letters import Desk, tell_of_end, tell_of_invitation
from prescreen.workflow.participants.private_links import Answer, answer_token
from prescreen.workflow.participants.submission import submit
from prescreen.workflow.referrals import call_log, notes, reassignments, reminders
from prescreen.workflow.referrals.assignment_and_tags import Labels, label
from prescreen.workflow.referrals.call_log import By, Call, CallOutcome
from prescreen.workflow.referrals.call_reminders import remind_of_calls
from prescreen.workflow.referrals.outcomes import Outcome, save_outcome
from prescreen.workflow.referrals.state_changes import Step, move, undo
from prescreen.workflow.referrals.state_machine import Reason
from prescreen.workflow.referrals.teamwork import Seen
from prescreen.workflow.worklist.bulk_changes import work_on_many
from tests.people import CONTACT, SHARE_A, SUBMISSION, TO_A
from tests.workflow.rematches import BANK, INVITING

YORK = Site(id="york", name="York", reply_within=3)
_OPTIONAL = (Purpose.ANOTHER_SITE, Purpose.FUTURE, Purpose.EMAIL, Purpose.PHONE)
_LETTER = Letter("trials@example.org", "somebody@example.org", "About your data", "Words.")
_numbers = count(1)


class PlainPen:
    """Writes one letter, whatever it is about."""

    def __getattr__(self, _: str) -> Callable[..., Letter]:
        return lambda *_, **__: _LETTER


@dataclass(frozen=True)
class Person:
    """A person with two referrals and an open invitation, and the recruiter of their trials.

    The first referral is on offer; the team moved the second one on. `tokens` answer about the e-mail address.
    """

    database: Database
    keys: Keys
    recruiter: Account
    lead_id: UUID
    referral_ids: tuple[UUID, UUID]
    trial_ids: tuple[str, str, str, str]
    change_id: UUID
    invitation_id: UUID
    place: int
    tokens: Mapping[Answer, str]

    def desk(self) -> Desk:
        return Desk(self.keys, PlainPen(), datetime.now(UTC))

    def act(self, action: Callable[..., Any], *arguments: Any) -> None:
        """Run an action that takes session, desk and recruiter, in a transaction."""
        with self.database.writing() as session:
            action(session, self.desk(), self.recruiter, *arguments)


def person(database: Database, keys: Keys, recruiter: Account, *, confirmed: bool) -> Person:
    """Submit a new person ten days ago. `confirmed`: the e-mail address is known to be theirs."""
    number = next(_numbers)
    one, two, three, four = (f"NCT{number:06d}{place:02d}" for place in range(4))
    trial_ids = one, two, three, four
    account = replace(recruiter, assignments=tuple(map(Assignment, trial_ids)))
    with database.writing() as session:
        lead_id = _submitted(session, keys, number, trial_ids)
        place = session.scalars(select(PackedAnswers.place).where(PackedAnswers.lead_id == lead_id)).one()
        _invite(session, Desk(keys, PlainPen(), datetime.now(UTC)), trial_ids[2], place)
        (invitation,) = trial_invitations.of_lead(session, lead_id)
        found = {held.trial_id: held.id for held in referrals.of_lead(session, lead_id)}
        first, second = (found[trial_id] for trial_id in trial_ids[:2])
        move(session, Desk(keys, PlainPen(), datetime.now(UTC)), account, Seen(second, 1), Step(State.CONTACTED))
        (change,) = state_changes.history(session, second)
        tokens = _tokens(session, keys, lead_id)
        if confirmed:
            email_confirmation.confirm_address(session, Desk(keys, PlainPen(), datetime.now(UTC)), tokens[Answer.MINE])
    return Person(database, keys, account, lead_id, (first, second), trial_ids, change.id, invitation.id, place, tokens)


def _submitted(session: Session, keys: Keys, number: int, trial_ids: tuple[str, ...]) -> UUID:
    first, second = trial_ids[:2]
    optional = tuple(ConsentGiven(purpose, None, None, "2026-11", f"{purpose}.", "en") for purpose in _OPTIONAL)
    wanted = replace(TO_A, trial_id=first, reply_within=timedelta(days=5), may_be_offered=True)
    submission = replace(
        SUBMISSION,
        id=f"race {number}",
        contact=replace(CONTACT, email=f"person{number}@example.org"),
        consents=(replace(SHARE_A, trial_id=first), replace(SHARE_A, trial_id=second), *optional),
        referrals=(wanted, replace(TO_A, trial_id=second)),
        bank=BANK,
        submitted_at=datetime.now(UTC) - timedelta(days=10, seconds=1),
    )
    return submit(session, keys, submission).lead_id


def _tokens(session: Session, keys: Keys, lead_id: UUID) -> dict[Answer, str]:
    held = data_subject_rights.held_data(session, keys, lead_id)
    assert held is not None
    return {answer: answer_token(keys, held, answer, datetime.now(UTC) + timedelta(days=1)) for answer in Answer}


def _invite(session: Session, desk: Desk, trial_id: str, place: int) -> None:
    inviting: Inviting = replace(INVITING, trial_id=trial_id)
    for lead_id in trial_invitations.add(session, inviting, [place], desk.now):
        tell_of_invitation(session, desk, lead_id, trial_id)


def _withdraw(one: Person) -> None:
    with one.database.writing() as session:
        data_subject_rights.withdraw(session, one.lead_id, None, one.desk().now)


def _withdraw_one(one: Person) -> None:
    with one.database.writing() as session:
        data_subject_rights.withdraw(session, one.lead_id, one.referral_ids[0], one.desk().now)
        tell_of_end(session, one.desk(), one.referral_ids[0])


def _take_back(purpose: Purpose) -> Callable[[Person], None]:
    def take_back(one: Person) -> None:
        with one.database.writing() as session:
            data_subject_rights.withdraw_consent(session, one.lead_id, purpose, one.desk().now)

    return take_back


def _delete(one: Person) -> None:
    with one.database.writing() as session:
        data_subject_rights.delete(session, one.lead_id, one.desk().now)


def _take_over(one: Person) -> None:
    wish = reassignments.Wish(one.referral_ids[0], one.trial_ids[0], YORK)
    with one.database.writing() as session:
        reassignments.take_over(session, one.recruiter, wish, one.desk())


def _accept(one: Person) -> None:
    trial_id = one.trial_ids[2]
    share = replace(SHARE_A, trial_id=trial_id)
    wanted = replace(TO_A, trial_id=trial_id, reply_within=timedelta(days=5), may_be_offered=True)
    with suppress(InvitationClosedError), one.database.writing() as session:
        accept_invitation(session, Acceptance(one.lead_id, one.invitation_id, wanted, (share,)), one.desk().now)


def _decline(one: Person) -> None:
    with suppress(InvitationClosedError), one.database.writing() as session:
        decline_invitation(session, one.lead_id, one.invitation_id, one.desk().now)


def _correct(one: Person) -> None:
    contact, miles = replace(CONTACT, email="other@example.org"), dict.fromkeys(one.referral_ids, 7)
    with one.database.writing() as session:
        contact_changes.correct_contact(session, one.desk(), one.lead_id, contact, miles)


def _allow(one: Person) -> None:
    given = ConsentGiven(Purpose.TEXT, None, None, "2026-11", "Text me.", "en")
    with one.database.writing() as session:
        contact_changes.allow_channel(session, one.desk(), one.lead_id, given)


def _confirm(one: Person) -> None:
    with one.database.writing() as session:
        email_confirmation.confirm_address(session, one.desk(), one.tokens[Answer.MINE])


def _disown(answer: Answer) -> Callable[[Person], None]:
    def disown(one: Person) -> None:
        with one.database.writing() as session:
            email_confirmation.disown_address(session, one.keys, one.tokens[answer], one.desk().now)

    return disown


def _move_both(one: Person) -> None:
    first, second = one.referral_ids
    chosen = [Seen(second, 2), Seen(first, 1)]
    with one.database.writing() as session:
        work_on_many(session, one.desk(), one.recruiter, chosen, Step(State.NOT_ELIGIBLE, Reason("mri")))


def _undo_last(one: Person) -> None:
    one.act(undo, Seen(one.referral_ids[1], 2), one.change_id)


def _write(one: Person) -> None:
    """Write a note, a reminder and a call about the first referral, and remind the person of the next call."""
    referral_id = one.referral_ids[0]
    one.act(notes.add_note, referral_id, "Words about the person.")
    due = datetime.now(UTC) + timedelta(days=1)
    one.act(reminders.remind, referral_id, reminders.Wanted(due, "Call the person."))
    call = Call(CallOutcome.REACHED, call_back_at=datetime.now(UTC) + timedelta(hours=2), reminds=True)
    with one.database.writing() as session:
        call_log.log_call(session, one.keys, By(one.recruiter, one.desk().now), referral_id, call)
    remind_of_calls(one.database, one.keys, PlainPen, datetime.now(UTC))


def _come_of_it(one: Person) -> None:
    """Store a call, a state and a note about the first referral, as they came of one call."""
    outcome = Outcome(Call(CallOutcome.REACHED), Step(State.DECLINED), "Does not want to.")
    one.act(save_outcome, Seen(one.referral_ids[0], 1), outcome)


def _label(one: Person) -> None:
    one.act(label, Seen(one.referral_ids[1], 2), Labels(None, ("urgent",), interpreter=True))


def _invite_again(one: Person) -> None:
    with one.database.writing() as session:
        _invite(session, one.desk(), one.trial_ids[3], one.place)


def _send_links(one: Person) -> None:
    with one.database.writing() as session:
        found = data_subject_rights.held_data(session, one.keys, one.lead_id)
        email = found.contact.email if found else "nobody@example.org"
    with one.database.writing() as session:
        email_confirmation.send_links_again(session, one.desk(), email, str(one.lead_id))


def _end_links(one: Person) -> None:
    with one.database.writing() as session:
        private_links.end_links(session, one.lead_id, None, one.desk().now)


def _ask_again(one: Person) -> None:
    with one.database.writing() as session:
        contact_changes.ask_again(session, one.desk(), one.lead_id)


def _opt_out(one: Person) -> None:
    with one.database.reading() as session:
        lead = leads.find(session, one.lead_id)
        index = lead.email_index if lead else None
    with one.database.writing() as session:
        opt_out(session, one.keys, opt_out_token(one.keys, one.lead_id, index or b""), one.desk().now)


class HalfShownError(AssertionError):
    """Raised for an export that shows a person who has withdrawn by halves."""


def _export(one: Person) -> None:
    for trial_id in one.trial_ids:
        wanted = Wanted(trial_id, Format.CSV, (), with_identity=True, reason="a race between two actions")
        for page in row_pages(one.database, one.keys, wanted):
            for row in page:
                _check(row)


def _check(row: ReferralRow) -> None:
    stands = (row.contact is not None, consents.in_force(row.agreed, Purpose.SHARE), bool(row.referral.findings))
    tombstone = (row.contact is not None, bool(row.agreed), bool(row.referral.findings or row.tags or row.answers))
    if not all(stands) if row.stands else any(tombstone):
        raise HalfShownError(f"referral {row.referral.id} is {row.referral.state}, and shown with {stands}")


Action = Callable[[Person], None]

ACTIONS: Mapping[str, Action] = {
    "withdraw": _withdraw,
    "delete": _delete,
    "take over": _take_over,
    "accept": _accept,
    "correct": _correct,
    "allow": _allow,
    "confirm": _confirm,
    "disown": _disown(Answer.NOT_ME),
    "move": _move_both,
    "undo": _undo_last,
    "export": _export,
    "withdraw one": _withdraw_one,
    "no later trials": _take_back(Purpose.FUTURE),
    "no other site": _take_back(Purpose.ANOTHER_SITE),
    "no e-mail": _take_back(Purpose.EMAIL),
    "decline": _decline,
    "disown new address": _disown(Answer.WRONG_ADDRESS),
    "write": _write,
    "invite": _invite_again,
    "send links": _send_links,
    "end links": _end_links,
    "ask again": _ask_again,
    "opt out": _opt_out,
    "outcome": _come_of_it,
    "label": _label,
}
"""What can be done about a person, by name."""

MAIN = tuple(ACTIONS)[:11]
"""The actions that end or begin something."""

ENDS_ALL = frozenset({"withdraw", "delete"})
"""The actions after which no referral stands, whatever else happens at the same moment."""

UNCONFIRMED = frozenset({"confirm", "disown", "disown new address"})
"""The actions for which the address must not be confirmed yet."""
