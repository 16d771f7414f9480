"""The shipped files beside the records that they were made from."""

from datetime import date

from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.catalog.registry.criteria_changes import watched_text
from prescreen.catalog.registry.present_record import present_record
from prescreen.catalog.registry.registry_comparison import compared, is_compared
from prescreen.catalog.registry.trial_texts import trial_text
from prescreen.config import SHIPPED_CRITERIA
from tests.sources import BACK, sources, with_sources

ON = date(2026, 11, 30)


@with_sources
def test_no_shipped_file_is_stale_or_has_another_status() -> None:
    records = {one.stem: one for one in sources(BACK)}
    trials = [one for one in load_to_judge(SHIPPED_CRITERIA, ON).trials.values() if is_compared(one)]
    assert trials

    for trial in trials:
        record = present_record(records[trial.id].read_bytes(), trial.id, ON)
        found = compared(trial, trial_text(SHIPPED_CRITERIA, trial.id), record, watched_text(record))
        assert (found.status, found.is_stale, found.text.is_quoted) == (None, False, True), (trial.id, found.text)
