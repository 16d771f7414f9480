"""Registry text becomes a plain sentence to a visitor, whatever it is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.wording.plain_wording import plain_sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Patients with a history of malignancy", "You have a history of cancer."),
        ("History of lumbar spine surgery", "You have had low back spine surgery."),
        ("Pregnant or lactating women", "You are pregnant or breast-feeding."),
        ("Pregnancy", "You are pregnant."),
        ("Unable to undergo MRI", "You are unable to undergo MRI."),
        ("Participants must be willing to attend visits", "You are willing to attend visits."),
        ("Inability to read English", "You are not able to read English."),
        ("Subject has had pain for ≥6 weeks", "You have had pain for at least 6 weeks."),
        ("Known hypersensitivity to iodine;", "You have a known allergy to iodine."),
        ("BMI > 35", "Your body mass index is more than 35."),
        ("Prior fusion at any level, or", "You have had fusion at any level."),
        ("Speaks English", "You speak English."),
        (
            "Able and willing to provide written informed consent",
            "You agree to take part, and you sign a form that says so.",
        ),
        ("Male and female patients with gout", "You have gout."),
        ("Men or women who are willing to come", "You are willing to come."),
        ("Not undergone surgery", "The study team checks this: Not undergone surgery."),
        ("Gout in elderly patients", "The study team checks this: Gout in elderly patients."),
        ("ASA class IV", "The study team checks this: ASA class IV."),
        (
            "The patient cannot give his consent because he is confused",
            "You cannot give your consent because you are confused.",
        ),
    ],
)
def test_the_words_of_a_registry_are_said_to_you(text: str, sentence: str) -> None:
    assert plain_sentence(text) == sentence


@given(st.text(max_size=900))
def test_every_text_is_one_sentence_of_a_length_that_people_read(text: str) -> None:
    sentence = plain_sentence(text)

    assert sentence
    assert sentence.endswith((".", "!", "?"))
    assert not sentence[0].islower() or not sentence[0].isascii()
    assert len(sentence) <= 450


@given(
    st.lists(
        st.sampled_from(["eligible", "Eligible", "qualify", "eligibility", "you", "patients", "are", "for"]), min_size=1
    )
)
def test_no_text_says_that_somebody_is_eligible(words: list[str]) -> None:
    assert not re.search(r"eligib|qualif", plain_sentence(" ".join(words)), re.IGNORECASE)
