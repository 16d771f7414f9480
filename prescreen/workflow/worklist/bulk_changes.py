"""Doing one thing with many referrals at once: what can be done is, and what cannot is named with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prescreen.storage import Session
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.referrals import state_changes
from prescreen.workflow.participants.participant_letters import Desk
from prescreen.workflow.referrals.assignment_and_tags import add_tag, assign
from prescreen.workflow.referrals.state_changes import Step, move
from prescreen.workflow.referrals.teamwork import Result, Seen

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Assigning:
    """Give the referrals to a colleague, or (None) to nobody."""

    to: UUID | None


@dataclass(frozen=True, slots=True)
class Tagging:
    """Put one more tag on the referrals."""

    tag: str


Deed = Step | Assigning | Tagging


def work_on_many(
    session: Session, desk: Desk, who: Account, chosen: Sequence[Seen], deed: Deed
) -> list[tuple[Seen, Result]]:
    """Do one thing with each of these referrals, and give what came of it with each, in their order."""
    if len(chosen) > MOST_AT_ONCE:
        raise ValueError(f"{len(chosen)} referrals at once; the most is {MOST_AT_ONCE}")
    state_changes.hold(session, [seen.referral_id for seen in chosen])
    return [(seen, _do(session, desk, who, seen, deed)) for seen in chosen]


def _do(session: Session, desk: Desk, who: Account, seen: Seen, deed: Deed) -> Result:
    match deed:
        case Step():
            return move(session, desk, who, seen, deed)
        case Assigning(to):
            return assign(session, desk, who, seen, to)
        case Tagging(tag):
            return add_tag(session, desk, who, seen, tag)
