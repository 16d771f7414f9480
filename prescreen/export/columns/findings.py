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
