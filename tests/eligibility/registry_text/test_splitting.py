"""Shapes in which registries hold criteria; the words are made up."""

import pytest

from prescreen.eligibility.criteria.trials import Kind
from prescreen.eligibility.registry_text.source_criteria import Joined, SourceCriterion
from prescreen.eligibility.registry_text.splitting import criteria_in

IN, EX = Kind.INCLUSION, Kind.EXCLUSION


def found(text: str) -> list[tuple[Kind, str]]:
    return [(one.kind, one.text) for one in criteria_in(text)]


def only(text: str) -> SourceCriterion:
    (one,) = criteria_in(text)
    return one


@pytest.mark.parametrize("sign", ["*", "-", "•", "·", "1.", "1)", "(1)", "a.", "\t*", "–"])
def test_each_item_of_a_list_is_a_criterion_whatever_its_sign(sign: str) -> None:
    text = f"Inclusion Criteria:\n\n{sign} Has a limp\n\nExclusion Criteria:\n\n{sign} Has gout\n"

    assert found(text) == [(IN, "Has a limp"), (EX, "Has gout")]


@pytest.mark.parametrize(
    "heading",
    [
        "EXCLUSION CRITERIA",
        "Exclusion criteria include:",
        "Key Exclusion Criteria:",
        "Criteria for exclusion:",
        "Non-inclusion criteria:",
        "Patients will be excluded if they:",
        "Main exclusion:",
    ],
)
def test_headings_in_other_words_are_understood(heading: str) -> None:
    assert found(f"Inclusion Criteria:\n\n* Limps\n\n{heading}\n\n* Has gout") == [(IN, "Limps"), (EX, "Has gout")]


def test_a_heading_that_is_glued_into_an_item_begins_the_exclusions() -> None:
    text = "Inclusion Criteria:\n\n* Board approves. Exclusion Criteria:• Under 5 mm• Has gout"

    assert found(text) == [(IN, "Board approves."), (EX, "Under 5 mm"), (EX, "Has gout")]


def test_two_items_glued_into_one_line_are_two() -> None:
    assert [text for _, text in found("Exclusion Criteria:\n\n* Has cysts.• Has gout")] == ["Has cysts.", "Has gout"]


def test_numbers_within_a_line_divide_it() -> None:
    text = "Exclusion Criteria:\n\n1. Has gout 2. Has a pump 3. Weighs over 150 kg"

    assert [words for _, words in found(text)] == ["Has gout", "Has a pump", "Weighs over 150 kg"]


def test_semicolons_divide_and_commas_do_not() -> None:
    text = "Exclusion: gout, lupus or asthma; a pump; cannot walk"

    assert [words for _, words in found(text)] == ["gout, lupus or asthma", "a pump", "cannot walk"]


def test_lines_that_were_wrapped_are_joined() -> None:
    text = """
        Inclusion Criteria:

          -  Has had pain in the lower part of the back on most of the days of at least the last
             three months

          -  Can walk
    """

    assert [words for _, words in found(text)] == [
        "Has had pain in the lower part of the back on most of the days of at least the last three months",
        "Can walk",
    ]


def test_sentences_that_each_decide_are_two_and_one_that_explains_is_none() -> None:
    text = (
        "Inclusion Criteria:\n\n* Age 18 to 65. No earlier operation.\n* Can walk. This means 100 steps without help."
    )

    assert [words for _, words in found(text)] == [
        "Age 18 to 65.",
        "No earlier operation.",
        "Can walk. This means 100 steps without help.",
    ]


def test_members_of_a_list_are_criteria_with_the_lead_above_them() -> None:
    text = "Exclusion Criteria:\n\n* Any of the following within one year:\n\n  * Stroke\n  * Fracture\n* Gout"
    stroke, fracture, gout = criteria_in(text)

    assert (stroke.text, stroke.lead) == ("Stroke", "Any of the following within one year:")
    assert (fracture.text, fracture.lead) == ("Fracture", "Any of the following within one year:")
    assert (gout.text, gout.lead) == ("Gout", "")


def test_alternatives_of_an_inclusion_are_one_criterion_with_parts() -> None:
    one = only("Inclusion Criteria:\n\n* At least one of the following:\n\n  * Limps\n  * Uses a cane")

    assert (one.parts, one.joined) == (("Limps", "Uses a cane"), Joined.ANY)


def test_at_least_two_of_a_list_are_one_criterion_that_counts() -> None:
    one = only("Inclusion Criteria:\n\n* At least two of the following:\n\n  * Limps\n  * A cane\n  * Falls")

    assert (one.joined, one.count, len(one.parts)) == (Joined.AT_LEAST, 2, 3)


def test_a_list_that_explains_belongs_to_what_it_explains() -> None:
    text = "Inclusion Criteria:\n\n* Uses birth control. Accepted methods:\n\n  * Coil\n  * Pill\n* Can walk"

    assert "Coil" not in [words for _, words in found(text)]
    assert (IN, "Can walk") in found(text)


