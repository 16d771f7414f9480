"""The findings of a referral in words: in Python, from the record; in SQL, from the same document.

The record keeps truth values (`true`, `false`, `unknown`), which a reader of `pregnant=true` would misunderstand. A
module of its own beside the others that hold a column in both ways.
"""

from collections.abc import Iterable

from prescreen.eligibility.assessment.determination import PERMITS_WORDS
from prescreen.storage.export.csv_copy import lateral
from prescreen.storage.referrals.referrals import FindingRecord

MEANING = f"Each criterion and whether it lets the person take part: {', '.join(PERMITS_WORDS.values())}"
_WORDS = {truth.value: words for truth, words in PERMITS_WORDS.items()}


def in_words(findings: Iterable[FindingRecord]) -> dict[str, str]:
    """Return whether each criterion permits, in words, by criterion."""
    return {finding["criterion"]: _WORDS[finding["permits"]] for finding in findings}


_CASES = " ".join(f"WHEN '{value}' THEN '{words}'" for value, words in _WORDS.items())
FINDINGS = lateral(
    "f",
    f"SELECT string_agg(f.criterion || '=' || CASE f.permits {_CASES} END, '; ') AS pairs "  # noqa: S608 - made only of the enumeration
    "FROM jsonb_to_recordset(r.findings) f(criterion text, permits text)",
)
"""The join with the findings, as `pairs`."""

COHORTS_MEANING = "Groups of the trial that the person may fit by the answers; none for a trial without groups"
COHORTS = lateral(
    "g",
    "SELECT string_agg(g.cohort, '; ' ORDER BY g.place) AS words FROM ("
    "SELECT f.cohort, min(f.place) AS place, bool_or(f.permits = 'false') AS shut FROM ROWS FROM ("
    "jsonb_to_recordset(r.findings) AS (permits text, cohort text)) WITH ORDINALITY AS f(permits, cohort, place) "
    "GROUP BY f.cohort) g WHERE g.cohort IS NOT NULL AND NOT g.shut AND NOT EXISTS ("
    "SELECT 1 FROM jsonb_to_recordset(r.findings) d(permits text, cohort text) "
    "WHERE d.cohort IS NULL AND d.permits = 'false')",
)
"""The join with the cohorts that may fit, as `words`: `StoredReferral.cohorts_that_may_fit` in SQL."""
