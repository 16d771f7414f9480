"""The one rule for which contact details leave, over every detail and every set of purposes."""

from dataclasses import asdict, fields
from itertools import chain, combinations

import pytest

from prescreen.storage.participants.contact_details import USES, address_for, allowed_contact, is_allowed
from prescreen.storage.participants.contacts import Contact
from prescreen.storage.participants.purposes import CHANNELS, PURPOSES, Purpose
from tests.people import CONTACT

EVERY_SET = tuple(chain.from_iterable(combinations(Purpose, size) for size in range(len(Purpose) + 1)))
ALWAYS = {"name", "postal_code", "language"}


def test_every_detail_of_a_contact_has_a_rule() -> None:
    assert set(USES) == {one.name for one in fields(Contact)}
    assert {detail for detail, uses in USES.items() if not uses} == ALWAYS
    assert {one for uses in USES.values() for one in uses} == set(CHANNELS)


@pytest.mark.parametrize("agreed", EVERY_SET)
def test_only_what_the_person_agrees_to_be_used_leaves(agreed: tuple[Purpose, ...]) -> None:
    calls, mail = {Purpose.PHONE, Purpose.TEXT} & set(agreed), Purpose.EMAIL in agreed
    expected = {**dict.fromkeys(ALWAYS, True), "email": mail, "phone": bool(calls), "best_time": bool(calls)}

    left = asdict(allowed_contact(CONTACT, agreed))

    assert {detail: is_allowed(detail, agreed) for detail in USES} == expected
    assert {detail: value for detail, value in left.items() if value} == {
        detail: value for detail, value in asdict(CONTACT).items() if expected[detail]
    }


@pytest.mark.parametrize("agreed", EVERY_SET)
@pytest.mark.parametrize("channel", CHANNELS)
def test_a_way_of_contact_is_used_only_where_it_was_agreed_to_itself(
    channel: Purpose, agreed: tuple[Purpose, ...]
) -> None:
    used = address_for(CONTACT, channel, agreed)

    assert used == (getattr(CONTACT, str(PURPOSES[channel].needs)) if channel in agreed else None)


def test_what_is_no_way_of_contact_has_no_address() -> None:
    with pytest.raises(ValueError, match="share is not a way of contact"):
        address_for(CONTACT, Purpose.SHARE, (Purpose.SHARE,))
