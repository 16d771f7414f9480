"""Checks of days: what has happened cannot lie ahead. Faults are reported in the documents of the reading."""

from datetime import date

from prescreen.catalog.base.schema import SHAPES, past_days
from prescreen.catalog.criteria.folder_reader import Reading
from prescreen.eligibility.criteria.dates import PartialDate, lies_ahead


def check_past_days(reading: Reading, on: date) -> None:
    """Report every day of the past that lies ahead: a slip that would pass for the newest of all, for years."""
    for document in reading.documents:
        shape = SHAPES.get(document.folder)
        for steps, text in past_days(shape, document.data) if shape else ():
            if _lies_ahead(text, on):
                message = f"'{steps[-1]}' says when something happened, and {text} lies ahead; correct the day"
                document.report(steps, message)


def _lies_ahead(text: str, on: date) -> bool:
    try:
        return lies_ahead(PartialDate.parse(text).first, on)
    except ValueError:
        # The name of a version, or what is no day, which the schema reports.
        return False
