"""Exclusions that say what nobody may have are told from a single one that says the contrary."""

from collections.abc import Sequence

from prescreen.eligibility.criteria.trials import Kind
from prescreen.eligibility.registry_text.absences import what_keeps_out
from prescreen.eligibility.registry_text.source_criteria import SourceCriterion

SEVERAL = ("No known pregnancy", "No previous spinal surgery", "No history of gout", "Lumbar fusion")


def read(*texts: str, kind: Kind = Kind.EXCLUSION) -> Sequence[str]:
    return [one.text for one in what_keeps_out(tuple(SourceCriterion(kind, text, text) for text in texts))]


def test_where_most_exclusions_say_what_nobody_may_have_having_it_keeps_out() -> None:
    assert read(*SEVERAL) == ["Known pregnancy", "Previous spinal surgery", "History of gout", "Lumbar fusion"]


def test_the_source_is_quoted_as_it_stands() -> None:
    criteria = tuple(SourceCriterion(Kind.EXCLUSION, text, text) for text in SEVERAL)

    assert [one.quote for one in what_keeps_out(criteria)] == list(SEVERAL)


def test_a_single_negative_exclusion_is_left_as_it_is() -> None:
    texts = ("No known pregnancy", "Gout", "Lupus")

    assert read(*texts) == list(texts)


def test_as_many_exclusions_of_the_other_kind_leave_all_as_they_are() -> None:
    texts = (*SEVERAL, "Gout", "Lupus")

    assert read(*texts) == list(texts)


def test_what_people_lack_is_no_illness() -> None:
    texts = ("No access to the internet", "No telephone", "No ability to walk", "No fixed address")

    assert read(*texts) == list(texts)
    assert read(*SEVERAL, "No ability to walk")[-1] == "No ability to walk"


def test_inclusions_are_left_as_they_are() -> None:
    assert read(*SEVERAL, kind=Kind.INCLUSION) == list(SEVERAL)
