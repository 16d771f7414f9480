"""What people are told of the recorded uses of their data."""

from prescreen.storage.audit.events import Action
from prescreen.workflow.participants.disclosures import NAMING_REFERRALS, NOT_TOLD, OF_REFERRAL, OF_TRIAL

TABLES = (OF_REFERRAL, NAMING_REFERRALS, OF_TRIAL, NOT_TOLD)


def test_of_every_action_it_is_decided_whether_the_person_is_told() -> None:
    assert set().union(*TABLES) == set(Action)


def test_no_action_is_decided_twice() -> None:
    assert sum(map(len, TABLES)) == len(set().union(*TABLES))
