"""A day of the past that lies ahead is a fault, wherever in the folder it stands."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from marshmallow.fields import Field

from prescreen.catalog.base import schema
from prescreen.catalog.base.faults import CatalogError
from prescreen.catalog.base.schema_fields import Day, ListOf, NestedShape, PastDay, Shape
from prescreen.catalog.criteria.loading import load_to_judge, load_to_serve
from tests.catalog.folders import ARTICLE, CONSENT, FILES, ON, TRIAL, altered, pointed, report, reports, write

CONFIRMED = "confirmed: 2026-11-01\n"
MAY_LIE_AHEAD = {"ConsentHead.effective"}
"""Wording that is written today may come into force later."""


def with_line(path: str, line: str) -> tuple[dict[str, str], str]:
    """Return a trial or an article with one more line, and the place of the sign ⌖ in it."""
    beside = CONFIRMED if path == TRIAL else "reviewed: 2026-11-01\n"
    return pointed(path, beside, f"{line}\n")


@pytest.mark.parametrize(
    ("path", "line", "key"),
    [
        (TRIAL, "confirmed: ⌖2062-11-20", "confirmed"),
        (TRIAL, "ethics: {board: A board, approved_on: ⌖2062-11-20}", "approved_on"),
        (TRIAL, "source: {registry: A registry, version: ⌖2062-11-20}", "version"),
        (TRIAL, "source: {registry: A registry, version: ⌖2062-11}", "version"),
        (ARTICLE, "reviewed: ⌖2062-11-20", "reviewed"),
    ],
)
def test_a_slip_of_the_year_is_a_fault_at_its_place(tmp_path: Path, path: str, line: str, key: str) -> None:
    files, place = with_line(path, line)

    told = [one for one in reports(tmp_path, files) if "lies ahead" in one]

    day = line.rpartition("⌖")[2].rstrip("}")
    assert told == [f"{place}'{key}' says when something happened, and {day} lies ahead; correct the day"]


@pytest.mark.parametrize(("days", "faults"), [(-1, 0), (0, 0), (1, 0), (2, 1), (365, 1)])
def test_today_may_be_tomorrow_in_another_time_zone(tmp_path: Path, days: int, faults: int) -> None:
    day = ON + timedelta(days=days)

    assert len(reports(tmp_path, altered(TRIAL, CONFIRMED, f"confirmed: {day}\n"))) == faults


@pytest.mark.parametrize("version", ["2026-02-30", "v2", "30 November 2062", "20621120", "2024-12-16"])
def test_the_name_of_a_version_is_no_day(tmp_path: Path, version: str) -> None:
    assert reports(tmp_path, {TRIAL: f"{FILES[TRIAL]}source: {{registry: R, version: {version}}}\n"}) == []


def test_wording_may_come_into_force_later(tmp_path: Path) -> None:
    later = {"consents/2062-11.en.md": FILES[CONSENT].replace("version: 2026-11", "version: 2062-11")}

    assert (
        reports(tmp_path, {path: text.replace("effective: 2026", "effective: 2062") for path, text in later.items()})
        == []
    )


def test_such_a_folder_is_not_served_though_answers_can_be_judged_by_it(tmp_path: Path) -> None:
    root = write(tmp_path, altered(TRIAL, CONFIRMED, "confirmed: 2062-11-20\n"))

    with pytest.raises(CatalogError) as error:
        load_to_serve(root, ON)
    assert ["lies ahead" in fault.message for fault in error.value.faults] == [True]
    catalog = load_to_judge(root, ON)
    assert not catalog.takes_leads(catalog.trials["T1"], ON)
    assert catalog.takes_leads(catalog.trials["T1"], date(2062, 11, 20))


def test_a_day_ahead_is_told_once_and_not_also_as_an_old_one(tmp_path: Path) -> None:
    assert "lies ahead" in report(tmp_path, altered(TRIAL, CONFIRMED, "confirmed: 2062-11-20\n"))


def shapes() -> list[type[Shape]]:
    return [
        one for one in vars(schema).values() if isinstance(one, type) and issubclass(one, Shape) and one is not Shape
    ]


def fields_of(shape: Shape) -> Iterator[tuple[str, Field]]:
    yield from ((f"{type(shape).__name__}.{name}", field) for name, field in shape.fields.items())


def test_every_day_of_the_format_says_whether_it_may_lie_ahead() -> None:
    found = [(name, field) for shape in shapes() for name, field in fields_of(shape())]
    days = {name: field for name, field in found if isinstance(field, Day)}

    assert {name for name, field in days.items() if not isinstance(field, PastDay)} == MAY_LIE_AHEAD


def reached(shape: Shape) -> Iterator[str]:
    for name, field in fields_of(shape):
        inner = field.inner if isinstance(field, ListOf) else field
        if isinstance(inner, PastDay):
            yield name
        elif isinstance(inner, NestedShape):
            yield from reached(inner.schema)


def test_every_day_of_the_past_is_in_a_file_that_is_looked_through() -> None:
    past = {name for shape in shapes() for name, field in fields_of(shape()) if isinstance(field, PastDay)}

    assert past == {name for shape in schema.SHAPES.values() for name in reached(shape)}
    assert len(past) == 4
