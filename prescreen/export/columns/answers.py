"""The answers of a referral as one text, in SQL: what `value_formats.text_value` says of rows, for each stored kind.

A module of its own, because a new kind of answer needs a line here and in no column.
"""

from prescreen.storage.export.csv_copy import lateral
from prescreen.storage.participants.stored_answers import Kind

# A decimal where one of 60 places is exact, else the fraction.
_NUMBER = """CASE WHEN a.value !~ '/' THEN a.value ELSE COALESCE(
  (SELECT trim_scale(div(n.top * 1e60, n.below) * 1e-60)::text
   FROM (SELECT split_part(a.value, '/', 1)::numeric AS top, split_part(a.value, '/', 2)::numeric AS below) n
   WHERE mod(n.top * 1e60, n.below) = 0), a.value) END"""
_OPTIONS = """COALESCE(
  NULLIF((SELECT string_agg(o, '+') FROM json_array_elements_text(a.value::json) o), ''), 'none')"""
_WRITTEN = {
    Kind.BOOLEAN: "CASE a.value WHEN 'true' THEN 'yes' ELSE 'no' END",
    Kind.OPTION: "a.value",
    Kind.OPTIONS: _OPTIONS,
    Kind.NUMBER: _NUMBER,
    Kind.DECLINED: "a.value",
}
_CASES = " ".join(f"WHEN '{kind}' THEN {_WRITTEN[kind]}" for kind in Kind)
_VALUE = f"CASE a.kind {_CASES} END"

ANSWERS = lateral(
    "a",
    f"SELECT string_agg(a.question_id || '=' || {_VALUE}, '; ' ORDER BY a.question_id) AS pairs "  # noqa: S608 - of the enumeration alone
    "FROM answer a WHERE a.lead_id = r.lead_id AND r.question_ids ? a.question_id",
)
"""The join with the answers to the questions that the referral's trial uses, as `pairs`."""
