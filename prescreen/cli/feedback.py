"""`prescreen notes`: what visitors found wrong with criteria."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from prescreen.catalog.assessment.fingerprints import evidence_fingerprint
from prescreen.catalog.base.faults import did_you_mean
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.cli.base.command_options import DataError, json_option
from prescreen.cli.base.context import opened, todays_catalog
from prescreen.eligibility.criteria.text import one_line
from prescreen.storage import feedback
from prescreen.storage.feedback import Note


@click.command()
@click.argument("trial", required=False)
@json_option
def notes(trial: str | None, as_json: bool) -> None:
    """List what visitors found wrong with the criteria of TRIAL, or of all trials.

    A note is marked as old where it was left about another version of the trial than is in the folder now.
    """
    catalog = todays_catalog()
    with opened() as tools, tools.database.reading() as session:
        found = feedback.listed(session, trial)
    # A trial that left the folder keeps its notes.
    if trial is not None and not found and trial not in catalog.trials:
        raise DataError(f"unknown trial '{trial}'{did_you_mean(trial, catalog.trials)}")
    _print([_data(note, catalog) for note in found], as_json=as_json)


def _data(note: Note, catalog: Catalog) -> dict[str, Any]:
    trial = catalog.trials.get(note.trial_id)
    now = evidence_fingerprint(catalog.evidence(trial)) if trial else None
    written = {**asdict(note), "noted_on": note.noted_on.isoformat()}
    return {**written, "old": now != note.fingerprint}


def _print(found: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    for note in found:
        mark = ", old" if note["old"] else ""
        where = f"{note['trial_id']} {note['criterion_id']}"
        click.echo(one_line(f"{note['noted_on']} {where}: {note['reason']}{mark}: {note['text']}", longest=1000))
