"""Which criteria of a file the present words of a record touch."""

from prescreen.catalog.registry.criteria_changes import text_changes
from prescreen.catalog.registry.present_record import PresentRecord
from tests.catalog.cohort_folder import GROUPED


def record(criteria: str) -> PresentRecord:
    return PresentRecord("T1", "A title", None, None, None, (), criteria, {}, ())


def test_words_of_a_group_of_people_are_watched_as_those_for_all_are() -> None:
    assert not text_changes(GROUPED, record("Inclusion: leg pain"), None)

    changed = text_changes(GROUPED, record("Inclusion: pain in a leg for a month"), None)

    assert [(one.criterion, one.rule, one.old) for one in changed.touched] == [
        ("leg-pain", "{leg_pain: true}", "leg pain")
    ]
