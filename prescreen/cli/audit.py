"""`prescreen audit`: the hash chain of the audit trail."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click

from prescreen.cli.base.command_options import DataError, json_option, refuse_call
from prescreen.cli.base.context import opened
from prescreen.cli.base.output import telling
from prescreen.workflow.audit.hash_chain import Published, Verdict, current_head, read_head, seal
from prescreen.workflow.audit.hash_chain import verify as verify_chain


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
@json_option
def head(as_json: bool) -> None:
    """Seal what is open and print where the chain ends, to be kept outside: PLACE:HEX."""
    with opened() as tools:
        seal(tools.database, datetime.now(UTC))
        end = current_head(tools.database)
    click.echo(json.dumps({"events": end.place, "head": str(end)}) if as_json else str(end))
