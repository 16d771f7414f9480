"""The reading grade of each page, by an implementation other than the service's own."""

import sys

import pytest
import textstat
from werkzeug.test import TestResponse

from tests.web.markup import is_document, read

MOST = 8


def test_every_page_reads_at_grade_eight_or_below(
    every_page: dict[str, TestResponse], capsys: pytest.CaptureFixture[str]
):
    texts = {name: read(page.text).one("main").text for name, page in every_page.items() if is_document(page)}
    grades = {name: textstat.flesch_kincaid_grade(text) for name, text in texts.items()}

    with capsys.disabled():
        sys.stdout.write("".join(f"\n  grade {grade:4.1f}  {name}" for name, grade in sorted(grades.items())) + "\n")
    assert {name: grade for name, grade in grades.items() if grade > MOST} == {}
