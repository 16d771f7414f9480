"""The answers of a referral as one text, in SQL: the same text as `answer_encoding.to_text`, for each stored kind.

A module of its own, because a new kind of answer needs a line here and no change to a column.
"""

from collections.abc import Mapping

from prescreen.eligibility.criteria.kinds.registry import KINDS
from prescreen.eligibility.criteria.questions import QuestionType
from prescreen.storage.export.csv_copy import lateral

# A decimal where one of 60 places is exact, else the fraction.
_NUMBER = """CASE WHEN a.value !~ '/' THEN a.value ELSE COALESCE(
  (SELECT trim_scale(div(n.top * 1e60, n.below) * 1e-60)::text
   FROM (SELECT split_part(a.value, '/', 1)::numeric AS top, split_part(a.value, '/', 2)::numeric AS below) n
   WHERE mod(n.top * 1e60, n.below) = 0), a.value) END"""
_OPTIONS = """COALESCE(
  NULLIF((SELECT string_agg(o, '+') FROM json_array_elements_text(a.value::json) o), ''), 'none')"""
_WRITTEN: Mapping[QuestionType, str] = {
    QuestionType.BOOLEAN: "CASE a.value WHEN 'true' THEN 'yes' ELSE 'no' END",
    QuestionType.CHOICE: "a.value",
    QuestionType.CHOICES: _OPTIONS,
    QuestionType.NUMBER: _NUMBER,
    QuestionType.DATE: "a.value",
}
_CASES = " ".join(f"WHEN '{kind.row_name}' THEN {_WRITTEN[type_]}" for type_, kind in KINDS.items())
# A declined answer is written as it is stored.
_VALUE = f"CASE a.kind {_CASES} ELSE a.value END"

ANSWERS = lateral(
    "a",
    f"SELECT string_agg(a.question_id || '=' || {_VALUE}, '; ' ORDER BY a.question_id) AS pairs "  # noqa: S608 - made only of the enumeration
    "FROM answer a WHERE a.lead_id = r.lead_id AND r.question_ids ? a.question_id",
)
"""The join with the answers to the questions that the referral's trial uses, as `pairs`."""
