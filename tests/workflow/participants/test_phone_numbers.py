"""Telephone numbers: only whole ones in use are taken, and no digit that was typed is lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import SUPPORTED_REGIONS

from prescreen.workflow.participants.phone_numbers import (
    PhoneNumberError,
    dialled,
    example_number,
    has_extension,
    stored_number,
)


@pytest.mark.parametrize(
    ("typed", "home", "stored"),
    [
        ("617-555-0100", "US", "+16175550100"),
        ("(617) 555-0100", "US", "+16175550100"),
        ("+1 617.555.0100", "FR", "+16175550100"),
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("+33 6 12 34 56 78", "US", "+33612345678"),
        ("011 44 20 7946 0000", "US", "+442079460000"),
        ("+44 (0)20 7946 0000", "US", "+442079460000"),
        ("\u202a+1\u00a0617\u2011555\u20110100\u202c", "US", "+16175550100"),
        ("۶۱۷۵۵۵۰۱۰۰", "US", "+16175550100"),
        ("617-555-0100 ext 204", "US", "+16175550100 ext. 204"),
        ("617-555-0100, Ext. 0204", "US", "+16175550100 ext. 0204"),
        ("617 555 0100 x204", "US", "+16175550100 ext. 204"),
        ("617 555 0100x204", "US", "+16175550100 ext. 204"),
        ("617 555 0100 #204", "US", "+16175550100 ext. 204"),
        ("617 555 0100,,204", "US", "+16175550100 ext. 204"),
        ("617 555 0100 extensión 204", "US", "+16175550100 ext. 204"),
        ("617 555 0100 extensio\u0301n 204", "US", "+16175550100 ext. 204"),
        ("+16175550100;ext=204", "US", "+16175550100 ext. 204"),
        ("tel:+1-617-555-0100;ext=204", "US", "+16175550100 ext. 204"),
    ],
)
def test_a_number_is_stored_with_its_country_code_and_extension(typed: str, home: str, stored: str) -> None:
    assert stored_number(typed, home) == stored
    assert stored_number(stored, "NZ") == stored
    assert has_extension(stored) == ("ext" in stored)


@pytest.mark.parametrize(
    "typed",
    [
        "555-0100",
        "06 12 34 56 78",
        "+1 555 0100",
        "33 6 12 34 56 78",
        "911",
        "12",
        "617 555 0100 204",
        "617 555 0100 or 617 555 0101",
        "617-555-0100/617-555-0101",
        "617-555-0100 x302/x2303",
        "617-555-0100 (evenings)",
        "call 617-555-0100",
        "617-555-0100 ext",
        "617-555-0100 ext 12345678",
        "1-800-FLOWERS",
        "+16175550100;isub=12",
        "",
    ],
)
def test_what_is_no_whole_number_is_refused(typed: str) -> None:
    with pytest.raises(PhoneNumberError):
        stored_number(typed, "US")


@pytest.mark.parametrize("home", sorted(SUPPORTED_REGIONS))
def test_the_number_that_a_refusal_shows_is_accepted(home: str) -> None:
    assert stored_number(example_number(home), home).startswith("+")


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


@given(st.from_regex(r"\+?[0-9 ().x,;#/-]{0,25}", fullmatch=True))
def test_each_digit_that_was_typed_is_in_what_is_stored(typed: str) -> None:
    try:
        stored = stored_number(f"617{typed}", "US")
    except PhoneNumberError:
        return
    assert digits(stored) == digits(f"1617{typed}")


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("+16175550100", "+16175550100"),
        ("+16175550100 ext. 204", "+16175550100;ext=204"),
        ("+1 (617) 555-0100", "+16175550100"),
        ("1-800-FLOWERS", "18003569377"),
        ("911", "911"),
    ],
)
def test_a_number_is_dialled_as_telephones_write_it(number: str, link: str) -> None:
    assert dialled(number) == link


@given(st.text())
def test_a_link_to_call_holds_digits_and_nothing_else(number: str) -> None:
    assert re.fullmatch(r"[+\d]*(;ext=\d+)?", dialled(number))
