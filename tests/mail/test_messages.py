"""What stands in the headers of a letter."""

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast
from uuid import UUID

import pytest

from prescreen.mail.messages import sealed_up
from prescreen.mail.staff_letters import StaffLetterWriter
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.mail.outbox import Letter, LetterKind, LetterState, StoredLetter
from prescreen.storage.mail.referral_alerts import PlaceCount
from tests.mail.letters import PEN, TRIAL
from tests.people import NOW

STORED = StoredLetter(
    UUID(int=1), None, LetterKind.INVITED, b"", "<1@example.org>", LetterState.PENDING, False, 1, NOW, NOW, None
)
LETTER = Letter("trials@example.org", "w@example.org", "Hi", "Hi\n")
TOKEN = "Ab-_" * 20


def content(letter: Letter) -> bytes:
    return sealed_up(STORED, letter, letter.sender).content


def message(letter: Letter) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(content(letter), policy=default))


@pytest.mark.parametrize("length", [1, 5, 10])
def test_the_url_that_ends_letters_stands_in_one_line_however_long(length: int):
    url = f"https://trials.example.org/my/no-more/{TOKEN * length}"
    letter = replace(LETTER, unsubscribe=url, one_click=True)

    lines = content(letter).decode().split("\r\n")

    assert f"List-Unsubscribe: <{url}>" in lines
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert lines[-2] == "Hi"


def test_a_letter_that_answers_the_person_has_no_such_header():
    assert [name for name in message(LETTER) if name.startswith("List-")] == []


def test_without_one_click_no_post_is_announced():
    found = message(replace(LETTER, unsubscribe="https://trials.example.org/recruiter/account"))

    assert found["List-Unsubscribe"] == "<https://trials.example.org/recruiter/account>"
    assert found["List-Unsubscribe-Post"] is None


def test_an_address_with_other_letters_stands_in_no_header():
    found = message(replace(LETTER, unsubscribe="https://bücher.example/my/no-more/x", one_click=True))

    assert [name for name in found if name.startswith("List-")] == []


@pytest.mark.parametrize("kind", ["news", "digest"])
def test_news_for_staff_name_the_page_where_they_are_turned_off(kind: str):
    account = Account(UUID(int=2), "rec@example.org", "Rec", "", None, ())
    letter = getattr(StaffLetterWriter(PEN.catalog, PEN.address), kind)(account, [PlaceCount(TRIAL.id, "leeds", 1, 1)])

    assert (letter.unsubscribe, letter.one_click) == ("https://trials.example.org/recruiter/account", False)


def test_other_headers_are_folded_and_encoded_as_ever():
    letter = replace(LETTER, subject="Señal " + "a" * 60)

    assert max(map(len, content(letter).split(b"\r\n"))) <= 78
    assert message(letter)["Subject"] == letter.subject
