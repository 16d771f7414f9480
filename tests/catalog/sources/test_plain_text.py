"""Plain texts of criteria: a record of a name and a text."""

import pytest

from prescreen.catalog.sources.source_record import SourceError, SourceRecord
from prescreen.catalog.sources.sources import read_source

TEXT = "Inclusion:\n- Leg pain\nExclusion:\n- Gout"


def test_a_text_is_a_record_that_says_nothing_else() -> None:
    assert read_source(TEXT.encode(), "My trial.txt") == SourceRecord("My-trial", "plain text", "", criteria_text=TEXT)


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("NCT01234567.txt", "NCT01234567"),
        ("a/b/back pain.v2.txt", "back-pain-v2"),
        ("-", "trial"),
        ("..", "trial"),
        ("\u202etxt.\u05d0", "txt"),
        (f"{'a' * 300}.txt", "a" * 60),
    ],
)
def test_an_id_is_made_of_the_name_of_the_file(name: str, id_: str) -> None:
    assert read_source(TEXT.encode(), name).id == id_


def test_hidden_characters_and_a_byte_order_mark_are_taken_out() -> None:
    record = read_source("\ufeffLeg\u200b pain\r\n\u202eGout".encode(), "a.txt")

    assert record.criteria_text == "Leg pain\nGout"
    assert record.told == ("criteria text: 2 hidden characters were removed (U+200B, U+202E)",)


@pytest.mark.parametrize("text", ["[1] Leg pain", "< 18 years", "{see below} Leg pain", "123 people\n", "null"])
def test_a_text_that_begins_with_a_sign_is_no_data(text: str) -> None:
    assert read_source(text.encode(), "a.txt").criteria_text == text.strip()


@pytest.mark.parametrize("text", ["123\n456", "---\n***", "\u200b\u200b"])
def test_a_text_without_words_is_refused(text: str) -> None:
    with pytest.raises(SourceError, match="criteria text: holds no words"):
        read_source(text.encode(), "a.txt")
