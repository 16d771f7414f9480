"""A trial with several groups of people, at the desk of its recruiter and on the pages of who was referred to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from prescreen.catalog.criteria.loading import load_to_serve
from prescreen.storage.base.keys import Keys
from prescreen.web.base.request_context import EXTENSION
from prescreen.workflow.accounts.recruiters import Assignment
from tests.catalog import folders
from tests.catalog.cohort_folder import GROUPED
from tests.people import recruiter
from tests.web.office import sign_in
from tests.web.person_pages import Office, Page
from tests.web.result_cards import TODAY

LEG, BACK = "People with leg pain", "People with back pain alone"
FITS_BACK = {"age": Fraction(44), "leg_pain": False, "sex": "male"}
OPEN = {"age": Fraction(44), "leg_pain": True, "sex": "male"}
FITS_NONE = {"age": Fraction(44), "leg_pain": True, "sex": "male", "pain_duration": Fraction(7)}
Desk = Callable[..., Office]


@pytest.fixture
def desk(serve: Callable[..., Flask], keys: Keys, tmp_path: Path) -> Desk:
    """Return a function that opens the desk of the trial with groups, with something of it written otherwise."""

    def opened(written: str = "", instead: str = "") -> Office:
        trial = GROUPED.replace("confirmed: 2026-11-01", f"confirmed: {TODAY}").replace(written, instead)
        root = folders.write(tmp_path / "criteria", {folders.TRIAL: trial})
        app = serve(criteria=root)
        database = app.extensions[EXTENSION].database
        recruiter(database, Assignment("T1"))
        client = app.test_client()
        sign_in(client)
        return Office(app, client, database, keys, load_to_serve(root, TODAY))

    return opened


def person(desk: Office, values: dict[str, Any]) -> Page:
    return desk.page("T1", values=values, on=datetime.now(UTC).date())
