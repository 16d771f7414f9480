"""`prescreen audit`: the hash chain of the audit trail, and who was shown to whom."""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import click

from prescreen.cli.base.command_options import DataError, DayType, json_option, refuse_call
from prescreen.cli.base.context import opened
from prescreen.cli.base.output import telling
from prescreen.storage import Session
from prescreen.storage.accounts import recruiters
from prescreen.storage.audit.events import Actor, recruiter
from prescreen.workflow.accounts.recruiters import AccountError, normalised_email
from prescreen.workflow.audit.hash_chain import Published, Verdict, current_head, read_head, seal
from prescreen.workflow.audit.hash_chain import verify as verify_chain
from prescreen.workflow.participants.disclosures import Shown, shown_people


@click.group()
def audit() -> None:
    """Look after the audit trail."""


@audit.command()
@click.option("--head", metavar="HEAD", help="What `audit head` printed earlier: PLACE:HEX, HEX alone, or a count.")
@json_option
def verify(head: str | None, as_json: bool) -> None:
    """Seal what is open, then check that no event was changed, deleted, inserted or moved since it was sealed.

    That the end was cut off shows only against a head that was kept outside. That the trail was checked is on record.
    """
    published = _published(head)
    with opened() as tools, telling("events") as tell:
        verdict = verify_chain(tools.database, published, datetime.now(UTC), tell)
    if as_json:
        click.echo(json.dumps(_data(verdict), indent=2))
    elif verdict.fault is None:
        click.echo(f"{verdict.head.place:,} events, all as they were sealed\nhead {verdict.head}")
    if verdict.fault is not None:
        raise DataError(verdict.fault.words)


def _published(head: str | None) -> Published | None:
    try:
        return read_head(head) if head is not None else None
    except ValueError as error:
        refuse_call(str(error))


def _data(verdict: Verdict) -> dict[str, Any]:
    return {
        "whole": verdict.fault is None,
        "events": verdict.head.place,
        "sealed_now": verdict.sealed,
        "head": str(verdict.head),
        "fault": asdict(verdict.fault) if verdict.fault else None,
    }


@audit.command()
@click.option("--by", "email", metavar="EMAIL", help="Only to this account, and what it did; to any if left out.")
@click.option("--since", type=DayType(), required=True, metavar="DATE", help="The first day, in UTC.")
@click.option("--until", type=DayType(), metavar="DATE", help="The last day, in UTC; today if left out.")
@json_option
def people(email: str | None, since: date, until: date | None, as_json: bool) -> None:
    """List the people who were shown or exported in a time, by reference, those deleted since too.

    For who must be told after a breach. Whom a stolen database or its keys showed is everybody.
    """
    last = until or datetime.now(UTC).date()
    begin, end = (datetime.combine(day, time(), UTC) for day in (since, last + timedelta(days=1)))
    with opened() as tools, tools.database.reading() as session:
        found = shown_people(session, begin, end, _account(session, email) if email else None)
    if as_json:
        click.echo(json.dumps([_of_person(one) for one in found], indent=2))
        return
    for one in found:
        ways = ", ".join(sorted(way.value.replace("_", " ") for way in one.ways))
        click.echo(
            f"{one.reference}  {one.first:%Y-%m-%d %H:%M} to {one.last:%Y-%m-%d %H:%M} UTC  {one.times:,}  {ways}"
        )
    click.echo(f"{len(found):,} {'person' if len(found) == 1 else 'people'}", err=True)


def _account(session: Session, email: str) -> Actor:
    try:
        found = recruiters.with_email(session, normalised_email(email))
    except AccountError as error:
        raise DataError(str(error)) from error
    if found is None:
        raise DataError(f"no account has the address {email}; `prescreen recruiters list` shows all")
    return recruiter(found.id)


def _of_person(one: Shown) -> dict[str, Any]:
    moments = {"first": one.first.isoformat(), "last": one.last.isoformat()}
    return {"reference": one.reference, "ways": sorted(one.ways), "times": one.times, **moments}


@audit.command()
@json_option
def head(as_json: bool) -> None:
    """Seal what is open and print where the chain ends, to be kept outside: PLACE:HEX."""
    with opened() as tools:
        seal(tools.database, datetime.now(UTC))
        end = current_head(tools.database)
    click.echo(json.dumps({"events": end.place, "head": str(end)}) if as_json else str(end))
