"""One action on many referrals at once; each refusal is reported with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prescreen.storage import Session
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.participants import person_lock
from prescreen.workflow.participants.participant_letters import Desk
from prescreen.workflow.referrals.assignment_and_tags import add_tag, assign
from prescreen.workflow.referrals.state_changes import Step, move
from prescreen.workflow.referrals.teamwork import Result, Seen

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Assigning:
    """Assign the referrals to a colleague, or to none (None)."""

    to: UUID | None


@dataclass(frozen=True, slots=True)
class Tagging:
    """Add one tag to the referrals."""

    tag: str


Deed = Step | Assigning | Tagging


def work_on_many(
    session: Session, desk: Desk, who: Account, chosen: Sequence[Seen], deed: Deed
) -> list[tuple[Seen, Result]]:
    """Apply one action to each of these referrals; return each with its result, in the given order.

    Raise ValueError for more than `MOST_AT_ONCE` referrals.
    """
    if len(chosen) > MOST_AT_ONCE:
        raise ValueError(f"{len(chosen)} referrals at once; the most is {MOST_AT_ONCE}")
    # All at once, in the order of ids: one after the other, two changes of the same people could deadlock.
    person_lock.hold_behind(session, [seen.referral_id for seen in chosen])
    return [(seen, _do(session, desk, who, seen, deed)) for seen in chosen]


def _do(session: Session, desk: Desk, who: Account, seen: Seen, deed: Deed) -> Result:
    match deed:
        case Step():
            return move(session, desk, who, seen, deed)
        case Assigning(to):
            return assign(session, desk, who, seen, to)
        case Tagging(tag):
            return add_tag(session, desk, who, seen, tag)
