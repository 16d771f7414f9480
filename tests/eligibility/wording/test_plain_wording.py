"""Registry text becomes a plain sentence to a visitor, whatever it is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.wording.plain_wording import REST, plain_sentence


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


CHECKED = "The study team checks this: "


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Healthy patients or patients with systemic disease", None),
        ("Pregnant women or other condition", None),
        ("allergic reaction against gabapentin", None),
        ("Treatment of the recent low back pain period", "Treatment of the recent low back pain period."),
        ("Surgery due to back pain", "Surgery due to back pain."),
        ("Opioid tolerant (or dependence)", "Opioid tolerant (or dependence)."),
        ("Meeting the criteria of pain syndrome", "Meeting the criteria of pain syndrome."),
    ],
)
def test_what_nobody_has_is_told_as_what_the_team_checks(text: str, sentence: str | None) -> None:
    assert plain_sentence(text) == f"{CHECKED}{sentence or f'{text}.'}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "Patients with severe autoimmune disease or who are receiving steroids",
            "You have severe autoimmune disease or you are receiving steroids.",
        ),
        (
            "Having a diagnosis of MS and being included in a registry",
            "You have a diagnosis of MS and are included in a registry.",
        ),
        ("The patient has gout and has been treated", "You have gout and have been treated."),
        ("The patient has pain that is new and has lasted", "You have pain that is new and has lasted."),
        ("Subjects who are obese or weighs over 300 lbs", "You are obese or weigh over 300 lbs."),
        (
            "Willing to make themselves available to their clinician",
            "You are willing to make yourself available to your clinician.",
        ),
        ("No use of oral steroids", "You do not use oral steroids."),
        ("Known allergy or hypersensitivity to iodine", "You have a known allergy to iodine."),
        ("T-score of osteoporosis ≤ -3.0", "The study team checks this: T-score of osteoporosis at most -3.0."),
        ("show evidence of hepatitis", "You show evidence of hepatitis."),
        (
            "Has a condition that compromises the safety of the subject",
            "You have a condition that compromises your safety.",
        ),
    ],
)
def test_verbs_after_and_and_or_go_with_you(text: str, sentence: str) -> None:
    assert plain_sentence(text) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Structural disorder of the spine", "You have a structural disorder of the spine."),
        ("History of endocrine or metabolic disorder", "You have had an endocrine or metabolic disorder."),
        ("Known substance abuse, mental health disorder", "You have known substance abuse, mental health disorder."),
        ("History of Spinal trauma", "You have had spinal trauma."),
        ("History of Parkinson disease", "You have had Parkinson disease."),
        ("Patients with unilateral radiculopathy", "You have a unilateral pressed nerve."),
        ("Patients with radiculopathy", "You have a pressed nerve."),
    ],
)
def test_nouns_have_the_article_that_they_need_and_names_their_capital(text: str, sentence: str) -> None:
    assert plain_sentence(text) == sentence


@pytest.mark.parametrize(
    "heading", ["Exclusion reasons are ", "Exclusion Criteria: ", "The main exclusion criteria are: ", "Excluded are "]
)
def test_a_heading_before_a_criterion_is_not_told(heading: str) -> None:
    assert plain_sentence(f"{heading}gout") == f"{CHECKED}gout."
    assert plain_sentence(f"{heading}severe pain") == "You have severe pain."


def test_a_verdict_on_others_is_not_told_as_what_is_true_of_the_visitor() -> None:
    text = "Participants who are over 250 lbs will be excluded"
    assert plain_sentence(text) == f"{CHECKED}{text}."


def test_a_long_list_is_cut_between_its_pieces_and_says_so() -> None:
    listed = " ".join(f"* a{number}) Medicine number {number} (a kind, of its own)" for number in range(40))
    told = plain_sentence(f"Use of these: {listed}")

    assert told.endswith(f"(a kind, of its own); {REST}.")
    assert "*" not in told
    assert plain_sentence("Pain in the leg or the") == "You have pain in the leg."


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