def test_groups_of_people_and_later_stages_are_told() -> None:
    text = """Inclusion Criteria:

Healthy controls:

* No pain

Patients with pain:

* Pain for 3 months

Randomization criteria:

* Kept a diary
"""
    healthy, pain, diary = criteria_in(text)

    assert (healthy.population, pain.population) == ("Healthy controls", "Patients with pain")
    assert (diary.population, diary.stage) == (None, "Randomization criteria")


def test_escapes_and_odd_signs_are_read_and_quoted_as_they_stand() -> None:
    one = only("Inclusion Criteria:\n\n* Age \\> \uff11\uff18 years\u200b &amp; walks")

    assert one.text == "Age > 18 years & walks"
    assert one.quote == "Age \\> \uff11\uff18 years\u200b &amp; walks"


def test_without_a_heading_a_text_includes_up_to_the_first_exclusion() -> None:
    assert found("* Can walk\n* Patients with gout are excluded") == [
        (IN, "Can walk"),
        (EX, "Patients with gout are excluded"),
    ]


@pytest.mark.parametrize("text", ["", "   \n\n", "Inclusion Criteria:", "* \n* \n", "---"])
def test_a_text_without_words_has_no_criteria(text: str) -> None:
    assert criteria_in(text) == ()


def test_a_heading_with_words_before_it_is_one_and_names_its_stage() -> None:
    text = "Pre-Operative Exclusion Criteria:\n\n* Gout\n\nIntra-operative Exclusion Criteria:\n\n* A torn lining"
    gout, torn = criteria_in(text)

    assert (gout.text, gout.stage) == ("Gout", None)
    assert (torn.text, torn.stage) == ("A torn lining", "Intra-operative Exclusion Criteria")


def test_circled_numbers_divide_a_line_and_are_no_words() -> None:
    text = "Inclusion Criteria:\n\n* can walk; ②aged 20 to 55; ③agrees"

    assert [words for _, words in found(text)] == ["can walk", "aged 20 to 55", "agrees"]


def test_a_note_after_alternatives_is_none_of_them() -> None:
    text = "Inclusion:\n\n1. One of the following:\n\n   a. Limps\n   b. Falls\n\n   Note: New scans.\n2. Adult"
    alternatives, adult = criteria_in(text)

    assert (alternatives.parts, adult.text) == (("Limps", "Falls"), "Adult")


@pytest.mark.parametrize(
    "lead",
    [
        "Subjects who meet any of the following criteria will be excluded from participating in this study:",
        "Exclusion reasons are:",
        "Patients with any of these conditions are not eligible:",
    ],
)
def test_a_lead_that_only_says_that_people_are_excluded_is_left_out(lead: str) -> None:
    (one,) = criteria_in(f"Exclusion Criteria:\n\n{lead}\n\n1. Gout")

    assert (one.kind, one.text, one.lead) == (EX, "Gout", "")


def test_a_lead_that_ends_with_a_full_stop_is_no_criterion() -> None:
    text = "Scan Inclusion Criteria\n\nPatients must meet all of the following criteria to be enrolled.\n\n1. One slip"

    assert found(text) == [(IN, "One slip")]


def test_what_a_text_says_twice_is_one_criterion() -> None:
    assert found("Exclusion Criteria:\n\n* Gout\n* Lupus\n* Gout") == [(EX, "Gout"), (EX, "Lupus")]


@pytest.mark.parametrize(
    "sentence",
    [
        "Active cancer; patients who were cured for 5 years are eligible.",
        "On strong medicine. Patients who take less than 5 mg daily may be included.",
        "Gout. This does not include gout of childhood.",
        "Cancer (cured for 5 years. Skin is fine) at any time.",
    ],
)
def test_an_exception_stays_with_the_exclusion_that_it_limits(sentence: str) -> None:
    assert found(f"Exclusion Criteria:\n\n* {sentence}") == [(EX, sentence)]


def test_alternatives_of_an_inclusion_between_semicolons_stay_together() -> None:
    assert found("Inclusion Criteria:\n\n* Pain for 3 months; or pain that came back") == [
        (IN, "Pain for 3 months; or pain that came back")
    ]


def test_a_later_sentence_in_an_exclusion_that_demands_something_includes() -> None:
    assert found("Exclusion Criteria:\n\n* Pregnant. Women must agree to use birth control.") == [
        (EX, "Pregnant."),
        (IN, "Women must agree to use birth control."),
    ]


def test_all_of_several_in_an_exclusion_are_one_criterion() -> None:
    one = only("Exclusion Criteria:\n\n* All of the following:\n  * Gout\n  * Lupus")

    assert (one.kind, one.parts, one.joined) == (EX, ("Gout", "Lupus"), Joined.ALL)


def test_a_paragraph_that_goes_on_with_an_item_is_joined_with_it() -> None:
    text = "Exclusion Criteria:\n\n* Anything that may affect\n\nconsent or the diary\n* Gout"

    assert [words for _, words in found(text)] == ["Anything that may affect consent or the diary", "Gout"]
