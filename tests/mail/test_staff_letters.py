"""The letters to recruiters: which numbers they tell."""

from dataclasses import fields

from prescreen.mail.staff_letters import _WORDS
from prescreen.storage.mail.referral_alerts import PlaceCount
from prescreen.workflow.mail.referral_alerts import _COUNTED_AS


def test_every_number_has_words_and_every_part_in_which_people_are_due_is_a_number():
    numbers = {one.name for one in fields(PlaceCount)} - {"trial_id", "site_id"}

    assert _WORDS.keys() == numbers
    assert {*_COUNTED_AS.values()} == numbers - {"new"}
