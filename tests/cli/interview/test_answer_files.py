"""Files with one person a line: an invalid line is reported, the others are assessed."""

import json
from typing import Any

import pytest
from click.testing import Result

from tests.cli.conftest import Judge

GOOD = b'{"answers": {"age": 17, "numb": false}}'


def lines(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_line_gives_one_line(judge: Judge) -> None:
    result = judge("assess", GOOD + b"\n" + GOOD + b"\n", name="people.ndjson")

    assert (result.exit_code, result.stderr) == (0, "")
    assert [person["trials"][0]["determination"] for person in lines(result)] == ["ineligible", "ineligible"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\r\n  \n"])
def test_a_file_of_no_people_gives_no_lines(judge: Judge, content: bytes) -> None:
    result = judge("assess", content, name="people.ndjson")

    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\n\n"])
def test_empty_lines_are_passed_over_and_counted(judge: Judge, ends: bytes) -> None:
    result = judge("assess", ends + GOOD + ends + b"x" + ends + GOOD, name="people.ndjson")

    assert [line.get("line") for line in lines(result)] == [None, 3 if len(ends.strip(b"\r")) == 1 else 5, None]


@pytest.mark.parametrize(
    "bad",
    [
        b"x",
        b"[]",
        b"{}",
        b"\x00",
        b"\xff",
        b'{"answers": {"sex": "\xe9"}}',
        b'{"answers": {"aeg": 1}}',
        b'{"answers": {"age": "44"}}',
        b'{"answers": {"age": NaN}}',
        b'{"answers": {"age": 1e9999999999999999999999}}',
        b'{"answers": {"age": ' + b"9" * 5000 + b"}}",
        b'{"answers": {"age": 1, "age": 1}}',
        b'{"answers": {"age": 1}, "answered_on": "2026-11-24"}',
        b'{"answers": {"\\ud800": 1}}',
        b'{"answers": {"a\\nb\\u2028c": 1}}',
        b'{"answers": {"age": ' + b"[" * 980 + b"]" * 980 + b"}}",
        b'{"answers": {"age": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
        b'{"answers": {"age": ' + b"[" * 100_000,
    ],
    ids=lambda bad: repr(bad[:40]),
)
@pytest.mark.parametrize("command", ["assess", "interview"])
def test_a_bad_line_is_named_and_answered_and_the_others_are_judged(judge: Judge, command: str, bad: bytes) -> None:
    result = judge(command, b"\n".join([GOOD, bad, GOOD]), name="people.ndjson")

    first, second, third = lines(result)
    assert result.exit_code == 1
    assert second == {"line": 2, "error": second["error"]}
    assert first == third
    assert "error" not in first
    [told] = result.stderr.splitlines()
    assert told.endswith(f"people.ndjson:2: {second['error']}")
    assert told.isprintable()


def test_every_bad_line_is_named(judge: Judge) -> None:
    result = judge("assess", b"x\n" + GOOD + b"\n\ny\n", name="people.ndjson")

    assert [line.get("line") for line in lines(result)] == [1, None, 4]
    assert [line.split(": ")[0][-2:] for line in result.stderr.splitlines()] == [":1", ":4"]


def test_a_line_separator_inside_a_text_ends_no_line(judge: Judge) -> None:
    result = judge("assess", '{"answers": {}}\u2028\n{"answers": {}}\x85'.encode(), name="people.ndjson")

    assert [line["line"] for line in lines(result)] == [1, 2]


def test_a_file_of_another_name_holds_one_person(judge: Judge) -> None:
    result = judge("assess", GOOD + b"\n" + GOOD, name="people.json")

    assert result.exit_code == 1
    assert "this is not JSON: Extra data at line 2" in result.stderr


@pytest.mark.parametrize("command", ["assess", "interview"])
@pytest.mark.parametrize(
    ("sex", "why"),
    [
        ({"sex": "male"}, "it does not apply"),
        ({}, "it is unknown whether it applies"),
        ({"sex": None}, "it is unknown whether it applies"),
    ],
)
def test_an_answer_that_is_left_out_is_named_with_what_decides_that(
    judge: Judge, command: str, sex: dict[str, object], why: str
) -> None:
    person = {"answers": {"age": 44, "pregnancy": ["none"], **sex}}

    one = judge(command, person)
    many = judge(command, json.dumps(person).encode(), name="people.ndjson")

    told = f"'pregnancy' is left out: {why}, which is decided by 'sex'"
    assert (one.exit_code, many.exit_code) == (0, 0)
    assert one.stderr.splitlines()[0].endswith(f".json: {told}")
    assert many.stderr.splitlines() == [one.stderr.strip().replace("answers.json", "people.ndjson:1")]


def test_nothing_is_said_where_every_answer_applies(judge: Judge) -> None:
    result = judge("assess", {"answers": {"age": 44, "sex": "female", "pregnancy": ["none"]}})

    assert (result.exit_code, result.stderr) == (0, "")
