"""`prescreen rematch` and `prescreen leads`: one trial, many people."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from prescreen.catalog.assessment.fingerprints import evidence_fingerprint, trial_evidence
from prescreen.catalog.base.faults import CatalogError, did_you_mean
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.loading import load_to_serve
from prescreen.cli.base.command_options import DataError, json_option, refuse_call, settings
from prescreen.cli.base.context import Opened, opened, todays_catalog
from prescreen.cli.base.output import telling
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.cohort import TooFineError
from prescreen.eligibility.criteria.trials import Trial
from prescreen.mail.letter_texts import LetterWriter
from prescreen.storage.audit.events import OPERATOR
from prescreen.storage.cohort.engines import NoSparkError
from prescreen.storage.connections import durability
from prescreen.workflow.operations.key_rotation import is_under_way
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.participants.data_subject_rights import HeldData
from prescreen.workflow.participants.participant_letters import Desk
from prescreen.workflow.registry.closing import closures_in

if TYPE_CHECKING:
    from prescreen.workflow.cohort.cohort_counts import Tally
    from prescreen.workflow.cohort.rematch import Rematch, RematchOutcome

# The workflow is imported inside the functions: polars costs a second, and memory in every worker.

ENGINES = ("polars", "spark")


@click.command()
@click.argument("trial")
@click.option("--dry-run", is_flag=True, help="Count only; invite nobody.")
@click.option("--snapshot", type=click.Path(path_type=Path), metavar="DIR", help="Judge a snapshot; invite nobody.")
@click.option("--engine", type=click.Choice(ENGINES), help="What judges the snapshot; polars if left out.")
@json_option
def rematch(trial: str, dry_run: bool, snapshot: Path | None, engine: str | None, as_json: bool) -> None:
    """Judge everybody who allowed future matching by TRIAL, and invite those whom it may fit.

    Nobody is invited twice to one trial, nor to one they were referred to before.
    """
    if engine and snapshot is None:
        refuse_call("--engine is for a --snapshot; the database is judged in this process")
    catalog = todays_catalog()
    chosen = catalog.trials.get(trial)
    if chosen is None:
        raise DataError(f"unknown trial '{trial}'{did_you_mean(trial, catalog.trials)}")
    try:
        if snapshot is not None:
            _judge_snapshot(catalog, chosen, snapshot, engine or ENGINES[0], as_json)
        elif catalog.service.sample:
            _print(_nothing(chosen, "this catalog is a sample, whose test leads are never rematched"), as_json)
        else:
            _print(_rematched(catalog, chosen, dry_run), as_json)
    except TooFineError as error:
        raise DataError(f"{trial}: {error}") from error


def _nothing(trial: Trial, why: str) -> dict[str, Any]:
    return {"trial": trial.id, "judged": 0, "invited": 0, "message": f"nobody was rematched: {why}"}


def _rematched(catalog: Catalog, trial: Trial, dry_run: bool) -> dict[str, Any]:
    from prescreen.workflow.cohort.rematch import Inviting, Rematch, invite, rematch

    plan = Rematch(trial, catalog.bank, _today(catalog))
    with opened() as tools, telling("leads") as tell:
        if dry_run:
            outcome = rematch(tools.database, plan, tell)
        else:
            _refuse_during_rotation(tools)
            _refuse_to_invite(_closing(tools, catalog), plan)
            evidence = trial_evidence(trial, catalog.bank)
            fit = Determination.POTENTIALLY_ELIGIBLE
            inviting = Inviting(trial.id, evidence_fingerprint(evidence), evidence, fit)
            pen = LetterWriter(catalog, tools.settings.public_address())
            desk = Desk(tools.keys, pen, datetime.now(UTC))
            outcome = invite(tools.database, plan, inviting, desk, tell)
    return _data(plan, outcome)


def _refuse_during_rotation(tools: Opened) -> None:
    """Raise DataError while one address may stand under two keys: its person could be invited twice."""
    with tools.database.reading() as session:
        if is_under_way(session):
            raise DataError("people are still indexed under two secret keys; run `prescreen keys rotate` first")


def _closing(tools: Opened, catalog: Catalog) -> Catalog:
    """Return the catalog with what the registry closes, where the operator lets it."""
    return catalog.closing(closures_in(tools.database)) if tools.settings.registry_closes else catalog


def _refuse_to_invite(catalog: Catalog, plan: Rematch) -> None:
    """Raise DataError where people must not be invited: faulty criteria, or a trial that takes no people."""
    try:
        load_to_serve(settings().criteria, plan.on)
    except CatalogError as error:
        raise DataError("\n".join(str(fault) for fault in error.faults if not fault.warning)) from error
    if not catalog.takes_leads(plan.trial, plan.on):
        must = f"it must be recruiting at a site and freshly confirmed{_by_registry(catalog, plan)}"
        raise DataError(f"{plan.trial.id} takes nobody today: {must}; use --dry-run")


def _by_registry(catalog: Catalog, plan: Rematch) -> str:
    since = catalog.closed_since(plan.trial)
    return "" if since is None else f", and the registry says that it takes nobody since {since}"


def _data(plan: Rematch, outcome: RematchOutcome) -> dict[str, Any]:
    return {**_counted(plan, outcome.tally), "not_judged": outcome.not_judged, "invited": outcome.invited}


def _counted(plan: Rematch, tally: Tally) -> dict[str, Any]:
    return {
        "trial": plan.trial.id,
        "on": plan.on.isoformat(),
        "judged": tally.judged,
        "determinations": {
            "potentially_eligible": tally.potentially_eligible,
            "ineligible": tally.ineligible,
            "undetermined": tally.undetermined,
        },
        "criteria": [asdict(criterion) for criterion in tally.criteria],
    }


def _judge_snapshot(catalog: Catalog, trial: Trial, folder: Path, engine: str, as_json: bool) -> None:
    from prescreen.storage.cohort.snapshots import SnapshotError
    from prescreen.workflow.cohort.rematch import Rematch
    from prescreen.workflow.cohort.snapshots import Engine, judge_snapshot

    plan = Rematch(trial, catalog.bank, _today(catalog))
    try:
        with telling("leads") as tell:
            outcome = judge_snapshot(folder, plan, Engine(engine), tell)
    except (SnapshotError, NoSparkError) as error:
        raise DataError(str(error)) from error
    more = {"engine": engine, "left_out": outcome.left_out, "may_fit": list(outcome.may_fit)}
    _print({**_counted(plan, outcome.tally), **more}, as_json)


def _today(catalog: Catalog) -> date:
    return datetime.now(catalog.service.timezone).date()


def _print(data: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(data, indent=2, ensure_ascii=False))
        return
    click.echo(data["message"] if "message" in data else "\n".join(_lines(data)))


def _lines(data: dict[str, Any]) -> list[str]:
    found = data["determinations"]
    lines = [
        f"{data['trial']} on {data['on']}: {data['judged']:,} leads judged",
        f"  potentially eligible {found['potentially_eligible']:,}, ineligible {found['ineligible']:,}, "
        f"undetermined {found['undetermined']:,}",
        f"  {'criterion':<32} {'permits':>10} {'does not':>10} {'unknown':>10} {'sole blocker':>13}",
    ]
    for one in data["criteria"]:
        lines.append(
            f"  {one['criterion']:<32} {one['permits']:>10,} {one['does_not_permit']:>10,} {one['unknown']:>10,} "
            f"{one['sole_blocker']:>13,}"
        )
    if data.get("not_judged"):
        lines.append(f"  {data['not_judged']:,} not judged: an answer is dated after this day")
    if data.get("left_out"):
        lines.append(f"  {data['left_out']:,} left out of the snapshot: a number too fine, or a later day")
    if data.get("invited") is not None:
        lines.append(f"  {data['invited']:,} newly invited")
    return lines


@click.group()
def leads() -> None:
    """Look after what is stored of people who consented."""


@leads.command()
def reindex() -> None:
    """Let the desk find everybody by all spellings of their name; needed once after a release that finds more."""
    from prescreen.workflow.worklist.reindexing import reindex

    with opened() as tools, telling("people") as tell:
        count = reindex(tools.database, tools.keys, tell)
    click.echo(f"indexed {count:,} {'person' if count == 1 else 'people'} anew")


@leads.command()
@click.argument("reference")
@click.option("--yes", is_flag=True, help="Delete; without it, say only who it would be.")
def delete(reference: str, *, yes: bool) -> None:
    """Delete the person with this REFERENCE for good, as the button on their own page does.

    For somebody who asks for it without the private link. Make sure that it is they who ask: the reference alone does
    not show it. Their teams find only that somebody withdrew. This is on record.
    """
    now = datetime.now(UTC)
    with opened() as tools:
        with tools.database.reading() as session:
            held = data_subject_rights.found(session, tools.keys, reference)
        if held is None:
            raise DataError(f"nobody has the reference {reference}; who was deleted has none any more")
        if not yes:
            click.echo(f"{_who(held)}; to delete them for good, add --yes")
            return
        with tools.database.writing() as session:
            data_subject_rights.delete(session, held.lead_id, now, OPERATOR)
        durability.empty_log(tools.database.engine)
    click.echo(f"deleted {held.reference}, and noted it in the list of deletions")


def _who(held: HeldData) -> str:
    """Return who it is, without name or address: when they came, and where their referrals stand."""
    where = "".join(f", {one.trial_id} at {one.site_name}: {one.state.value}" for one in held.referrals)
    return f"{held.reference} came on {held.created_at:%Y-%m-%d}{where}"


@leads.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@json_option
def snapshot(folder: Path, as_json: bool) -> None:
    """Write the answers of everybody who allowed future matching to the new folder DIR, without identity.

    DIR holds Parquet files and a manifest, for `prescreen rematch TRIAL --snapshot DIR`.
    """
    from prescreen.storage.cohort.snapshots import SnapshotError
    from prescreen.workflow.cohort.snapshots import SnapshotWanted, take_snapshot

    catalog = todays_catalog()
    now = datetime.now(catalog.service.timezone)
    try:
        with opened() as tools, telling("leads") as tell:
            taken = take_snapshot(tools.database, tools.keys, SnapshotWanted(catalog.bank, folder, now), tell)
    except SnapshotError as error:
        raise DataError(str(error)) from error
    data = {"folder": str(folder), "rows": taken.rows, "left_out": taken.left_out, "bank": taken.bank}
    left = f"; {taken.left_out:,} left out: a number too fine, or a later day" if taken.left_out else ""
    click.echo(json.dumps(data) if as_json else f"wrote {taken.rows:,} leads without identity to {folder}{left}")
