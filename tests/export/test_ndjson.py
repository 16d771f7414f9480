import json

import pytest

from prescreen.export.columns.table import HEADER, IDENTITY
from prescreen.export.ndjson import LAST_WORDS, ndjson_lines
from tests.export.exported import ROW, WITHDRAWN


def test_a_line_is_one_object_with_the_columns_of_the_csv() -> None:
    first, second = (json.loads(line) for line in ndjson_lines([ROW, ROW]))
    assert first == second
    assert tuple(first) == HEADER
    assert first["phone"] == "+1 617 555 0100"
    assert first["findings"] == {"adult": "permits", "fever": "unknown"}


def test_answers_read_as_assess_reads_them() -> None:
    (line,) = ndjson_lines([ROW])

    assert json.loads(line)["answers"] == {
        "age": 44,
        "height": 170.18,
        "fevers_a_year": "1/3",
        "pregnancy": "neither",
        "low_back_pain": True,
        "surgery": False,
        "medicines": ["nsaid", "opioid"],
        "devices": [],
        "fever": None,
        "weight": None,
        "last_dose": "2026-03-27",
        "onset": "2026-03",
    }


def test_a_withdrawn_referral_has_null_for_identity() -> None:
    (line,) = ndjson_lines([WITHDRAWN])

    read = json.loads(line)
    assert read["state"] == "withdrawn"
    assert {read[name] for name in IDENTITY} == {None}


def test_columns_are_chosen() -> None:
    (line,) = ndjson_lines([ROW], ("state", "tags", "due_at"))

    assert json.loads(line) == {
        "state": "new",
        "tags": ["call after six", "Spanish"],
        "due_at": "2026-11-28T09:30:00+00:00",
    }


def test_readers_refuse_the_last_words() -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(LAST_WORDS)
